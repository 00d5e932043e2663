"""What a file of another program holds, however it writes it: one row a set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from ...core.workout import SetKind, Unit, Weight


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set that was done, as far as the formats of other programs know one."""

    start: datetime
    """Of its workout, local time without a zone; midnight: the time of day is not known."""
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
    workout: str = ""
    """The name of its workout."""
    duration: int | None = None
    """Seconds of its workout."""
    workout_note: str = ""
    held: int | None = None
    """Seconds of a hold; None for reps."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing in a file that can't be read."""

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


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a file."""

    form: str
    """The name of its format."""
    sets: tuple[SetRow, ...]
    """In the order of the file."""
    faults: tuple[Fault, ...] = ()
    """The rows that are not among `sets` because they can't be read."""
    passed_over: int = 0
    """Rows that are no sets: rest timers, notes."""
    without_reps: int = 0
    """Sets of a distance or a long time, which the log has no place for."""


class Unreadable(Exception):  # noqa: N818 (reads as what is the matter)
    """A file that can't be read at all; `fault` says why."""

    def __init__(self, message: str, line: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.fault = Fault(line, column, message)


class NoUnit(Unreadable):
    """The file has weights and does not say in which unit."""


def has_time(start: datetime) -> bool:
    """Whether the time of day of a workout is known."""
    return start.time() != time()


def unit_of(name: str) -> Unit | None:
    """The unit that a file means by `name`, None for none."""
    match name.strip().casefold().rstrip(".").removesuffix("s"):
        case "kg" | "kilo" | "kilogram":
            return Unit.KG
        case "lb" | "pound":
            return Unit.LB
        case _:
            return None
