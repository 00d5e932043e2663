"""Sets in and out, as the CSV files of other programs.

Each format is a module. It names the columns that identify it (`NEEDED`, `TYPICAL`), turns a row
into a set, and sets into a file. Columns are found by name. Each module's docstring says what its
format can't hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Protocol

from ...core.workout import Unit
from . import fitnotes, hevy, strong
from .cells import LONGEST_HOLD, Draft, Scale, has_distance, is_distance
from .rows import ImportedFile, Mark, NoUnitError, RowFault, SetRow, UnreadableError, together
from .table import LARGEST, CellError, Row, Table, key, quoted, read_table

__all__ = [
    "FORMS",
    "LARGEST",
    "ImportedFile",
    "Mark",
    "NoUnitError",
    "RowFault",
    "SetRow",
    "UnreadableError",
    "read",
    "together",
    "write",
]


class Form(Protocol):
    """What each format's module provides."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 (a module's constant)

    @property
    def NEEDED(self) -> tuple[str, ...]:  # noqa: N802
        """Columns without which nothing can be read, as the program spells them."""

    @property
    def TYPICAL(self) -> tuple[str, ...]:  # noqa: N802
        """Columns that distinguish the format from the others."""

    @property
    def KNOWN(self) -> tuple[str, ...]:  # noqa: N802
        """Keys of columns that are read or say nothing. Weights and distances need not be
        listed."""

    @property
    def BLOCK(self) -> tuple[str, ...]:  # noqa: N802
        """Keys of the columns that are equal in all sets of an exercise in a workout."""

    @property
    def EXERCISE(self) -> str: ...  # noqa: N802

    @property
    def SPAN(self) -> str:  # noqa: N802
        """The key of the column with a set's duration in seconds."""

    def is_rest(self, row: Row) -> bool:
        """Whether the row is a rest between sets."""

    def is_note(self, row: Row) -> bool:
        """Whether the row is a note about an exercise."""

    def note_of(self, row: Row) -> str:
        """The text of a note's row. Raises CellError."""

    def read(self, row: Row, scale: Scale) -> Draft | None:
        """None if the log has no place for the set. Raises CellError."""

    def settle(self, block: Sequence[Draft | str]) -> list[Draft]:
        """The sets of one exercise in a row, completed from each other and from the notes
        among them."""

    def write(self, sets: Sequence[SetRow], unit: Unit) -> str:
        """A file; `unit` is for its weights if the format has only one unit."""


FORMS: dict[str, Form] = {form.NAME: form for form in (strong, hevy, fitnotes)}


def read(data: bytes, form: str | None = None, unit: Unit | None = None) -> ImportedFile:
    """The sets in a file; rows that can't be read are listed as faults.

    `form`: one of FORMS; by default it is found from the header. `unit`: for weights whose unit
    the file does not give. Raises UnreadableError, or NoUnitError if `unit` is needed and missing.
    """
    table = read_table(data)
    reader = FORMS[form] if form else _recognised(table)
    if missing := [name for name in reader.NEEDED if key(name) not in table.columns]:
        raise UnreadableError(f"no {reader.NAME} file: the column {missing[0]} is missing", 1)
    scale = Scale.of(table, unit)
    missing_unit = any(scale.unit_missing(row) for row in table.rows)
    if unit is None and missing_unit:
        raise NoUnitError("the file does not say which unit its weights are in", 1)
    sets: list[SetRow] = []
    faults = [*table.faults]
    without: list[RowFault] = []
    left: list[RowFault] = []
    rests = [row for row in table.rows if reader.is_rest(row)]
    rows = [row for row in table.rows if not reader.is_rest(row)]
    taken: list[Row] = []
    for _, block in groupby(rows, key=lambda row: tuple(row[each] for each in reader.BLOCK)):
        found: list[Draft | str] = []
        notes: list[RowFault] = []
        for row in block:
            try:
                if reader.is_note(row):
                    text = reader.note_of(row)
                    found.append(text)
                    notes.append(RowFault(row.line, "", f"a note without a set: {quoted(text)}"))
                    continue
                draft = reader.read(row, scale)
            except CellError as bad:
                column = table.columns.get(bad.column, bad.column)
                faults.append(RowFault(row.line, column, str(bad)))
                continue
            if draft is None:
                without.append(RowFault(row.line, "", _no_set(reader, row)))
                continue
            found.append(draft)
            taken.append(row)
            left += _parts_left(reader, table, row, draft)
        settled = reader.settle(found)
        sets += [each.told() for each in settled]
        left += [] if settled else notes
    left += _columns_left(reader, scale, table, taken)
    return ImportedFile(
        reader.NAME,
        tuple(sets),
        tuple(sorted(faults)),
        tuple(RowFault(row.line, "", "a rest timer") for row in rests),
        tuple(without),
        tuple(left),
        unit is not None
        and not missing_unit
        and any(each.weight or each.assisted for each in sets),
    )


def write(form: str, sets: Sequence[SetRow]) -> str:
    """A file with `sets`, which are in the order of their workouts and days.

    If the format has only one unit, the file uses the one that most weights have.
    """
    said = [each.weight or each.assisted for each in sets]
    units = Counter(weight.unit for weight in said if weight)
    return FORMS[form].write(sets, units.most_common(1)[0][0] if units else Unit.KG)


def _recognised(table: Table) -> Form:
    for form in FORMS.values():
        if all(key(name) in table.columns for name in form.TYPICAL):
            return form
    names = ", ".join(table.header)
    raise UnreadableError(
        f"the columns are of no known program ({quoted(names[:80])}); expected "
        f"a CSV file of {', '.join(FORMS)}, with English column names",
        1,
    )


def _no_set(reader: Form, row: Row) -> str:
    exercise = quoted(row[reader.EXERCISE])
    if has_distance(row):
        return f"{exercise} is a distance, without repetitions"
    if row[reader.SPAN] not in ("", "0", "0.0"):
        return f"{exercise} lasted more than {LONGEST_HOLD // 60} minutes, without repetitions"
    return f"{exercise} has no repetitions"


def _parts_left(reader: Form, table: Table, row: Row, draft: Draft) -> list[RowFault]:
    """What a set has in cells that the log has no place for."""
    columns = [has_distance(row)]
    if draft.row.held is None and any(each in "123456789" for each in row[reader.SPAN]):
        columns.append(reader.SPAN)
    return [
        RowFault(
            row.line,
            table.columns[column],
            f"{quoted(row[column])} is left out; the set is imported",
        )
        for column in columns
        if column
    ]


def _columns_left(reader: Form, scale: Scale, table: Table, taken: Sequence[Row]) -> list[RowFault]:
    """Unknown columns that are not empty."""
    left = []
    for column, name in table.columns.items():
        known = column in reader.KNOWN or column in scale.columns or column == "weight unit"
        if known or is_distance(column):
            continue
        lines = [row.line for row in taken if row[column]]
        if lines:
            first = next(row[column] for row in taken if row[column])
            left.append(
                RowFault(
                    lines[0],
                    name,
                    f"unknown column, left out: {quoted(first)}, "
                    f"in {len(lines)} row{'s' if len(lines) > 1 else ''}",
                )
            )
    return left
