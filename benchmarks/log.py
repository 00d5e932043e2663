"""Does the log lose anything, and is it quick when it is long?

    python -m benchmarks.log [--kills 200] [--sets 100000] [--json FILE]

**Kills.** A simulated workout of three sets runs at full speed in its own process and is killed
(SIGKILL) at a random moment, half of the time right during a write. It reports what it has paced
before it hands that to the journal, and what is kept afterwards. Then the log, always the same one,
is read back: it must be intact, hold every kept rep and command once, and all earlier workouts
unchanged. The workout must be offered for continuation, and every other time it is continued.

**Length.** A log of this many sets, each with everything that was said in it, is made from twenty
simulated ones. Measured, each as often as `TIMES` says: what `voicecoach start` asks of it (open
it, look for an interrupted workout, the past of five exercises), the past of one, writing a rep,
`voicecoach log` as a command and without the start of Python, reading everything for a report, and
`voicecoach report` as a command.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from tests.support.random_lifter import RandomLifter
from voicecoach.core.decision import Decision
from voicecoach.core.events import RepDone
from voicecoach.core.workout import WorkoutBegan
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log
from voicecoach.history.logged import LoggedSet, LoggedWorkout
from voicecoach.runtime.cue_player import Record

TIMES = 15
EXERCISES = ("leg-press", "leg-curl", "squat", "bench-press", "row")
_BEGAN = datetime(2026, 1, 5, 18, tzinfo=UTC)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--sets", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        if given.kills:
            results["kills"] = killed(Path(name) / "killed.sqlite", given.kills, given.seed)
            show("kills", results["kills"])
        if given.sets:
            results["length"] = measured(Path(name) / "long.sqlite", given.sets)
            show("length", results["length"])
    if given.json:
        given.json.write_text(json.dumps(results, indent=2))


def show(what: str, figures: dict[str, Any]) -> None:
    print(what)
    for name, value in figures.items():
        print(f"  {name:<34} {value}", flush=True)


# --- kills -----------------------------------------------------------------------------------


def killed(path: Path, kills: int, seed: int) -> dict[str, Any]:
    """The results of `kills` kills. Raises AssertionError if anything was lost."""
    dice = random.Random(seed)
    in_a_write = in_a_set = went_on = reps = whole = at_its_end = 0
    whole_log = path.with_name("whole.sqlite")
    lines = {each: lifetime(whole_log, each) for each in range(seed, seed + 5)}
    for n in range(kills):
        began = _BEGAN + timedelta(days=n // 2, hours=n % 2)
        go_on = n % 2 == 1 and offered(path, began)
        with Log(path) as log:
            before = log.workouts()
        each = dice.choice([*lines])
        child, pipe = launch(path, began, each, go_on)
        kill_at = dice.randrange(lines[each] - 2)
        said = kill(child, pipe, kill_at, dice.random() * (0.004 if n % 2 == 0 else 0.05))
        paced, kept = said.count("paced"), said.count("kept")
        heard, noted = said.count("heard"), said.count("noted")
        in_a_write += paced > kept or heard > noted
        reps += kept
        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with Log(path) as log:
            after = log.workouts()
            old = before[:-1] if go_on else before
            assert settled(after[: len(old)]) == settled(old), "history changed"
            if len(after) == len(old):  # Killed before the first set.
                assert kept == 0
                continue
            assert len(after) == len(old) + 1
            now = after[-1]
            there = before[-1].sets if len(before) > len(old) else ()
            logged = reps_in(log, now) - sum(len(log.reps(each.id)) for each in there)
            assert kept <= logged <= paced, f"{kept} kept, {logged} in the log, {paced} paced"
            went_on += bool(there)
        whole += now.ended == "over"
        assert now.ended == "over" or "over" not in said
        if now.ended != "over":
            journal = Journal(path, began + timedelta(minutes=30))
            assert journal.interrupted is not None
            assert len(journal.interrupted.done) == len(now.sets)
            if now.sets[-1].lasted is None:
                in_a_set += 1
                with Log(path) as log:
                    at_its_end += len(log.reps(now.sets[-1].id))
            journal.close()
    return {
        "kills": kills,
        "in the middle of a set": in_a_set,
        "while something was being written": in_a_write,
        "after the workout's end": whole,
        "workouts that went on": went_on,
        "reps kept, all found again": reps,
        "of them lost, if a set were written at its end": at_its_end,
        "finished reps lost": 0,
        "logs that do not open": 0,
    }


def kill(child: int, pipe: int, lines: int, later: float) -> list[str]:
    """Kill it `later` s after it wrote `lines` lines. Returns everything it wrote."""
    said, open_ = take(pipe, lines)
    time.sleep(later)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said += take(pipe, 1 << 30)[0] if open_ else []
    os.close(pipe)
    return said


def reps_in(log: Log, workout: LoggedWorkout) -> int:
    """Number of reps in it. Raises AssertionError if one is missing in the middle."""
    numbers = [[rep.number for rep in log.reps(each.id)] for each in workout.sets]
    assert all(each == [*range(1, len(each) + 1)] for each in numbers), "a rep is missing"
    return sum(map(len, numbers))


def offered(path: Path, now: datetime) -> bool:
    """Whether an interrupted workout is offered."""
    journal = Journal(path, now)
    journal.close()
    return journal.interrupted is not None


def settled(workouts: list[LoggedWorkout]) -> list[list[LoggedSet]]:
    """Their sets. A set that was running counts as broken off once another workout runs."""
    return [
        [replace(each, ended_by="") if each.lasted is None else each for each in workout.sets]
        for workout in workouts
    ]


def launch(path: Path, began: datetime, seed: int, go_on: bool) -> tuple[int, int]:
    """Start a workout in its own process: its id, and the pipe on which it reports."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    try:
        journal = Journal(path, began)
        lifter = RandomLifter(seed)
        for records in lifter.train():
            say(writing, records, "paced", "heard")
            if go_on and journal.interrupted is not None:
                records = [
                    replace(each, carried_on=True) if isinstance(each, WorkoutBegan) else each
                    for each in records
                ]
            journal.feed(records, lifter.loop.certain)
            say(writing, records, "kept", "noted")
        journal.close()
        os.write(writing, b"over\n")
    finally:
        os._exit(0)


def say(pipe: int, records: list[Record], rep: str, command: str) -> None:
    words = [rep for each in records if isinstance(each, RepDone)]
    words += [command for each in records if isinstance(each, Decision) and each.verdict.command]
    if words:
        os.write(pipe, "".join(f"{word}\n" for word in words).encode())


def take(pipe: int, lines: int) -> tuple[list[str], bool]:
    """Up to `lines` lines from the pipe, and whether more may come."""
    taken: list[str] = []
    rest = b""
    while len(taken) < lines:
        more = os.read(pipe, 1)
        if not more:
            return taken, False
        rest += more
        if more == b"\n":
            taken.append(rest.decode().strip())
            rest = b""
    return taken, True


def lifetime(path: Path, seed: int) -> int:
    """How many lines a workout writes if it isn't killed."""
    child, pipe = launch(path, _BEGAN, seed, False)
    said, _ = take(pipe, 1 << 30)
    os.waitpid(child, 0)
    os.close(pipe)
    assert said[-1] == "over", "the workout failed"
    return len(said)


# --- length ----------------------------------------------------------------------------------


def measured(path: Path, sets: int) -> dict[str, Any]:
    began = time.perf_counter()
    workouts = fill(path, sets)
    print(f"  made in {time.perf_counter() - began:.0f} s", flush=True)
    now = _BEGAN + timedelta(days=2 * workouts + 2)
    with Log(path) as log:
        count = len(log.sets())
    command = [sys.executable, "-c", "from voicecoach.cli import main; main()"]

    def run(*words: str) -> None:
        subprocess.run([*command, *words], check=True, capture_output=True)

    def begin() -> None:
        journal = Journal(path, now)
        assert journal.interrupted is None
        with Log(path) as log:
            for exercise in EXERCISES:
                assert log.past(exercise, now).last
        journal.close()

    def ten() -> None:
        with Log(path) as log:
            assert len(log.workouts(last=10)) == 10

    def everything() -> None:
        with Log(path) as log:
            assert len(log.sets()) >= count

    report = ("report", "--log", str(path), "-o", str(path.with_suffix(".html")))
    run(*report)  # The first report bundles the charts' code.

    with Log(path) as open_log:
        pasts = timed(lambda: open_log.past("leg-press", now), TIMES)
    return {
        "sets": count,
        "workouts": workouts,
        "megabytes": round(path.stat().st_size / 1e6),
        "what start asks of it, ms": timed(begin, TIMES),
        "the past of an exercise, ms": pasts,
        "a rep written, ms": rep_times(path, now),
        "log, the last ten workouts, ms": timed(ten, TIMES),
        "all sets, for a report, ms": timed(everything, 3),
        "voicecoach --version, ms": timed(lambda: run("--version"), 5),
        "voicecoach log, ms": timed(lambda: run("log", "--log", str(path)), 5),
        "voicecoach report, ms": timed(lambda: run(*report), TIMES // 4),
    }


def timed(call: Callable[[], object], times: int) -> str:
    """Median and worst, in milliseconds."""
    return spread([once(call) for _ in range(times)])


def once(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def spread(took: list[float]) -> str:
    return f"{statistics.median(took):.1f} (worst {max(took):.1f})"


def rep_times(path: Path, now: datetime) -> str:
    """How long the journal takes for the half seconds in which a rep was done."""
    journal = Journal(path, now)
    lifter = RandomLifter(3)
    took = []
    for records in lifter.train():
        milliseconds = once(partial(journal.feed, records, lifter.loop.certain))
        if any(isinstance(each, RepDone) for each in records):
            took.append(milliseconds)
    journal.close()
    return spread(took)


def fill(path: Path, sets: int) -> int:
    """A log of `sets` sets, twenty per workout, every second day. Returns the number of
    workouts."""
    lifter = RandomLifter(2, sets=20, talkative=0.05)
    journal = Journal(path, _BEGAN)
    for records in lifter.train():
        journal.feed(records, lifter.loop.certain)
    journal.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous = OFF")
        named = " ".join(f"WHEN {n} THEN '{name}'" for n, name in enumerate(EXERCISES))
        raw.execute(f"UPDATE sets SET exercise = CASE position % {len(EXERCISES)} {named} END")
        raw.execute("UPDATE sets SET amount = '60', unit = 'kg' WHERE amount IS NULL")
        ((each,),) = raw.execute("SELECT count(*) FROM sets")
        workouts = -(-sets // each)
        raw.execute("BEGIN")
        for n in copies(workouts):
            later = n * 2 * 86_400 * 1_000_000
            raw.execute(
                """INSERT INTO workouts SELECT id + ?, key || ?, plan, name, comment, began + ?,
                offset, until, last, ended, source, extra FROM workouts WHERE id = 1""",
                (n, n, later),
            )
            columns = [name for _, name, *_ in raw.execute("PRAGMA table_info(sets)")]
            new = {
                "id": f"id + {n * each}",
                "workout": f"workout + {n}",
                "began": f"began + {later}",
            }
            new["amount"] = f"{60 + n % 40}"
            chosen = ", ".join(new.get(name, name) for name in columns)
            raw.execute(f"INSERT INTO sets SELECT {chosen} FROM sets WHERE workout = 1")
            for table in ("reps", "tempos", "pauses", "notes"):
                rest = ", ".join(
                    name for _, name, *_ in raw.execute(f"PRAGMA table_info({table})")
                ).removeprefix("set, ")
                raw.execute(
                    f'INSERT INTO {table} SELECT "set" + {n * each}, {rest} FROM {table} '
                    f'WHERE "set" <= {each}'
                )
            for table in ("commands", "moments", "agreed"):
                rest = ", ".join(
                    name for _, name, *_ in raw.execute(f"PRAGMA table_info({table})")
                ).removeprefix("workout, ")
                raw.execute(
                    f"INSERT INTO {table} SELECT workout + {n}, {rest} FROM {table} "
                    "WHERE workout = 1"
                )
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return int(workouts)


def copies(workouts: int) -> Iterator[int]:
    for n in range(1, workouts):
        if n % 500 == 0:
            print(f"  {n} of {workouts} workouts made", flush=True)
        yield n


if __name__ == "__main__":
    main()
