"""Tables with a header line: read by the names of the columns, whoever wrote them.

A file may begin with a byte order mark, be UTF-8, UTF-16 or (by Excel in the west) Windows
code page 1252, separate by comma, semicolon or tab, end its lines in any way, quote what it
likes, and have the columns in any order and more of them than we know.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .rows import Unreadable

_DELIMITERS = ",;\t"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    """In the file, from 1: where the row begins."""
    cells: Mapping[str, str]
    """Stripped, by `key` of the column's name; missing ones at the end are ""."""

    def __getitem__(self, column: str) -> str:
        """The cell, "" where the table has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    """The columns' names as they stand."""
    rows: tuple[Row, ...]

    @property
    def columns(self) -> Mapping[str, str]:
        """The names as they stand, by their `key`."""
        return {key(name): name for name in self.header}


class BadCell(Exception):  # noqa: N818 (reads as what is the matter)
    """A cell that can't be read; the text says what it is and what would be right."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        """Its `key`."""


def quoted(cell: str) -> str:
    """What stands in a cell, for a message of one line."""
    return f'"{textwrap.shorten(cell, 40, placeholder=" ...") or cell[:40]}"'


def key(name: str) -> str:
    """A column's name without its case, spaces around it and between words."""
    return re.sub(r"[\s_]+", " ", name).strip().casefold()


def read_table(data: bytes) -> Table:
    """Raises Unreadable."""
    text = _decoded(data)
    skipped = 0
    first, _, rest = text.partition("\n")
    if re.fullmatch(r'"?sep=."?\r?', first):  # Excel's own way to name the delimiter
        text, skipped = rest, 1
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise Unreadable("the file is empty; a line with the names of the columns comes first")
    delimiter = max(_DELIMITERS, key=lambda each: len(_split(first, each)))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: tuple[str, ...] = ()
    rows = []
    began = skipped + 1
    try:
        for cells in lines:
            line, began = began, lines.line_num + skipped + 1
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if not header:
                header = tuple(cells)
                continue
            rows.append(_row(line, [key(name) for name in header], cells))
    except csv.Error as error:
        raise Unreadable(f"not a table ({error}); is a quote missing?", began) from error
    return Table(header, tuple(rows))


def _row(line: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        # A decimal comma between commas is the usual reason; guessing would shift the columns.
        return Row(line, {"": f"{len(cells)} cells under {len(columns)} columns"})
    return Row(line, dict(zip(columns, cells, strict=False)))


def write_table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    delimiter: str = ",",
    quote_all: bool = False,
) -> str:
    """With CRLF, as RFC 4180 has it, and quotes where they are needed, or everywhere."""
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    )
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def number(row: Row, column: str) -> Decimal | None:
    """A number with a decimal point or a decimal comma, None for an empty cell."""
    text = row[column]
    if not text:
        return None
    plain = text.replace("\u00a0", "").replace(" ", "")
    if "," in plain and "." in plain:
        thousands = min(",.", key=plain.rfind)
        plain = plain.replace(thousands, "")
    try:
        value = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or abs(value) > 1_000_000:
        raise BadCell(column, f"{quoted(text)} is no number; right would be 80 or 82.5")
    return value


def whole(row: Row, column: str) -> int | None:
    """A whole number of 0 or more, None for an empty cell."""
    value = number(row, column)
    if value is None:
        return None
    if value < 0 or value != value.to_integral_value():
        raise BadCell(column, f"{quoted(row[column])} is no whole number; right would be 12")
    return int(value)


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _decoded(data: bytes) -> str:
    marked = (encoding for mark, encoding in _MARKS.items() if data.startswith(mark))
    encoding = next(marked, "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise Unreadable(f"not {encoding}, as its first bytes claim; save it anew") from None
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise Unreadable("not a text file; right would be the CSV file that the program exports")
    return text
