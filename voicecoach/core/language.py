"""How numbers and quantities are said in one language.

language.number(7)                # "seven", in a text; "{left:reps}" makes it "seven reps"
language.counted(7)               # "seven", counted aloud: some languages count differently
language.quantity("kilos", 82.5)  # "eighty two and a half kilos"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Quantity:
    """How an amount of something is said: texts with `{n}` for the number."""

    other: str
    one: str = ""
    """For exactly one, with or without `{n}`; "": as any other number."""
    half: str = ""
    """For a number and a half, with `{n}` for the whole part; "": as other numbers, with the
    language's general word for a half."""
    numbers: tuple[str, ...] = ()
    """The words for 0, 1, 2, ... before this unit; (): the usual ones."""
    one_half: str = ""
    """For one and a half; "": as any other half."""
    only_half: str = ""
    """For half of one; "": as any other half."""


class Number(str):
    """A number in words, which takes a unit if a text gives it one: `{left:reps}`."""

    language: Language
    value: int

    def __new__(cls, value: int, language: Language) -> Number:
        number = super().__new__(cls, _word(language.numbers, value))
        number.value = value
        number.language = language
        return number

    def __format__(self, unit: str) -> str:
        known = unit in self.language.units
        return self.language.quantity(unit, self.value) if known else str(self)


@dataclass(frozen=True, slots=True)
class Language:
    """The number words of one language."""

    numbers: tuple[str, ...]
    """The words for 0, 1, 2, ..., as far as a coach counts, in lower case."""
    units: Mapping[str, Quantity]
    """Quantities by name: see `config.units.Units`."""
    tempo: Mapping[str, str]
    """Spoken forms of the phases with `{n}`: `lower`, `bottom`, `lift`, `top`."""
    half: str = "{n}.5"
    """A number and a half, with `{n}` for the whole part in words."""
    counts: tuple[str, ...] = ()
    """The words for counting aloud; (): `numbers`."""

    def number(self, n: int) -> Number:
        """`n` in words if the language has them, else in digits."""
        return Number(n, self)

    def counted(self, n: int) -> str:
        """`n` as counted aloud: reps, and the seconds of a phase."""
        return _word(self.counts or self.numbers, n)

    def amount(self, amount: Decimal, numbers: Sequence[str] = ()) -> str:
        """An amount as spoken: halves in words, finer fractions in digits."""
        whole = int(amount)
        words = _word(numbers or self.numbers, whole)
        if amount == whole:
            return words
        if amount - whole == _HALF:
            return self.half.format(n=words)
        return f"{amount.normalize():f}"

    def quantity(self, unit: str, amount: Decimal | int) -> str:
        """An amount of `unit`, a name in `units`."""
        says = self.units[unit]
        amount = Decimal(amount)
        words = self.amount(amount, says.numbers)
        if amount == 1 and says.one:
            return says.one.format(n=words)
        if says.only_half and amount == _HALF:
            return says.only_half
        if says.one_half and amount == 1 + _HALF:
            return says.one_half
        if says.half and amount % 1 == _HALF:
            return says.half.format(n=_word(says.numbers or self.numbers, int(amount)))
        return says.other.format(n=words)


def _word(numbers: Sequence[str], n: int) -> str:
    return numbers[n] if 0 <= n < len(numbers) else str(n)
