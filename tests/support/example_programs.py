"""Small programs of one exercise or two: for tests."""

from __future__ import annotations

from decimal import Decimal

from tests.support.example_workouts import kg
from tests.support.session_driver import leg_curl, leg_press, plank
from voicecoach.core.plan import Exercise, Progression
from voicecoach.core.program import (
    Day,
    Followed,
    Program,
    ProgramExercise,
    ProgramSet,
    Progress,
    ProgressRule,
    Week,
)
from voicecoach.core.workout import DoneSet, SetKind, Weight

RULE = Progression(8, 12, (kg(5),))

EXERCISES: dict[str, Exercise] = {
    each.id: each
    for each in (
        leg_press(reps=8, progression=RULE),
        leg_curl(),
        plank(40, progression=Progression(8, 12, ())),
    )
}

THREE_OF_EIGHT = (ProgramSet(8),) * 3


def program(
    rule: ProgressRule = ProgressRule.LINEAR,
    sets: tuple[ProgramSet, ...] = THREE_OF_EIGHT,
    left: int | None = None,
    rounds: int = 0,
    fails: int = 3,
    weeks: tuple[Week, ...] = (),
    exercise: str = "leg-press",
) -> Program:
    """One day a week, unless `weeks` are given."""
    day = Day("A", (ProgramExercise(exercise, sets),))
    return Program("mine", "Mine", weeks or (Week((day,)),), Progress(rule, left, fails), rounds)


def done(
    week: int,
    reps: tuple[int, ...],
    weight: Weight | None = None,
    left: tuple[int, ...] = (),
    day: int = 1,
    exercise: str = "leg-press",
) -> Followed:
    """A day on which so many reps were done in each set, with so many left."""
    rpe = [Decimal(10 - each) for each in left] + [None] * len(reps)
    sets = (DoneSet(SetKind.WORK, n, weight, e) for n, e in zip(reps, rpe, strict=False))
    return Followed(week, day, tuple((exercise, each) for each in sets))
