"""Tables with a header line; columns are found by name.

A file may begin with a byte order mark; be UTF-8, UTF-16 or Windows code page 1252 (Western Excel);
be separated by comma, semicolon or tab; have any line ends and quoting; and have its columns in any
order, including unknown ones. A line that is not a valid row becomes a fault with its line number,
and never shifts the rows after it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .numerals import Numerals
from .rows import RowFault, UnreadableError

LARGEST = 32 * 1024 * 1024
"""Bytes in a file; fifty years of training have less."""

MOST = 200_000
"""Rows in a file. It may have five times as many lines, because notes have several."""

LONGEST = 100_000
"""Characters in a cell; some cells have lower limits."""

LONGEST_LINE = 1_000_000
"""Characters in a line: ten cells as long as they may be."""

MOST_COLUMNS = 1000
"""Names of columns; no program writes more than thirty."""

_DELIMITERS = ",;\t"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LINES_OF_A_ROW = 200
"""A row with more lines has an unclosed quote."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    """Where the row begins in the file, from 1."""
    cells: Mapping[str, str]
    """The raw cells by column `key`; cells missing at the end are absent."""
    numerals: Numerals = Numerals()  # noqa: RUF009 (frozen)
    """How the file writes numbers."""

    def __getitem__(self, column: str) -> str:
        """The cell, stripped; "" if the table has no such column."""
        return self.cells.get(column, "").strip()

    def to_the_letter(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    """The columns' names as written."""
    rows: tuple[Row, ...]
    faults: tuple[RowFault, ...] = ()
    """Lines that are not valid rows."""

    @property
    def columns(self) -> Mapping[str, str]:
        """The names as written, by their `key`."""
        return {key(name): name for name in self.header}


class CellError(Exception):
    """A cell that can't be read; the text says what it is and what would be right."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        """The column's `key`."""


def quoted(cell: str) -> str:
    """A cell, quoted for a message of one line."""
    plain = " ".join(cell.split())
    short = plain if len(plain) <= 40 else f"{plain[:36].rstrip()} ..."
    return '"' + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in short) + '"'


def key(name: str) -> str:
    """A column's name in lower case, with spaces stripped and collapsed."""
    return re.sub(r"[\s_]+", " ", name).strip().casefold()


def read_table(data: bytes) -> Table:
    """Raises UnreadableError."""
    if len(data) > LARGEST:
        raise UnreadableError(f"larger than {LARGEST // 1024**2} MB; expected a table of sets")
    text = _decoded(data)
    skipped = 0
    first, _, rest = text.partition("\n")
    if re.fullmatch(r'"?sep=."?\r?', first):  # Excel's own way to name the delimiter
        text, skipped = rest, 1
    # Not splitlines: a note may contain other line separators.
    if text.count("\n") + text.count("\r") > 5 * MOST:
        raise UnreadableError(f"more than {5 * MOST} lines; expected a table of sets")
    lines = [*io.StringIO(text, newline="")]
    if long := next((n for n, line in enumerate(lines, 1) if len(line) > LONGEST_LINE), 0):
        message = f"a line of {len(lines[long - 1])} characters; expected a table of sets"
        raise UnreadableError(message, long + skipped)
    at = next((n for n, line in enumerate(lines) if line.strip()), None)
    if at is None:
        raise UnreadableError("the file is empty; a line with the names of the columns comes first")
    delimiter = max(_DELIMITERS, key=lambda each: _columns(lines[at], each))
    header, taken, fault = _record(lines, at, delimiter)
    if fault:
        raise UnreadableError(fault, at + skipped + 1)
    if len(header) > MOST_COLUMNS:
        message = f"{len(header)} columns; expected the names of some ten"
        raise UnreadableError(message, at + skipped + 1)
    names = _names(header, at + skipped + 1)
    found: list[tuple[int, list[str]]] = []
    faults = []
    at += taken
    while at < len(lines):
        line, (cells, taken, fault) = at + skipped + 1, _record(lines, at, delimiter)
        at += taken
        if not fault and taken > 1:
            fault = _swallowed(lines[at - taken + 1 : at], delimiter, len(names))
            at -= taken - 1 if fault else 0
        if fault:
            faults.append(RowFault(line, "", fault))
        elif any(cell.strip() for cell in cells):
            if len(names) > 1 and _is_line(cells, delimiter):
                raise UnreadableError(
                    "the whole line is in quotes, so all of it is one cell; expected the "
                    "file as the program exports it, not saved by another one",
                    line,
                )
            found.append((line, cells))
        if len(found) + len(faults) > MOST:
            raise UnreadableError(f"more than {MOST} rows; expected a table of sets", line)
    return _table(header, names, found, faults, delimiter)


def _record(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int, str]:
    """The cells of the row at `at`, its number of lines, and what is wrong with it."""
    reader = csv.reader(lines[at : at + _LINES_OF_A_ROW], delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error as error:
        why = str(error)
        if "larger than" in why:
            why = f"a cell of more than {LONGEST} characters; is a quote missing?"
        elif "unexpected end of data" in why:
            why = "a quote is opened and not closed"
        elif "expected after" in why:
            why = 'a quote in the middle of a cell; expected two of them, "", for each'
        return [], 1, why
    long = next((cell for cell in cells if len(cell) > LONGEST), None)
    if long is not None:
        return [], reader.line_num, f"a cell of {len(long)} characters; is a quote missing?"
    return cells, reader.line_num, ""


def _swallowed(inside: Sequence[str], delimiter: str, columns: int) -> str:
    """What is wrong if a row of several lines contains other rows, because of a stray quote."""
    if columns > 2 and any(line.count(delimiter) >= columns - 1 for line in inside):
        return "a quote is opened and closed only in another row; is one missing, or too many?"
    return ""


def _is_line(cells: Sequence[str], delimiter: str) -> bool:
    """Whether the only cell contains a whole row."""
    return not any(cells[1:]) and cells[0].count(delimiter) > 1


def _names(header: Sequence[str], line: int) -> list[str]:
    if len(header) == 1 and any(header[0].count(each) > 1 for each in _DELIMITERS):
        raise UnreadableError(
            "the whole line is in quotes, so all of it is one cell; expected the file as "
            "the program exports it, not saved by another one",
            line,
        )
    names = [key(name) for name in header]
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise UnreadableError(f"the column {quoted(twice[0])} appears more than once", line)
    return names


def _table(
    header: Sequence[str],
    names: Sequence[str],
    found: Iterable[tuple[int, list[str]]],
    faults: list[RowFault],
    delimiter: str,
) -> Table:
    found = [*found]
    # Some programs end every line with a delimiter. If only one line has an extra cell, a cell
    # contained an unquoted one.
    usual = max(0, min((len(cells) - len(names) for _, cells in found), default=0))
    rows = []
    for line, cells in found:
        if len(cells) > len(names) + usual:
            cells = _glued(cells, delimiter)
        if len(cells) > len(names) and (
            len(cells) != len(names) + usual or any(cells[len(names) :])
        ):
            faults.append(
                RowFault(
                    line,
                    "",
                    f"{len(cells)} cells under {len(names)} columns; "
                    "a cell with a comma in it needs quotes",
                )
            )
        else:
            rows.append((line, dict(zip(names, cells, strict=False))))
    numerals = Numerals.of(cells for _, cells in rows)
    return Table(
        tuple(name.strip() for name in header),
        tuple([Row(line, cells, numerals) for line, cells in rows]),
        tuple(faults),
    )


def _glued(cells: Sequence[str], delimiter: str) -> list[str]:
    """Join cells that were split at an unquoted delimiter, as in `Row (One Arm, Bench)`. No
    program writes a space after a delimiter, so a cell that begins with one is a continuation."""
    glued = [cells[0]]
    for cell in cells[1:]:
        if cell.startswith(" ") and cell.strip():
            glued[-1] += delimiter + cell
        else:
            glued.append(cell)
    return glued


def write_table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    delimiter: str = ",",
    quote_all: bool = False,
) -> str:
    """CRLF line ends (RFC 4180); cells are quoted if needed, or all of them."""
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    )
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _columns(line: str, delimiter: str) -> int:
    """How many there are, if this is the delimiter; 0 if a cell of them is too long."""
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0


_NO_TEXTS = {
    b"PK\x03\x04": "a spreadsheet or a zip file",
    b"\xd0\xcf\x11\xe0": "a spreadsheet of Excel's",
    b"%PDF": "a PDF",
    b"{\\rtf": "a document of a word processor (RTF)",
    b"\x1f\x8b": "a compressed file (gzip)",
    b"SQLite format 3": "a database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
"""What people take for the exported file, by its first bytes."""

_CONTROLS = bytes(sorted({*range(0x20)} - {*b"\t\n\v\f\r\x1a\x1b"}))

_EXPECTED = "expected the CSV file that the program exports"


def _refuse_no_text(data: bytes) -> None:
    """Raises UnreadableError if these are the bytes of something else than a text."""
    for sign, what in _NO_TEXTS.items():
        if data.startswith(sign):
            raise UnreadableError(f"this is {what}; {_EXPECTED}")
    # A note may have any sign in it, but no name of a column has.
    header = data[:4096].lstrip(b"\r\n").partition(b"\n")[0]
    if len(header) != len(header.translate(None, _CONTROLS)):
        raise UnreadableError(f"not a text file; {_EXPECTED}")


def _decoded(data: bytes) -> str:
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _refuse_no_text(data)
    marked = (encoding for mark, encoding in _MARKS.items() if data.startswith(mark))
    encoding = next(marked, "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UnreadableError(
                f"not {encoding}, though its first bytes say so; save it again"
            ) from None
        # Accented letters in another encoding don't look like UTF-8. A file with both is broken
        # UTF-8; decoding it as cp1252 would change every valid name in it.
        whole = data.decode("utf-8", errors="ignore")
        if not whole.isascii():
            line = data.count(b"\n", 0, error.start) + 1
            raise UnreadableError(
                "not UTF-8, unlike the rest; save it again as UTF-8", line
            ) from None
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnreadableError(f"not a text file; {_EXPECTED}")
    return text
