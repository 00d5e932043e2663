"""`voicecoach simulate`: coaches a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np

from ..audio import wav
from ..config.layers import users
from ..core.plan import MICROPHONE_RATE
from ..runtime.conversation import Conversation
from ..runtime.simulate import simulate as simulated
from ..runtime.timeline import Line, Timeline
from ..runtime.voice_loop import VoiceLoop
from . import assembly, logbook, names, voices
from .mistakes import mistakes
from .options import EVENTS, OUT, PATH, Options, workout
from .outputs import placed
from .printing import print_line, progress, say
from .recording import keeping


@click.command(epilog=f"Your configuration folder: {users()}")
@click.argument("recording", metavar="INPUT", type=PATH)
@click.option(
    "--exercise",
    metavar="NAME",
    shell_complete=names.EXERCISES,
    help="Exercise to coach.  [default: leg-press]",
)
@OUT
@EVENTS
@click.option(
    "--log",
    "log",
    type=PATH,
    metavar="FILE",
    help="Write the workout to this log; your own is left alone.",
)
@workout
@click.option(
    "--block",
    type=click.IntRange(1),
    default=MICROPHONE_RATE,
    metavar="SAMPLES",
    help="Microphone samples to process at a time; the result is always the same.",
)
@click.option(
    "--profile",
    metavar="NAME",
    help="Use the voice that was learnt through this microphone (voicecoach enroll).",
)
@click.option("--timeline", is_flag=True, help="Print the whole session, line by line.")
def simulate(
    recording: Path,
    exercise: str | None,
    out: Path | None,
    events: Path | None,
    log: Path | None,
    asked: Options,
    block: int,
    profile: str | None,
    timeline: bool,
) -> None:
    """Coach the person in a recording.

    INPUT is what a lifter's microphone picked up (WAV, FLAC or OGG). A real recogniser hears it,
    and the session runs as it would have live. --out is what the earbuds would have played,
    --events what happened. A workout of minutes takes seconds.
    """
    for path in (out, events):
        if path is not None:
            placed(path)
    with mistakes():
        microphone, _ = wav.read(recording)
        own_bars = None
        if profile is not None:
            own_bars = partial(voices.own_bars, engine=asked.engine, name=profile, needed=True)
        book = logbook.opened(log) if log is not None else None
        coach = assembly.make_workout_loop(exercise, asked, own_bars, book)
        show = print_line if timeline else None
        lines = run(coach, microphone, out, events, show, block, book)
    if not timeline:
        for line in lines:
            if line.style == "set":
                print_line(line)
        if not any(line.style == "set" for line in lines):
            why = "--timeline shows what was understood, voicecoach listen what was heard"
            say(f"{recording}: no set was done; {why}", style="yellow")
    for path, what in ((out, "the earbuds"), (events, "the events"), (log, "the log")):
        if path is not None:
            say(f"{what}: {path}")


def run(
    loop: VoiceLoop[Conversation],
    microphone: np.ndarray[Any, np.dtype[np.float32]],
    out: Path | None,
    events: Path | None,
    show: Callable[[Line], None] | None,
    block: int = MICROPHONE_RATE,
    book: logbook.Logbook | None = None,
) -> list[Line]:
    """Simulate, write the files asked for, show each line as it comes. Returns all lines. `book` is
    closed at the end."""
    timeline = Timeline()
    lines: list[Line] = []

    def tell(new: Iterator[Line]) -> None:
        for line in new:
            lines.append(line)
            if show is not None:
                show(line)

    with ExitStack() as stack:
        keep = keeping(stack, out, events)
        if book is not None:
            stack.callback(book.close)
            book.starts(loop.log_told)
        advance = stack.enter_context(progress("Coaching", hidden=show is not None))
        total = len(microphone)
        for heard, records in simulated(
            loop, microphone, block, progress=lambda done: advance(done, total)
        ):
            keep(heard, records, loop.certain)
            if book is not None:
                book.feed(records, loop.certain)
            tell(timeline.feed(records, loop.certain))
    tell(timeline.rest())
    return lines
