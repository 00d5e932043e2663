"""The top of the report: this week, the latest records, and what comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ...core.workout import Past, SetKind, Unit
from ..logged import Work
from .figures import Training

NEXT = 4
"""How many exercises, the last ones trained, show what comes next."""

_RECORDS = 4


@dataclass(frozen=True, slots=True)
class ThisWeek:
    """What was done in seven days, without warm-ups."""

    workouts: int
    sets: int
    lifted: Mapping[Unit, float]
    """Weight times repetitions, by the unit that was said."""

    def __str__(self) -> str:
        told = [f"{self.sets} set{'' if self.sets == 1 else 's'}"]
        told += [f"{amount:,.0f} {unit.value} lifted" for unit, amount in self.lifted.items()]
        return ", ".join(told)


@dataclass(frozen=True, slots=True)
class Overview:
    this_week: ThisWeek
    last_week: ThisWeek
    records: tuple[tuple[date, str, str], ...]
    """The last record of each exercise, newest first: the day, the exercise as in the log, and
    its estimated maximum."""
    next: tuple[tuple[str, str], ...]
    """For the last exercises trained: the exercise, and what to do."""


def overview(
    workouts: Sequence[Sequence[Work]],
    trainings: Sequence[Training],
    past: Mapping[str, Past],
    today: date,
) -> Overview:
    """`workouts`: the sets of each; `past`: by exercise."""
    monday = today - timedelta(days=today.weekday())
    records = [
        (point.day, each.exercise, f"{point.e1rm:.1f}".removesuffix(".0") + f" {each.unit.value}")
        for each in trainings
        for point in each.points
        if point.record and point.e1rm is not None
    ]
    records.sort(key=lambda record: record[0], reverse=True)
    newest = {record[1]: record for record in reversed(records)}
    records = [record for record in records if newest[record[1]] is record]
    upcoming = [(each.exercise, _next(past[each.exercise])) for each in trainings[:NEXT]]
    return Overview(
        _week(workouts, monday),
        _week(workouts, monday - timedelta(days=7)),
        tuple(records[:_RECORDS]),
        tuple((exercise, told) for exercise, told in upcoming if told),
    )


def _week(workouts: Sequence[Sequence[Work]], monday: date) -> ThisWeek:
    days = [
        [each for each in sets if monday <= each.day < monday + timedelta(days=7)]
        for sets in workouts
    ]
    work = [each for sets in days for each in sets if each.kind is not SetKind.WARM_UP]
    lifted: dict[Unit, float] = defaultdict(float)
    for each in work:
        if each.weight is not None and not each.held:
            lifted[each.weight.unit] += float(each.weight.amount) * each.reps
    return ThisWeek(sum(map(bool, days)), len(work), dict(lifted))


def _next(past: Past) -> str:
    """What was agreed, or else what was done last, without warm-ups and drop sets."""
    if past.next is not None:
        return f"{past.next.weight}, agreed on" if past.next.weight else "longer, agreed on"
    work = [each for each in past.last if each.kind is SetKind.WORK]
    if not work:
        return ""
    heaviest = max((each.weight.kilograms for each in work if each.weight), default=None)
    weight = next((e.weight for e in work if e.weight and e.weight.kilograms == heaviest), None)
    ago = {0: "today", 1: "yesterday"}.get(past.days_ago, f"{past.days_ago} days ago")
    at = f" at {weight}" if weight is not None else ""
    return f"last {len(work)} set{'' if len(work) == 1 else 's'}{at}, {ago}"
