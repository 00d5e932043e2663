"""`only_me` in the settings: what is kept of a voice, and what is reported about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.support.cli_runner import Run
from tests.support.session_driver import shipped
from voicecoach.cli import assembly, voices
from voicecoach.config import Config, ConfigError, load
from voicecoach.config.layers import shipped as shipped_folder
from voicecoach.core.own_voice import ENOUGH, NOBODY, OwnVoice
from voicecoach.core.plan import MICROPHONE_RATE
from voicecoach.core.profile import Profile, Try
from voicecoach.listening import speaker

Told = Callable[[], str]

HEARD = Try((("done", 0.9),))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PULSE_SERVER", "none")


def settings(tmp_path: Path, only_me: str) -> Config:
    text = (shipped_folder() / "voicecoach.toml").read_text(encoding="utf-8")
    assert "only_me = false" in text
    changed = text.replace("only_me = false", f"only_me = {only_me}")
    (tmp_path / "voicecoach.toml").write_text(changed, encoding="utf-8")
    return load(folder=tmp_path)


def known(of: int = ENOUGH, network: str = "") -> Profile:
    voice = OwnVoice(network or speaker.identity(), (0.0625,) * speaker.NUMBERS, of)
    identity = voices.identity(shipped(), "moonshine")
    return Profile(identity, "en", {"done": (HEARD,)}, voice=voice)


def test_a_voice_comes_back_as_it_was_kept() -> None:
    assert voices.keep("Mic", known()) == ""
    assert voices.recall() == ({"Mic": known()}, "")
    # A short enrolment of one phrase doesn't change it.
    voices.keep("Mic", known(of=1))
    assert voices.recall()[0]["Mic"].voice == known().voice


def test_a_profile_from_before_there_was_a_voice_is_read() -> None:
    voices.keep("Mic", known())
    data = json.loads(voices.path().read_text())
    del data["Mic"]["voice"]
    voices.path().write_text(json.dumps(data))
    profiles, trouble = voices.recall()
    assert trouble == ""
    assert profiles["Mic"].voice == NOBODY


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"network": "x", "mean": [1.0], "of": 0},
        {"network": "x", "mean": ["a"], "of": 1},
        {"network": "x", "mean": [1e300], "of": 9},
        {"network": "x", "mean": [10**400], "of": 9},
        {"network": "x", "mean": [0.0], "of": 9},
    ],
)
def test_a_voice_that_is_none_is_told(broken: dict[str, object]) -> None:
    voices.keep("Mic", known())
    data = json.loads(voices.path().read_text())
    data["Mic"]["voice"] = broken
    voices.path().write_text(json.dumps(data))
    assert "no voice profiles" in voices.recall()[1]


def test_the_enrolled_voice_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    voices.keep("Mic", known())
    loaded = settings(tmp_path, "true")
    assert voices.own_bars(loaded, "moonshine", "Mic").only == known().voice.mean
    assert "Only you are obeyed" in capsys.readouterr().err
    # The voice is the same for every engine.
    assert voices.own_bars(loaded, "spotter", "Mic").only == known().voice.mean


@pytest.mark.parametrize("profile", [None, known(of=ENOUGH - 1), known(network="another")])
def test_everybody_is_obeyed_where_no_voice_is_known(
    profile: Profile | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if profile is not None:
        voices.keep("Mic", profile)
    assert voices.own_bars(settings(tmp_path, "true"), "moonshine", "Mic").only == ()
    told = capsys.readouterr().err
    assert (
        "your voice is not known, so everybody is obeyed; run voicecoach enroll in a quiet" in told
    )


def test_a_voice_of_too_few_numbers_is_none(tmp_path: Path) -> None:
    few = replace(known(), voice=OwnVoice(speaker.identity(), (0.6, 0.8), ENOUGH))
    voices.keep("Mic", few)
    assert voices.own_bars(settings(tmp_path, "true"), "moonshine", "Mic").only == ()


@pytest.mark.parametrize("broken", [None, b"no network"])
def test_without_the_network_everybody_is_obeyed(
    broken: bytes | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    voices.keep("Mic", known())
    model = tmp_path / "voice.onnx"
    if broken is not None:
        model.write_bytes(broken)
    monkeypatch.setattr(speaker, "SHIPPED", model)
    loaded = settings(tmp_path, "true")
    assert voices.own_bars(loaded, "spotter", "Mic").only == ()
    told = f"only_me: {model} can't be loaded, so everybody is obeyed; reinstall voicecoach"
    assert told in capsys.readouterr().err.replace("\n", " ")
    assert assembly.make_recogniser(loaded, "spotter").name == "spotter"
    assert voices.empty(loaded, "spotter").voice.of == 0


def test_without_the_setting_nobody_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voices.keep("Mic", known())
    assert voices.own_bars(settings(tmp_path, "false"), "moonshine", "Mic").only == ()
    assert "Only" not in capsys.readouterr().err


def test_what_is_neither_true_nor_false_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="only_me"):
        settings(tmp_path, '"yes"')


def test_a_recording_is_listened_to_for_everybody(run: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "quiet.wav", np.full(MICROPHONE_RATE, 1e-4), MICROPHONE_RATE)
    settings(tmp_path, "true")
    asked = ("--engine", "spotter", "--config", tmp_path)
    code, out, err = run("listen", tmp_path / "quiet.wav", *asked)
    assert (code, out) == (0, "")
    assert "only_me has no effect on a recording: everybody is obeyed" in err
