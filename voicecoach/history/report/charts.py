"""The charts, as Vega-Lite specifications, each with its data as a table.

Colours are the page's (`var(--...)` of report.css). Series differ by shape or dash as well as by
colour. The page sets two parameters: `from`, before which nothing is drawn, and `at`, the index of
the point that is read out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .figures import Mean, Per, Point, Training, WeekFigures

Spec = dict[str, Any]

STAR = (
    "M0,-1L0.29,-0.4L0.95,-0.31L0.48,0.15L0.59,0.81L0,0.5"
    "L-0.59,0.81L-0.48,0.15L-0.95,-0.31L-0.29,-0.4Z"
)


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    summary: str
    """What it shows, in a sentence or two, for people who can't see it."""
    spec: Spec
    readings: tuple[str, ...]
    """The text read out at each point, in order."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The data as a table."""
    key: tuple[Sign, ...] = ()
    """The legend."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A series of a chart, in the legend."""

    name: str
    colour: str
    """The page's: `var(--a)`."""
    shape: str
    """ "circle", "square" or a path in a box from -1 to 1."""
    dashed: bool = False


# --- over time --------------------------------------------------------------------------------


def strength(training: Training) -> Chart | None:
    """Estimated maximum and heaviest weight, with records; None if no weight was lifted."""
    points = [point for point in training.points if point.heaviest is not None]
    if not points:
        return None
    unit = training.unit.value
    values = []
    readings = []
    rows = []
    for nth, point in enumerate(points):
        day = _day(point.day, training.per)
        heaviest = figure(point.heaviest)
        told = f"{day}: e1RM {figure(point.e1rm)} {unit}, heaviest {heaviest} {unit}"
        told += ", rough" if point.rough else ""
        told += ", a record" if point.record else ""
        readings.append(told)
        series = [(_E1RM, point.e1rm), (_HEAVIEST, point.heaviest)]
        series += [(_RECORD, point.e1rm)] if point.record else []
        values += [
            _value(nth, point.day, y, told) | {"s": name} for name, y in series if y is not None
        ]
        rows.append(
            (day, figure(point.e1rm), heaviest, "record" if point.record else "", str(point.sets))
        )
    first, last = points[0], points[-1]
    summary = (
        f"Estimated maximum from {figure(first.e1rm)} to {figure(last.e1rm)} {unit} and heaviest "
        f"weight from {figure(first.heaviest)} to {figure(last.heaviest)} {unit} over "
        f"{_many(len(points), training.per)}, with {_many(training.records, 'record')}."
        if len(points) > 1
        else f"One {training.per}: estimated maximum {figure(first.e1rm)} {unit}, heaviest "
        f"weight {figure(first.heaviest)} {unit}."
    )
    if training.per is not Per.WORKOUT:
        summary += f" Each point is the best of a {training.per}."
    names = [_E1RM, _HEAVIEST] + ([_RECORD] if training.records else [])
    line, dots = _lines(names, len(points))
    line = {"transform": [{"filter": f"datum.s !== '{_RECORD}'"}], **line}
    larger = {"condition": {"test": f"datum.s === '{_RECORD}'", "value": 170}}
    dots["encoding"]["size"] = {**larger, **dots["encoding"]["size"]}
    spec = _over_time(values, [line, dots])
    columns = (_heading(training.per), f"e1RM ({unit})", f"heaviest ({unit})", "", "work sets")
    title = f"Strength ({unit})"
    return Chart(title, summary, spec, tuple(readings), columns, tuple(rows), _key(names))


_E1RM = "Estimated maximum (e1RM)"
_HEAVIEST = "Heaviest weight"
_RECORD = "Record"


def volume(training: Training) -> Chart | None:
    """Weight times repetitions per week; only repetitions if no weight was said."""
    weeks = training.weeks
    if not weeks:
        return None
    weighed = any(week.volume for week in weeks)
    unit = training.unit.value
    many = "seconds held" if training.held else "repetitions"
    what = f"{unit} lifted" if weighed else many
    reps = "s held" if training.held else "reps"

    def amount(week: WeekFigures) -> float:
        return week.volume if weighed else week.reps

    values = []
    readings = []
    rows = []
    for nth, week in enumerate(weeks):
        day = _day(week.day, training.weeks_per)
        told = f"{day}: {amount(week):,.0f} {what}, {_many(week.sets, 'set')}, {week.reps} {reps}"
        readings.append(told)
        end = _next(week.day, training.weeks_per)
        values.append(
            _value(nth, week.day, amount(week), told)
            | {"t2": ms(week.day) + 0.85 * (ms(end) - ms(week.day))}
        )
        rows.append((day, f"{amount(week):,.0f}", str(week.sets), str(week.reps)))
    most = max(weeks, key=amount)
    of_most = f"the {training.weeks_per} of {_day(most.day, training.weeks_per)}"
    summary = (
        f"{_many(len(weeks), training.weeks_per)} with a workout, "
        f"{sum(map(amount, weeks)) / len(weeks):,.0f} {what} on average, most in "
        f"{of_most}: {amount(most):,.0f}."
        if len(weeks) > 1
        else f"{amount(most):,.0f} {what} in {of_most}."
    )
    mark = {
        "mark": {"type": "rect", "color": "var(--a)", "opacity": 1},
        "encoding": {"x2": {"field": "t2"}, "y2": {"datum": 0}},
    }
    spec = _over_time(values, [mark], zero=True, until=_next(weeks[-1].day, training.weeks_per))
    columns = (_heading(training.weeks_per), what, "work sets", reps)
    title = f"Volume a {training.weeks_per} ({many if not weighed else unit})"
    return Chart(title, summary, spec, tuple(readings), columns, tuple(rows))


def tension(training: Training) -> Chart | None:
    """Tempo kept: the time under tension of a set, planned and done."""
    return _kept(
        training,
        lambda point: point.tension,
        "Tempo kept (seconds of a set)",
        "Time under tension",
    )


def rest(training: Training) -> Chart | None:
    """Rest taken before a set, and planned."""
    return _kept(training, lambda point: point.rest, "Rest (seconds before a set)", "Rest")


def _kept(training: Training, mean: Callable[[Point], Mean], title: str, what: str) -> Chart | None:
    points = [point for point in training.points if mean(point).done is not None]
    if not points:
        return None
    values = []
    readings = []
    rows = []
    for nth, point in enumerate(points):
        each = mean(point)
        day = _day(point.day, training.per)
        told = f"{day}: {each.done:.0f} s done, "
        told += "none planned" if each.planned is None else f"{each.planned:.0f} s planned"
        readings.append(told)
        values += [
            _value(nth, point.day, round(y, 1), told) | {"s": name}
            for name, y in ((_DONE, each.done), (_PLANNED, each.planned))
            if y is not None
        ]
        rows.append((day, figure(each.done), figure(each.planned), str(each.sets)))
    both = [
        (each.done, each.planned)
        for each in map(mean, points)
        if each.done is not None and each.planned is not None
    ]
    off = sum(done - planned for done, planned in both) / len(both) if both else 0.0
    summary = f"{what} in {_many(len(points), training.per)}" + (
        f", on average {abs(off):.0f} seconds {'longer' if off > 0 else 'shorter'} than planned."
        if both
        else "; none was planned."
    )
    names = [_DONE, _PLANNED]
    spec = _over_time(values, _lines(names, len(points)), zero=True)
    columns = (_heading(training.per), "done (s)", "planned (s)", "sets")
    return Chart(title, summary, spec, tuple(readings), columns, tuple(rows), _key(names))


_DONE = "Done"
_PLANNED = "Planned"

_DAY = 86_400_000
"""Milliseconds."""

_A_YEAR = 400
"""Days that a chart may span without the year on its axis."""


def _over_time(
    values: Sequence[Spec], layers: Iterable[Spec], zero: bool = False, until: date | None = None
) -> Spec:
    """`values` as `_value` makes them, drawn by `layers` that encode everything but x and y."""
    first, last = values[0]["t"], ms(until) if until else values[-1]["t"]
    # A few days around a first workout, five weeks around a first week's bar: neither too wide
    # nor too narrow for the chart.
    least = 35 * _DAY if until else 8 * _DAY
    margin = max(0.02 * (last - first), (least - (last - first)) / 2, _DAY)
    days = (last - first + 2 * margin) / _DAY
    tip = {"field": "tip"}
    x = {
        "field": "t",
        "type": "temporal",
        "title": None,
        "scale": {
            "type": "utc",
            "domain": {"expr": f"[max(from, {first - margin}), {last + margin}]"},
        },
        # At most one tick per day, so that the axis has no times.
        "axis": {
            "grid": False,
            "labelOverlap": True,
            "labelFlush": False,
            "labelSeparation": 6,
            "tickCount": {"expr": f"min(width / 80, {days:.0f})"},
            "format": "%b %-d" if days <= _A_YEAR else "%b %Y",
            "formatType": "time",
        },
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "title": None,
        # From zero if there is only one value; otherwise it would lie on the axis.
        "scale": {"zero": zero or first == last, "nice": True},
        "axis": {"tickCount": 5},
    }
    chosen: Spec = {
        "transform": [{"filter": "datum.i === at"}],
        "mark": {"type": "rule", "color": "var(--ink)", "strokeWidth": 1.5},
    }
    return {
        "width": "container",
        "height": 220,
        "params": [{"name": "from", "value": 0}, {"name": "at", "value": -1}],
        "data": {"values": values},
        "transform": [{"filter": "datum.t >= from"}],
        "encoding": {"x": x},
        "layer": [
            *(
                {**layer, "encoding": {"y": y, "tooltip": tip, **layer["encoding"]}}
                for layer in layers
            ),
            chosen,
        ],
    }


_COLOURS = ("var(--a)", "var(--b)", "var(--record)")
_DASHES = ([1, 0], [5, 4], [1, 0])
_SIGNS = ("circle", "square", STAR)
"""For the first, second and third series of a chart."""


def _lines(names: Sequence[str], points: int) -> tuple[Spec, Spec]:
    """The layers that draw each series as a line, and its `points` as symbols on it."""

    def by_name(looks: Sequence[object]) -> Spec:
        scale = {"domain": names, "range": looks[: len(names)]}
        return {"field": "s", "scale": scale, "legend": None}

    line = {
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {"color": by_name(_COLOURS), "strokeDash": by_name(_DASHES)},
    }
    dots = {
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {
            "color": by_name(_COLOURS),
            "shape": by_name(_SIGNS),
            "size": {"value": 40 if points <= 60 else 12},
        },
    }
    return line, dots


def _key(names: Sequence[str]) -> tuple[Sign, ...]:
    return tuple(
        Sign(name, colour, shape, dashed=shape == "square")
        for name, colour, shape in zip(names, _COLOURS, _SIGNS, strict=False)
    )


def _value(nth: int, day: date, y: float | None, told: str) -> Spec:
    return {"i": nth, "t": ms(day), "y": y, "tip": told}


def ms(day: date) -> int:
    """Milliseconds since 1970, as Vega counts time."""
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _next(day: date, per: Per) -> date:
    return per.first(day + timedelta(days=7 if per is Per.WEEK else 32))


def _day(day: date, per: Per) -> str:
    return f"{day:%B %Y}" if per is Per.MONTH else day.isoformat()


def _heading(per: Per) -> str:
    return {Per.WORKOUT: "day", Per.WEEK: "week of", Per.MONTH: "month"}[per]


def figure(value: float | None) -> str:
    """With one decimal, unless it is 0; "" for None."""
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
