"""One workout without an end, as fast as it can be computed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.process import use
from benchmarks.soak.figures import Counted, files_in
from benchmarks.soak.lifter import STEP, Talker
from tests.support.natural_speech import RATE, Sound, hiss, say
from voicecoach import config
from voicecoach.cli import assembly, logbook
from voicecoach.cli.options import Options
from voicecoach.core.events import Utterance
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.listening.recogniser import Recogniser
from voicecoach.listening.worker import RecogniserWorker
from voicecoach.runtime.timeline import Timeline
from voicecoach.runtime.trace import TraceFile
from voicecoach.runtime.workout_conversation import WorkoutLoop, workout_loop
from voicecoach.speaking.clips import Clipbook

_BLOCK = round(STEP * RATE)
_HUNG = 120.0
"""Seconds of computing that half a second of sound may take at the most."""


class Patient(RecogniserWorker):
    """A recogniser in its own process that is waited for: here no clock runs."""

    def __init__(self, make: Callable[[], Recogniser]) -> None:
        super().__init__(make)
        self.slowest = 0.0
        """Most seconds that a block took."""

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        """Raises RuntimeError if it has died: nobody starts it again here."""
        if not self.alive:
            raise RuntimeError(f"the recogniser has died: {self.trouble or 'without a word'}")
        heard = super().feed(pcm, at)
        if len(pcm):
            began = time.monotonic()
            while self.behind > 0 and self.alive:
                time.sleep(0.0002)
                if time.monotonic() - began > _HUNG:
                    raise RuntimeError("the recogniser hangs")
            self.slowest = max(self.slowest, time.monotonic() - began)
            heard += super().feed(pcm[:0], at + 3 * len(pcm))
        return heard


class Day:
    """The coach, its recogniser, its log and a lifter."""

    def __init__(self, folder: Path, hours: float, seed: int, stack: ExitStack) -> None:
        (folder / "voicecoach.toml").write_text("[listening]\nloudspeaker = false\n")
        self._folder, self._hours = folder, hours
        self._loaded = config.load("en", "leg-press", folder, offer=True)
        listening = self._loaded.settings.listening
        self._asked = Options(
            tempo="2-0-2-0", reps=6, engine="auto", voice="pyttsx3", folder=folder
        )
        self.ear = Patient(assembly.ear_maker(listening, "auto", "en"))
        stack.callback(self.ear.close)
        self._clips: Clipbook = assembly.make_clips(self._loaded, "pyttsx3")
        stack.callback(self._clips.close)
        if not self.ear.wait(120):
            raise RuntimeError(self.ear.trouble)
        self.talker = Talker(seed)
        self._room = hiss(10.0, -66.0)
        self._noise = 0
        self.workouts = 0
        self.done = 0.0
        """Seconds of all workouts so far."""
        self.looks = (Counted("coach"), Counted("recogniser"))

    def train(self) -> None:
        """One workout until the hours are over; another one if the lifter ended it."""
        while self.done < 3600 * self._hours:
            self.workouts += 1
            if self.workouts > 1:
                # Its time begins at 0 again.
                self.ear.restart()
                self.ear.wait(120)
            with ExitStack() as stack:
                self._one(stack, 3600 * self._hours)

    def _one(self, stack: ExitStack, until: float) -> None:
        book = logbook.opened(self._folder / "log.sqlite")
        stack.callback(book.close)
        path = self._folder / f"{self.workouts}.jsonl"
        trace = stack.enter_context(TraceFile(path))
        loop = self._loop(book)
        book.starts(loop.log_told)
        timeline = Timeline()
        said: list[Sound] = []
        while not loop.over and self.done < until:
            state = loop.conversation.session.state
            chosen = self.talker.choose(state.value, self.done)
            if chosen is not None:
                said.append(say(*chosen))
            sound, records = loop.process(self._microphone(said))
            trace.write(records, loop.certain)
            book.feed(records, loop.certain)
            for _ in timeline.feed(records, loop.certain):
                pass
            self.done += len(sound) / SAMPLE_RATE
            self._look()

    def _loop(self, book: logbook.Logbook) -> WorkoutLoop:
        script = assembly.overridden(self._loaded.exercise, self._asked)
        offered = tuple(assembly.overridden(each, self._asked) for each in self._loaded.offered)
        loop = workout_loop(
            script,
            self._loaded.phrases,
            self.ear,
            self._clips,
            bars=assembly.bars(self._loaded.settings.listening),
            prove_stop=True,
            offered=offered,
            visit=assembly.visit(self._loaded, (script, *offered), self._asked, book),
        )
        loop.prepare()
        assembly.render_for(loop.conversation, self._clips)
        return loop

    def _microphone(self, said: list[Sound]) -> Sound:
        """The next half second: the room, and what is being said."""
        block = np.resize(np.roll(self._room, -self._noise), _BLOCK).copy()
        self._noise = (self._noise + _BLOCK) % len(self._room)
        if said:
            n = min(_BLOCK, len(said[0]))
            block[:n] += said[0][:n]
            rest = said[0][n:]
            said[:1] = [rest] if len(rest) else []
        return block

    def _look(self) -> None:
        ours, child = self.looks
        if self.done / 60 >= len(ours.looks) + 1 and self.ear.pid is not None:
            ours.looks.append((self.done / 3600, use(os.getpid())))
            child.looks.append((self.done / 3600, use(self.ear.pid)))
            if len(ours.looks) % 30 == 0:
                print(f"{self.done / 3600:.1f} h", flush=True)


@contextmanager
def _own_home(folder: Path) -> Iterator[None]:
    """Nothing of the user's own is read or written, but the clips."""
    before = dict(os.environ)
    for kind in ("CONFIG", "DATA", "STATE"):
        os.environ[f"XDG_{kind}_HOME"] = str(folder / "home" / kind)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def soak(folder: Path, hours: float, seed: int) -> dict[str, Any]:
    """Run it, print what was counted, and return it."""
    began = time.monotonic()
    with _own_home(folder), ExitStack() as stack:
        day = Day(folder, hours, seed, stack)
        with suppress(KeyboardInterrupt):
            day.train()
        slowest = day.ear.slowest
    with (folder / "events.jsonl").open("w") as trace:
        for n in range(1, day.workouts + 1):
            trace.write((folder / f"{n}.jsonl").read_text())
    log = sum(path.stat().st_size for path in folder.glob("log.sqlite*"))
    lines = [
        f"{day.workouts} workouts, {day.done / 3600:.2f} h in {time.monotonic() - began:.0f} s",
        *(line for each in day.looks for line in each.lines()),
        f"temporary files {files_in(folder / 'tmp')[0]}, log {log / 1024:.0f} KB, "
        f"trace {(folder / 'events.jsonl').stat().st_size / 1024:.0f} KB",
        f"slowest block {slowest:.2f} s",
    ]
    print("\n".join(lines), flush=True)
    return {
        "said": day.talker.said,
        "lines": lines,
        "looks": {each.name: each.raw() for each in day.looks},
    }
