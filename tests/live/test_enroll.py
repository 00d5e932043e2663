"""An enrolment over a real sound server: by voice, from the first word to the file."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.support.natural_speech import say
from tests.support.virtual_sound_card import Coach, Lifter, SoundCard, require

pytestmark = [pytest.mark.audio, pytest.mark.real_time, pytest.mark.xdist_group("devices")]


def test_a_voice_is_learnt_by_voice_and_skip_is_heard(tmp_path: Path) -> None:
    require()
    (tmp_path / "voicecoach.toml").write_text("[listening]\nloudspeaker = false\n")
    with SoundCard() as card:
        card.environment["XDG_STATE_HOME"] = str(tmp_path / "state")
        lifter = Lifter(card)
        options = ("--config", str(tmp_path), "--engine", "moonshine", "--voice", "pyttsx3")
        command = ("enroll", "--only", "stop", "--only", "pause", "--microphone", "mic")
        coach = Coach(card, *options, command=command)
        try:
            stop, skip = say("stop", "heart"), say("skip it", "heart")
            at = coach.wait_for('asked      "stop"', 90)
            at = coach.wait_for("Stop.", 20, at)
            for _ in range(3):
                time.sleep(0.5)
                lifter.say(stop)
                at = coach.wait_for('"stop"', 10, at)
            at = coach.wait_for("Pause.", 20, at)
            time.sleep(0.5)
            lifter.say(skip)
            at = coach.wait_for('"skip it"', 10, at)
            coach.wait_for("I hear you well", 20, at)
            assert coach.end(20) == 0, coach.text()
            kept = coach.log.with_name("voices.json").read_text()
        finally:
            coach.kill()
            lifter.close()
    assert "Kept for" in coach.text()
    (known,) = json.loads(kept).values()
    assert list(known["tries"]) == ["stop"]
    assert len(known["tries"]["stop"]) == 3, coach.text()
    assert known["recogniser"].startswith("moonshine")
