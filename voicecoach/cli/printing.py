"""What is shown on the terminal, beside the screen of a live workout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from ..screen.glance import level_meter
from ..timeline import Line

STYLES = {
    "lifter": "bold green",
    "refused": "dim green",
    "coach": "cyan",
    "safety": "bold yellow",
    "phase": "none",
    "state": "dim",
    "set": "bold",
}

_OUT = Console(highlight=False)
_ERRORS = Console(stderr=True, highlight=False)


def print_line(line: Line) -> None:
    print_out(str(line), STYLES[line.style])


def print_out(text: str, style: str = "none") -> None:
    _OUT.print(Text(text, style=style), soft_wrap=True)


def say(text: str, style: str = "") -> None:
    """A message about the command itself: to the standard errors."""
    _ERRORS.print(text, style=style, markup=False, soft_wrap=True)


def show_level(dbfs: float) -> None:
    """The microphone's level, on one line that changes."""
    if _ERRORS.is_terminal:
        _ERRORS.print(level_meter(dbfs, 60).ljust(60), end="\r", markup=False)


@contextmanager
def progress(what: str, hidden: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, while something takes its time."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=_ERRORS,
        transient=True,
        disable=hidden or not _ERRORS.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def unless_gone(show: Callable[[], None]) -> None:
    """A terminal that has gone away is no reason to end a set."""
    with suppress(OSError):
        show()
