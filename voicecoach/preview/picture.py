"""A rehearsed set as a picture: an SVG that needs no library and no network.

Time runs to the right, one row a rep. At the top of a row are the phases as bands. Below them are
the cues as boxes, as long as they took, and below those, what was shortened, moved or dropped, and
why. A cue's class shows in its outline and its tooltip, so colour is not needed. Texts are real
text, to be searched and copied.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from ..core.plan import SAMPLE_RATE, CueClass, Exercise, seconds
from .outcomes import CueOutcome, Rehearsal, Told
from .tally import tally

_SECOND = 124
"""Pixels a second. A voice says some 16 letters in it, so the text fits into its box."""
_LEFT, _RIGHT, _TOP = 96, 150, 132
_BAND, _BOX, _NOTE, _BETWEEN = 18, 26, 15, 14
"""Heights of the phases, of the boxes, of a line of notes; and the gap between two rows."""
_LONGEST_ROW = 12
"""Seconds. Anything longer continues on the next row."""
_NARROWEST = 1080

_INK, _SOFT, _PAPER = "#1b1b1b", "#5c5c5c", "#ffffff"
_BANDS = {"lower": "#dbe7f3", "lift": "#f6e3cf"}
_PLAIN_BAND = "#eeeeee"

_LOOKS = {
    # class: fill, outline, its width, dashes, rounding, weight of the text
    CueClass.SAFETY: ("#fff3b0", _INK, 2.6, "", 0, "bold"),
    CueClass.BREATH: ("#d9f0ec", "#1f6f64", 1.2, "", 11, "normal"),
    CueClass.PHASE: ("#e4e4fb", "#41418f", 1.2, "", 0, "normal"),
    CueClass.COUNT: ("none", "none", 0, "", 0, "normal"),
    CueClass.PROMPT: ("#f1f1f1", "#444444", 1.2, "7 3", 0, "normal"),
    CueClass.FORM: ("#e3f2d8", "#3c6e1f", 1.2, "", 0, "normal"),
    CueClass.ENCOURAGEMENT: ("#fbe5f0", "#93346b", 1.4, "1.5 3", 0, "normal"),
}
_MEANING = {
    CueClass.SAFETY: "safety: thick outline",
    CueClass.BREATH: "breath: round",
    CueClass.PHASE: "phase: square",
    CueClass.COUNT: "count: underlined",
    CueClass.PROMPT: "line of the coach: dashes",
    CueClass.FORM: "form: bar at the left",
    CueClass.ENCOURAGEMENT: "encouragement: dots",
}


@dataclass(frozen=True, slots=True)
class _Band:
    """A phase or a state, or the part of it on one row."""

    at: int
    until: int
    kind: str
    """The phase or the state."""
    name: str
    """Its name in this picture."""
    label: str
    """With its whole length; "" if it continues from the row before."""


@dataclass(slots=True)
class _Row:
    """A stretch of time on its own row."""

    at: int
    until: int
    title: str
    bands: list[_Band] = field(default_factory=list)
    cues: list[Told] = field(default_factory=list)

    def x(self, at: int) -> float:
        return _LEFT + (at - self.at) / SAMPLE_RATE * _SECOND


def svg(rehearsed: Rehearsal, voice: str = "") -> str:
    """The set as a complete SVG file; `voice` is named in its heading."""
    rows = _rows(rehearsed)
    longest = max((seconds(row.until - row.at) for row in rows), default=1.0)
    width = max(_NARROWEST, round(_LEFT + longest * _SECOND + _RIGHT))
    body: list[str] = []
    y = float(_TOP)
    for row in rows:
        drawn, height = _drawn(row, y)
        body += drawn
        y += height + _BETWEEN
    script = rehearsed.exercise
    title = (
        f"{script.name}: a {script.tempo}"
        if script.held
        else f"{script.name}: a set at {script.tempo}"
    )
    told = _summary(rehearsed, voice)
    head = [
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(told)}</desc>",
        f'<rect width="{width}" height="{round(y)}" fill="{_PAPER}"/>',
        _text(16, 30, title, size=20, weight="bold"),
        _text(16, 52, told, fill=_SOFT),
        _text(
            16,
            70,
            f"Time runs to the right, one row per {_beat(script)}. Under the boxes: what "
            "differs from the script, and why.",
            fill=_SOFT,
        ),
        *_legend(),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {round(y)}" '
        f'width="{width}" height="{round(y)}" role="img" '
        f'font-family="Helvetica, Arial, \'DejaVu Sans\', sans-serif" font-size="12">\n'
        + "\n".join([*head, *body])
        + "\n</svg>\n"
    )


def _summary(rehearsed: Rehearsal, voice: str) -> str:
    counted = tally(rehearsed)
    reps = max((span.rep for span in rehearsed.spans), default=0)
    parts = [f"{reps} {_beat(rehearsed.exercise)}{'' if reps == 1 else 's'}"]
    if voice:
        parts.append(f"voice {voice}")
    parts.append(
        f"{counted.cues} cues: {counted.outcomes[CueOutcome.FULL]} as written, "
        f"{counted.outcomes[CueOutcome.SHORT]} short, {counted.outcomes[CueOutcome.MOVED]} moved, "
        f"{counted.outcomes[CueOutcome.DROPPED]} dropped"
    )
    parts.append(f"speech {100 * counted.speech:.0f} % of the set")
    return "; ".join(parts)


# --- rows -------------------------------------------------------------------------------------


def _rows(rehearsed: Rehearsal) -> list[_Row]:
    rows: list[_Row] = []
    most = _LONGEST_ROW * SAMPLE_RATE
    for span in rehearsed.spans:
        title = _title(rehearsed, span.rep)
        at = span.at
        while at < span.until:
            last = rows[-1] if rows and rows[-1].title == title else None
            # Only what is longer than a row is split.
            fits = last is not None and span.until - last.at <= most
            if last is None or not (fits or (span.rep and at < last.at + most)):
                last = _Row(at, at, title)
                rows.append(last)
            until = min(span.until, last.at + most)
            name = rehearsed.called(span.name)
            label = f"{name} {seconds(span.until - span.at):.3g} s" if at == span.at else ""
            last.bands.append(_Band(at, until, span.name, name, label))
            last.until = at = until
    for cue in rehearsed.cues:
        _row_of(cue, rows, _title(rehearsed, cue.rep)).cues.append(cue)
    return rows


def _title(rehearsed: Rehearsal, rep: int) -> str:
    return f"{_beat(rehearsed.exercise).capitalize()} {rep}" if rep else ""


def _beat(exercise: Exercise) -> str:
    return "breath" if exercise.held else "rep"


def _row_of(cue: Told, rows: Sequence[_Row], title: str) -> _Row:
    """A word on a beat begins before it, but belongs to the row of its beat."""
    mine = [row for row in rows if cue.rep and row.title == title] or list(rows)
    return next((row for row in mine if cue.at < row.until), mine[-1])


def _drawn(row: _Row, y: float) -> tuple[list[str], float]:
    """The row with its top at `y`, and its height."""
    boxes = y + _BAND + 5
    drawn = [
        _text(16, y + 13, row.title or row.bands[0].name, weight="bold"),
        _text(16, y + 29, f"{seconds(row.at):.1f} s", size=11, fill=_SOFT),
    ]
    for band in row.bands:
        drawn += _band(row, band, y, _BAND + 5 + _BOX + 4)
    for cue in row.cues:
        if cue.end > cue.at:
            drawn += _box(row, cue, boxes)
    height = _BAND + 5 + _BOX + 6.0
    below = y + height
    lanes: list[float] = []
    # From right to left, so that no line to a note crosses another one.
    for cue in sorted(row.cues, key=lambda cue: -cue.at):
        if cue.why:
            x = max(row.x(cue.at), _LEFT)
            end = x + _wide(f"{cue.text} {cue.why}", 11) + 14
            # Nor a note: the lines to all deeper notes pass to its right.
            free = (n for n in range(len(lanes)) if end <= min(lanes[n:]))
            lane = next(free, len(lanes))
            lanes[lane : lane + 1] = [x]
            drawn.append(_note(cue, x, boxes + _BOX, below + (lane + 0.75) * _NOTE))
    return drawn, height + len(lanes) * _NOTE + (4 if lanes else 0)


def _note(cue: Told, x: float, top: float, y: float) -> str:
    struck = "" if cue.heard else ' text-decoration="line-through"'
    return (
        f'<path d="M{x + 1:.1f} {top:.1f}V{y - 3:.1f}h4" fill="none" '
        f'stroke="{_SOFT}" stroke-width="0.7"/>'
        f'<text x="{x + 7:.1f}" y="{y:.1f}" font-size="11" fill="{_INK}">'
        f"<tspan{struck}>{escape(cue.text)}</tspan>"
        f'<tspan fill="{_SOFT}"> {escape(cue.why)}</tspan></text>'
    )


def _band(row: _Row, band: _Band, y: float, height: float) -> Iterator[str]:
    x, wide = row.x(band.at), row.x(band.until) - row.x(band.at)
    fill = _BANDS.get(band.kind, _PLAIN_BAND)
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{_BAND}" fill="{fill}"/>'
        f'<path d="M{x:.1f} {y:.1f}v{height:.1f}" stroke="#9a9a9a" stroke-width="0.8"/>'
    )
    for text in (band.label, band.name):
        if text and _wide(text, 11) + 6 <= wide:
            yield _text(x + 5, y + 13, text, size=11)
            break


def _box(row: _Row, cue: Told, y: float) -> Iterator[str]:
    x, wide = row.x(cue.at), (cue.end - cue.at) / SAMPLE_RATE * _SECOND
    about = f"{cue.kind.value} ({cue.id}), {seconds(cue.at):.2f} to {seconds(cue.end):.2f} s" + (
        f": {cue.why}" if cue.why else ""
    )
    yield f"<g><title>{escape(about)}</title>"
    yield _outline(cue.kind, x, y, wide)
    inset = 7 if cue.kind is CueClass.FORM else 4
    room = max(8.0, wide - inset - 3)
    squeezed = (
        f' textLength="{room:.1f}" lengthAdjust="spacingAndGlyphs"'
        if _wide(cue.text, 12) > room
        else ""
    )
    weight = _LOOKS[cue.kind][5]
    yield (
        f'<text x="{x + inset:.1f}" y="{y + 17:.1f}" font-weight="{weight}" '
        f'fill="{_INK}"{squeezed}>{escape(cue.text)}</text></g>'
    )


def _outline(kind: CueClass, x: float, y: float, wide: float) -> str:
    fill, outline, thick, dashes, rounding, _ = _LOOKS[kind]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    box = (
        f'<rect x="{x:.1f}" y="{y + 1:.1f}" width="{wide:.1f}" height="{_BOX - 3}" '
        f'rx="{rounding}" fill="{fill}" stroke="{outline}" stroke-width="{thick}"{dashed}/>'
    )
    if kind is CueClass.FORM:
        box += f'<rect x="{x:.1f}" y="{y + 1:.1f}" width="4" height="{_BOX - 3}" fill="{outline}"/>'
    if kind is CueClass.COUNT:
        box += (
            f'<path d="M{x:.1f} {y + _BOX - 3:.1f}h{wide:.1f}" stroke="{_INK}" stroke-width="1.6"/>'
        )
    return box


def _legend() -> Iterable[str]:
    x = 16.0
    for kind, meaning in _MEANING.items():
        wide = _wide(meaning, 12) + 18
        yield _outline(kind, x, 84, wide)
        yield _text(x + (10 if kind is CueClass.FORM else 7), 101, meaning, weight=_LOOKS[kind][5])
        x += wide + 12


# --- text -------------------------------------------------------------------------------------


def _text(
    x: float, y: float, text: str, *, size: float = 12, weight: str = "normal", fill: str = _INK
) -> str:
    bold = ' font-weight="bold"' if weight == "bold" else ""
    sized = f' font-size="{size:g}"' if size != 12 else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{sized}{bold} fill="{fill}">{escape(text)}</text>'


def _wide(text: str, size: float) -> float:
    """About how many pixels `text` takes; rather too many than too few."""
    ems = sum(
        1.0 if unicodedata.east_asian_width(c) in "WF" else 0.32 if c in " .,:;'!ijlt|" else 0.57
        for c in text
    )
    return ems * size
