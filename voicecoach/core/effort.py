"""How much was left after a set, and what follows from it.

"How many were left?" counts the reps that were still possible: the reps in reserve. It is the same
scale as RPE, the other way round: left = 10 - RPE (Zourdos et al. 2016, Journal of Strength and
Conditioning Research 30(1)). The log keeps the RPE.

People say about one rep too few: 0.95 on average, with large differences between people (Halperin
et al. 2022, Sports Medicine 52(2), 377-390: 12 studies, 414 people). So one answer alone never
moves a plan: it takes `ANSWERS` at the same weight, and their median counts. What is said is not
corrected: who says one had probably two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from statistics import median

from .workout import DoneSet, SetKind, Weight

ALL = Decimal(10)
"""The RPE of a set after which nothing was left."""

MOST_LEFT = 5
"""The largest number of reps that is understood; nobody can tell more."""

ANSWERS = 2
"""How many answers it takes."""


def rpe_of(left: Decimal) -> Decimal:
    """The RPE of a set after which `left` reps were left."""
    return ALL - left


def left_of(rpe: Decimal) -> Decimal:
    """How many reps were left after a set of this RPE."""
    return ALL - rpe


def answers(sets: Iterable[DoneSet], weight: Weight | None) -> tuple[Decimal, ...]:
    """What was said to be left after each work set at `weight`, in order."""
    return tuple(
        left_of(each.rpe)
        for each in sets
        if each.rpe is not None and each.kind is SetKind.WORK and each.weight == weight
    )


def enough(told: Sequence[Decimal], least: int | None) -> bool:
    """Whether `told`, the answers at one weight, allow more weight if at least `least` reps should
    be left. Without any answer, the reps alone decide. A single answer does not allow it."""
    if least is None or not told:
        return True
    return len(told) >= ANSWERS and median(told) >= least
