"""What can be loaded: a bar or a sled with its plates, a stack with its pin, weights in steps.

loading.nearest(weight)  # the weight that can be loaded and is nearest to it
loading.side(weight)     # the plates on each side for it, heaviest first
loading.below(weight)    # the next weight down

Kilograms and pounds are never mixed: each unit has a rack of its own. A weight in a unit without a
rack is left as it is, because nothing is known about it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_DOWN, Decimal
from functools import lru_cache

from .workout import Unit, Weight

MOST_ON_A_SIDE = Decimal(500)
"""The sum of the plates on one side, in their unit, at most. No sleeve of a bar holds more."""

PAIRS = 8
"""Pairs of each plate, if the file does not say how many there are."""

A_PLATE: Mapping[Unit, Decimal] = {Unit.KG: Decimal(20), Unit.LB: Decimal(45)}
"""What lifters mean by "a plate": the large one that every gym has."""

_QUARTER: Mapping[Unit, Decimal] = {Unit.KG: Decimal(5), Unit.LB: Decimal(25)}
"""What "and a quarter" adds on each side to such a plate. In pounds it is the plate of 25, a
quarter of a hundred. In kilograms there is no such plate, and it is a quarter of 20."""

Plates = tuple[Decimal, ...]
"""The plates on one side, heaviest first."""


@dataclass(frozen=True, slots=True)
class Rack:
    """What can be loaded in one unit. It has plates, a stack, a step, or only an empty weight."""

    empty: Decimal = Decimal(0)
    """What the bar or the sled weighs; 0: it has none."""
    plates: tuple[tuple[Decimal, int], ...] = ()
    """Each plate, heaviest first, and how many pairs of it there are."""
    stack: tuple[Decimal, ...] = ()
    """The weights of a stack, lightest first; the pin's first hole is 1."""
    step: Decimal = Decimal(0)
    """The difference between two weights, from the empty one on; 0: there are no steps."""

    def nearest(self, amount: Decimal) -> Decimal:
        """What can be loaded and is nearest to `amount`; of two equally near ones, the lighter."""
        if self.step:
            least = self.empty or self.step
            steps = ((amount - least) / self.step).to_integral_value(ROUND_HALF_DOWN)
            return least + max(Decimal(0), steps) * self.step
        there = self._there()
        if not there:
            return amount
        at = bisect_left(there, amount)
        return min(there[max(0, at - 1) : at + 1], key=lambda each: abs(each - amount))

    def next_to(self, amount: Decimal, up: bool) -> Decimal | None:
        """The next weight up or down; None if there is none."""
        if self.step:
            near = self.nearest(amount)
            while near >= amount if not up else near <= amount:
                near += self.step if up else -self.step
            return near if near >= (self.empty or self.step) else None
        there = self._there()
        if up:
            return next((each for each in there if each > amount), None)
        return next((each for each in reversed(there) if each < amount), None)

    def side(self, amount: Decimal) -> Plates | None:
        """The plates on each side that make `amount`: as few as possible, and of equally many
        the heaviest. None if there is no such loading; () for the empty bar."""
        if not self.plates:
            return () if self.empty and amount == self.empty else None
        counts = _sides(self.plates).get((amount - self.empty) / 2)
        if counts is None:
            return None
        pairs = zip(self.plates, counts, strict=True)
        return tuple(plate for (plate, _), count in pairs for _ in range(count))

    def _there(self) -> tuple[Decimal, ...]:
        """All weights that can be loaded, lightest first; () if nothing is known."""
        if self.stack or not self.plates:
            return self.stack
        return _whole(self.empty, self.plates)


_Counts = tuple[int, ...]
"""How many pairs of each plate."""

_Wanted = Callable[[Rack], bool]


@lru_cache(maxsize=64)
def _sides(plates: tuple[tuple[Decimal, int], ...]) -> dict[Decimal, _Counts]:
    """Every sum that one side can have, with the best way to make it."""
    best: dict[Decimal, _Counts] = {Decimal(0): ()}
    for plate, pairs in plates:
        longer: dict[Decimal, _Counts] = {}
        for lighter, counts in best.items():
            for count in range(pairs + 1):
                total = lighter + count * plate
                if total > MOST_ON_A_SIDE:
                    break
                made = (*counts, count)
                known = longer.get(total)
                if known is None or (sum(made), known) < (sum(known), made):
                    longer[total] = made
        best = longer
    return best


@lru_cache(maxsize=64)
def _whole(empty: Decimal, plates: tuple[tuple[Decimal, int], ...]) -> tuple[Decimal, ...]:
    """Every weight that can be loaded, lightest first."""
    totals = (empty + 2 * side for side in _sides(plates))
    return tuple(sorted(total for total in totals if total))


def neat(amount: Decimal) -> Decimal:
    """The same without needless digits, as a lifter would say it: not 25.00, and not 2E+1."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount.normalize()


def _weight(amount: Decimal, unit: Unit) -> Weight:
    return Weight(neat(amount), unit)


@dataclass(frozen=True, slots=True)
class Loading:
    """How an exercise is loaded."""

    racks: tuple[tuple[Unit, Rack], ...] = ()
    """At most one for each unit."""
    body: bool = False
    """True if the lifter's own weight is lifted, and a weight is what is added to it."""

    def nearest(self, weight: Weight) -> Weight:
        """What can be loaded and is nearest to `weight`; of two equally near ones, the lighter."""
        rack = self.rack(weight.unit)
        return weight if rack is None else _weight(rack.nearest(weight.amount), weight.unit)

    def fits(self, weight: Weight) -> bool:
        """Whether exactly this can be loaded, as far as is known."""
        return self.nearest(weight) == weight

    def below(self, weight: Weight) -> Weight | None:
        """The next weight down; None if there is none, or if nothing is known about its unit."""
        return self._next_to(weight, up=False)

    def above(self, weight: Weight) -> Weight | None:
        """The next weight up; None if there is none, or if nothing is known about its unit."""
        return self._next_to(weight, up=True)

    def _next_to(self, weight: Weight, up: bool) -> Weight | None:
        rack = self.rack(weight.unit)
        found = rack.next_to(weight.amount, up) if rack is not None else None
        return None if found is None else _weight(found, weight.unit)

    def side(self, weight: Weight) -> Plates | None:
        """The plates on each side, heaviest first; () for none. None if nothing is known."""
        rack = self.rack(weight.unit)
        return None if rack is None else rack.side(weight.amount)

    def pin(self, weight: Weight) -> int | None:
        """The number of the pin's hole, from 1; None if there is no such hole."""
        rack = self.rack(weight.unit)
        if rack is None or weight.amount not in rack.stack:
            return None
        return rack.stack.index(weight.amount) + 1

    def at_pin(self, hole: int, unit: Unit) -> Weight | None:
        """The weight with the pin in that hole, from 1, if there is a stack and it has so many."""
        rack = self._of(unit, lambda each: bool(each.stack))
        if rack is None or not 1 <= hole <= len(rack[1].stack):
            return None
        return Weight(rack[1].stack[hole - 1], rack[0])

    def lightest(self, unit: Unit) -> Weight | None:
        """The empty bar or sled; None if its weight is not known."""
        rack = self._of(unit, lambda each: bool(each.empty))
        return Weight(rack[1].empty, rack[0]) if rack is not None else None

    def with_plates(self, count: int, quarter: bool, unit: Unit) -> Weight | None:
        """The bar with so many plates a side, and perhaps a quarter; None without a bar."""
        rack = self._of(unit, lambda each: bool(each.empty))
        if rack is None:
            return None
        unit = rack[0]
        side = count * A_PLATE[unit] + (_QUARTER[unit] if quarter else 0)
        return _weight(rack[1].empty + 2 * side, unit)

    @property
    def barred(self) -> bool:
        """True if it has a bar or a sled of known weight."""
        return any(rack.empty for _, rack in self.racks)

    @property
    def stacked(self) -> bool:
        return any(rack.stack for _, rack in self.racks)

    def rack(self, unit: Unit) -> Rack | None:
        return next((rack for known, rack in self.racks if known is unit), None)

    def _of(self, unit: Unit, wanted: _Wanted) -> tuple[Unit, Rack] | None:
        """The rack that is `wanted`, if possible in `unit`."""
        there = [each for each in self.racks if wanted(each[1])]
        return min(there, key=lambda each: each[0] is not unit, default=None)
