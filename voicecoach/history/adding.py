"""Adds workouts that were done elsewhere to the log, each of them once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from ..core.plan import samples
from .database import Database
from .logged import LoggedSet, LoggedWorkout
from .values import json_of, micros, offset_of, samples_of, text_of, weight_columns


@dataclass(frozen=True, slots=True)
class Added:
    """How much was new."""

    workouts: int
    sets: int
    known: int
    """Sets that the log had already."""


def keys_there(database: Database, keys: Iterable[str]) -> set[str]:
    """The keys of sets, out of `keys`, that are in the log already."""
    wanted = [*keys]
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        marks = ", ".join("?" * len(some))
        found |= {
            key for (key,) in database.rows(f"SELECT key FROM sets WHERE key IN ({marks})", some)
        }
    return found


def add(
    database: Database, workouts: Iterable[LoggedWorkout], instead_of: Iterable[int] = ()
) -> Added:
    """Add what the log lacks, in one transaction: workouts with a new key or none, and sets
    with new keys in workouts that the log has. A workout without `ended` counts as over.

    `instead_of`: ids of imported sets to delete first. A workout that loses its last set is
    deleted too.
    """
    new_workouts = new_sets = known = 0
    with database.transaction():
        _take_out(database, instead_of)
        for workout in workouts:
            there = keys_there(database, [each.key for each in workout.sets if each.key])
            id = _id_of(database, workout.key)
            fresh = [
                each for each in workout.sets if (each.key not in there if each.key else id is None)
            ]
            known += len(workout.sets) - len(fresh)
            if not fresh:
                continue
            if id is None:
                id = _add_workout(database, workout)
                new_workouts += 1
            ((position,),) = database.rows(
                "SELECT coalesce(max(position), 0) FROM sets WHERE workout = ?", (id,)
            )
            for place, each in enumerate(fresh, start=position + 1):
                _add_set(database, workout, id, place, each)
            new_sets += len(fresh)
    return Added(new_workouts, new_sets, known)


def _take_out(database: Database, ids: Iterable[int]) -> None:
    emptied = set()
    for id in ids:
        rows = database.rows(
            "DELETE FROM sets WHERE id = ? AND key IS NOT NULL RETURNING workout", (id,)
        )
        emptied |= {workout for (workout,) in rows}
    for workout in emptied:
        database.rows(
            """DELETE FROM workouts WHERE id = ? AND source <> ''
            AND NOT EXISTS (SELECT 1 FROM sets WHERE workout = workouts.id)""",
            (workout,),
        )


def _id_of(database: Database, key: str) -> int | None:
    found = database.rows("SELECT id FROM workouts WHERE key = ?", (key,))
    return int(found[0][0]) if found else None


def _add_workout(database: Database, workout: LoggedWorkout) -> int:
    lasted = None if workout.lasted is None else samples(workout.lasted)
    ((id,),) = database.rows(
        """INSERT INTO workouts
            (id, key, plan, name, comment, began, offset, until, last, ended, source, extra)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (
            database.free_id(),
            workout.key or uuid.uuid4().hex,
            workout.plan,
            workout.name,
            workout.comment,
            micros(workout.began),
            offset_of(workout.began),
            lasted,
            lasted or 0,
            workout.ended or "over",
            workout.source,
            json_of(workout.extra),
        ),
    )
    return int(id)


def _add_set(
    database: Database, workout: LoggedWorkout, workout_id: int, position: int, each: LoggedSet
) -> None:
    at = samples((each.began - workout.began).total_seconds())
    planned_amount, planned_unit = weight_columns(each.planned_weight)
    amount, unit = weight_columns(each.weight)
    columns = {
        "workout": workout_id,
        "position": position,
        "key": each.key or None,
        "exercise": each.exercise,
        "number": each.number,
        "kind": each.kind.value,
        "began": micros(each.began),
        "at": at,
        "until": None if each.lasted is None else at + samples(each.lasted),
        "planned_reps": each.planned_reps,
        "target": each.target,
        "planned_amount": planned_amount,
        "planned_unit": planned_unit,
        "planned_tempo": each.planned_tempo,
        "planned_rest": samples_of(each.planned_rest),
        "planned_tension": samples_of(each.planned_tension),
        "reps": each.reps,
        "counted": each.counted,
        "amount": amount,
        "unit": unit,
        "rpe": text_of(each.rpe),
        "tempo": each.tempo,
        "tension": samples_of(each.tension),
        "rest": samples_of(each.rest),
        "ended_by": each.ended_by,
        "failed": int(each.failed),
        "rest_pauses": each.rest_pauses,
        "comment": each.comment,
        "extra": json_of(each.extra),
    }
    ((id,),) = database.rows(
        f"INSERT INTO sets ({', '.join(columns)}) "
        f"VALUES ({', '.join('?' * len(columns))}) RETURNING id",
        [*columns.values()],
    )
    database.insert("notes", [(id, n, note) for n, note in enumerate(each.notes)])
    database.insert(
        "tempos", [(id, n, at + samples(c.at), c.tempo) for n, c in enumerate(each.tempos)]
    )
    database.insert(
        "pauses",
        [
            (
                id,
                n,
                at + samples(p.at),
                None if p.lasted is None else at + samples(p.at + p.lasted),
            )
            for n, p in enumerate(each.pauses)
        ],
    )
