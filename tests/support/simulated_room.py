"""A loudspeaker, a room and a microphone, without a sound card: the coach hears itself.

The room is a direct path and 0.2 s of decaying noise, the loudspeaker is small and overdrives, and
the microphone has a noise floor. Everything is repeatable.
"""

from __future__ import annotations

import numpy as np

from voicecoach.audio.playout import DELAY
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.pcm import Converter
from voicecoach.runtime.voice_loop import OVERSAMPLING, QUANTUM

from .natural_speech import Sound, hiss

LATE = DELAY + SAMPLE_RATE * 40 // 1000
"""Output samples after which a sound returns: a little later than a live engine assumes."""

FLOOR = -60.0
"""dBFS of the room's noise."""


class Room:
    """A loudspeaker, a room and a microphone."""

    def __init__(self, gain: float | None, late: int = LATE) -> None:
        """`gain` of the echo in dB, None for earbuds; `late` in output samples, at least 60 ms of
        them."""
        self._gain = 0.0 if gain is None else 10 ** (gain / 20)
        random = np.random.default_rng(11)
        n = MICROPHONE_RATE // 5
        response = random.standard_normal(n) * 10 ** (-3 * np.arange(n) / (0.25 * MICROPHONE_RATE))
        response[: MICROPHONE_RATE // 300] = 0
        response *= 10 ** (-8 / 20) / np.sqrt((response**2).sum())
        response[0] = 1.0
        self._response = response / np.sqrt((response**2).sum())
        self._converter = Converter(SAMPLE_RATE, MICROPHONE_RATE)
        self._coming = np.zeros(late // OVERSAMPLING)
        self._tail = np.zeros(n - 1)
        self._noise = hiss(10.0, FLOOR)
        self._at = 0

    def microphone(self) -> Sound:
        """What it hears in the next 20 ms."""
        echo, self._coming = self._coming[:QUANTUM], self._coming[QUANTUM:]
        start = self._at % (len(self._noise) - QUANTUM)
        self._at += QUANTUM
        return np.asarray(self._gain * echo + self._noise[start : start + QUANTUM], np.float32)

    def play(self, sound: Sound) -> None:
        """Give the loudspeaker 20 ms."""
        dry = np.tanh(2.0 * self._converter.feed(sound)) / 2.0
        if len(dry):
            wet = np.convolve(dry, self._response)
            wet[: len(self._tail)] += self._tail
            self._coming = np.concatenate([self._coming, wet[: len(dry)]])
            self._tail = wet[len(dry) :]
