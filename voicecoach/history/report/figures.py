"""The report's numbers: each exercise over its workouts and weeks.

Warm-ups count only for rests. The log is never converted, but what is drawn must be comparable, so
each exercise uses the unit of most of its weights.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ...core.strength import records, rough, strength
from ...core.workout import POUND, SetKind, Unit, Weight
from ..logged import Work

MOST = 300
"""Points that a chart as wide as the screen can still show separately. With more workouts, a point
is a week or a month."""


class Per(StrEnum):
    """What a point stands for."""

    WORKOUT = "workout"
    WEEK = "week"
    MONTH = "month"

    def first(self, day: date) -> date:
        """The first day of the period that `day` is in."""
        match self:
            case Per.WORKOUT:
                return day
            case Per.WEEK:
                return day - timedelta(days=day.weekday())
            case Per.MONTH:
                return day.replace(day=1)


@dataclass(frozen=True, slots=True)
class Mean:
    """Means over sets, of what was done and planned; seconds."""

    done: float | None
    planned: float | None
    """None if nothing was planned."""
    sets: int


@dataclass(frozen=True, slots=True)
class Point:
    """One workout of an exercise, or a week or month of them."""

    day: date
    """The first day."""
    sets: int
    """Without warm-ups."""
    reps: int
    """Of a hold, seconds."""
    heaviest: float | None
    """In the exercise's unit, like all weights here."""
    e1rm: float | None
    """The best estimated one-repetition maximum (Epley)."""
    rough: bool
    """Whether that comes from a set with too many reps for a good estimate."""
    record: bool
    """Whether it beat all earlier ones; the first never counts."""
    tension: Mean
    """Time under tension per set."""
    rest: Mean
    """Rest before a set."""


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """A week with a workout; a month, if there are too many weeks."""

    day: date
    """The first day."""
    volume: float
    """The sum of weight times repetitions."""
    sets: int
    reps: int
    """Of a hold, seconds."""


@dataclass(frozen=True, slots=True)
class Training:
    """One exercise."""

    exercise: str
    """As in the log."""
    unit: Unit
    per: Per
    points: tuple[Point, ...]
    """Oldest first."""
    weeks_per: Per
    weeks: tuple[WeekFigures, ...]
    workouts: int
    sets: int
    """Without warm-ups."""
    records: int
    last: date
    best: Point | None
    """The point with the best e1RM."""
    held: bool = False
    """Whether a position is held instead of reps done."""


def trainings(workouts: Iterable[Sequence[Work]]) -> list[Training]:
    """The figures of each exercise, the last one trained first. `workouts`: the sets of each
    workout, oldest first."""
    sessions: dict[str, list[list[Work]]] = defaultdict(list)
    for workout in workouts:
        of: dict[str, list[Work]] = {}
        for each in workout:
            if each.reps:
                of.setdefault(each.exercise, []).append(each)
        for exercise, sets in of.items():
            sessions[exercise].append(sets)
    made = [_training(exercise, each) for exercise, each in sessions.items()]
    return sorted(made, key=lambda each: (-each.last.toordinal(), each.exercise))


def _training(exercise: str, sessions: Sequence[list[Work]]) -> Training:
    units = Counter(each.weight.unit for sets in sessions for each in sets if each.weight)
    unit = units.most_common(1)[0][0] if units else Unit.KG
    points = _points(sessions, unit)
    per, drawn = _thinned(points)
    many = len({Per.WEEK.first(point.day) for point in points if point.sets}) > MOST
    weeks_per = Per.MONTH if many else Per.WEEK
    weeks = _weeks(sessions, unit, weeks_per)
    return Training(
        exercise,
        unit,
        per,
        tuple(drawn),
        weeks_per,
        tuple(weeks),
        workouts=len(sessions),
        sets=sum(point.sets for point in points),
        records=sum(point.record for point in points),
        last=points[-1].day,
        best=max((p for p in points if p.e1rm), key=lambda p: p.e1rm or 0, default=None),
        held=all(each.held for sets in sessions for each in sets),
    )


def _points(sessions: Sequence[list[Work]], unit: Unit) -> list[Point]:
    """One per workout."""
    found = []
    for sets in sessions:
        work = [each for each in sets if each.kind is not SetKind.WARM_UP]
        best, reps = None, 0
        for each in work:
            shown = strength(each)
            if shown is not None and (best is None or shown > best):
                best, reps = shown, each.reps
        found.append((sets, work, best, reps))
    new = records([best for _, _, best, _ in found])
    return [
        Point(
            sets[0].day,
            len(work),
            sum([each.amount for each in work]),
            max([_in(unit, each.weight) for each in work if each.weight], default=None),
            None if best is None else float(best / POUND if unit is Unit.LB else best),
            rough(reps),
            is_record,
            _mean([(each.tension, each.planned_tension) for each in work]),
            _mean([(each.rest, each.planned_rest) for each in sets]),
        )
        for (sets, work, best, reps), is_record in zip(found, new, strict=True)
    ]


def _weeks(sessions: Sequence[list[Work]], unit: Unit, per: Per) -> list[WeekFigures]:
    """Weeks or months, from the workouts' days; a week may lie in two months."""
    work: dict[date, list[Work]] = defaultdict(list)
    for sets in sessions:
        day = per.first(sets[0].day)
        work[day] += [each for each in sets if each.kind is not SetKind.WARM_UP]
    return [
        WeekFigures(
            day,
            sum(
                [
                    _in(unit, each.weight) * each.reps
                    for each in sets
                    if each.weight and not each.held
                ]
            ),
            len(sets),
            sum([each.amount for each in sets]),
        )
        for day, sets in work.items()
        if sets
    ]


def _in(unit: Unit, weight: Weight) -> float:
    if weight.unit is unit:
        return float(weight.amount)
    return float(weight.kilograms if unit is Unit.KG else weight.amount / POUND)


def _mean(pairs: Sequence[tuple[float | None, float | None]]) -> Mean:
    """The mean of the sets that have a figure, and of their plans."""
    done = [each for each, _ in pairs if each is not None]
    planned = [plan for each, plan in pairs if each is not None and plan is not None]
    return Mean(
        sum(done) / len(done) if done else None,
        sum(planned) / len(planned) if planned else None,
        len(done),
    )


# --- many points into fewer -------------------------------------------------------------------


def _thinned(points: Sequence[Point]) -> tuple[Per, Sequence[Point]]:
    """The points, joined by week or month if there are too many."""
    drawn = points
    for per in Per:
        if per is not Per.WORKOUT:
            of: dict[date, list[Point]] = defaultdict(list)
            for point in points:
                of[per.first(point.day)].append(point)
            drawn = [_together(day, some) for day, some in of.items()]
        if len(drawn) <= MOST:
            break
    return per, drawn


def _together(day: date, points: Sequence[Point]) -> Point:
    best = max(points, key=lambda each: each.e1rm or 0)
    return Point(
        day,
        sum(each.sets for each in points),
        sum(each.reps for each in points),
        max((each.heaviest for each in points if each.heaviest is not None), default=None),
        best.e1rm,
        best.rough,
        any(each.record for each in points),
        _weighted([each.tension for each in points]),
        _weighted([each.rest for each in points]),
    )


def _weighted(means: Sequence[Mean]) -> Mean:
    done = [(each.done, each.sets) for each in means if each.done is not None]
    planned = [(each.planned, each.sets) for each in means if each.planned is not None]
    return Mean(_over(done), _over(planned), sum(each.sets for each in means))


def _over(parts: Sequence[tuple[float, int]]) -> float | None:
    count = sum(sets for _, sets in parts)
    return sum(value * sets for value, sets in parts) / count if count else None
