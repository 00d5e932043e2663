"""The same set without sound, in a fraction of the time, for trying out many.

The session, the scheduler and the cue player are those of a workout. Nothing is mixed, and
stretches in which nothing can happen are skipped. The result is the same as that of `rehearse`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from ..core import session as coach
from ..core.cues import MeasuredWording, Started
from ..core.events import Command, CommandGiven, Effect, State
from ..core.pacing import Talkativeness
from ..core.plan import CueClass, Exercise
from ..runtime.cue_player import CuePlayer, Record
from ..runtime.voice_loop import OVERSAMPLING, QUANTUM
from .outcomes import Rehearsal
from .run import ANSWERS, LONGEST, OVER, UnansweredError, patience

Measure = Callable[[str, CueClass], MeasuredWording]
"""A text as the current voice would say it: its length and its beat."""

_STEP = QUANTUM * OVERSAMPLING


def foresee(
    script: Exercise, measure: Measure, *, talk: Talkativeness = Talkativeness.NORMAL, seed: int = 0
) -> Rehearsal:
    """One set of `script`, as from `rehearse`, without the lifter's answers."""
    return _Soundless(script, measure, talk, seed).set()


class _NoSound:
    """A playback that measures, and plays nothing."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure

    def measure(self, text: str, kind: CueClass) -> MeasuredWording:
        return self._measure(text, kind)

    def ready(self, text: str) -> bool:
        return True

    def voiced(self, text: str, kind: CueClass) -> bool:
        return True

    def start(self, cue: Started) -> None:
        pass

    def cut(self, at: int) -> None:
        pass

    def tone(self, name: str, at: int) -> None:
        pass

    def gain(self, decibels: float, at: int) -> None:
        pass


class _Soundless:
    def __init__(self, script: Exercise, measure: Measure, talk: Talkativeness, seed: int) -> None:
        self._script = script
        self._measure = measure
        self._chance = random.Random(seed)
        self._player = CuePlayer(_NoSound(measure))
        self._records: list[Record] = []
        self._now = 0
        self._answer_at: int | None = None
        self._session, effects = coach.begin(script, talk)
        self._perform(effects)

    def set(self) -> Rehearsal:
        while self._session.state not in OVER or not self._player.idle:
            self._advance()
            self._answer()
            if self._now > LONGEST:
                raise UnansweredError("the set never ends")
        return Rehearsal(self._script, tuple(self._records), self._now, self._length)

    def _length(self, text: str) -> int:
        return self._measure(text, CueClass.PROMPT).length

    def _answer(self) -> None:
        """Answer the coach, if it waits for an answer."""
        state = self._session.state
        if state not in ANSWERS or not self._player.idle:
            self._answer_at = None
        elif self._answer_at is None:
            self._answer_at = self._now + patience(self._chance)
        elif self._now >= self._answer_at:
            self._session, effects = coach.step(
                self._session, CommandGiven(Command(ANSWERS[state]))
            )
            self._perform(effects)
            self._answer_at = None

    def _advance(self) -> None:
        """Advance to the loop's next quantum in which something may happen."""
        sounding = self._player.sounding
        if sounding is not None:
            until = sounding.end
        elif self._session.state in (State.REP, State.COUNTDOWN):
            until = LONGEST
        else:
            until = self._answer_at or 0
        due = self._session.next_due
        if due is not None:
            until = min(until, due + 1)
        end = max(self._now + _STEP, -(-min(until, LONGEST) // _STEP) * _STEP)
        self._session, effects = coach.advance(self._session, end)
        self._perform(effects)
        self._records += self._player.speak_until(end)
        self._now = end

    def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            self._records += self._player.perform(effect)
