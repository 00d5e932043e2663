"""The warm-up ramp: lighter sets before the work sets, by a rule that stands in voicecoach.toml.

The rule has steps, each a share of the work weight and a number of reps. Their weights are rounded
to what can be loaded, and are never below the empty bar. Steps that would add too little are left
out, so a light work weight takes fewer of them, and the empty bar none.
"""

from __future__ import annotations

from decimal import Decimal

from .loading import Loading, neat
from .workout import PlannedSet, SetKind, WarmUp, Weight

LEAST_JUMP = Decimal("0.1")
"""Share of the work weight. A step that adds less to the one before it is left out, and so is one
that is this near to the work weight."""


def ramp(
    rule: WarmUp, weight: Weight, loading: Loading | None = None, above: Weight | None = None
) -> tuple[PlannedSet, ...]:
    """The warm-up sets for work sets with `weight`, lightest first; () if it needs none.

    `above`: the weight of a warm-up set that is already done; only heavier ones are left."""
    rack = loading.rack(weight.unit) if loading is not None else None
    empty = rack.empty if rack is not None else Decimal(0)
    jump = LEAST_JUMP * weight.amount
    last = above.amount if above is not None and above.unit is weight.unit else Decimal(0)
    sets = []
    for percent, reps in rule.steps:
        amount = max(empty, weight.amount * percent / 100)
        amount = rack.nearest(amount) if rack is not None else _plain(amount)
        # The first step needs no jump: the empty bar may be light.
        enough = amount > last if not last else amount - last >= jump
        if enough and weight.amount - amount >= jump:
            last = amount
            step = Weight(neat(amount), weight.unit)
            sets.append(PlannedSet(reps, SetKind.WARM_UP, step, rule.rest, toward=weight))
    return tuple(sets)


_COARSE = Decimal("2.5")
"""If nothing is known of the plates, warm-ups go by this, in either unit."""


def _plain(amount: Decimal) -> Decimal:
    return (amount / _COARSE).to_integral_value() * _COARSE
