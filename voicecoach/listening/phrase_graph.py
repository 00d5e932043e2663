"""The live phrases as one small graph of sounds.

Twenty thousand phrases are mostly the same words in other orders: "log eighty kilos", "log ninety
kilos". As a minimal automaton of words, in which phrases share beginnings and endings, they come to
some hundred arcs. Each arc is a word. Each of its pronunciations is a chain of states: its sounds,
with a blank between any two. A recogniser walks all chains at once, with one array operation for
each kind of transition in a frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .phonemes import BLANK, Pronounce, Pronunciation

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Arc:
    """A word that leads from one node to another."""

    source: int
    word: str
    target: int


class Automaton:
    """The minimal acyclic automaton that accepts exactly the given rows of words. Node 0 is its
    root.

    Built from sorted rows one by one, as in Daciuk et al., "Incremental construction of minimal
    acyclic finite-state automata" (2000): the end of the last row is compared with the known nodes
    and merged with equal ones.
    """

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._ends: list[bool] = [False]
        known: dict[tuple[bool, tuple[tuple[str, int], ...]], int] = {}
        open_: list[tuple[int, str, int]] = []
        before: Sequence[str] = ()
        for row in sorted(set(map(tuple, rows))):
            shared = 0
            while shared < min(len(row), len(before)) and row[shared] == before[shared]:
                shared += 1
            self._merge(open_, shared, known)
            node = open_[-1][2] if open_ else 0
            for word in row[shared:]:
                self._next.append({})
                self._ends.append(False)
                self._next[node][word] = len(self._next) - 1
                open_.append((node, word, len(self._next) - 1))
                node = len(self._next) - 1
            self._ends[node] = True
            before = row
        self._merge(open_, 0, known)

    def _merge(
        self,
        open_: list[tuple[int, str, int]],
        down_to: int,
        known: dict[tuple[bool, tuple[tuple[str, int], ...]], int],
    ) -> None:
        """Merge the nodes beyond `down_to` words: no later row will pass them."""
        while len(open_) > down_to:
            parent, word, child = open_.pop()
            key = self._ends[child], tuple(sorted(self._next[child].items()))
            self._next[parent][word] = known.setdefault(key, child)

    def ends(self, node: int) -> bool:
        """Whether a row is complete there."""
        return self._ends[node]

    def goes_on(self, node: int) -> bool:
        """Whether a row goes on from there."""
        return bool(self._next[node])

    def arcs(self) -> Iterator[Arc]:
        """Every reachable arc; those of one node come together."""
        todo, seen = [0], {0}
        while todo:
            node = todo.pop()
            for word, target in self._next[node].items():
                yield Arc(node, word, target)
                if target not in seen:
                    seen.add(target)
                    todo.append(target)

    def follow(self, node: int) -> Mapping[str, int]:
        """The node that each word leads to from `node`."""
        return self._next[node]


class PhraseGraph:
    """The chains of all words of the phrases, concatenated.

    Per state, shape (S,): `tokens`, the token it emits; `sounding`, 1 for a sound and 0 for a
    blank; `skips`, whether it can be entered from two states back (two equal sounds need the blank
    between them). Per chain, shape (C,), ordered by `into`: `first` and `last`, its states;
    `source` and `into`, its nodes by number, 0..N-1, of which 0 is the root. Per node, shape (N,):
    `complete`.
    """

    def __init__(self, phrases: Iterable[str], pronounce: Pronounce) -> None:
        """`phrases` in words. A phrase with a word that can't be pronounced is left out. Raises
        ValueError if none is left."""
        spoken = {}
        rows = []
        for phrase in phrases:
            words = phrase.split()
            for word in words:
                if word not in spoken:
                    spoken[word] = tuple(dict.fromkeys(pronounce(word)))
            if words and all(spoken[word] for word in words):
                rows.append(words)
        if not rows:
            raise ValueError("there is no phrase that can be pronounced")
        self.automaton = Automaton(rows)
        self.spoken: Mapping[str, tuple[Pronunciation, ...]] = spoken
        arcs = sorted(self.automaton.arcs(), key=lambda arc: arc.target)
        number = {0: 0}
        for arc in arcs:
            number.setdefault(arc.target, len(number))
        chains = [(arc, said) for arc in arcs for said in spoken[arc.word]]
        self.chains: tuple[Arc, ...] = tuple(arc for arc, _ in chains)
        rows_of_tokens = [_chain(said) for _, said in chains]
        lengths = np.array([len(row) for row in rows_of_tokens], np.int64)
        self.tokens: Indices = np.array([t for row in rows_of_tokens for t in row], np.int64)
        self.last: Indices = np.cumsum(lengths) - 1
        self.first: Indices = self.last - lengths + 1
        self.sounds: Indices = (lengths + 1) // 2
        self.source: Indices = np.array([number[arc.source] for arc, _ in chains], np.int64)
        self.into: Indices = np.array([number[arc.target] for arc, _ in chains], np.int64)
        self.nodes: tuple[int, ...] = tuple(number)
        self.complete = np.array([self.automaton.ends(node) for node in number], bool)
        starts = np.zeros(len(self.tokens), bool)
        starts[self.first] = True
        self.sounding: Indices = (self.tokens != BLANK).astype(np.int64)
        two_back = np.roll(self.tokens, 2)
        self.skips = (self.tokens != BLANK) & ~starts & (self.tokens != two_back)
        """Every sound but the first of a word and the second of two equal ones."""


def _chain(said: Pronunciation) -> list[int]:
    """The sounds of a word with a blank between any two."""
    row = [BLANK] * (2 * len(said) - 1)
    row[::2] = said
    return row
