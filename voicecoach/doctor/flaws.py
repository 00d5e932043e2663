"""What is wrong with a microphone's sound beside its level, by its samples alone.

Real gear has faults that can be heard: an earbud in a call sounds like a telephone, radio loses
packets, a bad ground hums, an overdriven amplifier flattens each wave. Each is one line with what
to do. The thresholds were set with speech through the codecs of `benchmarks/commands/gear.py`, and
no finding may come of clean speech in a room.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from voicecoach.pcm import Pcm

from ..core.plan import MICROPHONE_RATE
from .findings import Finding, warning

_STEP = 1 / 32768
"""One step of a 16-bit microphone."""

_SPOKEN = 100 * _STEP
"""Below this peak, -50 dBFS, nobody spoke. A few steps of noise look flat and full of holes."""

_WINDOW = MICROPHONE_RATE // 2
"""Samples of a spectrum: half a second, so that lines 2 Hz apart are told apart."""

NARROW = -50.0
"""dB of what is above 4.3 kHz, against what is between 300 and 3,400 Hz. A telephone has nothing
there, below -65; speech in a room has -40 or more, by its room alone."""

HUM = -60.0
"""dBFS of the mains' lines from which they are worth a finding: 34 dB below usual speech."""
_LINE = 15.0
"""dB by which a line stands out of what is beside it."""
_MULTIPLES = (1, 2, 3, 4, 6)
"""The lines of a hum: the mains' frequency times these."""
_STEADY = 30.0
"""Percentile over time. Hum never stops, and a voice does."""

_HOLE = (MICROPHONE_RATE // 400, MICROPHONE_RATE // 10)
"""Samples of a hole: 2.5 to 100 ms. A noise gate's are longer."""
_EMPTY, _SUDDEN = 0.004, 0.03
"""Shares of the loudest sample: nothing is in a hole, and half a millisecond beside it is a lot. A
word fades into a pause, and a lost packet cuts it off."""
_BESIDE = MICROPHONE_RATE // 2000
PACKET = MICROPHONE_RATE * 3 // 400
"""Samples of a packet of an earbud's call: 7.5 ms."""
_ALIKE = 1e-4
"""Share of its power by which a packet that comes twice differs, at most: a resampler blurs its
ends, and no voice repeats itself so exactly."""
MANY = 4
"""So many holes, or repeats, in some seconds are no accident."""

_HIGH, _MIDDLE, _FLAT = 0.75, 0.4, 0.4
"""Of the samples above the share `_MIDDLE` of the loudest ones, more than `_FLAT` lie above `_HIGH`
if the waves were flattened: of four voices 0.57 to 0.69, and 0.14 to 0.2 if they were not."""


def flaws(pcm: Pcm) -> Iterator[Finding]:
    """Findings about some seconds of a microphone at 16 kHz in which somebody speaks."""
    whole = pcm - pcm.mean() if len(pcm) else pcm
    if len(whole) < 2 * _WINDOW or np.abs(whole).max() < _SPOKEN:
        return
    power = _spectra(whole)
    if narrow(power):
        yield warning(
            "microphone: telephone quality, nothing above 4 kHz",
            "if it is an earbud's own microphone, name another one (the laptop's) under [sound]",
        )
    for hertz in (50, 60):
        level = hum(power, hertz)
        if level >= HUM:
            yield warning(
                f"microphone: the mains hum in it ({hertz} Hz, {level:.0f} dBFS)",
                "use another cable, socket or charger, or move the microphone away from them",
            )
            break
    if holes(whole) >= MANY or repeats(whole) >= MANY:
        yield warning(
            "microphone: pieces of the sound are lost on the way",
            "bring the earbuds' sender nearer, or use a cable; Wi-Fi at 2.4 GHz disturbs Bluetooth",
        )
    if flattened(whole) > _FLAT:
        yield warning(
            "microphone: its waves are flattened before they reach this machine",
            "turn down the gain of the microphone or its amplifier, or hold it further away",
        )


def _spectra(pcm: Pcm) -> NDArray[np.float64]:
    """The power of each frequency in each window, shape (windows, frequencies): the sum of a
    window's is the mean power of its samples."""
    cut = np.lib.stride_tricks.sliding_window_view(pcm, _WINDOW)[:: _WINDOW // 2]
    window = np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(cut * window, axis=1)) ** 2
    return np.asarray(2 * power / (_WINDOW * np.sum(window**2)))


def _between(power: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """The frequencies from `low` to `high` Hz."""
    per_hertz = _WINDOW / MICROPHONE_RATE
    return power[..., round(low * per_hertz) : round(high * per_hertz) + 1]


def narrow(power: NDArray[np.float64]) -> bool:
    """Whether there is nothing above a telephone's band."""
    above = float(_between(power, 4300, 7900).sum())
    inside = float(_between(power, 300, 3400).sum())
    return inside > 0 and 10 * np.log10(max(above, 1e-30) / inside) < NARROW


def hum(power: NDArray[np.float64], hertz: int) -> float:
    """The level in dBFS of the mains' lines; -inf unless at least three stand out."""
    steady = np.percentile(power, _STEADY, axis=0)
    lines = []
    for line in (hertz * each for each in _MULTIPLES):
        level = float(_between(steady, line - 4, line + 4).sum())
        beside = (_between(steady, line - 20, line - 8), _between(steady, line + 8, line + 20))
        room = float(np.median(np.concatenate(beside)))
        if level > 5 * room * 10 ** (_LINE / 10):
            lines.append(level)
    return 10 * float(np.log10(sum(lines))) if len(lines) >= 3 else -np.inf


def holes(pcm: Pcm) -> int:
    """How often the sound breaks off at once and comes back within 0.1 s."""
    level = np.abs(pcm)
    most = float(level.max())
    found = 0
    for first, end in _runs(level < max(2 * _STEP, _EMPTY * most)):
        if _HOLE[0] <= end - first <= _HOLE[1]:
            beside = (level[max(0, first - _BESIDE) : first], level[end : end + _BESIDE])
            found += max(float(each.max(initial=0.0)) for each in beside) > _SUDDEN * most
    return found


def repeats(pcm: Pcm) -> int:
    """How often a packet comes twice."""
    inside = PACKET // 2
    differs = np.square(pcm[PACKET:] - pcm[:-PACKET], dtype=np.float64)
    power = np.square(pcm[PACKET:], dtype=np.float64)
    differs, power = (
        np.convolve(each, np.ones(inside), "valid") / inside for each in (differs, power)
    )
    # Without the room: its sound is a few steps high, and many of its samples are equal by chance.
    loud = power > _SUDDEN**2 * float(power.max())
    return len(_runs((differs < _ALIKE * power) & loud))


def flattened(pcm: Pcm) -> float:
    """Of the samples in the upper part of the wave, the share that lies near its top: 0 to 1."""
    level = np.abs(pcm)
    top = float(np.percentile(level, 99.9))
    upper = int(np.count_nonzero(level > _MIDDLE * top))
    return int(np.count_nonzero(level > _HIGH * top)) / max(1, upper)


def _runs(true: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First index and end of each stretch of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], true, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]
