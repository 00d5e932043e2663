"""How exactly is a set paced through a sound card, and how soon is it silent after "stop"?

    python -m benchmarks.live [--minutes 2] [--trials 20] [--late 200] [--json FILE]

On its own PulseAudio (see `tests/support/virtual_sound_card.py`), idle and with every processor
busy:

- pacing: `voicecoach start`, against the obvious program, which says the same phases with pyttsx3
  (`say`, `runAndWait`) and sleeps to absolute seconds. The earbuds are recorded, and each phase's
  onset is compared with the plan. A lifter doesn't notice a constant latency, so the median error
  of the first twenty seconds is subtracted.
- stop, done: from the last loud sample of the spoken word to silence in the earbuds (if the coach
  was just speaking), and to the first sample of its answer. The lifter and the earbuds are recorded
  side by side; the trace only tells where to look.

`--late` puts so many milliseconds between the coach and the earbuds, as Bluetooth does.

The machine's own sound is not touched. Needs voicecoach[test] and the packages that the live tests
name; for the obvious program aplay (alsa-utils) and ALSA's plugin for the sound server
(libasound2-plugins).
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from tests.support.matched_filter import offsets
from tests.support.natural_speech import RATE, VOICES, Sound, say
from tests.support.virtual_sound_card import Coach, Lifter, Recording, SoundCard
from voicecoach.audio.playout import LEAD
from voicecoach.audio.tones import TONES, tick
from voicecoach.core.plan import SAMPLE_RATE, Phase

TEMPO = (1, 1, 1, 1)
"""Seconds of each phase: as many onsets a minute as possible."""

FAR = "sender"
"""The sink of earbuds that play later than they are given the sound."""

LOADS = ("idle", "loaded")
OBVIOUS_MINUTES = 3.0
"""Most minutes of the obvious program: it only gets worse."""

ALSA = "</usr/share/alsa/alsa.conf>\npcm.!default pulse\nctl.!default pulse\n"
"""Sends what aplay plays to the sound server; not every system does."""

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
    arguments.add_argument("--minutes", type=float, default=2.0, help="12 at most")
    arguments.add_argument("--load", nargs="+", choices=LOADS, default=LOADS)
    arguments.add_argument("--trials", type=int, default=20, help="of stop, and of done")
    arguments.add_argument("--late", type=int, default=0, help="milliseconds")
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name, SoundCard() as card:
        folder = Path(name)
        (folder / "voicecoach.toml").write_text('[listening]\nprove_stop = false\necho = "off"\n')
        card.environment["XDG_CACHE_HOME"] = name
        card.control("set-default-sink", "earbuds")
        if given.late:
            card.load("module-null-sink", f"sink_name={FAR}", "rate=48000", "norewinds=1")
            card.load(
                *("module-loopback", f"source={FAR}.monitor", "sink=earbuds"),
                *(f"latency_msec={given.late}", "source_dont_move=1", "sink_dont_move=1"),
            )
        for load in given.load if given.minutes else ():
            with _busy(load == "loaded"):
                coach, plumbing = paced(card, folder, given.minutes)
                obvious = said(card, folder, min(given.minutes, OBVIOUS_MINUTES))
            results[load] = {"voicecoach": coach, "plumbing": plumbing, "obvious": obvious}
            print(f"{load:<7} voicecoach  {_told(coach)}   {plumbing}")
            print(f"{load:<7} obvious     {_told(obvious)}")
            if coach.get("p95") and obvious.get("p95"):
                print(f"{load:<7} p95 ratio   {obvious['p95'] / max(coach['p95'], 0.01):.0f}")
        for word in ("stop", "done") if given.trials else ():
            results[word] = answered(card, folder, word, given.trials)
            print(f"{word:<7} {results[word]}")
    if given.json:
        given.json.write_text(json.dumps(results, indent=2))


def paced(card: SoundCard, folder: Path, minutes: float) -> tuple[dict[str, float], str]:
    """Figures of a set by voicecoach, in ms, and what it reports of the sound card."""
    with _set(card, folder, str(round(60 * minutes / sum(TEMPO)) + 10)) as coach:
        recording = Recording(card, folder / "recording")
        time.sleep(60 * minutes)
        sound = recording.close()
        coach.signal(signal.SIGTERM)
        coach.end(10)
        plumbing = next((line for _, line in coach.lines if "ran dry" in line), "never ran dry")
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    phases = [event for event in events if event["type"] == "phase"]
    ticks = {phase: TONES[tick(Phase(phase))] for phase in Phase}
    return _figures(_late(phases, ticks, sound)), plumbing


def _late(
    phases: Sequence[dict[str, Any]], ticks: Mapping[Phase, Sound], sound: Sound
) -> list[float | None]:
    """How late each phase was in the recording, in seconds, up to a constant; None for a missing
    one. The recorder was started somewhere in the set; the ticks show where."""
    for first in range(16):
        zero = phases[first]["t"]
        inside = [
            (phase["t"] - zero, ticks[Phase(phase["phase"])])
            for phase in phases[first:]
            if phase["t"] - zero < len(sound) / SAMPLE_RATE - 2.0
        ]
        found = offsets(sound, inside, within=0.3)
        if sum(late is not None for late in found) > 0.98 * len(inside):
            return found
    raise SystemExit("the phases are not in the recording")


def said(card: SoundCard, folder: Path, minutes: float) -> dict[str, float]:
    """The same figures of the obvious program. An onset is where sound begins after silence."""
    alsa = folder / "asound.conf"
    alsa.write_text(ALSA)
    recording = Recording(card, folder / "obvious")
    count = round(60 * minutes)
    program = subprocess.Popen(
        [sys.executable, "-c", OBVIOUS, str(count)],
        env={**card.environment, "ALSA_CONFIG_PATH": str(alsa)},
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


@dataclass(frozen=True, slots=True)
class Trial:
    """A word said into a set, and the recording after it."""

    end: float
    """Clock time at which its last loud sample reached the microphone."""
    began: float
    """Clock time at which the first sample of `sound` reached the earbuds."""
    sound: Sound


def answered(card: SoundCard, folder: Path, word: str, trials: int) -> dict[str, Any]:
    """Milliseconds from the end of a spoken `word` to silence, and to the answer."""
    done: list[Trial] = []
    with _set(card, folder, "50") as coach:
        for trial in range(trials):
            at = len(coach.lines)
            for text in ("stop", "locked", "start set", "ready", "start set"):
                coach.type(text)
                time.sleep(0.15)
            ears = [Ear(card, sink) for sink in ("lifter", "earbuds")]
            coach.wait_for("1 top", 20.0, at)
            time.sleep(0.09 * (trial % 11))
            said = say(word, VOICES[trial % 2], (0.9, 1.0, 1.15)[trial % 3])
            coach.lifter.say(said)
            time.sleep(len(said) / RATE + 3.0)
            spoken, heard = (ear.close() for ear in ears)
            done.append(Trial(_end_of(said, *spoken), *heard))
        coach.signal(signal.SIGTERM)
        coach.end(10)
    # The first set came before the first trial.
    found = [_reply(each, *of) for each, of in zip(done, _sets(folder)[1:], strict=True)]
    silences = [reply[0] for reply in found if reply is not None and reply[0] != 0]
    return {
        "trials": trials,
        "understood": sum(reply is not None for reply in found),
        "silence": _spread(silences),
        "answer": _spread([reply[1] for reply in found if reply is not None]),
    }


def _sets(folder: Path) -> list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """For each set in the trace: its phases, and its end with what followed."""
    sets: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]] = []
    for line in (folder / "events.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["type"] == "state" and event["to"] == "countdown":
            sets.append(([], []))
        elif sets and event["type"] == "phase":
            sets[-1][0].append(event)
        elif sets and (event["type"] == "set" or sets[-1][1]):
            sets[-1][1].append(event)
    return sets


def _reply(
    trial: Trial, phases: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]
) -> tuple[float, float] | None:
    """Milliseconds to silence (0 if it was silent already) and to the answer, NaN if they can't be
    determined; None if the word did not end the set."""
    heard = trial.began + len(trial.sound) / SAMPLE_RATE
    cues = [event for event in after if event["type"] == "cue" and event["class"] != "phase"]
    zero = phases[0]["t"]
    ticks = [(p["t"] - zero, TONES[tick(Phase(p["phase"]))]) for p in phases]
    late = [each for each in offsets(trial.sound, ticks, within=0.3) if each is not None]
    answer = next((cue for cue in cues if cue["t"] >= after[0]["t"]), None)
    if answer is None:
        return None
    if len(late) < 3:
        return math.nan, math.nan
    # Where the answer is in the recording: earlier by as much as was hushed.
    expected = trial.began + answer["t"] - zero + float(np.median(late))
    if expected > heard:
        return None
    frame = SAMPLE_RATE // 200
    whole = len(trial.sound) // frame * frame
    loud = np.abs(trial.sound[:whole]).reshape(-1, frame).max(axis=1) > 0.003
    first, last = (
        round((expected - trial.began + lead) * 200) for lead in (-LEAD / SAMPLE_RATE - 0.06, 0.08)
    )
    onsets = [n for n in range(first, last) if loud[n] and not loud[n - 4 : n].any()]
    if not onsets:
        return math.nan, math.nan
    # The silence between what was cut and the answer is longer than any within a line.
    onset = max(onsets, key=lambda n: n - max(np.flatnonzero(loud[:n]), default=0))
    before = np.flatnonzero(loud[:onset])
    silent = trial.began + (int(before[-1]) + 1 if len(before) else 0) / 200
    return 1000 * max(0.0, silent - trial.end), 1000 * (trial.began + onset / 200 - trial.end)


class Ear:
    """What a sink plays, with the clock time at which each sample came."""

    def __init__(self, card: SoundCard, sink: str) -> None:
        self._process = card.popen(
            *("parec", "--raw", f"--device={sink}.monitor", f"--rate={SAMPLE_RATE}"),
            *("--channels=1", "--format=float32le", "--latency-msec=10"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._pieces: list[bytes] = []
        self._began = math.inf
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        pipe = self._process.stdout
        assert isinstance(pipe, BufferedReader)
        fetched = 0
        while piece := pipe.read1(4096):
            self._pieces.append(piece)
            fetched += len(piece) // 4
            # A sample may come late, never early.
            self._began = min(self._began, time.monotonic() - fetched / SAMPLE_RATE)

    def close(self) -> tuple[float, np.ndarray[Any, np.dtype[np.float32]]]:
        """The clock time of its first sample, and the samples."""
        self._process.terminate()
        self._process.wait(5)
        self._thread.join(5)
        return self._began, np.frombuffer(b"".join(self._pieces), np.float32)


def _end_of(said: Sound, began: float, sound: Sound) -> float:
    """Clock time of the last loud sample of `said` (16 kHz) in `sound` (48 kHz)."""
    sought = soxr.resample(said, RATE, SAMPLE_RATE)
    size = 1 << (len(sound) + len(sought)).bit_length()
    match = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(sought, size)), size)
    loud = np.flatnonzero(np.abs(sought) > 0.05 * np.abs(sought).max())
    return began + (int(np.argmax(match[: len(sound)])) + int(loud[-1])) / SAMPLE_RATE


def _spread(figures: Sequence[float]) -> dict[str, float]:
    ms = [each for each in figures if not math.isnan(each)]
    if not ms:
        return {"n": 0}
    median, p95 = np.percentile(ms, [50, 95])
    return {"n": len(ms), "median": round(median), "p95": round(p95), "max": round(max(ms))}


class _Set(Coach):
    lifter: Lifter


@contextmanager
def _set(card: SoundCard, folder: Path, reps: str) -> Iterator[_Set]:
    """A coach in the middle of its first rep."""
    lifter = Lifter(card)
    coach = _Set(
        card,
        *("--microphone", "mic", "--engine", "moonshine"),
        *("--output", FAR if FAR in card.control("list", "short", "sinks") else "earbuds"),
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


def _figures(found: Sequence[float | None]) -> dict[str, float]:
    """Onset errors in seconds, summed up in milliseconds."""
    late = [each for each in found if each is not None]
    if len(late) < 20:
        return {"onsets": len(late)}
    ms = 1000 * np.array(late)
    ms -= np.median(ms[:20])
    error = np.abs(ms)
    median, p95, p99 = np.percentile(error, [50, 95, 99])
    return {
        "onsets": len(ms),
        "lost": len(found) - len(late),
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
    """Keep every processor busy with Python."""
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
