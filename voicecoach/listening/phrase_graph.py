"""The live phrases as one small graph of sounds.

Twenty thousand phrases are mostly the same words in other orders: "log eighty kilos", "log ninety
kilos". As a minimal automaton of words, in which phrases share beginnings and endings, they come to
some hundred arcs. Each arc is a word. Each of its pronunciations is a chain of states: its sounds,
with a blank between any two. A recogniser walks all chains at once, with one array operation for
each kind of transition in a frame.

An automaton is made once of each group of phrases. A grammar joins those of its groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

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
    """The minimal acyclic automaton that accepts exactly the given rows of words."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self._nodes = _Nodes()
        self.root = self._grown(sorted(set(map(tuple, rows))), 0)

    @classmethod
    def joined(cls, automata: Sequence[Self], usable: Callable[[str], bool]) -> Self:
        """The automaton that accepts what any of `automata` accepts, without the rows that have a
        word that is not `usable`."""
        joined = cls(())
        joined._nodes = _Nodes()
        roots = tuple((number, each.root) for number, each in enumerate(automata))
        root = joined._join(automata, usable, roots, {})
        joined.root = joined._nodes.add(False, {}) if root is None else root
        return joined

    def _grown(self, rows: Sequence[tuple[str, ...]], depth: int) -> int:
        """The node from which the sorted `rows` go on, after `depth` words that they share."""
        longer = (row for row in rows if len(row) > depth)
        follow = {
            word: self._grown(list(those), depth + 1)
            for word, those in groupby(longer, key=lambda row: row[depth])
        }
        return self._nodes.add(any(len(row) == depth for row in rows[:1]), follow)

    def _join(
        self,
        automata: Sequence[Self],
        usable: Callable[[str], bool],
        at: tuple[tuple[int, int], ...],
        known: dict[tuple[tuple[int, int], ...], int | None],
    ) -> int | None:
        """The node from which all goes on that does so in one of `automata`, `at` these of their
        nodes; None if nothing ends there or further on."""
        if at in known:
            return known[at]
        behind: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, node in at:
            for word, target in automata[number].follow(node).items():
                behind[word].append((number, target))
        follow = {}
        for word in filter(usable, sorted(behind)):
            child = self._join(automata, usable, tuple(behind[word]), known)
            if child is not None:
                follow[word] = child
        ends = any(automata[number].ends(node) for number, node in at)
        known[at] = self._nodes.add(ends, follow) if ends or follow else None
        return known[at]

    def ends(self, node: int) -> bool:
        """Whether a row is complete there."""
        return self._nodes.ends[node]

    def goes_on(self, node: int) -> bool:
        """Whether a row goes on from there."""
        return bool(self._nodes.follow[node])

    def arcs(self) -> Iterator[Arc]:
        """Every arc; those of one node come together."""
        todo, seen = [self.root], {self.root}
        while todo:
            node = todo.pop()
            for word, target in self.follow(node).items():
                yield Arc(node, word, target)
                if target not in seen:
                    seen.add(target)
                    todo.append(target)

    def follow(self, node: int) -> Mapping[str, int]:
        """The node that each word leads to from `node`."""
        return self._nodes.follow[node]


class _Nodes:
    """Nodes by number. Two from which the same goes on are one."""

    def __init__(self) -> None:
        self.ends: list[bool] = []
        self.follow: list[Mapping[str, int]] = []
        self._known: dict[tuple[bool, tuple[tuple[str, int], ...]], int] = {}

    def add(self, ends: bool, follow: Mapping[str, int]) -> int:
        """The number of a node; `follow`: the node that each word leads to, sorted."""
        number = self._known.setdefault((ends, tuple(follow.items())), len(self.ends))
        if number == len(self.ends):
            self.ends.append(ends)
            self.follow.append(follow)
        return number


class PhraseGraph:
    """The chains of all words of the phrases, concatenated.

    Per state, shape (S,): `tokens`, the token it emits; `sounding`, 1 for a sound and 0 for a
    blank; `skips`, whether it can be entered from two states back (two equal sounds need the blank
    between them). Per chain, shape (C,), ordered by `into`: `first` and `last`, its states;
    `source` and `into`, its nodes by number, 0..N-1, of which 0 is the root. Per node, shape (N,):
    `complete`.
    """

    def __init__(self, automata: Sequence[Automaton], pronounce: Pronounce) -> None:
        """Of the phrases of all `automata`. A phrase with a word that can't be pronounced is left
        out. Raises ValueError if none is left."""
        words = {arc.word for automaton in automata for arc in automaton.arcs()}
        spoken = {word: tuple(dict.fromkeys(pronounce(word))) for word in sorted(words)}
        self.automaton = Automaton.joined(automata, lambda word: bool(spoken[word]))
        if not self.automaton.goes_on(self.automaton.root):
            raise ValueError("there is no phrase that can be pronounced")
        self.spoken: Mapping[str, tuple[Pronunciation, ...]] = spoken
        arcs = sorted(self.automaton.arcs(), key=lambda arc: arc.target)
        number = {self.automaton.root: 0}
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
