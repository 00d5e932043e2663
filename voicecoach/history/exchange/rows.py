"""What a file of another program holds, however it writes it: one row a set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ...core.workout import SetKind, Unit, Weight


class Mark(StrEnum):
    """What other programs say of a set beyond warm-up and work."""

    DROP = "drop set"
    FAILURE = "to failure"


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set that was done, as far as the formats of other programs know one."""

    start: datetime
    """Of its workout, local time without a zone; midnight where `timed` is false."""
    exercise: str
    """Its name, as the file has it."""
    reps: int
    """1 or more; 0 for a hold."""
    kind: SetKind = SetKind.WORK
    weight: Weight | None = None
    """As it was written; nothing is converted or rounded."""
    rpe: Decimal | None = None
    """1 to 10 in half steps."""
    tempo: str = ""
    """Four parts in seconds, `3-1-2-1`; "" where none is known."""
    note: str = ""
    """To the letter."""
    workout: str = ""
    """The name of its workout."""
    duration: int | None = None
    """Seconds of its workout."""
    workout_note: str = ""
    held: int | None = None
    """Seconds of a hold; None for reps."""
    assisted: Weight | None = None
    """What a machine or a band took off the lifter: a negative weight in the files. Then there
    is no `weight`."""
    mark: Mark | None = None
    """Of a work set."""
    superset: str = ""
    """The number of the superset that it belongs to, "" for none."""
    exercise_note: str = ""
    """Of its exercise in this workout: as a rule the same for all its sets there."""
    category: str = ""
    """What the program files the exercise under."""
    timed: bool = True
    """Whether the time of day is known."""


@dataclass(frozen=True, slots=True, order=True)
class RowFault:
    """One thing in a file that can't be read, or that the log has no place for."""

    line: int
    """In the file, from 1; 0 for the whole file."""
    column: str
    """As the file heads it; "" for the whole line."""
    message: str
    """What is wrong and what would be right."""

    def at(self, file: str) -> str:
        """As one line that says where."""
        where = f"{file}:{self.line}" if self.line else file
        return (
            f"{where} {self.column}: {self.message}" if self.column else f"{where}: {self.message}"
        )


def together(faults: Iterable[RowFault], file: str) -> list[str]:
    """A line for each fault, and one for all that are the same, which names their lines."""
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
    """The name of its format."""
    sets: tuple[SetRow, ...]
    """In the order of the file."""
    faults: tuple[RowFault, ...] = ()
    """The rows that are not among `sets` because they can't be read."""
    rests: tuple[RowFault, ...] = ()
    """Rows that tell of a rest between sets, no set."""
    without_reps: tuple[RowFault, ...] = ()
    """Sets of a distance, of a long time or of nothing, which the log has no place for."""
    left_out: tuple[RowFault, ...] = ()
    """What is not taken of rows that are otherwise: a distance, a column nobody knows."""
    unit_unused: bool = False
    """Whether a unit was given and the file names all of them itself."""


class UnreadableError(Exception):
    """A file that can't be read at all; `fault` says why."""

    def __init__(self, message: str, line: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.fault = RowFault(line, column, message)


class NoUnitError(UnreadableError):
    """The file has weights and does not say in which unit."""


def unit_of(name: str) -> Unit | None:
    """The unit that a file means by `name`, None for none."""
    match name.strip().casefold().rstrip(".").removesuffix("s"):
        case "kg" | "kilo" | "kilogram":
            return Unit.KG
        case "lb" | "pound":
            return Unit.LB
        case _:
            return None
