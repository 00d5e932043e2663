"""`voicecoach start`: a live workout."""

from __future__ import annotations

import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import config as configuration
from ..audio.device_manager import DeviceManager
from ..audio.ducking import Ducking
from ..audio.playout import DELAY
from ..config.layers import users
from ..config.load import Config
from ..config.settings import Sound
from ..core.commands import PhraseTable
from ..core.decision import Thresholds
from ..core.pacing import Talkativeness
from ..core.plan import Exercise
from ..core.session import Session
from ..core.workout import Visit
from ..listening.worker import RecogniserWorker
from ..runtime.live import Live, Step
from ..runtime.timeline import Line, Timeline
from ..runtime.view import View
from ..runtime.voice_loop import Canceller
from ..runtime.workout_conversation import WorkoutLoop, workout_loop
from ..speaking.clips import Clipbook
from . import assembly, buttons, logbook, names, programs, remembered, voices
from .folders import log_path
from .mistakes import Mistake, mistakes
from .options import EVENTS, LOG, OUT, Options, workout
from .printing import libraries_silenced, print_line, print_out, say, unless_gone
from .recording import Keep, keeping

if TYPE_CHECKING:
    from ..screen.terminal import WorkoutScreen

LOADING = 60.0
"""Seconds that a recogniser may take to load."""


@click.command(epilog=f"Your configuration folder: {users()}")
@click.argument("exercise", required=False, shell_complete=names.EXERCISES)
@click.option(
    "--microphone",
    metavar="NAME",
    help="Microphone to use, by part of its name; remembered for the next time. "
    '"default" forgets it.',
)
@click.option(
    "--output",
    metavar="NAME",
    help="Earbuds or loudspeaker to use, named and remembered in the same way.",
)
@click.option("--plain", is_flag=True, help="Print lines instead of showing the screen.")
@EVENTS
@OUT
@LOG
@click.option("--no-log", is_flag=True, help="Don't log the workout.")
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
    asked: Options,
) -> None:
    """Coach you, live, through a microphone and earbuds.

    EXERCISE is a cue script, such as leg-press; without one the coach asks which. You can say
    everything, and most of it has a key, which the screen shows; ? shows all that can be said.
    With --plain, in a pipe or on a terminal that can't show the screen, each typed line counts as
    said. Ctrl-C ends it, with a reminder of the catches.
    """
    with mistakes(), ExitStack() as stack:
        if path is not None and no_log:
            raise Mistake("--log can't be combined with --no-log")
        assembly.one_of(exercise, asked)
        ear = _ear(stack, exercise, asked)
        asked = programs.usual(exercise, asked)
        loaded = _loaded(exercise, asked)
        _warn(loaded.warnings)
        script = assembly.overridden(loaded.exercise, asked)
        offered = tuple(assembly.overridden(each, asked) for each in loaded.offered)
        settings = loaded.settings
        parts = _opened(stack, loaded, asked, ear, microphone, output)
        book = None if no_log else _book(stack, path)
        visit = assembly.visit(loaded, (script, *offered), asked, book)
        script = programs.first(visit, script, offered)
        coach = _coach(loaded, script, offered, parts, visit)
        ducking = _ducking(stack, settings.sound)
        picture = None if plain else _picture(loaded.phrases, lambda text: live.say(text))
        told = _Told(book, lines=picture is None)
        told.keep = keeping(stack, out, events, told.lose)
        live = Live(
            coach,
            parts.ear,
            parts.device_manager,
            ducking=ducking,
            echo_by_device=settings.listening.loudspeaker == "auto",
            spare=assembly.spare_ear(settings.listening, asked.engine, loaded.language),
            written=told.written,
            note=told.note,
            view=None if picture is None else View(coach),
            screen=picture,
        )
        buttons.listen(
            stack,
            settings.buttons,
            loaded.phrases,
            lambda: coach.conversation.session,
            live.say,
            live.button_lost,
        )
        if book is not None:
            book.starts(live.log_told, told.note)
        try:
            _run(live, picture)
        finally:
            told.rest()
        for text in _came_to(coach.conversation.session, book):
            unless_gone(partial(print_out, text))


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        say(f"warning: {warning}", style="yellow")


@dataclass(frozen=True, slots=True)
class _Parts:
    """What hears and what sounds in a workout."""

    ear: RecogniserWorker
    device_manager: DeviceManager
    canceller: Canceller | None
    bars: Thresholds
    """The thresholds of commands through this microphone."""
    clips: Clipbook


def _loaded(exercise: str | None, asked: Options) -> Config:
    """All files of the workout. Raises ConfigError with the faults of all of them."""
    return configuration.load(
        asked.language,
        exercise,
        asked.folder,
        offer=exercise is None,
        workout=asked.workout,
        program=programs.named(asked.program),
    )


def _ear(stack: ExitStack, exercise: str | None, asked: Options) -> RecogniserWorker:
    """The recogniser, which loads while the files are read; `stack` closes it. Raises ConfigError
    as `_loaded` does."""
    try:
        settings = configuration.load_settings(asked.folder)
    except configuration.ConfigError:
        _loaded(exercise, asked)  # tells of the faults of the other files too
        raise
    language = asked.language or settings.coach.language
    make = assembly.ear_maker(settings.listening, asked.engine, language)
    ear = RecogniserWorker(make)
    stack.callback(ear.close)
    return ear


def _opened(
    stack: ExitStack,
    loaded: Config,
    asked: Options,
    ear: RecogniserWorker,
    microphone: str | None,
    output: str | None,
) -> _Parts:
    """The parts, with the devices that were named or remembered; `stack` closes them."""
    listening = loaded.settings.listening
    use, troubles = remembered.wanted(loaded.settings.sound, microphone, output)
    _warn(troubles)
    stack.enter_context(libraries_silenced())
    canceller = assembly.make_canceller(listening, DELAY)
    device_manager = DeviceManager(use["input"].name, use["output"].name)
    stack.callback(device_manager.close)
    # Remember only what could be opened.
    if trouble := remembered.remember(microphone, output):
        _warn([trouble])
    bars = voices.own_bars(loaded, asked.engine, use["input"].name)
    clips = assembly.make_clips(loaded, asked.voice)
    stack.callback(clips.close)
    return _Parts(ear, device_manager, canceller, bars, clips)


def _book(stack: ExitStack, path: Path | None) -> logbook.Logbook:
    book = logbook.opened(path)
    stack.callback(book.close)
    return book


def _ducking(stack: ExitStack, sound: Sound) -> Ducking | None:
    ducking = assembly.make_ducking(sound)
    if ducking is not None:
        stack.callback(ducking.close)
    return ducking


def _coach(
    loaded: Config,
    script: Exercise,
    offered: tuple[Exercise, ...],
    parts: _Parts,
    visit: Visit,
) -> WorkoutLoop:
    """The workout, once its first lines are rendered and the recogniser is loaded."""
    settings = loaded.settings
    coach = workout_loop(
        script,
        loaded.phrases,
        parts.ear,
        parts.clips,
        bars=parts.bars,
        talk=Talkativeness[settings.talk.level.upper()],
        ceiling=settings.sound.ceiling_dbfs,
        loudness=settings.sound.loudness_db,
        prove_stop=settings.listening.prove_stop,
        latency=DELAY,
        offered=offered,
        visit=visit,
        canceller=parts.canceller,
        punctual=True,
        tone_in_doubt=settings.listening.tone_in_doubt,
    )
    coach.prepare()
    assembly.render_for(coach.conversation, parts.clips)
    if not parts.ear.wait(LOADING):
        raise Mistake(parts.ear.trouble or "the recogniser did not start; see --engine")
    return coach


class _Told:
    """Where the events of a running workout go: to its files, to the log, and as printed lines."""

    def __init__(self, book: logbook.Logbook | None, lines: bool) -> None:
        """`lines`: print them, because there is no screen."""
        self.keep: Keep = lambda sound, records, certain: None
        """The files besides the log."""
        self._book = book
        self._lines = self._screen_is_free = lines
        self._lost: list[str] = []
        self._timeline = Timeline()

    def written(self, step: Step) -> None:
        if self._book is not None:
            self._book.feed(step.records, step.certain)
        self.keep(step.sound, step.records, step.certain)
        self._print(self._timeline.feed(step.records, step.certain))

    def note(self, text: str) -> None:
        if self._lines:
            unless_gone(partial(say, text))

    def lose(self, text: str) -> None:
        """A file can't be written any more. A screen would hide the line, so it comes after it."""
        if self._screen_is_free:
            unless_gone(partial(_warn, [text]))
        else:
            self._lost.append(text)

    def rest(self) -> None:
        """The workout is over: print the open lines."""
        self._print(self._timeline.rest())
        self._screen_is_free = True
        unless_gone(partial(_warn, self._lost))

    def _print(self, new: Iterable[Line]) -> None:
        for line in new:
            if self._lines:
                unless_gone(partial(print_line, line))


def _run(live: Live, picture: WorkoutScreen | None) -> None:
    """Run until the workout is over, with the screen or, without one, with typed lines."""
    if picture is None:
        threading.Thread(target=typed, args=(live.say,), daemon=True).start()
        live.run()
    else:
        picture.beside(live.run, live.close)


def _came_to(session: Session, book: logbook.Logbook | None) -> Iterator[str]:
    """What the workout came to, where it is written, and how to look at it."""
    if not any(each.done.reps for each in session.workout.log):
        return
    from ..screen.glance import account  # as below

    sets, reps, *lines = account(session)
    yield ", ".join(part for part in (sets, reps) if part)
    yield from lines
    if book is not None and not session.workout.unwritten:
        elsewhere = book.path != log_path()
        log = f" --log {shlex.quote(str(book.path))}" if elsewhere else ""
        yield f"Saved in {book.path}"
        yield f"Your report: voicecoach report -o report.html{log}"


def _picture(phrases: PhraseTable, keys: Callable[[str], None]) -> WorkoutScreen | None:
    """The screen, if the terminal can show it."""
    # Textual takes a quarter of a second to load; other commands need not wait for it.
    from ..screen import terminal as screen

    return screen.WorkoutScreen(phrases, keys) if screen.capable() else None


def typed(say: Callable[[str], None]) -> None:
    """Pass on what is typed, one command a line. A background program is not typed to."""
    with suppress(OSError, ValueError):
        if sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
            return
        for line in sys.stdin:
            say(line)
