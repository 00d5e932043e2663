"""A live set through what real earbuds are: a call's rates, a profile that changes in the set."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr

from tests.support.matched_filter import offsets
from tests.support.natural_speech import say
from tests.support.virtual_sound_card import Coach, Lifter, Recording, SoundCard, require
from voicecoach.audio.tones import TONES, tick
from voicecoach.core.plan import SAMPLE_RATE, Phase
from voicecoach.pcm import Pcm

pytestmark = [pytest.mark.audio, pytest.mark.real_time, pytest.mark.xdist_group("workouts")]

CALL = 16_000
"""Hz of earbuds in a call with wide band speech."""


@pytest.fixture(scope="module")
def card() -> Iterator[SoundCard]:
    require()
    with SoundCard() as card:
        # If the earbuds were the default, whatever plays would go to them when they come back.
        card.control("set-default-sink", "lifter")
        yield card


def earbuds(card: SoundCard, rate: int) -> None:
    """The earbuds come back at another rate, as when their profile changes."""
    card.unload("sink_name=earbuds")
    card.load("module-null-sink", "sink_name=earbuds", f"rate={rate}", "channels=1", "norewinds=1")


def in_a_call(pcm: Pcm) -> Pcm:
    """What is left of it."""
    narrow = soxr.resample(pcm, SAMPLE_RATE, CALL)
    return np.asarray(soxr.resample(narrow, CALL, SAMPLE_RATE), np.float32)


def test_earbuds_that_go_into_a_call_in_a_set(card: SoundCard, tmp_path: Path) -> None:
    (tmp_path / "voicecoach.toml").write_text(
        "[listening]\nloudspeaker = false\nprove_stop = false\n"
    )
    lifter = Lifter(card)
    coach = Coach(
        card,
        *("--microphone", "mic", "--output", "earbuds", "--engine", "spotter"),
        *("--voice", "pyttsx3", "--tempo", "1-1-1-1", "--reps", "40", "--config", str(tmp_path)),
        *("--events", str(tmp_path / "events.jsonl")),
    )
    stop = say("stop")
    try:
        at = coach.wait_for("gate", 60)
        coach.type("ready")
        at = coach.wait_for("armed", 20, at)
        coach.type("start set")
        at = coach.wait_for("2 lower", 20, at)
        earbuds(card, CALL)
        time.sleep(1.5)
        recording = Recording(card, tmp_path / "recording")
        # If the earbuds were away for long enough to be missed, the set was paused.
        coach.type("resume")
        at = coach.wait_for("8 lower", 60, at)
        coach.answer(lifter, stop, "ended by stop", 20, at)
        coach.signal(signal.SIGTERM)
        assert coach.end(10) == 0
        sound = recording.close()
    finally:
        coach.kill()
        lifter.close()
    trace = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    numbers = [event["n"] for event in trace if event["type"] == "rep"]
    assert numbers == list(range(1, len(numbers) + 1)), "no rep is lost or counted twice"
    # The other ticks have hardly anything below 8 kHz.
    ticks = {phase: in_a_call(TONES[tick(phase)]) for phase in (Phase.LIFT, Phase.TOP)}
    phases = [event for event in trace if event["type"] == "phase" and event["rep"] >= 4]
    since = phases[0]["t"]
    over = next(event["t"] for event in trace if event["type"] == "set") - 0.4
    heard = [
        (event["t"] - since, ticks[Phase(event["phase"])])
        for event in phases
        if event["t"] < over and event["phase"] in ticks
    ]
    found = [each for each in offsets(sound, heard, 0.1, above=4000) if each is not None]
    assert len(heard) >= 8
    assert len(found) >= 0.6 * len(heard), coach.text()
    assert np.median(np.abs(np.array(found) - np.median(found))) < 0.03
