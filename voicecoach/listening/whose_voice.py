"""A recogniser that also tells whose voice it heard.

It wraps another recogniser, keeps the last seconds of sound, and adds the embedding of the voice
(`speaker`) to what that one heard. In a loud room it adds nothing: the embedding of a voice mixed
with other sound means nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import URGENT, Grammar, Utterance
from voicecoach.core.own_voice import Embedding
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE

from .chunks import Chunks
from .recogniser import Recogniser
from .speaker import SpeakerEncoder, decibels

CHUNK = MICROPHONE_RATE // 50
"""Microphone samples per chunk: 20 ms, as the voice loop delivers them."""

QUIET = 30.0
"""dB by which the loudest speech must stand out of the room. With less, music got in that made
every third own word look like another voice's."""

_ROOM = 3 * SAMPLE_RATE
"""Output samples before an utterance that give the level of the room."""

_LEAST = 25
"""Fewest chunks needed for that."""

_LEAD, _TAIL = SAMPLE_RATE // 5, SAMPLE_RATE // 10
"""Output samples before and after an utterance that may belong to it."""

_KEPT = 12 * MICROPHONE_RATE // CHUNK
"""Number of chunks kept: the room, and a long utterance that is reported late."""


class WhoseVoice:
    """See `recogniser.Recogniser`."""

    def __init__(
        self, recogniser: Recogniser, encoder: SpeakerEncoder, urgent: bool = False
    ) -> None:
        """`urgent`: whether to embed urgent commands too. Nobody asks whose "stop" it was, so in a
        workout they need not wait for the embedding."""
        self.name = recogniser.name
        self._recogniser = recogniser
        self._encoder = encoder
        self._urgent = urgent
        self._chunks = Chunks(CHUNK)
        self._kept: deque[tuple[int, NDArray[np.float32], float]] = deque(maxlen=_KEPT)
        """Start (output sample), sound and level (dBFS) of each chunk."""

    def listen_for(self, grammar: Grammar) -> None:
        self._recogniser.listen_for(grammar)

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        return self._recogniser.prepare(grammar)

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        # Fixed chunks: how much sound is known after an utterance must not depend on the blocks.
        return [
            heard
            for chunk, first in self._chunks.feed(pcm, at)
            for heard in self._hear(chunk, first)
        ]

    def finish(self, at: int) -> list[Utterance]:
        heard = [
            heard for chunk, first in self._chunks.rest() for heard in self._hear(chunk, first)
        ]
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
        """The embedding of the speaker from output sample `said` to `end`; empty if the room is too
        loud to tell, or the sound is not known."""
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
        # Leave out the louder chunks: somebody may have spoken before.
        quiet = [sound for _, sound, level in before if level <= room] if known else []
        return self._encoder.embedding(_joined(its), np.concatenate(quiet) if quiet else None)


def _joined(kept: Iterable[tuple[int, NDArray[np.float32], float]]) -> NDArray[np.float32]:
    return np.concatenate([sound for _, sound, _ in kept])


def telling_voices(make: Callable[[], Recogniser], urgent: bool = False) -> Recogniser:
    """What `make` makes, also telling whose voice it hears if that network can be loaded. Without
    it a workout goes on and obeys everybody (`cli.voices.own_bars` says so)."""
    recogniser = make()
    try:
        return WhoseVoice(recogniser, SpeakerEncoder(), urgent)
    except ValueError:
        return recogniser
