"""Live workouts over a real sound server: by voice, and through every kind of fault.

No test here has a limit of milliseconds, since the machine may be busy; `benchmarks/live.py`
measures.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.matched_filter import Pcm, above_speech, offsets
from tests.support.natural_speech import say
from tests.support.trace_alignment import agreement, clips_in
from tests.support.virtual_sound_card import (
    LOUD,
    Coach,
    Lifter,
    Music,
    Recording,
    SoundCard,
    recogniser_of,
    require,
)
from voicecoach.audio.tones import TONES, tick
from voicecoach.config.layers import shipped
from voicecoach.core.plan import SAMPLE_RATE, Phase
from voicecoach.history.log import Log

pytestmark = [pytest.mark.audio, pytest.mark.real_time, pytest.mark.xdist_group("workouts")]

REPS = "9"
"""Of every set here."""

EARBUDS = "[listening]\nloudspeaker = false\n[sound]\nduck = true\n"
"""No echo of the coach reaches the microphone, so none has to be cancelled."""

QUICK = "[listening]\nprove_stop = false\n"


@pytest.fixture(scope="module")
def card() -> Iterator[SoundCard]:
    require()
    with SoundCard() as card:
        # The earbuds are named, and if they go something else replaces them.
        card.control("set-default-sink", "lifter")
        yield card


@pytest.fixture
def lifter(card: SoundCard) -> Iterator[Lifter]:
    lifter = Lifter(card)
    yield lifter
    lifter.close()


def options(folder: Path, engine: str = "spotter") -> list[str]:
    """For a workout by keys: the spotter computes least."""
    return [
        *("--microphone", "mic", "--output", "earbuds", "--engine", engine),
        *("--voice", "pyttsx3", "--tempo", "1-1-1-1", "--events", str(folder / "events.jsonl")),
        *("--config", str(folder)),
    ]


def trace(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


def events(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [event for event in trace(folder) if event["type"] == kind]


def test_a_set_by_voice_is_heard_as_the_trace_tells_it(
    card: SoundCard, lifter: Lifter, tmp_path: Path
) -> None:
    (tmp_path / "voicecoach.toml").write_text(EARBUDS)
    recording = Recording(card, tmp_path / "recording")
    music = Music(card)
    coach = Coach(card, *options(tmp_path, "auto"), "--reps", REPS)
    try:
        # While it starts: natural voices take their time.
        said = {text: say(text) for text in ("stop now", "ready", "start set", "stop")}
        at = coach.wait_for("stop now", 60)
        time.sleep(0.7)
        at = coach.answer(lifter, said["stop now"], "I heard you", 20, at)
        # The coach is announcing the set, and is interrupted.
        at = coach.answer(lifter, said["ready"], "Say start set", 20, at)
        time.sleep(0.7)
        at = coach.answer(lifter, said["start set"], "3 lower", 20, at)
        assert music.volume() < LOUD, "it is lowered while the coach speaks"
        lifter.say(said["stop"])
        coach.wait_for("ended by stop", 20, at)
        time.sleep(2.0)
        coach.signal(signal.SIGTERM)
        assert coach.end() == 0
        time.sleep(1.0)  # The recorder lags, and the coach's last line is at its end.
        assert music.volume() == LOUD
    finally:
        coach.kill()
        music.close()
        sound = recording.close()

    accepted = [event["command"] for event in events(tmp_path, "heard") if event["accepted"]]
    assert accepted == ["stop", "ready", "start", "stop"], coach.text()
    (over,) = events(tmp_path, "set")
    assert over["ended_by"] == "stop"
    with Log(coach.log) as log:
        (logged,) = log.sets()
        assert (logged.reps, logged.ended_by) == (over["reps"], "stop")
        assert len(log.reps(logged.id)) == over["reps"]
    # What was rendered ahead when "stop" was understood is silenced.
    told = [e for e in trace(tmp_path) if e["t"] < over["t"] - 0.3 or e["t"] >= over["t"]]
    told = [e for e in told if e.get("end", 0) < over["t"] - 0.3 or e["t"] >= over["t"]]
    found = agreement(told, sound, clips_in(Path(card.environment["XDG_CACHE_HOME"])))
    assert len(found.ticks) >= 8
    assert np.median(np.abs(found.errors)) < 0.03
    assert len(found.lines) >= 15
    assert found.missing == [], coach.text()
    # After the last word of the trace no tick of the pacing sounds.
    end = round((over["t"] + found.delay + 0.2) * SAMPLE_RATE)
    # Filtered before cutting: a word that is cut clicks at either end.
    after = above_speech(sound)[end : end + 2 * SAMPLE_RATE]
    assert offsets(after, every_tick(), within=2.0) == [None] * 4


def test_plain_voicecoach_offers_the_exercises_by_voice(
    card: SoundCard, lifter: Lifter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "voicecoach"
    (own / "exercises").mkdir(parents=True)
    (own / "voicecoach.toml").write_text(
        '[sound]\nmicrophone = "mic"\noutput = "earbuds"\n[voice]\nengine = "pyttsx3"\n'
        '[listening]\nengine = "moonshine"\n'
    )
    script = (shipped() / "exercises" / "leg-press.toml").read_text()
    raised = script.replace('"Leg press"', '"Shoulder press"')
    (own / "exercises" / "shoulder-press.toml").write_text(raised)
    (own / "exercises" / "broken.toml").write_text(script.replace("reps = 12", "reps = 0"))
    monkeypatch.setitem(card.environment, "XDG_CONFIG_HOME", str(tmp_path))
    said = {text: say(text) for text in ("stop now", "shoulder press")}
    monkeypatch.setitem(card.environment, "XDG_STATE_HOME", str(tmp_path / "state"))
    coach = Coach(card, command=())
    try:
        at = coach.wait_for("stop now", 60)
        time.sleep(0.7)
        at = coach.answer(lifter, said["stop now"], "Seated row, Shoulder press, Squat.", 20, at)
        time.sleep(0.7)
        at = coach.answer(lifter, said["shoulder press"], "Shoulder press. Twelve reps", 20, at)
        coach.type("leg press")
        coach.wait_for("Leg press. Twelve reps", 20, at)
        coach.signal(signal.SIGTERM)
        assert coach.end() == 0
    finally:
        coach.kill()
    line = script[: script.index("reps = 12")].count("\n") + 1
    assert f"warning: exercises/broken.toml:{line} reps: " in coach.text()


def test_the_devices_that_were_named_are_used_again(
    card: SoundCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(card.environment, "XDG_STATE_HOME", str(tmp_path / "state"))
    named = ("--microphone", "mic", "--output", "earbuds")
    usual = (
        *("--engine", "spotter", "--voice", "pyttsx3", "--reps", REPS),
        *("--events", str(tmp_path / "e.jsonl")),
    )
    for words in (named, ()):
        coach = Coach(card, *words, *usual)
        try:
            coach.wait_for("First a test", 60)
            inputs = card.control("list", "sink-inputs")
            sinks = card.control("list", "short", "sinks").splitlines()
            earbuds = next(line.split()[0] for line in sinks if "earbuds" in line)
            # The default sink of this card is another one.
            assert f"Sink: {earbuds}" in inputs
            coach.signal(signal.SIGTERM)
            assert coach.end() == 0
            # Nothing from Python itself, such as leftovers at exit. A busy machine may have played
            # late.
            told = [line for _, line in coach.lines if "ran dry" not in line]
            assert re.match(r" *\d+\.\d\d  ", told[-1]), coach.text()
            assert not any("sound card" in line for line in told)
        finally:
            coach.kill()


def both(coach: Coach, begins: str, ends: str, at: int) -> int:
    """Wait for both lines, and give the coach time to say them."""
    at = coach.wait_for(begins, 20, at)
    return coach.wait_for(ends, 20, at)


def resumed(coach: Coach, at: int) -> int:
    coach.type("resume")
    return coach.wait_for("top", 20, at)


def microphone_gone(card: SoundCard, coach: Coach, at: int) -> int:
    card.unload("source_name=mic")
    at = coach.wait_for("deaf", 5, at)
    at = coach.wait_for("I can't hear you", 20, at)
    card.load("module-remap-source", "source_name=mic", "master=lifter.monitor")
    return both(coach, "hearing again", "I hear you again", at)


def output_suspended(card: SoundCard, coach: Coach, at: int) -> int:
    card.control("suspend-sink", "earbuds", "1")
    at = both(coach, "the output is gone", "paused", at)
    card.control("suspend-sink", "earbuds", "0")
    at = both(coach, "the output is back", "Still paused", at)
    return resumed(coach, at)


def output_replaced(card: SoundCard, coach: Coach, folder: Path, at: int) -> tuple[int, Pcm]:
    """Another output exists: the server moves the sound to it without notice. Also returns what is
    heard in the earbuds once they are back."""
    card.unload("sink_name=earbuds")
    at = both(coach, "is gone", "You hear me through", at)
    card.load("module-null-sink", "sink_name=earbuds", "rate=48000", "norewinds=1")
    at = coach.wait_for("heard through another device", 20, at)
    coach.type("resume")
    recording = Recording(card, folder)
    at = coach.wait_for("top", 20, at)
    time.sleep(1.0)
    return at, recording.close()


def asleep(coach: Coach, at: int) -> int:
    """A sleeping laptop: nothing runs."""
    coach.signal(signal.SIGSTOP)
    time.sleep(3.0)
    coach.signal(signal.SIGCONT)
    at = both(coach, "the machine slept", "Still paused", at)
    return resumed(coach, at)


def test_what_fails_in_a_set_is_said_and_mended_and_no_rep_is_lost(
    card: SoundCard, lifter: Lifter, tmp_path: Path
) -> None:
    (tmp_path / "voicecoach.toml").write_text(QUICK)
    coach = Coach(card, *options(tmp_path), "--reps", "15")

    try:
        at = coach.wait_for("gate", 60)
        coach.type("ready")
        at = coach.wait_for("armed", 20, at)
        coach.type("start set")
        at = coach.wait_for("1 top", 20, at)

        at = microphone_gone(card, coach, at)
        os.kill(recogniser_of(coach.pid), signal.SIGKILL)
        at = both(coach, "deaf: the recogniser", "hearing again", at)
        at = coach.wait_for("top", 20, at)
        at = output_suspended(card, coach, at)
        at, back = output_replaced(card, coach, tmp_path / "recording", at)
        at = asleep(coach, at)

        # What lies under a session goes: its terminal, its log, its configuration.
        shutil.rmtree(coach.log.parent)
        (tmp_path / "voicecoach.toml").unlink()
        coach.unplug_terminal()
        time.sleep(2.0)

        began = time.monotonic()
        coach.signal(signal.SIGHUP)
        assert coach.end() == 0
        assert time.monotonic() - began < 4.0
    finally:
        coach.kill()

    played = [e["id"] for e in events(tmp_path, "cue") if e["outcome"] == "played"]
    assert played.count("deaf") >= 1
    assert played.count("hearing") >= 1
    assert played.count("still_paused") >= 3
    assert played[-1] == "lock_again"
    assert [rep["n"] for rep in events(tmp_path, "rep")] == list(
        range(1, len(events(tmp_path, "rep")) + 1)
    )
    (over,) = events(tmp_path, "set")
    assert over["ended_by"] == "stop"
    with Log(coach.log) as log:
        assert [each.counted for each in log.sets()] == [len(events(tmp_path, "rep"))]
    # Once the earbuds are back, the pacing is on them again.
    assert any(offsets(back, every_tick(), within=30.0))


@pytest.mark.xdist_group("asleep")
def test_a_laptop_that_sleeps_in_a_rest_has_rested(
    card: SoundCard, lifter: Lifter, tmp_path: Path
) -> None:
    (tmp_path / "voicecoach.toml").write_text(QUICK)
    (tmp_path / "exercises").mkdir()
    script = (shipped() / "exercises" / "leg-press.toml").read_text()
    short = script.replace("rest = 90", "rest = 45")
    (tmp_path / "exercises" / "leg-press.toml").write_text(short)
    coach = Coach(card, *options(tmp_path), "--reps", "1")
    try:
        at = coach.wait_for("gate", 60)
        coach.type("ready")
        at = coach.wait_for("armed", 20, at)
        coach.type("start set")
        at = coach.wait_for("racking", 30, at)
        coach.type("locked")
        at = coach.wait_for("rest", 20, at)
        began = time.monotonic()
        coach.signal(signal.SIGSTOP)
        time.sleep(30.0)
        coach.signal(signal.SIGCONT)
        at = coach.wait_for("slept", 20, at)
        at = coach.wait_for("Next: set two", 20, at)
        at = coach.wait_for("Rest is over", 20, at)
        # The line is printed after it was said.
        assert 44.5 < time.monotonic() - began < 50
        coach.signal(signal.SIGTERM)
        assert coach.end() == 0
    finally:
        coach.kill()
    (nap, *_) = (each["seconds"] for each in events(tmp_path, "slept") if each["seconds"] > 20)
    assert 29 < nap < 32


def every_tick() -> list[tuple[float, Pcm]]:
    return [(0.0, TONES[tick(phase)]) for phase in Phase]
