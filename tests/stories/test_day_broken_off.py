"""The day of `test_training_day`, killed at every step: it can be carried on, and goes on rightly.

What the lifter says is given as text here, so that a whole day takes a second.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.log_records import MORNING
from tests.support.session_driver import begin, run_session
from tests.support.session_steps import say, wait
from tests.support.training_day import DONE, LASTS, SAID, configured
from voicecoach import config
from voicecoach.cli import assembly
from voicecoach.cli.options import Options
from voicecoach.core.events import Entered, Intent, RepDone, SetOver, State
from voicecoach.core.session import Session
from voicecoach.core.workout import Amended, SetBegan, Visit, Weight, WorkoutOver
from voicecoach.history.journal import Journal
from voicecoach.runtime.cue_player import Record

AMENDED = [(121.5, "log seventy kilos"), (326.5, "log twenty kilos"), (378.5, "log fifteen kilos")]
"""What the lifter says besides: other weights of sets that are over. The next ones stay."""

Next = tuple[str, str, str, int | None]
"""Exercise, kind, weight in kg, round of the superset."""


@dataclass(frozen=True)
class Files:
    loaded: config.Config
    visit: Visit


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = configured(tmp_path_factory.mktemp("day"))
    loaded = config.load(None, None, folder, program="short")
    return Files(loaded, assembly.visit(loaded, loaded.offered, Options(program="short")))


@pytest.fixture(scope="module")
def records(files: Files) -> tuple[Record, ...]:
    press = next(each for each in files.loaded.offered if each.id == "leg-press")
    return run_session(
        sorted([*((at, text) for at, text, _ in SAID), *AMENDED]),
        LASTS,
        exercise=press,
        offered=files.loaded.offered,
        phrases=files.loaded.phrases,
        visit=files.visit,
    ).records


def test_the_day_is_the_same_one(records: tuple[Record, ...]) -> None:
    began = [each for each in records if isinstance(each, SetBegan)]
    assert [_told(each) for each in began] == [
        (exercise, kind, weight, round) for exercise, kind, weight, _, _, round in DONE
    ]


def test_weights_of_the_day_were_amended(records: tuple[Record, ...]) -> None:
    amended = [each.value for each in records if isinstance(each, Amended)]
    assert [str(each) for each in amended if isinstance(each, Weight)] == [
        "70 kg",
        "20 kg",
        "15 kg",
    ]


def _told(began: SetBegan) -> Next:
    planned = began.planned
    assert planned.weight is not None
    return began.exercise, planned.kind.value, str(planned.weight.amount), began.round or None


@dataclass(frozen=True)
class Kill:
    """What was on disk at one moment."""

    log: Path
    done: int
    """Sets with a rep."""
    begun: int
    unlocked: bool
    """Whether a set ran, or the coach waited for the catches after it."""
    reps: int
    """Of the last set."""
    over: bool
    """Whether the workout is."""
    after: str
    """The last record."""


def killed(path: Path, records: tuple[Record, ...]) -> Iterator[Kill]:
    """The log as it stood at each step of a session."""
    journal = Journal(path / "log.sqlite", MORNING)
    done = begun = reps = 0
    running = unlocked = over = False
    steps = (Entered, SetBegan, RepDone, SetOver, Amended, WorkoutOver)
    for n, record in enumerate(records):
        journal.feed([record], record.at)
        if isinstance(record, SetBegan):
            begun, reps, running, unlocked = begun + 1, 0, True, True
        running &= not isinstance(record, SetOver)
        if isinstance(record, Entered) and not running:
            unlocked &= record.to is State.RACKING
        if isinstance(record, RepDone):
            reps += 1
            done += reps == 1
        if isinstance(record, steps):
            place = path / str(n)
            place.mkdir()
            for file in path.glob("log.sqlite*"):
                shutil.copy(file, place / file.name)
            over |= isinstance(record, WorkoutOver)
            last = repr(record)[:120]
            yield Kill(place / "log.sqlite", done, begun, unlocked, reps, over, last)
            shutil.rmtree(place)
    journal.close()


def carried_on(kill: Kill, files: Files) -> Session | None:
    """The session after the next start; None if nothing is offered."""
    journal = Journal(kill.log, MORNING + timedelta(minutes=20))
    broken = journal.interrupted
    journal.close()
    if broken is None:
        return None
    assert broken.workout == "short/w1d1"
    visit = Visit(
        files.visit.workout,
        warm_up=files.visit.warm_up,
        interrupted=broken,
        broken=files.visit.workout,
    )
    press = next(each for each in files.loaded.offered if each.id == "leg-press")
    session, _ = begin(press, offered=files.loaded.offered, visit=visit)
    session, _ = wait(session, 1)
    assert session.state is State.INTERRUPTED
    session, _ = say(session, Intent.RESUME)
    return session


def coming(session: Session) -> Next:
    workout = session.workout
    weight, turns = workout.planned.weight, workout.circuit
    round = turns.round if turns is not None and workout.in_circuit else None
    amount = str(weight.amount) if weight is not None else ""
    return workout.exercise.id, workout.planned.kind.value, amount, round


def next_after(done: int, begun: int) -> Next:
    """The set that is right after so many."""
    left = [(name, kind, weight, round) for name, kind, weight, _, _, round in DONE[done:]]
    if left[0][1] == "drop":  # the weight lies on the catches, and the lifter has rested
        left = left[1:]
    name, kind, weight, round = left[0]
    if begun <= done:
        # What was said of a set that never began is not in the log: that the two take turns, and
        # the heavier pin.
        round = None if done == 5 else round
        weight = "20" if done == 7 else weight
    return name, kind, weight, round


def test_killed_at_any_step_it_goes_on_with_the_next_set(
    files: Files, records: tuple[Record, ...], tmp_path: Path
) -> None:
    kills = cut_short = racked = 0
    for kill in killed(tmp_path, records):
        session = carried_on(kill, files)
        kills += 1
        if not kill.begun or kill.over:
            assert session is None, kill
            continue
        assert session is not None, kill
        last = kill.done == len(DONE)
        assert session.state is (State.RACKING if kill.unlocked or last else State.GATE), kill
        racked += kill.after.startswith(("SetOver", "Entered")) and kill.unlocked
        if session.state is State.RACKING:
            session, _ = say(session, Intent.LOCKED)
        if last and kill.reps == DONE[-1][3]:
            assert session.state is State.SUMMARY, kill
            continue
        cut_short += last
        assert session.state is State.GATE, kill
        if not last:
            assert coming(session) == next_after(kill.done, kill.begun), kill
    assert kills > 100
    assert cut_short
    assert racked
