"""What is shown on the terminal, beside the screen of a live workout.

Everything that a command prints goes through here, for two reasons: a terminal may lack a letter
(then it shows a question mark), and what stands in somebody's file may hold what commands a
terminal (then its code is shown, and nothing is done).
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ..runtime.timeline import Line

STYLES = {
    "lifter": "bold green",
    "refused": "dim green",
    "coach": "cyan",
    "safety": "bold yellow",
    "phase": "none",
    "state": "dim",
    "set": "bold",
}

_WIDE = 1000
"""Columns of a table that nobody looks at on a terminal."""

_COMMANDING = (
    *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"),
    # What turns the direction of writing, or begins a line where none was written.
    *(0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)),
)
"""Characters that do something to a terminal, in place of being shown."""

_SHOWN = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _COMMANDING}

_OUT = Console(highlight=False)
_ERRORS = Console(stderr=True, highlight=False)


def harmless(text: str) -> str:
    """Without anything that commands a terminal; lines and tabs stay."""
    return text.replace("\r\n", "\n").translate(_SHOWN)


def lenient_streams() -> None:
    """A letter that the terminal lacks is shown as "?"; one that can't be read is as well. No
    locale is a reason to fail."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != "replace":
            with suppress(io.UnsupportedOperation):  # Something was read from it already.
                stream.reconfigure(errors="replace")


def print_line(line: Line) -> None:
    print_out(str(line), STYLES[line.style])


def print_out(text: str, style: str = "none") -> None:
    _OUT.print(Text(harmless(text), style=style), soft_wrap=True)


def print_data(text: str) -> None:
    """What a program is to read, with its own line ends: in UTF-8, letter for letter, whatever
    the locale; on a terminal as harmless as all else."""
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        sys.stdout.write(harmless(text))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def on_terminal() -> bool:
    """Whether it is a person who reads what is printed."""
    return _OUT.is_terminal


def confirmed(question: str) -> bool:
    """Whether the answer is yes; without one it is no."""
    return click.confirm(harmless(question), default=False, err=True)


def chosen(question: str, among: Sequence[str]) -> str:
    """The one that is answered."""
    return str(click.prompt(harmless(question), type=click.Choice(among), err=True))


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    numbers: bool = False
    """Whether its cells are, and belong to the right."""
    wraps: int = 0
    """The characters to which it may shrink where there is no room; 0: it may not."""


def print_table(columns: Sequence[Column], rows: Iterable[tuple[Sequence[str], str]]) -> None:
    """`rows` of cells, each with a style. On a terminal as wide as that is; elsewhere no cell
    is cut or wrapped."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(
            column.heading,
            justify="right" if column.numbers else "left",
            no_wrap=not column.wraps,
            min_width=column.wraps or None,
            overflow="fold",
        )
    for cells, style in rows:
        table.add_row(*(Text(harmless(cell).replace("\n", " ")) for cell in cells), style=style)
    if _OUT.is_terminal:
        _OUT.print(table)
        return
    written = io.StringIO()
    Console(file=written, width=_WIDE).print(table)
    for line in written.getvalue().splitlines():
        _OUT.print(line.rstrip(), markup=False, soft_wrap=True)


def say(text: str, style: str = "") -> None:
    """A message about the command itself: to the standard errors."""
    _ERRORS.print(harmless(text), style=style, markup=False, soft_wrap=True)


def show_level(dbfs: float) -> None:
    """The microphone's level, on one line that changes."""
    from ..screen.glance import level_meter  # it brings a good deal along

    if _ERRORS.is_terminal:
        _ERRORS.print(level_meter(dbfs, 60).ljust(60), end="\r", markup=False)


@contextmanager
def libraries_silenced() -> Iterator[None]:
    """What C libraries write to the standard errors is not shown, what Python writes is.

    When a sound server dies, PortAudio writes a hundred thousand lines a second, over
    whatever the terminal shows, until its stream is closed. With VOICECOACH_DEBUG set
    they are shown.
    """
    before = sys.__stderr__
    if os.environ.get("VOICECOACH_DEBUG") or before is None or before is not sys.stderr:
        yield
        return
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    own = os.fdopen(kept, "w", buffering=1, encoding=before.encoding, errors="replace")
    before.flush()
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = sys.__stderr__ = own  # type: ignore[misc]  # Textual draws on the latter
    try:
        yield
    finally:
        with suppress(OSError):
            own.flush()
        os.dup2(kept, 2)
        sys.stderr = sys.__stderr__ = before  # type: ignore[misc]
        with suppress(OSError):
            own.close()


@contextmanager
def progress(
    what: str, hidden: bool = False, in_bytes: bool = False
) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, while something takes its time."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *((DownloadColumn(), TransferSpeedColumn()) if in_bytes else ()),
        TimeRemainingColumn(),
        console=_ERRORS,
        transient=True,
        disable=hidden or not _ERRORS.is_terminal,
    )
    with bar:
        task = bar.add_task(harmless(what), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def unless_gone(show: Callable[[], None]) -> None:
    """A terminal that has gone away is no reason to end a set."""
    with suppress(OSError):
        show()
