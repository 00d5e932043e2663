"""Finds which of many pronunciations may be close to each other, for all of them at once.

Measuring a distance takes microseconds, and of hundreds of thousands of pairs nearly all are far
apart. So each pair first gets a lower bound of its distance: each sound is either left out, or
becomes the most similar sound of the other. The order of sounds is ignored, so all bounds are two
products of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .sounds import Phone, Sounds, change

_SLACK = 1e-3
"""Far more than rounding loses, far less than the distance of any two sounds."""

_AT_ONCE = 1_000
"""Pronunciations per batch: some megabytes."""

Bounds = NDArray[np.float32]

Pairs = NDArray[np.intp]
"""Two indices per row."""


def near(these: Sequence[Sounds], those: Sequence[Sounds], within: float) -> Pairs:
    """The indices of all pairs whose distance is at most `within`, and some more, ordered by
    `these`, then by `those`."""
    if not these or not those:
        return np.empty((0, 2), np.intp)
    every = list(dict.fromkeys(sound for each in (*these, *those) for sound in each.each))
    number = {sound: n for n, sound in enumerate(every, start=1)}
    costs = _costs(every)
    left, right = _Heap(these, number), _Heap(those, number)
    least_right = right.least(costs)
    least_left = left.least(costs)
    found = []
    for first in range(0, len(these), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        bounds = np.maximum(left.counts[some] @ least_right, (right.counts @ least_left[:, some]).T)
        root = np.sqrt((left.weights[some, None] + right.weights) / 2)
        found.append(np.argwhere(bounds <= within * root + _SLACK) + np.array([first, 0]))
    return np.concatenate(found)


def _costs(every: Sequence[Phone]) -> Bounds:
    """The cost of changing each sound (row) into each other (column). Column 0 is the cost of
    leaving it out; row 0 stands for no sound."""
    costs = np.zeros((len(every) + 1, len(every) + 1), np.float32)
    for n, sound in enumerate(every, start=1):
        costs[n, 0] = sound.weight
        costs[n, 1:] = [change(sound, other) for other in every]
    return costs


class _Heap:
    """Pronunciations as bags of sounds, without their order."""

    def __init__(self, pronunciations: Sequence[Sounds], number: dict[Phone, int]) -> None:
        # Each begins with "no sound", so that none is empty.
        numbers = [[0, *(number[sound] for sound in each.each)] for each in pronunciations]
        self._lengths = np.array([len(each) for each in numbers])
        self._numbers = np.array([n for each in numbers for n in each])
        self.weights = np.array([each.weight for each in pronunciations], np.float32)
        self.counts = np.zeros((len(numbers), len(number) + 1), np.float32)
        rows = np.repeat(np.arange(len(numbers)), self._lengths)
        np.add.at(self.counts, (rows, self._numbers), 1)

    def least(self, costs: Bounds) -> Bounds:
        """For each sound (row), its least cost in each of these pronunciations."""
        ends = np.cumsum(self._lengths)
        parts = []
        for first in range(0, len(ends), _AT_ONCE):
            begin = ends[first] - self._lengths[first]
            last = min(first + _AT_ONCE, len(ends))
            begins = ends[first:last] - self._lengths[first:last] - begin
            among = costs[:, self._numbers[begin : ends[last - 1]]]
            parts.append(np.minimum.reduceat(among, begins, axis=1))
        return np.hstack(parts)
