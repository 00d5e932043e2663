"""How strong a set shows somebody to be: the estimated one-repetition maximum (e1RM).

Two formulas are in common use, and both were fitted to sets of about ten reps: for more
than `ROUGH_ABOVE` they are rough, and no estimate is better than a lift of one rep, which
is the weight itself.

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
"""Reps: at 37 its formula divides by nothing."""


class Formula(StrEnum):
    EPLEY = "epley"
    BRZYCKI = "brzycki"


class Lifted(Protocol):
    """A set, as far as its strength goes: a `DoneSet`, or one of the log."""

    @property
    def kind(self) -> SetKind: ...
    @property
    def reps(self) -> int: ...
    @property
    def weight(self) -> Weight | None: ...
    @property
    def held(self) -> bool: ...


def e1rm(weight: Decimal, reps: int, formula: Formula = Formula.EPLEY) -> Decimal | None:
    """What could be lifted once by whoever lifts `weight`, in any unit, `reps` times; in
    the same unit. None for no reps, and for more than 36 by Brzycki."""
    if reps < 1:
        return None
    if reps == 1:
        return weight
    if formula is Formula.EPLEY:
        return weight * (30 + reps) / 30
    return weight * 36 / (37 - reps) if reps <= _LAST_OF_BRZYCKI else None


def rough(reps: int) -> bool:
    """Whether an estimate from so many reps says little."""
    return reps > ROUGH_ABOVE


def strength(lifted: Lifted, formula: Formula = Formula.EPLEY) -> Decimal | None:
    """The e1RM of a set in kg; None for a warm-up or a hold, and without a weight or a rep."""
    if lifted.kind is SetKind.WARM_UP or lifted.held or lifted.weight is None:
        return None
    return e1rm(lifted.weight.kilograms, lifted.reps, formula)


def best(sets: Iterable[Lifted], formula: Formula = Formula.EPLEY) -> Decimal | None:
    """The best e1RM (kg) of `sets`; None where none of them shows any."""
    shown = (strength(each, formula) for each in sets)
    return max((kg for kg in shown if kg is not None), default=None)


def records(sessions: Sequence[Decimal | None]) -> list[bool]:
    """Which of the figures of one exercise, one a session and oldest first, was a record:
    better than every earlier one. The first is none, for there is nothing to beat."""
    found = []
    highest: Decimal | None = None
    for figure in sessions:
        found.append(highest is not None and figure is not None and figure > highest)
        if figure is not None:
            highest = figure if highest is None else max(highest, figure)
    return found
