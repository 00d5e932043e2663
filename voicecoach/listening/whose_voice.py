"""A recogniser that also tells whose voice it heard.

It stands around another, keeps the last seconds of its sound, and adds the embedding of the
voice (`speaker`) to what that one heard. In a loud room it adds nothing: of a voice and
something else together the numbers mean nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import URGENT, Grammar, Utterance
from voicecoach.core.own_voice import Embedding
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE

from .recogniser import OUTPUT_PER_INPUT, Recogniser
from .speaker import SpeakerEncoder, decibels

CHUNK = MICROPHONE_RATE // 50
"""Microphone samples that are heard at once: 20 ms, as the voice loop hands them over."""

QUIET = 30.0
"""dB by which the loudest speech must stand out of the room. With less, music was let in that made
every third own word another's."""

_ROOM = 3 * SAMPLE_RATE
"""Output samples before an utterance that say how loud the room is."""

_LEAST = 25
"""Chunks without which they say nothing."""

_LEAD, _TAIL = SAMPLE_RATE // 5, SAMPLE_RATE // 10
"""Output samples before and behind an utterance that may belong to it."""

_KEPT = 12 * MICROPHONE_RATE // CHUNK
"""Chunks that are remembered: the room, and a long utterance that is told late."""


class WhoseVoice:
    """See `recogniser.Recogniser`."""

    def __init__(
        self, recogniser: Recogniser, encoder: SpeakerEncoder, urgent: bool = False
    ) -> None:
        """`urgent`: whether it tells of what can't wait, too. Nobody asks whose "stop" it was, so
        in a workout that need not wait for the numbers."""
        self.name = recogniser.name
        self._recogniser = recogniser
        self._encoder = encoder
        self._urgent = urgent
        self._rest = np.zeros(0, np.float32)
        self._rest_at = 0
        self._kept: deque[tuple[int, NDArray[np.float32], float]] = deque(maxlen=_KEPT)
        """Where each chunk began (output samples), its sound and its level (dBFS)."""

    def listen_for(self, grammar: Grammar) -> None:
        self._recogniser.listen_for(grammar)

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        # The same chunks whatever the blocks: how much is known of the sound behind an utterance
        # must not depend on them.
        if len(self._rest) == 0:
            self._rest_at = at
        before = len(self._rest)
        samples = np.concatenate([self._rest, pcm])
        whole = len(samples) // CHUNK * CHUNK
        heard: list[Utterance] = []
        for start in range(0, whole, CHUNK):
            first = self._rest_at if start == 0 else at + OUTPUT_PER_INPUT * (start - before)
            heard += self._hear(samples[start : start + CHUNK], first)
        if whole:
            self._rest_at = at + OUTPUT_PER_INPUT * (whole - before)
        self._rest = samples[whole:]
        return heard

    def finish(self, at: int) -> list[Utterance]:
        rest, self._rest = self._rest, np.zeros(0, np.float32)
        heard = self._hear(rest, self._rest_at) if len(rest) else []
        return [*heard, *map(self._told, self._recogniser.finish(at))]

    def _hear(self, chunk: NDArray[np.float32], at: int) -> list[Utterance]:
        (level,) = decibels(chunk, len(chunk))
        self._kept.append((at, chunk, float(level)))
        return [self._told(each) for each in self._recogniser.feed(chunk, at)]

    def _told(self, heard: Utterance) -> Utterance:
        command = heard.candidates[0].command if heard.candidates else None
        if command is None or (command.intent in URGENT and not self._urgent):
            return heard
        return replace(heard, voice=self.voice(heard.said, heard.end))

    def voice(self, said: int, end: int) -> Embedding:
        """Of who spoke from output sample `said` until `end`; empty where the room is too loud
        to tell, or nothing is known of that sound."""
        first = said - _LEAD
        its = [kept for kept in self._kept if first <= kept[0] < end + _TAIL]
        before = [kept for kept in self._kept if first - _ROOM <= kept[0] < first]
        if not its:
            return ()
        levels = [level for _, _, level in its]
        known = len(before) >= _LEAST
        room = float(np.median([level for _, _, level in before])) if known else min(levels)
        if np.percentile(levels, 95) - room < QUIET:
            return ()
        # Somebody may have spoken before.
        quiet = [sound for _, sound, level in before if level <= room] if known else []
        return self._encoder.embedding(_joined(its), np.concatenate(quiet) if quiet else None)


def _joined(kept: Iterable[tuple[int, NDArray[np.float32], float]]) -> NDArray[np.float32]:
    return np.concatenate([sound for _, sound, _ in kept])
