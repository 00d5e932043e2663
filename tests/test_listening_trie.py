"""The search over a tree of phrases, against a decoder small enough to reckon by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from voicecoach.listening.trie import grow, search, spell

END = 0


class Table:
    """A decoder whose state is what it read; each token's probability depends on the last."""

    end = END

    def __init__(self, seed: int) -> None:
        weights = np.random.default_rng(seed).normal(0, 3, (6, 6))
        self.after = (weights - np.log(np.exp(weights).sum(1, keepdims=True))).astype(np.float32)
        self.steps = 0

    def begin(self) -> tuple[tuple[int, ...], NDArray[np.float32]]:
        return (), self.after[END]

    def step(
        self, states: Sequence[tuple[int, ...]], tokens: Sequence[int]
    ) -> list[tuple[tuple[int, ...], NDArray[np.float32]]]:
        assert len({len(state) for state in states}) == 1
        self.steps += len(tokens)
        pairs = zip(states, tokens, strict=True)
        return [((*state, token), self.after[token]) for state, token in pairs]

    def score(self, tokens: Sequence[int]) -> float:
        path = [END, *tokens, END]
        return float(sum(self.after[a, b] for a, b in pairwise(path)))


PHRASES = [(a, b, c) for a in range(1, 6) for b in range(1, 6) for c in range(1, 6)] + [
    (1,),
    (2, 3),
]


@pytest.mark.parametrize("seed", range(5))
def test_all_phrases_within_the_bound_are_found_with_their_exact_scores(seed: int) -> None:
    table = Table(seed)
    root = grow((tokens, number) for number, tokens in enumerate(PHRASES))
    found = search(table, root, 5.0, 10_000, table.begin())
    exact = {number: table.score(tokens) for number, tokens in enumerate(PHRASES)}
    best = max(exact.values())
    for number, score in exact.items():
        if score > best - 5.0:
            assert found[number] == pytest.approx(score, abs=1e-4)


def test_a_narrow_bound_reads_only_a_part_of_the_tree() -> None:
    table = Table(1)
    root = grow((tokens, number) for number, tokens in enumerate(PHRASES))
    search(table, root, 1.0, 10_000, table.begin())
    assert table.steps < len(PHRASES) / 2


def test_spellings_of_a_phrase_add_up() -> None:
    table = Table(2)
    root = grow([((1, 2), 7), ((3,), 7)])
    found = search(table, root, math.inf, 10_000, table.begin())
    assert found[7] == pytest.approx(np.logaddexp(table.score((1, 2)), table.score((3,))), abs=1e-4)


def test_no_more_prefixes_are_read_than_allowed() -> None:
    table = Table(3)
    root = grow((tokens, number) for number, tokens in enumerate(PHRASES))
    search(table, root, math.inf, 12, table.begin())
    assert table.steps <= 12


def test_nothing_is_found_in_an_empty_tree() -> None:
    assert search(Table(0), grow([]), 5.0, 10, Table(0).begin()) == {}


def test_the_free_transcript_takes_the_best_token_each_time() -> None:
    table = Table(4)
    tokens, score = spell(table, 4, table.begin())
    path = [END, *tokens]
    assert all(int(np.argmax(table.after[a])) == b for a, b in pairwise(path))
    if len(tokens) < 4:
        assert score == pytest.approx(table.score(tokens), abs=1e-4)
