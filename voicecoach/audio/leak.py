"""How loud the coach comes back to the microphone, learnt while it speaks.

What is heard is set against what was played, 20 ms at a time. From that follows how loud
the coach alone could be in an utterance: what is clearly louder was said by somebody. It
needs to know nothing of the devices: through earbuds hardly anything comes back, and with
a canceller what is left of the echo counts.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import islice

import numpy as np

from voicecoach.pcm import Pcm

BLOCK = 960
"""Output samples that are looked at together: 20 ms."""

_EARLY, _LATE = 10, 15
"""Blocks by which an echo may come sooner or later than it is expected: 0.2 and 0.3 s."""
_REMEMBERED = 1000
"""Blocks (20 s) that say how much comes back. A loudspeaker may be turned up, so the last
two seconds before an utterance count by themselves, too."""
_LATELY = 100
_ENOUGH = 60
"""Blocks (1.2 s, half of which may be waiting for the echo) from which on that is known."""
_SOUNDS = 1e-4
"""Power from which on something is played: -40 dBFS."""
_SHARE = 80
"""Percentile of what comes back: more than most sounds do, less than a word by the lifter."""


class Leak:
    """Fed with every block of microphone and output; see the module."""

    def __init__(self, latency: int) -> None:
        """`latency`: output samples after which a sound is expected back as microphone."""
        self._late = latency // BLOCK
        self._latency = latency
        self._played: deque[float] = deque([0.0], maxlen=self._late + _LATE + 1)
        self._blocks: deque[tuple[int, float, float]] = deque(maxlen=_REMEMBERED)
        """(output sample to which it is dated, power, the most power that may come back)."""

    def play(self, pcm: Pcm) -> None:
        """A block of output, shape (960,)."""
        self._played.append(_power(pcm))

    def hear(self, pcm: Pcm, at: int) -> None:
        """What the recogniser was given while the last block was played, shape (320,);
        its first sample is dated to output sample `at`."""
        latest = max(0, self._late - _EARLY)
        reach = islice(reversed(self._played), latest, None)
        self._blocks.append((at, _power(pcm), max(reach, default=0.0)))

    def above(self, said: int, end: int) -> float | None:
        """dB by which an utterance is louder than the coach alone is there: negative where it
        is softer, and infinite where nothing is played. None where nobody can tell.

        `said`, `end`: output samples to which it is dated.
        """
        within = [each for each in self._blocks if said - BLOCK < each[0] < end]
        if not within:
            return None
        heard = sum(power for _, power, _ in within) / len(within)
        expected = sum(reach for _, _, reach in within) / len(within)
        if expected < _SOUNDS:
            return math.inf
        around = _EARLY * BLOCK
        share = _share([e for e in self._blocks if not said - around <= e[0] <= end + around], said)
        if share is None or share <= 0.0 or heard <= 0.0:
            return None
        return 10 * math.log10(heard / (share * expected))

    def forget(self, said: int, end: int) -> None:
        """That was the lifter: it tells nothing of what comes back."""
        kept = [each for each in self._blocks if not said <= each[0] + BLOCK <= end + BLOCK]
        self._blocks = deque(kept, maxlen=_REMEMBERED)


def _share(blocks: list[tuple[int, float, float]], before: int) -> float | None:
    """How much of what is played comes back, in power; None where too little was played."""
    every = [(at, power / reach) for at, power, reach in blocks if reach >= _SOUNDS]
    if len(every) < _ENOUGH:
        return None
    lately = [share for at, share in every if before - _LATELY * BLOCK <= at < before]
    known = [[share for _, share in every], *([lately] if len(lately) >= _ENOUGH else [])]
    return max(float(np.percentile(shares, _SHARE)) for shares in known)


def _power(pcm: Pcm) -> float:
    return float(np.dot(pcm, pcm)) / len(pcm)
