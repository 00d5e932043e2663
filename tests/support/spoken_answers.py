"""A lifter of any language who answers whatever the coach waits for, and says more besides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from voicecoach.core.events import Intent, State

from .session_driver import sentence

ANSWERS: Mapping[State, tuple[Intent, ...]] = {
    State.PROOF: (Intent.STOP,),
    State.INTERRUPTED: (Intent.RESUME, Intent.NO),
    State.CHOICE: (Intent.EXERCISE,),
    State.READY: (Intent.START, Intent.READY),
    State.SETUP: (Intent.READY,),
    State.GATE: (Intent.READY,),
    State.ARMED: (Intent.START,),
    State.PAUSED: (Intent.RESUME,),
    State.REST_PAUSE: (Intent.RESUME,),
    State.RACKING: (Intent.LOCKED,),
    State.REST: (Intent.START, Intent.SKIP_REST),
}
"""What the coach waits for."""

BESIDE: Mapping[State, tuple[Intent, ...]] = {
    State.GATE: (Intent.WEIGHT, Intent.REPS, Intent.MOST, Intent.EXPLAIN, Intent.TODAY),
    State.COUNTDOWN: (Intent.PAUSE, Intent.SLOWER, Intent.STOP),
    State.REP: (
        *(Intent.STOP, Intent.PAUSE, Intent.DONE, Intent.SLOWER, Intent.FASTER, Intent.MORE),
        *(Intent.BREATHER, Intent.HOW_MANY, Intent.REPEAT, Intent.PAIN, Intent.LOUDER),
        *(Intent.STOP, Intent.QUIET, Intent.TALK),
    ),
    State.RACKING: (Intent.LOG, Intent.WEIGHT, Intent.DROP, Intent.STOP, Intent.HOW_MANY),
    State.REST: (
        *(Intent.LOG, Intent.WEIGHT, Intent.RPE, Intent.NOTE, Intent.UNDO, Intent.YES, Intent.NO),
        *(Intent.HOW_LONG, Intent.ADD_REST, Intent.LEFT, Intent.DROP, Intent.LAST_TIME),
        *(Intent.OPTIONS, Intent.SOFTER, Intent.STRONGER),
    ),
}
"""What else is said there, obeyed or not."""

_ANSWERS, _BESIDE = 0.5, 0.06
"""Probabilities, per half second."""


class SpokenAnswers:
    """What one lifter says."""

    def __init__(self, language: str, seed: int, sets: int) -> None:
        """After `sets` sets, the lifter finishes."""
        self._language = language
        self._random = random.Random(f"lifter {seed}")
        self._sets = sets

    def says(self, state: State, sets: int) -> Iterator[str]:
        """What is said in half a second of `state`, after `sets` sets."""
        chance = self._random.random()
        intents: tuple[Intent, ...] = ()
        enough = sets >= self._sets and state in (State.REST, State.READY)
        if chance < _BESIDE * (3 if state is State.REST else 1):
            intents = (self._random.choice(BESIDE.get(state, tuple(Intent))),)
        elif chance < _ANSWERS:
            answers = ANSWERS.get(state, ())
            if enough:
                intents = (self._random.choice((Intent.FINISH, Intent.YES)),)
            elif answers:
                intents = (self._random.choice(answers),)
        for intent in intents:
            if text := sentence(self._language, intent, self._random.randrange(12)):
                yield text
