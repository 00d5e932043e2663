"""How exactly is a set paced through a sound card, and how soon is it silent after "stop"?

    python -m benchmarks.live [--minutes 2] [--stops 20] [--json FILE]

On a PulseAudio of its own (see `tests/soundcard.py`), idle and with every processor busy:

- pacing: `voicecoach start`, against the obvious program, which says the same phases with
  pyttsx3 (`say`, `runAndWait`) and sleeps to absolute seconds. What the earbuds play is
  recorded, and each phase's onset compared with the plan. A latency that never changes
  is nothing that a lifter hears: the median error of the first twenty seconds is taken out.
- stop: from the end of a spoken "stop", as the recogniser dates it, to silence in the ear,
  as the trace dates it. The devices' latencies are those they are asked for, not measured.

The machine's own sound is not touched. Needs voicecoach[test] and the packages that the
live tests name; aplay (alsa-utils) for the obvious program.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tests.natural import say
from tests.onsets import offsets
from tests.soundcard import Coach, Lifter, Recording, SoundCard
from voicecoach.audio.devices import BLOCK
from voicecoach.audio.tones import TONES, tick
from voicecoach.core.plan import SAMPLE_RATE, Phase
from voicecoach.live import LEAD

TEMPO = (1, 1, 1, 1)
"""Seconds of each phase: as many onsets a minute as there can be."""

OBVIOUS = """
import sys, time
from voicecoach.speaking.pyttsx import _start_espeak
engine, _ = _start_espeak()
engine.setProperty("rate", 190)
engine.say("Ready"); engine.runAndWait()
time.sleep(1)
start = time.monotonic()
for n in range(int(sys.argv[1])):
    time.sleep(max(0.0, start + n - time.monotonic()))
    engine.say(("Down", "Hold", "Up", "Top")[n % 4])
    engine.runAndWait()
print(time.monotonic() - start)
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=2.0)
    arguments.add_argument("--stops", type=int, default=20)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name, SoundCard() as card:
        folder = Path(name)
        (folder / "voicecoach.toml").write_text("[listening]\nprove_stop = false\n")
        card.environment["XDG_CACHE_HOME"] = name
        card.control("set-default-sink", "earbuds")
        for load in ("idle", "loaded"):
            with _busy(load == "loaded"):
                coach, plumbing = paced(card, folder, given.minutes)
                obvious = said(card, folder, given.minutes)
            results[load] = {"voicecoach": coach, "plumbing": plumbing, "obvious": obvious}
            print(f"{load:<7} voicecoach  {_told(coach)}   {plumbing}")
            print(f"{load:<7} obvious     {_told(obvious)}")
            if coach["p95"] and obvious.get("p95"):
                print(f"{load:<7} p95 ratio   {obvious['p95'] / max(coach['p95'], 0.01):.0f}")
        if given.stops:
            results["stop"] = stopped(card, folder, given.stops)
            print(f"stop to silence, ms: {results['stop']}")
    if given.json:
        given.json.write_text(json.dumps(results, indent=2))


def paced(card: SoundCard, folder: Path, minutes: float) -> tuple[dict[str, float], str]:
    """Figures of a set by voicecoach, in ms, and what it says of the sound card."""
    with _set(card, folder, "100") as coach:
        recording = Recording(card, folder / "recording")
        time.sleep(60 * minutes)
        sound = recording.close()
        coach.signal(signal.SIGTERM)
        coach.end(10)
        plumbing = coach.lines[-1][1]
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    phases = [event for event in events if event["type"] == "phase"]
    ticks = {phase: TONES[tick(Phase(phase))] for phase in Phase}
    # The recorder is started within the set: where, the first ticks show.
    best: list[float] = []
    for first in range(min(16, len(phases))):
        zero = phases[first]["t"]
        inside = [
            (phase["t"] - zero, ticks[Phase(phase["phase"])])
            for phase in phases[first:]
            if phase["t"] - zero < len(sound) / SAMPLE_RATE - 2.0
        ]
        found = [late for late in offsets(sound, inside, within=0.3) if late is not None]
        if len(found) > len(best) and len(found) > 0.98 * len(inside):
            best = found
    return _figures(best), plumbing


def said(card: SoundCard, folder: Path, minutes: float) -> dict[str, float]:
    """The same of the obvious program: onsets are where sound begins after silence."""
    recording = Recording(card, folder / "obvious")
    count = round(60 * minutes)
    program = subprocess.Popen(
        [sys.executable, "-c", OBVIOUS, str(count)],
        env=card.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    program.wait(60 * minutes * 4 + 30)
    time.sleep(0.5)
    sound = np.abs(recording.close())
    loud = [bool(block.max() > 0.01) for block in np.array_split(sound, len(sound) // 240)]
    onsets = [n * 0.005 for n in range(20, len(loud)) if loud[n] and not any(loud[n - 20 : n])][1:]
    late = [at - onsets[0] - n for n, at in enumerate(onsets[:count])]
    return {**_figures(late), "missing": count - len(late)}


def stopped(card: SoundCard, folder: Path, trials: int) -> dict[str, float]:
    """Milliseconds from the end of a spoken "stop" to silence, by the trace."""
    word = say("stop")
    with _set(card, folder, "50") as coach:
        for trial in range(trials):
            time.sleep(2.0 + 0.37 * (trial % 5))
            at = len(coach.lines)
            coach.lifter.say(word)
            try:
                coach.wait_for("ended by stop", 10.0, at)
            except AssertionError:
                continue  # not understood: `benchmarks.commands` counts those
            at = len(coach.lines)
            for text in ("locked", "start set", "ready", "start set"):
                coach.type(text)
                time.sleep(0.1)
            coach.wait_for("1 bottom", 15.0, at)
        coach.signal(signal.SIGTERM)
        coach.end(10)
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    heard = [e for e in events if e["type"] == "heard" and e["command"] == "stop" and e["accepted"]]
    # What waits for the card is faded within a block when "stop" is understood.
    ms = [1000 * (e["t"] - e["end"] - LEAD / SAMPLE_RATE + BLOCK) for e in heard]
    return {
        "trials": trials,
        "understood": len(ms),
        "median": round(float(np.median(ms)), 0),
        "p95": round(float(np.percentile(ms, 95)), 0),
    }


class _Set(Coach):
    lifter: Lifter


@contextmanager
def _set(card: SoundCard, folder: Path, reps: str) -> Iterator[_Set]:
    """A coach in the middle of its first rep."""
    lifter = Lifter(card)
    coach = _Set(
        card,
        *("--microphone", "mic", "--output", "earbuds", "--engine", "moonshine"),
        *("--voice", "pyttsx3", "--tempo", "-".join(map(str, TEMPO)), "--reps", reps),
        *("--events", str(folder / "events.jsonl"), "--config", str(folder)),
    )
    coach.lifter = lifter
    try:
        at = coach.wait_for("gate", 120)
        coach.type("ready")
        at = coach.wait_for("armed", 30, at)
        coach.type("start set")
        coach.wait_for("1 bottom", 30, at)
        yield coach
    finally:
        coach.kill()
        lifter.close()


def _figures(late: Sequence[float]) -> dict[str, float]:
    """Of onset errors in seconds: milliseconds."""
    if len(late) < 20:
        return {"onsets": len(late)}
    ms = 1000 * np.array(late)
    ms -= np.median(ms[:20])
    error = np.abs(ms)
    median, p95, p99 = np.percentile(error, [50, 95, 99])
    return {
        "onsets": len(ms),
        "median": round(float(median), 2),
        "p95": round(float(p95), 2),
        "p99": round(float(p99), 2),
        "max": round(float(error.max()), 2),
        "drift": round(float(np.median(ms[-20:])), 2),
        "last": round(float(ms[-1]), 2),
    }


def _told(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:g}" for name, value in figures.items())


def _spin() -> None:
    while os.getppid() != 1:
        sum(range(100_000))


@contextmanager
def _busy(on: bool) -> Iterator[None]:
    """Every processor busy with Python, as long as it lasts."""
    spinners = [
        multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
        for _ in range((os.cpu_count() or 1) * on)
    ]
    for each in spinners:
        each.start()
    try:
        yield
    finally:
        for each in spinners:
            each.kill()


if __name__ == "__main__":
    main()
