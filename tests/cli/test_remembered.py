"""The devices of the last workout: what is kept, what wins, and what a broken file does."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.audio import devices
from voicecoach.audio.devices import Device, NoSoundCardError
from voicecoach.cli import remembered
from voicecoach.cli.remembered import Remembered, recall, remember, wanted
from voicecoach.config.settings import Sound
from voicecoach.doctor.examine import ChecksWanted


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of remembered devices; it does not exist yet."""
    file = tmp_path / "state" / "devices.json"
    monkeypatch.setattr(remembered, "path", lambda: file)

    def there(direction: str) -> list[Device]:
        return [Device("Built-in", 0, default=True), Device("Buds", 1), Device("Studio", 2)]

    monkeypatch.setattr(devices, "devices", there)
    return file


def sound(microphone: str = "", output: str = "") -> Sound:
    return Sound(
        microphone=microphone,
        output=output,
        ceiling_dbfs=-1.0,
        loudness_db=0.0,
        duck=False,
        duck_db=12.0,
        tick=True,
    )


def test_nothing_is_remembered_at_first() -> None:
    assert recall() == (Remembered(), "")
    use, troubles = wanted(sound())
    assert use == {
        "input": ChecksWanted("", "the system's choice"),
        "output": ChecksWanted("", "the system's choice"),
    }
    assert troubles == []


def test_what_is_named_is_remembered_and_what_is_not_named_is_kept(state: Path) -> None:
    assert remember("studio", None) == ""
    assert remember(None, "buds") == ""
    assert recall() == (Remembered("studio", "buds"), "")
    assert [path.name for path in state.parent.iterdir()] == ["devices.json"]


@pytest.mark.parametrize("word", ["", "default"])
def test_a_device_is_forgotten(word: str) -> None:
    remember("studio", "buds")
    remember(word, None)
    assert recall() == (Remembered("", "buds"), "")
    use, _ = wanted(sound(), output=word)
    assert use["output"].name == ""


def test_a_flag_wins_over_the_settings_and_those_over_what_is_remembered() -> None:
    remember("studio", "studio")
    use, _ = wanted(sound(output="buds"))
    assert use["input"] == ChecksWanted("studio", "remembered from an earlier workout")
    assert use["output"] == ChecksWanted("buds", "set in voicecoach.toml")
    use, _ = wanted(sound(output="buds"), output="built-in")
    assert use["output"] == ChecksWanted("built-in", "named on the command line")
    use, _ = wanted(sound(output="buds"), output="default")
    assert use["output"].name == ""


def test_a_remembered_device_that_is_not_there_is_told_and_not_waited_for() -> None:
    remember("gone", None)
    use, (line,) = wanted(sound())
    assert use["input"] == ChecksWanted("", "the system's choice")
    assert '"gone"' in line


def test_a_named_device_that_is_not_there_is_not_replaced() -> None:
    use, _ = wanted(sound(microphone="gone"))
    assert use["input"].name == "gone"
    with pytest.raises(NoSoundCardError):
        devices.find("gone", "input")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b'{"microphone": 3}', b"\xff\xfe", b'"buds"', b"null", b"[" * 100_000],
)
def test_a_broken_file_is_ignored_with_one_line_and_mended(state: Path, content: bytes) -> None:
    state.parent.mkdir()
    state.write_bytes(content)
    known, line = recall()
    assert known == Remembered()
    assert line.startswith(f"{state}: ")
    assert "\n" not in line
    assert remember(None, None) == ""
    assert recall() == (Remembered(), "")


def test_where_nothing_can_be_written_it_is_said(state: Path) -> None:
    state.parent.write_text("a file where the folder should be")
    line = remember("studio", None)
    assert "could not be remembered" in line
