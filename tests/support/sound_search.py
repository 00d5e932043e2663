"""Finds a known sound in a file, however it is stored: in a sound file, as raw samples anywhere in
another file, softer, or only a part of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile
import soxr

from .natural_speech import RATE, Sound

_COMMON = 8_000
"""Hz, to which everything is converted before it is compared."""

_RATES = (16_000, 48_000)
"""Those at which the program hears and plays."""

_KINDS = ("<i2", "<f4")
"""The two forms that sound has in it."""

_WINDOW = _COMMON // 2
"""Samples that are compared at a time, every second time. A piece of 1.5 s is always found."""

_ALIKE = 0.3
"""Correlation from which a window is the sound. Of noise that is not, it is below 0.1."""


class Wanted:
    """A sound that is looked for: two seconds of noise at 16 kHz, so that no other sound is like
    it, repeated or not."""

    def __init__(self, sound: Sound) -> None:
        known = soxr.resample(np.concatenate((sound, sound[:RATE])), RATE, _COMMON)
        self._size = 1 << (len(known) + _WINDOW).bit_length()
        self._spectrum = np.conj(np.fft.rfft(known, self._size))
        power = np.concatenate(([0.0], np.cumsum(known.astype(np.float64) ** 2)))
        self._power = power[_WINDOW:] - power[:-_WINDOW]

    def is_in(self, path: Path) -> str:
        """How it is stored in the file; "" if it is not, or if the file is gone by now."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return ""
        for what, samples, rate in _readings(data):
            if self._heard(samples, rate):
                return f"{what}, {rate} Hz"
        return ""

    def _heard(self, samples: Sound, rate: int) -> bool:
        times, rest = divmod(rate, _COMMON)
        if rest:
            sound = soxr.resample(samples, rate, _COMMON)
        else:
            # A resampler would take most of the time; noise is alike enough without one.
            sound = samples[: len(samples) // times * times].reshape(-1, times).mean(axis=1)
        for start in range(0, len(sound) - _WINDOW + 1, 2 * _WINDOW):
            window = sound[start : start + _WINDOW]
            window = window - window.mean()
            size = float(np.linalg.norm(window))
            if not size:
                continue
            found = np.fft.irfft(np.fft.rfft(window, self._size) * self._spectrum, self._size)
            # Lag -k of the circular correlation is where the window begins in the sound.
            found = np.roll(found[::-1], 1)[: len(self._power)]
            alike = np.abs(found) / (size * np.sqrt(np.maximum(self._power, 1e-12)))
            if alike.max() > _ALIKE:
                return True
        return False


def _readings(data: bytes) -> Iterator[tuple[str, Sound, int]]:
    """All that the bytes may be as mono sound: how they are read, samples, rate."""
    with suppress(soundfile.SoundFileError), soundfile.SoundFile(io.BytesIO(data)) as file:
        read = file.read(dtype="float32", always_2d=True).mean(axis=1, dtype=np.float32)
        yield file.format, read, file.samplerate
    for kind in _KINDS:
        width = np.dtype(kind).itemsize
        for offset in range(width):
            whole = (len(data) - offset) // width
            if whole * width < _WINDOW:
                continue
            with np.errstate(all="ignore"):
                samples = np.frombuffer(data, kind, whole, offset).astype(np.float64)
                samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
                scale = 1.0 if kind[1] == "f" else 1 / np.iinfo(kind).max
                # What is no sound may be any number; it must not drown what is one.
                sound: Sound = np.clip(samples * scale, -1.0, 1.0).astype(np.float32)
            for rate in _RATES:
                yield f"{kind} at {offset}", sound, rate
