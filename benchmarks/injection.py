"""Whatever fails outside of it, does the coach keep its promises? Faults in random live workouts.

    python -m benchmarks.injection [--seeds 2000] [--from N] [--only BOUNDARY] [--at-once 2]
                                   [--timeline] [--json FILE]

Each seed is a workout in virtual time (see `tests/support/virtual_machine.py`): a language, an
exercise or a plan, weights, a voice, a lifter who says a good deal. One boundary of the program
fails in it, or two: the seeds go through each boundary and each pair in turn, and the rest is
chance: how it fails, at which sample, for how long. Afterwards are checked, for each workout:

- the safety invariants, on its records (`tests/support/invariants.py`);
- the sound that was rendered, sample for sample, and what the card played of it
  (`tests/support/sound_of_records.py`);
- that deafness, news of the log and the end of the program were said, the trace is whole, the log
  opens, and what was finished is in it (`tests/support/aftermath.py`).

The same seed gives the same workout, on any machine: its fingerprint is that of every record and
every sample. `--from N --seeds 1 --timeline` shows one. Ctrl-C ends it with the figures so far.
Needs voicecoach[test].
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.support.aftermath import faults_after
from tests.support.boundaries import WAYS
from tests.support.injector import BROKEN, injected, told
from tests.support.session_driver import SessionRun
from tests.support.user_folders import be_nobody
from voicecoach.core.events import RepDone, SetOver
from voicecoach.core.plan import SAMPLE_RATE


@dataclass(frozen=True)
class Trial:
    """What became of one workout."""

    seed: int
    ways: tuple[str, ...]
    """What failed, and how."""
    minutes: float
    """Of virtual time."""
    sets: int
    reps: int
    fingerprint: str
    story: tuple[str, ...]
    """What was tried, in lines."""
    wrong: tuple[str, ...]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seeds", type=int, default=2000, help="how many")
    arguments.add_argument("--from", type=int, default=0, dest="first", help="the first one")
    arguments.add_argument("--only", choices=list(WAYS), metavar="BOUNDARY")
    arguments.add_argument("--at-once", type=int, default=2, help="processes")
    arguments.add_argument("--timeline", action="store_true", help="show each workout")
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    seeds = [*seeds_of(given.first, given.seeds, given.only)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        if given.timeline:
            be_nobody(Path(home))
            trials = [tried(seed, show=True) for seed in seeds]
            print(*(line for trial in trials for line in failure(trial)), sep="\n")
        else:
            context = multiprocessing.get_context("spawn")
            with context.Pool(given.at_once, _alone, (home,)) as pool:
                trials = []
                with suppress(KeyboardInterrupt):
                    for trial in pool.imap(tried, seeds, chunksize=2):
                        trials.append(trial)
                        for line in failure(trial):
                            print(line, flush=True)
    for line in summary(trials):
        print(line)
    print(f"{time.monotonic() - began:.0f} s with {given.at_once} processes")
    if given.json is not None:
        given.json.write_text(json.dumps([asdict(trial) for trial in trials], indent=1))


def seeds_of(first: int, count: int, only: str | None) -> Iterator[int]:
    """`count` seeds from `first` on; those in which the boundary `only` fails, if it is given."""
    seed = first
    while count > 0:
        if only is None or only in BROKEN[seed % len(BROKEN)]:
            yield seed
            count -= 1
        seed += 1


def tried(seed: int, show: bool = False) -> Trial:
    """The workout of `seed`, and what does not hold after it."""
    with injected(seed) as workout:
        wrong, machine = faults_after(workout), workout.machine
        if show:
            print(*told(workout), sep="\n")
            print(SessionRun(tuple(machine.records), machine.sound).timeline(), *machine.notes)
        return Trial(
            seed,
            tuple(f"{fault.boundary} {fault.way.name}" for fault in workout.faults),
            machine.elapsed / SAMPLE_RATE / 60,
            sum(isinstance(each, SetOver) for each in machine.records),
            sum(isinstance(each, RepDone) for each in machine.records),
            workout.fingerprint,
            tuple(told(workout)),
            tuple(wrong),
        )


def summary(trials: Sequence[Trial]) -> Iterator[str]:
    """The results in lines."""
    bad = [trial for trial in trials if trial.wrong]
    sets, reps = sum(t.sets for t in trials), sum(t.reps for t in trials)
    minutes = sum(t.minutes for t in trials)
    yield f"{len(trials)} workouts, {minutes:.0f} minutes, {sets} sets, {reps} reps"
    run = Counter(way for trial in trials for way in dict.fromkeys(trial.ways))
    wrong = Counter(way for trial in bad for way in dict.fromkeys(trial.ways))
    yield f"{'what failed':<44} {'workouts':>8} {'not held':>8}"
    for boundary, ways in WAYS.items():
        for each in ways:
            name = f"{boundary} {each.name}"
            if run[name]:
                yield f"{name:<44} {run[name]:>8} {wrong[name]:>8}"
    yield f"not held: {len(bad)}" + "".join(f" {trial.seed}" for trial in bad)


def failure(trial: Trial) -> Iterator[str]:
    """What did not hold after it, in lines; none if everything did."""
    if trial.wrong:
        yield from trial.story
        for fault in trial.wrong:
            yield from (f"        {line}" for line in fault.splitlines())


def _alone(home: str) -> None:
    """In a process of its own."""
    be_nobody(Path(tempfile.mkdtemp(dir=home)))


if __name__ == "__main__":
    main()
