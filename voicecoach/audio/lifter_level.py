"""Learns how loud the lifter is, from commands that were obeyed.

A voice far softer than that, which does not stand out from the sounds before it either, is a
bystander's. If it stands out, it may be the lifter, out of breath or turned away.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.pcm import Pcm

BLOCK = SAMPLE_RATE // 50
"""Output samples per block: 20 ms."""

_BEFORE = 3 * SAMPLE_RATE
"""Output samples before an utterance that it is compared with."""
_REMEMBERED = 12 * SAMPLE_RATE // BLOCK
"""Blocks to keep: an utterance of some seconds, reported late, and what was before it."""
_VOWEL = 8
"""Blocks (0.16 s). The loudest run of so many is the level of a stretch of sound, which may begin
and end with somebody else's words."""
_COMMANDS = 9
"""Commands whose median is the lifter's level. One of somebody else's changes it little."""
_STANDS_OUT = 6.0
"""dB above the sounds before it that make an utterance the lifter's, however soft."""


class LifterLevel:
    """Fed with every block of microphone; see the module."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED)
        """(output sample it is dated to, power)."""
        self._commands: deque[float] = deque(maxlen=_COMMANDS)

    def hear(self, pcm: Pcm, at: int) -> None:
        """Add what the recogniser got, shape (320,) at 16 kHz; its first sample is dated to output
        sample `at`."""
        self._blocks.append((at, float(np.dot(pcm, pcm)) / len(pcm)))

    def obeyed(self, said: int, end: int) -> None:
        """The lifter spoke from output sample `said` until `end`."""
        level = self._level(said, end)
        if level is not None:
            self._commands.append(level)

    def softer(self, said: int, end: int) -> float:
        """dB by which an utterance is softer than the lifter, 0 or more. Also 0 if it stands out
        from the sounds before it, or if the levels are unknown."""
        level, before = self._level(said, end), self._level(said - _BEFORE, said)
        if not self._commands or level is None or before is None:
            return 0.0
        if level - before >= _STANDS_OUT:
            return 0.0
        return max(0.0, float(np.median(self._commands)) - level)

    def forget(self) -> None:
        """Start over: another microphone has other levels."""
        self._blocks.clear()
        self._commands.clear()

    def _level(self, said: int, end: int) -> float | None:
        """dBFS; None if none of it is known."""
        powers = [power for at, power in self._blocks if said - BLOCK < at < end]
        if not powers:
            return None
        row = np.ones(min(_VOWEL, len(powers))) / min(_VOWEL, len(powers))
        return 10 * math.log10(max(float(np.convolve(powers, row, "valid").max()), 1e-12))
