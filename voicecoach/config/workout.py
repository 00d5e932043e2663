"""`workouts/<name>.toml`: a plan for one visit to the gym -> `core.workout.Workout`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

from pydantic import Field

from voicecoach.core.plan import Exercise
from voicecoach.core.workout import PlannedExercise, PlannedSet, SetKind, Weight, Workout

from .document import Document
from .faults import ConfigError, Fault, listed, nearest
from .fields import Part, Text, choice, quoted, seconds, weighed, whole
from .plain import validated

MOST_SETS = 50
"""Sets in a workout; more are a typo."""


class SetPart(Part):
    """One or several equal sets."""

    kind: Annotated[SetKind, choice("kind of set", {kind.value: kind for kind in SetKind})] = (
        SetKind.WORK
    )
    """"work", or "warm-up", which counts for no record."""
    times: Annotated[int, whole(1, 20)] = 1
    """How many sets like this."""
    reps: Annotated[int, whole(1, 100)] | None = None
    """Reps; by default, as in the exercise."""
    hold: Annotated[int, whole(5, 600)] | None = None
    """Seconds of a hold; by default, as in the exercise."""
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
    count = sum(part.times for each in file.exercise for part in each.sets)
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
        for m, part in enumerate(each.sets):
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
                    PlannedSet(
                        _reps(part, exercises[each.exercise]),
                        part.kind,
                        part.weight,
                        part.rest,
                    )
                    for part in each.sets
                    for _ in range(part.times)
                ),
            )
            for each in file.exercise
        ),
    )


def _reps(part: SetPart, exercise: Exercise) -> int:
    """Reps; of a hold, breaths."""
    if part.hold is not None and exercise.held:
        return exercise.breaths(part.hold)
    return exercise.reps if part.reps is None or exercise.held else part.reps


def _named(document: Document) -> list[object]:
    """The names of the exercises, in a document that may be invalid."""
    found = document.data.get("exercise")
    parts = found if isinstance(found, list) else []
    return [part.get("exercise") if isinstance(part, dict) else None for part in parts]
