"""What the formats have in common beyond being tables: how the cells of a row become a set."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from ...core.workout import POUND, SetKind, Unit, Weight
from .notes import without_extras
from .rows import SetRow, Unreadable, unit_of
from .table import BadCell, Row, Table, number, quoted, whole

__all__ = ["BadCell", "column_like", "in_unit", "make", "unit_of_column", "written"]

LONGEST_HOLD = 600
"""Seconds. What lasts longer, without repetitions, is a run or a ride."""

_RPES = frozenset(Decimal(half) / 2 for half in range(2, 21))
_WITH_UNIT = re.compile(r"(?P<name>\w+)(?: ?\((?P<bracketed>\w+)\)| (?P<plain>\w+))?")


def unit_of_column(table: Table, name: str) -> Unit | None:
    """The unit in the header's `Weight (kg)`, `weight_lbs`; None where it names none.

    Raises Unreadable for one that is neither kilograms nor pounds.
    """
    for column, written in table.columns.items():
        match = _WITH_UNIT.fullmatch(column)
        if match is None or match["name"] != name:
            continue
        if unit := unit_of(match["bracketed"] or match["plain"] or ""):
            return unit
        if match["bracketed"]:
            raise Unreadable("no unit that is known; right would be kg or lbs", column=written)
    return None


def column_like(row: Row, name: str) -> str:
    """The key of the column that is called `name`, alone or with a unit."""
    for column in row.cells:
        match = _WITH_UNIT.fullmatch(column)
        unit = (match["bracketed"] or match["plain"]) if match else None
        if match and match["name"] == name and (unit is None or unit_of(unit)):
            return column
    return name


def make(
    row: Row,
    *,
    start: datetime,
    exercise: str,
    kind: SetKind,
    weight: str,
    unit: Unit,
    note: str,
    rpe: str | None,
    held: int | None,
    workout: str = "",
    duration: int | None = None,
    workout_note: str = "",
) -> SetRow | None:
    """The set of a row; `exercise`, `weight`, `note` and `rpe` are keys of columns.

    `held`: the seconds that the row tells. Without repetitions and without a distance they
    are a hold, if nobody runs for so short a time; else there is no set, and this is None.
    Raises BadCell.
    """
    if not row[exercise]:
        raise BadCell(exercise, "the name of the exercise is missing")
    reps = whole(row, "reps")
    if reps:
        held = None
    elif not held or held > LONGEST_HOLD or _has_distance(row):
        return None
    text, tempo, said = without_extras(row[note])
    return SetRow(
        start=start,
        exercise=row[exercise],
        reps=reps or 0,
        held=held,
        kind=kind,
        weight=_weight(row, weight, unit, said),
        rpe=_rpe(row, rpe) if rpe else None,
        tempo=tempo,
        note=text,
        workout=workout,
        duration=duration,
        workout_note=workout_note,
    )


def _has_distance(row: Row) -> bool:
    columns = (name for name in row.cells if name.split(" ")[0] == "distance")
    return any(re.search("[1-9]", row[name]) for name in columns)


def _weight(row: Row, column: str, unit: Unit, said: Weight | None) -> Weight | None:
    """As the cell has it, or as it was said, if that is the same weight."""
    amount = number(row, column)
    if amount is not None and amount < 0:
        raise BadCell(column, f"{quoted(row[column])}: a weight is 0 or more")
    if not amount:
        return None  # 0 is how they write a set with no weight
    if said is not None and in_unit(said, unit) == f"{amount:f}":
        return said
    return Weight(amount, unit)


def _rpe(row: Row, column: str) -> Decimal | None:
    value = number(row, column)
    if not value:
        return None
    if value not in _RPES:
        raise BadCell(
            column, f"{quoted(row[column])} is no RPE; right would be 1 to 10 in half steps"
        )
    return value


_PLACES = Decimal("1e-6")
"""A thousandth of a gram, to which a weight is written that has to be converted to pounds."""


def in_unit(weight: Weight | None, unit: Unit) -> str:
    """The amount as it is written in a column of `unit`; "" for no weight.

    Kilograms of pounds are exact; pounds of kilograms, which have no end, are rounded.
    """
    if weight is None:
        return ""
    if weight.unit is unit:
        return f"{weight.amount:f}"
    if unit is Unit.KG:
        return f"{weight.kilograms.normalize():f}"
    return f"{(weight.amount / POUND).quantize(_PLACES).normalize():f}"


def written(value: int | Decimal | None) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
