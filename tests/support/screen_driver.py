"""Workouts as a screen is shown them: the engine runs, and every so often there is a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import Thresholds
from voicecoach.core.events import State
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE, Exercise, samples
from voicecoach.core.session import ALONE
from voicecoach.core.workout import Visit
from voicecoach.listening.scripted import Scripted
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.snapshot import Snapshot
from voicecoach.runtime.view import View
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.silent import SilentClips

from .session_driver import QUIET, leg_press, shipped

AHEAD = samples(0.2)
"""So far ahead of the ear the engine renders, as it does live."""


@dataclass
class WatchedWorkout:
    """A workout in a quiet room that goes on as it is looked at."""

    exercise: Exercise = field(default_factory=leg_press)
    phrases: PhraseTable = field(default_factory=lambda: shipped().phrases)
    words: Iterable[tuple[float, str]] = ()
    """What is heard, and at which second."""
    offered: tuple[Exercise, ...] = ()
    visit: Visit = ALONE
    prove_stop: bool = False
    records: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.loop = workout_loop(
            self.exercise,
            self.phrases,
            Scripted(self.words),
            SilentClips(),
            bars=Thresholds(loudspeaker=False),
            prove_stop=self.prove_stop,
            offered=self.offered,
            visit=self.visit,
        )
        self.view = View(self.loop)
        self.deaf = self.mute = ""
        self.level = QUIET

    @property
    def state(self) -> State:
        return self.loop.conversation.session.state

    def run(self, seconds: float) -> Snapshot:
        """So much later; what the screen shows then."""
        block = np.full(MICROPHONE_RATE // 50, self.level)
        for _ in range(round(50 * seconds)):
            _, new = self.loop.process(block)
            self.view.feed(block, new)
            self.records += new
        return self.snapshot()

    def snapshot(self) -> Snapshot:
        at = max(0, self.loop.position - AHEAD)
        return self.view.snapshot(at, self.deaf, self.mute, 0)

    def say(self, text: str) -> Snapshot:
        """What a key or a typed line does; at once, in the middle of nothing."""
        self.loop.typed(text)
        _, records = self.loop.process(np.zeros(0, np.float32))
        self.view.feed(np.zeros(0, np.float32), records)
        self.records += records
        return self.snapshot()

    def frames(
        self, seconds: float, every: float = 0.1, until: Callable[[], bool] = lambda: False
    ) -> Iterator[Snapshot]:
        """A picture `every` so many seconds, for `seconds` or `until` something is so."""
        end = self.loop.position + round(seconds * SAMPLE_RATE)
        while self.loop.position < end and not until():
            yield self.run(every)
