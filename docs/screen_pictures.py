"""Makes the pictures of the screen in docs/: `PYTHONPATH=. python docs/screen_pictures.py`.

Each is a workout that runs, stopped at one moment and drawn by the screen itself. Blocks become
rectangles, so that no font decides how they join, and text asks for no font that
would have to be fetched.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from itertools import groupby
from pathlib import Path

from rich.segment import Segment
from rich.style import Style

from tests.support.screen_driver import WatchedWorkout
from voicecoach.config import load
from voicecoach.core.plan import Phase
from voicecoach.core.workout import Visit
from voicecoach.runtime.snapshot import HeardLast, Snapshot
from voicecoach.screen.terminal import WorkoutScreen

SIZE = (80, 24)
"""Columns and rows."""
CELL = (10, 20)
"""Width and height of a cell in the picture."""
BLOCKS = {"█": (0.0, 1.0), "▀": (0.0, 0.5), "▄": (0.5, 0.5), "░": (0.0, 1.0)}
"""Where in its cell a block begins, and its height."""

SAID = ("ready", "start set")
"""What opens a set; then there are so many seconds of it, and more is said."""


def pictures() -> Iterator[tuple[str, Snapshot, bool]]:
    """What is shown, and whether colours are off."""
    workout = WatchedWorkout(visit=Visit(logged=True))
    workout.run(4)
    workout.say("eighty kilos")
    for word in SAID:
        workout.run(6)
        workout.say(word)
    workout.run(25)
    workout.say("slower")
    workout.level = 10 ** (-41 / 20)
    for picture in workout.frames(30, 0.1):
        if picture.saying == "Head back on the pad.":
            break
    yield "screen-set", workout.run(0.5), False
    heard = HeardLast(0, "that's", False, 'sounds like "that\'s", which is not a command')
    for picture in workout.frames(30, 0.1):
        if picture.phase is Phase.LIFT and picture.saying:
            break
    yield "screen-no-colour", replace(workout.run(0.9), heard=heard, level=-24.0), True
    workout.say("done")
    workout.run(3)
    workout.say("locked")
    workout.run(12)
    workout.say("rpe eight")
    yield "screen-rest", workout.run(12), False


def main() -> None:
    for name, shown, colourless in pictures():
        os.environ.pop("NO_COLOR", None)
        if colourless:
            os.environ["NO_COLOR"] = "1"
        Path(f"docs/{name}.svg").write_text(asyncio.run(drawn(shown)), encoding="utf-8")


async def drawn(shown: Snapshot) -> str:
    """An SVG of the screen with `shown` on it."""
    app = WorkoutScreen(load("en", "leg-press").phrases, print)._app
    async with app.run_test(size=SIZE) as pilot:
        app.latest = shown
        app.look()
        await pilot.pause(0.2)
        rows = [list(strip) for strip in app.screen._compositor.render_strips()]
        filters = list(app._filters)
        for each in filters:
            rows = [each.apply(row, app.screen.styles.background) for row in rows]
    width, height = SIZE[0] * CELL[0] + 20, SIZE[1] * CELL[1] + 20
    body = "\n".join(line for y, row in enumerate(rows) for line in _row(y, row))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">\n'
        f"<title>{escape(_title(shown))}</title>\n"
        "<style>text { font: 16.6px ui-monospace, Menlo, Consolas, "
        '"DejaVu Sans Mono", monospace; white-space: pre } .b { font-weight: bold }</style>\n'
        f'<rect width="{width}" height="{height}" rx="8"/>\n'
        f'<g transform="translate(10 10)" shape-rendering="crispEdges">\n{body}\n</g></svg>\n'
    )


def _title(shown: Snapshot) -> str:
    session = shown.session
    return f"The screen in state {session.state}: rep {shown.rep} of {session.workout.target}"


def _row(y: int, segments: Iterable[Segment]) -> Iterator[str]:
    x = 0
    for text, style, _ in segments:
        style = style or Style()
        colour = style.color.get_truecolor().hex if style.color else "#ffffff"
        for sign, signs in groupby(text, key=lambda sign: sign if sign in BLOCKS else ""):
            run = "".join(signs)
            if sign:
                yield _block(sign, x, y, len(run), colour)
            elif style.reverse:
                yield _block("█", x, y, len(run), colour)
                yield _text(run, x, y, "#000000", bool(style.bold))
            elif run.strip():
                yield _text(run, x, y, colour, bool(style.bold))
            x += len(run)


def _block(sign: str, x: int, y: int, cells: int, colour: str) -> str:
    from_top, tall = BLOCKS[sign]
    faint = ' opacity="0.3"' if sign == "░" else ""
    return (
        f'<rect x="{x * CELL[0]}" y="{(y + from_top) * CELL[1]:g}" width="{cells * CELL[0]}" '
        f'height="{tall * CELL[1]:g}" fill="{colour}"{faint}/>'
    )


def _text(run: str, x: int, y: int, colour: str, bold: bool) -> str:
    lead = len(run) - len(run.lstrip())
    words = re.sub(r"\s+$", "", run.lstrip())
    weight = ' class="b"' if bold else ""
    return (
        f'<text x="{(x + lead) * CELL[0]}" y="{y * CELL[1] + 15}" '
        f'textLength="{len(words) * CELL[0]}" fill="{colour}"{weight}>{escape(words)}</text>'
    )


if __name__ == "__main__":
    main()
