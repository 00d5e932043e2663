"""Hevy's CSV file.

    "title","start_time","end_time","description","exercise_title","superset_id",
    "exercise_notes","set_index","set_type","weight_kg","reps","distance_km",
    "duration_seconds","rpe"

or with `weight_lbs` and `distance_miles`. `set_index` counts from 0 within an exercise,
`set_type` is normal, warmup, dropset or failure. Notes belong to an exercise there and stand in
each of its rows; here each set has its own. Times have no seconds, which are lost; so is a
duration's part of a minute. Weights in the other unit and tempos go into the notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby

from ...core.workout import SetKind, Unit
from . import cells
from .notes import other_unit, with_extras
from .rows import SetRow
from .table import Row, Table, quoted, whole, write_table
from .times import as_hevy, moment

NAME = "hevy"
NEEDED = ("start_time", "exercise_title", "set_type", "reps")
TYPICAL = ("exercise_title", "set_type")

_HEADER = (
    *("title", "start_time", "end_time", "description", "exercise_title", "superset_id"),
    *("exercise_notes", "set_index", "set_type", "weight_{}", "reps", "distance_{}"),
    *("duration_seconds", "rpe"),
)
_KINDS = {
    "": SetKind.WORK,
    "normal": SetKind.WORK,
    "warmup": SetKind.WARM_UP,
    "dropset": SetKind.WORK,
    "failure": SetKind.WORK,
}


def unit(table: Table) -> Unit | None:
    return cells.unit_of_column(table, "weight")


def is_set(row: Row) -> bool:
    return True


def read(row: Row, unit: Unit) -> SetRow | None:
    """None for a set of a distance. Raises BadCell."""
    kind = _KINDS.get(row["set type"].casefold().replace("-", "").replace(" ", ""))
    if kind is None:
        raise cells.BadCell(
            "set type",
            f"{quoted(row['set type'])} is no kind of set; right would be normal, warmup, "
            "dropset or failure",
        )
    start = moment(row, "start time")
    end = moment(row, "end time") if row["end time"] else None
    return cells.make(
        row,
        start=start,
        exercise="exercise title",
        kind=kind,
        weight=cells.column_like(row, "weight"),
        unit=unit,
        note="exercise notes",
        rpe="rpe",
        held=whole(row, "duration seconds"),
        workout=row["title"],
        duration=round((end - start).total_seconds()) if end and end >= start else None,
        workout_note=row["description"],
    )


def write(sets: Sequence[SetRow], unit: Unit) -> str:
    short, far = ("kg", "km") if unit is Unit.KG else ("lbs", "miles")
    header = [name.format(far if name.startswith("d") else short) for name in _HEADER]
    return write_table(header, _rows(sets, unit), quote_all=True)


def _rows(sets: Sequence[SetRow], unit: Unit) -> Iterable[list[str]]:
    for _, workout in groupby(sets, key=lambda each: (each.start, each.workout)):
        indices: Counter[str] = Counter()
        for each in workout:
            index = indices[each.exercise]
            indices[each.exercise] += 1
            end = each.start + timedelta(seconds=each.duration or 0)
            yield [
                each.workout,
                as_hevy(each.start),
                as_hevy(end) if each.duration is not None else "",
                each.workout_note,
                each.exercise,
                "",
                with_extras(each.note, each.tempo, other_unit(each.weight, unit)),
                str(index),
                "warmup" if each.kind is SetKind.WARM_UP else "normal",
                cells.in_unit(each.weight, unit),
                "" if each.held is not None else str(each.reps),
                "",
                cells.written(each.held),
                cells.written(each.rpe),
            ]
