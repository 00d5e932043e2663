"""What a span of sound may have been: every phrase that fits nearly as well as the best.

A spotter finds where a phrase was said and its best reading only, because phrases share the arcs of
a graph. Here a forward and a backward pass give, for each arc, how well the best phrase through it
fits (max-marginals). The few arcs that are good enough are put together into phrases, the most
promising first, and each phrase is aligned by itself.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import count

import numpy as np
from numpy.typing import NDArray

from .alignment import Frames, Reading, aligned, over_the_free_loop, pauses
from .phrase_graph import PhraseGraph
from .spotter import IMPOSSIBLE

BEAM = 12.0
"""Beam width: a phrase more than this many nats below the best is no reading."""


def readings(graph: PhraseGraph, frames: Frames, slack: int, most: int = 12) -> list[Reading]:
    """The phrases that may fill `frames`, best first, at most `most`. Each begins within the first
    `slack` frames and ends within the last `slack`."""
    words = _worth(graph, _marginals(graph, over_the_free_loop(frames), slack))
    found = aligned(_phrases(graph, words, most), graph.spoken, frames, slack)
    return sorted(found, key=lambda reading: -reading.score)


def _marginals(graph: PhraseGraph, emitted: NDArray[np.float64], slack: int) -> NDArray[np.float64]:
    """For each chain, the score of the best phrase through it, shape (C,)."""
    frames = len(emitted)
    paused = pauses(emitted)
    order = np.argsort(graph.source, kind="stable")
    sources, by_source = np.unique(graph.source[order], return_index=True)
    targets, by_target = np.unique(graph.into, return_index=True)
    # Forward: the best path to the end of each chain in each frame.
    ended = np.full((frames, len(graph.into)), IMPOSSIBLE)
    score = np.full(len(graph.tokens), IMPOSSIBLE)
    pause = np.full(len(graph.nodes), IMPOSSIBLE)
    for at in range(frames):
        entering = pause.copy()
        arrived = np.maximum.reduceat(score[graph.last], by_target)
        entering[targets] = np.maximum(entering[targets], arrived)
        entering[0] = 0.0 if at < slack else IMPOSSIBLE
        one = np.roll(score, 1)
        one[graph.first] = entering[graph.source]
        two = np.where(graph.skips, np.roll(score, 2), IMPOSSIBLE)
        score = np.maximum(score, np.maximum(one, two)) + emitted[at, graph.tokens]
        entering[0] = IMPOSSIBLE
        pause = entering + paused[at]
        ended[at] = score[graph.last]
    # Backward: the best path from the end of each chain to the end of a phrase.
    best = np.full(len(graph.into), IMPOSSIBLE)
    onward = np.full(len(graph.nodes), IMPOSSIBLE)
    rest = np.full(len(graph.tokens), IMPOSSIBLE)
    """Score from each state onwards, its own frame included, if it is entered in the next frame."""
    may_skip = np.roll(graph.skips, -2)
    for at in range(frames - 1, -1, -1):
        ends = np.where(graph.complete, 0.0 if at >= frames - slack else IMPOSSIBLE, IMPOSSIBLE)
        behind = np.maximum(onward, ends)[graph.into]
        best = np.maximum(best, ended[at] + behind)
        going = np.maximum(rest, np.roll(rest, -1))
        going[graph.last] = rest[graph.last]
        going = np.maximum(going, np.where(may_skip, np.roll(rest, -2), IMPOSSIBLE))
        going[graph.last] = np.maximum(going[graph.last], behind)
        rest = emitted[at, graph.tokens] + going
        waiting = paused[at] + onward
        onward = np.full(len(graph.nodes), IMPOSSIBLE)
        onward[sources] = np.maximum.reduceat(rest[graph.first][order], by_source)
        onward = np.maximum(onward, waiting)
    return best


def _worth(graph: PhraseGraph, marginals: NDArray[np.float64]) -> Mapping[tuple[int, str], float]:
    """The arcs (node of the automaton, word) that a reading may use, with their marginals."""
    least = max(float(marginals.max(initial=IMPOSSIBLE)) - BEAM, IMPOSSIBLE / 2)
    worth: dict[tuple[int, str], float] = {}
    for n in np.flatnonzero(marginals >= least):
        arc = graph.chains[n]
        key = arc.source, arc.word
        worth[key] = max(worth.get(key, IMPOSSIBLE), float(marginals[n]))
    return worth


def _phrases(
    graph: PhraseGraph, worth: Mapping[tuple[int, str], float], most: int
) -> Iterator[str]:
    """Phrases made of these arcs, most promising first. A phrase fits no better than its worst
    arc."""
    automaton = graph.automaton
    onwards: defaultdict[int, list[str]] = defaultdict(list)
    for node, word in worth:
        onwards[node].append(word)
    ticket = count()
    heap: list[tuple[float, int, int, tuple[str, ...], bool]] = [
        (0.0, next(ticket), automaton.root, (), False)
    ]
    while heap and most:
        cost, _, node, words, whole = heapq.heappop(heap)
        if whole:
            most -= 1
            yield " ".join(words)
            continue
        if words and automaton.ends(node):
            heapq.heappush(heap, (cost, next(ticket), node, words, True))
        for word in onwards[node]:
            worse = max(cost, -worth[node, word])
            target = automaton.follow(node)[word]
            heapq.heappush(heap, (worse, next(ticket), target, (*words, word), False))
