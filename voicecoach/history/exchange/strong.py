"""Strong's CSV file, in each of its forms.

    Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,RPE
    ...,Seconds,Notes,Workout Notes,RPE
    "Workout #";"Date";"Workout Name";"Duration (sec)";"Exercise Name";"Set Order";
        "Weight (kg)";"Reps";"RPE";"Distance (meters)";"Seconds";"Notes";"Workout Notes"

The first two name no unit. `Set Order` is a number, `W` for a warm-up, `D` for a drop set, `F`
for a set to failure, or says that the row is none ("Rest Timer", "Note"). The third form is
written; it has one unit, so weights in the other one are converted exactly and what was said
goes into the note, as the tempo does. Nothing else is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from ...core.workout import SetKind, Unit
from . import cells
from .notes import other_unit, with_extras
from .rows import SetRow
from .table import Row, Table, quoted, whole, write_table
from .times import duration, moment

NAME = "strong"
NEEDED = ("Date", "Exercise Name", "Set Order", "Reps")
TYPICAL = ("Set Order", "Workout Name")
"""Columns that no other format has."""

_HEADER = (
    *("Workout #", "Date", "Workout Name", "Duration (sec)", "Exercise Name", "Set Order"),
    *("Weight ({unit})", "Reps", "RPE", "Distance (meters)", "Seconds", "Notes", "Workout Notes"),
)
_KINDS = {"w": SetKind.WARM_UP, "d": SetKind.WORK, "f": SetKind.WORK}
_NO_SETS = ("rest timer", "note")


def unit(table: Table) -> Unit | None:
    """The unit that the header names."""
    return cells.unit_of_column(table, "weight")


def is_set(row: Row) -> bool:
    return row["set order"].casefold() not in _NO_SETS


def read(row: Row, unit: Unit) -> SetRow | None:
    """None for a set of a distance. Raises BadCell."""
    order = row["set order"].casefold()
    if order not in _KINDS and not order.isdecimal():
        raise cells.BadCell(
            "set order",
            f"{quoted(row['set order'])} is no set; right would be 1, W, D, F or Rest Timer",
        )
    length = "duration (sec)" if row["duration (sec)"] else "duration"
    return cells.make(
        row,
        start=moment(row, "date"),
        exercise="exercise name",
        kind=_KINDS.get(order, SetKind.WORK),
        weight=cells.column_like(row, "weight"),
        unit=unit,
        note="notes",
        rpe="rpe",
        held=whole(row, "seconds"),
        workout=row["workout name"],
        duration=duration(row, length),
        workout_note=row["workout notes"],
    )


def write(sets: Sequence[SetRow], unit: Unit) -> str:
    """The third form, with its weights in `unit`."""
    header = [name.format(unit="kg" if unit is Unit.KG else "lbs") for name in _HEADER]
    return write_table(header, _rows(sets, unit), ";")


def _rows(sets: Sequence[SetRow], unit: Unit) -> Iterable[list[str]]:
    workouts = groupby(sets, key=lambda each: (each.start, each.workout))
    for nth, (_, workout) in enumerate(workouts, 1):
        orders: Counter[str] = Counter()
        for each in workout:
            orders[each.exercise] += each.kind is SetKind.WORK
            yield [
                str(nth),
                each.start.isoformat(" "),
                each.workout,
                cells.written(each.duration),
                each.exercise,
                "W" if each.kind is SetKind.WARM_UP else str(orders[each.exercise]),
                cells.in_unit(each.weight, unit),
                str(each.reps),
                cells.written(each.rpe),
                "",
                cells.written(each.held),
                with_extras(each.note, each.tempo, other_unit(each.weight, unit)),
                each.workout_note,
            ]
