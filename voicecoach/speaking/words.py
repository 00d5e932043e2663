"""Where each word of a clip's text sounds.

Voices pause between sentences and usually at commas, so the clip's pauses are matched with the
text's. Between two pauses, each word's time is proportional to its letters.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.commands import normal
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.pcm import Pcm

_FRAME = SAMPLE_RATE // 100
_SILENT = 10 ** (-38 / 20)
"""Share of the loudest frame's level; anything softer is a pause."""
_SHORTEST = 6
"""Frames (60 ms) of a pause; a shorter one is the closure of a "t"."""
_STOPS = re.compile(r"[.,:;!?]+(?:\s+|$)")
_UNMATCHED = 20.0
"""Cost, in frames, of a stop in the text without a pause."""


def words(text: str, pcm: Pcm) -> tuple[tuple[int, int], ...]:
    """First sample and end of each word of `normal(text)` in `pcm`, 48 kHz, shape (n,)."""
    clauses = [normal(clause).split() for clause in _STOPS.split(text)]
    clauses = [clause for clause in clauses if clause]
    if [word for clause in clauses for word in clause] != normal(text).split():
        clauses = [normal(text).split()]
    letters = [sum(len(word) + 1 for word in clause) for clause in clauses]
    length = len(pcm) // _FRAME
    if not clauses or not length:
        return ()
    pauses = _pauses(pcm, length)
    sounding = length - sum(end - begin for begin, end in pauses)
    ends = [share * sounding / sum(letters) for share in accumulate(letters)]
    stops = _matched(ends[:-1], pauses)
    times: list[tuple[int, int]] = []
    begun, together = 0.0, list[str]()
    for clause, stop in zip(clauses, [*stops, (length, length)], strict=True):
        together += clause
        if stop is None:
            continue
        times += _spread(together, begun, stop[0])
        begun, together = stop[1], []
    return tuple(times)


def _spread(clause: list[str], begin: float, end: float) -> list[tuple[int, int]]:
    """Divide a stretch of sound among its words, by their letters."""
    edges = [0, *accumulate(len(word) + 1 for word in clause)]
    scale = (end - begin) / edges[-1]
    return [
        (round((begin + a * scale) * _FRAME), round((begin + b * scale) * _FRAME))
        for a, b in pairwise(edges)
    ]


def _pauses(pcm: Pcm, frames: int) -> list[tuple[int, int]]:
    """The pauses inside the clip, in frames."""
    level = np.sqrt(np.mean(np.square(pcm[: frames * _FRAME].reshape(frames, _FRAME)), axis=1))
    silent: NDArray[np.bool_] = level < _SILENT * level.max()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], silent, [False])).astype(int)))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(a, b) for a, b in runs if b - a >= _SHORTEST and a > 0 and b < frames]


def _matched(stops: list[float], pauses: list[tuple[int, int]]) -> list[tuple[int, int] | None]:
    """The pause for each stop, or None. `stops`: where each is expected, in frames of sound.
    Prefers long pauses near the expected places."""
    silent = [0, *accumulate(end - begin for begin, end in pauses)]
    # best[n][m]: the cheapest match of the first n stops with the first m pauses, and its cost.
    best: list[list[tuple[float, list[tuple[int, int] | None]]]] = [
        [(0.0, []) for _ in range(len(pauses) + 1)] for _ in range(len(stops) + 1)
    ]
    for n in range(len(stops) + 1):
        for m in range(len(pauses) + 1):
            ways: list[tuple[float, list[tuple[int, int] | None]]] = []
            if n:
                cost, way = best[n - 1][m]
                ways.append((cost + _UNMATCHED, [*way, None]))
            if m:
                begin, end = pauses[m - 1]
                cost, way = best[n][m - 1]
                ways.append((cost + (end - begin), way))
                if n:
                    cost, way = best[n - 1][m - 1]
                    off = abs(begin - silent[m - 1] - stops[n - 1])
                    ways.append((cost + off, [*way, (begin, end)]))
            best[n][m] = min(ways, key=lambda each: each[0]) if ways else (0.0, [])
    return best[-1][-1][1]
