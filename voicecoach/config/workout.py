"""`workouts/<name>.toml`: a plan for one visit to the gym -> `core.workout.Workout`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Annotated, cast

from pydantic import Field

from voicecoach.core.plan import Exercise
from voicecoach.core.session.circuit import ROUNDS, WALK
from voicecoach.core.workout import (
    Circuit,
    PlannedExercise,
    PlannedSet,
    SetKind,
    Station,
    Weight,
    Workout,
)

from .document import Document
from .faults import ConfigError, Fault, listed, nearest
from .fields import (
    SOME_TEXTS,
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

MOST_STATIONS = 12
"""Stations of a circuit."""


def _named_stations(value: object) -> object:
    """A list of two or more names."""
    if not isinstance(value, list | tuple) or len(value) < 2:
        raise refused('expected two or more exercises, like ["lat-pulldown", "bench-press"]')
    if len(value) > MOST_STATIONS:
        raise refused(f"there are up to {MOST_STATIONS} stations; here are {len(value)}")
    return tuple(value)


_stations = Takes(
    _named_stations, forms=({**SOME_TEXTS, "minItems": 2, "maxItems": MOST_STATIONS},)
)
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


class SupersetPart(Part):
    """Exercises of this file that take turns, a set each, round after round."""

    stations: Annotated[tuple[Text, ...], _stations] = Field(
        examples=[["lat-pulldown", "bench-press"]]
    )
    """Two or more of this file's exercises, which stand there side by side in the same order."""
    rounds: Annotated[int, whole(1, 20)] = ROUNDS
    """How often each has its turn. An exercise has one set for all rounds, or one for each."""
    rest_between: Annotated[int, seconds(5, 600)] = WALK
    """Seconds from one station to the next."""
    rest: Annotated[int, seconds(0, 1800)] | None = None
    """Seconds of rest after a round, 0 for no limit; by default, as in the last exercise."""


class WorkoutFile(Part):
    """The whole file."""

    name: Text = Field(examples=["Leg day"])
    """Its name in the log."""
    exercise: Annotated[list[ExercisePart], Field(min_length=1, max_length=MOST_SETS)]
    """The exercises, in order."""
    superset: Annotated[list[SupersetPart], Field(max_length=MOST_SETS)] = Field(default=[])
    """Which of them take turns: supersets and circuits."""


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
    faults += _misled(file, document)
    count = sum(_count(each) * _rounds(each, file) for each in file.exercise)
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


def _misled(file: WorkoutFile, document: Document) -> Iterator[Fault]:
    """What is wrong with the supersets: their stations, sets and rests."""
    names = [each.exercise for each in file.exercise]
    taken: dict[str, int] = {}
    for n, one in enumerate(file.superset):
        path = ("superset", n, "stations")
        for name in one.stations:
            if name not in names:
                hint = nearest(name, names) or ";"
                message = f"no [[exercise]] of this file is {quoted(name)}{hint} there are: "
                yield document.fault(path, message + listed(names))
            elif taken.setdefault(name, n) != n or one.stations.count(name) > 1:
                yield document.fault(path, f"{quoted(name)} has a turn already; take one out")
                break
        else:
            here = [names.index(name) for name in one.stations if name in names]
            if here != [*range(min(here, default=0), min(here, default=0) + len(here))]:
                order = listed(quoted(names[at]) for at in sorted(here))
                message = "its [[exercise]]s must stand side by side, in this order; they are at "
                places = listed(str(at + 1) for at in sorted(here))
                yield document.fault(path, f"{message}{places}: {order}")
            for at in here:
                yield from _unlike_a_station(one, file.exercise[at], at, document)


def _unlike_a_station(
    one: SupersetPart, each: ExercisePart, at: int, document: Document
) -> Iterator[Fault]:
    """What a station's sets must not have, because its superset says it."""
    count = _count(each)
    if count not in (1, one.rounds):
        message = (
            f'"{each.exercise}" has {count} sets, and its superset {one.rounds} rounds; '
            "write one set for all rounds, or one for each"
        )
        yield document.fault(("exercise", at, "set"), message)
    for m, part in enumerate(each.sets):
        if part.rest is not None:
            message = 'its superset says how long the rests are: "rest_between" and "rest" there'
            yield document.fault(("exercise", at, "set", m, "rest"), message)
        if part.kind is SetKind.DROP:
            message = "in a superset the next set is another exercise's; a drop set can't follow"
            yield document.fault(("exercise", at, "set", m, "kind"), message)


def _count(each: ExercisePart) -> int:
    """How many sets the file has of it."""
    return sum(part.times * len(part.reps or (0,)) for part in each.sets)


def _rounds(each: ExercisePart, file: WorkoutFile) -> int:
    """How often its one set comes: in a superset once a round."""
    rounds = next((one.rounds for one in file.superset if each.exercise in one.stations), 1)
    return rounds if _count(each) == 1 else 1


def _circuits(file: WorkoutFile, exercises: Mapping[str, Exercise]) -> tuple[Circuit, ...]:
    parts = {each.exercise: each for each in file.exercise}
    return tuple(
        Circuit(
            n,
            tuple(
                Station(name, _reps(parts[name].sets[0], exercises[name])[0])
                for name in one.stations
            ),
            one.rounds,
            one.rest_between,
            one.rest,
        )
        for n, one in enumerate(file.superset, start=1)
    )


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
                )
                * _rounds(each, file),
            )
            for each in file.exercise
        ),
        _circuits(file, exercises),
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
