"""Phrases as trees of tokens, and the search for those that fit the audio best.

A phrase's log-probability only falls as it goes on. So uniform-cost search, which extends the best
prefixes found so far, finds the best phrases without reading most of a large grammar. A phrase's
bonus, what it may gain from elsewhere, is added to the bound of its prefixes.

A tree is made once of each group of phrases. A search walks those of all live groups together.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

ROWS = 8
"""Prefixes passed to the decoder at once."""

NEGLIGIBLE = 3.0
"""A phrase's other spelling is not read if it is this many nats below what was found of it: it
would add less than five hundredths of a nat."""

Prefix = tuple[int, ...]
"""Tokens from the beginning of an utterance."""


_Rest = tuple[Prefix, int, str, bool]
"""A phrase's tokens, how many of them lead to the node, the phrase, and whether a closing mark
follows them."""


@dataclass(slots=True)
class _Node:
    """A prefix that some phrases share. Children are made on demand, since a search reads a few
    dozen of a hundred thousand prefixes."""

    rests: list[_Rest]
    """The phrases that end here or further on; empty once the children are made."""
    only: str | None
    """The phrase, if there is only one."""
    bonus: float
    """The highest bonus of these phrases."""
    children: dict[int, _Node] = field(default_factory=dict)
    """By next token."""
    ends: str | None = None
    """The phrase that ends here."""


class Tree:
    """Phrases that share their beginnings."""

    def __init__(
        self,
        phrases: Iterable[tuple[Prefix, str]],
        bonuses: Mapping[str, float] | None = None,
        marks: Sequence[Prefix] = ((),),
    ) -> None:
        """`phrases`: the token ids of each spelling, and the phrase that it spells.

        `bonuses`: nats by phrase, 0 if absent. `marks`: each phrase ends with one of these.
        """
        self.bonuses = bonuses or {}
        self._marks = marks
        self.root = self._node([(tokens, 0, phrase, True) for tokens, phrase in phrases])

    def children(self, node: _Node) -> Mapping[int, _Node]:
        """What follows `node`, by token. Sets also what ends there."""
        rests, node.rests = node.rests, []
        behind: dict[int, list[_Rest]] = defaultdict(list)
        for tokens, at, phrase, marked in rests:
            if at < len(tokens):
                behind[tokens[at]].append((tokens, at + 1, phrase, marked))
                continue
            for mark in self._marks if marked else ((),):
                if mark:
                    behind[mark[0]].append((mark, 1, phrase, False))
                else:
                    node.ends = phrase
        for token, those in behind.items():
            node.children[token] = self._node(those)
        return node.children

    def _node(self, rests: list[_Rest]) -> _Node:
        only = rests[0][2] if len({phrase for _, _, phrase, _ in rests}) == 1 else None
        of = self.bonuses
        bonus = max((of.get(rest[2], 0.0) for rest in rests), default=-np.inf) if of else 0.0
        return _Node(rests, only, bonus)


_Place = tuple[tuple[Tree, _Node], ...]
"""Where a prefix leads to: a node of each tree that has a phrase with it."""


class Decoder(Protocol):
    """A model that predicts the next token of one utterance."""

    end: int
    """The token that ends a phrase."""

    def after(self, prefixes: Sequence[Prefix]) -> list[NDArray[np.float32]]:
        """For each prefix, the log-probability of every next token, shape (vocabulary,).

        The prefixes have equal length. Each of them without its last token was asked for before.
        """


@dataclass(order=True, slots=True)
class _Unread:
    """A prefix that may be extended. Ordered by its place in the queue."""

    queue: float
    tie: int
    score: float = field(compare=False)
    """Its log-probability."""
    prefix: Prefix = field(compare=False)
    place: _Place = field(compare=False)

    @property
    def promise(self) -> float:
        """What the best of its phrases may reach, its bonus included."""
        return self.score + max(node.bonus for _, node in self.place)

    @property
    def only(self) -> str:
        """The phrase, if there is only one; "" otherwise."""
        return (self.place[0][1].only or "") if len(self.place) == 1 else ""


def search(
    decoder: Decoder, trees: Sequence[Tree], within: float, most: int, stride: float = 0.0
) -> dict[str, float]:
    """The phrases of `trees` that fit best, and their log-probabilities.

    The probabilities of a phrase's spellings add up, except `NEGLIGIBLE` ones. Complete for all
    phrases whose log-probability plus bonus is less than `within` below the best, unless that takes
    more than `most` prefixes. `stride`: nats that a token of the right phrase may cost. Each token
    moves a prefix forward in the queue by that much. Without it, the many short prefixes not yet
    ruled out would use up all the reading before a long phrase is finished.
    """
    found: dict[str, float] = {}
    best = -np.inf
    tie = count()
    frontier: list[_Unread] = []

    def arrive(place: _Place, prefix: Prefix, score: float, after: NDArray[np.float32]) -> None:
        nonlocal best
        behind: dict[int, list[tuple[Tree, _Node]]] = defaultdict(list)
        for tree, node in place:
            for token, child in tree.children(node).items():
                behind[token].append((tree, child))
            if node.ends is not None:
                complete = score + float(after[decoder.end])
                found[node.ends] = float(np.logaddexp(found.get(node.ends, -np.inf), complete))
                best = max(best, found[node.ends] + tree.bonuses.get(node.ends, 0.0))
        for token, those in behind.items():
            longer = score + float(after[token])
            new = _Unread(0.0, next(tie), longer, (*prefix, token), tuple(those))
            new.queue = -(new.promise + stride * (len(prefix) + 1))
            heapq.heappush(frontier, new)

    [after] = decoder.after([()])
    arrive(tuple((tree, tree.root) for tree in trees), (), 0.0, after)
    while frontier and most > 0:
        if frontier[0].promise <= best - within:
            heapq.heappop(frontier)
            continue
        length = len(frontier[0].prefix)
        # If the model leaves little doubt, a long phrase is read to its end before anything that
        # the model nearly rules out.
        worth = max(best, frontier[0].promise) - within
        batch: list[_Unread] = []
        others = []
        while frontier and len(batch) < min(ROWS, most) and frontier[0].promise > worth:
            entry = heapq.heappop(frontier)
            if len(entry.prefix) != length:
                others.append(entry)
            elif entry.score >= found.get(entry.only, -np.inf) - NEGLIGIBLE:
                batch.append(entry)
        for entry in others:
            heapq.heappush(frontier, entry)
        most -= len(batch)
        if batch:
            read = decoder.after([entry.prefix for entry in batch])
            for entry, after in zip(batch, read, strict=True):
                arrive(entry.place, entry.prefix, entry.score, after)
    return found


def spell(decoder: Decoder, longest: int) -> tuple[Prefix, float]:
    """The tokens the decoder would write by itself (greedy, at most `longest`).

    Returns them without the end token, and their log-probability including it.
    """
    tokens: Prefix = ()
    score = 0.0
    while True:
        [after] = decoder.after([tokens])
        token = int(np.argmax(after))
        score += float(after[token])
        if token == decoder.end or len(tokens) == longest:
            return tokens, score
        tokens = (*tokens, token)
