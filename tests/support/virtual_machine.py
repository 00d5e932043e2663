"""One live workout in virtual time: `voicecoach start` without its command line.

Everything is the program's own but what is outside of it: the time, the sound card's callbacks, the
recogniser's process (whose engine hears text), the voice (`noise_voice`), the disk when it fails.
The same seed gives the same workout, to the sample.
"""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np

from voicecoach.audio.tones import TONES, stand_in
from voicecoach.cli import assembly, logbook, printing, programs, recording, start
from voicecoach.cli.options import Options
from voicecoach.core.decision import Decision
from voicecoach.core.events import SetOver
from voicecoach.core.plan import SAMPLE_RATE, CueClass
from voicecoach.core.session import texts
from voicecoach.history import journal
from voicecoach.history.journal import Journal
from voicecoach.listening import worker
from voicecoach.listening.recogniser import Recogniser
from voicecoach.listening.scripted import Scripted
from voicecoach.listening.worker import RecogniserWorker
from voicecoach.pcm import Pcm
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.live import Live, Step
from voicecoach.runtime.snapshot import Snapshot
from voicecoach.runtime.view import View
from voicecoach.runtime.workout_conversation import WorkoutLoop
from voicecoach.speaking import clips as clip_book
from voicecoach.speaking.clips import Clipbook

from .log_records import RecordMaker
from .noise_voice import NoiseVoice, unmastered
from .random_workout import Ending, RandomWorkout
from .spoken_answers import SpokenAnswers
from .virtual_card import VirtualDevices
from .virtual_disk import VirtualDisk, on_disk
from .virtual_ear import VirtualChild
from .virtual_time import TICK, VirtualEvent, VirtualTime, in_virtual_time

_SPEAKS_EVERY = 25
"""Ticks between two moments at which the lifter may say something."""

_RENDERING = (3, 12, 0, 45, 7, 160)
"""Ticks that one unforeseen line after the other takes to be rendered: up to 3.2 s."""


class _Steps(Live):
    """A `Live` that is run by its own clock, in one thread."""

    def pace(self, clock: VirtualTime) -> None:
        self._stirred = VirtualEvent(clock)
        self._pace()

    def tell(self) -> None:
        """What `run` does in the main thread."""
        while not self._news.empty():
            news = self._news.get()
            if isinstance(news, str):
                self._note(news)
            else:
                self._written(news)


class _Terminal(io.StringIO):
    """A terminal that may go away."""

    gone = 0
    """The error with which it fails; 0: it does not."""

    def write(self, text: str) -> int:
        if self.gone:
            raise OSError(self.gone, os.strerror(self.gone))
        return len(text)


class KilledError(Exception):
    """The program is killed."""


class VirtualMachine:
    """A lifter, a coach, and everything that can be taken from them."""

    def __init__(
        self, plan: RandomWorkout, folder: Path, cached: bool = False, terminal: bool = False
    ) -> None:
        """`folder` must be empty. `cached`: clips are kept on disk; `terminal`: lines are printed.
        Both cost time."""
        self._cached, self._terminal = cached, terminal
        self._printed = _Terminal()
        self.plan, self.folder = plan, folder
        self.clock = VirtualTime(plan.boot_clock)
        self._threads = _Threads(self.clock, plan.prepared)
        self.log = folder / "data" / "log.sqlite"
        self.disk = VirtualDisk(folder, self.log, plan.seed)
        self.events = folder / "events.jsonl"
        self.out = folder / "out.wav" if cached and plan.ending is Ending.ASKED else None
        self.config = folder / "config"
        self.clips = folder / "clips"
        self.voice = NoiseVoice(plan.pace)
        self.model_there = True
        self.ear_nonsense = False
        self.at: list[tuple[int, Callable[[], None]]] = []
        """What is done to it: output samples since its first, in order."""
        self.mends: list[Callable[[], object]] = []
        """What mends what is broken now."""
        self.records: list[Record] = []
        self.notes: list[str] = []
        self.log_told: list[tuple[int, str]] = []
        self.mute: list[tuple[int, bool]] = []
        """At which sample of the loop nobody heard the coach, and from which somebody did."""
        self.hushes: list[tuple[int, int]] = []
        """When what was rendered ahead was dropped: the sample of the loop, and how many the card
        had played."""
        self.closed: int | None = None
        """The sample of the loop at which it was asked to end."""
        self.stood_still: list[int] = []
        """The samples of the loop at which the program did not run for a while."""
        self.tones: list[tuple[int, str]] = []
        self.gains: list[tuple[int, float]] = []
        self.rendered: list[Pcm] = []
        self.snapshots = 0
        self.killed = self.unsafe = False
        """`unsafe`: when it was killed, something was not in the log yet."""
        self.last_log = self.log
        """Where the log was at last."""
        self._sets = 0
        self._lifter = SpokenAnswers(plan.language, plan.seed, plan.sets)

    # --- the whole of it ---------------------------------------------------------------------

    def run(self) -> None:
        """Run the workout. Whatever it raises is a fault of the program."""
        with self._world() as stack:
            self._prepare(stack)
            with suppress(KilledError):
                self.live.pace(self.clock)
                self.live.tell()
                self._told.rest()
            self.last_log = self.book.path
            if self.killed:
                stack.pop_all()
                self._die()
            else:
                stack.close()

    @contextmanager
    def _world(self) -> Iterator[ExitStack]:
        def child(make: Callable[[], Recogniser], found: Callable[[], object]) -> VirtualChild:
            return VirtualChild(self.clock, make, found)

        with (
            in_virtual_time(self.clock),
            unmastered(),
            on_disk(self.disk),
            patch.object(worker, "_Child", child),
            patch.object(worker, "time", self.clock),
            patch.object(logbook, "spare_folder", lambda: self.folder / "state"),
            patch.object(logbook, "fleeting_folder", lambda: self.folder / "run"),
            patch.object(logbook, "_warn", self.notes.append),
            patch.object(start, "_warn", self.notes.extend),
            patch.object(assembly, "say", lambda text, style="": self.notes.append(text)),
            # A log that is locked is waited for in real time.
            patch.object(journal, "_PATIENCE", 0.0),
            patch.object(journal, "_LAST_PATIENCE", 0.01),
            patch.object(printing, "_OUT", printing.Terminal(file=self._printed)),
            patch.object(clip_book, "_MANY", 1 << 30),
            patch.object(clip_book, "threading", self._threads),
            ExitStack() as stack,
        ):
            yield stack

    def _prepare(self, stack: ExitStack) -> None:
        """As `start` does."""
        plan = self.plan
        self.config.mkdir()
        self.log.parent.mkdir()
        asked = Options(program=plan.program or None, folder=self.config)
        loaded = plan.configured()
        settings = loaded.settings
        if plan.broken:
            self._break_off(loaded.exercise.id)
        self.ear = RecogniserWorker(self.make_ear)
        tones = {kind: TONES[stand_in(kind)] for kind in CueClass}
        self.book_of_clips = Clipbook([self.voice], self.clips if self._cached else None, tones)
        self.devices = VirtualDevices(self.clock, lambda: self.loop.position, plan.worn)
        self.book = logbook.opened(self.log)
        offered = loaded.offered
        visit = assembly.visit(loaded, (loaded.exercise, *offered), asked, self.book)
        script = self.exercise = programs.first(visit, loaded.exercise, offered)
        parts = start._Parts(
            self.ear,
            self.devices,  # type: ignore[arg-type]
            None,
            assembly.bars(settings.listening),
            self.book_of_clips,
        )
        self.loop: WorkoutLoop = self._watched(start._coach(loaded, script, offered, parts, visit))
        self._threads.foreseen = frozenset(texts(self.loop.conversation.session))
        self._told = start._Told(self.book, lines=self._terminal)
        self._told.keep = recording.keeping(stack, self.out, self.events, self._told.lose)
        self.live = _Steps(
            self.loop,
            self.ear,
            self.devices,  # type: ignore[arg-type]
            echo_by_device=True,
            spare=self.make_ear if plan.spare else None,
            written=self._written,
            note=self.notes.append,
            view=View(self.loop),
            screen=self,
        )
        stack.callback(self.book.close)
        self.book.starts(self._log_told, self.notes.append)
        self.clock.tick = self._tick

    def _watched(self, loop: WorkoutLoop) -> WorkoutLoop:
        """Notes what is done to `loop`, and what it asks of its mixer."""

        def before(of: Any, name: str, note: Callable[..., object]) -> None:
            does = getattr(of, name)

            def noted(*args: Any) -> Any:
                note(*args)
                return does(*args)

            setattr(of, name, noted)

        def process(microphone: Pcm) -> tuple[Pcm, list[Record]]:
            sound, records = does(microphone)
            self.rendered.append(sound)
            return sound, records

        does = loop.process
        setattr(loop, "process", process)  # noqa: B010
        before(loop, "sound_lost", lambda: self.mute.append((loop.position, True)))
        before(loop, "sound_back", lambda: self.mute.append((loop.position, False)))
        before(loop, "hushed", lambda: self.hushes.append((loop.position, self._played)))
        before(loop, "closing", lambda: setattr(self, "closed", loop.position))
        playback: Any = loop._playback
        before(playback, "tone", lambda name, at: self.tones.append((at, name)))
        before(playback, "gain", lambda decibels, at: self.gains.append((at, decibels)))
        return loop

    def _break_off(self, exercise: str) -> None:
        """An earlier workout that broke off."""
        book = Journal(self.log, self.clock.now())
        maker = RecordMaker()
        records = [*maker.begin(""), *maker.set(2, exercise=exercise)]
        records += [*maker.set(3, exercise=exercise)][:-6]
        book.feed(records, maker.at)
        del book
        self.clock.set(900.0)

    def _die(self) -> None:
        """The program is killed: nothing is closed in good order."""
        book = self.book._journal
        database = book._database
        self.unsafe = database is None or database.gone or any(w.unwritten for w in book._writers)
        if database is not None:
            database.close()
        for writer in (*book._writers, book._found):
            if writer is not None and writer._hold is not None:
                writer._hold.__del__()  # the kernel releases its lock
        self._told = self.book = None  # type: ignore[assignment]

    # --- as time passes ----------------------------------------------------------------------

    @property
    def elapsed(self) -> int:
        """Output samples of virtual time, without those that the program did not see."""
        return round(self.clock.ticks * TICK * SAMPLE_RATE) - self._began

    _began = 0

    @property
    def _played(self) -> int:
        return sum(map(len, self.devices.played))

    def _tick(self) -> None:
        if not self._began:
            self._began = round(self.clock.ticks * TICK * SAMPLE_RATE) - 1
        self.devices.tick()
        self._threads.tick()
        while self.at and self.at[0][0] <= self.elapsed:
            self.at.pop(0)[1]()
        if self.clock.ticks % _SPEAKS_EVERY == 0:
            self._let_lifter_speak()
        self.live.tell()
        if self.elapsed > self.plan.seconds * SAMPLE_RATE:
            if self.plan.ending is Ending.KILLED:
                self.killed = True
                raise KilledError
            self.live.close()

    def _let_lifter_speak(self) -> None:
        state = self.loop.conversation.session.state
        for text in self._lifter.says(state, self._sets):
            if self.clock.ticks % 4:
                self.say(text)
            else:
                self.live.say(text)

    def say(self, text: str, sure: float = 1.0) -> None:
        """The lifter says it. Nobody hears that if the recogniser or the microphone is broken."""
        child: Any = self.ear._child
        hears = self.devices.microphone.stream is not None and self.devices.microphone_runs
        if hears and child.ready and not child.hangs:
            child._engine.say(text, sure)

    def stand_still(self, ticks: int) -> None:
        """The program is too busy to run; the card goes on."""
        for _ in range(ticks):
            self.clock.ticks += 1
            self.devices.card()

    def unplug_terminal(self, error: int) -> None:
        """Nothing can be printed any more: it fails with this error."""
        self._printed.gone = error

    def make_ear(self) -> Scripted:
        if not self.model_there:
            raise FileNotFoundError("the model is gone")
        return Scripted()

    def _written(self, step: Step) -> None:
        self.records += step.records
        self._sets += sum(isinstance(each, SetOver) for each in step.records)
        self._told.written(step)

    def _log_told(self, line: str) -> None:
        self.log_told.append((self.loop.position, line))
        self.live.log_told(line)

    def show(self, snapshot: Snapshot) -> None:
        """As a screen."""
        self.snapshots += 1

    # --- what is left ------------------------------------------------------------------------

    @property
    def sound(self) -> Pcm:
        """Everything that the loop rendered, heard or not."""
        if len(self.rendered) != 1:
            self.rendered[:] = [np.concatenate([np.zeros(0, np.float32), *self.rendered])]
        return self.rendered[0]

    @property
    def heard(self) -> tuple[Pcm, Pcm]:
        """What the card played, and which sample of the loop each was, from 1; 0: none."""
        return np.concatenate(self.devices.played), np.concatenate(self.devices.numbers)

    def mend(self) -> None:
        """Nothing is broken any more."""
        while self.mends:
            self.mends.pop()()

    def forget(self) -> None:
        """Free the sound, the records and the files."""
        self.mend()
        self.disk.close()
        for each in (self.rendered, self.devices.played, self.devices.numbers, self.records):
            each.clear()

    def trace(self) -> list[dict[str, Any]]:
        """The lines of the trace."""
        return [json.loads(line) for line in self.events.read_text().splitlines()]

    def accepted(self) -> list[Decision]:
        return [r for r in self.records if isinstance(r, Decision) and r.verdict.accepted]


class _Threads(SimpleNamespace):
    """What the clip book uses of `threading`. Its background work is done at once, or never. Then a
    line is rendered when it is asked for, in no time. One that nobody foresaw takes some ticks."""

    def __init__(self, clock: VirtualTime, at_once: bool) -> None:
        super().__init__(Lock=threading.Lock, Thread=self._thread)
        self._clock, self._at_once = clock, at_once
        self.foreseen: frozenset[str] = frozenset()
        self._rendered = 0
        self._due: list[tuple[int, Callable[[], object]]] = []

    def _thread(
        self, target: Callable[..., object], name: str, args: tuple[Any, ...] = (), **_: object
    ) -> SimpleNamespace:
        work = partial(target, *args)
        if name == "voicecoach-clip":
            foreseen = args[0] in self.foreseen
            return SimpleNamespace(start=work if foreseen else partial(self._render, work))
        return SimpleNamespace(start=work if self._at_once else lambda: None)

    def _render(self, work: Callable[[], object]) -> None:
        ticks = _RENDERING[self._rendered % len(_RENDERING)]
        self._rendered += 1
        self._due.append((self._clock.ticks + ticks, work))

    def tick(self) -> None:
        """Finish what is rendered by now."""
        over = [work for due, work in self._due if due <= self._clock.ticks]
        self._due = [each for each in self._due if each[0] > self._clock.ticks]
        for work in over:
            work()
