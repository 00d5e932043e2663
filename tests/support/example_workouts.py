"""A workout, the log's record of an earlier one, and one that broke off: for tests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from voicecoach.core.plan import samples
from voicecoach.core.workout import (
    DoneSet,
    Interrupted,
    Past,
    PlannedExercise,
    PlannedSet,
    ProgramDay,
    SetKind,
    Sled,
    Unit,
    Weight,
    Workout,
)


def kg(amount: float) -> Weight:
    return Weight(Decimal(str(amount)), Unit.KG)


WORK, WARM_UP = SetKind.WORK, SetKind.WARM_UP

LEGS = Workout(
    "legs",
    "Legs",
    (
        PlannedExercise(
            "leg-press",
            (
                PlannedSet(2, WARM_UP, kg(40), samples(20)),
                *(PlannedSet(3, WORK, kg(80), samples(60)),) * 2,
            ),
        ),
        PlannedExercise("leg-curl", (PlannedSet(2, WORK, None, 0),)),
    ),
)
"""A warm-up and two sets of one exercise, and one of another."""

PAST = {
    "leg-press": Past(
        last=(
            DoneSet(WARM_UP, 12, kg(40)),
            *(DoneSet(WORK, 12, kg(77.5)),) * 2,
            DoneSet(WORK, 10, kg(77.5)),
        ),
        days_ago=3,
        best=tuple(map(Decimal, (98, 100, 99, 103, 104, 108))),
    )
}

LEGS_DAY = replace(
    LEGS,
    id="strong/w3d1",
    day=ProgramDay("Strong", 3, 1),
    exercises=tuple(replace(each, ask_left=True) for each in LEGS.exercises),
)
"""The same, as a day of a program that asks how much was left."""

LIGHT_DAY = replace(
    LEGS_DAY,
    id="strong/w4d1",
    day=ProgramDay("Strong", 4, 1, deload=True),
    exercises=tuple(replace(each, tempo="2-0-1-0", step=12) for each in LEGS_DAY.exercises),
)
"""A lighter day, at another tempo, with a large step."""

SLED = Sled(kg(47), kg(20))

BROKEN = Interrupted(
    "legs",
    (("leg-press", DoneSet(WARM_UP, 2, kg(40))), ("leg-press", DoneSet(WORK, 3, kg(80)))),
    25,
)
"""The same workout, broken off after two sets."""
