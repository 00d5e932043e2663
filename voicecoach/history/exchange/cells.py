"""What the formats share beyond being tables: turning a row's cells into a set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from ...core.workout import POUND, SetKind, Unit, Weight
from .notes import NONE, split, tempo_in, without_apostrophe
from .numerals import NoNumberError
from .rows import Mark, SetRow, UnreadableError, unit_of
from .table import CellError, Row, Table, quoted

LONGEST_HOLD = 600
"""Seconds. Without repetitions, anything longer is a run or a ride."""

HEAVIEST = 10_000
"""Kilograms or pounds: nobody has lifted more."""

MOST = 10_000
"""Repetitions in a set."""

LONGEST_NAME = 200
"""Characters in the name of an exercise or a workout."""

LONGEST_NOTE = 10_000

RPES = frozenset(Decimal(half) / 2 for half in range(2, 21))
_WITH_UNIT = re.compile(r"weight(?: ?\((?P<bracketed>[\w.]+)\)| (?P<plain>[\w.]+))?")
_DISTANCES = ("km", "m", "mi", "mi.", "miles", "meters")


@dataclass(frozen=True, slots=True)
class Draft:
    """A set before its neighbours have completed it, and the items in its note's bracket."""

    row: SetRow
    items: Mapping[str, str]

    def told(self) -> SetRow:
        """The set, with the tempo from our bracket, or else from what somebody wrote in a note."""
        tempo = self.items.get("tempo")
        if tempo is None:
            tempo = tempo_of_notes(self.row)
        return replace(self.row, tempo="" if tempo == NONE else tempo)


def tempo_of_notes(row: SetRow) -> str:
    """The tempo that a reader of the set's notes would find. A hold has none."""
    return "" if row.held is not None else tempo_in(row.note) or tempo_in(row.exercise_note)


# --- numbers ----------------------------------------------------------------------------------


def number(row: Row, column: str) -> Decimal | None:
    """A number in the file's own notation, None for an empty cell. Raises CellError."""
    return _number(row, column, row[column]) if row[column] else None


def _number(row: Row, column: str, text: str) -> Decimal:
    try:
        return row.numerals.number(text)
    except NoNumberError as error:
        raise CellError(column, f"{quoted(row[column])} {error}") from None


def whole(row: Row, column: str, most: int = MOST) -> int | None:
    """A whole number from 0 to `most`, None for an empty cell. Raises CellError."""
    value = number(row, column)
    if value is None:
        return None
    if value < 0 or value != value.to_integral_value():
        raise CellError(column, f"{quoted(row[column])} is not a whole number; expected 12")
    if value > most:
        raise CellError(column, f"{quoted(row[column])} is too many; expected {most} at most")
    return int(value)


# --- weights ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scale:
    """Which columns hold weights, and in which units."""

    columns: Mapping[str, Unit | None]
    """Unit by column key. None if the header names no unit; a row may."""
    otherwise: Unit | None = None
    """For weights whose unit the file does not give."""

    @classmethod
    def of(cls, table: Table, otherwise: Unit | None) -> Scale:
        """Raises UnreadableError if there is no such column, or its unit is unknown."""
        columns: dict[str, Unit | None] = {}
        for column, name in table.columns.items():
            match = _WITH_UNIT.fullmatch(column)
            if match is None:
                if unit := unit_of(column):
                    columns[column] = unit
                continue
            written = match["bracketed"] or match["plain"] or ""
            unit = unit_of(written)
            if match["bracketed"] and unit is None:
                raise UnreadableError("unknown unit; expected kg or lbs", 1, name)
            if unit is not None or not written:
                columns[column] = unit
        if not columns:
            raise UnreadableError("the weights are missing; expected a column Weight, kg or lbs", 1)
        return cls(columns, otherwise)

    def unit_missing(self, row: Row) -> bool:
        """Whether the row has a weight whose unit the file does not give."""
        return not row["weight unit"] and any(
            unit is None and re.search("[1-9]", row[column]) and _in_cell(row[column])[1] is None
            for column, unit in self.columns.items()
        )

    def weight(self, row: Row, said: str) -> tuple[Weight | None, Weight | None]:
        """The weight lifted, and the weight taken off the lifter. `said`: the weight as it was
        originally said; it is used if it equals the cell's. Raises CellError."""
        named = self._named(row)
        found: list[tuple[Decimal, Unit, str]] = []
        for column, of_column in self.columns.items():
            if not row[column]:
                continue
            text, of_cell = _in_cell(row[column])
            amount = _number(row, column, text)
            if abs(amount) > HEAVIEST:
                raise CellError(
                    column, f"{quoted(row[column])} is too heavy; expected {HEAVIEST} at most"
                )
            units = {each for each in (of_cell, of_column) if each}
            if named and len(self.columns) == 1:
                units.add(named)
            if len(units) > 1:
                raise CellError(column, f"{quoted(row[column])}: its unit is kg here and lbs there")
            if amount:  # a set without a weight is written as 0
                unit = units.pop() if units else named or self.otherwise or Unit.KG
                found.append((amount, unit, column))
        if not found:
            return None, None
        amount, unit = _one_of(found, named)
        told = _said(said)
        if told and in_unit(told, unit) == f"{abs(amount):f}":
            one = told
        else:
            one = Weight(abs(amount), unit)
        return (one, None) if amount > 0 else (None, one)

    def _named(self, row: Row) -> Unit | None:
        """The unit that the row names."""
        text = row["weight unit"]
        if not text:
            return None
        if unit := unit_of(text):
            return unit
        raise CellError("weight unit", f"{quoted(text)} is not a unit; expected kgs or lbs")


def _in_cell(text: str) -> tuple[str, Unit | None]:
    """Split "80 kg" into the amount and its unit."""
    if match := re.fullmatch(r"(.*\d) ?([a-z]+\.?)", text, re.IGNORECASE):
        unit = unit_of(match[2])
        return (match[1], unit) if unit else (text, None)
    return text, None


def _one_of(found: list[tuple[Decimal, Unit, str]], named: Unit | None) -> tuple[Decimal, Unit]:
    """If a weight is given in both units, the original one: the one in the unit that the row
    names, or else the one with fewer digits."""
    for amount, unit, column in found[1:]:
        first, of_first, _ = found[0]
        room = (_rounding(first, of_first) + _rounding(amount, unit)) * Decimal("1.01")
        apart = abs(_kilograms(first, of_first) - _kilograms(amount, unit))
        if apart > room:
            raise CellError(
                column, f"{amount:f} {unit.value} is another weight than {first:f} {of_first.value}"
            )
    own = [each for each in found if each[1] is named] or found
    amount, unit, _ = min(own, key=lambda each: len(each[0].normalize().as_tuple().digits))
    return amount, unit


def _kilograms(amount: Decimal, unit: Unit) -> Decimal:
    return Weight(amount, unit).kilograms


def _rounding(amount: Decimal, unit: Unit) -> Decimal:
    """Half of the last digit's unit, in kilograms."""
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int)
    return _kilograms(Decimal(5).scaleb(exponent - 1), unit)


def _said(text: str) -> Weight | None:
    """Parse `175 lb`."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,20})?) (kg|lb)", text, re.ASCII)
    return Weight(Decimal(match[1]), Unit(match[2])) if match and Decimal(match[1]) else None


_PLACES = Decimal("1e-6")
"""Pounds: the precision of a weight that is converted from kilograms."""


def in_unit(weight: Weight, unit: Unit) -> str:
    """The amount, as it is written in a column of `unit`.

    Pounds convert to kilograms exactly; kilograms to pounds are rounded.
    """
    if weight.unit is unit:
        return f"{weight.amount:f}"
    if unit is Unit.KG:
        return f"{weight.kilograms.normalize():f}"
    return f"{(weight.amount / POUND).quantize(_PLACES).normalize():f}"


def weight_cell(each: SetRow, unit: Unit) -> str:
    """A weight in a column of `unit`, negative if it was taken off; "" for none."""
    if each.assisted is not None:
        return f"-{in_unit(each.assisted, unit)}"
    return in_unit(each.weight, unit) if each.weight is not None else ""


# --- a set ------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def is_distance(column: str) -> bool:
    return column.split(" ")[0] == "distance" or column in _DISTANCES


def has_distance(row: Row) -> str:
    """The key of a column with a distance, "" for none."""
    columns = (column for column in row.cells if is_distance(column))
    return next((column for column in columns if re.search("[1-9]", row[column])), "")


def name(row: Row, column: str) -> str:
    """The name of an exercise or a workout. Raises CellError."""
    text = without_apostrophe(row[column])
    if len(text) > LONGEST_NAME:
        raise CellError(
            column, f"{quoted(text)} has {len(text)} characters; expected {LONGEST_NAME}"
        )
    return text


def note(row: Row, column: str) -> tuple[str, dict[str, str]]:
    """A note unchanged, and the items of its bracket. Raises CellError."""
    text, items = split(row.to_the_letter(column))
    if len(text) > LONGEST_NOTE or len(items.get("exercise", "")) > LONGEST_NOTE:
        raise CellError(
            column, f"a note of {len(text)} characters; expected {LONGEST_NOTE} at most"
        )
    return text, items


def make(
    row: Row,
    scale: Scale,
    *,
    start: datetime,
    timed: bool,
    exercise: str,
    note_column: str,
    held: int | None,
    kind: SetKind = SetKind.WORK,
    mark: Mark | None = None,
    rpe: Decimal | None = None,
    superset: str = "",
    category: str = "",
    workout: str = "",
    duration: int | None = None,
    workout_note: str = "",
) -> Draft | None:
    """The set of a row; `exercise` and `note_column` are keys of columns.

    `held`: seconds. Without repetitions and distance they make a hold, if they are at most
    `LONGEST_HOLD`; otherwise there is no set and the result is None. What the format has no
    column for is read from the note's bracket. Raises CellError.
    """
    called = name(row, exercise)
    if not called:
        raise CellError(exercise, "the name of the exercise is missing")
    reps = whole(row, "reps")
    if reps:
        held = None
    elif not held or held > LONGEST_HOLD or has_distance(row):
        return None
    text, items = note(row, note_column)
    weight, assisted = scale.weight(row, items.get("as", ""))
    return Draft(
        SetRow(
            start=start,
            timed=timed,
            exercise=called,
            reps=reps or 0,
            held=held,
            kind=kind,
            weight=weight,
            assisted=assisted,
            rpe=rpe,
            note=text,
            exercise_note=items.get("exercise", ""),
            mark=mark,
            superset=superset or items.get("superset", ""),
            rest_pauses=_rest_pauses(items.get(BREATHERS, "")),
            category=category,
            workout=workout,
            duration=duration,
            workout_note=workout_note,
        ),
        items,
    )


BREATHERS = "breathers"
"""The item of a bracket with the number of rest-pauses."""


def _rest_pauses(text: str) -> int:
    """What a person made of it by hand counts for none."""
    return int(text) if re.fullmatch(r"\d{1,2}", text, re.ASCII) else 0


def rpe(row: Row, column: str) -> Decimal | None:
    """Raises CellError."""
    value = number(row, column)
    if not value:
        return None
    if value not in RPES:
        raise CellError(
            column, f"{quoted(row[column])} is not an RPE; expected 1 to 10 in half steps"
        )
    return value


def written(value: int | Decimal | None) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def items_of(each: SetRow, unit: Unit, *names: str) -> dict[str, str]:
    """What goes in the bracket of a set's note: its tempo, if the notes don't give it; its
    original weight, if the file uses another unit; its rest-pauses; and the set's values for
    `names`."""
    items = {}
    if each.tempo != tempo_of_notes(each):
        items["tempo"] = each.tempo or NONE
    said = each.weight or each.assisted
    if said is not None and said.unit is not unit:
        items["as"] = f"{said.amount:f} {said.unit.value}"
    if each.rest_pauses:
        items[BREATHERS] = str(each.rest_pauses)
    for one in names:
        value = {
            "superset": each.superset,
            "exercise": each.exercise_note,
        }[one]
        if value:
            items[one] = value
    return items
