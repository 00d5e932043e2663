"""`voicecoach start`: a live workout."""

from __future__ import annotations

import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import config as configuration
from ..audio.device_manager import Rig
from ..audio.playout import DELAY
from ..config.layers import users
from ..core.commands import PhraseTable
from ..core.pacing import Talk
from ..core.session import Session
from ..listening.worker import Remote
from ..runtime.live import Live, Step
from ..runtime.timeline import Line, Timeline
from ..runtime.view import View
from ..runtime.workout_conversation import workout_loop
from . import assembly, logbook, remembered, voices
from .folders import log_path
from .mistakes import Mistake, mistakes
from .options import EVENTS, LOG, OUT, Asked, workout
from .printing import libraries_silenced, print_line, print_out, say, unless_gone
from .recording import keeping

if TYPE_CHECKING:
    from ..screen.terminal import WorkoutScreen

LOADING = 60.0
"""Seconds that a recogniser may take to load."""


@click.command(epilog=f"Your configuration folder: {users()}")
@click.argument("exercise", required=False)
@click.option(
    "--microphone",
    metavar="NAME",
    help='A part of the microphone\'s name, remembered for the next time; "default" forgets it.',
)
@click.option(
    "--output",
    metavar="NAME",
    help="A part of the earbuds' or loudspeaker's name, remembered in the same way.",
)
@click.option("--plain", is_flag=True, help="Print lines instead of the screen.")
@EVENTS
@OUT
@LOG
@click.option("--no-log", is_flag=True, help="Write nothing down.")
@workout
def start(
    exercise: str | None,
    microphone: str | None,
    output: str | None,
    plain: bool,
    events: Path | None,
    out: Path | None,
    path: Path | None,
    no_log: bool,
    asked: Asked,
) -> None:
    """Coach you, live, through a microphone and earbuds.

    EXERCISE is a cue script, such as leg-press; without one the coach asks which.
    Everything can be said, and most of it has a key, which the screen shows; ? shows
    all that can be said. With --plain, in a pipe or on a terminal that can't show the
    screen, what is typed as a line counts as said. Ctrl-C ends it, with a word about the
    catches.
    """
    with mistakes(), ExitStack() as stack:
        if path is not None and no_log:
            raise Mistake("--log and --no-log: only one of them")
        assembly.one_of(exercise, asked)
        loaded = configuration.load(
            asked.language,
            exercise,
            asked.folder,
            offer=exercise is None,
            workout=asked.workout,
        )
        for warning in loaded.warnings:
            say(f"warning: {warning}", style="yellow")
        script = assembly.overridden(loaded.exercise, asked)
        offered = tuple(assembly.overridden(each, asked) for each in loaded.offered)
        settings = loaded.settings
        ear = Remote(partial(assembly.make_ear, settings.listening, asked.engine, loaded.language))
        stack.callback(ear.close)
        use, troubles = remembered.wanted(settings.sound, microphone, output)
        for trouble in troubles:
            say(f"warning: {trouble}", style="yellow")
        stack.enter_context(libraries_silenced())
        canceller = assembly.make_canceller(settings.listening, DELAY)
        rig = Rig(use["input"].name, use["output"].name)
        stack.callback(rig.close)
        # Only what could be opened is worth remembering.
        if trouble := remembered.remember(microphone, output):
            say(f"warning: {trouble}", style="yellow")
        bars = voices.own_bars(loaded, asked.engine, use["input"].name)
        clips = assembly.make_clips(loaded, asked.voice)
        stack.callback(clips.close)
        book = None if no_log else logbook.opened(path)
        if book is not None:
            stack.callback(book.close)
        coach = workout_loop(
            script,
            loaded.phrases,
            ear,
            clips,
            bars=bars,
            talk=Talk[settings.talk.level.upper()],
            ceiling=settings.sound.ceiling_dbfs,
            loudness=settings.sound.loudness_db,
            prove_stop=settings.listening.prove_stop,
            latency=DELAY,
            offered=offered,
            visit=assembly.visit(loaded, (script, *offered), asked, book),
            canceller=canceller,
            tone_in_doubt=settings.listening.tone_in_doubt,
        )
        coach.prepare()
        assembly.render_for(coach.conversation.session, clips)
        if not ear.wait(LOADING):
            raise Mistake(ear.trouble or "the recogniser did not start; see --engine")
        ducking = assembly.make_ducking(settings.sound)
        if ducking is not None:
            stack.callback(ducking.close)
        keep = keeping(stack, out, events)
        timeline = Timeline()

        def written(step: Step) -> None:
            keep(step.sound, step.records, step.certain)
            if book is not None:
                book.feed(step.records, step.certain)
            tell(timeline.feed(step.records, step.certain))

        def tell(new: Iterable[Line]) -> None:
            for line in new:
                if picture is None:
                    unless_gone(partial(print_line, line))

        def note(text: str) -> None:
            if picture is None:
                unless_gone(partial(say, text))

        picture = None if plain else _picture(loaded.phrases, lambda text: live.say(text))
        live = Live(
            coach,
            ear,
            rig,
            ducking=ducking,
            echo_by_device=settings.listening.loudspeaker == "auto",
            spare=partial(assembly.make_ear, settings.listening, "moonshine", loaded.language),
            written=written,
            note=note,
            view=None if picture is None else View(coach),
            screen=picture,
        )
        if book is not None:
            book.starts(live.log_told, note)
        if picture is None:
            threading.Thread(target=typed, args=(live.say,), daemon=True).start()
            live.run()
        else:
            picture.beside(live.run, live.close)
        tell(timeline.rest())
        for text in _came_to(coach.conversation.session, book):
            unless_gone(partial(print_out, text))


def _came_to(session: Session, book: logbook.Logbook | None) -> Iterator[str]:
    """What the workout came to, where it is written, and how to look at it."""
    if not any(each.done.reps for each in session.log):
        return
    from ..screen.glance import account  # as below

    sets, reps, *lines = account(session)
    yield ", ".join(part for part in (sets, reps) if part)
    yield from lines
    if book is not None and not session.unwritten:
        elsewhere = book.path != log_path()
        log = f" --log {shlex.quote(str(book.path))}" if elsewhere else ""
        yield f"Saved in {book.path}"
        yield f"Your report: voicecoach report -o report.html{log}"


def _picture(phrases: PhraseTable, keys: Callable[[str], None]) -> WorkoutScreen | None:
    """The screen, where the terminal can show it."""
    # Textual takes a quarter of a second to load, which the other commands need not wait.
    from ..screen import terminal as screen

    return screen.WorkoutScreen(phrases, keys) if screen.capable() else None


def typed(say: Callable[[str], None]) -> None:
    """What is typed, a command a line; a program in the background is not typed to."""
    with suppress(OSError, ValueError):
        if sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
            return
        for line in sys.stdin:
            say(line)
