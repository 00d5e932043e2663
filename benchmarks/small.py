"""Is a small machine enough? A live set by voice on one core that is limited to a quarter.

    python -m benchmarks.small [--share 0.25] [--whole] [--voice NAME]
        [--engine NAME] [--json FILE]

`voicecoach start` runs on its own PulseAudio (see `tests/support/virtual_sound_card.py`), twice:
the first start ever, with empty caches, and another one. Coach and recogniser share one core, of
which Linux gives them `--share` (a control group's quota, in periods of 10 ms, so that it resembles
a slower core). They get it before other programs do, and so do the sound server and the lifter, as
there would be no others on that machine. `--whole` measures a whole core as well. Of each start:

- first sound: from the launch to the first sound in the earbuds. Python's own files are compiled
  and in the page cache, as after an installation.
- commands: eleven are said, each once, by two natural voices, in a set that is paced all the time.
- decided: from the end of a word to the decision about it, by the trace.
- late: how much a phase's tick is off its place in the recording of the earbuds, at most.
- dry: how often the sound card found too few samples. deaf: how often the coach said that it could
  not hear.
- computing (1 is the whole core), wake-ups a second, and memory in MB, during the set: of the
  coach, and of its recogniser.

Needs Linux, root for the control group, voicecoach[test] and the packages that the live tests name.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.process import Use, biggest_child, use
from tests.support.matched_filter import offsets
from tests.support.natural_speech import RATE, VOICES, Sound, say
from tests.support.virtual_sound_card import Coach, Lifter, SoundCard
from voicecoach.audio.playout import DELAY
from voicecoach.audio.tones import TONES, tick
from voicecoach.core.plan import SAMPLE_RATE, Phase

BEFORE = (("stop now", "I heard you"), ("ready", "Say start set"), ("start set", "2 lower"))
"""What brings the lifter into a set, and what shows that it was obeyed."""

COMMANDS = (
    *("slower", "how many", "faster", "one more", "pause", "resume", "how many", "faster"),
    *("slower", "how many", "stop"),
)

_PERIOD = 10_000
"""Microseconds in which a quota counts. The usual 100 ms would stop everything for 75 of them."""
_PATIENCE = 6.0
"""Seconds in which a command should be obeyed."""
_LOUD = 0.003


@dataclass(frozen=True)
class Started:
    """What one start came to."""

    share: float
    first_ever: bool
    first_sound: float
    obeyed: int
    decided: tuple[float, float]
    """Median and maximum, in seconds."""
    late: float
    """Milliseconds."""
    dry: int
    deaf: int
    computing: tuple[float, float]
    """Of the coach and of the recogniser."""
    woken: tuple[float, float]
    memory: tuple[float, float]

    def row(self) -> str:
        kind = "first ever" if self.first_ever else "again"
        return (
            f"{self.share:4.2f}  {kind:<10}  {self.first_sound:5.1f} s  "
            f"{self.obeyed:2d} of {len(COMMANDS)}  "
            f"{self.decided[0]:.2f} ({self.decided[1]:.2f}) s  "
            f"{self.late:5.1f} ms  {self.dry:3d}  {self.deaf:3d}  "
            f"{self.computing[0]:.3f} + {self.computing[1]:.3f}  "
            f"{self.woken[0]:4.0f} + {self.woken[1]:<4.0f}  "
            f"{self.memory[0]:.0f} + {self.memory[1]:.0f}"
        )


HEAD = (
    "share start       first sound  commands  decided (max)  late       dry  deaf  "
    "computing      wake-ups/s   memory MB"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.small")
    parser.add_argument("--share", type=float, default=0.25, help="of one core")
    parser.add_argument("--whole", action="store_true", help="measure the whole core as well")
    parser.add_argument("--voice", default="pyttsx3")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    for text in {*COMMANDS, *(text for text, _ in BEFORE)}:
        for voice in VOICES:
            say(text, voice)
    print(HEAD, flush=True)
    found = []
    for share in (1.0, given.share) if given.whole else (given.share,):
        os.setpriority(os.PRIO_PROCESS, 0, -11)  # as sound servers are; for those begun here
        with tempfile.TemporaryDirectory() as name, SoundCard() as card, limited(share) as group:
            card.environment["XDG_CACHE_HOME"] = name
            for first_ever in (True, False):
                found.append(started(card, Path(name), group, given, share, first_ever))
                print(found[-1].row(), flush=True)
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in found], indent=1))


@contextmanager
def limited(share: float) -> Iterator[Path]:
    """A control group of processes that get `share` of a core: write a process id into the file."""
    old, new = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")
    one = "cpu" in _read(new / "cgroup.controllers").split()
    folder = (new if one else old) / f"voicecoach-small-{os.getpid()}"
    try:
        folder.mkdir()
        quota = round(share * _PERIOD)
        if one:
            (folder / "cpu.max").write_text(f"{quota} {_PERIOD}")
            (folder / "cpu.weight").write_text("10000")
        else:
            (folder / "cpu.cfs_period_us").write_text(str(_PERIOD))
            (folder / "cpu.cfs_quota_us").write_text(str(quota))
            (folder / "cpu.shares").write_text("100000")
    except OSError as fault:
        raise SystemExit(f"no control group can be made here: {fault}") from fault
    try:
        yield folder / "cgroup.procs"
    finally:
        until = time.monotonic() + 5
        while _read(folder / "cgroup.procs") and time.monotonic() < until:
            time.sleep(0.1)
        folder.rmdir()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


class Ear:
    """Records the earbuds from now on, and knows when the first sound came."""

    def __init__(self, card: SoundCard) -> None:
        self._process = card.popen(
            *("parec", "--raw", "--device=earbuds.monitor", f"--rate={SAMPLE_RATE}"),
            *("--channels=1", "--format=float32le", "--latency-msec=20"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._pieces: list[Sound] = []
        self.first = math.inf
        """`time.monotonic` of the first sound."""
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        pipe = self._process.stdout
        assert isinstance(pipe, BufferedReader)
        while data := pipe.read(SAMPLE_RATE // 50 * 4):
            piece = np.frombuffer(data[: len(data) // 4 * 4], np.float32)
            self._pieces.append(piece)
            if self.first == math.inf and np.abs(piece).max(initial=0.0) > _LOUD:
                self.first = time.monotonic()

    def close(self) -> Sound:
        self._process.terminate()
        self._process.wait(5)
        self._thread.join(5)
        return np.concatenate(self._pieces)


def started(
    card: SoundCard,
    folder: Path,
    group: Path,
    asked: argparse.Namespace,
    share: float,
    first_ever: bool,
) -> Started:
    """Start the coach, do a set, end it."""
    (folder / "voicecoach.toml").write_text("[listening]\nloudspeaker = false\n")
    lifter, ear = Lifter(card), Ear(card)
    time.sleep(1.0)
    launched = time.monotonic()
    coach = Coach(
        card,
        *("--microphone", "mic", "--output", "earbuds", "--engine", asked.engine),
        *("--voice", asked.voice),
        *("--tempo", "2-0-2-0", "--reps", "40", "--config", str(folder)),
        *("--events", str(folder / "events.jsonl")),
    )
    group.write_text(str(coach.pid))
    os.setpriority(os.PRIO_PROCESS, coach.pid, 0)
    os.sched_setaffinity(coach.pid, {0})
    try:
        at = coach.wait_for("stop now", 120)
        time.sleep(1.5)
        for text, shown in BEFORE:
            at = _until(coach, lifter, text, shown, at)
        looks = [_look(coach.pid)]
        for number, text in enumerate(COMMANDS):
            word = say(text, VOICES[number % 2])
            at = len(coach.lines)
            lifter.say(word)
            time.sleep(len(word) / RATE + 0.5)
            _obeyed(coach, at)
            if number == len(COMMANDS) - 2:
                looks.append(_look(coach.pid))
            time.sleep(2.0)
        coach.signal(signal.SIGTERM)
        coach.end(20)
    finally:
        coach.kill()
        lifter.close()
        sound = ear.close()
    events = [json.loads(line) for line in (folder / "events.jsonl").open()]
    told = [line for _, line in coach.lines]
    dry = [int(line.split()[5]) for line in told if "ran dry" in line]
    decided = _decided(events)
    return Started(
        share,
        first_ever,
        round(ear.first - launched, 2),
        len(decided),
        (round(float(np.median(decided)), 2), round(max(decided), 2)) if decided else (0.0, 0.0),
        _late(events, sound),
        sum(dry),
        sum("deaf: " in line for line in told),
        *_between(*looks),
    )


def _until(coach: Coach, lifter: Lifter, text: str, shown: str, at: int) -> int:
    """Say `text` until it is obeyed."""
    for _ in range(4):
        lifter.say(say(text))
        try:
            return coach.wait_for(shown, _PATIENCE + 4, at)
        except AssertionError:
            continue
    return coach.wait_for(shown, 1.0, at)


def _obeyed(coach: Coach, at: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and not any(" lifter " in line for _, line in coach.lines[at:]):
        time.sleep(0.05)


def _look(coach: int) -> tuple[Use, Use]:
    """What the coach and its recogniser use."""
    ears = biggest_child(coach)
    assert ears is not None, "nothing listens"
    return use(coach), ears


def _between(
    before: tuple[Use, Use], after: tuple[Use, Use]
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Computing, wake-ups a second and memory of both."""
    cpu, woken = [], []
    for first, last in zip(before, after, strict=True):
        cpu.append(round((last.cpu - first.cpu) / (last.at - first.at), 3))
        woken.append(round((last.woken - first.woken) / (last.at - first.at)))
    memory = [round(each.resident) for each in after]
    return (cpu[0], cpu[1]), (woken[0], woken[1]), (memory[0], memory[1])


def _decided(events: Sequence[dict[str, Any]]) -> list[float]:
    """For each command of the set that was obeyed: seconds from its end to the decision."""
    began = next(event["t"] for event in events if event["type"] == "phase")
    return [
        event["t"] - event["end"] - DELAY / SAMPLE_RATE
        for event in events
        if event["type"] == "heard" and event["accepted"] and event["t"] > began
    ]


def _late(events: Sequence[dict[str, Any]], sound: Sound) -> float:
    """Milliseconds by which the tick of a phase is off its place, at most; NaN if some are
    missing. What came after "stop" was silenced."""
    over = next((e["t"] for e in events if e["type"] == "set"), math.inf)
    phases = [e for e in events if e["type"] == "phase" and e["t"] < over - 0.4]
    expected = [(e["t"], TONES[tick(Phase(e["phase"]))]) for e in phases]
    late = offsets(sound, expected, within=0.25)
    there = 1000 * np.array([each for each in late if each is not None])
    if len(there) < len(late):
        print(f"      {late.count(None)} of {len(late)} ticks are missing", flush=True)
    return round(float(np.abs(there - np.median(there)).max()), 1)


if __name__ == "__main__":
    main()
