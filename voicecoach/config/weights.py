"""`[weights]` of an exercise: what can be loaded -> `core.loading.Loading`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from voicecoach.core.loading import PAIRS, Loading, Rack
from voicecoach.core.workout import Unit, Weight

from .fields import Part, Takes, described, refused, weighed, whole

_MOST_SIZES = 12
"""Plates of different weights in one unit."""

_MOST_PAIRS = 12

_MOST_HOLES = 100
"""Weights of a stack."""

_FINEST = Decimal("0.05")
"""Plates are multiples of this, in their unit, so that their sums stay few."""

_EMPTY = weighed(0.5, 300)
_PLATE = weighed(0.25, 100)
_BLOCK = weighed(0.5, 500)


def _listed(value: object) -> tuple[object, ...]:
    """One weight, or a list of them."""
    if value == []:
        raise refused('expected a weight, like "20 kg", or a list of them; the list is empty')
    return tuple(value) if isinstance(value, list) else (value,)


def _many(of: Takes) -> Takes:
    return Takes(_listed, forms=(*of.forms, {"type": "array", "items": of.forms[0]}))


Empties = Annotated[tuple[Annotated[Weight, _EMPTY], ...], _many(_EMPTY)]
PlateList = Annotated[tuple[Annotated[Weight, _PLATE], ...], _many(_PLATE)]
Blocks = Annotated[tuple[Annotated[Weight, _BLOCK], ...], _many(_BLOCK)]

_PAIRS = whole(1, _MOST_PAIRS)


def _pairs(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


class StackPart(Part):
    """A stack whose plates all weigh the same."""

    first: Annotated[Weight, _BLOCK] = Field(alias="from", examples=["5 kg"])
    to: Annotated[Weight, _BLOCK] = Field(examples=["100 kg"])
    step: Annotated[Weight, _BLOCK] = Field(examples=["5 kg"])

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if not self.first.unit is self.to.unit is self.step.unit:
            raise refused("the weights of a stack are in one unit, kg or lb")
        holes = (self.to.amount - self.first.amount) / self.step.amount + 1
        if not 1 <= holes <= _MOST_HOLES:
            raise refused(
                f'a stack has 1 to {_MOST_HOLES} weights; look at "from", "to" and "step"'
            )
        return self

    def weights(self) -> tuple[Weight, ...]:
        count = int((self.to.amount - self.first.amount) / self.step.amount) + 1
        amounts = (self.first.amount + n * self.step.amount for n in range(count))
        return tuple(Weight(amount, self.first.unit) for amount in amounts)


def _as_stack(value: object) -> object:
    """A list of weights, or a table with the first, the last and the step."""
    if isinstance(value, dict):
        return StackPart.model_validate(value).weights()
    if not isinstance(value, list) or not value:
        raise refused(
            'expected a list of weights, or { from = "5 kg", to = "100 kg", step = "5 kg" }; '
            f"{described(value)}"
        )
    if len(value) > _MOST_HOLES:
        raise refused(f"a stack has up to {_MOST_HOLES} weights; here are {len(value)}")
    return tuple(value)


def _read_block(value: object) -> object:
    return value if isinstance(value, Weight) else _BLOCK.func(value)  # type: ignore[call-arg]


_STACK = {
    "type": "object",
    "properties": {
        name: {**_BLOCK.forms[0], "description": text}
        for name, text in (
            ("from", "The weight with the pin in the first hole."),
            ("to", "The weight of the whole stack."),
            ("step", "The weight of one plate."),
        )
    },
    "required": ["from", "to", "step"],
    "additionalProperties": False,
}

Stack = Annotated[
    tuple[Annotated[Weight, Takes(_read_block, forms=_BLOCK.forms)], ...],
    Takes(_as_stack, forms=({"type": "array", "items": _BLOCK.forms[0]}, _STACK)),
]


class LoadPart(Part):
    """What can be loaded. Where gyms differ, give a weight for each unit; kg and lb never mix."""

    bar: Empties = Field(default=(), examples=["20 kg"])
    """The weight of the empty bar."""
    sled: Empties = Field(default=(), examples=["47 kg"])
    """The weight of the empty sled, instead of a bar."""
    plates: PlateList = Field(default=(), examples=[["20 kg", "10 kg", "5 kg"]])
    """The plates there are."""
    pairs: Annotated[
        tuple[Annotated[int, _PAIRS], ...],
        Takes(_pairs, forms=(*_PAIRS.forms, {"type": "array", "items": _PAIRS.forms[0]})),
    ] = Field(default=(), examples=[4])
    """How many pairs of each plate there are: one number for all, or one for each plate."""
    step: Blocks = Field(default=(), examples=["2.5 kg"])
    """Instead of plates: the smallest step from one weight to the next."""
    stack: Stack = Field(default=(), examples=[{"from": "5 kg", "to": "100 kg", "step": "5 kg"}])
    """The weights of a stack, lightest first: a list, or the first, the last and the step."""
    body: bool = Field(default=False, examples=[True])
    """Whether you lift your own weight, and a weight is what you add to it."""

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        for problem in (self._unlike_kinds(), self._unlike_units(), self._odd_plates()):
            if problem:
                raise refused(problem)
        return self

    def _unlike_kinds(self) -> str:
        """Keys that exclude each other."""
        if self.bar and self.sled:
            return 'write "bar" or "sled", not both'
        kinds = [name for name in ("plates", "step", "stack") if getattr(self, name)]
        if len(kinds) > 1:
            return f'write "{kinds[0]}" or "{kinds[1]}", not both'
        if self.stack and (self.bar or self.sled):
            return 'a stack has no bar and no sled: write "stack" alone'
        if self.pairs and not self.plates:
            return '"pairs" tells how many plates there are: write "plates", too'
        return ""

    def _unlike_units(self) -> str:
        """Weights that are there twice in a unit, or not at all."""
        for name in ("bar", "sled", "step"):
            units = [each.unit for each in getattr(self, name)]
            if len(units) != len(set(units)):
                return f'"{name}" is one weight, or one for each unit, kg and lb'
        weighed_in = {each.unit for each in (*self.bar, *self.sled)}
        for each in self.plates:
            if each.unit not in weighed_in:
                unit = each.unit.value
                return f'the plates in {unit} need a "bar" or a "sled" in {unit}, too'
        if len({each.unit for each in self.stack}) > 1:
            return "the weights of a stack are in one unit, kg or lb"
        amounts = [each.amount for each in self.stack]
        if amounts != sorted(set(amounts)):
            return "the weights of a stack go up, lightest first"
        return ""

    def _odd_plates(self) -> str:
        """Too many plates, or such that their sums would be without number."""
        for unit in Unit:
            sizes = [each.amount for each in self.plates if each.unit is unit]
            if len(sizes) > _MOST_SIZES:
                return f"there may be up to {_MOST_SIZES} plates in one unit; here are {len(sizes)}"
            if len(sizes) != len(set(sizes)):
                return 'a plate is there twice; "pairs" tells how many there are'
            for size in sizes:
                if size % _FINEST:
                    return f"plates are multiples of {_FINEST} {unit.value}; {size} is not"
        if len(self.pairs) not in (0, 1, len(self.plates)):
            return (
                f'"pairs" is one number, or one for each of the {len(self.plates)} plates; '
                f"here are {len(self.pairs)}"
            )
        return ""

    def loading(self) -> Loading | None:
        """What the session needs of it; None if it says nothing."""
        racks = ((unit, self._rack(unit)) for unit in Unit)
        known = tuple((unit, rack) for unit, rack in racks if rack != Rack())
        return Loading(known, self.body) if known or self.body else None

    def _rack(self, unit: Unit) -> Rack:
        pairs = self.pairs or (PAIRS,)
        if len(pairs) != len(self.plates):
            pairs = (pairs[0],) * len(self.plates)
        plates = zip(self.plates, pairs, strict=True)
        there = sorted(((p.amount, n) for p, n in plates if p.unit is unit), reverse=True)
        (empty,) = _of(unit, (*self.bar, *self.sled)) or (Decimal(0),)
        (step,) = _of(unit, self.step) or (Decimal(0),)
        return Rack(empty, tuple(there), _of(unit, self.stack), step)


def _of(unit: Unit, weights: Sequence[Weight]) -> tuple[Decimal, ...]:
    return tuple(each.amount for each in weights if each.unit is unit)
