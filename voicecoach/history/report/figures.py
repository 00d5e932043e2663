"""What the report shows, in numbers: each exercise over its workouts and its weeks.

Warm-ups count for no figure but the rests. Nothing that was logged is converted, but what is
drawn has to be comparable: it is in the unit in which most sets of the exercise were done.
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
"""Points that a chart of a screen's width can still tell apart; where there are more
workouts, a point is a week of them, or a month."""


class Per(StrEnum):
    """What a point stands for."""

    WORKOUT = "workout"
    WEEK = "week"
    MONTH = "month"

    def first(self, day: date) -> date:
        """The first day of what `day` belongs to."""
        match self:
            case Per.WORKOUT:
                return day
            case Per.WEEK:
                return day - timedelta(days=day.weekday())
            case Per.MONTH:
                return day.replace(day=1)


@dataclass(frozen=True, slots=True)
class Mean:
    """Of what was done and what was planned, over sets; seconds."""

    done: float | None
    planned: float | None
    """None where nothing was planned."""
    sets: int


@dataclass(frozen=True, slots=True)
class Point:
    """One workout of an exercise, or a week or month of them."""

    day: date
    """The first one."""
    sets: int
    """Without warm-ups."""
    reps: int
    """Of a hold, seconds."""
    heaviest: float | None
    """In the exercise's unit, as all weights here."""
    e1rm: float | None
    """The best estimated one-repetition maximum (Epley)."""
    rough: bool
    """Whether that is from a set of so many reps that it says little."""
    record: bool
    """Whether it was better than every one before; the first is none."""
    tension: Mean
    """Time under tension of a set."""
    rest: Mean
    """Before a set."""


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """A week that had a workout (or a month, where there are too many weeks)."""

    day: date
    """The first one."""
    volume: float
    """Weight times repetitions, added up."""
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
    """Warm-ups included."""
    records: int
    last: date
    best: Point | None
    """The one with the best e1RM."""
    held: bool = False
    """Whether a position is held in it, in place of reps."""


def trainings(workouts: Iterable[Sequence[Work]]) -> list[Training]:
    """The figures of each exercise, the one that was done last first. `workouts` are the sets
    of each, in the order of time."""
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
        sets=sum(map(len, sessions)),
        records=sum(point.record for point in points),
        last=points[-1].day,
        best=max((p for p in points if p.e1rm), key=lambda p: p.e1rm or 0, default=None),
        held=all(each.held for sets in sessions for each in sets),
    )


def _points(sessions: Sequence[list[Work]], unit: Unit) -> list[Point]:
    """One a session."""
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
    """Weeks, or months, of the days themselves: a week may lie in two months."""
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
    """Of the sets in which something was done; the plan of those that had one."""
    done = [each for each, _ in pairs if each is not None]
    planned = [plan for each, plan in pairs if each is not None and plan is not None]
    return Mean(
        sum(done) / len(done) if done else None,
        sum(planned) / len(planned) if planned else None,
        len(done),
    )


# --- many points into fewer -------------------------------------------------------------------


def _thinned(points: Sequence[Point]) -> tuple[Per, Sequence[Point]]:
    """As they are, or those of a week or a month together, so that there are few enough."""
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
