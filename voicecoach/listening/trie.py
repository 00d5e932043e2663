"""Phrases as a tree of tokens, and the search for those that fit the audio best.

Log-probabilities only fall as a phrase goes on, so looking first at the best
prefixes found so far (uniform-cost search) finds the best phrases without ever
reading most of a large grammar.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

ROWS = 8
"""Prefixes that are handed to the decoder at once."""

State = TypeVar("State")
"""What a decoder remembers of the tokens it has read."""


@dataclass(slots=True)
class Node:
    """A prefix that some phrases share."""

    children: dict[int, Node] = field(default_factory=dict)
    """By the token that comes next."""
    ends: int | None = None
    """The number of the phrase that is complete here."""


def grow(phrases: Iterable[tuple[Sequence[int], int]]) -> Node:
    """The tree of `phrases`: token ids, and a number that spellings of one phrase share."""
    root = Node()
    for tokens, number in phrases:
        node = root
        for token in tokens:
            node = node.children.setdefault(token, Node())
        node.ends = number
    return root


class Decoder(Protocol[State]):
    """A model that says which token comes next in one utterance."""

    end: int
    """The token that ends a phrase."""

    def begin(self) -> tuple[State, NDArray[np.float32]]:
        """The state before any token, and the log-probability of each first token."""

    def step(
        self, states: Sequence[State], tokens: Sequence[int]
    ) -> list[tuple[State, NDArray[np.float32]]]:
        """Read `tokens[i]` in `states[i]`; all the states have read equally many tokens.

        Returns each new state with the log-probabilities, shape (vocabulary,), of
        the token after it.
        """


_Entry = tuple[float, int, int, Node, State, int]
"""Cost, tie-break, tokens read before, node, the state before its token, its token."""


def search(
    decoder: Decoder[State],
    root: Node,
    within: float,
    most: int,
    begun: tuple[State, NDArray[np.float32]],
) -> dict[int, float]:
    """The phrases under `root` that fit best: their numbers and log-probabilities.

    The probabilities of a phrase's spellings add up.

    Complete for all phrases less than `within` below the best one, unless that
    takes more than `most` prefixes. `begun` is what `decoder.begin()` gave.
    """
    found: dict[int, float] = {}
    best = -np.inf
    tie = count()
    frontier: list[_Entry[State]] = []

    def arrive(
        node: Node, depth: int, score: float, state: State, after: NDArray[np.float32]
    ) -> float:
        if node.ends is not None:
            complete = score + float(after[decoder.end])
            found[node.ends] = float(np.logaddexp(found.get(node.ends, -np.inf), complete))
        for token, child in node.children.items():
            entry = (-(score + float(after[token])), next(tie), depth, child, state, token)
            heapq.heappush(frontier, entry)
        return max(found.values(), default=-np.inf)

    best = arrive(root, 0, 0.0, *begun)
    while frontier and most > 0 and -frontier[0][0] > best - within:
        depth = frontier[0][2]
        batch: list[_Entry[State]] = []
        others: list[_Entry[State]] = []
        while frontier and len(batch) < min(ROWS, most) and -frontier[0][0] > best - within:
            entry = heapq.heappop(frontier)
            (batch if entry[2] == depth else others).append(entry)
        for entry in others:
            heapq.heappush(frontier, entry)
        most -= len(batch)
        stepped = decoder.step([entry[4] for entry in batch], [entry[5] for entry in batch])
        for (cost, _, _, node, _, _), (state, after) in zip(batch, stepped, strict=True):
            best = max(best, arrive(node, depth + 1, -cost, state, after))
    return found


def spell(
    decoder: Decoder[State], longest: int, begun: tuple[State, NDArray[np.float32]]
) -> tuple[list[int], float]:
    """The tokens the decoder would write by itself (at most `longest`, greedily).

    Returns them without the end, and their log-probability with it.
    """
    state, after = begun
    tokens: list[int] = []
    score = 0.0
    while True:
        token = int(np.argmax(after))
        score += float(after[token])
        if token == decoder.end or len(tokens) == longest:
            return tokens, score
        tokens.append(token)
        [(state, after)] = decoder.step([state], [token])
