"""Cuts a stream of microphone samples into segments.

It works in chunks counted from the first sample ever fed, so that the blocks in which the samples
arrive make no difference.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.plan import MICROPHONE_RATE

from .chunks import Chunks
from .energy_gate import CHUNK, level
from .recogniser import OUTPUT_PER_INPUT

_BEGIN, _GO_ON = 0.5, 0.35
"""Probability at which speech begins, and below which it is a pause."""
_NOTHING = np.zeros(0, np.float32)

_LEAD = 8
"""Chunks (0.26 s) kept from before the first chunk of speech; fewer than `_ENDED`, so that nothing
of one utterance gets into the next."""
_TAIL = 4
"""Chunks (0.13 s) kept after the last chunk of speech."""
_ENDED = 9
"""Chunks (0.29 s) of pause that end an utterance: someone out of breath makes long pauses."""
_FAR_BELOW, _REST = 12.0, 5
"""A word is over, or has not begun, if the level is this many dB below its loudest chunk for this
many chunks (0.16 s), whatever else is heard."""
_CERTAIN = 0.9
"""Probability at which a chunk leaves no doubt."""
_SOONER = 1
"""Chunks that a foreground cut's pauses must last longer to mean the same: the foreground ends
before the network hears the end of speech, by two chunks at the median."""
_DEAF = 8
"""Chunks (0.26 s) after a cut for which continuing speech still belongs to what was cut: voice
activity notices the end of a word late."""
LONGEST = 86
"""Chunks (2.75 s). No command of a few words takes longer; anything longer is talk."""
_LETTER, _BREATH = 0.1, 0.5
"""Seconds per letter of a longer phrase for a slow speaker (0.078 at three quarters of the usual
speed, 0.097 at six tenths), and seconds for a pause somewhere in it."""


class PauseStage(IntEnum):
    """Chunks of pause after which a segment is handed out."""

    FIRST = 1
    """32 ms: most likely the end, so it is worth starting to score."""
    STEADY = 3
    """96 ms: longer than the closure in "stopped by"."""
    SETTLED = 5
    """160 ms: hardly anybody goes on."""
    END = _ENDED
    """The utterance is over."""


_PAUSES = frozenset(pause.value for pause in PauseStage)


@dataclass(frozen=True, slots=True)
class Segment:
    """A span of speech between two pauses."""

    pcm: NDArray[np.float32]
    """Mono, 16 kHz, shape (n,), with a little of the room at both ends; empty for talk."""
    said: int
    """Output sample at which the speech began."""
    end: int
    """Output sample at which it ended."""
    pause: PauseStage
    """Length of the pause after it so far."""
    talk: bool
    """Longer than any command."""
    room: float
    """Level just before it, in dBFS."""
    likeness: float
    """Mean probability, 0 to 1, of its chunks under the judgement that cut it; 1 for talk."""
    cut: int
    """Number of the judgement that cut it: 0 for speech, higher for the foreground, which may be
    speech as well."""
    clear: bool = False
    """True if at least one chunk certainly passes that judgement."""
    spoken: tuple[int, int] = (0, 0)
    """Index in `pcm` of the first chunk of speech, and of the one after the last."""
    standing_out: float = 1.0
    """Highest probability, 0 to 1, that one of its chunks is in the foreground, by any judgement; 1
    if there is none for that."""

    @property
    def foreground(self) -> bool:
        """True if it was cut as foreground."""
        return self.cut > 0

    def loudest(self) -> Segment | None:
        """The part around its loudest chunk that is far louder than the rest; None if there is no
        rest. For a word over which somebody else was already speaking."""
        start, stop = self.spoken
        speech = self.pcm[start * CHUNK : stop * CHUNK].reshape(-1, CHUNK)
        if len(speech) == 0:
            return None
        levels = [level(chunk) for chunk in speech]
        peak = int(np.argmax(levels))
        soft = [decibels < levels[peak] - _FAR_BELOW for decibels in levels]
        before = _soft_for(soft[:peak][::-1], _REST)
        after = _soft_for(soft[peak:], _REST)
        first = 0 if before is None else peak - before
        last = len(levels) if after is None else peak + after
        if last - first == len(levels):
            return None
        begin = max(start + first - _LEAD, 0)
        return replace(
            self,
            pcm=self.pcm[begin * CHUNK : (start + last + _TAIL) * CHUNK],
            said=self.said + first * CHUNK * OUTPUT_PER_INPUT,
            end=self.said + last * CHUNK * OUTPUT_PER_INPUT,
            spoken=(start + first - begin, start + last - begin),
        )


def longest(phrases: Iterable[str]) -> int:
    """Chunks that the longest of `phrases` (in words) takes if said slowly."""
    letters = max((len(phrase) for phrase in phrases), default=0)
    return max(LONGEST, math.ceil((letters * _LETTER + _BREATH) * MICROPHONE_RATE / CHUNK))


class Activity(Protocol):
    """Judges chunks; see `ForegroundActivity`."""

    @property
    def room(self) -> float:
        """The level of the room in dBFS."""

    def __call__(self, chunk: NDArray[np.float32]) -> tuple[float, ...]:
        """The probability that `chunk` (shape (CHUNK,)) is speech, then the probability that it is
        speech in the foreground, by each judgement; each 0 to 1."""


@dataclass(slots=True)
class _Utterance:
    """The utterance under way."""

    said: int
    room: float
    lead: int
    """Number of chunks before the speech."""
    chunks: list[NDArray[np.float32]]
    """All of it, until it becomes talk."""
    likeness: list[float]
    length: int
    """Number of chunks so far, the lead included."""
    cut: int
    longest: int
    """Chunks above which it is talk."""
    end: int = 0
    last: int = 0
    """`length` when speech was last heard."""
    standing_out: float = 0.0

    def hear(
        self, chunk: NDArray[np.float32], at: int, probability: float, standing_out: float
    ) -> None:
        self.length += 1
        self.standing_out = max(self.standing_out, standing_out)
        if probability >= _GO_ON:
            self.last = self.length
            self.end = at + OUTPUT_PER_INPUT * CHUNK
        if self.talk:
            # Talk may go on for hours.
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
            pcm, likeness, clear, bounds = _NOTHING, 1.0, True, (0, 0)
        else:
            pcm = np.concatenate(self.chunks[: self.last + _TAIL])
            spoken = self.likeness[self.lead : self.last]
            likeness, clear = sum(spoken) / len(spoken), max(spoken) >= _CERTAIN
            bounds = self.lead, self.last
        return Segment(
            pcm,
            self.said,
            self.end,
            pause,
            self.talk,
            self.room,
            likeness,
            self.cut,
            clear,
            bounds,
            self.standing_out,
        )


def _soft_for(soft: Sequence[bool], chunks: int) -> int | None:
    """Start of the first run of `chunks` true values in `soft`."""
    return next(
        (n for n in range(len(soft) - chunks + 1) if all(soft[n : n + chunks])),
        None,
    )


class _Cutter:
    """Cuts by one of the judgements of each chunk."""

    def __init__(self, cut: int) -> None:
        self.longest = LONGEST
        self._cut = cut
        self._sooner = _SOONER if cut else 0
        self._lead: deque[NDArray[np.float32]] = deque(maxlen=_LEAD)
        self._utterance: _Utterance | None = None
        self._deaf = 0

    def hear(
        self,
        chunk: NDArray[np.float32],
        at: int,
        probability: float,
        standing_out: float,
        room: float,
    ) -> Segment | None:
        """Take the next chunk, first heard at output sample `at`; return the segment it
        completes."""
        self._deaf = 0 if probability < _GO_ON else max(self._deaf - 1, 0)
        if self._utterance is None and probability >= _BEGIN and not self._deaf:
            lead = list(self._lead)
            self._utterance = _Utterance(
                at, room, len(lead), lead, [0.0] * len(lead), len(lead), self._cut, self.longest
            )
        self._lead.append(chunk)
        utterance = self._utterance
        if utterance is None:
            return None
        utterance.hear(chunk, at, probability, standing_out)
        pause = utterance.pause
        if pause > PauseStage.FIRST:
            # The first pause decides nothing, so it is not delayed.
            pause = max(pause - self._sooner, PauseStage.FIRST + 1)
        if pause == PauseStage.END:
            self._utterance = None
            return utterance.segment(PauseStage.END)
        if pause in _PAUSES and not utterance.talk:
            return utterance.segment(PauseStage(pause))
        return None

    def finish(self) -> Segment | None:
        self._lead.clear()
        self._deaf = 0
        utterance, self._utterance = self._utterance, None
        return utterance.segment(PauseStage.END) if utterance else None

    @property
    def began(self) -> int | None:
        """The output sample at which the utterance under way began; None if there is none."""
        return None if self._utterance is None else self._utterance.said

    def so_far(self) -> Segment | None:
        """The utterance under way, unless it is talk."""
        utterance = self._utterance
        return None if utterance is None or utterance.talk else utterance.segment(PauseStage.FIRST)

    def cut(self, end: int) -> None:
        if self._utterance is not None and self._utterance.said < end:
            pause = self._utterance.pause
            self._deaf = 0 if pause else _DEAF
            rest = list(self._lead)[-pause:] if pause else []
            self._lead.clear()
            self._lead.extend(rest)
            self._utterance = None


class Segmenter:
    """Blocks of any size in, segments out.

    Each utterance comes once with the pause that ends it. One short enough to be a command also
    comes with each shorter pause before. If the speaker goes on after one of those, it comes again,
    longer.

    Foreground and speech are cut separately, so the same word may come twice. In a quiet room both
    have nearly the same bounds; in a room full of voices the word comes only as foreground.
    """

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._longest = LONGEST
        self._chunks = Chunks(CHUNK)
        self._cutters: list[_Cutter] = []
        """By number."""

    def feed(self, pcm: NDArray[np.float32], at: int) -> Iterator[Segment]:
        """Take a block of shape (n,) whose first sample was heard at output sample `at`.

        The caller may `cut` between two segments. All segments must be consumed.
        """
        for chunk, first in self._chunks.feed(pcm, at):
            yield from self._judge(chunk, first)

    def finish(self) -> Iterator[Segment]:
        """No more samples will come: end the utterances under way."""
        self._chunks.rest()
        for cutter in reversed(self._cutters):
            segment = cutter.finish()
            if segment is not None:
                yield segment

    def expect(self, longest: int) -> None:
        """From now on, an utterance longer than this many chunks is talk."""
        self._longest = longest
        for cutter in self._cutters:
            cutter.longest = longest

    def cut(self, end: int) -> None:
        """End what began before output sample `end`, whatever follows. The next speech is a new
        utterance."""
        for cutter in self._cutters:
            cutter.cut(end)

    def under_way(self) -> list[Segment]:
        """The utterances under way that may be commands, so far."""
        return [segment for cutter in reversed(self._cutters) if (segment := cutter.so_far())]

    def began(self, cut: int) -> int | None:
        """The output sample at which the utterance under way began, talk or not, by judgement
        `cut`."""
        return self._cutters[cut].began

    def _judge(self, chunk: NDArray[np.float32], at: int) -> Iterator[Segment]:
        judgements = self._activity(chunk)
        standing_out = max(judgements[1:], default=1.0)
        room = self._activity.room
        if not self._cutters:
            self._cutters = [_Cutter(number) for number in range(len(judgements))]
            self.expect(self._longest)
        # Foreground cuts first: once one is obeyed, the speech around it is over.
        for cutter, probability in [*zip(self._cutters, judgements, strict=True)][::-1]:
            segment = cutter.hear(chunk, at, probability, standing_out, room)
            if segment is not None:
                yield segment
