"""What is shown on the terminal, except the screen of a live workout.

Everything that a command prints goes through here, for two reasons. A terminal may lack a letter: a
question mark is shown. A user's file may contain control characters: their codes are shown, and not
executed.
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
"""Columns of a table that is not shown on a terminal."""

_COMMANDING = (
    *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"),
    # What changes the direction of writing, or breaks a line.
    *(0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)),
)
"""Characters that control a terminal instead of being shown."""

_SHOWN = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _COMMANDING}


class Terminal(Console):
    """Where things are printed."""

    def on_broken_pipe(self) -> None:
        """Nobody reads any more. Rich would end the program, even in the middle of a set; so the
        BrokenPipeError goes on, and click ends every other command for it."""
        del self._buffer[:]  # or it is rendered again with each later line
        raise


_OUT = Terminal(highlight=False)
_ERRORS = Terminal(stderr=True, highlight=False)


def harmless(text: str) -> str:
    """`text` without control characters. Line ends and tabs stay."""
    return text.replace("\r\n", "\n").translate(_SHOWN)


def lenient_streams() -> None:
    """Show a letter that the terminal lacks as "?", and read one that can't be decoded as "?". No
    locale is a reason to fail."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != "replace":
            with suppress(io.UnsupportedOperation):  # something was read from it already
                stream.reconfigure(errors="replace")


def print_line(line: Line) -> None:
    print_out(str(line), STYLES[line.style])


def print_out(text: str, style: str = "none") -> None:
    _OUT.print(Text(harmless(text), style=style), soft_wrap=True)


def print_data(text: str) -> None:
    """Print what a program will read, with its own line ends: in UTF-8, letter for letter, whatever
    the locale. On a terminal, control characters are shown as codes."""
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        sys.stdout.write(harmless(text))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def on_terminal() -> bool:
    """True if a person reads what is printed."""
    return _OUT.is_terminal


def confirmed(question: str) -> bool:
    """Whether the answer is yes. No answer means no."""
    return click.confirm(harmless(question), default=False, err=True)


def chosen(question: str, among: Sequence[str]) -> str:
    """The answer, one of `among`."""
    return str(click.prompt(harmless(question), type=click.Choice(among), err=True))


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    numbers: bool = False
    """True if its cells are numbers, aligned right."""
    wraps: int = 0
    """Characters to which it may shrink if there is no room; 0: never."""


def print_table(columns: Sequence[Column], rows: Iterable[tuple[Sequence[str], str]]) -> None:
    """Print `rows` of cells, each with a style. On a terminal the table is as wide as the terminal;
    elsewhere no cell is cut or wrapped."""
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
    """Print a message about the command itself to the standard error."""
    _ERRORS.print(harmless(text), style=style, markup=False, soft_wrap=True)


def show_level(dbfs: float) -> None:
    """The microphone's level, on one line that changes."""
    from ..screen.glance import level_meter  # slow to load

    if _ERRORS.is_terminal:
        _ERRORS.print(level_meter(dbfs, 60).ljust(60), end="\r", markup=False)


@contextmanager
def libraries_silenced() -> Iterator[None]:
    """Suppress what C libraries write to the standard error, but not what Python writes.

    If a sound server dies, PortAudio writes a hundred thousand lines a second over whatever the
    terminal shows, until its stream is closed. With VOICECOACH_DEBUG set they are shown.
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
    """A progress bar on a terminal."""
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
