"""Spots phrases in a stream of sounds.

A network gives the probability of each sound in every frame (`acoustics`). The free loop, a filler
model that takes the most probable token of each frame, always fits best. How much worse a phrase
fits on its best path says whether it was spoken: Viterbi over a graph of phrases against a filler
model, as in keyword spotting since Rose and Paul (1990). Nothing waits for voice activity: a phrase
may begin at any frame, among whatever else is said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .phonemes import BLANK, WORD
from .phrase_graph import PhraseGraph

Value = TypeVar("Value", bound=np.generic)

Frame = NDArray[np.float32]
"""Log-probabilities of the tokens, shape (tokens,): 20 ms."""

IMPOSSIBLE = -1e9

BEFORE = 8
"""Frames before a phrase that should be blank."""
NOT_BLANK = 0.25
"""Weight of each of them: its blank's log-probability below the best token costs this share."""
COSTLIEST = 4.0
"""Nats: each of them counts with at most this much, before the weight."""

HELD = 0.05
"""Cost in nats of a frame of pause between two words. A breath (0.4 s) costs one; after six seconds
it is no longer the same phrase."""

MEMORY = 400
"""Frames (8 s) for which paths can be traced back."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A phrase that may have ended: its first frame, the one after its last, how much worse it fits
    than the free loop (nats), its number of sounds, and the chain of its last word."""

    first: int
    end: int
    score: float
    sounds: int
    chain: int

    @property
    def fit(self) -> float:
        """The score divided by the square root of the number of sounds, so that long and short
        phrases compare."""
        return float(self.score / max(1, self.sounds) ** 0.5)


@dataclass(frozen=True, slots=True)
class Ends:
    """What may have ended with one frame: the figures of a `Spot` for each chain of a last word,
    shape (F,). `score` is `IMPOSSIBLE` if nothing could end there."""

    end: int
    first: NDArray[np.int64]
    score: NDArray[np.float64]
    sounds: NDArray[np.int64]
    chain: NDArray[np.int64]

    @property
    def fit(self) -> NDArray[np.float64]:
        """`Spot.fit` of each."""
        return np.asarray(self.score / np.sqrt(np.maximum(1, self.sounds)))

    def __len__(self) -> int:
        return len(self.chain)

    def __getitem__(self, n: int) -> Spot:
        return Spot(
            int(self.first[n]),
            self.end,
            float(self.score[n]),
            int(self.sounds[n]),
            int(self.chain[n]),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a spotted phrase: its first frame, and the one after its last."""

    text: str
    first: int
    end: int


@dataclass(slots=True)
class _Moves:
    """Backpointers of one frame."""

    by: NDArray[np.int8]
    """For each state, how many states back its best path came from."""
    joined: NDArray[np.int64]
    """For each node, the chain that its best path had just ended; -1: it was a pause."""


class Spotter:
    """Walks a graph of phrases. Frames are counted from the first ever fed."""

    def __init__(self, graph: PhraseGraph, at: int = 0) -> None:
        """`at`: the number of the first frame to be fed."""
        self.graph = graph
        self._at = at
        states, nodes = len(graph.tokens), len(graph.nodes)
        self._states = np.arange(states)
        self._score = np.full(states, IMPOSSIBLE)
        # The frame in which the phrase began, and the number of sounds so far.
        self._began = np.zeros(states, np.int64)
        self._sounds = np.zeros(states, np.int64)
        self._pause = np.full(nodes, IMPOSSIBLE)
        self._pause_began = np.zeros(nodes, np.int64)
        self._pause_sounds = np.zeros(nodes, np.int64)
        self._blank = deque([0.0] * BEFORE, BEFORE)
        self._ends, self._groups = np.unique(graph.into, return_index=True)
        self._sizes = np.diff([*self._groups, len(graph.into)])
        self._final = np.flatnonzero(graph.complete[graph.into])
        self._moves: deque[_Moves] = deque(maxlen=MEMORY)

    def feed(self, frame: Frame) -> Ends:
        """Take a frame of log-probabilities, shape (tokens,); return what may have ended with
        it."""
        graph = self.graph
        at = self._at
        self._at += 1
        emitted = np.asarray(frame, np.float64) - frame.max()
        blank = float(max(emitted[BLANK], emitted[WORD]))
        # Each chain may begin after the words before it, or the first of a phrase at any frame.
        entering, began, sounds, joined = self._join()
        entering[0], began[0], sounds[0] = NOT_BLANK * sum(self._blank), at, 0
        self._advance(emitted, entering, began, sounds, joined)
        # Two words may be a breath apart.
        self._pause, self._pause_began, self._pause_sounds = entering + blank - HELD, began, sounds
        self._pause[0] = IMPOSSIBLE
        self._blank.append(max(blank, -COSTLIEST))
        last = graph.last[self._final]
        return Ends(at + 1, self._began[last], self._score[last], self._sounds[last], self._final)

    def _join(
        self,
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """For each node, the best path to it: its score, where it began, its sounds, and the chain
        it comes from, if a word has just ended, or -1 if the pause after one goes on."""
        graph = self.graph
        arrived = self._score[graph.last]
        top = np.maximum.reduceat(arrived, self._groups)
        as_good = np.flatnonzero(arrived == np.repeat(top, self._sizes))
        chain = np.zeros(len(graph.nodes), np.int64)
        chain[graph.into[as_good]] = as_good  # ties: the last one wins
        arrives = np.zeros(len(graph.nodes), bool)
        arrives[self._ends] = top > self._pause[self._ends]
        state = graph.last[chain]
        return (
            np.where(arrives, self._score[state], self._pause),
            np.where(arrives, self._began[state], self._pause_began),
            np.where(arrives, self._sounds[state], self._pause_sounds),
            np.where(arrives, chain, -1),
        )

    def _advance(
        self,
        emitted: NDArray[np.float64],
        entering: NDArray[np.float64],
        began: NDArray[np.int64],
        sounds: NDArray[np.int64],
        joined: NDArray[np.int64],
    ) -> None:
        """Advance every chain by one frame."""
        graph = self.graph
        one = _shifted(self._score, 1)
        one[graph.first] = entering[graph.source]
        two = np.where(graph.skips, _shifted(self._score, 2), IMPOSSIBLE)
        best = np.maximum(self._score, np.maximum(one, two))
        by = np.where(best == self._score, 0, np.where(best == one, 1, 2)).astype(np.int8)
        gained = np.where(by == 1, graph.sounding, by == 2)
        begins = by[graph.first] == 1
        first, node = graph.first[begins], graph.source[begins]
        # Gathered by index: with np.choose over three shifted copies a frame took twice as long.
        before = self._states - by
        self._began, self._sounds = self._began[before], self._sounds[before]
        self._began[first], self._sounds[first] = began[node], sounds[node]
        self._sounds += gained
        self._score = best + emitted[graph.tokens]
        self._moves.append(_Moves(by, joined))

    def words(self, spot: Spot) -> tuple[Word, ...]:
        """The words of a `spot`, and where each was found; none if it began before the last
        `MEMORY` frames."""
        oldest = self._at - len(self._moves)
        if spot.first < oldest:
            return ()
        return tuple(self._words_backwards(spot, oldest))[::-1]

    def _words_backwards(self, spot: Spot, oldest: int) -> Iterator[Word]:
        graph = self.graph
        chain, at = spot.chain, spot.end - 1
        while chain >= 0:
            end = at + 1
            state = int(graph.last[chain])
            while (
                not (by := int(self._moves[at - oldest].by[state])) or state != graph.first[chain]
            ):
                state -= by
                at -= 1
            yield Word(graph.chains[chain].word, at, end)
            node = int(graph.source[chain])
            if node == 0:
                return
            # The entry that was there before this frame.
            while (chain := int(self._moves[at - oldest].joined[node])) < 0:
                at -= 1
            at -= 1


def _shifted(values: NDArray[Value], by: int) -> NDArray[Value]:
    """The same as `np.roll`, which takes four times as long for a few thousand states."""
    moved = np.empty_like(values)
    moved[by:] = values[:-by]
    moved[:by] = values[-by:]
    return moved
