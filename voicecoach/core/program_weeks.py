"""What a program planned against what was done of it, week by week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .plan import Exercise
from .program import Followed, Lifts, Program, after, is_over, plan
from .workout import DoneSet, PlannedSet, SetKind


@dataclass(frozen=True, slots=True)
class WorkDone:
    """WorkDone sets, planned or done."""

    sets: int = 0
    reps: int = 0
    """Without those of holds."""
    moved: Decimal | None = Decimal(0)
    """Weight times reps, in kg; None if a weight is not known."""

    def __add__(self, other: WorkDone) -> WorkDone:
        known = self.moved is not None and other.moved is not None
        moved = self.moved + other.moved if known else None  # type: ignore[operator]
        return WorkDone(self.sets + other.sets, self.reps + other.reps, moved)


@dataclass(frozen=True, slots=True)
class ProgramWeek:
    """A week of a program."""

    week: int
    """From 1, counted on from round to round."""
    deload: bool
    days_done: int
    days: int
    done: WorkDone
    planned: WorkDone


@dataclass(slots=True)
class _WeekSoFar:
    """A week that is being added up."""

    week: int
    planned: dict[int, WorkDone]
    """By day."""
    done: WorkDone = field(default_factory=WorkDone)
    over: set[int] = field(default_factory=set)
    """The days that count as done."""


def weeks(
    program: Program, exercises: Mapping[str, Exercise], followed: Iterable[Followed]
) -> list[ProgramWeek]:
    """Each week that was begun, in the order in which it was. A week that was begun again, after a
    later one, comes again. Days that are still to be done are planned as of now."""
    return [_closed(program, week) for week in _weeks(program, exercises, followed)]


def _weeks(
    program: Program, exercises: Mapping[str, Exercise], followed: Iterable[Followed]
) -> Iterator[_WeekSoFar]:
    lifts: Lifts = {}
    week: _WeekSoFar | None = None
    for each in followed:
        if not program.has(each.week, each.day):
            continue
        if week is not None and each.week != week.week:
            yield week
            week = None
        if week is None:
            week = _WeekSoFar(each.week, {})
        week.planned[each.day] = _planned(program, exercises, lifts, each.week, each.day)
        if is_over(program, exercises, each):
            week.over.add(each.day)
        sets = (s for name, s in each.sets if name in exercises and s.reps and not s.part)
        week.done = sum(map(_done, sets), week.done)
        lifts = after(program, exercises, lifts, each)
        for day in range(1, len(program.week(each.week).days) + 1):
            if day not in week.over:
                week.planned[day] = _planned(program, exercises, lifts, each.week, day)
    if week is not None:
        yield week


def _closed(program: Program, week: _WeekSoFar) -> ProgramWeek:
    of = program.week(week.week)
    planned = sum(week.planned.values(), WorkDone())
    return ProgramWeek(week.week, of.deload, len(week.over), len(of.days), week.done, planned)


def _planned(
    program: Program, exercises: Mapping[str, Exercise], lifts: Lifts, week: int, day: int
) -> WorkDone:
    workout = plan(program, exercises, lifts, week, day)
    every = (
        _set(planned, exercises[each.exercise].held)
        for each in workout.exercises
        for planned in each.sets
    )
    return sum(every, WorkDone())


def _set(each: PlannedSet, held: bool) -> WorkDone:
    if each.kind is SetKind.WARM_UP:
        return WorkDone()
    if held:
        return WorkDone(1)
    return WorkDone(1, each.reps, each.weight.kilograms * each.reps if each.weight else None)


def _done(each: DoneSet) -> WorkDone:
    if each.kind is SetKind.WARM_UP:
        return WorkDone()
    if each.held:
        return WorkDone(1)
    return WorkDone(1, each.reps, each.weight.kilograms * each.reps if each.weight else Decimal(0))
