"""The report: the log as a page with charts.

`figures`  the log in numbers: each exercise over its workouts and weeks.
`overview` this week, the latest records, and what comes next.
`moments`  what was paced and said in a set; `reps` the same, rep by rep.
`charts`   the figures as Vega-Lite specifications and tables.
`vega`     Vega itself.
`page`     everything in one HTML file: report.html.jinja, with report.css and report.js.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ..log import Log
from .figures import trainings
from .moments import SetTimeline, TraceError, from_trace, in_superset, of_kind
from .overview import NEXT, overview
from .page import ProgramTable, page
from .vega import NoChartsError, javascript

__all__ = ["NoChartsError", "SetTimeline", "TraceError", "from_trace", "write"]

SETS = 24
"""How many coached sets, the latest ones, are shown with a timeline."""


def write(
    log: Log,
    names: Mapping[str, str],
    now: datetime,
    cache: Path,
    *,
    exercise: str | None = None,
    since: datetime | None = None,
    more: Sequence[SetTimeline] = (),
    programs: Sequence[ProgramTable] = (),
) -> str:
    """The report as HTML, for one `exercise` or all, `since` an aware moment.

    `names`: display names, by the exercises' names in the log. `cache`: a folder for what is
    slow to make. `more`: timelines of sets outside the log, shown first. `programs`: what each
    planned and what was done of it. Raises NoChartsError and LogError.
    """
    library = javascript(cache)
    with _uncollected():
        work = log.work(exercise, since)
        figures = trainings(work)
    newest = {each.exercise: log.past(each.exercise, _aware(now)) for each in figures[:NEXT]}
    timelines = [*more]
    for each in reversed(log.coached(SETS, exercise, since)):
        if moments := log.timeline(each.id):
            name = names.get(each.exercise, each.exercise)
            done = tuple(rep.at for rep in log.reps(each.id))
            title = f"{each.began:%Y-%m-%d %H:%M}, {name}, set {each.number}{of_kind(each.kind)}"
            title += in_superset(each.extra.get("superset"), each.extra.get("round"))
            timelines.append(SetTimeline(title, tuple(moments), each.held, done))
    first = overview(work, figures, newest, now.date())
    return page(figures, first, timelines, names, now, library, programs)


def _aware(now: datetime) -> datetime:
    return now if now.tzinfo is not None else now.astimezone()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Turn off the cycle collector. There are no cycles, and it would scan the sets of years
    again and again (a fifth of the time with 100,000 sets)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
