"""A lifter who answers whatever the coach waits for, and says a good deal besides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import numpy as np

from voicecoach.core.decision import Thresholds
from voicecoach.core.events import SetOver, State
from voicecoach.core.plan import MICROPHONE_RATE, Progression
from voicecoach.listening.scripted import Scripted
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.silent import SilentClips

from .example_workouts import BARBELL, kg
from .session_driver import QUIET, leg_curl, leg_press, shipped

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "choice": ("leg press",),
    "ready": ("start set",),
    "setup": ("ready",),
    "gate": ("ready",),
    "armed": ("start set",),
    "paused": ("resume",),
    "rest-pause": ("go",),
    "racking": ("locked",),
    "rest": ("start set",),
}
"""The answer that the coach waits for, by the state's name."""

BESIDE: Mapping[str, tuple[str, ...]] = {
    "gate": (
        *("eighty kilos", "what does this work", "as many as possible", "what's today"),
        *("superset leg press and leg curl two rounds of eight", "skip this station"),
        *("other one first", "end the round"),
        *("warm me up to eighty", "skip the warm up", "two plates a side", "empty bar"),
    ),
    "rep": (
        *("breather", "slower", "faster", "pause", "how many", "one more", "done", "stop"),
        "ready",
    ),
    "countdown": ("pause", "slower"),
    "racking": ("nine reps", "log eighty kilos", "how many", "no", "drop set", "to failure"),
    "rest": (
        *("eleven reps", "log nine reps", "eighty kilos", "log seventy kilos", "ninety pounds"),
        *("effort eight", "that was hard", "note left knee", "undo that", "undo", "no", "yes"),
        *("how many", "skip rest", "add thirty seconds", "one more set"),
        *("two", "one left", "that was max", "nothing left", "hard", "what's today"),
        *("what did I do last time", "three sets of ten at eighty kilos"),
        *("skip station", "end round", "other one first"),
        *("drop set", "missed the last one", "to failure", "as many as possible"),
        *("warm me up to sixty", "drop the warm up", "a plate and a quarter", "add a warm up"),
    ),
}
"""What else a lifter may say there, obeyed or not."""

STEP = MICROPHONE_RATE // 2


class RandomLifter:
    """One workout of `sets` sets, the same for the same `seed`."""

    def __init__(self, seed: int, sets: int = 3, talkative: float = 0.15) -> None:
        """`talkative`: probability of saying something else, per half second."""
        self._random = random.Random(seed)
        self._sets, self._talkative = sets, talkative
        # The coach asks how much was left, which may be answered or not.
        rule = Progression(3, 4, (kg(5),), left=1)
        exercise = leg_press("2-0-1-1", reps=4, loading=BARBELL, progression=rule)
        self.loop = workout_loop(
            exercise,
            shipped().phrases,
            Scripted([]),
            SilentClips(0.02),
            bars=Thresholds(loudspeaker=False),
            offered=(exercise, leg_curl()),
        )

    def train(self) -> Iterator[list[Record]]:
        """What happens, half a second at a time, until the workout is over."""
        over = 0
        quiet = np.full(STEP, QUIET)
        for _ in range(4000):
            state = self.loop.conversation.session.state
            if state is State.SUMMARY and self.loop.quiet:
                return
            for text in self._says(state.value, over >= self._sets):
                self.loop.typed(text)
            _, records = self.loop.process(quiet)
            over += sum(isinstance(each, SetOver) for each in records)
            yield records
        raise AssertionError("the workout does not end")

    def _says(self, state: str, enough: bool) -> Iterator[str]:
        # Between sets there is time to talk.
        talkative = self._talkative * (3 if state == "rest" else 1)
        if self._random.random() < talkative and (beside := BESIDE.get(state)):
            yield self._random.choice(beside)
        elif enough and state in ("rest", "ready"):
            yield from ("done", "yes")
        elif self._random.random() < 0.3 and (answers := ANSWERS.get(state)):
            yield self._random.choice(answers)
