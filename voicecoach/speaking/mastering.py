"""Converts an engine's output to what the mixer plays: 48 kHz, trimmed, equally loud."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.pcm import Pcm, convert, from_int16, to_int16

LOUDNESS = -20.0
"""LUFS (ITU-R BS.1770-4). A few dB above music and film (-23), because a cue is short and a gym is
loud; speech at this loudness keeps its peaks almost without a limiter."""

PEAK = -3.0
"""dBFS. Leaves the mixer headroom for a tick or a tone over the speech."""

_BEGINS = -50.0
_ENDS = -40.0
"""dB relative to the clip's peak. An "f" or "h" begins at -43 and must not be lost; a decay below
-40 is not heard in a gym. Engines' own noise is below -70."""

_FADE_IN = 24
_FADE_OUT = 96
"""Samples, 0.5 and 2 ms: no click, and a consonant's attack is preserved."""

_SHORTEST = round(0.8 * SAMPLE_RATE)
"""Samples. Loudness is measured in blocks of 0.4 s, so a shorter clip is repeated to this length to
fill the blocks."""

_WARM, _BRIGHT = 300.0, 3500.0
"""Hz: a voice's body is below, its sharpness above."""

_LOOK_AHEAD = round(0.005 * SAMPLE_RATE)
"""Samples in which the limiter's gain falls before a peak, and rises after it."""


def finish(pcm: Pcm, rate: int) -> Pcm | None:
    """A clip that begins with its first sound, at `LOUDNESS`, with peaks below `PEAK`.

    The samples are multiples of the 16-bit step, so a 16-bit cache loses nothing. None for
    silence.
    """
    sound = trim(convert(np.ascontiguousarray(pcm, np.float32), rate, SAMPLE_RATE))
    if sound is None:
        return None
    # The loudness meter ignores everything below -70 LUFS, so a faint voice is raised first.
    levelled: Pcm = sound / np.abs(sound).max()
    # Limiting peaks costs some loudness, which the next round restores.
    for _ in range(3):
        levelled = limit(levelled * gain(levelled))
    return whole_steps(levelled)


def warmed(pcm: Pcm, rate: int, decibels: float) -> Pcm:
    """`pcm` with `decibels` more below `_WARM` and as much less above `_BRIGHT`; negative makes it
    brighter. Nothing moves in time."""
    from pyloudnorm import IIRfilter  # late, as `_meter` says

    shelves = ((decibels, _WARM, "low_shelf"), (-decibels, _BRIGHT, "high_shelf"))
    sound = pcm.astype(np.float64)
    for more, hertz, shelf in shelves:
        sound = IIRfilter(more, 2**-0.5, hertz, rate, shelf).apply_filter(sound)
    return sound.astype(np.float32)


def trim(pcm: Pcm) -> Pcm | None:
    """`pcm` from its first to its last sound, with short fades; None if there is none."""
    loudness = np.abs(pcm)
    peak = float(loudness.max(initial=0.0))
    if not np.isfinite(peak) or peak < 1e-4:
        return None
    begin = np.flatnonzero(loudness > peak * 10 ** (_BEGINS / 20))[0]
    end = np.flatnonzero(loudness > peak * 10 ** (_ENDS / 20))[-1] + 1
    sound = pcm[begin:end].copy()
    if len(sound) <= _FADE_IN + _FADE_OUT:
        return None
    sound[:_FADE_IN] *= np.linspace(0.0, 1.0, _FADE_IN, dtype=np.float32)
    sound[-_FADE_OUT:] *= np.linspace(1.0, 0.0, _FADE_OUT, dtype=np.float32)
    return sound


@cache
def _meter() -> Any:
    # Imported late: it loads scipy, and a start with a full cache saves that second.
    import pyloudnorm

    return pyloudnorm.Meter(SAMPLE_RATE)


def loudness(pcm: Pcm) -> float:
    """LUFS of a 48 kHz clip of any length above 0."""
    repeated = np.tile(pcm, -(-_SHORTEST // len(pcm)))
    return float(_meter().integrated_loudness(repeated.astype(np.float64)))


def gain(pcm: Pcm) -> np.float32:
    """The gain that brings `pcm` to `LOUDNESS`."""
    return np.float32(10 ** ((LOUDNESS - loudness(pcm)) / 20))


def limit(pcm: Pcm) -> Pcm:
    """`pcm` with its peaks reduced to `PEAK`, smoothly and with look-ahead.

    The gain is the least that any sample within the look-ahead needs, averaged over the same
    length: never above what the sample itself needs, and without steps.
    """
    ceiling = 10 ** (PEAK / 20)
    needed = np.minimum(1.0, ceiling / np.maximum(np.abs(pcm), ceiling))
    if needed.min() == 1.0:
        return pcm
    lowest = _sliding_min(np.pad(needed, _LOOK_AHEAD, constant_values=1.0), _LOOK_AHEAD + 1)
    window = np.hanning(_LOOK_AHEAD + 3)[1:-1]
    window /= window.sum()
    limited: Pcm = pcm.copy()
    # Only around the peaks: elsewhere the average is 1, and would take most of the time.
    low = np.flatnonzero(lowest < 1.0)
    for run in np.split(low, np.flatnonzero(np.diff(low) > len(window)) + 1):
        first, last = max(0, run[0] - _LOOK_AHEAD), min(len(pcm), run[-1] + 1)
        smooth = np.convolve(lowest[first : last + _LOOK_AHEAD], window, mode="valid")
        limited[first:last] *= smooth
    return limited


def _sliding_min(values: Pcm, width: int) -> Pcm:
    """The minimum of each window of `width` values, from minima of half the width."""
    least, have = values, 1
    while have < width:
        step = min(have, width - have)
        least, have = np.minimum(least[:-step], least[step:]), have + step
    return least


def whole_steps(pcm: Pcm) -> Pcm:
    """`pcm` rounded to multiples of the 16-bit step."""
    return from_steps(to_int16(pcm))


def from_steps(steps: NDArray[np.int16]) -> Pcm:
    """16-bit samples as from `pcm.from_int16`; read-only, because clips are shared."""
    pcm = from_int16(steps)
    pcm.flags.writeable = False
    return pcm
