"""`programs/<name>.toml`: weeks of planned days -> `core.program.Program`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field, field_validator

from voicecoach.core.plan import Exercise, Tempo
from voicecoach.core.program import (
    Day,
    Program,
    ProgramExercise,
    ProgramSet,
    Progress,
    ProgressRule,
    Week,
)
from voicecoach.core.workout import SetKind, Weight

from .document import Document
from .exercise import ADD, Added
from .faults import ConfigError, Fault, listed, nearest
from .fields import Part, Takes, Text, choice, halves, quoted, refused, seconds, weighed, whole
from .plain import validated

MOST_WEEKS = 104
MOST_SETS = 50
"""Sets of an exercise in a day; more are a typo."""


_KINDS = {kind.value: kind for kind in (SetKind.WORK, SetKind.WARM_UP)}
"""A drop set has the next weight down, and a program's sets a share of the working weight."""


class ProgramSetPart(Part):
    """One or several equal sets."""

    kind: Annotated[SetKind, choice("kind of set", _KINDS)] = SetKind.WORK
    """"work", or "warm-up", which counts for no record."""
    times: Annotated[int, whole(1, 20)] = 1
    """How many sets like this."""
    reps: Annotated[int, whole(1, 100)] | None = None
    """Reps; by default, by the rule "double", or as in the exercise."""
    hold: Annotated[int, whole(5, 600)] | None = None
    """Seconds of a hold; by default, as in the exercise."""
    percent: Annotated[int, whole(10, 120)] | None = None
    """Percent of the working weight, or of the training max; by default, all of it."""
    rpe: Annotated[float, halves(5, 10)] | None = None
    """Instead of a percentage: how hard the set should be. 8 leaves two reps."""
    rest: Annotated[int, seconds(0, 1800)] | None = None
    """Seconds of rest after it, 0 for no limit; by default, as in the exercise."""


class ProgramExercisePart(Part):
    """An exercise of a day."""

    exercise: Text = Field(examples=["squat"])
    """The name of a file in exercises/, without .toml."""
    sets: Annotated[list[ProgramSetPart], Field(max_length=MOST_SETS)] = Field([], alias="set")
    """Its sets, in order; by default, those of the week."""


class DayPart(Part):
    """A day's exercises."""

    name: Text = Field(examples=["A"])
    """By which the weeks name it."""
    exercise: Annotated[list[ProgramExercisePart], Field(min_length=1, max_length=MOST_SETS)]
    """The exercises, in order."""


class WeekPart(Part):
    """A week: its days, and what is special about it."""

    days: Annotated[list[Text], Field(max_length=7)] = Field(default=[], examples=[["A", "B"]])
    """The names of its days, in order; by default, all days of the file."""
    tempo: str = Field(default="", examples=["3-1-2-1"])
    """The tempo of all its exercises, except holds; by default, their own."""
    load: Annotated[int, whole(10, 120)] = 100
    """Percent of each weight in this week."""
    most_sets: Annotated[int, whole(1, 20)] | None = None
    """At most so many work sets of an exercise in this week."""
    deload: bool = False
    """Whether it is for recovery: nothing that is done in it moves a weight."""
    sets: Annotated[list[ProgramSetPart], Field(max_length=MOST_SETS)] = Field([], alias="set")
    """The sets of the exercises that have none of their own."""

    @field_validator("tempo")
    @classmethod
    def _tempo(cls, value: str) -> str:
        try:
            return value and str(Tempo.parse(value)) and value
        except ValueError as error:
            raise refused(str(error)) from None


class ProgressPart(Part):
    """When the weights move."""

    rule: Annotated[ProgressRule, choice("rule", {rule.value: rule for rule in ProgressRule})] = (
        Field(examples=["linear"])
    )
    """"linear": more weight as soon as all reps are there. "double": first more reps. "round":
    more weight after all the weeks."""
    left: Annotated[int, whole(0, 5)] | None = None
    """More weight only if so many more reps were possible. The coach asks after each work set."""
    fails: Annotated[int, whole(1, 10)] = 3
    """After so many days (or rounds) running without all reps, the weight goes back."""
    back: Annotated[int, whole(50, 100)] = 90
    """To this percentage."""
    of_max: Annotated[int, whole(50, 100)] = 90
    """By the rule "round": the training max, in percent of the estimated maximum."""
    add: Annotated[tuple[Added, ...], ADD] = Field((), examples=["2.5 kg"])
    """The weight that is added, or one for each unit; by default, that of the exercise."""


_EXPECTED = 'expected a table like { squat = "40 kg" }'


def _starts(value: object) -> object:
    if not isinstance(value, dict):
        raise refused(_EXPECTED)
    return value


class ProgramFile(Part):
    """The whole file."""

    name: Text = Field(examples=["Beginner"])
    """What the coach calls it."""
    rounds: Annotated[int, whole(0, MOST_WEEKS)] = 0
    """How often the weeks are gone through; 0: without end."""
    progress: ProgressPart
    """When the weights move."""
    start: Annotated[
        dict[Text, Annotated[Weight, weighed()]],
        Takes(_starts, itself=True),
    ] = Field(default={}, max_length=MOST_SETS, examples=[{"squat": "40 kg"}])
    """The first working weight (or training max) of an exercise; by default, from your log, or
    what you say."""
    day: Annotated[list[DayPart], Field(min_length=1, max_length=MOST_SETS)]
    """The days."""
    week: Annotated[list[WeekPart], Field(min_length=1, max_length=MOST_WEEKS)] = Field(
        default_factory=lambda: [WeekPart.model_validate({})]
    )
    """The weeks, in order; by default, one with all days."""


def read(document: Document, known: list[str], held: Collection[str] = ()) -> ProgramFile:
    """The program in `document`; `known` are the names of all exercises, `held` of those that are
    holds.

    Raises ConfigError with all faults of the file.
    """
    faults = [*_unknown(document, known)]
    try:
        file = validated(ProgramFile, document)
    except ConfigError as error:
        raise ConfigError([*faults, *error.faults]) from None
    faults += [*_misnamed(file, document), *_misfits(file, document, held)]
    if faults:
        raise ConfigError(faults)
    return file


def program(file: ProgramFile, name: str, exercises: Mapping[str, Exercise]) -> Program:
    """The program of `file`, called `name`."""
    days = {
        day.name: Day(
            day.name,
            tuple(
                ProgramExercise(each.exercise, _sets(each.sets, exercises[each.exercise]))
                for each in day.exercise
            ),
        )
        for day in file.day
    }
    weeks = tuple(
        Week(
            tuple(days[named] for named in week.days or days),
            _sets(week.sets, None),
            week.tempo,
            Decimal(week.load),
            week.most_sets,
            week.deload,
        )
        for week in file.week
    )
    rule = file.progress
    progress = Progress(
        rule.rule, rule.left, rule.fails, Decimal(rule.back), rule.add, Decimal(rule.of_max)
    )
    return Program(name, file.name, weeks, progress, file.rounds, file.start)


def _sets(parts: Sequence[ProgramSetPart], exercise: Exercise | None) -> tuple[ProgramSet, ...]:
    return tuple(
        ProgramSet(
            exercise.breaths(part.hold) if part.hold and exercise else part.reps,
            part.kind,
            None if part.percent is None else Decimal(part.percent),
            None if part.rpe is None else Decimal(str(part.rpe)),
            part.rest,
        )
        for part in parts
        for _ in range(part.times)
    )


# --- faults ------------------------------------------------------------------------------------


def _unknown(document: Document, known: list[str]) -> Iterator[Fault]:
    """Exercises that do not exist, or twice in a day, in a document that may be invalid."""
    for d, day in enumerate(_tables(document.data.get("day"))):
        first: dict[str, int] = {}
        for n, each in enumerate(_tables(day.get("exercise"))):
            name = each.get("exercise")
            if not isinstance(name, str):
                continue
            path = ("day", d, "exercise", n, "exercise")
            if name not in known:
                yield document.fault(path, _no_exercise(name, known))
            elif first.setdefault(name, n) != n:
                place = document.place(("day", d, "exercise", first[name], "exercise"))
                message = f"{quoted(name)} is already there at {place}; put its sets together"
                yield document.fault(path, message)
    start = document.data.get("start")
    for name in start if isinstance(start, dict) else ():
        if name not in known:
            yield document.fault(("start", name), _no_exercise(name, known))


def _no_exercise(name: str, known: list[str]) -> str:
    hint = nearest(name, known) or ";"
    return f"no exercise {quoted(name)}{hint} there are: {listed(known)}"


def _tables(value: object) -> list[dict[str, object]]:
    parts = value if isinstance(value, list) else []
    return [part for part in parts[:MOST_SETS] if isinstance(part, dict)]


def _misnamed(file: ProgramFile, document: Document) -> Iterator[Fault]:
    """Days that do not exist, or are called alike."""
    names = [day.name for day in file.day]
    for d, name in enumerate(names):
        if name in names[:d]:
            place = document.place(("day", names.index(name), "name"))
            message = f"{quoted(name)} is the day at {place} already; give it another name"
            yield document.fault(("day", d, "name"), message)
    for w, week in enumerate(file.week):
        for n, name in enumerate(week.days):
            if name not in names:
                hint = nearest(name, names) or ";"
                message = f"no day {quoted(name)}{hint} there are: {listed(names)}"
                yield document.fault(("week", w, "days", n), message)


def _misfits(file: ProgramFile, document: Document, held: Collection[str]) -> Iterator[Fault]:
    """Sets that do not fit their exercise, and exercises without sets."""
    for d, day in enumerate(file.day):
        for n, each in enumerate(day.exercise):
            path = ("day", d, "exercise", n)
            for m, part in enumerate(each.sets):
                yield from _misfit(part, each.exercise in held, document, (*path, "set", m))
            using = [week for week in file.week if day.name in (week.days or [day.name])]
            if not each.sets and any(not week.sets for week in using):
                message = (
                    f"{quoted(each.exercise)} has no sets here, and not every week has some; "
                    "write [[day.exercise.set]] below it, or [[week.set]] in each week"
                )
                yield document.fault((*path, "exercise"), message)
    for w, week in enumerate(file.week):
        for m, part in enumerate(week.sets):
            yield from _misfit(part, None, document, ("week", w, "set", m))


def _misfit(
    part: ProgramSetPart, held: bool | None, document: Document, path: tuple[str | int, ...]
) -> Iterator[Fault]:
    """`held`: whether the exercise is a hold; None for the sets of a week, which are of several."""
    if held and part.reps is not None:
        yield document.fault((*path, "reps"), "this exercise is held; write its seconds: hold = 40")
    if held is False and part.hold is not None:
        message = "this exercise is counted in reps; write: reps = 10"
        yield document.fault((*path, "hold"), message)
    if held is None and part.hold is not None:
        message = "a hold's seconds belong to its exercise: write them in [[day.exercise.set]]"
        yield document.fault((*path, "hold"), message)
    if part.percent is not None and part.rpe is not None:
        message = "a set has a percentage or an RPE; leave one of them out"
        yield document.fault((*path, "rpe"), message)
