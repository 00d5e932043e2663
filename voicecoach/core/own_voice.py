"""Whose voice an utterance is in: the numbers that tell, and what they are held against.

A network makes 256 numbers of the sound of a voice (`listening.speaker`), much the same ones
whatever is said. An enrolment keeps their mean over what the lifter said. The cosine of the
two says how alike two voices are: 1 is the same sound, 0 is nothing in common.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

from .plan import SAMPLE_RATE

Embedding = tuple[float, ...]
"""What the network makes of one utterance, of length 1; empty where nobody can tell."""

SHORT, LONG = 0.7, 0.64
"""From this cosine on an utterance of less than `SECOND`, or of more, may be in the enrolled voice.
What is learnt is mostly single words, and a phrase is less like those. Of the lifter's own 1 or
2 of 100 are below it (`benchmarks.only_me`)."""

SECOND = SAMPLE_RATE
"""Output samples."""

ENOUGH = 6
"""Utterances without which a voice is not known: two commands of an enrolment."""


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """What is known of the lifter's voice."""

    network: str = ""
    """Whose numbers these are: to another network they mean nothing."""
    mean: Embedding = ()
    of: int = 0
    """How many utterances `mean` is the mean of."""

    @property
    def known(self) -> bool:
        return self.of >= ENOUGH

    def heard(self, embeddings: Iterable[Embedding]) -> OwnVoice:
        """With what more utterances gave; an empty one gave nothing."""
        return reduce(OwnVoice._with, filter(None, embeddings), self)

    def _with(self, embedding: Embedding) -> OwnVoice:
        of = self.of + 1
        before = self.mean or (0.0,) * len(embedding)
        mean = tuple(m + (e - m) / of for m, e in zip(before, embedding, strict=True))
        return replace(self, mean=mean, of=of)

    def renewed(self, newer: OwnVoice) -> OwnVoice:
        """`newer`, unless too little was said in its enrolment to know a voice by."""
        keep = self.known and not newer.known and self.network == newer.network
        return self if keep else newer


NOBODY = OwnVoice()
"""Of whom nothing is known."""


def bar(length: int) -> float:
    """What an utterance of so many output samples must reach."""
    return SHORT if length < SECOND else LONG


def alike(one: Embedding, other: Embedding) -> float:
    """The cosine of two embeddings, -1 to 1. Raises ValueError for two of different networks."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / max(math.hypot(*one) * math.hypot(*other), 1e-9)
