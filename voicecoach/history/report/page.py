"""The report's page: one HTML file that loads nothing from the network.

Its look is in report.html.jinja, report.css and report.js; this module supplies the values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from . import charts, reps
from .charts import Chart, figure
from .figures import Training
from .moments import SetTimeline
from .overview import Overview
from .vega import NoChartsError

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = Path(__file__).parent

ProgramTable = tuple[str, Sequence[tuple[str, ...]]]
"""A program's name, and for each of its weeks: its number, days, sets, reps and kilograms moved,
done and planned, and a remark."""


@dataclass(frozen=True, slots=True)
class _Exercise:
    name: str
    row: tuple[str, ...]
    """A row of the table of all exercises."""
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class _Set:
    title: str
    summary: str
    parts: Sequence[reps.PhaseBar]
    longest: float
    """Seconds that correspond to the page's full width."""
    called: Mapping[str, str]
    """The label of each phase on its bar."""
    rows: Sequence[tuple[str, ...]]
    """The table below the bars, under `reps.COLUMNS`."""


def page(
    trainings: Sequence[Training],
    first: Overview,
    timelines: Sequence[SetTimeline],
    names: Mapping[str, str],
    made: datetime,
    library: str,
    programs: Sequence[ProgramTable] = (),
) -> str:
    """`names`: display names, by the exercises' names in the log. `library`: the result of
    `vega.javascript`. Raises NoChartsError if Jinja2 is not installed."""

    def called(exercise: str) -> str:
        return names.get(exercise, exercise)

    return _template().render(
        made=made,
        this_week=first.this_week,
        last_week=first.last_week,
        records=[(called(exercise), best, day) for day, exercise, best in first.records],
        upcoming=[(called(exercise), told) for exercise, told in first.next],
        programs=programs,
        exercises=[_exercise(each, called(each.exercise)) for each in trainings],
        last=charts.ms(max(each.last for each in trainings)) if trainings else 0,
        sets=[_set(each) for each in timelines],
        columns=reps.COLUMNS,
        drawn=_drawn,
        library=library,
        style=(_HERE / "report.css").read_text(encoding="utf-8"),
        script=(_HERE / "report.js").read_text(encoding="utf-8"),
    )


def _template() -> Template:
    try:
        import jinja2
    except ImportError as error:
        raise NoChartsError from error
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html.jinja")


def _exercise(training: Training, name: str) -> _Exercise:
    best = f"{figure(training.best.e1rm)} {training.unit.value}" if training.best else ""
    row = (
        name,
        training.last.isoformat(),
        str(training.workouts),
        str(training.sets),
        best,
        str(training.records),
    )
    makers = (charts.strength, charts.volume, charts.tension, charts.rest)
    drawn = (make(training) for make in makers)
    return _Exercise(name, row, tuple(chart for chart in drawn if chart is not None))


_CALLED = {"lower": "lower", "bottom": "hold", "lift": "lift", "top": "top"}
_BREATHED = {"lower": "in", "lift": "out"}


def _set(one: SetTimeline) -> _Set:
    parts = reps.parts(one)
    return _Set(
        one.title,
        reps.summary(one),
        parts,
        max((part.lasts for part in parts if part.phases), default=1.0),
        _BREATHED if one.held else _CALLED,
        reps.rows(one),
    )


def _drawn(chart: Chart) -> str:
    """The chart as JSON that is safe inside a script: no text can end the element."""
    return json.dumps(
        {"spec": chart.spec, "readings": chart.readings},
        ensure_ascii=False,
        separators=(",", ":"),
    ).replace("<", "\\u003c")
