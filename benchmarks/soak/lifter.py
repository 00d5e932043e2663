"""What a lifter says over a long day, chosen by the state and by a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping

from tests.support.natural_speech import OTHERS, VOICES, say

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "proof": ("stop now",),
    "choice": ("leg press",),
    "ready": ("start set",),
    "setup": ("ready",),
    "gate": ("ready",),
    "armed": ("start set",),
    "paused": ("resume",),
    "rest-pause": ("go on",),
    "racking": ("locked",),
    "rest": ("skip rest",),
}
"""The answer that the coach waits for."""

BESIDE: Mapping[str, tuple[str, ...]] = {
    "gate": ("eighty kilos", "as many as possible", "warm me up to eighty", "empty bar"),
    "rep": (
        *("slower", "faster", "how many", "one more", "pause", "breather", "done", "stop"),
        "that is a lot today",
    ),
    "racking": ("nine reps", "how many", "drop set", "to failure"),
    "rest": (
        *("eighty kilos", "eleven reps", "undo that", "hard", "two left", "how long"),
        *("add thirty seconds", "what did I do last time", "three sets of ten at eighty kilos"),
        *("missed the last one", "note left knee", "see you tomorrow", "drop the warm up"),
    ),
}
"""What else is said there: commands, and now and then something that is none."""

VOICES_OF_THE_DAY = (*VOICES, *OTHERS)

_SOON, _RESTED, _BESIDE = 0.25, 0.03, 0.03
"""Probabilities, for each half second: of the awaited answer, of the same in a rest, and of
something else."""

_QUIET = 2.5
"""Seconds after what was said in which nothing is said: the coach answers."""

STEP = 0.5
"""Seconds from one choice to the next."""


def everything() -> list[str]:
    """All that may be said."""
    texts = {text for table in (ANSWERS, BESIDE) for said in table.values() for text in said}
    return sorted(texts)


def speak() -> None:
    """Have everything spoken, so that it need only be read: see `KEPT_IN`."""
    for text in everything():
        for voice in VOICES_OF_THE_DAY:
            say(text, voice)


class Talker:
    """Says what fits the state; the same for the same seed and states."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._quiet = 0.0
        self.said = 0
        """Commands and sentences so far."""

    def choose(self, state: str, now: float) -> tuple[str, str] | None:
        """What is said at `now` (seconds) in `state`, and by which voice; None: nothing."""
        if now < self._quiet:
            return None
        text = self._text(state)
        if text is None:
            return None
        self.said += 1
        self._quiet = now + _QUIET
        return text, self._random.choice(VOICES_OF_THE_DAY)

    def _text(self, state: str) -> str | None:
        lot = self._random.random()
        if lot < (_RESTED if state == "rest" else _SOON) and state in ANSWERS:
            return self._random.choice(ANSWERS[state])
        if lot > 1 - _BESIDE and state in BESIDE:
            return self._random.choice(BESIDE[state])
        return None
