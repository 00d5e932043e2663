"""Learns how loud the coach comes back to the microphone while it speaks.

It compares what is heard with what was played, 20 ms at a time. From that follows how loud the
coach alone could be in an utterance; anything clearly louder was said by somebody. It needs no
knowledge of the devices: through earbuds hardly anything comes back, and with a canceller the rest
of the echo counts.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import islice

import numpy as np

from voicecoach.pcm import Pcm

BLOCK = 960
"""Output samples per block: 20 ms."""

_EARLY, _LATE = 10, 15
"""Blocks by which an echo may come earlier or later than expected: 0.2 and 0.3 s."""
_REMEMBERED = 1000
"""Blocks (20 s) that determine how much comes back. A loudspeaker may be turned up, so the last two
seconds before an utterance also count separately."""
_LATELY = 100
_ENOUGH = 60
"""Blocks (1.2 s, half of which may be waiting for the echo) that are needed for an estimate."""
_SOUNDS = 1e-4
"""Power above which something is played: -40 dBFS."""
_SHARE = 80
"""Percentile of what comes back: above most sounds, below a word by the lifter."""


class Leak:
    """Fed with every block of microphone and output; see the module."""

    def __init__(self, latency: int) -> None:
        """`latency`: output samples until a sound is expected back in the microphone."""
        self._late = latency // BLOCK
        self._latency = latency
        self._played: deque[float] = deque([0.0], maxlen=self._late + _LATE + 1)
        self._blocks: deque[tuple[int, float, float]] = deque(maxlen=_REMEMBERED)
        """(output sample it is dated to, power, greatest power that may come back)."""

    def play(self, pcm: Pcm) -> None:
        """Add a block of output, shape (960,)."""
        self._played.append(_power(pcm))

    def hear(self, pcm: Pcm, at: int) -> None:
        """Add what the recogniser got while the last block was played, shape (320,); its first
        sample is dated to output sample `at`."""
        latest = max(0, self._late - _EARLY)
        reach = islice(reversed(self._played), latest, None)
        self._blocks.append((at, _power(pcm), max(reach, default=0.0)))

    @property
    def may_be_heard(self) -> bool:
        """True if the last block of microphone may hold something that was played."""
        return bool(self._blocks) and self._blocks[-1][2] >= _SOUNDS

    def above(self, said: int, end: int) -> float | None:
        """dB by which an utterance is louder than the coach alone there: negative if softer,
        infinite if nothing is played, None if unknown.

        `said`, `end`: output samples it is dated to.
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
        """Drop the lifter's own utterance: it says nothing about what comes back."""
        kept = [each for each in self._blocks if not said <= each[0] + BLOCK <= end + BLOCK]
        self._blocks = deque(kept, maxlen=_REMEMBERED)


def _share(blocks: list[tuple[int, float, float]], before: int) -> float | None:
    """Share of the played power that comes back; None if too little was played."""
    every = [(at, power / reach) for at, power, reach in blocks if reach >= _SOUNDS]
    if len(every) < _ENOUGH:
        return None
    lately = [share for at, share in every if before - _LATELY * BLOCK <= at < before]
    known = [[share for _, share in every], *([lately] if len(lately) >= _ENOUGH else [])]
    return max(float(np.percentile(shares, _SHARE)) for shares in known)


def _power(pcm: Pcm) -> float:
    return float(np.dot(pcm, pcm)) / len(pcm)
