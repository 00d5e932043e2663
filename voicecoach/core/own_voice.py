"""Whether an utterance is in the lifter's voice: embeddings, and the figures they must reach.

A network turns the sound of a voice into 256 numbers (`listening.speaker`), much the same whatever
is said. An enrolment keeps their mean over what the lifter said. The cosine of the two says how
alike two voices are: 1 is the same, 0 is nothing in common.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

from .plan import SAMPLE_RATE

Embedding = tuple[float, ...]
"""What the network makes of one utterance, of length 1; empty if unknown."""

SHORT, LONG = 0.7, 0.64
"""Cosine from which an utterance shorter than `SECOND`, or a longer one, may be in the enrolled
voice. An enrolment is mostly single words, and a phrase is less like those. 1 or 2 in 100 of the
lifter's own utterances are below it (`benchmarks.only_me`)."""

SECOND = SAMPLE_RATE
"""In output samples."""

ENOUGH = 6
"""Utterances needed to know a voice: two commands of an enrolment."""


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """What is known of the lifter's voice."""

    network: str = ""
    """The network that made the numbers. To another network they mean nothing."""
    mean: Embedding = ()
    of: int = 0
    """How many utterances went into `mean`."""

    @property
    def known(self) -> bool:
        return self.of >= ENOUGH

    def heard(self, embeddings: Iterable[Embedding]) -> OwnVoice:
        """With more utterances added; empty embeddings are skipped."""
        return reduce(OwnVoice._with, filter(None, embeddings), self)

    def _with(self, embedding: Embedding) -> OwnVoice:
        of = self.of + 1
        before = self.mean or (0.0,) * len(embedding)
        mean = tuple(m + (e - m) / of for m, e in zip(before, embedding, strict=True))
        return replace(self, mean=mean, of=of)

    def renewed(self, newer: OwnVoice) -> OwnVoice:
        """`newer`, unless its enrolment has too few utterances to know a voice by."""
        keep = self.known and not newer.known and self.network == newer.network
        return self if keep else newer


NOBODY = OwnVoice()
"""An unknown voice."""


def bar(length: int) -> float:
    """The cosine that an utterance of `length` output samples must reach."""
    return SHORT if length < SECOND else LONG


def alike(one: Embedding, other: Embedding) -> float:
    """The cosine of two embeddings, -1 to 1. Raises ValueError if their sizes differ."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / max(math.hypot(*one) * math.hypot(*other), 1e-9)
