"""Sound as samples: its one type, its conversion between rates, and its 16-bit form.

Shared by packages that never import each other (`audio`, `speaking`, `listening`). The rate
converter is libsoxr's at its "HQ" setting: aliases and images are more than 100 dB down, and the
delay is compensated, so a sound stays where it was.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

Pcm = NDArray[np.float32]
"""Mono samples, shape (n,), full scale at -1 and 1."""

_FULL_SCALE = np.float32(32767)


def to_int16(pcm: Pcm) -> NDArray[np.int16]:
    """16-bit samples, full scale at 32767; anything beyond is clipped."""
    samples: NDArray[np.int16] = np.rint(np.clip(pcm, -1.0, 1.0) * _FULL_SCALE).astype("<i2")
    return samples


def from_int16(samples: NDArray[np.int16]) -> Pcm:
    """The inverse of `to_int16`."""
    pcm: Pcm = samples.astype(np.float32) / _FULL_SCALE
    return pcm


def convert(pcm: Pcm, from_hz: int, to_hz: int) -> Pcm:
    """All of `pcm` at another rate: `len(pcm) * to_hz / from_hz` samples, rounded."""
    if from_hz == to_hz:
        return pcm
    converted: Pcm = soxr.resample(pcm, from_hz, to_hz, quality="HQ")
    return converted


class Converter:
    """`convert` for a stream: block by block, with the same samples in the end.

    A block's result may be longer, shorter or empty, because the filter looks ahead by some
    milliseconds; nothing is lost once `last` is passed.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._stream = (
            None
            if from_hz == to_hz
            else soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ")
        )

    def feed(self, pcm: Pcm, last: bool = False) -> Pcm:
        """The samples that are ready after this block; `last` flushes the filter."""
        if self._stream is None:
            return pcm
        converted: Pcm = self._stream.resample_chunk(pcm, last)
        return converted
