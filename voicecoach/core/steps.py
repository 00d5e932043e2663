"""The next weight: how much more, and what can be loaded.

American College of Sports Medicine, position stand on progression models in resistance training,
2009: 2 to 10 % more, once the reps are there. A step is larger only if the smallest plate is: 5 kg
are a quarter of 20. Then the coach says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .plan import Exercise
from .workout import Unit, Weight

MOST = Decimal("0.10")
"""Share of the weight that a step adds at most."""

_FINEST = Decimal("0.25")
"""No plate is lighter, in any unit."""


@dataclass(frozen=True, slots=True)
class StepUp:
    """From one weight to the next."""

    weight: Weight
    """The next weight."""
    share: Decimal
    """By which share of the last one it is heavier."""

    @property
    def percent(self) -> int:
        """The same in whole percent, if it is more than is advised; else 0."""
        return round(self.share * 100) if self.share > MOST else 0


def step_of(exercise: Exercise, unit: Unit, own: Sequence[Weight] = ()) -> Weight | None:
    """What is added at a time in this unit: by `own`, or by the exercise's rule."""
    steps = own or (exercise.progression.steps if exercise.progression is not None else ())
    return next((each for each in steps if each.unit is unit), None)


def nearest(exercise: Exercise, weight: Weight) -> Weight:
    """The nearest weight that can be loaded. If that is not known: a multiple of the exercise's
    step."""
    loading = exercise.loading
    if loading is not None and loading.rack(weight.unit) is not None:
        return loading.nearest(weight)
    step = step_of(exercise, weight.unit)
    if step is None:
        return weight
    times = (weight.amount / step.amount).quantize(Decimal(1), ROUND_HALF_UP)
    return Weight(max(Decimal(1), times) * step.amount, weight.unit)


def more(exercise: Exercise, weight: Weight, own: Sequence[Weight] = ()) -> StepUp | None:
    """The step up from `weight`. If the usual one is too large, the smallest that can be loaded.
    None if there is no step in its unit."""
    step = step_of(exercise, weight.unit, own)
    if step is None:
        return None
    usual = Weight(weight.amount + step.amount, weight.unit)
    if step.amount <= MOST * weight.amount:
        return _step(weight, usual)
    for n in range(1, int(step.amount / _FINEST)):
        finer = nearest(exercise, Weight(weight.amount + n * _FINEST, weight.unit))
        if weight.amount < finer.amount < usual.amount:
            return _step(weight, finer)
    return _step(weight, usual)


def _step(before: Weight, after: Weight) -> StepUp:
    return StepUp(after, after.amount / before.amount - 1)


def share_of(exercise: Exercise, weight: Weight, share: Decimal) -> Weight:
    """A share of `weight`, as it can be loaded."""
    return nearest(exercise, Weight(weight.amount * share, weight.unit))
