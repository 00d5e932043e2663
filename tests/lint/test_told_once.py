"""What `voicecoach check` says of a script: true, once, and only of the files named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voicecoach.config import layers, load
from voicecoach.lint.files import check
from voicecoach.lint.findings import Kind, LintFinding
from voicecoach.lint.measured import measured
from voicecoach.lint.pronouncing import UnpronounceableError
from voicecoach.speaking.silent import SilentClips

_CLIPS = SilentClips()


def extent(text: str) -> tuple[int, int]:
    clip = _CLIPS.get(text)
    return len(clip.pcm), clip.beat


def not_pronounced(texts: object, language: str) -> list[str]:
    raise UnpronounceableError("not looked at")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(layers, "users", lambda: tmp_path / "nobody")
    (tmp_path / "exercises").mkdir()
    return tmp_path


def own(folder: Path, name: str, more: str = "", head: str = "", tempo: str = "2-0-1-1") -> None:
    """The template under the name `name`, with `more` at its end and `head` at its beginning."""
    text = (layers.shipped() / "templates" / "exercise.toml").read_text(encoding="utf-8")
    text = text.replace("New exercise", name.capitalize()).replace("3-1-2-1", tempo)
    (folder / "exercises" / f"{name}.toml").write_text(f"{head}\n{text}\n{more}", encoding="utf-8")


def found(folder: Path, name: str) -> list[LintFinding]:
    config = load("en", name, folder, offer=True, strict=True)
    return list(measured(config, extent, {name}))


CUE = """
[[cue]]
id = "mine"
class = "encouragement"
phase = "top"
from = 2
say = "{say}"
"""


@pytest.mark.parametrize(
    ("say", "phase"),
    [
        ("Push on and on and on until all of it is done and over and out.", "top"),
        ("Push on.", "bottom"),
    ],
)
def test_what_is_never_said_is_not_said_elsewhere(folder: Path, say: str, phase: str) -> None:
    own(folder, "bridge", CUE.replace("{say}", say).replace('"top"', f'"{phase}"'), tempo="1-0-1-0")
    text = (folder / "exercises" / "bridge.toml").read_text(encoding="utf-8")
    first = 1 + text.partition('id = "mine"')[0].count("\n")
    mine = [each for each in found(folder, "bridge") if each.line >= first]
    assert [each.kind for each in mine] == [Kind.ROOM]


def test_a_text_that_names_a_weight_is_not_called_never_said(folder: Path) -> None:
    """No weight is known before a workout."""
    text = CUE.replace("{say}", "With {weight}.").replace("encouragement", "form")
    own(folder, "bridge", text + 'short = "On."\n', tempo="3-1-2-2")
    assert not [each for each in found(folder, "bridge") if each.kind is Kind.NEVER]


def test_each_side_has_the_same_reps(folder: Path) -> None:
    more = CUE.replace("{say}", "Well done, go on like that.")
    own(folder, "bridge", more, head='sides = ["Left", "Right"]')
    dropped = [each.message for each in found(folder, "bridge") if each.kind is Kind.DROPPED]
    assert dropped
    for message in dropped:
        reps = re.findall(r"\d+", message.partition(" is not said in rep")[2].partition(":")[0])
        assert len(reps) == len(set(reps))


def test_with_an_opener_of_the_top_the_number_ends_with_the_lift(folder: Path) -> None:
    """So a longer top is no remedy."""
    opener = '[openers.top]\nclass = "phase"\nsay = "Hold."\n'
    own(folder, "bridge", opener, tempo="3-0-1-3")
    file = folder / "exercises" / "bridge.toml"
    text = file.read_text(encoding="utf-8").replace('= "Up, ', '= "Up as one, and ')
    file.write_text(text, encoding="utf-8")
    (told,) = (each for each in found(folder, "bridge") if "number of the rep" in each.message)
    assert "[openers.top]" in told.remedy
    assert "give the top" not in told.remedy


def test_a_note_is_about_the_files_named_and_has_its_line(folder: Path) -> None:
    own(folder, "bridge", '[variations]\ntiptoe = "On your toes."\n')
    own(folder, "lunge")

    def notes(name: str) -> list[LintFinding]:
        every = check(
            folder, not_pronounced, lambda _: {}, ["en"], None, {f"exercises/{name}.toml"}
        )
        return [each for each in every if "tiptoe" in str(each)]

    assert notes("lunge") == []
    (told,) = notes("bridge")
    lines = (folder / "exercises" / "bridge.toml").read_text(encoding="utf-8").splitlines()
    assert lines[told.line - 1].startswith("tiptoe =")
    assert str(told).startswith(f"exercises/bridge.toml:{told.line} variations.tiptoe: no command")
