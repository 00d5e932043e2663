"""FitNotes' CSV file.

    Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment

Each row names its own unit, `kgs` or `lbs`. There is no time of day, no workout, no RPE and no
warm-up: the first two are lost, an RPE and a warm-up go into the comment with the tempo, and
come back from it ("RPE 8.5", "warm-up"). `Category` is left empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from ...core.workout import SetKind, Unit
from . import cells
from .notes import with_extras
from .rows import SetRow, unit_of
from .table import Row, Table, quoted, write_table
from .times import duration, moment

NAME = "fitnotes"
NEEDED = ("Date", "Exercise", "Reps")
TYPICAL = ("Exercise", "Category")

_HEADER = (
    *("Date", "Exercise", "Category", "Weight", "Weight Unit", "Reps"),
    *("Distance", "Distance Unit", "Time", "Comment"),
)
_EXTRA = re.compile(r"(?:; |\A)(?:(?P<warm>warm-up)|RPE (?P<rpe>10(?:\.0)?|[1-9](?:\.[05])?))\Z")


def unit(table: Table) -> Unit | None:
    """Each row has its own, or the header ("Weight (kgs)")."""
    named = cells.unit_of_column(table, "weight")
    if named is not None or "weight unit" not in table.columns:
        return named
    units = [unit_of(row["weight unit"]) for row in table.rows if row["weight"]]
    # One that is wrong is reported where it stands; one that is missing has to be asked for.
    missing = any(row["weight"] and not row["weight unit"] for row in table.rows)
    return None if missing else next((each for each in units if each), Unit.KG)


def is_set(row: Row) -> bool:
    return True


def read(row: Row, unit: Unit) -> SetRow | None:
    """None for a set of a distance. Raises BadCell."""
    if own := row["weight unit"]:
        named = unit_of(own)
        if named is None:
            raise cells.BadCell(
                "weight unit", f"{quoted(own)} is no unit; right would be kgs or lbs"
            )
        unit = named
    made = cells.make(
        row,
        start=moment(row, "date"),
        exercise="exercise",
        kind=SetKind.WORK,
        weight="weight" if row["weight"] else cells.column_like(row, "weight"),
        unit=unit,
        note="comment",
        rpe=None,
        held=duration(row, "time"),
    )
    if made is None:
        return None
    while match := _EXTRA.search(made.note):
        made = replace(made, note=made.note[: match.start()])
        if match["warm"]:
            made = replace(made, kind=SetKind.WARM_UP)
        else:
            made = replace(made, rpe=Decimal(match["rpe"]))
    return made


def write(sets: Sequence[SetRow], unit: Unit) -> str:
    """Each weight in its own unit; `unit` is not needed."""
    return write_table(_HEADER, (_cells(each) for each in sets))


def _cells(each: SetRow) -> list[str]:
    extras = [f"RPE {each.rpe}"] if each.rpe is not None else []
    extras += ["warm-up"] if each.kind is SetKind.WARM_UP else []
    comment = "; ".join([note for note in (each.note,) if note] + extras)
    weight = each.weight
    return [
        each.start.date().isoformat(),
        each.exercise,
        "",
        f"{weight.amount:f}" if weight else "",
        ("kgs" if weight.unit is Unit.KG else "lbs") if weight else "",
        str(each.reps),
        "",
        "",
        "" if each.held is None else str(timedelta(seconds=each.held)),
        with_extras(comment, each.tempo),
    ]
