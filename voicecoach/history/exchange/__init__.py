"""Sets in and out, as the CSV files of other programs.

A form is a module that says by which columns it is known (`NEEDED`, `TYPICAL`), how a row of it
becomes a set and how sets become a file. Reading is by the names of the columns; what a form
can't hold is in its docstring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from ...core.workout import Unit
from . import fitnotes, hevy, strong
from .rows import Fault, NoUnit, Reading, SetRow, Unreadable, has_time
from .table import BadCell, Row, Table, key, read_table

__all__ = [
    "FORMS",
    "Fault",
    "NoUnit",
    "Reading",
    "SetRow",
    "Unreadable",
    "has_time",
    "read",
    "write",
]


class Form(Protocol):
    """What the modules of the formats provide."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 (a module's constant)

    @property
    def NEEDED(self) -> tuple[str, ...]:  # noqa: N802
        """Columns without which nothing can be read, as the program writes them."""

    @property
    def TYPICAL(self) -> tuple[str, ...]:  # noqa: N802
        """Columns that tell the format from the others."""

    def unit(self, table: Table) -> Unit | None:
        """The unit that the file names, for weights whose row names none."""

    def is_set(self, row: Row) -> bool:
        """Whether the row tells of a set at all."""

    def read(self, row: Row, unit: Unit) -> SetRow | None:
        """None for a set of a distance. Raises BadCell."""

    def write(self, sets: Sequence[SetRow], unit: Unit) -> str:
        """A file; `unit` is that of its weights, where it has room for one only."""


FORMS: dict[str, Form] = {form.NAME: form for form in (strong, hevy, fitnotes)}


def read(data: bytes, form: str | None = None, unit: Unit | None = None) -> Reading:
    """What stands in a file; rows that can't be read are among the faults.

    `form`: one of FORMS, or found by the header. `unit`: of weights for which the file
    names none. Raises Unreadable, and NoUnit where there are such weights and `unit` is None.
    """
    table = read_table(data)
    reader = FORMS[form] if form else _recognised(table)
    if missing := [name for name in reader.NEEDED if key(name) not in table.columns]:
        raise Unreadable(f"no {reader.NAME} file: the column {missing[0]} is missing", 1)
    own = reader.unit(table) or unit
    if own is None and _has_weight(table):
        raise NoUnit("the file does not say in which unit its weights are", 1)
    sets: list[SetRow] = []
    faults: list[Fault] = []
    counts: Counter[str] = Counter()
    for row in table.rows:
        if row[""]:
            message = f"{row['']}; a cell with a comma in it needs quotes"
            faults.append(Fault(row.line, "", message))
        elif not reader.is_set(row):
            counts["passed over"] += 1
        else:
            try:
                one = reader.read(row, own or Unit.KG)
            except BadCell as bad:
                column = table.columns.get(bad.column, bad.column)
                faults.append(Fault(row.line, column, str(bad)))
                continue
            if one is None:
                counts["without reps"] += 1
            else:
                sets.append(one)
    return Reading(
        reader.NAME, tuple(sets), tuple(faults), counts["passed over"], counts["without reps"]
    )


def write(form: str, sets: Sequence[SetRow]) -> str:
    """A file with `sets`, which are in the order of their workouts and days.

    Where the format has one unit, it is that of most of the weights.
    """
    units = Counter(each.weight.unit for each in sets if each.weight)
    return FORMS[form].write(sets, units.most_common(1)[0][0] if units else Unit.KG)


def _recognised(table: Table) -> Form:
    for form in FORMS.values():
        if all(key(name) in table.columns for name in form.TYPICAL):
            return form
    names = ", ".join(table.header)
    raise Unreadable(
        f"the columns are those of no program that is known ({names[:80]}); right would be a "
        f"CSV file of {', '.join(FORMS)}, whose first line names the columns",
        1,
    )


def _has_weight(table: Table) -> bool:
    return any(row["weight"] not in ("", "0", "0.0", "0,0", "0.00") for row in table.rows)
