"""Learns the path from the loudspeaker to the microphone while both are in use.

A linear filter in the frequency domain, in blocks. Its step, for each frequency and each block of
delay, is a Kalman filter's: it knows how certain it is, and how loud everything is that is not
echo (G. Enzner and P. Vary, "Frequency-domain adaptive Kalman filter for acoustic echo control in
hands-free telephones", 2006; in partitions: F. Kuech, E. Mabande and G. Enzner, 2014). So it needs
no detector of the lifter's speech, during which it must not adapt. It removes only what it
predicts, never the lifter's voice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.pcm import Pcm

KEEPS = 0.997
"""How much of what is learnt still holds one block later. Slower forgetting (0.9995) removes 2 dB
more of an echo that never moves (23), and 4 dB less of one that drifts by 30 parts per million
(14), as between two sound cards."""

_SMOOTHING = 0.8
"""Smoothing, from block to block, of the spectrum of what is not echo."""

_ELSEWHERE = 0.02
"""Share of the path's power that may appear at any other delay in the next block. Without it, an
echo that comes 20 ms earlier than before takes more than twenty seconds to learn, with it ten."""

_UNSURE = 0.02
"""Initial variance of the path, per frequency and block; with 25 of them, an echo is expected to be
3 dB softer than what was played. At 1.0, a path was learnt from the soft beginning of a word, when
the room's noise was as loud. It put the coach at -30 dBFS into a microphone without any echo. At
0.02, 4 to 7 dB more of a room's echo are removed, too."""

_FLOOR = 1e-10
"""Least power to divide by."""


class EchoPath:
    """The path from loudspeaker to microphone, as a filter of `blocks` blocks."""

    def __init__(self, block: int, blocks: int) -> None:
        """`block` samples per call; an echo may last `blocks` blocks."""
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
