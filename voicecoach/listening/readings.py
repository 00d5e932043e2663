"""What a stretch of sound may have been: every phrase that fits nearly as well as the best.

A spotter finds where a phrase was said and the best of its readings, and no other: phrases share
the arcs of a graph. Here both ways through the graph, forwards and backwards, say of each arc how
well the best phrase fits that passes it (max-marginals). Of the few arcs that are good enough
the phrases are put together, the most promising first, and each is scored by itself.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, product

import numpy as np
from numpy.typing import NDArray

from .phonemes import BLANK, WORD, Pronunciation
from .phrase_graph import PhraseGraph
from .spotter import HELD, IMPOSSIBLE

Frames = NDArray[np.float32]
"""Log-probabilities of the tokens, shape (frames, tokens)."""

BEAM = 12.0
"""Nats behind the best at which a phrase is no reading any more."""

PAUSE = -1
"""In a row of tokens: the pause between two words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A phrase, how much worse it fits than the free loop (nats), and its sounds."""

    phrase: str
    score: float
    tokens: tuple[int, ...]
    """In the way it was said: sounds with blanks between them, and `PAUSE` between words."""

    @property
    def sounds(self) -> int:
        """How many."""
        return sum(token not in (PAUSE, BLANK) for token in self.tokens)

    @property
    def fit(self) -> float:
        """As a `Spot` has it."""
        return float(self.score / max(1, self.sounds) ** 0.5)


def readings(graph: PhraseGraph, frames: Frames, slack: int, most: int = 12) -> list[Reading]:
    """The phrases that may fill `frames`, best first, at most `most`. Each begins within the
    first `slack` frames and ends within the last."""
    emitted = over_the_free_loop(frames)
    words = _worth(graph, _marginals(graph, emitted, slack))
    found = (read_as(phrase, graph, emitted, slack) for phrase in _phrases(graph, words, most))
    return sorted(filter(None, found), key=lambda reading: -reading.score)


def read_as(
    phrase: str, graph: PhraseGraph, emitted: NDArray[np.float64], slack: int
) -> Reading | None:
    """`phrase` of the graph in frames `over_the_free_loop`; None if there are too few of them."""
    rows = _rows(phrase, graph.spoken)
    if not rows:
        return None
    scores = fits(emitted, rows, slack)
    best = int(scores.argmax())
    if scores[best] < IMPOSSIBLE / 2:
        return None
    return Reading(phrase, float(scores[best]), tuple(rows[best]))


def over_the_free_loop(frames: Frames) -> NDArray[np.float64]:
    """Each token less the best of its frame: 0 at most."""
    return np.asarray(np.asarray(frames, np.float64) - frames.max(axis=1, keepdims=True))


def _pauses(emitted: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each frame costs as one of the pause between two words, shape (frames,)."""
    return np.asarray(np.maximum(emitted[:, BLANK], emitted[:, WORD]) - HELD)


def _marginals(graph: PhraseGraph, emitted: NDArray[np.float64], slack: int) -> NDArray[np.float64]:
    """For each chain the score of the best phrase that passes it, shape (C,)."""
    frames = len(emitted)
    paused = _pauses(emitted)
    order = np.argsort(graph.source, kind="stable")
    sources, by_source = np.unique(graph.source[order], return_index=True)
    targets, by_target = np.unique(graph.into, return_index=True)
    # Forwards: the best way to the end of each chain in each frame.
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
    # Backwards: the best way on from the end of each chain, to the end of a phrase.
    best = np.full(len(graph.into), IMPOSSIBLE)
    onward = np.full(len(graph.nodes), IMPOSSIBLE)
    rest = np.full(len(graph.tokens), IMPOSSIBLE)
    """From each state on, its own frame counted, if it is entered in the frame after this one."""
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
    """The arcs (node of the automaton, word) that a reading may pass, with their marginals."""
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
    """Phrases made of such arcs; none fits better than the worst of its arcs lets it."""
    automaton = graph.automaton
    onwards: defaultdict[int, list[str]] = defaultdict(list)
    for node, word in worth:
        onwards[node].append(word)
    ticket = count()
    heap: list[tuple[float, int, int, tuple[str, ...], bool]] = [(0.0, next(ticket), 0, (), False)]
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


def _rows(phrase: str, spoken: Mapping[str, Sequence[Pronunciation]]) -> list[list[int]]:
    """Every way to say `phrase`, as tokens with a blank between the sounds of a word."""
    rows = []
    for way in product(*(spoken[word] for word in phrase.split())):
        row: list[int] = []
        for said in way:
            row += [PAUSE] if row else []
            for n, sound in enumerate(said):
                row += [BLANK, sound] if n else [sound]
        rows.append(row)
    return rows


def _sounding(tokens: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each is a sound, and neither a blank nor a pause."""
    return np.asarray((tokens != BLANK) & (tokens != PAUSE))


def _skips(tokens: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each can be reached from the last but one: over a pause in any case, over a blank
    if the sounds on either side differ. Rows lie along the last axis."""
    differs = tokens != np.roll(tokens, 2, axis=-1)
    skips: NDArray[np.bool_] = _sounding(tokens) & (
        differs | (np.roll(tokens, 1, axis=-1) == PAUSE)
    )
    skips[..., :2] = False
    return skips


def fits(
    emitted: NDArray[np.float64], rows: Sequence[Sequence[int]], slack: int
) -> NDArray[np.float64]:
    """The score of each row of tokens in `emitted` (shape (frames, tokens), 0 at most)."""
    width = max(map(len, rows))
    tokens = np.full((len(rows), width), PAUSE)
    for n, row in enumerate(rows):
        tokens[n, : len(row)] = row
    last = np.array([len(row) - 1 for row in rows])
    skips = _skips(tokens)
    paused = _pauses(emitted)
    score = np.full(tokens.shape, IMPOSSIBLE)
    best = np.full(len(rows), IMPOSSIBLE)
    for at, frame in enumerate(emitted):
        one = np.roll(score, 1, axis=1)
        one[:, 0] = 0.0 if at < slack else IMPOSSIBLE
        two = np.where(skips, np.roll(score, 2, axis=1), IMPOSSIBLE)
        gives = np.where(tokens == PAUSE, paused[at], frame[tokens])
        score = np.maximum(score, np.maximum(one, two)) + gives
        if at >= len(emitted) - slack:
            best = np.maximum(best, score[np.arange(len(rows)), last])
    return best


def fits_of_words(emitted: NDArray[np.float64], tokens: Sequence[int], slack: int) -> list[float]:
    """How well each word of a row of tokens fits on the best way of the row."""
    row = np.array(tokens)
    skips = _skips(row)
    paused = _pauses(emitted)
    score = np.full(len(row), IMPOSSIBLE)
    gives = np.where(row == PAUSE, paused[:, None], emitted[:, row])
    backs, ends = [], []
    for at in range(len(emitted)):
        one = np.roll(score, 1)
        one[0] = 0.0 if at < slack else IMPOSSIBLE
        ways = np.stack([score, one, np.where(skips, np.roll(score, 2), IMPOSSIBLE)])
        back = ways.argmax(axis=0)
        score = np.take_along_axis(ways, back[None], axis=0)[0] + gives[at]
        backs.append(back)
        ends.append(score[-1] if at >= len(emitted) - slack else IMPOSSIBLE)
    at, state = int(np.argmax(ends)), len(row) - 1
    cost = np.zeros(len(row))
    while at >= 0:
        cost[state] += gives[at, state]
        back = int(backs[at][state])
        if state == 0 and back == 1:
            break
        state -= back
        at -= 1
    fitting = []
    first = 0
    for end in [*np.flatnonzero(row == PAUSE), len(row)]:
        sounds = int(_sounding(row[first:end]).sum())
        fitting.append(float(cost[first:end].sum() / max(1, sounds) ** 0.5))
        first = int(end) + 1
    return fitting
