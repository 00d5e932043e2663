"""Learns how loud the lifter is from the commands that were obeyed.

Among people who talk on and on, a voice far softer than the lifter's, which does not stand out from
the sounds before it, is somebody else's. A voice that stands out may be the lifter's, out of breath
or turned away.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.pcm import Pcm

BLOCK = SAMPLE_RATE // 50
"""Output samples that are measured together: 20 ms."""

_BEFORE = 3 * SAMPLE_RATE
"""Output samples before an utterance that say how loud the room is."""
_REMEMBERED = 12 * SAMPLE_RATE // BLOCK
"""Blocks that are kept: an utterance of some seconds, reported late, and the sound before it."""
_VOWEL = 8
"""Blocks (0.16 s). A voice is as loud as its loudest stretch of this length: a segment may begin
and end with what somebody else says."""
_ENOUGH, _COMMANDS = 3, 9
"""Commands without which the lifter's level is unknown, and how many of the last count. Their
median is the level, so that neither a shout nor one command of somebody else moves it far."""
_KNOWN_FOR = 300 * SAMPLE_RATE
"""Output samples (5 minutes) for which a command counts: a lifter may move away."""
_STANDS_OUT = 10.0
"""dB over the median of the sounds before it from which an utterance stands out. The median is the
room if somebody spoke, grunted or dropped a plate for less than half of the time. Among three
people who never pause, 10 dB below the lifter, one in a hundred of their words stands out by 10 dB,
and of the lifter's all but one in a hundred by 11."""
_LEAST = 25
"""Blocks (0.5 s) before an utterance without which nothing is known of the room."""


class LifterLevel:
    """Fed with every block of microphone; see the module."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[int, float, bool]] = deque(maxlen=_REMEMBERED)
        """(output sample to which it is dated, power, whether the coach may be in it)."""
        self._commands: deque[tuple[int, float]] = deque(maxlen=_COMMANDS)
        """(output sample at which it ended, dBFS)."""

    def hear(self, pcm: Pcm, at: int, coach: bool = False) -> None:
        """Take what the recogniser was given, shape (320,) at 16 kHz. Its first sample is dated to
        output sample `at`. `coach`: a loudspeaker plays the coach meanwhile."""
        self._blocks.append((at, float(np.dot(pcm, pcm)) / len(pcm), coach))

    def obeyed(self, said: int, end: int) -> None:
        """Learn from an ordinary command, said from output sample `said` until `end`, unless the
        coach may be in all of it."""
        powers = [power for power, coach in self._between(said, end) if not coach]
        if len(powers) >= _VOWEL:
            self._commands.append((end, _decibels(_loudest(powers))))

    def softer(self, said: int, end: int) -> float:
        """How many dB softer than the lifter an utterance is, 0 or more. 0 as well if it stands out
        from the sounds before it, or if that or the lifter's level is unknown."""
        levels = [level for at, level in self._commands if at > end - _KNOWN_FOR]
        its = [power for power, _ in self._between(said, end)]
        before = [power for power, coach in self._between(said - _BEFORE, said) if not coach]
        if len(levels) < _ENOUGH or not its or len(before) < _LEAST:
            return 0.0
        level = _decibels(_loudest(its))
        if level - _decibels(float(np.median(before))) >= _STANDS_OUT:
            return 0.0
        return max(0.0, float(np.median(levels)) - level)

    def forget(self) -> None:
        """The microphone is another one, with other levels."""
        self._blocks.clear()
        self._commands.clear()

    def _between(self, said: int, end: int) -> list[tuple[float, bool]]:
        return [(power, coach) for at, power, coach in self._blocks if said - BLOCK < at < end]


def _loudest(powers: list[float]) -> float:
    """The mean power of the loudest stretch."""
    length = min(_VOWEL, len(powers))
    return float(np.convolve(powers, np.ones(length) / length, "valid").max())


def _decibels(power: float) -> float:
    return 10 * math.log10(max(power, 1e-12))
