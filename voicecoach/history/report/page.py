"""The report's page: one HTML file with everything in it, which asks nothing of any network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from . import charts, reps
from .charts import STAR, Chart, Sign, figure
from .figures import Training
from .moments import SetTimeline
from .overview import Overview

_HERE = Path(__file__).parent

_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'"
"""Vega compiles its expressions; nothing is ever fetched."""


def page(
    trainings: Sequence[Training],
    first: Overview,
    timelines: Sequence[SetTimeline],
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
        *_first(first, names, bool(trainings)),
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


def _first(first: Overview, names: Mapping[str, str], any_set: bool) -> Iterable[str]:
    """What one wants to know before all else."""
    if not any_set:
        return
    now, before = first.this_week, first.last_week
    workouts = f"{now.workouts} workout{'' if now.workouts == 1 else 's'}"
    yield '<div class="cards"><section aria-label="This week"><h2>This week</h2>'
    yield f'<p class="big">{workouts if now.workouts else "No workout yet"}</p>'
    yield f"<p>{now}</p>" if now.sets else ""
    yield f'<p class="quiet">Last week {before.workouts}: {before}</p>' if before.sets else ""
    yield '</section><section aria-label="Records"><h2>Records</h2>'
    if first.records:
        yield "<ul>"
        for day, exercise, best in first.records:
            name = escape(names.get(exercise, exercise))
            yield f'<li>{name} <b>{best}</b> <span class="quiet">{day:%Y-%m-%d}</span></li>'
        yield '</ul><p class="quiet">Estimated one-repetition maximum</p>'
    else:
        yield "<p>None yet: the first workout sets the mark, the next may beat it.</p>"
    yield "</section>"
    if first.next:
        yield '<section aria-label="Next"><h2>Next</h2><ul>'
        for exercise, told in first.next:
            yield f"<li>{escape(names.get(exercise, exercise))} <b>{escape(told)}</b></li>"
        yield "</ul></section>"
    yield "</div>"


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
    note = "The estimated maximum (e1RM) is Epley's; warm-ups don't count."
    yield _table(columns, rows, note, "cards-below")
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


def _sets(timelines: Sequence[SetTimeline]) -> Iterable[str]:
    if not timelines:
        return
    yield '<section id="sets" aria-label="Sets"><details open><summary><h2>Sets</h2></summary>'
    yield (
        "<p>Rep by rep: how long each part took, and below it what the coach said, and "
        "<b>you</b>.</p>"
    )
    if len(timelines) > 1:
        options = "".join(
            f'<option value="set-{nth}">{escape(each.title)}</option>'
            for nth, each in enumerate(timelines)
        )
        yield f'<p class="pick"><label>Set: <select>{options}</select></label></p>'
    for nth, each in enumerate(timelines):
        yield f'<div id="set-{nth}"><h3>{escape(each.title)}</h3>'
        yield f'<figure aria-label="{escape(each.title)}">'
        yield f"<figcaption>{escape(reps.summary(each))}</figcaption>"
        yield from _reps(each)
        yield '<details class="table"><summary>All that happened, as a table</summary>'
        cells = [[escape(cell) for cell in row] for row in reps.rows(each)]
        yield _table(reps.COLUMNS, cells, each.title)
        yield "</details></figure></div>"
    yield "</details></section>"


_CALLED = {"lower": "lower", "bottom": "hold", "lift": "lift", "top": "top"}
_BREATHED = {"lower": "in", "lift": "out"}


def _reps(one: SetTimeline) -> Iterable[str]:
    """A row for each rep, as long as it took."""
    found = reps.parts(one)
    longest = max((part.lasts for part in found if part.phases), default=1.0)
    called = _BREATHED if one.held else _CALLED
    yield '<ol class="reps">'
    for part in found:
        yield f'<li><span class="rep">{escape(part.title)}</span><div>'
        if part.phases:
            yield f'<div class="bar" style="width:{100 * part.lasts / longest:.1f}%">'
            for what, length in part.phases:
                name = escape(called.get(what, what))
                yield (
                    f'<i class="{escape(what)}" style="flex:{length:.2f}" '
                    f'title="{name}, {length:.1f} s">{name}</i>'
                )
            yield "</div>"
        yield f"<p>{' '.join(map(_words, part.said))}</p></div></li>"
    yield "</ol>"


def _words(said: reps.RepLine) -> str:
    if said.who == "coach":
        return escape(said.text)
    if said.obeyed:
        return f'<b class="you">{escape(said.text)}</b>'
    return f'<s class="you" title="{escape(said.why)}">{escape(said.text)}</s>'


def _figure(chart: Chart, name: str) -> Iterable[str]:
    told = json.dumps(
        {"spec": chart.spec, "readings": chart.readings},
        ensure_ascii=False,
        separators=(",", ":"),
    ).replace("</", "<\\/")
    steps = bool(chart.readings)
    yield f'<figure aria-label="{escape(name)}">'
    yield f"<figcaption>{escape(chart.summary)}</figcaption>"
    if chart.key:
        yield f'<p class="key" aria-hidden="true">{" ".join(map(_sign, chart.key))}</p>'
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


def _sign(sign: Sign) -> str:
    """A series, with the sign that it has in the chart."""
    shapes = {
        "circle": '<circle r=".7"/>',
        "square": '<rect x="-.65" y="-.65" width="1.3" height="1.3"/>',
    }
    line = "" if sign.shape == STAR else f' stroke-dasharray="{".5 .4" if sign.dashed else "none"}"'
    drawn = f'<path d="M-1.8 0H1.8" stroke-width=".3"{line}/>' if line else ""
    shape = shapes.get(sign.shape, f'<path d="{sign.shape}"/>')
    return (
        f'<span><svg viewBox="-2 -1 4 2" fill="{sign.colour}" stroke="{sign.colour}" '
        f'stroke-width="0">{drawn}{shape}</svg>{escape(sign.name)}</span>'
    )


def _table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], caption: str, kind: str = ""
) -> str:
    """`rows` hold HTML, `columns` and `caption` text. On a narrow screen a row of the kind
    "cards-below" is a card."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    lines = "\n".join(
        "<tr>"
        + "".join(
            f'<td data-label="{escape(name)}">{cell}</td>'
            for name, cell in zip(columns, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    named = f' class="{kind}"' if kind else ""
    return (
        f'<div class="scroll"><table{named}><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{lines}\n</tbody></table></div>"
    )
