"""What a file of another program holds, in any format: one row per set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ...core.workout import SetKind, Unit, Weight

MOST_REST_PAUSES = 99


class Mark(StrEnum):
    """What other programs record besides warm-up and work."""

    DROP = "drop set"
    FAILURE = "to failure"


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set that was done, with everything that other programs record."""

    start: datetime
    """The workout's start, local time without a zone; midnight if `timed` is false."""
    exercise: str
    """The name in the file."""
    reps: int
    """1 or more; 0 for a hold."""
    kind: SetKind = SetKind.WORK
    weight: Weight | None = None
    """As written; never converted or rounded."""
    rpe: Decimal | None = None
    """1 to 10 in half steps."""
    tempo: str = ""
    """Four parts in seconds, `3-1-2-1`; "" if unknown."""
    note: str = ""
    """Unchanged."""
    workout: str = ""
    """The workout's name."""
    duration: int | None = None
    """The workout's length in seconds."""
    workout_note: str = ""
    held: int | None = None
    """Seconds of a hold; None for reps."""
    assisted: Weight | None = None
    """The weight that a machine or band took off the lifter, negative in the files. `weight` is
    None then."""
    mark: Mark | None = None
    """Only of a work set."""
    superset: str = ""
    """The number of its superset, "" for none."""
    rest_pauses: int = 0
    """How many breathers it had, 0 to `MOST_REST_PAUSES`. No other program has a place for it."""
    exercise_note: str = ""
    """About the exercise in this workout, usually equal in all its sets there."""
    category: str = ""
    """The program's category for the exercise."""
    timed: bool = True
    """Whether the time of day is known."""


@dataclass(frozen=True, slots=True, order=True)
class RowFault:
    """One thing in a file that can't be read, or that the log has no place for."""

    line: int
    """In the file, from 1; 0 for the whole file."""
    column: str
    """Its header in the file; "" for the whole line."""
    message: str
    """What is wrong and what would be right."""

    def at(self, file: str) -> str:
        """One line that says where."""
        where = f"{file}:{self.line}" if self.line else file
        return (
            f"{where} {self.column}: {self.message}" if self.column else f"{where}: {self.message}"
        )


def together(faults: Iterable[RowFault], file: str) -> list[str]:
    """One line per message; equal faults are joined and list their lines."""
    lines: dict[tuple[str, str], list[int]] = {}
    for each in faults:
        lines.setdefault((each.column, each.message), []).append(each.line)
    return [
        RowFault(
            where[0], column, message + (f"; so are lines {_spans(where[1:])}" * bool(where[1:]))
        ).at(file)
        for (column, message), where in lines.items()
    ]


def _spans(lines: Iterable[int]) -> str:
    """`3-9, 12`."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    shown = [f"{a}" if a == b else f"{a}-{b}" for a, b in spans]
    return ", ".join(shown)


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What was found in a file."""

    form: str
    """The format's name."""
    sets: tuple[SetRow, ...]
    """In the order of the file."""
    faults: tuple[RowFault, ...] = ()
    """Rows that can't be read; they are not in `sets`."""
    rests: tuple[RowFault, ...] = ()
    """Rows that are a rest between sets."""
    without_reps: tuple[RowFault, ...] = ()
    """Sets with only a distance, a long time or nothing; the log has no place for them."""
    left_out: tuple[RowFault, ...] = ()
    """Parts of rows that are ignored: a distance, an unknown column."""
    unit_unused: bool = False
    """Whether a unit was given but the file names all of them."""


class UnreadableError(Exception):
    """A file that can't be read at all; `fault` says why."""

    def __init__(self, message: str, line: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.fault = RowFault(line, column, message)


class NoUnitError(UnreadableError):
    """The file has weights but does not give their unit."""


def unit_of(name: str) -> Unit | None:
    """The unit that `name` means in a file; None if unknown."""
    match name.strip().casefold().rstrip(".").removesuffix("s"):
        case "kg" | "kilo" | "kilogram":
            return Unit.KG
        case "lb" | "pound":
            return Unit.LB
        case _:
            return None
