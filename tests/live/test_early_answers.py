"""Answers given while the coach still asks, through a real sound server and a real recogniser."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.natural_speech import say
from tests.support.virtual_sound_card import Coach, Lifter, SoundCard, require

pytestmark = [pytest.mark.audio, pytest.mark.real_time, pytest.mark.xdist_group("devices")]


def test_each_question_is_answered_while_it_is_asked(tmp_path: Path) -> None:
    """Through headphones, as the sound server reports; with the shipped settings."""
    require()
    said = {text: say(text) for text in ("stop now", "ready", "start set", "stop", "locked")}
    with SoundCard() as card:
        worn = ("sink_name=worn", "rate=48000", "norewinds=1")
        card.load("module-null-sink", *worn, "sink_properties=device.form_factor=headphone")
        lifter = Lifter(card)
        events = tmp_path / "events.jsonl"
        coach = Coach(
            card,
            *("--microphone", "mic", "--output", "worn", "--engine", "moonshine"),
            *("--voice", "hibari", "--reps", "9", "--events", str(events)),
            *("--config", str(tmp_path)),
        )
        try:
            at = coach.wait_for("the coach plays on the ears", 90)
            at = coach.wait_for("First a test", 60)
            # It asks again eight seconds after its end.
            time.sleep(8.0 + 1.8)
            lifter.say(said["stop now"])
            at = coach.wait_for("I heard you", 20, at)
            # The set is announced, and then the gate asks.
            time.sleep(4.0 + 1.5)
            lifter.say(said["ready"])
            at = coach.wait_for("armed", 20, at)
            time.sleep(0.5)
            lifter.say(said["start set"])
            at = coach.wait_for("1 lower", 30, at)
            lifter.say(said["stop"])
            at = coach.wait_for("ended by stop", 20, at)
            time.sleep(1.5)
            lifter.say(said["locked"])
            # "Lock" alone is one of its phrases too.
            coach.wait_for("No reps, no rest", 30, at)
            coach.signal(signal.SIGTERM)
            assert coach.end(20) == 0
        finally:
            coach.kill()
            lifter.close()
    trace: list[dict[str, Any]] = [json.loads(line) for line in events.read_text().splitlines()]
    heard = [event for event in trace if event["type"] == "heard"]
    obeyed = [h for h in heard if h["accepted"]]
    commands = [h["command"] for h in obeyed]
    assert commands == ["stop", "ready", "start", "stop", "locked"], coach.text()
    # On a busy machine some of them, and usually all, came while their question sounded.
    asked = [e for e in trace if e["type"] == "cue" and e["class"] in ("prompt", "safety")]
    assert any(cue["t"] < h["said"] < cue["end"] for h in obeyed for cue in asked)
    assert not [h for h in heard if h["command"] and not h["accepted"] and not h["reply"]]
