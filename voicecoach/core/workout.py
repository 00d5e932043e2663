"""What a workout consists of, as planned and as done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

POUND = Decimal("0.45359237")
"""Kilograms in a pound (the international avoirdupois pound, exact by definition)."""


class Unit(StrEnum):
    KG = "kg"
    LB = "lb"


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight as said. What is stored is never rounded or converted."""

    amount: Decimal
    """Above 0."""
    unit: Unit

    @property
    def kilograms(self) -> Decimal:
        """For comparing and adding."""
        return self.amount * POUND if self.unit is Unit.LB else self.amount

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit.value}"


class SetKind(StrEnum):
    WARM_UP = "warm-up"
    """Does not count for records or volume."""
    WORK = "work"
    DROP = "drop"
    """With less weight, right after another set: volume, but no work set of its own."""


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """One set of a plan."""

    reps: int
    """Of a hold, breaths. 0: as many as possible."""
    kind: SetKind = SetKind.WORK
    weight: Weight | None = None
    """None: whatever the lifter says."""
    rest: int | None = None
    """Samples of rest after it; 0: without an end; None: the exercise's rest."""
    toward: Weight | None = None
    """Of a set of a ramp: the work weight that it leads to."""


@dataclass(frozen=True, slots=True)
class PlannedExercise:
    exercise: str
    """The name of its file, without .toml."""
    sets: tuple[PlannedSet, ...]
    tempo: str = ""
    """As in tempo notation; "" for the exercise's own."""
    ask_left: bool = False
    """True if the coach asks after each work set how many reps were left."""
    step: int = 0
    """By how many percent the weight is above the last one, if that is more than is advised; else
    0."""


@dataclass(frozen=True, slots=True)
class ProgramDay:
    """Which day of a program a workout is."""

    program: str
    """As the coach says it."""
    week: int
    """From 1, counted on from round to round."""
    day: int
    """In its week, from 1."""
    deload: bool = False


@dataclass(frozen=True, slots=True)
class Station:
    """An exercise of a circuit."""

    exercise: str
    """The name of its file, without .toml."""
    reps: int
    """Of its first set; of a hold, breaths."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """Exercises that take turns, a set each, round after round. Two of them are a superset."""

    number: int
    """In the workout, from 1."""
    stations: tuple[Station, ...]
    """In the order of their turns."""
    rounds: int
    rest_between: int
    """Samples from one station to the next; above 0."""
    rest: int | None = None
    """Samples after a round; 0: without an end; None: the rest of the exercise that ended it."""


@dataclass(frozen=True, slots=True)
class Workout:
    """A plan for one visit to the gym."""

    id: str
    """The name of its file, without .toml; "" if it was made by voice; of a program's day as
    `program.day_id` makes it."""
    name: str
    """As the coach says it."""
    exercises: tuple[PlannedExercise, ...]
    circuits: tuple[Circuit, ...] = ()
    """Which of them take turns. Each has its rounds as sets, and stands beside its neighbours."""
    day: ProgramDay | None = None
    """None if it is not of a program."""


@dataclass(frozen=True, slots=True)
class DoneSet:
    """A set as the log has it, for questions about the past."""

    kind: SetKind
    reps: int
    """Of a hold, breaths."""
    weight: Weight | None = None
    rpe: Decimal | None = None
    """Rating of perceived exertion, 1 to 10 in half steps."""
    held: bool = False
    """True if a position was held."""
    part: bool = False
    """True if another side must do the same before the set is whole."""
    failed: bool = False
    """True if it went to failure: one more rep was not possible."""
    toward: Weight | None = None
    """As in `PlannedSet`."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the lifter agreed to do next time."""

    weight: Weight | None
    """None for a hold without a weight."""
    reps: int
    """Of a hold, breaths."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the log knows of one exercise when a workout begins."""

    last: tuple[DoneSet, ...] = ()
    """The sets of the last workout with this exercise, in order; empty if there was none."""
    days_ago: int = 0
    """Since that workout."""
    best: tuple[Decimal, ...] = ()
    """The best e1RM (kg) of each earlier workout with this exercise, oldest first, ten at most."""
    next: Target | None = None
    """What was last `Agreed` for it, until it is trained again."""
    strongest: Decimal | None = None
    """The best e1RM (kg) in the whole log."""
    longest: int = 0
    """The longest hold without a weight in the log, in breaths."""


@dataclass(frozen=True, slots=True)
class Sled:
    """What a machine weighs, for "sled plus two plates a side". One unit for both."""

    empty: Weight
    plate: Weight


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The rule of a warm-up ramp; see `warm_up.ramp`."""

    steps: tuple[tuple[int, int], ...] = ((0, 5), (40, 5), (60, 3), (80, 2))
    """Percent of the work weight, and reps, lightest first; 0: the empty bar."""
    rest: int = 60 * 48_000
    """Samples of rest after each of its sets."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A workout that broke off because the program or the machine went down."""

    workout: str
    """`Workout.id`, "" for none."""
    done: tuple[tuple[str, DoneSet], ...]
    """Its sets in order, each with its exercise. The last may have been cut short."""
    minutes_ago: int
    """Since its last known moment."""
    note: str = ""
    """Of its last set, as in `Entry.NOTE`."""
    circuit: Circuit | None = None
    """The circuit that its last set belonged to; None: none."""
    round: int = 0
    """The round of that set, from 1."""
    cut: bool = False
    """True if its last set was cut short."""
    failed: bool = False
    """True if its last set came to nothing, as the lifter said: it had its turn all the same."""
    unlocked: bool = False
    """True if the catches may be open: since its last set began, it was not seen to go on after
    they were asked for."""
    planned: tuple[PlannedSet, ...] = ()
    """`done` as planned when each set began; empty: unknown."""

    @property
    def announced(self) -> tuple[tuple[str, DoneSet], ...]:
        """`done` with the weights that were announced, whatever the lifter said afterwards. A set
        that had none keeps the weight that was lifted."""
        if not self.planned:
            return self.done
        return tuple(
            (exercise, replace(done, weight=planned.weight or done.weight))
            for (exercise, done), planned in zip(self.done, self.planned, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """What a session is given when it begins, beside the exercises."""

    workout: Workout | None = None
    """None: sets of the chosen exercise without end, with its own target and rest."""
    past: Mapping[str, Past] = field(default_factory=dict)
    """By exercise."""
    interrupted: Interrupted | None = None
    """If there is one, the coach asks first whether to carry on or close it."""
    broken: Workout | None = None
    """The plan of `interrupted`, if it had one that still exists."""
    sled: Sled | None = None
    warm_up: WarmUp = WarmUp()
    logged: bool = False
    """True if sets are written down."""


# --- what a workout leaves behind, beside `events` --------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkoutBegan:
    """Comes before any `SetBegan`. Closes an interrupted workout that is not carried on."""

    at: int
    workout: str
    """`Workout.id`, "" for none."""
    carried_on: bool = False
    """True: the last workout goes on, either `Visit.interrupted` or one whose `WorkoutOver` came
    too early. False: whatever was still open is closed."""


@dataclass(frozen=True, slots=True)
class SetBegan:
    """The countdown to a set runs; `RepDone` and `SetOver` follow. The next one always comes after
    a `SetOver`, unless the program ends."""

    at: int
    exercise: str
    number: int
    """Among the sets of this exercise in this workout, from 1, warm-ups included. A set that ended
    without a rep passes its number on."""
    planned: PlannedSet
    """With the weight and rest that apply now."""
    tempo: str
    """Four parts in seconds, `3-1-2-1`, or a hold with its breath, `hold 2-3`."""
    circuit: Circuit | None = None
    """The circuit that it belongs to; None: none."""
    round: int = 0
    """Of that circuit, from 1."""


@dataclass(frozen=True, slots=True)
class Retimed:
    """From here on, the set is paced at another tempo."""

    at: int
    tempo: str


class Entry(StrEnum):
    """What the lifter can say about a set that is done."""

    REPS = "reps"
    WEIGHT = "weight"
    RPE = "rpe"
    NOTE = "note"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Amended:
    """The lifter said something about a set, corrected it, or took it back.

    May still come after `WorkoutOver`.
    """

    at: int
    back: int
    """Which set: 0 is the last with a `SetBegan`, over or not, 1 the one before, and so on. Sets
    without a rep count, and so do those of a carried-on `Visit.interrupted`."""
    entry: Entry
    value: int | Decimal | Weight | str | None
    """The new value: an int for reps, a Decimal for RPE, a `Weight`, the names of the notes
    joined by ", ", or whether it went to failure; None if taken back."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The lifter agreed to the coach's suggestion for next time, or took that back."""

    at: int
    exercise: str
    target: Target | None
    """The new target; None if taken back."""


@dataclass(frozen=True, slots=True)
class WorkoutOver:
    at: int


WorkoutRecord = WorkoutBegan | SetBegan | Retimed | Amended | Agreed | WorkoutOver
