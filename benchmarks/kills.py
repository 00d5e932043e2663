"""Does a kill lose anything? The live program is killed at random moments of random workouts.

    python -m benchmarks.kills [--times 200] [--at-once 3] [--seed N] [--json FILE]

On its own PulseAudio (see `tests/support/virtual_sound_card.py`), `voicecoach start` is driven by
typed commands: sets, drop sets, supersets, warm-ups, rest-pauses and corrections, chosen by the
trial's seed. After some seconds, kill -9. Then:

- lost: finished reps that the trace told of before the kill and the log does not have.
- damaged: logs that don't open whole.
- not offered: workouts that were under way, and that the next start would not offer to carry on.
- wrong: what it would carry on is not what the log has: other sets, or another exercise.

A seed gives the same commands again, though not to the same sample: the sound card's clock decides
when they come. The machine's own sound is not touched. Needs voicecoach[test] and the packages that
the live tests name.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.virtual_sound_card import Lifter, SoundCard
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log

SETTINGS = "[listening]\nprove_stop = false\n"
"""Typed commands don't prove a microphone, and nobody speaks here."""

SHORTEST, LONGEST = 12.0, 45.0
"""Seconds after which a session is killed."""

ALWAYS = ("ready", "start set", "locked", "skip rest")
"""What moves a workout on; most of them are refused at any moment, and do nothing."""

SOMETIMES = (
    *("breather", "go on", "pause", "resume", "done", "stop", "slower", "faster", "one more"),
    *("drop set", "heavier", "eighty kilos", "same weight", "last set was three", "undo"),
    *("superset leg press and leg curl", "skip this station", "end the round", "next exercise"),
    *("warm me up to eighty", "drop the warm up", "single leg", "missed the last one", "yes", "no"),
    *("one more set", "four sets of three at sixty kilos", "rpe eight", "as many as possible"),
)


@dataclass(frozen=True)
class Trial:
    """What one kill left."""

    seed: int
    seconds: float
    """From the start of the program to the kill."""
    reps: int
    """Finished reps in the trace."""
    sets: int
    """Sets with a rep in the log."""
    lost: int
    damaged: bool
    offered: bool | None
    """None: no workout was under way."""
    wrong: bool


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--times", type=int, default=200)
    arguments.add_argument("--at-once", type=int, default=3, help="sessions side by side")
    arguments.add_argument("--seed", type=int, default=0, help="of the first trial")
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    seeds = range(given.seed, given.seed + given.times)
    with SoundCard() as card, tempfile.TemporaryDirectory() as folder:
        lifter = Lifter(card)
        try:
            with ThreadPoolExecutor(given.at_once) as pool:
                trials = [*pool.map(lambda seed: killed(card, Path(folder), seed), seeds)]
        finally:
            lifter.close()
    for line in told(trials):
        print(line)
    if given.json is not None:
        given.json.write_text(json.dumps([asdict(trial) for trial in trials], indent=1))


def told(trials: Sequence[Trial]) -> Iterator[str]:
    """The results in lines."""
    reps, sets = sum(t.reps for t in trials), sum(t.sets for t in trials)
    under_way = [t for t in trials if t.offered is not None]
    yield f"{len(trials)} kills after {SHORTEST:.0f} to {LONGEST:.0f} s; {sets} sets, {reps} reps"
    yield f"lost reps      {sum(t.lost for t in trials)}"
    yield f"damaged logs   {sum(t.damaged for t in trials)}"
    yield f"not offered    {sum(not t.offered for t in under_way)} of {len(under_way)}"
    yield f"wrong          {sum(t.wrong for t in trials)}"
    bad = [t.seed for t in trials if t.lost or t.damaged or t.offered is False or t.wrong]
    if bad:
        yield f"seeds of these: {', '.join(map(str, bad))}"


def killed(card: SoundCard, folder: Path, seed: int) -> Trial:
    """Run one session, kill it, and look at what is left."""
    choice = random.Random(seed)
    place = folder / str(seed)
    place.mkdir()
    (place / "voicecoach.toml").write_text(SETTINGS)
    log, events = place / "log.sqlite", place / "events.jsonl"
    began = time.monotonic()
    program = card.popen(
        *(sys.executable, "-m", "voicecoach", "start", "leg-press", "--plain"),
        *("--tempo", choice.choice(("1-0-1-0", "2-0-1-0", "1-1-1-0"))),
        *("--reps", str(choice.randint(2, 6)), "--config", str(place)),
        *("--log", str(log), "--events", str(events)),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = began + choice.uniform(SHORTEST, LONGEST)
    typing = threading.Thread(target=_type, args=(program, choice, until), daemon=True)
    typing.start()
    time.sleep(max(0.0, until - time.monotonic()))
    os.killpg(program.pid, signal.SIGKILL)
    program.wait()
    typing.join()
    with suppress(BrokenPipeError):
        program.communicate()
    return _found(seed, time.monotonic() - began, log, events)


def _type(program: subprocess.Popen[bytes], choice: random.Random, until: float) -> None:
    """Type what moves a workout on, and now and then something else."""
    assert program.stdin is not None
    try:
        while time.monotonic() < until:
            for text in (*ALWAYS, *choice.sample(SOMETIMES, choice.choice((0, 0, 1, 2)))):
                program.stdin.write(f"{text}\n".encode())
                program.stdin.flush()
                time.sleep(choice.uniform(0.05, 0.8))
    except BrokenPipeError:
        pass


def _found(seed: int, seconds: float, log: Path, events: Path) -> Trial:
    trace = [*_lines(events)]
    reps = sum(event["type"] == "rep" for event in trace)
    if not log.exists():
        return Trial(seed, seconds, reps, 0, reps, False, None, False)
    with closing(sqlite3.connect(log)) as raw:
        whole = raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Log(log) as book:
        damaged = not whole or bool(book.damaged)
        workouts = book.workouts()
    sets = [each for workout in workouts for each in workout.sets]
    # A rep in the log may not be in the trace yet: that is written a little later.
    lost = max(0, _told_reps(trace) - sum(each.reps for each in sets))
    open_ = bool(workouts) and not workouts[-1].ended
    journal = Journal(log, datetime.now(UTC).astimezone())
    broken = journal.interrupted
    journal.close()
    done = [(each.exercise, each.reps) for each in workouts[-1].sets] if workouts else []
    again = [] if broken is None else [(name, each.reps) for name, each in broken.done]
    return Trial(
        seed,
        round(seconds, 1),
        reps,
        sum(each.reps > 0 for each in sets),
        lost,
        damaged,
        (broken is not None) if open_ and any(each.reps for each in sets) else None,
        broken is not None and again != done,
    )


def _told_reps(trace: Sequence[Mapping[str, Any]]) -> int:
    """The finished reps of the trace, as they were corrected by voice."""
    sets: list[int] = []
    for event in trace:
        match event["type"]:
            case "set began":
                sets.append(0)
            case "rep" if sets:
                sets[-1] += 1
            case "amended" if event["entry"] == "reps" and len(sets) > event["back"]:
                sets[-1 - event["back"]] = event["value"] or 0
    return sum(sets)


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """The events in a trace; the last line may be cut short."""
    if not path.exists():
        return
    for line in path.read_text().splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            return


if __name__ == "__main__":
    main()
