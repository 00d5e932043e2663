"""FitNotes' CSV file, of Android and of iOS.

    Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment
    Date,Exercise,Category,Weight (kg),Weight (lbs),Reps,Distance,Distance Unit,Time,Notes,Kind

Each row names its unit, `kgs` or `lbs`, or has the weight in both. There is no column for the
time of day, workout, RPE, mark or warm-up. The first two are lost; the rest goes into the comment's
bracket and is read back from there. What people write there themselves is understood: "RPE 8.5",
"warm-up".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from ...core.workout import SetKind, Unit
from . import cells
from .cells import Draft, Scale
from .notes import NONE, apostrophe, join, rpe_in, warm_up_in
from .rows import Mark, SetRow
from .table import Row, write_table
from .times import duration, moment

NAME = "fitnotes"
NEEDED = ("Date", "Exercise", "Reps")
TYPICAL = ("Exercise", "Category")
DATE, EXERCISE, SPAN = "date", "exercise", "time"
BLOCK = (DATE, EXERCISE)
KNOWN = ("date", "exercise", "category", "reps", "time", "comment", "notes")

_HEADER = (
    *("Date", "Exercise", "Category", "Weight", "Weight Unit", "Reps"),
    *("Distance", "Distance Unit", "Time", "Comment"),
)


def is_rest(row: Row) -> bool:
    return False


def is_note(row: Row) -> bool:
    return False


def note_of(row: Row) -> str:
    return ""


def settle(block: Sequence[Draft | str]) -> list[Draft]:
    return [each for each in block if isinstance(each, Draft)]


def read(row: Row, scale: Scale) -> Draft | None:
    draft = cells.make(
        row,
        scale,
        start=datetime.combine(moment(row, DATE), time()),
        timed=False,
        exercise=EXERCISE,
        category=cells.name(row, "category"),
        note_column="comment" if "comment" in row.cells else "notes",
        held=duration(row, SPAN),
    )
    if draft is None:
        return None
    items, note = draft.items, draft.row.note
    warm_up = items.get("kind") == SetKind.WARM_UP if "kind" in items else warm_up_in(note)
    kind, mark = (
        (SetKind.WARM_UP, None) if warm_up else (SetKind.WORK, _mark(items.get("mark", "")))
    )
    return replace(
        draft, row=replace(draft.row, kind=kind, mark=mark, rpe=_rpe(items.get("rpe"), note))
    )


def _mark(text: str) -> Mark | None:
    return Mark(text) if text in (*Mark,) else None


def _rpe(item: str | None, note: str) -> Decimal | None:
    if item is None:
        return rpe_in(note)
    try:
        value = Decimal(item)
    except InvalidOperation:
        return None
    return value if value in cells.RPES else None


def write(sets: Sequence[SetRow], unit: Unit) -> str:
    """Each weight in its own unit; `unit` is ignored."""
    return write_table(_HEADER, (_cells(each) for each in sets))


def _cells(each: SetRow) -> list[str]:
    weight = each.weight or each.assisted
    own = weight.unit if weight else Unit.KG
    items = cells.items_of(each, own, "superset", "exercise")
    if each.rpe != rpe_in(each.note):
        items["rpe"] = NONE if each.rpe is None else f"{each.rpe:f}"
    if (each.kind is SetKind.WARM_UP) != warm_up_in(each.note):
        items["kind"] = each.kind.value
    if each.mark is not None:
        items["mark"] = each.mark.value
    return [
        each.start.date().isoformat(),
        apostrophe(each.exercise),
        apostrophe(each.category),
        cells.weight_cell(each, own),
        ("kgs" if own is Unit.KG else "lbs") if weight else "",
        str(each.reps),
        "",
        "",
        "" if each.held is None else str(timedelta(seconds=each.held)),
        join(each.note, items),
    ]
