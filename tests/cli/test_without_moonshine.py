"""Where there is no wheel of moonshine-voice (docs/platforms.md), the rest works without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.support.cli_runner import Run
from tests.support.natural_speech import RATE, say, timeline
from voicecoach import config
from voicecoach.cli import assembly, demo
from voicecoach.listening import models

pytestmark = pytest.mark.audio


@pytest.fixture(autouse=True)
def without_moonshine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "find_weights", lambda: None)


def test_the_demo_is_coached(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfile.write(tmp_path / "lifter.wav", np.full(16_000, 1e-3), 16_000)
    monkeypatch.setattr(demo, "RECORDING", tmp_path / "lifter.wav")
    # What is never said in this second need not be rendered.
    monkeypatch.setattr(assembly, "render", lambda *_: None)
    code, out, err = run("demo", "--no-play", "--voice", "pyttsx3")
    assert code == 0, err
    assert "Catches set?" in out
    assert "Moonshine is not installed" in err


def test_the_doctor_tells_what_hears(run: Run) -> None:
    _, out, _ = run("doctor", "--no-sound", "--voice", "pyttsx3")
    assert "ok       recogniser: spotter\n" in out
    (line,) = (line for line in out.splitlines() if "Moonshine" in line)
    assert line.startswith("warning  Moonshine is not installed")
    assert line.endswith("voicecoach models get en")


def test_a_set_is_begun_and_stopped_by_voice(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [(8.0, say("Ready.")), (13.0, say("Start set.")), (22.0, say("Stop!"))]
    soundfile.write(tmp_path / "lifter.wav", timeline(said, 24.0), RATE)
    monkeypatch.setattr(assembly, "render", lambda *_: None)
    code, out, err = run(
        "simulate", str(tmp_path / "lifter.wav"), "--voice", "pyttsx3", "--timeline"
    )
    assert code == 0, err
    for heard in ("ready", "start set", "stop"):
        assert f'lifter     "{heard}' in out
    assert "ended by stop" in out


@pytest.mark.parametrize("engine", [None, "vosk"])
def test_the_spotter_takes_over_from_what_fails(engine: str | None) -> None:
    make = assembly.spare_ear(config.load("en").settings.listening, engine, "en")
    assert make is not None
    assert make().name == "spotter"


@pytest.mark.parametrize(("engine", "language"), [("spotter", "en"), ("vosk", "ko")])
def test_what_cannot_be_made_never_takes_over(engine: str, language: str) -> None:
    """Once Moonshine had taken over from a Korean recogniser, nothing heard any more."""
    assert assembly.spare_ear(config.load("en").settings.listening, engine, language) is None
