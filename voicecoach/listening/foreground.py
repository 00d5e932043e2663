"""Detects what stands out of the background.

In a room full of voices everything is speech, and the level says little if a drum is louder than
anybody. But a word spoken into the microphone is louder than the last seconds in most parts of the
spectrum at once.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.plan import MICROPHONE_RATE

from .energy_gate import CHUNK

_BANDS = 12
_LOWEST, _HIGHEST = 150.0, 5000.0
"""Hz. Motors and drums lie below this range; speech has little above it."""
LATELY = 125
"""Chunks (4 s) of history."""
_WARM = 8
"""Chunks (0.26 s) needed before the background is known."""
_SOFTEST, _LOUDEST = -10.0, 20.0
"""Each band's dB above the background is clipped to this range: one band alone makes no word."""


@dataclass(frozen=True, slots=True)
class Background:
    """How a background level is estimated."""

    share: float
    """Quantile of each band's recent levels, 0 to 1. The minimum would measure the gaps between
    other people's words."""
    chunks: int
    """How many of the last chunks it uses, `LATELY` at most. Longer than a command, so that no
    command becomes the background."""


class Foreground:
    """Judges chunks in order, without gaps."""

    def __init__(self, *backgrounds: Background) -> None:
        """`backgrounds`: those that each chunk is compared with."""
        self._backgrounds = backgrounds
        self._window = np.hanning(CHUNK)
        self._bank = _bank()
        self._lately: deque[NDArray[np.float64]] = deque(maxlen=LATELY)

    def __call__(self, chunk: NDArray[np.float32]) -> tuple[float, ...]:
        """dB by which `chunk` (shape (CHUNK,)) stands out of each background, averaged over all
        bands."""
        power = np.abs(np.fft.rfft(chunk * self._window)) ** 2
        bands = 10 * np.log10(self._bank @ power + 1e-9)
        self._lately.append(bands)
        if len(self._lately) < _WARM:
            return tuple(0.0 for _ in self._backgrounds)
        lately = np.array(self._lately)
        return tuple(_over(bands, lately[-each.chunks :], each.share) for each in self._backgrounds)


def _over(bands: NDArray[np.float64], lately: NDArray[np.float64], share: float) -> float:
    rank = int(share * (len(lately) - 1))
    background = np.partition(lately, rank, axis=0)[rank]
    return float(np.clip(bands - background, _SOFTEST, _LOUDEST).mean())


def _bank() -> NDArray[np.float64]:
    """Shape (bands, frequencies): averages the frequencies of each band. Bands are equally wide in
    mel."""
    lowest, highest = (2595 * np.log10(1 + hertz / 700) for hertz in (_LOWEST, _HIGHEST))
    edges = 700 * (10 ** (np.linspace(lowest, highest, _BANDS + 1) / 2595) - 1)
    hertz = np.fft.rfftfreq(CHUNK, 1 / MICROPHONE_RATE)
    inside = (hertz >= edges[:-1, np.newaxis]) & (hertz < edges[1:, np.newaxis])
    return np.asarray(inside / inside.sum(axis=1, keepdims=True))
