"""Strong's CSV file, in all its variants.

    Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,RPE
    ...,Seconds,Notes,Workout Notes,RPE
    Date;Workout Name;Exercise Name;Set Order;kg;Reps;km;Seconds;Notes;Workout Notes
    Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;
        Distance Unit;Seconds;Notes;Workout Notes;Workout Duration
    "Workout #";"Date";"Workout Name";"Duration (sec)";"Exercise Name";"Set Order";
        "Weight (kg)";"Reps";"RPE";"Distance (meters)";"Seconds";"Notes";"Workout Notes"

The first two name no unit. `Set Order` is a number, `W` for a warm-up, `D` for a drop set, `F`
for a set to failure. "Rest Timer" and "Note" rows are not sets; a note is about the exercise. The
last variant is the one written. It has one unit, so weights in the other are converted exactly. The
original weight, the tempo, rest-pauses and the superset's number go into the note's bracket.
FitNotes' category is lost, and so is the fact that its workouts have no time of day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from ...core.workout import SetKind, Unit
from . import cells
from .cells import Draft, Scale
from .notes import apostrophe, join
from .rows import Mark, SetRow
from .table import CellError, Row, quoted, write_table
from .times import LONGEST, duration, moment, timed

NAME = "strong"
NEEDED = ("Date", "Exercise Name", "Set Order", "Reps")
TYPICAL = ("Set Order", "Workout Name")
"""Columns that no other format has."""
DATE, EXERCISE, SPAN = "date", "exercise name", "seconds"
BLOCK = (DATE, "workout name", EXERCISE)
KNOWN = (
    *("workout #", "date", "workout name", "exercise name", "set order", "reps", "rpe"),
    *("duration", "duration (sec)", "workout duration", "seconds", "notes", "workout notes"),
)

_HEADER = (
    *("Workout #", "Date", "Workout Name", "Duration (sec)", "Exercise Name", "Set Order"),
    *("Weight ({unit})", "Reps", "RPE", "Distance (meters)", "Seconds", "Notes", "Workout Notes"),
)
_MARKS = {"d": Mark.DROP, "f": Mark.FAILURE}
_LETTERS = {mark: letter.upper() for letter, mark in _MARKS.items()}


def is_rest(row: Row) -> bool:
    return "rest timer" in (row["set order"].casefold(), row["exercise name"].casefold())


def is_note(row: Row) -> bool:
    return row["set order"].casefold() == "note"


def read(row: Row, scale: Scale) -> Draft | None:
    order = row["set order"].casefold()
    if order != "w" and order not in _MARKS and not (order.isascii() and order.isdecimal()):
        raise CellError(
            "set order",
            f"{quoted(row['set order'])} is not a set; expected 1, W, D, F or Rest Timer",
        )
    lengths = (duration(row, each) for each in ("duration (sec)", "duration", "workout duration"))
    return cells.make(
        row,
        scale,
        start=moment(row, DATE),
        timed=timed(row, DATE),
        exercise=EXERCISE,
        kind=SetKind.WARM_UP if order == "w" else SetKind.WORK,
        mark=_MARKS.get(order),
        note_column="notes",
        rpe=cells.rpe(row, "rpe"),
        held=cells.whole(row, SPAN, LONGEST),
        workout=cells.name(row, "workout name"),
        duration=next((each for each in lengths if each is not None), None),
        workout_note=cells.note(row, "workout notes")[0],
    )


def note_of(row: Row) -> str:
    return cells.note(row, "notes")[0]


def settle(block: Sequence[Draft | str]) -> list[Draft]:
    """A note is about the sets after it, up to the next note. If sets come before the first
    note, every note is about all sets."""
    texts = [each for each in block if isinstance(each, str)]
    about = "" if block and isinstance(block[0], str) else "\n".join(texts)
    leads = about == ""
    settled: list[Draft] = []
    fresh = True
    for each in block:
        if isinstance(each, Draft):
            note = about or each.row.exercise_note
            settled.append(replace(each, row=replace(each.row, exercise_note=note)))
            fresh = True
        elif leads:
            about = each if fresh else "\n".join(part for part in (about, each) if part)
            fresh = False
    return settled


def write(sets: Sequence[SetRow], unit: Unit) -> str:
    """The last variant, with weights in `unit`."""
    header = [name.format(unit="kg" if unit is Unit.KG else "lbs") for name in _HEADER]
    return write_table(header, _rows(sets, unit), ";")


def _rows(sets: Sequence[SetRow], unit: Unit) -> Iterable[list[str]]:
    workouts = groupby(sets, key=lambda each: (each.start, each.workout))
    for nth, (_, workout) in enumerate(workouts, 1):
        orders: Counter[str] = Counter()
        for _, block in groupby(workout, key=lambda each: each.exercise):
            together = [*block]
            # If only later sets have a note, an empty note first excludes the earlier ones.
            about = "" if not any(each.exercise_note for each in together) else None
            for each in together:
                if each.exercise_note != about:
                    about = each.exercise_note
                    yield _row(nth, each, "Note", *[""] * 5, join(about, {}))
                orders[each.exercise] += each.kind is SetKind.WORK and each.mark is None
                yield _row(
                    nth,
                    each,
                    _order(each, orders[each.exercise]),
                    cells.weight_cell(each, unit),
                    str(each.reps),
                    cells.written(each.rpe),
                    "",
                    cells.written(each.held),
                    join(each.note, cells.items_of(each, unit, "superset")),
                )


def _order(each: SetRow, number: int) -> str:
    if each.kind is SetKind.WARM_UP:
        return "W"
    return _LETTERS[each.mark] if each.mark else str(number)


def _row(nth: int, each: SetRow, order: str, *rest: str) -> list[str]:
    return [
        str(nth),
        each.start.isoformat(" "),
        apostrophe(each.workout),
        cells.written(each.duration),
        apostrophe(each.exercise),
        order,
        *rest,
        join(each.workout_note, {}),
    ]
