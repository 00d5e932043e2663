"""From samples to the network's input: log-mel frames at a level that follows the voice.

The network must not care how loud a microphone is, yet must know who is louder than whom. So a slow
causal gain brings the loudest of the last seconds to a fixed level: up within a second of speech,
down by half a decibel a second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
HOP, WINDOW, MELS = 160, 400, 80
"""Samples from one mel frame to the next, samples per mel frame, and number of bands."""
FRAME = 2 * HOP
"""Samples from one of the network's frames to the next."""
SILENCE = 1e-10
"""Smallest power of a band."""
WANTED = -3.0
"""Level that the loudest frames are brought to: natural logarithm of power, mean of the bands."""
RISE = 0.15
"""Share of the way up to a louder chunk that the gain's level moves."""
FALL = 0.0138
"""How much the level sinks per chunk, in nats of power: 0.5 dB a second."""
LOW, HIGH = -16.0, 5.0
"""Limits of the level, in nats of power."""
LEAD = WINDOW
"""Samples before a window that its first mel frames need."""

Mel = NDArray[np.float32]


def _hann() -> NDArray[np.float32]:
    return np.asarray(np.hanning(WINDOW + 1)[:-1], np.float32)


def powers(sound: NDArray[np.float32], filters: Mel) -> Mel:
    """(B, n) samples to (B, frames, MELS). Only complete frames."""
    view = np.lib.stride_tricks.sliding_window_view(sound, WINDOW, axis=-1)[:, ::HOP]
    spectrum = np.fft.rfft(view * _hann(), axis=-1)
    power = spectrum.real.astype(np.float32) ** 2 + spectrum.imag.astype(np.float32) ** 2
    return np.asarray(power @ filters, np.float32)


def loudness(power: Mel, chunk: int) -> NDArray[np.float32]:
    """(B, frames, MELS) to (B, chunks): the loudest frame of each chunk of mel frames, in nats."""
    level = np.log(np.maximum(power.mean(-1), SILENCE))
    return np.asarray(level.reshape(len(power), -1, chunk).max(-1), np.float32)


def levels(loud: NDArray[np.float32], start: NDArray[np.float32]) -> NDArray[np.float32]:
    """The gain's level in each chunk, that chunk included. `start`: the level before the first."""
    level = np.clip(np.asarray(start, np.float32), LOW, HIGH)
    out = np.empty_like(loud)
    for at in range(loud.shape[1]):
        rise = RISE * np.maximum(loud[:, at] - level, 0)
        fall = FALL * (loud[:, at] < level)
        level = np.clip(level + rise - fall, LOW, HIGH)
        out[:, at] = level
    return out


def log_mel(power: Mel, level: NDArray[np.float32], start: NDArray[np.float32], chunk: int) -> Mel:
    """Logarithm at the wanted level. The one frame before the first chunk uses `start`."""
    gain = WANTED - np.concatenate([start[:, None], np.repeat(level, chunk, axis=1)], axis=1)
    return np.asarray(np.log(np.maximum(power, SILENCE)) + gain[..., None], np.float32)
