"""Phrases as a tree of tokens, and the search for those that fit the audio best.

Log-probabilities only fall as a phrase goes on, so looking first at the best
prefixes found so far (uniform-cost search) finds the best phrases without ever
reading most of a large grammar. What a phrase may gain from elsewhere, its bonus,
is added to what its prefixes promise.
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
"""Prefixes that are handed to the decoder at once."""

NEGLIGIBLE = 3.0
"""Nats below what was found of a phrase at which another spelling of it is not worth
reading: it would add less than five hundredths of a nat."""

Prefix = tuple[int, ...]
"""Tokens from the beginning of an utterance."""


_NONE, _MANY = -1, -2

_Rest = tuple[Prefix, int, int, bool]
"""A phrase's tokens, how many of them lead to the node, its number, and whether one of the
marks follows them."""


@dataclass(slots=True)
class _Node:
    """A prefix that some phrases share. What is behind it is sorted out once it is asked for,
    since a search reads a few dozen prefixes of a hundred thousand."""

    rests: list[_Rest]
    """The phrases that are complete here or further on; empty once they are sorted out."""
    only: int
    """The number of the phrase, where it is only one."""
    bonus: float
    """The highest bonus of those."""
    children: dict[int, _Node] = field(default_factory=dict)
    """By the token that comes next."""
    ends: int | None = None
    """The number of the phrase that is complete here."""


class Tree:
    """Phrases that share their beginnings."""

    def __init__(
        self,
        phrases: Iterable[tuple[Prefix, int]],
        bonuses: Mapping[int, float] | None = None,
        marks: Sequence[Prefix] = ((),),
    ) -> None:
        """Token ids, and a number that spellings of one phrase share.

        `bonuses`: nats by number, 0 for those it does not name. `marks`: each phrase ends
        with one of these.
        """
        self.bonuses = bonuses or {}
        self._marks = marks
        self.root = self._node([(tokens, 0, number, True) for tokens, number in phrases])
        self.sort_out(self.root)

    def sort_out(self, node: _Node) -> None:
        """Make the children of `node` and find out what ends there, if that is to be done."""
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
    """A model that says which token comes next in one utterance."""

    end: int
    """The token that ends a phrase."""

    def after(self, prefixes: Sequence[Prefix]) -> list[NDArray[np.float32]]:
        """For each prefix the log-probability of every token after it, shape (vocabulary,).

        The prefixes are equally long; what each of them adds its last token to was
        asked for before.
        """


def search(
    decoder: Decoder, tree: Tree, within: float, most: int, stride: float = 0.0
) -> dict[int, float]:
    """The phrases of `tree` that fit best: their numbers and log-probabilities.

    The probabilities of a phrase's spellings add up, but for `NEGLIGIBLE` ones.
    Complete for all phrases whose log-probability and bonus are together less than
    `within` below those of the best one, unless that takes more than `most` prefixes.
    `stride`: nats that a token of a phrase that was said may well cost. Long prefixes come
    so much sooner for each, or the many short ones that are not yet ruled out would take up
    all the reading before a long phrase has come to its end.
    """
    found: dict[int, float] = {}
    best = -np.inf
    tie = count()
    # Its place in the order; tie-break; its log-probability; the prefix; its node.
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
        # Where the model leaves little doubt, a long phrase is read to its end before what it
        # nearly rules out is read at all.
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
    """The tokens the decoder would write by itself (at most `longest`, greedily).

    Returns them without the end, and their log-probability with it.
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
