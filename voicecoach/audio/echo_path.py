"""What the loudspeaker does to the microphone, learnt while both go on.

A linear filter in the frequency domain, in blocks, whose step for each frequency and
each block of delay is that of a Kalman filter: it knows how sure it is of what it has
learnt, and how loud everything is that is no echo (G. Enzner and P. Vary, "Frequency-domain
adaptive Kalman filter for acoustic echo control in hands-free telephones", 2006; in
partitions: F. Kuech, E. Mabande and G. Enzner, 2014). So it needs nobody to tell it when
the lifter speaks, which is when it has to keep still. What it takes away is what it
predicts, and nothing of the lifter's voice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.pcm import Pcm

KEEPS = 0.997
"""How much of what is learnt still holds a block later. Slower forgetting (0.9995)
removes 2 dB more of an echo that never moves (23), and 4 dB less of one that drifts by 30
parts in a million (14), as two sound cards do."""

_SMOOTHING = 0.8
"""Of the spectrum of what is no echo, from block to block."""

_ELSEWHERE = 0.02
"""How much of the path's strength may turn up at any other delay from one block to the
next. Without it an echo that comes 20 ms sooner than before takes more than twenty
seconds to learn, with it ten."""

_UNSURE = 1.0
"""Variance of the path at first, per frequency and block: an echo is no louder than this."""

_FLOOR = 1e-10
"""Power below which nothing is divided by."""


class EchoPath:
    """The path from loudspeaker to microphone, as a filter of `blocks` blocks."""

    def __init__(self, block: int, blocks: int) -> None:
        """`block` samples are taken at a time; an echo may last `blocks` of them."""
        self._block = block
        shape = (blocks, block + 1)
        self._played = np.zeros(2 * block)
        self._spectra = np.zeros(shape, complex)
        self._path = np.zeros(shape, complex)
        self._variance = np.full(shape, _UNSURE)
        self._others = np.zeros(block + 1)

    def remove(self, microphone: Pcm, played: Pcm) -> Pcm:
        """`microphone` without the echo of `played`, both of shape (block,).

        An echo must not come before its sound, nor later than the path is long.
        """
        size = self._block
        self._played = np.concatenate([self._played[size:], played])
        self._spectra = np.roll(self._spectra, 1, 0)
        self._spectra[0] = np.fft.rfft(self._played)
        power = np.abs(self._spectra) ** 2
        echo = np.fft.irfft((self._spectra * self._path).sum(0))[size:]
        rest = microphone - echo
        error = np.fft.rfft(np.concatenate([np.zeros(size), rest]))
        self._others = _SMOOTHING * self._others + (1 - _SMOOTHING) * np.abs(error) ** 2
        if power.any():
            self._learn(power, error)
        return rest.astype(np.float32)

    def _learn(self, power: NDArray[np.float64], error: NDArray[np.complex128]) -> None:
        expected = (power * self._variance).sum(0) + 2 * self._others + _FLOOR
        step = self._variance / expected
        change = np.fft.irfft(step * self._spectra.conj() * error, axis=1)
        change[:, self._block :] = 0
        self._path += np.fft.rfft(change, axis=1)
        strength = np.abs(self._path) ** 2
        known = KEEPS**2
        moved = strength + _ELSEWHERE * strength.sum(0)
        self._variance *= known * (1 - 0.5 * step * power)
        self._variance += (1 - known) * moved
