"""Whatever goes wrong in a set: how soon does the coach say so, and is a rep lost?

    python -m benchmarks.faults [--times 10] [--only KIND ...] [--json FILE]

On its own PulseAudio (see `tests/support/virtual_sound_card.py`), a set is started for each kind of
fault, and the fault is made and mended this many times in it. Two times are measured:

- said: to the first sample of the line that reports it, in the recording of the earbuds. If nobody
  could hear a line (the output was gone, the machine slept), from the moment at which one could be
  heard again.
- held: for faults of the output, from the fault to the moment at which the reps are interrupted.

The recorder lags the ear by some 30 ms, and its times are late by that. A rep is lost if its number
is missing in the trace or comes twice. The machine's own sound is not touched. Needs
voicecoach[test] and the packages that the live tests name.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from tests.support.matched_filter import Pcm, matches
from tests.support.virtual_sound_card import Coach, Lifter, SoundCard, recogniser_of
from voicecoach import config
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.speaking import catalogue
from voicecoach.speaking.clips import Clipbook

GOAL = 2.0
"""Seconds within which a fault should be reported."""

SLEEP = 6.0
"""Seconds for which the program is stopped, as if a laptop slept."""

_PATIENCE = 15.0
"""Seconds after which nothing more is expected."""

_SURE = 0.6
"""Correlation with a line's own sound from which it counts as that line."""


class Ear:
    """What a sink plays, each piece with the time at which it came."""

    def __init__(self, card: SoundCard, sink: str = "earbuds") -> None:
        self._process = card.popen(
            *("parec", "--raw", f"--device={sink}.monitor", "--rate=48000", "--channels=1"),
            *("--format=float32le", "--latency-msec=20"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._pieces: list[tuple[float, Pcm]] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while data := os.read(self._process.stdout.fileno(), 1 << 16):
            whole = data[: len(data) // 4 * 4]
            self._pieces.append((time.monotonic(), np.frombuffer(whole, np.float32)))

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(5)
        self._thread.join(2)

    def first(self, line: Pcm, since: float) -> float | None:
        """When, after `since`, `line` began to sound; None if it did not."""
        kept = [(moment, pcm) for moment, pcm in self._pieces if moment > since]
        if not kept:
            return None
        sound = np.concatenate([pcm for _, pcm in kept])
        if len(sound) < len(line):
            return None
        match = matches(sound, line)
        at = int(np.argmax(match))
        if match[at] < _SURE:
            return None
        passed = 0
        for moment, pcm in kept:
            passed += len(pcm)
            if passed > at:
                return moment - (passed - at) / SAMPLE_RATE
        return None


@dataclass
class Result:
    kind: str
    trials: int = 0
    said: list[float | None] = field(default_factory=list)
    held: list[float | None] = field(default_factory=list)
    reps: int = 0
    lost: int = 0
    crashes: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def within(self) -> int:
        return sum(each is not None and each <= GOAL for each in self.said)

    def row(self) -> str:
        return (
            f"{self.kind:<34} {self.trials:>6} {self.within:>6} {_two(self.said)}  "
            f"{_two(self.held)} {self.reps:>5} {self.lost:>4} {self.crashes:>7}"
        )


HEAD = (
    f"{'kind of fault':<34} {'trials':>6} {'in 2 s':>6} {'said':>6} {'max':>6}  "
    f"{'held':>6} {'max':>6} {'reps':>5} {'lost':>4} {'crashes':>7}"
)


def _two(seconds: list[float | None]) -> str:
    """Median and maximum."""
    known = [each for each in seconds if each is not None]
    if not known:
        return f"{'-':>6} {'-':>6}"
    return f"{np.median(known):6.2f} {max(known):6.2f}"


class Stage:
    """A coach in a running set, and everything that can be taken from it."""

    def __init__(self, card: SoundCard, folder: Path, named: bool) -> None:
        self.card = card
        self._folder = folder
        self.ear = Ear(card)
        self.lifter = Lifter(card)
        devices = ("--microphone", "mic", "--output", "earbuds") if named else ()
        self.coach = Coach(
            card,
            *(*devices, "--engine", "moonshine", "--voice", "pyttsx3"),
            *("--tempo", "1-1-1-1", "--reps", "60", "--config", str(folder)),
            *("--events", str(folder / "events.jsonl")),
        )
        # Messages of a PortAudio whose server died are no lines of the coach.
        at = self.coach.wait_for("gate", 120)
        self.coach.type("ready")
        at = self.coach.wait_for("armed", 30, at)
        self.coach.type("start set")
        self.coach.wait_for("1 top", 30, at)
        loaded = config.load("en", "leg-press", folder)
        voices = catalogue.choose(catalogue.VoiceEngine("pyttsx3"), loaded.spoken, 190, 1.0, None)
        cache = Path(card.environment["XDG_CACHE_HOME"]) / "voicecoach" / "clips"
        self.clips = Clipbook(voices, cache, {})

    def close(self) -> None:
        self.coach.kill()
        self.lifter.close()
        self.ear.close()

    def listen_anew(self, sink: str = "earbuds") -> None:
        """Start a new recorder: the old one went with its device."""
        self.ear.close()
        self.ear = Ear(self.card, sink)

    def said(self, stem: str, at: int, since: float) -> float | None:
        """Seconds from `since` to the sound of the line that contains `stem` and is printed after
        line `at`."""
        try:
            found = self.coach.wait_for(stem, _PATIENCE, at)
        except AssertionError:
            return None
        line = self.coach.lines[found - 1][1]
        text = next(part.strip() for part in line.split("  ") if stem in part)
        time.sleep(1.0)  # it is printed before it is heard
        moment = self.ear.first(self.clips.get(text).pcm, since)
        return None if moment is None else moment - since

    def held(self, at: int, since: float) -> float | None:
        """Seconds from `since` to the interruption of the reps, which the coach notes after line
        `at` as "the output is gone"."""
        try:
            found = self.coach.wait_for("the output is gone", _PATIENCE, at)
            self.coach.wait_for("paused", _PATIENCE, at)
        except AssertionError:
            return None
        return self.coach.lines[found - 1][0] - since


Trial = Callable[[Stage, Result], None]
KINDS: dict[str, Trial] = {}
UNNAMED = {"default output changed"}


def kind(name: str) -> Callable[[Trial], Trial]:
    def note(trial: Trial) -> Trial:
        KINDS[name] = trial
        return trial

    return note


def _deaf(
    stage: Stage, result: Result, fault: Callable[[], None], mend: Callable[[], None]
) -> None:
    at, began = len(stage.coach.lines), time.monotonic()
    fault()
    result.said.append(stage.said("I can't hear you", at, began))
    at = len(stage.coach.lines)
    mend()
    stage.coach.wait_for("I hear you again", _PATIENCE, at)


def _recovered(stage: Stage, result: Result, at: int, back: float) -> None:
    """The coach says where we are, and is told to resume."""
    result.said.append(stage.said("Still paused", at, back))
    at = len(stage.coach.lines)
    stage.coach.type("resume")
    stage.coach.wait_for("top", _PATIENCE, at)


@kind("microphone gone, no other")
def microphone_gone(stage: Stage, result: Result) -> None:
    _deaf(
        stage,
        result,
        lambda: stage.card.unload("source_name=mic"),
        lambda: stage.card.load("module-remap-source", "source_name=mic", "master=lifter.monitor"),
    )


@kind("microphone gone, another there")
def microphone_moved(stage: Stage, result: Result) -> None:
    card = stage.card
    card.load("module-remap-source", "source_name=spare", "master=lifter.monitor")
    time.sleep(0.5)
    at, began = len(stage.coach.lines), time.monotonic()
    card.unload("source_name=mic")
    result.said.append(stage.said("I hear you through", at, began))
    at = len(stage.coach.lines)
    card.load("module-remap-source", "source_name=mic", "master=lifter.monitor")
    stage.coach.wait_for("I hear you through", _PATIENCE, at)
    card.unload("source_name=spare")


@kind("microphone suspended")
def microphone_suspended(stage: Stage, result: Result) -> None:
    def suspend(on: str) -> Callable[[], None]:
        return lambda: (stage.card.control("suspend-source", "mic", on), None)[1]

    _deaf(stage, result, suspend("1"), suspend("0"))


@kind("microphone muted")
def microphone_muted(stage: Stage, result: Result) -> None:
    def mute(on: str) -> Callable[[], None]:
        return lambda: (stage.card.control("set-source-mute", "mic", on), None)[1]

    _deaf(stage, result, mute("1"), mute("0"))


@kind("recogniser killed")
def recogniser_killed(stage: Stage, result: Result) -> None:
    child = recogniser_of(stage.coach.pid)
    _deaf(stage, result, lambda: os.kill(child, signal.SIGKILL), lambda: None)


@kind("recogniser stopped")
def recogniser_stopped(stage: Stage, result: Result) -> None:
    child = recogniser_of(stage.coach.pid)
    _deaf(
        stage,
        result,
        lambda: os.kill(child, signal.SIGSTOP),
        lambda: os.kill(child, signal.SIGCONT),
    )


@kind("output gone, no other")
def output_gone(stage: Stage, result: Result) -> None:
    card = stage.card
    at, began = len(stage.coach.lines), time.monotonic()
    # The lifter speaks into the other sink, so that the microphone goes with it.
    card.unload("sink_name=lifter")
    card.unload("sink_name=earbuds")
    result.held.append(stage.held(at, began))
    time.sleep(1.0)
    stage.lifter.close()
    card.load("module-null-sink", "sink_name=earbuds", "rate=48000", "norewinds=1")
    back = time.monotonic()
    card.load("module-null-sink", "sink_name=lifter", "rate=48000", "norewinds=1")
    card.load("module-remap-source", "source_name=mic", "master=lifter.monitor")
    card.control("set-default-sink", "earbuds")
    stage.listen_anew()  # last: a recorder may be moved when a source comes back
    stage.lifter = Lifter(card)
    _recovered(stage, result, at, back)


@kind("output gone, another there")
def output_moved(stage: Stage, result: Result) -> None:
    card = stage.card
    if "speaker" not in card.control("list", "short", "sinks"):
        card.load("module-null-sink", "sink_name=speaker", "rate=48000", "norewinds=1")
    card.control("set-default-sink", "speaker")
    stage.listen_anew("speaker")
    time.sleep(1.0)
    at, began = len(stage.coach.lines), time.monotonic()
    card.unload("sink_name=earbuds")
    result.held.append(stage.held(at, began))
    _recovered(stage, result, at, began)
    at = len(stage.coach.lines)
    card.load("module-null-sink", "sink_name=earbuds", "rate=48000", "norewinds=1")
    stage.coach.wait_for("You hear me through", _PATIENCE, at)
    card.control("set-default-sink", "earbuds")


@kind("output suspended")
def output_suspended(stage: Stage, result: Result) -> None:
    at, began = len(stage.coach.lines), time.monotonic()
    stage.card.control("suspend-sink", "earbuds", "1")
    result.held.append(stage.held(at, began))
    time.sleep(1.0)
    stage.card.control("suspend-sink", "earbuds", "0")
    _recovered(stage, result, at, time.monotonic())


@kind("default output changed")
def default_changed(stage: Stage, result: Result) -> None:
    before = stage.card.control("get-default-sink").strip()
    after = "second" if before == "earbuds" else "earbuds"
    stage.listen_anew(after)
    time.sleep(0.5)
    at, began = len(stage.coach.lines), time.monotonic()
    stage.card.control("set-default-sink", after)
    result.said.append(stage.said("You hear me through", at, began))


@kind("sound server killed")
def server_killed(stage: Stage, result: Result) -> None:
    at, began = len(stage.coach.lines), time.monotonic()
    stage.card.kill()
    result.held.append(stage.held(at, began))
    stage.lifter.close()
    stage.card.start()
    back = time.monotonic()
    stage.listen_anew()
    stage.lifter = Lifter(stage.card)
    _recovered(stage, result, at, back)


@kind("asleep for six seconds")
def asleep(stage: Stage, result: Result) -> None:
    at = len(stage.coach.lines)
    stage.coach.signal(signal.SIGSTOP)
    time.sleep(SLEEP)
    stage.coach.signal(signal.SIGCONT)
    woken = time.monotonic()
    result.held.append(stage.held(at, woken))
    _recovered(stage, result, at, woken)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--times", type=int, default=10)
    arguments.add_argument("--only", nargs="+", choices=list(KINDS), metavar="KIND")
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    print(HEAD, flush=True)
    results = []
    with tempfile.TemporaryDirectory() as cache:
        for name in given.only or KINDS:
            results.append(tried(name, given.times, cache))
            print(results[-1].row(), flush=True)
            for note in results[-1].notes:
                print(f"    {note}", flush=True)
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in results], indent=2))


def tried(name: str, times: int, cache: str) -> Result:
    """A set in which the fault `name` is made `times` times. `cache` keeps the voice's clips."""
    result = Result(name)
    with _prepared(name, cache) as (stage, folder):
        for trial in range(times):
            result.trials += 1
            time.sleep(2.0 + 0.37 * (trial % 5))
            at = len(stage.coach.lines)
            try:
                KINDS[name](stage, result)
            except AssertionError as fault:
                result.notes.append(f"trial {trial + 1}: {str(fault).splitlines()[0]}")
                told = [line for _, line in stage.coach.lines[at:]]
                result.notes += [f"    {line}" for line in told[-12:]]
                if "Traceback" in stage.coach.text():
                    break
                stage.coach.type("resume")
        time.sleep(5.0)
        stage.coach.signal(signal.SIGTERM)
        result.crashes += stage.coach.end(10) != 0
        events = [json.loads(line) for line in (folder / "events.jsonl").open()]
    numbers = [event["n"] for event in events if event["type"] == "rep"]
    result.reps = len(numbers)
    result.lost = sum(found != wanted for wanted, found in enumerate(numbers, start=1))
    return result


@contextmanager
def _prepared(name: str, cache: str) -> Iterator[tuple[Stage, Path]]:
    with tempfile.TemporaryDirectory() as text, SoundCard() as card:
        folder = Path(text)
        (folder / "voicecoach.toml").write_text("[listening]\nprove_stop = false\n")
        card.environment["XDG_CACHE_HOME"] = cache
        if name in UNNAMED:
            card.load("module-null-sink", "sink_name=second", "rate=48000", "norewinds=1")
        stage = Stage(card, folder, name not in UNNAMED)
        try:
            yield stage, folder
        finally:
            stage.close()


if __name__ == "__main__":
    main()
