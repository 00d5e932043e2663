"""A recogniser that takes text: for tests, keyboards and rehearsals."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.commands import normal
from voicecoach.core.events import Candidate, Grammar, Utterance
from voicecoach.core.plan import samples

from .recogniser import OUTPUT_PER_INPUT


class Scripted:
    """Hears each text at its time, whatever the microphone delivers."""

    name = "scripted"

    def __init__(self, lines: Iterable[tuple[float, str]] = ()) -> None:
        """`lines`: (seconds from the start, text), in any order."""
        self._lines = deque(sorted((samples(at), text) for at, text in lines))
        self._now: deque[tuple[str, float]] = deque()
        self._grammar = Grammar(())

    def say(self, text: str, sure: float = 1.0) -> None:
        """Have `text` heard in the next block with confidence `sure`, 0 to 1. May be called from
        another thread."""
        self._now.append((text, sure))

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        return iter(())  # there is nothing to prepare

    def listen_for(self, grammar: Grammar) -> None:
        self._grammar = grammar

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        heard = []
        while self._now:
            heard.append(self._hear(at, *self._now.popleft()))
        return heard + self.finish(at + OUTPUT_PER_INPUT * len(pcm))

    def finish(self, at: int) -> list[Utterance]:
        heard = []
        while self._lines and self._lines[0][0] < at:
            heard.append(self._hear(*self._lines.popleft()))
        return heard

    def _hear(self, at: int, text: str, sure: float = 1.0) -> Utterance:
        """`text` as an utterance of no duration."""
        phrase = normal(text)
        command = self._grammar.phrases.get(phrase)
        if command is None and phrase not in self._grammar.decoys:
            return Utterance(at, at, (), free=text, note="no phrase that is listened for")
        return Utterance(at, at, (Candidate(phrase, command, sure),), free=text)
