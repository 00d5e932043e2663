"""One workout between memory and the log's tables: what is written of it, and what is not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from ..core.plan import SAMPLE_RATE
from ..core.workout import PlannedSet, SetKind
from .account import BROKEN_OFF, Account, SetAccount
from .database import Database, Row
from .values import decimal_of, text_of, weight_columns, weight_of

_LISTS = ("commands", "moments", "agreed")
"""Tables that only grow in a workout."""


def _new_rows(account: Account, written: Mapping[str, int]) -> dict[str, list[Row]]:
    """Those not `written` yet, without the workout and the number."""
    return {
        "commands": [
            (c.position, c.at, c.said, c.command, int(c.accepted), c.why)
            for c in account.commands[written["commands"] :]
        ],
        "moments": [
            (m.at, m.until, m.kind, m.what, m.text, m.outcome, m.why)
            for m in account.moments[written["moments"] :]
        ],
        "agreed": [
            # No reps: it was taken back.
            (
                at,
                exercise,
                *weight_columns(target.weight if target else None),
                target.reps if target else 0,
            )
            for at, exercise, target in account.agreed[written["agreed"] :]
        ],
    }


class Book:
    """An account, and how much of it is in the log."""

    def __init__(self, began: int, offset: int, shift: int = 0) -> None:
        """`began` in microseconds since 1970, `offset` in seconds east of UTC; what is fed to
        the account happened `shift` samples later than it says."""
        self.account = Account(shift)
        self.began, self.offset = began, offset
        self.unwritten = False
        """Whether something waits that is to be written at once."""
        self._key = uuid.uuid4().hex
        self._before = dict.fromkeys(_LISTS, 0)
        """How many rows there were when it was interrupted."""
        self.forget()

    def forget(self) -> None:
        """None of it is written: it is to go into another file."""
        self._id: int | None = None
        self._reps: dict[int, int] = {}
        self._written = dict.fromkeys(_LISTS, 0)
        self.account.touched = {each.position for each in self.account.sets}
        self.unwritten = self.account.begun

    @property
    def complete(self) -> bool:
        """Whether all of it is in the log."""
        drawn = len(self.account.moments)
        return not self.account.begun or (not self.unwritten and self._written["moments"] == drawn)

    def put(self, database: Database) -> None:
        """Write what is not written yet, all of it or nothing. Raises LogError."""
        account = self.account
        reps = dict(self._reps)
        with database.transaction():
            id = self._put_workout(database)
            if self._id is None:
                database.rows(
                    "UPDATE workouts SET ended = 'closed' WHERE ended = '' AND id <> ?", (id,)
                )
            for position in sorted(account.touched):
                each = account.sets[position - 1]
                self._put_set(database, id, each, reps.get(position, 0))
                reps[position] = len(each.reps)
            new = _new_rows(account, self._written)
            for table, rows in new.items():
                first = self._before[table] + self._written[table]
                database.insert(table, [(id, n, *row) for n, row in enumerate(rows, first)])
        self._id = id
        self._reps = reps
        self._written = {table: self._written[table] + len(new[table]) for table in _LISTS}
        account.touched.clear()
        self.unwritten = False

    def _put_workout(self, database: Database) -> int:
        account = self.account
        ((id,),) = database.rows(
            """INSERT INTO workouts (key, plan, began, offset, until, last, ended)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
            until = excluded.until, last = excluded.last, ended = excluded.ended
            RETURNING id""",
            (
                self._key,
                account.plan,
                self.began,
                self.offset,
                account.over,
                account.last,
                "" if account.over is None else "over",
            ),
        )
        return int(id)

    def _put_set(self, database: Database, workout: int, each: SetAccount, written: int) -> None:
        planned_amount, planned_unit = weight_columns(each.planned.weight)
        amount, unit = weight_columns(each.weight)
        columns = {
            "workout": workout,
            "position": each.position,
            "exercise": each.exercise,
            "number": each.number,
            "kind": each.planned.kind.value,
            "began": self.began + each.at * 1_000_000 // SAMPLE_RATE,
            "at": each.at,
            "until": each.until,
            "planned_reps": each.planned.reps,
            "target": each.target,
            "planned_amount": planned_amount,
            "planned_unit": planned_unit,
            "planned_tempo": each.planned_tempo,
            "planned_rest": each.planned_rest,
            "next_rest": each.planned.rest,
            "planned_tension": each.planned_tension,
            "reps": each.done,
            "counted": each.counted,
            "amount": amount,
            "unit": unit,
            "rpe": text_of(each.rpe),
            "tempo": each.tempo,
            "tension": each.tension,
            "rest": each.rest,
            "ended_by": each.ended_by,
        }
        changed = ", ".join(f"{name} = excluded.{name}" for name in columns)
        ((id,),) = database.rows(
            f"INSERT INTO sets ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
            f"ON CONFLICT (workout, position) DO UPDATE SET {changed} RETURNING id",
            [*columns.values()],
        )
        for table in ("tempos", "pauses", "notes"):
            database.rows(f'DELETE FROM {table} WHERE "set" = ?', (id,))
        for table, rows in (
            ("reps", [(id, number, at) for number, at in each.reps[written:]]),
            ("tempos", [(id, n, at, tempo) for n, (at, tempo) in enumerate(each.tempos)]),
            ("pauses", [(id, n, at, until) for n, (at, until) in enumerate(each.pauses)]),
            ("notes", [(id, n, note) for n, note in enumerate(each.notes)]),
        ):
            database.insert(table, rows)

    # --- a workout that was interrupted ------------------------------------------------------

    @classmethod
    def found(cls, database: Database, since: int) -> Book | None:
        """The latest workout that was not ended, with a set begun and of which something is
        known after `since` (microseconds since 1970); a set that was running is broken off.
        Raises LogError."""
        rows = database.rows(
            """SELECT id, key, plan, began, offset, last FROM workouts
            WHERE ended = '' AND EXISTS (SELECT 1 FROM sets WHERE workout = workouts.id)
            ORDER BY began DESC, id DESC LIMIT 1"""
        )
        if not rows:
            return None
        ((id, key, plan, began, offset, last),) = rows
        if began + last * 1_000_000 // SAMPLE_RATE < since:
            return None
        book = cls(began, offset)
        book._key, book._id = key, id
        account = book.account
        account.begun, account.plan, account.last = True, plan, last
        account.sets = [_read_set(database, row) for row in _set_rows(database, id)]
        book._reps = {each.position: len(each.reps) for each in account.sets}
        for table in _LISTS:
            ((count,),) = database.rows(
                f"SELECT coalesce(max(number) + 1, 0) FROM {table} WHERE workout = ?", (id,)
            )
            book._before[table] = count
        running = account.sets[-1]
        if running.until is None:
            running.until, running.ended_by = last, BROKEN_OFF
            account.touched.add(running.position)
        return book


def _set_rows(database: Database, workout: int) -> list[Row]:
    return database.rows(
        """SELECT id, position, exercise, number, kind, at, until, planned_reps, target,
            planned_amount, planned_unit, planned_tempo, planned_rest, next_rest, reps, counted,
            amount, unit, rpe, tempo, tension, rest, ended_by
        FROM sets WHERE workout = ? ORDER BY position""",
        (workout,),
    )


def _read_set(database: Database, row: Row) -> SetAccount:
    id, position, exercise, number, kind, at, until, planned_reps, target = row[:9]
    planned_amount, planned_unit, planned_tempo, planned_rest, next_rest = row[9:14]
    reps, counted, amount, unit, rpe, tempo, tension, rest, ended_by = row[14:]

    def child(columns: str, table: str) -> list[Row]:
        return database.rows(
            f'SELECT {columns} FROM {table} WHERE "set" = ? ORDER BY number', (id,)
        )

    planned = PlannedSet(
        planned_reps, SetKind(kind), weight_of(planned_amount, planned_unit), next_rest
    )
    return SetAccount(
        position=position,
        exercise=exercise,
        number=number,
        planned=planned,
        planned_tempo=planned_tempo,
        at=at,
        rest=rest,
        planned_rest=planned_rest,
        until=until,
        target=target,
        counted=counted,
        corrected=reps if reps != counted else None,
        weight=weight_of(amount, unit),
        rpe=decimal_of(rpe),
        notes=[note for (note,) in child("note", "notes")],
        tempo=tempo,
        tension=tension,
        ended_by=ended_by,
        reps=[(n, t) for n, t in child("number, at", "reps")],
        tempos=[(t, new) for t, new in child("at, tempo", "tempos")],
        pauses=[(t, end) for t, end in child("at, until", "pauses")],
    )
