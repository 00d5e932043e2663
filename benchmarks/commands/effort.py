"""Speech under effort and through poor channels: stand-ins, made of clean clips.

Nobody who shouts, whispers or pants could be recorded. A whisper is the clip's own spectrum, frame
by frame, with noise in place of the voice (linear prediction); breathy is half of each. A shout has
its energy above 1 kHz raised by 9 dB, and overdrives the microphone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import soundfile
import soxr
from scipy.linalg import solve_toeplitz
from scipy.signal import butter, lfilter, sosfilt

from benchmarks.commands.noises import Sound, at_level
from tests.support.natural_speech import RATE

QUIET = -45.0
"""Level of soft speech in dBFS: 25 dB above the quiet room."""
_ORDER, _FRAME, _HOP = 20, 400, 160
"""Order of the linear prediction; samples per frame, and from one frame to the next."""
_NARROW = 8_000
"""Sample rate of a telephone in Hz."""


@cache
def _noise() -> Sound:
    return np.asarray(np.random.default_rng(5).standard_normal(RATE * 20), np.float32)


def whispered(sound: Sound) -> Sound:
    padded = np.pad(sound.astype(np.float64), _FRAME)
    window = np.hanning(_FRAME)
    out = np.zeros(len(padded))
    for first in range(0, len(padded) - _FRAME, _HOP):
        frame = padded[first : first + _FRAME] * window
        power = np.correlate(frame, frame, "full")[_FRAME - 1 : _FRAME + _ORDER]
        if power[0] < 1e-9:
            continue
        power[0] *= 1.0001
        weights = solve_toeplitz(power[:-1], power[1:])
        left = np.sqrt(max(power[0] - weights @ power[1:], 0.0) / (window @ window))
        rush = _noise()[first : first + _FRAME] * left
        out[first : first + _FRAME] += window * lfilter([1.0], [1.0, *-weights], rush)
    return np.asarray(out[_FRAME:-_FRAME], np.float32)


def breathy(sound: Sound) -> Sound:
    return np.asarray(0.5 * at_level(sound, -26.0) + 0.5 * at_level(whispered(sound), -26.0))


def shouted(sound: Sound) -> Sound:
    high = sosfilt(butter(1, 1000, "highpass", fs=RATE, output="sos"), sound)
    loud = at_level(np.asarray(sound + 1.8 * high, np.float32), -14.0)
    return np.asarray(np.tanh(2.5 * loud), np.float32)


def clipped(sound: Sound) -> Sound:
    """Clipped by a converter at a fifth of its loudest sample."""
    peak = 0.2 * float(abs(sound).max())
    return np.asarray(np.clip(sound, -peak, peak), np.float32)


def telephone(sound: Sound, subtype: str = "ULAW") -> Sound:
    narrow = soxr.resample(at_level(sound, -20.0), RATE, _NARROW)
    narrow = sosfilt(butter(4, [300, 3400], "bandpass", fs=_NARROW, output="sos"), narrow)
    file = io.BytesIO()
    soundfile.write(file, narrow, _NARROW, subtype=subtype, format="WAV")
    file.seek(0)
    coded, _ = soundfile.read(file, dtype="float32")
    return np.asarray(soxr.resample(coded, _NARROW, RATE), np.float32)


def mobile(sound: Sound) -> Sound:
    return telephone(sound, "GSM610")


def as_it_is(sound: Sound) -> Sound:
    return sound


KINDS: Mapping[str, Callable[[Sound], Sound]] = MappingProxyType(
    {
        "fast": as_it_is,  # rendered fast: see `SPEED`
        "shouted": shouted,
        "breathy": breathy,
        "whispered": whispered,
        "quiet": as_it_is,  # by its level
        "clipped": clipped,
        "telephone": telephone,
        "mobile": mobile,
    }
)
"""What is done to a clip, by kind."""
SPEED = 1.5
"""Speed of fast speech."""
