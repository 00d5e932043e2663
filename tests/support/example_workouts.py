"""A workout, the log's record of an earlier one, and one that broke off: for tests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from voicecoach.core.loading import Loading, Rack
from voicecoach.core.plan import samples
from voicecoach.core.workout import (
    Circuit,
    DoneSet,
    Interrupted,
    Past,
    PlannedExercise,
    PlannedSet,
    ProgramDay,
    SetKind,
    Sled,
    Station,
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

PAIRED = Workout(
    "paired",
    "Paired",
    (
        PlannedExercise("leg-press", (PlannedSet(3, WORK, kg(80)),) * 2),
        PlannedExercise("leg-curl", (PlannedSet(2, WORK),) * 2),
    ),
    (Circuit(1, (Station("leg-press", 3), Station("leg-curl", 2)), 2, samples(15), samples(60)),),
)
"""Two exercises that take turns, for two rounds."""

PAIR_BROKEN = Interrupted(
    "paired",
    (
        ("leg-press", DoneSet(WORK, 3, kg(85))),
        ("leg-curl", DoneSet(WORK, 2, kg(30))),
        ("leg-press", DoneSet(WORK, 3, kg(85))),
    ),
    25,
    circuit=PAIRED.circuits[0],
    round=2,
)
"""The same, broken off in the second round, before the leg curl."""
KINDS = Workout(
    "kinds",
    "Kinds",
    (
        PlannedExercise(
            "leg-press",
            (
                PlannedSet(3, WORK, kg(80), samples(10)),
                PlannedSet(2, SetKind.DROP),
                PlannedSet(2, WORK, kg(80), samples(10)),
                PlannedSet(0, WORK, kg(80)),
            ),
        ),
    ),
)
"""Sets that differ: in reps, with a drop set, and one of as many reps as possible."""

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

PLATES = tuple((Decimal(each), 4) for each in ("20", "10", "5", "2.5", "1.25"))
BARBELL = Loading(((Unit.KG, Rack(Decimal(20), PLATES)), (Unit.LB, Rack(Decimal(45)))))
"""A bar and its plates; of pounds only the bar is known."""

STACK = Loading(((Unit.KG, Rack(stack=tuple(map(Decimal, range(5, 65, 5))))),))
"""Twelve holes."""

DIP = Loading(body=True)
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
