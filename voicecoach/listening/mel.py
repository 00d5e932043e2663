"""A mel power spectrogram, as the network of `speaker` was trained on it.

Same as librosa's with Slaney's bands, which Resemblyzer uses: a Hann window of 25 ms every 10 ms,
zero padding around the sound, power without a logarithm.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.plan import MICROPHONE_RATE

BANDS = 40
HOP, WINDOW = MICROPHONE_RATE // 100, MICROPHONE_RATE // 40
"""Samples from one frame to the next, and samples per frame."""

_LINEAR = 200 / 3
"""Hz per mel below `_CORNER`. Above it, a mel is a constant ratio."""
_CORNER = 1000.0
_LOG_STEP = np.log(6.4) / 27


def mel(pcm: NDArray[np.float32]) -> NDArray[np.float32]:
    """`pcm`: mono, 16 kHz, shape (n,). Power in each band, shape (1 + n // `HOP`, `BANDS`); frame k
    is centred on sample k * `HOP`."""
    around = np.pad(pcm, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(around, WINDOW)[::HOP]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    power = np.square(np.abs(np.fft.rfft(frames * window)))
    return np.asarray(power @ _bands().T, np.float32)


@cache
def _bands() -> NDArray[np.float64]:
    """The weight of each frequency in each band, shape (`BANDS`, WINDOW // 2 + 1): triangles of
    equal area, equally spaced in mel."""
    top = _mel(MICROPHONE_RATE / 2)
    edges = _hertz(np.linspace(0.0, top, BANDS + 2))[:, None]
    frequencies = np.fft.rfftfreq(WINDOW, 1 / MICROPHONE_RATE)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (frequencies - low) / (middle - low), (high - frequencies) / (high - middle)
    return np.maximum(0.0, np.minimum(rising, falling)) * 2 / (high - low)


def _mel(hertz: float) -> float:
    """For frequencies above `_CORNER`."""
    return float(_CORNER / _LINEAR + np.log(hertz / _CORNER) / _LOG_STEP)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    corner = _CORNER / _LINEAR
    above = _CORNER * np.exp(_LOG_STEP * (mels - corner))
    return np.where(mels < corner, mels * _LINEAR, above)
