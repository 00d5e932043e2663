"""Writes one workout to the log's tables, and tracks what is written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from ..core.events import State
from ..core.plan import SAMPLE_RATE, length_of
from ..core.workout import PlannedSet
from . import running
from .circuits import circuit_of, texts_of
from .database import Database, Row
from .projection import BROKEN_OFF, Projection, SetAccount
from .running import Hold
from .values import (
    UnsoundError,
    counts,
    decimal_of,
    extra_of,
    integers,
    json_of,
    kind_of,
    moment,
    sound,
    spans,
    text_of,
    texts,
    weight_columns,
    weight_of,
)

_LISTS = ("commands", "moments", "agreed")
"""Tables that only grow during a workout."""

_ASKING = (State.PROOF.value, State.INTERRUPTED.value)
"""A next session, before it is known whether the workout goes on: the weight is as it was."""

_AFTER_RACKING = tuple(each.value for each in State if each not in (State.RACKING, *_ASKING))

_UNREADABLE = "\ufffd"
"""What stands for bytes that are no text."""


def _new_rows(projection: Projection, written: Mapping[str, int]) -> dict[str, list[Row]]:
    """Rows not `written` yet, without workout and number."""
    return {
        "commands": [
            (c.position, c.at, c.said, c.command, int(c.accepted), c.why)
            for c in projection.commands[written["commands"] :]
        ],
        "moments": [
            (m.at, m.until, m.kind, m.what, m.text, m.outcome, m.why)
            for m in projection.moments[written["moments"] :]
        ],
        "agreed": [
            # 0 reps: it was withdrawn.
            (
                at,
                exercise,
                *weight_columns(target.weight if target else None),
                target.reps if target else 0,
            )
            for at, exercise, target in projection.agreed[written["agreed"] :]
        ],
    }


class WorkoutWriter:
    """A projection, and how much of it is in the log."""

    def __init__(self, began: int, offset: int, shift: int = 0) -> None:
        """`began` in microseconds since 1970, `offset` in seconds east of UTC; `shift`: samples
        to add to the time of each record."""
        self.projection = Projection(shift)
        self.began, self.offset = began, offset
        self.unwritten = False
        """Whether something must be written at once."""
        self.unlocked = False
        """Of a workout that was `found`: whether its catches may be open."""
        self._key = uuid.uuid4().hex
        self._hold: Hold | None = None
        """The lock, while this process has it."""
        self._as_left: int | None = None
        """`last` as we wrote it. If the log's differs, another process has written."""
        self._before = dict.fromkeys(_LISTS, 0)
        """How many rows there were before the interruption."""
        self.forget()

    def forget(self) -> None:
        """Mark everything as unwritten, to write it to another file."""
        self._id: int | None = None
        self._reps: dict[int, int] = {}
        self._written = dict.fromkeys(_LISTS, 0)
        self.projection.touched = {each.position for each in self.projection.sets}
        self.unwritten = self.projection.begun

    @property
    def complete(self) -> bool:
        """Whether everything is in the log."""
        drawn = len(self.projection.moments)
        return not self.projection.begun or (
            not self.unwritten and self._written["moments"] == drawn
        )

    def let_go(self) -> None:
        """Let another process continue it, if it is not over."""
        if self._hold is not None:
            self._hold.let_go()
            self._hold = None

    def put(self, database: Database) -> None:
        """Write everything that is unwritten, or nothing. Raises LogError."""
        projection = self.projection
        with database.transaction():
            self._see_to_it_that_it_is_ours(database)
            reps = dict(self._reps)
            id = self._put_workout(database)
            if self._id is None:
                _close_others(database, id)
            for position in sorted(projection.touched):
                each = projection.sets[position - 1]
                self._put_set(database, id, each, reps.get(position, 0))
                reps[position] = len(each.reps)
            new = _new_rows(projection, self._written)
            for table, rows in new.items():
                first = self._before[table] + self._written[table]
                database.insert(table, [(id, n, *row) for n, row in enumerate(rows, first)])
        self._id = id
        self._as_left = projection.last
        self._reps = reps
        self._written = {table: self._written[table] + len(new[table]) for table in _LISTS}
        projection.touched.clear()
        self.unwritten = False

    def _see_to_it_that_it_is_ours(self, database: Database) -> None:
        """Lock the workout. If another process has continued it, because there are no locks,
        leave it to that one: from here on, ours is another workout, and nothing is lost."""
        if self._hold is None:
            self._hold = running.hold(database.path, self._key)
        if self._id is None:
            return
        found = database.rows("SELECT last FROM workouts WHERE key = ?", (self._key,))
        if not found:
            self.forget()
        elif self._hold is None or found[0][0] != self._as_left:
            self._key, self._id = uuid.uuid4().hex, None
            self._hold = running.hold(database.path, self._key)
            self._reps = {}

    def _put_workout(self, database: Database) -> int:
        projection = self.projection
        ((id,),) = database.rows(
            """INSERT INTO workouts (id, key, plan, began, offset, until, last, ended)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
            until = excluded.until, last = excluded.last, ended = excluded.ended
            RETURNING id""",
            (
                database.free_id() if self._id is None else None,
                self._key,
                projection.plan,
                self.began,
                self.offset,
                projection.over,
                projection.last,
                "" if projection.over is None else "over",
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
            "extra": json_of({**texts_of(each.circuit, each.round), **_toward(each.planned)}),
            "failed": int(each.failed),
            "rest_pauses": each.rest_pauses,
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
    def found(cls, database: Database, since: int) -> WorkoutWriter | None:
        """The latest workout that is not over or locked, has a set, and has a record after `since`
        (microseconds since 1970). It is locked until it is let go. A set that was running is
        broken off. Raises LogError, and UnsoundError if that workout can't be read."""
        rows = database.rows(
            """SELECT id, key, plan, began, offset, last FROM workouts
            WHERE ended = '' AND EXISTS (SELECT 1 FROM sets WHERE workout = workouts.id)
            ORDER BY began DESC, id DESC"""
        )
        for id, key, plan, began, offset, last in rows:
            with sound(f"workouts, row {id}"):
                # First of all: a text times a million takes all memory.
                integers((began, last))
                too_old = began + last * 1_000_000 // SAMPLE_RATE < since
            if too_old:
                continue
            hold = running.hold(database.path, key)
            if hold is None:
                continue
            with sound(f"workouts, row {id}"):
                if _UNREADABLE in key:
                    raise UnsoundError("its key is no text, so no row could be found by it")
                texts((plan,))
                integers((began, offset, last))
                moment(began, offset)
                spans((last / SAMPLE_RATE,))
                writer = cls._of(database, id, key, plan, began, offset, last)
            writer._hold, writer._as_left = hold, last
            return writer
        return None

    @classmethod
    def _of(
        cls,
        database: Database,
        id: int,
        key: str,
        plan: str,
        began: int,
        offset: int,
        last: int,
    ) -> WorkoutWriter:
        writer = cls(began, offset)
        writer._key, writer._id = key, id
        projection = writer.projection
        projection.begun, projection.plan, projection.last = True, plan, last
        projection.sets = [_read_set(database, row) for row in _set_rows(database, id)]
        if [each.position for each in projection.sets] != [*range(1, len(projection.sets) + 1)]:
            raise UnsoundError("sets of it are missing")
        writer._reps = {each.position: len(each.reps) for each in projection.sets}
        for table in _LISTS:
            ((count,),) = database.rows(
                f"SELECT coalesce(max(number) + 1, 0) FROM {table} WHERE workout = ?", (id,)
            )
            counts((count,))
            writer._before[table] = count
        running = projection.sets[-1]
        if running.until is None:
            running.until, running.ended_by = last, BROKEN_OFF
            projection.touched.add(running.position)
            writer.unlocked = True
        else:
            writer.unlocked = _unlocked(database, id, running.until)
        return writer


def _unlocked(database: Database, workout: int, until: int) -> bool:
    """Whether the catches may be open after a set that was over at `until`: no state since then
    came after RACKING. If the log can't tell, they may be, because asking once too often is better
    than once too seldom."""
    rows = database.rows(
        """SELECT what FROM moments WHERE workout = ? AND kind = 'state' AND at > ?
        ORDER BY number DESC""",
        (workout, until),
    )
    return next((what not in _AFTER_RACKING for (what,) in rows if what not in _ASKING), True)


def _close_others(database: Database, id: int) -> None:
    """Close every other workout that has no end and is not locked: it can't be continued."""
    rows = database.rows("SELECT id, key FROM workouts WHERE ended = '' AND id <> ?", (id,))
    for other, key in rows:
        hold = running.hold(database.path, key)
        if hold is not None:
            database.rows("UPDATE workouts SET ended = 'closed' WHERE id = ?", (other,))
            hold.let_go()


def _set_rows(database: Database, workout: int) -> list[Row]:
    return database.rows(
        """SELECT id, position, exercise, number, kind, at, until, planned_reps, target,
            planned_amount, planned_unit, planned_tempo, planned_rest, next_rest, reps, counted,
            amount, unit, rpe, tempo, tension, rest, ended_by, failed, rest_pauses, extra
        FROM sets WHERE workout = ? ORDER BY position""",
        (workout,),
    )


def _toward(planned: PlannedSet) -> dict[str, str]:
    """The work weight that a warm-up ramp leads to, for the column `extra`."""
    return {} if planned.toward is None else {"toward": str(planned.toward)}


def _read_set(database: Database, row: Row) -> SetAccount:
    id, position, exercise, number, kind, at, until, planned_reps, target = row[:9]
    planned_amount, planned_unit, planned_tempo, planned_rest, next_rest = row[9:14]
    reps, counted, amount, unit, rpe, tempo, tension, rest, ended_by = row[14:23]
    failed, rest_pauses, extra = row[23:]

    def child(columns: str, table: str) -> list[Row]:
        return database.rows(
            f'SELECT {columns} FROM {table} WHERE "set" = ? ORDER BY number', (id,)
        )

    circuit, round = circuit_of(extra_of(extra))
    counts((planned_reps, target, reps, counted, rest_pauses, length_of(planned_tempo)))
    lengths = (at, until, tension, rest, planned_rest, next_rest)
    spans(None if count is None else count / SAMPLE_RATE for count in lengths)
    notes = [note for (note,) in child("note", "notes")]
    reps_done = [(n, t) for n, t in child("number, at", "reps")]
    tempos = [(t, new) for t, new in child("at, tempo", "tempos")]
    pauses = [(t, end) for t, end in child("at, until", "pauses")]
    # What is read is written again, and SQLite would refuse another type.
    texts((exercise, planned_tempo, tempo, ended_by, *notes, *(new for _, new in tempos)))
    integers((position, number, at, reps, failed, rest_pauses))
    integers(each for each in (*lengths, planned_reps, target, counted) if each is not None)
    integers(each for pair in reps_done for each in pair)
    integers(each for each, _ in tempos)
    integers(each for pair in pauses for each in pair if each is not None)
    amount_toward, _, unit_toward = extra_of(extra).get("toward", "").partition(" ")
    planned = PlannedSet(
        planned_reps,
        kind_of(kind),
        weight_of(planned_amount, planned_unit),
        next_rest,
        weight_of(amount_toward or None, unit_toward or None),
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
        circuit=circuit,
        round=round,
        counted=counted,
        corrected=reps if reps != counted else None,
        weight=weight_of(amount, unit),
        rpe=decimal_of(rpe),
        failed=bool(failed),
        rest_pauses=rest_pauses,
        notes=notes,
        tempo=tempo,
        tension=tension,
        ended_by=ended_by,
        reps=reps_done,
        tempos=tempos,
        pauses=pauses,
    )
