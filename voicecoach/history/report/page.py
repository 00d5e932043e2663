"""The report's page: one HTML file with everything in it, which asks nothing of any network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from . import charts
from .charts import Chart, figure
from .figures import Training
from .moments import Timeline

_HERE = Path(__file__).parent

_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'"
"""Vega compiles its expressions; nothing is ever fetched."""


def page(
    trainings: Sequence[Training],
    timelines: Sequence[Timeline],
    names: Mapping[str, str],
    made: datetime,
    library: str,
) -> str:
    """`names`: of exercises, by what they are in the log. `library`: the JavaScript of
    `vega.javascript`."""
    called = [names.get(each.exercise, each.exercise) for each in trainings]
    body = [
        '<a class="skip" href="#main">To the charts</a>',
        "<header><h1>Training report</h1>",
        f'<p class="quiet">Made by voicecoach on {made:%Y-%m-%d at %H:%M}. Everything is in this '
        "file; it needs no network.</p></header>",
        '<main id="main">',
        *_overview(trainings, called),
        *(part for nth, each in enumerate(trainings) for part in _exercise(each, called[nth], nth)),
        *_sets(timelines),
        "</main>",
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            "<title>Training report</title>",
            f"<style>\n{(_HERE / 'report.css').read_text(encoding='utf-8')}</style></head>",
            "<body>",
            *body,
            f"<script>{library}</script>",
            f"<script>\n{(_HERE / 'report.js').read_text(encoding='utf-8')}</script>",
            "</body></html>\n",
        ]
    )


def _overview(trainings: Sequence[Training], called: Sequence[str]) -> Iterable[str]:
    if not trainings:
        yield "<p>No set has been logged yet.</p>"
        return
    rows = []
    for nth, each in enumerate(trainings):
        best = f"{figure(each.best.e1rm)} {each.unit.value}" if each.best else ""
        rows.append(
            (
                f'<a href="#exercise-{nth}">{escape(called[nth])}</a>',
                each.last.isoformat(),
                str(each.workouts),
                str(each.sets),
                best,
                str(each.records),
            )
        )
    yield "<h2>Exercises</h2>"
    columns = ("exercise", "last", "workouts", "sets", "best e1RM", "records")
    yield _table(columns, rows, "The estimated maximum (e1RM) is Epley's; warm-ups don't count.")
    last = charts.ms(max(each.last for each in trainings))
    yield "<fieldset><legend>Charts show</legend>"
    for days, what in ((0, "everything"), (366, "the last year"), (92, "the last three months")):
        checked = " checked" if not days else ""
        yield (
            f'<label><input type="radio" name="span" value="{days}" data-last="{last}"{checked}> '
            f"{what}</label>"
        )
    yield "</fieldset>"
    yield (
        '<p class="quiet keys">In a chart, the left and right arrow keys read out one point after '
        "the other.</p>"
    )


def _exercise(training: Training, name: str, nth: int) -> Iterable[str]:
    makers = (charts.strength, charts.volume, charts.tension, charts.rest)
    drawn = [chart for make in makers if (chart := make(training)) is not None]
    yield f'<section id="exercise-{nth}" aria-label="{escape(name)}">'
    yield f"<details{'' if nth else ' open'}><summary><h2>{escape(name)}</h2></summary>"
    for chart in drawn:
        yield f"<h3>{escape(chart.title)}</h3>"
        yield from _figure(chart, f"{name}, {chart.title}")
    yield "</details></section>"


def _sets(timelines: Sequence[Timeline]) -> Iterable[str]:
    if not timelines:
        return
    yield '<section id="sets" aria-label="Sets"><details open><summary><h2>Sets</h2></summary>'
    yield (
        "<p>From top to bottom, in seconds since the set began: what was paced, what the coach "
        "said, and what was heard of the lifter.</p>"
    )
    if len(timelines) > 1:
        options = "".join(
            f'<option value="set-{nth}">{escape(each.title)}</option>'
            for nth, each in enumerate(timelines)
        )
        yield f'<p class="pick"><label>Set: <select>{options}</select></label></p>'
    for nth, each in enumerate(timelines):
        chart = charts.timeline(each)
        yield f'<div id="set-{nth}"><h3>{escape(chart.title)}</h3>'
        yield from _figure(chart, chart.title)
        yield "</div>"
    yield "</details></section>"


def _figure(chart: Chart, name: str) -> Iterable[str]:
    told = json.dumps(
        {"spec": chart.spec, "readings": chart.readings},
        ensure_ascii=False,
        separators=(",", ":"),
    ).replace("</", "<\\/")
    steps = bool(chart.readings)
    yield f'<figure aria-label="{escape(name)}">'
    yield f"<figcaption>{escape(chart.summary)}</figcaption>"
    role = 'tabindex="0" role="application"' if steps else 'role="img"'
    more = ". Arrow keys read out its points" if steps else ""
    yield f'<div class="chart" {role} aria-label="Chart: {escape(name + more)}"></div>'
    if steps:
        yield '<output aria-live="polite"></output>'
    yield f'<script type="application/json">{told}</script>'
    yield '<details class="table"><summary>As a table</summary>'
    rows = [[escape(cell) for cell in row] for row in chart.rows]
    yield _table(chart.columns, rows, name)
    yield "</details></figure>"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """`rows` hold HTML, `columns` and `caption` text."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    lines = "\n".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows)
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{lines}\n</tbody></table></div>"
    )
