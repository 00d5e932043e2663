"""Finds which of many pronunciations are close to each other, for all of them at once.

There are hundreds of millions of pairs, and nearly all are far apart. So each pair first gets a
lower bound of its distance: each sound is either left out, or becomes the most similar sound of the
other. The order of sounds is ignored, so all bounds are two products of matrices. What is left, one
pair of a hundred, is measured side by side: one step of numpy fills one cell of a thousand tables.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .sounds import Phone, Sounds, change

_SLACK = 1e-3
"""Far more than rounding loses, far less than the distance of any two sounds."""

_AT_ONCE = 1_000
"""Pronunciations per batch: some megabytes."""

Bounds = NDArray[np.float32]

Costs = NDArray[np.float64]

_WORTH = 0.8
"""Once fewer than this share of a batch may still be close, the others are dropped from it."""

Indices = NDArray[np.intp]

Pairs = Indices
"""Two indices per row."""


def near(these: Sequence[Sounds], those: Sequence[Sounds], within: float) -> Pairs:
    """The indices of all pairs whose distance is at most `within`, and some more, ordered by
    `these`, then by `those`. `distances` measures them."""
    if not these or not those:
        return np.empty((0, 2), np.intp)
    every = list(dict.fromkeys(sound for each in (*these, *those) for sound in each.each))
    number = {sound: n for n, sound in enumerate(every, start=1)}
    costs = _costs(every).astype(np.float32)
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


def distances(
    these: Sequence[Sounds], those: Sequence[Sounds], pairs: Pairs, within: float = math.inf
) -> Costs:
    """`sounds.distance` of each of the `pairs`, row by row; infinite beyond `within`, which is much
    faster."""
    found = np.full(len(pairs), np.inf)
    if not len(pairs):
        return found
    n, m = pairs.T
    every = list(dict.fromkeys(sound for each in (*these, *those) for sound in each.each))
    number = {sound: at for at, sound in enumerate(every, start=1)}
    costs = _costs(every)
    left, right = _Table(these, number), _Table(those, number)
    root = np.sqrt((left.weights[n] + right.weights[m]) / 2)
    # Without a sound nothing is apart.
    root[root == 0] = 1.0
    most = within * root
    # Pairs of about one length are together, so that little of a table is for nothing.
    order = np.lexsort((right.lengths[m], left.lengths[n]))
    for first in range(0, len(order), _AT_ONCE):
        some = order[first : first + _AT_ONCE]
        close, edits = _edits(left.of(n[some]), right.of(m[some]), most[some], costs)
        found[some[close]] = edits / root[some[close]]
    return found


class _Table:
    """Pronunciations as rows of numbers, filled up with 0, which stands for no sound."""

    def __init__(self, pronunciations: Sequence[Sounds], number: dict[Phone, int]) -> None:
        self.lengths = np.array([len(each.each) for each in pronunciations])
        self.weights = np.array([each.weight for each in pronunciations])
        self.numbers = np.zeros((len(pronunciations), max(self.lengths, default=0)), np.intp)
        for row, each in zip(self.numbers, pronunciations, strict=True):
            row[: len(each.each)] = [number[sound] for sound in each.each]

    def of(self, these: Indices) -> Indices:
        """The numbers of `these`, one pronunciation per column."""
        return self.numbers[these, : self.lengths[these].max()].T


def _edits(a: Indices, b: Indices, most: Costs, costs: Costs) -> tuple[Indices, Costs]:
    """Which columns of `a` are changed into those of `b` at a cost of `most` or less, and what it
    costs, as `sounds.distance` counts it. What fills up a column is left out for nothing and
    becomes no sound, so it changes no result."""
    leave_out, change_into = costs[:, 0], costs.copy()
    change_into[0, :] = change_into[:, 0] = np.inf
    add = leave_out[b]
    row = np.concatenate([np.zeros((1, len(most))), np.cumsum(add, axis=0)])
    left = np.arange(len(most))
    for sound in a:
        sound = sound[left]
        out = leave_out[sound]
        changed = np.minimum(row[:-1] + change_into[sound, b], row[1:] + out)
        row[0] += out
        for at in range(len(b)):
            np.minimum(changed[at], row[at] + add[at], out=row[at + 1])
        close = row.min(axis=0) <= most[left]
        if np.count_nonzero(close) < _WORTH * len(left):
            left, row, b, add = left[close], row[:, close], b[:, close], add[:, close]
    close = row[-1] <= most[left]
    return left[close], row[-1][close]


def _costs(every: Sequence[Phone]) -> Costs:
    """The cost of changing each sound (row) into each other (column). Column 0 is the cost of
    leaving it out; row 0 stands for no sound."""
    costs = np.zeros((len(every) + 1, len(every) + 1))
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
