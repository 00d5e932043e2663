"""The days of a program, as the log has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..core.program import Followed, parsed
from ..core.workout import DoneSet
from .logged import LoggedWorkout
from .projection import of_one_number


def program_of(workout: LoggedWorkout) -> str:
    """The id of the program that `workout` was a day of; "" if it was of none."""
    day = parsed(_id(workout))
    return day[0] if day is not None else ""


def followed(workouts: Iterable[LoggedWorkout], program: str) -> Iterator[Followed]:
    """The days of `program` among `workouts`, in their order, without one that can be continued."""
    for workout in workouts:
        day = parsed(_id(workout))
        if day is not None and day[0] == program and workout.ended:
            yield Followed(day[1], day[2], tuple(_sets(workout)))


def _id(workout: LoggedWorkout) -> str:
    """As exported, the id is a name, and comes back as one."""
    return workout.plan or workout.name


def _sets(workout: LoggedWorkout) -> Iterator[tuple[str, DoneSet]]:
    sides = of_one_number([(e.exercise, e.number) if e.notes else None for e in workout.sets])
    for each, part in zip(workout.sets, sides, strict=True):
        done = DoneSet(each.kind, each.reps, each.weight, each.rpe, each.held, part)
        yield each.exercise, done
