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
_SUDDEN = 0.03
"""Share of the loudest sample. A word fades into a pause, and a lost packet cuts it off."""
_REPEATS = (MICROPHONE_RATE * 3 // 400, MICROPHONE_RATE // 100, MICROPHONE_RATE // 50)
"""Samples of packets that may come twice: 7.5, 10 and 20 ms."""
MANY = 4
"""So many holes, or repeats, in some seconds are no accident."""

_FLAT, _FLAT_RUN, _FLAT_TOPS = 0.002, 4, 8
"""A top is flat if this many samples in a row are within this share of the loudest one. A voice
hardly ever reaches the same height twice, let alone so often."""


def flaws(pcm: Pcm) -> Iterator[Finding]:
    """Findings about some seconds of a microphone at 16 kHz in which somebody speaks."""
    whole = pcm - pcm.mean() if len(pcm) else pcm
    if len(whole) < 2 * _WINDOW or not whole.any():
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
    if flat_tops(whole) >= _FLAT_TOPS:
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
    loud = _SUDDEN * float(np.abs(pcm).max())
    found = 0
    for first, end in _runs(np.abs(pcm) < 2 * _STEP):
        if first and end < len(pcm) and _HOLE[0] <= end - first <= _HOLE[1]:
            found += max(abs(pcm[first - 1]), abs(pcm[end])) > loud
    return found


def repeats(pcm: Pcm) -> int:
    """How often a packet comes twice, for the length of packet with most of these."""
    found = [0]
    for length in _REPEATS:
        same = (pcm[length:] == pcm[:-length]) & (np.abs(pcm[length:]) > 2 * _STEP)
        found.append(sum(end - first >= 0.9 * length for first, end in _runs(same)))
    return max(found)


def flat_tops(pcm: Pcm) -> int:
    """How often the wave stays for several samples as high, or as low, as it ever gets."""
    found = 0
    for side in (pcm, -pcm):
        top = float(side.max())
        runs = _runs(side >= (1 - _FLAT) * top)
        found += sum(end - first >= _FLAT_RUN for first, end in runs)
    return found


def _runs(true: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First index and end of each stretch of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], true, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]
