"""The charts, as Vega-Lite specifications, with what they show as a table beside them.

Colours are the page's (`var(--...)` of report.css). Series differ by shape or dash as well as
by colour. Two parameters are the page's to set: `from`, before which nothing is drawn, and
`at`, the point that is read out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ..logged import Moment
from .figures import Mean, Per, Point, Training, Week
from .moments import Stretch, Timeline, stretches

Spec = dict[str, Any]

STAR = (
    "M0,-1L0.29,-0.4L0.95,-0.31L0.48,0.15L0.59,0.81L0,0.5"
    "L-0.59,0.81L-0.48,0.15L-0.95,-0.31L-0.29,-0.4Z"
)
LINE = 22
"""Pixels of a second in a set's timeline; its lines of text are 15 high."""
_TEXT = 15 / LINE
_BESIDE = 96
"""Pixels that the coach's text leaves to the lifter's in the same line."""


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    summary: str
    """What it shows, in a sentence or two, for who does not see it."""
    spec: Spec
    readings: tuple[str, ...]
    """What is read out at each point, in order."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The same as a table."""


# --- over time --------------------------------------------------------------------------------


def strength(training: Training) -> Chart | None:
    """Estimated maximum and heaviest weight, with records; None where nothing was lifted."""
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
    spec = _over_time(
        values,
        [
            {
                "transform": [{"filter": f"datum.s !== '{_RECORD}'"}],
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {
                    "color": _colours(names),
                    "strokeDash": {
                        "field": "s",
                        "scale": {"domain": names, "range": [[1, 0], [5, 4], [1, 0]]},
                        "legend": _LEGEND,
                    },
                },
            },
            {
                "mark": {"type": "point", "filled": True, "opacity": 1},
                "encoding": {
                    "color": _colours(names),
                    "shape": {
                        "field": "s",
                        "scale": {"domain": names, "range": ["circle", "square", STAR]},
                        "legend": _LEGEND,
                    },
                    "size": {
                        "condition": {"test": f"datum.s === '{_RECORD}'", "value": 170},
                        "value": 40 if len(points) <= 60 else 12,
                    },
                },
            },
        ],
    )
    columns = (_heading(training.per), f"e1RM ({unit})", f"heaviest ({unit})", "", "work sets")
    return Chart(f"Strength ({unit})", summary, spec, tuple(readings), columns, tuple(rows))


_E1RM = "Estimated maximum (e1RM)"
_HEAVIEST = "Heaviest weight"
_RECORD = "Record"


def volume(training: Training) -> Chart | None:
    """A week's weight times repetitions, or its repetitions where no weight was told."""
    weeks = training.weeks
    if not weeks:
        return None
    weighed = any(week.volume for week in weeks)
    unit = training.unit.value
    many = "seconds held" if training.held else "repetitions"
    what = f"{unit} lifted" if weighed else many
    reps = "s held" if training.held else "reps"

    def amount(week: Week) -> float:
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
    summary = (
        f"{_many(len(weeks), training.weeks_per)} with a workout, "
        f"{sum(map(amount, weeks)) / len(weeks):,.0f} {what} on average, most in the "
        f"{training.weeks_per} of {_day(most.day, training.weeks_per)}: {amount(most):,.0f}."
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
    spec = _over_time(
        values,
        [
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {
                    "color": _colours(names),
                    "strokeDash": {
                        "field": "s",
                        "scale": {"domain": names, "range": [[1, 0], [5, 4]]},
                        "legend": _LEGEND,
                    },
                },
            },
            {
                "mark": {"type": "point", "filled": True, "opacity": 1},
                "encoding": {
                    "color": _colours(names),
                    "shape": {
                        "field": "s",
                        "scale": {"domain": names, "range": ["circle", "square"]},
                        "legend": _LEGEND,
                    },
                    "size": {"value": 40 if len(points) <= 60 else 12},
                },
            },
        ],
        zero=True,
    )
    columns = (_heading(training.per), "done (s)", "planned (s)", "sets")
    return Chart(title, summary, spec, tuple(readings), columns, tuple(rows))


_DONE = "Done"
_PLANNED = "Planned"
_LEGEND = {"title": None, "orient": "top", "labelLimit": 0, "symbolSize": 90, "columns": 3}


_DAY = 86_400_000
"""Milliseconds."""


def _over_time(
    values: Sequence[Spec], layers: Iterable[Spec], zero: bool = False, until: date | None = None
) -> Spec:
    """`values` as `_value` makes them, drawn by `layers` that encode everything but x and y."""
    first, last = values[0]["t"], ms(until) if until else values[-1]["t"]
    # A month at least: the first workout is a point, not half a day that fills the chart.
    margin = max(0.02 * (last - first), (30 * _DAY - (last - first)) / 2, _DAY)
    tip = {"field": "tip"}
    x = {
        "field": "t",
        "type": "temporal",
        "title": None,
        "scale": {
            "type": "utc",
            "domain": {"expr": f"[max(from, {first - margin}), {last + margin}]"},
        },
        "axis": {"grid": False, "labelOverlap": True, "tickCount": {"expr": "width / 70"}},
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "title": None,
        "scale": {"zero": zero, "nice": True},
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


def _colours(names: Sequence[str]) -> Spec:
    colours = ["var(--a)", "var(--b)", "var(--record)"][: len(names)]
    return {"field": "s", "scale": {"domain": names, "range": colours}, "legend": _LEGEND}


def _value(nth: int, day: date, y: float | None, told: str) -> Spec:
    return {"i": nth, "t": ms(day), "y": y, "tip": told}


def ms(day: date) -> int:
    """Milliseconds since 1970, as charts count time."""
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _next(day: date, per: Per) -> date:
    return per.first(day + timedelta(days=7 if per is Per.WEEK else 32))


def _day(day: date, per: Per) -> str:
    return f"{day:%B %Y}" if per is Per.MONTH else day.isoformat()


def _heading(per: Per) -> str:
    return {Per.WORKOUT: "day", Per.WEEK: "week of", Per.MONTH: "month"}[per]


def figure(value: float | None) -> str:
    """With one decimal, if that is not 0; "" for None."""
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


# --- a set ------------------------------------------------------------------------------------


def timeline(one: Timeline) -> Chart:
    """What was paced, said and heard in a set, from top to bottom."""
    pacing = stretches(one.moments)
    spoken = [each for each in one.moments if each.kind == "cue"]
    heard = [each for each in one.moments if each.kind in ("heard", "refused")]
    values = [_stretch(each) for each in pacing]
    lifter = _lane("lifter", heard)
    coach = _lane("coach", spoken)
    for each in coach:
        each["beside"] = any(abs(each["y"] - other["y"]) < _TEXT for other in lifter)
    values += coach + lifter
    begin = min((each.at for each in one.moments), default=0.0) - 0.5
    end = max((value["until"] for value in values), default=1.0) + 0.5
    phases = sum(each.is_phase for each in pacing)
    dropped = sum(each.outcome == "dropped" for each in spoken)
    summary = (
        f"{phases} phases, {len(spoken)} lines of the coach, {dropped} of them dropped, and "
        f"{len(heard)} of the lifter in {end - begin:.0f} seconds."
    )
    rows = sorted(
        [(each.at, "pacing", each.what, "") for each in pacing]
        + [(each.at, "coach", each.text, _outcome(each)) for each in spoken]
        + [(each.at, "lifter", each.text, _outcome(each)) for each in heard]
    )
    told = tuple((f"{at:.2f}", who, text, why) for at, who, text, why in rows)
    return Chart(
        one.title,
        summary,
        _down(values, begin, end),
        (),
        ("second", "who", "what", "outcome"),
        told,
    )


def _stretch(each: Stretch) -> Spec:
    return {
        "lane": "phase" if each.is_phase else "state",
        "at": round(each.at, 3),
        "until": round(each.until, 3),
        "y": round(each.at, 3),
        "text": each.what if each.until - each.at >= _TEXT else "",
        "what": each.what,
        "tip": f"{each.at:.2f} s: {each.what}, {each.until - each.at:.2f} s",
    }


def _lane(lane: str, moments: Sequence[Moment]) -> list[Spec]:
    """Texts where they were said, moved down where they would lie over the one before."""
    values = []
    free = float("-inf")
    for each in sorted(moments, key=lambda each: each.at):
        y = max(each.at, free)
        free = y + _TEXT
        outcome = _outcome(each)
        values.append(
            {
                "lane": lane,
                "at": round(each.at, 3),
                "until": round(max(each.until, each.at + 0.08), 3),
                "y": round(y, 3),
                "text": each.text + (f" ({outcome})" if outcome else ""),
                "off": bool(outcome),
                "tip": f"{each.at:.2f} s: {each.text}"
                + (f" ({outcome})" if outcome else "")
                + (f" [{each.what}]" if each.what else ""),
            }
        )
    return values


def _outcome(each: Moment) -> str:
    """ "" where all went as wanted."""
    what = each.outcome if each.kind == "cue" else "refused"
    if what == "played" or each.kind == "heard":
        return ""
    return f"{what}: {each.why}" if each.why else what


def _down(values: Sequence[Spec], begin: float, end: float) -> Spec:
    """Time runs downwards: pacing to the left, the coach beside it, the lifter to the right."""

    def layer(lanes: Sequence[str], mark: Spec, **encoding: Any) -> Spec:
        test = " || ".join(f"datum.lane === '{lane}'" for lane in lanes)
        tip = {"tooltip": {"field": "tip"}}
        return {"transform": [{"filter": test}], "mark": mark, "encoding": {**tip, **encoding}}

    scale = {"domain": [begin, end], "reverse": True, "nice": False, "zero": False}
    axis = {
        "tickMinStep": 1,
        "tickCount": round(end - begin),
        "labelExpr": "datum.value % 5 ? '' : format(datum.value, 'd')",
        "labelOverlap": False,
    }
    at = {"field": "at", "type": "quantitative", "scale": scale, "title": None, "axis": axis}
    y = {"field": "y", "type": "quantitative", "scale": scale}
    until = {"y2": {"field": "until"}}
    text = {"type": "text", "align": "left", "baseline": "top", "dy": 1, "fontSize": 12}
    colour = {
        "scale": {
            "domain": ["lower", "bottom", "lift", "top"],
            "range": ["var(--lower)", "var(--hold)", "var(--lift)", "var(--hold)"],
        },
        "field": "what",
        "legend": None,
    }
    weight = {
        "opacity": {"condition": {"test": "datum.off", "value": 0.7}, "value": 1},
    }
    left, wide = 2, 72
    said = left + wide + 14
    label: Spec = {"x": {"value": left + 4}, "text": {"field": "text"}}
    words: Spec = {"text": {"field": "text"}, **weight}
    return {
        "width": "container",
        "height": round((end - begin) * LINE),
        "data": {"values": values},
        "layer": [
            layer(
                ["phase"],
                {"type": "rect", "stroke": "var(--back)", "strokeWidth": 1},
                y=at,
                **until,
                x={"value": left},
                x2={"value": left + wide},
                color=colour,
            ),
            layer(
                ["state"],
                {"type": "rect", "fill": "transparent", "stroke": "var(--soft)"},
                y=at,
                **until,
                x={"value": left},
                x2={"value": left + wide},
            ),
            layer(["phase"], {**text, "color": "var(--on)"}, y=y, **label),
            layer(["state"], {**text, "color": "var(--ink)"}, y=y, **label),
            layer(
                ["coach"],
                {"type": "rule", "strokeWidth": 3, "color": "var(--a)"},
                y=at,
                **until,
                x={"value": said - 6},
                **weight,
            ),
            layer(
                ["coach"],
                {
                    **text,
                    "color": "var(--ink)",
                    "limit": {"expr": f"width - {said} - (datum.beside ? {_BESIDE} : 0)"},
                },
                y=y,
                x={"value": said},
                **words,
            ),
            layer(
                ["lifter"],
                {"type": "rule", "strokeWidth": 3, "color": "var(--b)"},
                y=at,
                **until,
                x={"value": "width"},
                **weight,
            ),
            layer(
                ["lifter"],
                {
                    **text,
                    "align": "right",
                    "dx": -6,
                    "color": "var(--b-ink)",
                    "fontWeight": "bold",
                    "limit": _BESIDE - 8,
                },
                y=y,
                x={"value": "width"},
                **words,
            ),
        ],
    }
