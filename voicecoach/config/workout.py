"""`workouts/<name>.toml`: a plan for one visit to the gym -> `core.workout.Workout`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Annotated, cast

from pydantic import Field

from voicecoach.core.plan import Exercise
from voicecoach.core.workout import PlannedExercise, PlannedSet, SetKind, Weight, Workout

from .document import Document
from .faults import ConfigError, Fault, listed, nearest
from .fields import (
    Part,
    Takes,
    Text,
    choice,
    described,
    quoted,
    refused,
    seconds,
    weighed,
    whole,
)
from .plain import validated

MOST_SETS = 50
"""Sets in a workout; more are a typo."""


MAX = "max"
"""In a file, in place of a number: as many reps as possible, or as long as possible."""

_ONE, _HELD = whole(1, 100), whole(5, 600)
_one, _held = (cast(Callable[[object], int], each.func) for each in (_ONE, _HELD))


def _targets(value: object) -> tuple[int, ...]:
    """A target, one for each of several sets, or none."""
    if value == MAX:
        return (0,)
    if not isinstance(value, list | tuple):
        if isinstance(value, int) and not isinstance(value, bool):
            return (_one(value),)
        raise refused(
            f"expected the reps of a set, like 10, or of several, like [12, 10, 8], "
            f'or "{MAX}"; {described(value)}'
        )
    if not 2 <= len(value) <= _MOST_TARGETS:
        raise refused(f"a list of reps has 2 to {_MOST_TARGETS} sets; here are {len(value)}")
    return tuple(0 if each == MAX else _one(each) for each in value)


_MOST_TARGETS = 20
_ONE_TARGET = {"anyOf": [*_ONE.forms, {"const": MAX}]}

Targets = Annotated[
    tuple[int, ...],
    Takes(
        _targets,
        forms=(
            *_ONE.forms,
            {"const": MAX},
            {"type": "array", "items": _ONE_TARGET, "minItems": 2, "maxItems": _MOST_TARGETS},
        ),
    ),
]
"""Reps, as many as possible (0), or a list of them."""

Held = Annotated[
    int,
    Takes(
        lambda value: 0 if value == MAX else _held(value),
        forms=(*_HELD.forms, {"const": MAX}),
    ),
]
"""Seconds of a hold, or as long as possible (0)."""


class SetPart(Part):
    """One or several equal sets, or several that differ in their reps."""

    kind: Annotated[SetKind, choice("kind of set", {kind.value: kind for kind in SetKind})] = (
        SetKind.WORK
    )
    """"work"; "warm-up", which counts for no record; "drop": lighter, at once after another."""
    times: Annotated[int, whole(1, 20)] = 1
    """How many sets like this."""
    reps: Targets | None = Field(default=None, examples=[10])
    """Reps; "max" for as many as possible; [12, 10, 8] for three sets; by default, as in the
    exercise."""
    hold: Held | None = Field(default=None, examples=[40])
    """Seconds of a hold, or "max"; by default, as in the exercise."""
    weight: Annotated[Weight, weighed()] | None = None
    """Like "80 kg" or "175 lb"; by default, the weight that you say."""
    rest: Annotated[int, seconds(0, 1800)] | None = None
    """Seconds of rest after it, 0 for no limit; by default, as in the exercise."""


class ExercisePart(Part):
    """An exercise and its sets."""

    exercise: Text = Field(examples=["leg-press"])
    """The name of a file in exercises/, without .toml."""
    sets: Annotated[list[SetPart], Field(min_length=1, max_length=MOST_SETS)] = Field(alias="set")
    """Its sets, in order."""


class WorkoutFile(Part):
    """The whole file."""

    name: Text = Field(examples=["Leg day"])
    """Its name in the log."""
    exercise: Annotated[list[ExercisePart], Field(min_length=1, max_length=MOST_SETS)]
    """The exercises, in order."""


def read(document: Document, known: list[str], held: Collection[str] = ()) -> WorkoutFile:
    """The workout in `document`; `known` are the names of all exercises, `held` of those that are
    holds.

    Raises ConfigError with all faults of the file.
    """
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for n, name in enumerate(_named(document)[:MOST_SETS]):
        if isinstance(name, str) and name not in known:
            hint = nearest(name, known) or ";"
            message = f"no exercise {quoted(name)}{hint} there are: {listed(known)}"
            faults.append(document.fault(("exercise", n, "exercise"), message))
        if isinstance(name, str) and first.setdefault(name, n) != n:
            place = document.place(("exercise", first[name], "exercise"))
            message = f"{quoted(name)} is already there at {place}; put its sets together"
            faults.append(document.fault(("exercise", n, "exercise"), message))
    try:
        file = validated(WorkoutFile, document)
    except ConfigError as error:
        raise ConfigError([*faults, *error.faults]) from None
    count = sum(part.times * len(part.reps or (0,)) for each in file.exercise for part in each.sets)
    if count > MOST_SETS:
        message = f"this makes {count} sets, more than {MOST_SETS}; look at the numbers of times"
        faults.append(document.fault(("exercise",), message))
    faults += _misfits(file, document, held)
    if faults:
        raise ConfigError(faults)
    return file


def _misfits(file: WorkoutFile, document: Document, held: Collection[str]) -> Iterator[Fault]:
    """Sets with reps of an exercise that is `held`, and the reverse."""
    for n, each in enumerate(file.exercise):
        if each.sets[0].kind is SetKind.DROP:
            message = 'a drop set follows another set of its exercise; put a "work" set first'
            yield document.fault(("exercise", n, "set", 0, "kind"), message)
        for m, part in enumerate(each.sets):
            if part.times > 1 and part.reps is not None and len(part.reps) > 1:
                message = f"these are {len(part.reps)} sets already; leave times out"
                yield document.fault(("exercise", n, "set", m, "times"), message)
            if each.exercise in held and part.reps is not None:
                message = f'"{each.exercise}" is held; write its seconds: hold = 40'
                yield document.fault(("exercise", n, "set", m, "reps"), message)
            if each.exercise not in held and part.hold is not None:
                message = f'"{each.exercise}" is counted in reps; write: reps = 10'
                yield document.fault(("exercise", n, "set", m, "hold"), message)


def workout(file: WorkoutFile, name: str, exercises: Mapping[str, Exercise]) -> Workout:
    """The plan of `file`, called `name`; sets without reps take those of their exercise."""
    return Workout(
        name,
        file.name,
        tuple(
            PlannedExercise(
                each.exercise,
                tuple(
                    PlannedSet(reps, part.kind, part.weight, part.rest)
                    for part in each.sets
                    for _ in range(part.times)
                    for reps in _reps(part, exercises[each.exercise])
                ),
            )
            for each in file.exercise
        ),
    )


def _reps(part: SetPart, exercise: Exercise) -> tuple[int, ...]:
    """The reps of each set; of a hold, breaths."""
    if part.hold is not None and exercise.held:
        return (exercise.breaths(part.hold) if part.hold else 0,)
    return (exercise.reps,) if part.reps is None or exercise.held else part.reps


def _named(document: Document) -> list[object]:
    """The names of the exercises, in a document that may be invalid."""
    found = document.data.get("exercise")
    parts = found if isinstance(found, list) else []
    return [part.get("exercise") if isinstance(part, dict) else None for part in parts]
