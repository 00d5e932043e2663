"""The search over a tree of phrases, with a decoder small enough to calculate by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voicecoach.listening.trie import NEGLIGIBLE, Prefix, Tree, search, spell

END = 0


class Table:
    """A decoder in which each token's probability depends on the one before it."""

    end = END

    def __init__(self, seed: int) -> None:
        weights = np.random.default_rng(seed).normal(0, 3, (6, 6))
        self.table = (weights - np.log(np.exp(weights).sum(1, keepdims=True))).astype(np.float32)
        self.read: set[Prefix] = set()

    def after(self, prefixes: Sequence[Prefix]) -> list[NDArray[np.float32]]:
        assert len({len(prefix) for prefix in prefixes}) == 1
        for prefix in prefixes:
            assert not prefix or prefix[:-1] in self.read
        self.read.update(prefixes)
        return [self.table[prefix[-1] if prefix else END] for prefix in prefixes]

    def score(self, tokens: Sequence[int]) -> float:
        path = [END, *tokens, END]
        return float(sum(self.table[a, b] for a, b in pairwise(path)))


TOKENS = [(a, b, c) for a in range(1, 6) for b in range(1, 6) for c in range(1, 6)] + [
    (1,),
    (2, 3),
]
PHRASES = {" ".join(map(str, tokens)): tokens for tokens in TOKENS}


def tree(bonuses: dict[str, float] | None = None) -> Tree:
    return Tree(((tokens, phrase) for phrase, tokens in PHRASES.items()), bonuses)


@settings(deadline=None)
@given(
    st.integers(0, 10_000),
    st.dictionaries(st.sampled_from(list(PHRASES)), st.floats(0, 9)),
    st.floats(0.5, 9),
)
def test_all_phrases_within_the_bound_are_found_with_their_exact_scores(
    seed: int, bonuses: dict[str, float], within: float
) -> None:
    table = Table(seed)
    found = search(table, [tree(bonuses)], within, 10_000)
    exact = {phrase: table.score(tokens) for phrase, tokens in PHRASES.items()}
    best = max(score + bonuses.get(phrase, 0.0) for phrase, score in exact.items())
    for phrase, score in exact.items():
        if score + bonuses.get(phrase, 0.0) > best - within + 1e-3:
            assert found[phrase] == pytest.approx(score, abs=1e-4)


@given(st.integers(0, 10_000), st.floats(0.5, 9), st.lists(st.integers(0, 3), min_size=127))
def test_several_trees_are_searched_as_one(seed: int, within: float, shares: list[int]) -> None:
    bonuses = {phrase: float(len(phrase)) for phrase in PHRASES}
    trees = [
        Tree(
            (
                (PHRASES[phrase], phrase)
                for phrase, its in zip(PHRASES, shares, strict=False)
                if its == n
            ),
            bonuses,
        )
        for n in range(4)
    ]
    one, many = Table(seed), Table(seed)
    assert search(many, trees, within, 50) == search(one, [tree(bonuses)], within, 50)
    assert many.read == one.read


def test_a_narrow_bound_reads_only_a_part_of_the_tree() -> None:
    table = Table(1)
    search(table, [tree()], 1.0, 10_000)
    assert len(table.read) < len(PHRASES) / 2


def test_a_bonus_brings_a_phrase_into_view() -> None:
    table = Table(1)
    near = search(table, [tree()], 1.0, 10_000)
    far = next(phrase for phrase in PHRASES if phrase not in near)
    assert far in search(table, [tree({far: 40.0})], 1.0, 10_000)


def test_spellings_of_a_phrase_add_up() -> None:
    table = Table(2)
    found = search(table, [Tree([((1, 2), "seven"), ((3,), "seven")])], math.inf, 10_000)
    one, two = sorted((table.score((1, 2)), table.score((3,))))
    assert two - one < NEGLIGIBLE
    assert found["seven"] == pytest.approx(np.logaddexp(one, two), abs=1e-4)


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_a_negligible_spelling_may_be_left_out(seed: int) -> None:
    table = Table(seed)
    ways = [(1,), (1, 2), (1, 3), (4, 5)]
    found = search(table, [Tree((way, "it") for way in ways)], math.inf, 10_000)
    exact = np.logaddexp.reduce([table.score(way) for way in ways])
    assert exact - len(ways) * math.log1p(math.exp(-NEGLIGIBLE)) <= found["it"] <= exact + 1e-4


def test_no_more_prefixes_are_read_than_allowed() -> None:
    table = Table(3)
    search(table, [tree()], math.inf, 12)
    assert len(table.read - {()}) <= 12


@given(st.integers(0, 10_000), st.floats(0.5, 9))
def test_marks_are_as_good_as_phrases_written_with_each_of_them(seed: int, within: float) -> None:
    marks = ((), (1,), (4, 5))
    marked = Tree(((tokens, phrase) for phrase, tokens in PHRASES.items()), marks=marks)
    whole = Tree(((*tokens, *mark), phrase) for phrase, tokens in PHRASES.items() for mark in marks)
    assert search(Table(seed), [marked], within, 50) == search(Table(seed), [whole], within, 50)


def test_nothing_is_found_in_an_empty_tree() -> None:
    assert search(Table(0), [Tree([])], 5.0, 10) == search(Table(0), [], 5.0, 10) == {}


def test_the_free_transcript_takes_the_best_token_each_time() -> None:
    table = Table(4)
    tokens, score = spell(table, 4)
    path = [END, *tokens]
    assert all(int(np.argmax(table.table[a])) == b for a, b in pairwise(path))
    if len(tokens) < 4:
        assert score == pytest.approx(table.score(tokens), abs=1e-4)
