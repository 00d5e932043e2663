"""How strong a set shows the lifter to be: the estimated one-repetition maximum (e1RM).

Two formulas are in common use. Both were fitted to sets of about ten reps, so above `ROUGH_ABOVE`
they are rough. One rep needs no estimate: its weight is the e1RM.

-   Epley, B. (1985). Poundage chart. Boyd Epley Workout. `w * (1 + r / 30)`
-   Brzycki, M. (1993). Strength testing: predicting a one-rep max from reps-to-fatigue.
    JOPERD 64(1), 88-90. `w * 36 / (37 - r)`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from .workout import SetKind, Weight

ROUGH_ABOVE = 12
"""Reps above which an estimate is rough."""

_LAST_OF_BRZYCKI = 36
"""Reps. At 37 its formula divides by zero."""


class Formula(StrEnum):
    EPLEY = "epley"
    BRZYCKI = "brzycki"


class Lifted(Protocol):
    """What the e1RM needs of a set: a `DoneSet`, or one of the log."""

    @property
    def kind(self) -> SetKind: ...
    @property
    def reps(self) -> int: ...
    @property
    def weight(self) -> Weight | None: ...
    @property
    def held(self) -> bool: ...


def e1rm(weight: Decimal, reps: int, formula: Formula = Formula.EPLEY) -> Decimal | None:
    """The e1RM of lifting `weight` `reps` times, in the unit of `weight`. None for no reps, and for
    more than 36 by Brzycki."""
    if reps < 1:
        return None
    if reps == 1:
        return weight
    if formula is Formula.EPLEY:
        return weight * (30 + reps) / 30
    return weight * 36 / (37 - reps) if reps <= _LAST_OF_BRZYCKI else None


def rough(reps: int) -> bool:
    """Whether an estimate from `reps` reps is rough."""
    return reps > ROUGH_ABOVE


def strength(lifted: Lifted, formula: Formula = Formula.EPLEY) -> Decimal | None:
    """The e1RM of a set in kg; None for a warm-up or a hold, and without a weight or a rep."""
    if lifted.kind is SetKind.WARM_UP or lifted.held or lifted.weight is None:
        return None
    return e1rm(lifted.weight.kilograms, lifted.reps, formula)


def best(sets: Iterable[Lifted], formula: Formula = Formula.EPLEY) -> Decimal | None:
    """The best e1RM of `sets` in kg; None if none of them shows any."""
    shown = (strength(each, formula) for each in sets)
    return max((kg for kg in shown if kg is not None), default=None)


def records(sessions: Sequence[Decimal | None]) -> list[bool]:
    """Which of one exercise's e1RMs, one a session and oldest first, are records: better than every
    earlier one. The first is not: there is nothing to beat."""
    found = []
    highest: Decimal | None = None
    for figure in sessions:
        found.append(highest is not None and figure is not None and figure > highest)
        if figure is not None:
            highest = figure if highest is None else max(highest, figure)
    return found
