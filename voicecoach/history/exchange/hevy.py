"""Hevy's CSV file.

    "title","start_time","end_time","description","exercise_title","superset_id",
    "exercise_notes","set_index","set_type","weight_kg","reps","distance_km",
    "duration_seconds","rpe"

or with `weight_lbs` and `distance_miles`. `set_index` counts from 0 within an exercise,
`set_type` is normal, warmup, dropset or failure. Notes belong to an exercise and are repeated in
each of its rows. If they differ, they are notes of the sets; if that would be ambiguous, their
bracket says so. The bracket also holds a tempo, rest-pauses and a weight in the other unit. Lost
are seconds of times and durations, and FitNotes' category. Months are in the phone's language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from ...core.workout import SetKind, Unit
from . import cells
from .cells import Draft, Scale
from .notes import apostrophe, join, without_apostrophe
from .rows import Mark, SetRow
from .table import CellError, Row, quoted, write_table
from .times import LONGEST, as_hevy, moment, timed

NAME = "hevy"
NEEDED = ("start_time", "exercise_title", "set_type", "reps")
TYPICAL = ("exercise_title", "set_type")
DATE, EXERCISE, SPAN = "start time", "exercise title", "duration seconds"
BLOCK = (DATE, "title", EXERCISE)
KNOWN = (
    *("title", "start time", "end time", "description", "exercise title", "superset id"),
    *("exercise notes", "set index", "set type", "reps", "duration seconds", "rpe"),
)

_HEADER = (
    *("title", "start_time", "end_time", "description", "exercise_title", "superset_id"),
    *("exercise_notes", "set_index", "set_type", "weight_{}", "reps", "distance_{}"),
    *("duration_seconds", "rpe"),
)
_TYPES: dict[str, tuple[SetKind, Mark | None]] = {
    "": (SetKind.WORK, None),
    "normal": (SetKind.WORK, None),
    "regular": (SetKind.WORK, None),
    "warmup": (SetKind.WARM_UP, None),
    "dropset": (SetKind.WORK, Mark.DROP),
    "failure": (SetKind.WORK, Mark.FAILURE),
}
_OF_SET = "set"
"""In a note's bracket: the note is about this set, not the exercise."""


def is_rest(row: Row) -> bool:
    return False


def is_note(row: Row) -> bool:
    return False


def note_of(row: Row) -> str:
    return ""


def read(row: Row, scale: Scale) -> Draft | None:
    named = _TYPES.get(row["set type"].casefold().replace("-", "").replace(" ", ""))
    if named is None:
        raise CellError(
            "set type",
            f"{quoted(row['set type'])} is not a kind of set; expected normal, warmup, "
            "dropset or failure",
        )
    start = moment(row, DATE)
    end = moment(row, "end time") if row["end time"] else start
    lasted = round((end - start).total_seconds()) if row["end time"] else None
    draft = cells.make(
        row,
        scale,
        start=start,
        timed=timed(row, DATE),
        exercise=EXERCISE,
        kind=named[0],
        mark=named[1],
        note_column="exercise notes",
        rpe=cells.rpe(row, "rpe"),
        superset=without_apostrophe(row["superset id"])[: cells.LONGEST_NAME],
        held=cells.whole(row, SPAN, LONGEST),
        workout=cells.name(row, "title"),
        duration=lasted if lasted is not None and 0 <= lasted <= LONGEST else None,
        workout_note=cells.note(row, "description")[0],
    )
    if draft is None or _OF_SET in draft.items:
        return draft
    return replace(draft, row=replace(draft.row, note="", exercise_note=draft.row.note))


def settle(block: Sequence[Draft | str]) -> list[Draft]:
    """A note that every row has is about the exercise; any other is about its set."""
    sets = [each for each in block if isinstance(each, Draft)]
    if len({each.row.exercise_note for each in sets if _OF_SET not in each.items}) < 2:
        return sets
    return [
        each
        if _OF_SET in each.items
        else replace(each, row=replace(each.row, note=each.row.exercise_note, exercise_note=""))
        for each in sets
    ]


def write(sets: Sequence[SetRow], unit: Unit) -> str:
    short, far = ("kg", "km") if unit is Unit.KG else ("lbs", "miles")
    header = [name.format(far if name.startswith("d") else short) for name in _HEADER]
    return write_table(header, _rows(sets, unit), quote_all=True)


def _rows(sets: Sequence[SetRow], unit: Unit) -> Iterable[list[str]]:
    for _, workout in groupby(sets, key=lambda each: (each.start, each.workout)):
        indices: Counter[str] = Counter()
        for _, group in groupby(workout, key=lambda each: each.exercise):
            block = [*group]
            about = {each.exercise_note for each in block}
            plain = about == {""} and len({each.note for each in block}) > 1
            for each in block:
                index = indices[each.exercise]
                indices[each.exercise] += 1
                end = each.start + timedelta(seconds=each.duration or 0)
                items = cells.items_of(each, unit)
                own = not plain and (each.note != "" or len(about) > 1)
                if own:
                    items = {_OF_SET: "", **cells.items_of(each, unit, "exercise")}
                yield [
                    apostrophe(each.workout),
                    as_hevy(each.start),
                    as_hevy(end) if each.duration is not None else "",
                    join(each.workout_note, {}),
                    apostrophe(each.exercise),
                    apostrophe(each.superset),
                    join(each.note if own or plain else each.exercise_note, items),
                    str(index),
                    _type(each),
                    cells.weight_cell(each, unit),
                    "" if each.held is not None else str(each.reps),
                    "",
                    cells.written(each.held),
                    cells.written(each.rpe),
                ]


def _type(each: SetRow) -> str:
    if each.kind is SetKind.WARM_UP:
        return "warmup"
    return {None: "normal", Mark.DROP: "dropset", Mark.FAILURE: "failure"}[each.mark]
