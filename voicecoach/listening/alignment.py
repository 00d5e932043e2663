"""How well given phrases and each of their words fit a span of sound (Viterbi alignment)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .phonemes import BLANK, WORD, Pronunciation
from .spotter import HELD, IMPOSSIBLE

Frames = NDArray[np.float32]
"""Log-probabilities of the tokens, shape (frames, tokens)."""

PAUSE = -1
"""The pause between two words, in a row of tokens."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A phrase, and how much worse it fits than the free loop (nats, 0 at most)."""

    phrase: str
    score: float
    sounds: int
    """Number of sounds in the pronunciation that fits best."""
    words: tuple[float, ...]
    """The `fit` of each word."""

    @property
    def fit(self) -> float:
        """As `Spot.fit`."""
        return float(self.score / max(1, self.sounds) ** 0.5)


def aligned(
    phrases: Iterable[str],
    spoken: Mapping[str, Sequence[Pronunciation]],
    frames: Frames,
    slack: int,
) -> list[Reading]:
    """Align each of `phrases` with `frames`, in the pronunciation that fits best. Each begins
    within the first `slack` frames and ends within the last `slack`. Phrases with more sounds than
    there are frames are left out. `spoken`: the pronunciations of each word."""
    ways = [(phrase, row) for phrase in phrases for row in _rows(phrase, spoken)]
    if not ways:
        return []
    emitted = over_the_free_loop(frames)
    paths = _Paths([row for _, row in ways], emitted, slack)
    best: dict[str, int] = {}
    for n, (phrase, _) in enumerate(ways):
        if phrase not in best or paths.scores[n] > paths.scores[best[phrase]]:
            best[phrase] = n
    return [
        Reading(phrase, float(paths.scores[n]), int(paths.sounding[n].sum()), paths.words(n))
        for phrase, n in best.items()
        if paths.scores[n] >= IMPOSSIBLE / 2
    ]


def over_the_free_loop(frames: Frames) -> NDArray[np.float64]:
    """Each token relative to the best of its frame: 0 at most."""
    return np.asarray(np.asarray(frames, np.float64) - frames.max(axis=1, keepdims=True))


def pauses(emitted: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cost of each frame as part of the pause between two words, shape (frames,)."""
    return np.asarray(np.maximum(emitted[:, BLANK], emitted[:, WORD]) - HELD)


def _rows(phrase: str, spoken: Mapping[str, Sequence[Pronunciation]]) -> Iterator[list[int]]:
    """Every way to say `phrase`, as tokens with a blank between the sounds of a word."""
    for way in product(*(spoken[word] for word in phrase.split())):
        row: list[int] = []
        for said in way:
            row += [PAUSE] if row else []
            for n, sound in enumerate(said):
                row += [BLANK, sound] if n else [sound]
        yield row


class _Paths:
    """The best path of each of several rows of tokens. All rows are walked at once: numpy takes as
    long for one as for twenty."""

    def __init__(
        self, rows: Sequence[Sequence[int]], emitted: NDArray[np.float64], slack: int
    ) -> None:
        self._tokens = np.full((len(rows), max(map(len, rows))), PAUSE)
        for n, row in enumerate(rows):
            self._tokens[n, : len(row)] = row
        self._last = np.array([len(row) - 1 for row in rows])
        self.sounding = (self._tokens != BLANK) & (self._tokens != PAUSE)
        """Which tokens are sounds, shape (rows, tokens)."""
        self._emitted, self._paused = emitted, pauses(emitted)
        self._walk(slack)

    def _walk(self, slack: int) -> None:
        skips = self._skips()
        of_row = np.arange(len(self._last))
        frames = len(self._emitted)
        score = np.full(self._tokens.shape, IMPOSSIBLE)
        one, two = score.copy(), score.copy()
        ends = np.full((frames, len(of_row)), IMPOSSIBLE)
        self._by = np.zeros((frames, *score.shape), np.int8)
        """How many states back the best path came from, shape (frames, rows, tokens)."""
        for at in range(frames):
            one[:, 1:] = score[:, :-1]
            one[:, 0] = 0.0 if at < slack else IMPOSSIBLE
            two[:, 2:] = np.where(skips[:, 2:], score[:, :-2], IMPOSSIBLE)
            best = np.maximum(score, np.maximum(one, two))
            self._by[at] = np.where(best == score, 0, np.where(best == one, 1, 2))
            score = best + self._gives(at)
            if at >= frames - slack:
                ends[at] = score[of_row, self._last]
        self._end = ends.argmax(axis=0)
        self.scores = ends[self._end, of_row]
        """Score of each row in nats, shape (rows,)."""

    def _gives(self, at: int) -> NDArray[np.float64]:
        """The score that frame `at` adds to each token."""
        gives = np.where(self._tokens == PAUSE, self._paused[at], self._emitted[at][self._tokens])
        return np.asarray(gives)

    def _skips(self) -> NDArray[np.bool_]:
        """Whether each token can be entered from two back: always over a pause, over a blank only
        if the sounds on either side differ."""
        tokens = self._tokens
        differs = tokens != np.roll(tokens, 2, axis=1)
        over_a_pause = np.roll(tokens, 1, axis=1) == PAUSE
        skips = np.asarray(self.sounding & (differs | over_a_pause))
        skips[:, :2] = False
        return skips

    def words(self, n: int) -> tuple[float, ...]:
        """The fit of each word of row `n` on its best path."""
        tokens = self._tokens[n, : self._last[n] + 1]
        cost = np.zeros(len(tokens))
        at, state = int(self._end[n]), len(tokens) - 1
        while at >= 0:
            paused = tokens[state] == PAUSE
            cost[state] += self._paused[at] if paused else self._emitted[at, tokens[state]]
            by = int(self._by[at, n, state])
            if state == 0 and by == 1:
                break
            state -= by
            at -= 1
        fits = []
        first = 0
        for end in [*np.flatnonzero(tokens == PAUSE), len(tokens)]:
            sounds = int(self.sounding[n, first:end].sum())
            fits.append(float(cost[first:end].sum() / max(1, sounds) ** 0.5))
            first = int(end) + 1
        return tuple(fits)
