"""What a workout is made of, as it is planned and as it was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

POUND = Decimal("0.45359237")
"""Kilograms of a pound (the international avoirdupois pound, exact by definition)."""


class Unit(StrEnum):
    KG = "kg"
    LB = "lb"


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight as it was said; nothing ever rounds or converts what is stored."""

    amount: Decimal
    """Above 0."""
    unit: Unit

    @property
    def kilograms(self) -> Decimal:
        """For comparing and adding up."""
        return self.amount * POUND if self.unit is Unit.LB else self.amount

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit.value}"


class SetKind(StrEnum):
    WARM_UP = "warm-up"
    """Counts for no record and no volume."""
    WORK = "work"


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """What is prescribed."""

    reps: int
    """Of a hold, breaths."""
    kind: SetKind = SetKind.WORK
    weight: Weight | None = None
    """None: whatever the lifter says."""
    rest: int | None = None
    """Samples of rest after it, 0 for one without an end; None: as the exercise has it."""


@dataclass(frozen=True, slots=True)
class PlannedExercise:
    exercise: str
    """The name of its file, without .toml."""
    sets: tuple[PlannedSet, ...]


@dataclass(frozen=True, slots=True)
class Workout:
    """A plan for one visit to the gym."""

    id: str
    """The name of its file, without .toml; "" for one that was made by voice."""
    name: str
    """As the coach says it."""
    exercises: tuple[PlannedExercise, ...]


@dataclass(frozen=True, slots=True)
class DoneSet:
    """A set as the log keeps it, for what is asked about the past."""

    kind: SetKind
    reps: int
    """Of a hold, breaths."""
    weight: Weight | None = None
    rpe: Decimal | None = None
    """Rating of perceived exertion, 1 to 10 in half steps."""
    held: bool = False
    """Whether a position was held."""
    part: bool = False
    """Whether another side has still to do as much before the set is whole."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the lifter agreed to do the next time."""

    weight: Weight | None
    """None for a hold without one."""
    reps: int
    """Of a hold, breaths."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the log knows of one exercise when a workout begins."""

    last: tuple[DoneSet, ...] = ()
    """The sets of the last workout that had it, in order; empty when there was none."""
    days_ago: int = 0
    """Since then."""
    best: tuple[Decimal, ...] = ()
    """The best estimated one-repetition maximum (kg) of each earlier workout that had it,
    oldest first, ten at most."""
    next: Target | None = None
    """What was last `Agreed` for it, until it has been trained again."""
    strongest: Decimal | None = None
    """The best estimated one-repetition maximum (kg) of all that the log knows of."""
    longest: int = 0
    """The longest hold without a weight that it knows of, in breaths."""


@dataclass(frozen=True, slots=True)
class Sled:
    """What a machine weighs, for "sled plus two plates a side". One unit for both."""

    empty: Weight
    plate: Weight


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A workout that broke off, because the program or the machine went away in it."""

    workout: str
    """`Workout.id`, "" for none."""
    done: tuple[tuple[str, DoneSet], ...]
    """Its sets in order, each with its exercise; the last may have been cut short."""
    minutes_ago: int
    """Since the last thing that is known of it."""
    note: str = ""
    """Of its last set, as `Entry.NOTE` has it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a session is told when it begins, beside the exercises."""

    workout: Workout | None = None
    """None: sets without end of what is chosen, at the exercise's own target and rest."""
    past: Mapping[str, Past] = field(default_factory=dict)
    """By exercise."""
    interrupted: Interrupted | None = None
    """To be asked about first: carry on, or close it?"""
    broken: Workout | None = None
    """The plan of `interrupted`, if it had one and there still is one."""
    sled: Sled | None = None
    logged: bool = False
    """Whether what is done is written down."""


# --- what a workout leaves behind, beside `events` --------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkoutBegan:
    """Before any `SetBegan`. An interrupted workout that does not go on is closed by it."""

    at: int
    workout: str
    """`Workout.id`, "" for none."""
    carried_on: bool = False
    """True: the last one goes on, be it `Visit.interrupted` or one whose `WorkoutOver` came
    too early. False: whatever was still open is closed."""


@dataclass(frozen=True, slots=True)
class SetBegan:
    """The countdown to a set runs; `RepDone` and `SetOver` follow. None comes without a
    `SetOver` before the next, unless the program ends."""

    at: int
    exercise: str
    number: int
    """Among the sets of this exercise in this workout, from 1, warm-ups included. A set
    that ended without a rep gives its number to the next one."""
    planned: PlannedSet
    """With the weight and the rest that hold now."""
    tempo: str
    """Four parts in seconds, `3-1-2-1`, or a hold with its breath, `hold 2-3`."""


@dataclass(frozen=True, slots=True)
class Retimed:
    """From here on the set is paced at another tempo."""

    at: int
    tempo: str


class Entry(StrEnum):
    """What the lifter can say about a set that is done."""

    REPS = "reps"
    WEIGHT = "weight"
    RPE = "rpe"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Amended:
    """The lifter said something about a set, corrected it, or took it back.

    It may still come after `WorkoutOver`.
    """

    at: int
    back: int
    """Of which set: 0 the last with a `SetBegan`, over or not, 1 the one before, ...; sets
    without a rep are counted, and so are those of `Visit.interrupted` that goes on."""
    entry: Entry
    value: int | Decimal | Weight | str | None
    """What holds from now on: an int for reps, a Decimal for RPE, a `Weight`, the names of
    the notes, joined by ", "; None for nothing (taken back)."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The lifter said yes to what the coach suggests for the next time, or took that back."""

    at: int
    exercise: str
    target: Target | None
    """What holds from now on; None for nothing (taken back)."""


@dataclass(frozen=True, slots=True)
class WorkoutOver:
    at: int


WorkoutRecord = WorkoutBegan | SetBegan | Retimed | Amended | Agreed | WorkoutOver
