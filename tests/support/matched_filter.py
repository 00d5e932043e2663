"""Finds the ticks of the phases in a recording: the matched filter of the sound tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.plan import SAMPLE_RATE

Pcm = NDArray[np.float32]

_BIN = SAMPLE_RATE // 100
"""Grid, in samples, on which the constant delay is searched: 10 ms."""

_PRESENT = 0.35
"""Share of a tick's own energy that a match must reach."""


ABOVE_SPEECH = 12_700
"""Hz: no voice reaches there, each phase's tick does."""


def above_speech(pcm: Pcm, hertz: int = ABOVE_SPEECH) -> Pcm:
    """The sound above 12.7 kHz, or above `hertz`."""
    # Imported late, as in `matches`: each process of a run loads this module, and few use it.
    from scipy.fft import next_fast_len

    # With large factors in its length an FFT takes many times as long.
    size = next_fast_len(len(pcm), real=True)
    spectrum = np.fft.rfft(pcm, size)
    spectrum[: round(hertz * size / SAMPLE_RATE)] = 0
    return np.fft.irfft(spectrum, size)[: len(pcm)].astype(np.float32)


def matches(sound: Pcm, template: Pcm) -> Pcm:
    """How well `template` matches at each sample of `sound`, both above speech; 1 is a full match.

    Other sound in the same place lowers the match: a loud click holds every frequency and is no
    tick.
    """
    from scipy.signal import oaconvolve

    found = oaconvolve(sound, template[::-1])[len(template) - 1 :]
    found[max(0, len(sound) - len(template)) :] = 0  # cut off, and the edge itself clicks
    own = float(np.sum(np.square(template, dtype=np.float64)))
    summed = np.concatenate(([0.0], np.cumsum(np.square(sound, dtype=np.float64))))
    ends = np.minimum(np.arange(len(sound)) + len(template), len(sound))
    there = summed[ends] - summed[: len(sound)]
    return np.asarray(found / np.sqrt(own * np.maximum(own, there)), np.float32)


def offsets(
    sound: Pcm,
    expected: Sequence[tuple[float, Pcm]],
    within: float,
    above: int = ABOVE_SPEECH,
) -> list[float | None]:
    """How many seconds later than expected each of `expected` (seconds, tick) comes, or None.

    The recording may have begun at any earlier time: the delay shared by most of them is found
    first, and each is then searched `within` seconds of it. Only what is `above` so many Hz counts.
    """
    high = above_speech(sound, above)
    match: dict[bytes, Pcm] = {}
    for _, pcm in expected:
        if pcm.tobytes() not in match:
            match[pcm.tobytes()] = matches(high, above_speech(pcm, above))
    bins = {
        key: np.array([found[i : i + _BIN].max() for i in range(0, len(found), _BIN)])
        for key, found in match.items()
    }
    last = max(at for at, _ in expected)
    delays = np.arange(0, max(1, len(sound) // _BIN - round(last * 100)))
    votes = np.zeros(len(delays))
    for at, pcm in expected:
        places = delays + round(at * 100)
        row = bins[pcm.tobytes()]
        votes += np.clip(row[np.minimum(places, len(row) - 1)], 0, 1)
    delay = int(delays[int(np.argmax(votes))]) * _BIN
    found_at: list[float | None] = []
    for at, pcm in expected:
        first = round(at * SAMPLE_RATE)
        begin = max(0, first + delay - round(within * SAMPLE_RATE))
        around = match[pcm.tobytes()][begin : first + delay + round(within * SAMPLE_RATE)]
        if not len(around) or around.max() < _PRESENT:
            found_at.append(None)
        else:
            found_at.append((begin + int(np.argmax(around)) - first) / SAMPLE_RATE)
    return found_at
