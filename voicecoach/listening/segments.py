"""Cuts a stream of microphone samples into utterances.

Cutting is done in chunks counted from the first sample ever fed, so that the
blocks in which the samples arrive make no difference.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.plan import MICROPHONE_RATE

from .chunks import Chunks
from .energy_gate import CHUNK
from .recogniser import OUTPUT_PER_INPUT

_BEGIN, _GO_ON = 0.5, 0.35
"""Probability at which speech begins, and below which it is a pause."""
_NOTHING = np.zeros(0, np.float32)

_LEAD = 8
"""Chunks (0.26 s) kept from before the first one that was speech; fewer than
`_ENDED`, so that nothing of one utterance gets into the next."""
_TAIL = 4
"""Chunks (0.13 s) kept behind the last one that was speech."""
_ENDED = 9
"""Chunks (0.29 s) of pause that end an utterance: someone out of breath pauses long."""
LONGEST = 86
"""Chunks (2.75 s): no command of a few words takes longer, so more is talk."""
_LETTER, _BREATH = 0.1, 0.5
"""Seconds that a letter of a longer one takes who speaks slowly (0.078 at three quarters of the
usual speed, 0.097 at six tenths), and for a pause somewhere in it."""


class PauseStage(IntEnum):
    """Chunks of pause at which an utterance comes."""

    FIRST = 1
    """32 ms: most likely the end, so that it is worth while to begin thinking."""
    STEADY = 3
    """96 ms: longer than the closure in "stopped by"."""
    SETTLED = 5
    """160 ms: hardly anybody goes on."""
    END = _ENDED
    """The utterance is over."""


_PAUSES = frozenset(pause.value for pause in PauseStage)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech between two pauses."""

    pcm: NDArray[np.float32]
    """Mono, 16 kHz, shape (n,), with a little of the room at both ends; empty for talk."""
    said: int
    """Output sample at which the speech began."""
    end: int
    """Output sample at which it ended."""
    pause: PauseStage
    """How long the pause behind it was when it came."""
    talk: bool
    """Longer than any command."""
    room: float
    """dBFS: the level just before it."""
    likeness: float
    """Mean probability, 0 to 1, that its chunks are speech; 1 for talk."""


def longest(phrases: Iterable[str]) -> int:
    """Chunks that the longest of `phrases`, in words, takes when it is said slowly."""
    letters = max((len(phrase) for phrase in phrases), default=0)
    return max(LONGEST, math.ceil((letters * _LETTER + _BREATH) * MICROPHONE_RATE / CHUNK))


class Activity(Protocol):
    """Judges chunks; see `voice_activity.VoiceActivity`."""

    @property
    def room(self) -> float:
        """The level of the room in dBFS."""

    def __call__(self, chunk: NDArray[np.float32]) -> float:
        """How probably `chunk` (shape (CHUNK,)) is speech, 0 to 1."""


@dataclass(slots=True)
class _Utterance:
    """What is being said."""

    said: int
    room: float
    lead: int
    """How many of the chunks come before the speech."""
    chunks: list[NDArray[np.float32]]
    """All of it, until it is talk."""
    likeness: list[float]
    length: int
    """How many chunks there were so far, those of the lead with them."""
    longest: int
    """Chunks that it may last and be no talk."""
    end: int = 0
    last: int = 0
    """What `length` was when speech was last heard."""

    def hear(self, chunk: NDArray[np.float32], at: int, probability: float) -> None:
        self.length += 1
        if probability >= _GO_ON:
            self.last = self.length
            self.end = at + OUTPUT_PER_INPUT * CHUNK
        if self.talk:
            # It may go on for hours.
            self.chunks.clear()
            self.likeness.clear()
        else:
            self.chunks.append(chunk)
            self.likeness.append(probability)

    @property
    def pause(self) -> int:
        """Chunks since speech was last heard."""
        return self.length - self.last

    @property
    def talk(self) -> bool:
        return self.last - self.lead > self.longest

    def segment(self, pause: PauseStage) -> Segment:
        if self.talk:
            pcm, likeness = _NOTHING, 1.0
        else:
            pcm = np.concatenate(self.chunks[: self.last + _TAIL])
            spoken = self.likeness[self.lead : self.last]
            likeness = sum(spoken) / len(spoken)
        return Segment(pcm, self.said, self.end, pause, self.talk, self.room, likeness)


class Segmenter:
    """Blocks of any size in, segments out.

    Each utterance comes once with the pause that ends it. One short enough to be a
    command comes before that with each shorter pause; if the speaker goes on after
    one of those, it comes again, longer.
    """

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._longest = LONGEST
        self._chunks = Chunks(CHUNK)
        self._lead: deque[NDArray[np.float32]] = deque(maxlen=_LEAD)
        self._utterance: _Utterance | None = None

    def feed(self, pcm: NDArray[np.float32], at: int) -> Iterator[Segment]:
        """Take a block of shape (n,) whose first sample was heard at output sample `at`.

        Between two segments the caller may `cut`; all must be taken.
        """
        for chunk, first in self._chunks.feed(pcm, at):
            segment = self._hear(chunk, first)
            if segment is not None:
                yield segment

    def finish(self) -> Iterator[Segment]:
        """No more samples will come: the utterance under way, if any, has ended."""
        self._chunks.rest()
        self._lead.clear()
        utterance, self._utterance = self._utterance, None
        if utterance is not None:
            yield utterance.segment(PauseStage.END)

    def expect(self, longest: int) -> None:
        """What begins from now on is talk if it lasts more than so many chunks."""
        self._longest = longest

    def cut(self, end: int) -> None:
        """What began before output sample `end`, and pauses now, is over, whatever follows: the
        next speech is another utterance."""
        if self._utterance is None or self._utterance.said >= end:
            return
        rest = list(self._lead)[-self._utterance.pause :]
        self._lead.clear()
        self._lead.extend(rest)
        self._utterance = None

    def under_way(self) -> Segment | None:
        """What is being said, as far as it was heard, if it may be a command."""
        utterance = self._utterance
        return None if utterance is None or utterance.talk else utterance.segment(PauseStage.FIRST)

    def _hear(self, chunk: NDArray[np.float32], at: int) -> Segment | None:
        """The segment that comes with the next chunk, first heard at output sample `at`."""
        probability = self._activity(chunk)
        if self._utterance is None and probability >= _BEGIN:
            lead, room = list(self._lead), self._activity.room
            self._utterance = _Utterance(
                at, room, len(lead), lead, [0.0] * len(lead), len(lead), self._longest
            )
        self._lead.append(chunk)
        utterance = self._utterance
        if utterance is None:
            return None
        utterance.hear(chunk, at, probability)
        pause = utterance.pause
        if pause == PauseStage.END:
            self._utterance = None
            return utterance.segment(PauseStage.END)
        if pause in _PAUSES and not utterance.talk:
            return utterance.segment(PauseStage(pause))
        return None
