"""A program: weeks of planned days. What it prescribes today follows from what was logged of it.

A program is a list of weeks, each with its days. The weeks may be gone through again and again, in
rounds. A day is over when at least half of its work sets were done; until then it waits, however
long. No calendar is asked.

Where each exercise stands is a `Lift`. Its base is the working weight, or a training max of which
sets take a percentage. After each day, and in a program of rounds after each round, one of three
rules moves it:

linear  the reps were there with enough left: more weight the next time.
double  first more reps at the same weight, up to the end of a range, then more weight.
round   the reps were there in the whole round: a higher training max in the next one.

If the reps were missing several times running, the base goes back. `effort` says what is enough
left, and `steps` how much more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from statistics import median

from .effort import answers, enough, left_of
from .plan import Exercise
from .steps import MOST, more, nearest, share_of
from .strength import best, e1rm
from .workout import (
    POUND,
    DoneSet,
    Past,
    PlannedExercise,
    PlannedSet,
    ProgramDay,
    SetKind,
    Unit,
    Weight,
    Workout,
)

REMEMBERED = 6
"""Answers at a weight that are kept: those of two days of three sets."""

_HUNDRED = Decimal(100)


class ProgressRule(StrEnum):
    """When the base moves."""

    LINEAR = "linear"
    DOUBLE = "double"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class ProgramSet:
    """A set as a program has it."""

    reps: int | None = None
    """Of a hold, breaths; None: by the rule, or as in the exercise."""
    kind: SetKind = SetKind.WORK
    percent: Decimal | None = None
    """Of the base; None: all of it."""
    rpe: Decimal | None = None
    """If given, the weight follows from the estimated strength: what leaves 10 - RPE reps."""
    rest: int | None = None
    """As in a `PlannedSet`."""


@dataclass(frozen=True, slots=True)
class ProgramExercise:
    exercise: str
    sets: tuple[ProgramSet, ...] = ()
    """Empty: those of the week."""


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    exercises: tuple[ProgramExercise, ...]


@dataclass(frozen=True, slots=True)
class Week:
    days: tuple[Day, ...]
    sets: tuple[ProgramSet, ...] = ()
    """For the exercises without their own."""
    tempo: str = ""
    """For all of its exercises; "" for their own."""
    load: Decimal = _HUNDRED
    """Percent of each weight."""
    most_sets: int | None = None
    """Work sets of an exercise, at most."""
    deload: bool = False
    """True if nothing that is done in it moves a base."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How the bases move."""

    rule: ProgressRule
    left: int | None = None
    """As in `plan.Progression`."""
    fails: int = 3
    """After so many days, or rounds, without all reps, the base goes back ..."""
    back: Decimal = Decimal(90)
    """... to this percentage."""
    add: tuple[Weight, ...] = ()
    """The step, for each unit; empty: that of the exercise."""
    of_max: Decimal = Decimal(90)
    """By the rule ROUND, the percentage of the estimated maximum at which the base begins."""


@dataclass(frozen=True, slots=True)
class Program:
    id: str
    """The name of its file, without .toml."""
    name: str
    """As the coach says it."""
    weeks: tuple[Week, ...]
    """Of one round."""
    progress: Progress
    rounds: int = 0
    """0: without end."""
    start: Mapping[str, Weight] = field(default_factory=dict)
    """The first base by exercise, if the file sets it."""

    def week(self, number: int) -> Week:
        """The week with this number, from 1 and counted on from round to round."""
        return self.weeks[(number - 1) % len(self.weeks)]

    def round_of(self, number: int) -> int:
        """The round of that week, from 0."""
        return (number - 1) // len(self.weeks)

    def has(self, week: int, day: int) -> bool:
        """Whether there is such a day."""
        within = not self.rounds or self.round_of(week) < self.rounds
        return week >= 1 and within and 1 <= day <= len(self.week(week).days)

    def following(self, week: int, day: int) -> tuple[int, int]:
        """The day after that one; `has` says whether it exists."""
        return (week, day + 1) if day < len(self.week(week).days) else (week + 1, 1)

    @property
    def exercises(self) -> tuple[str, ...]:
        """Each exercise, in the order in which it first comes."""
        every = (
            each.exercise for week in self.weeks for day in week.days for each in day.exercises
        )
        return tuple(dict.fromkeys(every))


@dataclass(frozen=True, slots=True)
class Followed:
    """A day of a program as it was done."""

    week: int
    day: int
    sets: tuple[tuple[str, DoneSet], ...]
    """Each with its exercise, in order."""


@dataclass(frozen=True, slots=True)
class Lift:
    """Where an exercise stands."""

    base: Weight | None = None
    """None: not known yet, or a hold without a weight."""
    reps: int = 0
    """The target by the rule DOUBLE, and of a hold; 0: where it begins."""
    failed: int = 0
    """How many days, or rounds, running were without all reps."""
    missed: bool = False
    """True if reps were missing in this round."""
    round: int = 0
    told: tuple[Decimal, ...] = ()
    """How many reps were left at this base, as answered."""
    estimate: Weight | None = None
    """The estimated one-repetition maximum."""
    step: int = 0
    """As in a `PlannedExercise`."""


Lifts = Mapping[str, Lift]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a program stands."""

    week: int
    day: int
    workout: Workout | None
    """What is to be done today; None if the program is over."""
    lifts: Lifts


# --- ids ---------------------------------------------------------------------------------------

_ID = re.compile(r"(.+)/w([1-9]\d{0,3})d([1-9]\d?)")


def day_id(program: str, week: int, day: int) -> str:
    """The id of a day's workout in the log: `linear/w3d1`."""
    return f"{program}/w{week}d{day}"


def parsed(id: str) -> tuple[str, int, int] | None:
    """The program, the week and the day in a `day_id`; None for any other id."""
    found = _ID.fullmatch(id)
    return (found[1], int(found[2]), int(found[3])) if found else None


# --- where it stands ---------------------------------------------------------------------------


def stand(
    program: Program,
    exercises: Mapping[str, Exercise],
    followed: Iterable[Followed],
    known: Mapping[str, Past],
    at: tuple[int, int] | None = None,
) -> Standing:
    """Where `program` stands after the days `followed`, oldest first, and what is to be done.

    `known` is what the log has of each exercise, for those that the program has not had yet. `at`
    goes to a week and a day, whichever would be next.
    """
    lifts: Lifts = {}
    week, day = 1, 1
    for each in followed:
        if not program.has(each.week, each.day):
            continue  # the file has changed since
        lifts = after(program, exercises, lifts, each)
        over = is_over(program, exercises, each)
        week, day = program.following(each.week, each.day) if over else (each.week, each.day)
    week, day = at or (week, day)
    begun = {
        name: lifts.get(name) or _first(program, exercises[name], known.get(name, Past()))
        for name in program.exercises
    }
    begun = {**in_week(program, exercises, begun, week)}
    there = program.has(week, day)
    workout = plan(program, exercises, begun, week, day) if there else None
    return Standing(week, day, workout, begun)


def after(
    program: Program, exercises: Mapping[str, Exercise], lifts: Lifts, done: Followed
) -> Lifts:
    """Where each exercise stands after a day."""
    planned = plan(program, exercises, lifts, done.week, done.day)
    moved = dict(lifts)
    day = program.week(done.week).days[done.day - 1]
    for each, of in zip(planned.exercises, day.exercises, strict=True):
        sets = [set_ for name, set_ in done.sets if name == each.exercise]
        lift = _in_round(program, exercises, lifts, each.exercise, program.round_of(done.week))
        lift = replace(lift, step=0)
        learnt = _learn(program, exercises[each.exercise], lift, each, of, sets, done.week)
        if each.exercise in lifts or learnt != lift:
            moved[each.exercise] = learnt  # else the program has not had it yet
    return moved


def in_week(program: Program, exercises: Mapping[str, Exercise], lifts: Lifts, week: int) -> Lifts:
    """Where each exercise stands in that week: a new round may move its base."""
    round = program.round_of(week)
    return {name: _in_round(program, exercises, lifts, name, round) for name in lifts}


def is_over(program: Program, exercises: Mapping[str, Exercise], done: Followed) -> bool:
    """Whether the day counts as done: at least half of its work sets were."""
    planned = plan(program, exercises, {}, done.week, done.day)
    wanted = sum(each.kind is SetKind.WORK for e in planned.exercises for each in e.sets)
    names = {each.exercise for each in planned.exercises}
    return 2 * sum(len(_work(done.sets, name)) for name in names) >= max(1, wanted)


def _work(sets: Iterable[tuple[str, DoneSet]], exercise: str) -> list[DoneSet]:
    return _whole(each for name, each in sets if name == exercise)


def _whole(sets: Iterable[DoneSet]) -> list[DoneSet]:
    """The work sets in which a rep was done. Of a set with sides, only the last side."""
    return [each for each in sets if each.kind is SetKind.WORK and each.reps and not each.part]


# --- what is to be done ------------------------------------------------------------------------


def plan(
    program: Program, exercises: Mapping[str, Exercise], lifts: Lifts, week: int, day: int
) -> Workout:
    """The workout of a day. A weight that is not known yet is what the lifter says."""
    of = program.week(week)
    planned = tuple(
        _planned(
            program,
            exercises[each.exercise],
            _in_round(program, exercises, lifts, each.exercise, program.round_of(week)),
            each.sets or of.sets,
            of,
        )
        for each in of.days[day - 1].exercises
    )
    name = f"{program.name}, week {week}, day {day}"
    today = ProgramDay(program.name, week, day, of.deload)
    return Workout(day_id(program.id, week, day), name, planned, day=today)


def _planned(
    program: Program, exercise: Exercise, lift: Lift, sets: Sequence[ProgramSet], week: Week
) -> PlannedExercise:
    made: list[PlannedSet] = []
    work = 0
    for each in sets:
        work += each.kind is SetKind.WORK
        if week.most_sets is not None and each.kind is SetKind.WORK and work > week.most_sets:
            continue
        reps = _reps(program, exercise, lift, each)
        weight = _weight(exercise, lift, each, reps, week.load)
        made.append(PlannedSet(reps, each.kind, weight, each.rest))
    asks = program.progress.left is not None and not exercise.held and not week.deload
    tempo = "" if exercise.held else week.tempo
    return PlannedExercise(exercise.id, tuple(made), tempo, asks, 0 if week.deload else lift.step)


def _reps(program: Program, exercise: Exercise, lift: Lift, wanted: ProgramSet) -> int:
    if wanted.reps is not None:
        return wanted.reps
    rule = exercise.progression
    if rule is None or (program.progress.rule is not ProgressRule.DOUBLE and not exercise.held):
        return exercise.reps
    return lift.reps or (exercise.reps if exercise.held else rule.low)


def _weight(
    exercise: Exercise, lift: Lift, wanted: ProgramSet, reps: int, load: Decimal
) -> Weight | None:
    if wanted.rpe is not None:
        if lift.estimate is None:
            return None
        possible = reps + left_of(wanted.rpe)
        share = Decimal(30) / (30 + possible) if possible > 1 else Decimal(1)
        return share_of(exercise, lift.estimate, share * load / _HUNDRED)
    if lift.base is None:
        return None
    percent = (_HUNDRED if wanted.percent is None else wanted.percent) * load / _HUNDRED
    if percent == _HUNDRED:
        return lift.base  # as it was lifted
    return share_of(exercise, lift.base, percent / _HUNDRED)


# --- how it moves ------------------------------------------------------------------------------


def _first(program: Program, exercise: Exercise, past: Past) -> Lift:
    """Where an exercise begins that the program has not had yet."""
    lifted = _usual(_whole(past.last))
    unit = lifted.unit if lifted is not None else Unit.KG
    maximum = _in_unit(past.best[-1], unit) if past.best else None
    base = program.start.get(exercise.id)
    if base is None and program.progress.rule is not ProgressRule.ROUND:
        base = lifted
    elif base is None and maximum is not None:
        base = share_of(exercise, maximum, program.progress.of_max / _HUNDRED)
    return Lift(base, estimate=maximum)


def _in_unit(kilograms: Decimal, unit: Unit) -> Weight:
    return Weight(kilograms / POUND if unit is Unit.LB else kilograms, unit)


def _usual(sets: Sequence[DoneSet]) -> Weight | None:
    """The weight of most of `sets`; of two, the heavier."""
    counted = Counter(each.weight for each in sets if each.weight is not None)
    return max(counted, key=lambda each: (counted[each], each.kilograms), default=None)


def _learn(
    program: Program,
    exercise: Exercise,
    lift: Lift,
    planned: PlannedExercise,
    of: ProgramExercise,
    sets: Sequence[DoneSet],
    week: int,
) -> Lift:
    """What a day's sets of an exercise change."""
    work = _whole(sets)
    if not work or program.week(week).deload:
        return lift
    wanted = [each for each in planned.sets if each.kind is SetKind.WORK]
    met = len(work) >= len(wanted) and all(
        done.reps >= to.reps for done, to in zip(work, wanted, strict=False)
    )
    lift = replace(lift, estimate=_estimated(lift.estimate, work))
    if exercise.held:
        return _longer(exercise, lift, wanted, met)
    if program.progress.rule is ProgressRule.ROUND:
        return _through_a_round(program, exercise, lift, of, work, met, week)
    lifted = _usual(work) or lift.base
    if lifted is None:
        return lift  # nobody said a weight
    told = lift.told if lifted == lift.base else ()
    told = (*told, *answers(work, lifted))[-REMEMBERED:]
    lift = replace(lift, base=lifted, told=told)
    if program.progress.rule is ProgressRule.LINEAR:
        return _linear(program, exercise, lift, met)
    return _double(program, exercise, lift, wanted, work, met)


def _linear(program: Program, exercise: Exercise, lift: Lift, met: bool) -> Lift:
    if not met:
        return _failing(program, exercise, lift)
    if not enough(lift.told, program.progress.left):
        return replace(lift, failed=0)
    return _heavier(program, exercise, lift)


def _double(
    program: Program,
    exercise: Exercise,
    lift: Lift,
    wanted: Sequence[PlannedSet],
    work: Sequence[DoneSet],
    met: bool,
) -> Lift:
    rule = exercise.progression
    if not met or rule is None:
        return _failing(program, exercise, lift)
    least = min(each.reps for each in work[: len(wanted)])
    if least < rule.high:
        return replace(lift, reps=min(rule.high, least + rule.by), failed=0)
    if not enough(lift.told, program.progress.left):
        return replace(lift, reps=rule.high, failed=0)
    return replace(_heavier(program, exercise, lift), reps=rule.low)


def _longer(exercise: Exercise, lift: Lift, wanted: Sequence[PlannedSet], met: bool) -> Lift:
    """A hold gets longer, until it is long enough."""
    rule = exercise.progression
    if rule is None or not met or not wanted:
        return lift
    return replace(lift, reps=min(rule.high, max(each.reps for each in wanted) + rule.by))


def _through_a_round(
    program: Program,
    exercise: Exercise,
    lift: Lift,
    of: ProgramExercise,
    work: Sequence[DoneSet],
    met: bool,
    week: int,
) -> Lift:
    """A day of a round; the base moves in the next one. Only the heaviest sets of a day tell how
    much was left."""
    within = program.week(week)
    if lift.base is None:
        lift = replace(lift, base=_from_shares(exercise, of.sets or within.sets, within, work))
    heaviest = max((each.weight for each in work if each.weight), default=None, key=_kilograms)
    told = (*lift.told, *answers(work, heaviest))[-REMEMBERED:]
    return replace(lift, told=told, missed=lift.missed or not met, round=program.round_of(week))


def _kilograms(weight: Weight) -> Decimal:
    return weight.kilograms


def _from_shares(
    exercise: Exercise, sets: Sequence[ProgramSet], week: Week, work: Sequence[DoneSet]
) -> Weight | None:
    """The base of which `work` were the planned shares."""
    shares = [
        (_HUNDRED if each.percent is None else each.percent) * week.load / _HUNDRED
        for each in sets
        if each.kind is SetKind.WORK
    ]
    bases = [
        (done.weight.amount / share * _HUNDRED, done.weight.unit)
        for done, share in zip(work, shares, strict=False)
        if done.weight is not None
    ]
    if not bases:
        return None
    unit = bases[0][1]
    return nearest(exercise, Weight(median(amount for amount, of in bases if of is unit), unit))


def _in_round(
    program: Program, exercises: Mapping[str, Exercise], lifts: Lifts, name: str, round: int
) -> Lift:
    """Where an exercise stands as a round begins, or in it."""
    lift = lifts.get(name) or Lift(program.start.get(name), round=round)
    if program.progress.rule is not ProgressRule.ROUND or lift.base is None or round <= lift.round:
        return lift
    lift = replace(lift, round=round)
    if lift.missed:
        lift = _failing(program, exercises[name], lift)
    elif enough(lift.told, program.progress.left):
        lift = _heavier(program, exercises[name], lift)
    return replace(lift, missed=False, told=())


def _heavier(program: Program, exercise: Exercise, lift: Lift) -> Lift:
    step = more(exercise, lift.base, program.progress.add) if lift.base is not None else None
    if step is None:
        return replace(lift, failed=0)
    return replace(lift, base=step.weight, failed=0, told=(), step=step.percent)


def _failing(program: Program, exercise: Exercise, lift: Lift) -> Lift:
    """Once more, or after several times with less."""
    failed = lift.failed + 1
    if failed < program.progress.fails or lift.base is None:
        return replace(lift, failed=failed)
    less = share_of(exercise, lift.base, program.progress.back / _HUNDRED)
    if less.amount >= lift.base.amount:
        less = lift.base  # nothing a little lighter can be loaded
    return replace(lift, base=less, failed=0, reps=0, told=())


def _estimated(before: Weight | None, work: Sequence[DoneSet]) -> Weight | None:
    """The maximum that `work` shows: the median of its sets, at most a step from what it was."""
    unit = next((each.weight.unit for each in work if each.weight is not None), None)
    if unit is None:
        return before
    shown = [kg for each in work if (kg := _shown(each)) is not None]
    if not shown:
        return before
    now = _in_unit(median(shown), unit)
    if before is None or before.unit is not unit:
        return now
    low, high = before.amount * (1 - MOST), before.amount * (1 + MOST)
    return Weight(min(high, max(low, now.amount)), unit)


def _shown(done: DoneSet) -> Decimal | None:
    """The maximum in kg that a set shows, with the reps that were left."""
    if done.rpe is None or done.weight is None:
        return best([done])
    reps = done.reps + int(left_of(done.rpe))
    return e1rm(done.weight.kilograms, reps)
