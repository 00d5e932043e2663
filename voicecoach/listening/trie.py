"""Phrases as a tree of tokens, and the search for those that fit the audio best.

Log-probabilities only fall as a phrase goes on, so looking first at the best
prefixes found so far (uniform-cost search) finds the best phrases without ever
reading most of a large grammar. What a phrase may gain from elsewhere, its bonus,
is added to what its prefixes promise.
"""

from __future__ import annotations

import heapq
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


@dataclass(slots=True)
class _Node:
    """A prefix that some phrases share."""

    children: dict[int, _Node] = field(default_factory=dict)
    """By the token that comes next."""
    ends: int | None = None
    """The number of the phrase that is complete here."""
    only: int = _NONE
    """The number of the phrase, where only one is complete here or further on."""
    bonus: float = -np.inf
    """The highest bonus of those."""


class Tree:
    """Phrases that share their beginnings."""

    def __init__(
        self, phrases: Iterable[tuple[Prefix, int]], bonuses: Mapping[int, float] | None = None
    ) -> None:
        """Token ids, and a number that spellings of one phrase share.

        `bonuses`: nats by number, 0 for those it does not name.
        """
        self.bonuses = bonuses or {}
        self.root = _Node()
        for tokens, number in phrases:
            node = self._pass(self.root, number)
            for token in tokens:
                node = self._pass(node.children.setdefault(token, _Node()), number)
            node.ends = number

    def _pass(self, node: _Node, number: int) -> _Node:
        node.only = number if node.only in (_NONE, number) else _MANY
        node.bonus = max(node.bonus, self.bonuses.get(number, 0.0))
        return node


class Decoder(Protocol):
    """A model that says which token comes next in one utterance."""

    end: int
    """The token that ends a phrase."""

    def after(self, prefixes: Sequence[Prefix]) -> list[NDArray[np.float32]]:
        """For each prefix the log-probability of every token after it, shape (vocabulary,).

        The prefixes are equally long; what each of them adds its last token to was
        asked for before.
        """


def search(decoder: Decoder, tree: Tree, within: float, most: int) -> dict[int, float]:
    """The phrases of `tree` that fit best: their numbers and log-probabilities.

    The probabilities of a phrase's spellings add up, but for `NEGLIGIBLE` ones.
    Complete for all phrases whose log-probability and bonus are together less than
    `within` below those of the best one, unless that takes more than `most` prefixes.
    """
    found: dict[int, float] = {}
    best = -np.inf
    tie = count()
    # What it promises, negated; tie-break; its log-probability; the prefix; its node.
    frontier: list[tuple[float, int, float, Prefix, _Node]] = []

    def arrive(node: _Node, prefix: Prefix, score: float, after: NDArray[np.float32]) -> None:
        nonlocal best
        if node.ends is not None:
            complete = score + float(after[decoder.end])
            found[node.ends] = float(np.logaddexp(found.get(node.ends, -np.inf), complete))
            best = max(best, found[node.ends] + tree.bonuses.get(node.ends, 0.0))
        for token, child in node.children.items():
            longer = score + float(after[token])
            entry = (-(longer + child.bonus), next(tie), longer, (*prefix, token), child)
            heapq.heappush(frontier, entry)

    [after] = decoder.after([()])
    arrive(tree.root, (), 0.0, after)
    while frontier and most > 0 and -frontier[0][0] > best - within:
        length = len(frontier[0][3])
        batch: list[tuple[float, Prefix, _Node]] = []
        others = []
        while frontier and len(batch) < min(ROWS, most) and -frontier[0][0] > best - within:
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
