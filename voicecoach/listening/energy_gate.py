"""A cheap check of the level: is this worth waking a recogniser for?

For most of a set the microphone hears only the room. Networks cost much more than a level, so they
run only while the level is above the room's, and for a while after.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CHUNK = 512
"""Microphone samples judged at once: 32 ms."""

_RISE = 3.0
"""dB above the room at which the gate opens. The level of steady noise varies by about 0.3 dB from
chunk to chunk; speech as loud as the noise adds 3 dB."""
_SILENT = -75.0
"""dBFS below which nothing is speech meant for the microphone."""
_FALL, _CLIMB = 0.1, 0.04
"""How fast the room estimate follows: down by a share of the difference per chunk, up by dB per
chunk (1.25 dB a second, so that a word does not become the room). In steady noise the two balance
at its mean level."""


def level(pcm: NDArray[np.float32]) -> float:
    """The level of `pcm` (shape (n,), n > 0) in dBFS without its mean, at least -120."""
    return float(10 * np.log10(max(float(np.var(pcm)), 1e-12)))


class EnergyGate:
    """Opens while the level is above the room's."""

    def __init__(self, hold: int) -> None:
        """`hold`: number of chunks it stays open after the last rise."""
        self.room = 0.0
        """Estimated level of the room in dBFS; 0 before the first chunk."""
        self._hold = hold
        self._open_for = 0

    def __call__(self, chunk: NDArray[np.float32]) -> bool:
        """Whether `chunk` (shape (CHUNK,)) is worth a closer look."""
        decibels = level(chunk)
        if self.room == 0.0:
            self.room = decibels
        elif decibels < self.room:
            self.room += _FALL * (decibels - self.room)
        else:
            self.room += min(_CLIMB, decibels - self.room)
        if decibels > max(self.room + _RISE, _SILENT):
            self._open_for = self._hold
        elif self._open_for:
            self._open_for -= 1
        return self._open_for > 0
