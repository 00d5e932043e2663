"""A program gone through with made-up answers, to see what it prescribes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from .effort import rpe_of
from .plan import Exercise
from .program import Followed, Lift, Lifts, Program, after, in_week, plan
from .workout import DoneSet, PlannedExercise, PlannedSet, Unit, Weight, Workout

YEAR = 52
"""Weeks."""

USUAL = Weight(Decimal(60), Unit.KG)
"""A made-up first base."""

Lifter = Callable[[str, PlannedSet], DoneSet]
"""How a set of an exercise turns out. Its weight is known."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A day of a rehearsal."""

    workout: Workout
    lifts: Lifts
    """Where each exercise stood before it."""
    done: Followed


def rehearse(
    program: Program,
    exercises: Mapping[str, Exercise],
    lifter: Lifter | None = None,
    start: Mapping[str, Weight] | None = None,
    weeks: int = YEAR,
) -> Iterator[Rehearsed]:
    """Go through `program` to its end, or for so many weeks. The `lifter` does everything as
    planned, unless another is given. The first bases are those of the program, of `start`, or
    `USUAL`."""
    first = {**(start or {}), **program.start}
    lifts: Lifts = {
        name: Lift() if exercises[name].held else _begun(first.get(name, USUAL))
        for name in program.exercises
    }
    lifter = lifter or _flawless(program)
    week, day = 1, 1
    while program.has(week, day) and week <= weeks:
        workout = plan(program, exercises, lifts, week, day)
        done = Followed(week, day, tuple(_done(workout, lifter)))
        yield Rehearsed(workout, in_week(program, exercises, lifts, week), done)
        lifts = after(program, exercises, lifts, done)
        week, day = program.following(week, day)


def _begun(base: Weight) -> Lift:
    return Lift(base, estimate=Weight(base.amount * Decimal("1.2"), base.unit))


def _flawless(program: Program) -> Lifter:
    """Somebody who does all reps, and always has enough left."""
    left = program.progress.left
    rpe = rpe_of(Decimal(left)) if left is not None else None

    def lifter(exercise: str, planned: PlannedSet) -> DoneSet:
        return DoneSet(planned.kind, planned.reps, planned.weight, rpe)

    return lifter


def _done(workout: Workout, lifter: Lifter) -> Iterator[tuple[str, DoneSet]]:
    for each in workout.exercises:
        for planned in _weighed(each).sets:
            yield each.exercise, lifter(each.exercise, planned)


def _weighed(each: PlannedExercise) -> PlannedExercise:
    """With a weight for a set of which none is known yet; a hold has none."""
    known = any(planned.weight is not None for planned in each.sets)
    if not known:
        return each
    sets = tuple(replace(s, weight=s.weight or each.sets[-1].weight) for s in each.sets)
    return replace(each, sets=sets)
