"""Phrases as a tree of tokens, and the search for those that fit the audio best.

A phrase's log-probability only falls as it goes on. So uniform-cost search, which extends the best
prefixes found so far, finds the best phrases without reading most of a large grammar. A phrase's
bonus, what it may gain from elsewhere, is added to the bound of its prefixes.
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


_NONE, _MANY = -1, -2

_Rest = tuple[Prefix, int, int, bool]
"""A phrase's tokens, how many of them lead to the node, its number, and whether a closing mark
follows them."""


@dataclass(slots=True)
class _Node:
    """A prefix that some phrases share. Children are made on demand, since a search reads a few
    dozen of a hundred thousand prefixes."""

    rests: list[_Rest]
    """The phrases that end here or further on; empty once the children are made."""
    only: int
    """The number of the phrase, if there is only one."""
    bonus: float
    """The highest bonus of these phrases."""
    children: dict[int, _Node] = field(default_factory=dict)
    """By next token."""
    ends: int | None = None
    """The number of the phrase that ends here."""


class Tree:
    """Phrases that share their beginnings."""

    def __init__(
        self,
        phrases: Iterable[tuple[Prefix, int]],
        bonuses: Mapping[int, float] | None = None,
        marks: Sequence[Prefix] = ((),),
    ) -> None:
        """`phrases`: token ids, and a number that the spellings of one phrase share.

        `bonuses`: nats by number, 0 if absent. `marks`: each phrase ends with one of these.
        """
        self.bonuses = bonuses or {}
        self._marks = marks
        self.root = self._node([(tokens, 0, number, True) for tokens, number in phrases])
        self.sort_out(self.root)

    def sort_out(self, node: _Node) -> None:
        """Make the children of `node` and set what ends there, unless that is done."""
        rests, node.rests = node.rests, []
        behind: dict[int, list[_Rest]] = defaultdict(list)
        for tokens, at, number, marked in rests:
            if at < len(tokens):
                behind[tokens[at]].append((tokens, at + 1, number, marked))
                continue
            for mark in self._marks if marked else ((),):
                if mark:
                    behind[mark[0]].append((mark, 1, number, False))
                else:
                    node.ends = number
        for token, those in behind.items():
            node.children[token] = self._node(those)

    def _node(self, rests: list[_Rest]) -> _Node:
        numbers = {number for _, _, number, _ in rests}
        only = numbers.pop() if len(numbers) == 1 else _MANY if numbers else _NONE
        bonus = -np.inf
        if rests:
            of = self.bonuses
            bonus = max(of.get(rest[2], 0.0) for rest in rests) if of else 0.0
        return _Node(rests, only, bonus)


class Decoder(Protocol):
    """A model that predicts the next token of one utterance."""

    end: int
    """The token that ends a phrase."""

    def after(self, prefixes: Sequence[Prefix]) -> list[NDArray[np.float32]]:
        """For each prefix, the log-probability of every next token, shape (vocabulary,).

        The prefixes have equal length. Each of them without its last token was asked for before.
        """


def search(
    decoder: Decoder, tree: Tree, within: float, most: int, stride: float = 0.0
) -> dict[int, float]:
    """The phrases of `tree` that fit best: their numbers and log-probabilities.

    The probabilities of a phrase's spellings add up, except `NEGLIGIBLE` ones. Complete for all
    phrases whose log-probability plus bonus is less than `within` below the best, unless that takes
    more than `most` prefixes. `stride`: nats that a token of the right phrase may cost. Each token
    moves a prefix forward in the queue by that much. Without it, the many short prefixes not yet
    ruled out would use up all the reading before a long phrase is finished.
    """
    found: dict[int, float] = {}
    best = -np.inf
    tie = count()
    # Place in the queue; tie-break; log-probability; prefix; node.
    frontier: list[tuple[float, int, float, Prefix, _Node]] = []

    def promise(entry: tuple[float, int, float, Prefix, _Node]) -> float:
        return entry[2] + entry[4].bonus

    def arrive(node: _Node, prefix: Prefix, score: float, after: NDArray[np.float32]) -> None:
        nonlocal best
        tree.sort_out(node)
        if node.ends is not None:
            complete = score + float(after[decoder.end])
            found[node.ends] = float(np.logaddexp(found.get(node.ends, -np.inf), complete))
            best = max(best, found[node.ends] + tree.bonuses.get(node.ends, 0.0))
        for token, child in node.children.items():
            longer = score + float(after[token])
            place = longer + child.bonus + stride * (len(prefix) + 1)
            heapq.heappush(frontier, (-place, next(tie), longer, (*prefix, token), child))

    [after] = decoder.after([()])
    arrive(tree.root, (), 0.0, after)
    while frontier and most > 0:
        if promise(frontier[0]) <= best - within:
            heapq.heappop(frontier)
            continue
        length = len(frontier[0][3])
        # If the model leaves little doubt, a long phrase is read to its end before anything that
        # the model nearly rules out.
        worth = max(best, promise(frontier[0])) - within
        batch: list[tuple[float, Prefix, _Node]] = []
        others = []
        while frontier and len(batch) < min(ROWS, most) and promise(frontier[0]) > worth:
            entry = heapq.heappop(frontier)
            _, _, score, prefix, node = entry
            if len(prefix) != length:
                others.append(entry)
            elif score >= found.get(node.only, -np.inf) - NEGLIGIBLE:
                batch.append((score, prefix, node))
        for entry in others:
            heapq.heappush(frontier, entry)
        most -= len(batch)
        if batch:
            read = decoder.after([prefix for _, prefix, _ in batch])
            for (score, prefix, node), after in zip(batch, read, strict=True):
                arrive(node, prefix, score, after)
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
