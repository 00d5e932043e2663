"""Queries of the log, and additions from elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from ..core.plan import HOLD, SAMPLE_RATE, seconds
from ..core.strength import best
from ..core.workout import DoneSet, Past, SetKind, Target
from . import adding
from .adding import Added
from .database import Database, Row
from .logged import (
    LoggedPause,
    LoggedRep,
    LoggedSet,
    LoggedWorkout,
    Moment,
    Order,
    TempoChange,
    Work,
    amount,
)
from .projection import BROKEN_OFF, of_one_number
from .values import (
    DAMAGE,
    counts,
    day_of,
    decimal_of,
    extra_of,
    in_a_line,
    integers,
    kind_of,
    micros,
    moment,
    seconds_of,
    spans,
    texts,
    weight_of,
)

__all__ = ["Added", "Log"]

Made = TypeVar("Made")

BEFORE = 30 * SAMPLE_RATE
"""Samples before a set where its timeline begins: the gate and its questions."""

AFTER = 20 * SAMPLE_RATE
"""Samples after its end where the timeline ends: the catches."""

SESSIONS = 10
"""Earlier workouts that `Past` looks at for the best sets."""


class Log:
    """The log at a path, for reading and adding to. Every method may raise LogError.

    Use it in a `with` statement, or call `close`.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """A missing log reads as empty; `create` makes the file. Raises LogError."""
        self._database = Database(path, create=create)
        self._damaged: dict[str, str] = {}

    @property
    def damaged(self) -> tuple[str, ...]:
        """The rows read so far that make no sense, and why. They were skipped, and stay in the
        file as they are."""
        return tuple(self._damaged.values())

    def _made(self, row: Row, make: Callable[[], Made], table: str = "sets") -> Made | None:
        """What `make` returns for a row, whose first value is its id; None if it fails."""
        try:
            return make()
        except DAMAGE as damage:
            where = f"{table}, row {row[0]}"
            self._damaged[where] = f"{where}: {in_a_line(damage)}"
            return None

    def _each(
        self, rows: Iterable[Sequence[Any]], make: Callable[..., Made], whose: int, table: str
    ) -> Iterator[Made]:
        """What `make` returns for each row of those that belong to the id `whose`; rows for which
        it fails are left out."""
        for row in rows:
            made = self._made((whose,), partial(make, *row), table)
            if made is not None:
                yield made

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    # --- looking back ------------------------------------------------------------------------

    def sets(self, exercise: str | None = None, since: datetime | None = None) -> list[LoggedSet]:
        """Every set (of `exercise`, since an aware moment), oldest first, including sets in
        which no rep was done."""
        where, values = _narrowed(exercise, since)
        return self._sets(where, values)

    def workouts(
        self,
        exercise: str | None = None,
        since: datetime | None = None,
        last: int | None = None,
    ) -> list[LoggedWorkout]:
        """Every workout in which a set was begun, oldest first; only the `last` of them, if
        given. With `exercise`, only workouts that had it, and only its sets."""
        where, values = _narrowed(exercise, since)
        rows = self._database.rows(
            f"""SELECT {_WORKOUT} FROM workouts
            WHERE EXISTS (SELECT 1 FROM sets WHERE sets.workout = workouts.id AND {where})
            ORDER BY began DESC, id DESC LIMIT ?""",
            (*values, -1 if last is None else last),
        )
        if not rows:
            return []
        if last is not None:
            chosen = ", ".join(str(int(row[0])) for row in rows)
            where = f"{where} AND workout IN ({chosen})"
        of: dict[int, list[LoggedSet]] = defaultdict(list)
        for each in self._sets(where, values):
            of[each.workout].append(each)
        made = (
            self._made(row, partial(_workout, row, tuple(of[row[0]])), "workouts")
            for row in reversed(rows)
        )
        return [each for each in made if each is not None]

    def of_programs(self, program: str = "") -> list[LoggedWorkout]:
        """The workouts that were days of `program`, or of any, oldest first. An imported one is
        known by its name."""
        like = f"{program or '%'}/w%d%"
        ids = "SELECT id FROM workouts WHERE plan LIKE ? OR (plan = '' AND name LIKE ?)"
        rows = self._database.rows(
            f"SELECT {_WORKOUT} FROM workouts WHERE id IN ({ids}) ORDER BY began, id", (like, like)
        )
        of: dict[int, list[LoggedSet]] = defaultdict(list)
        for each in self._sets(f"workout IN ({ids})", (like, like)) if rows else ():
            of[each.workout].append(each)
        made = (
            self._made(row, partial(_workout, row, tuple(of[row[0]])), "workouts") for row in rows
        )
        return [each for each in made if each is not None]

    def work(self, exercise: str | None = None, since: datetime | None = None) -> list[list[Work]]:
        """The sets of each workout (of `exercise`, since an aware moment) in which a rep was
        done, oldest first. Only the columns that figures need, in a third of the time."""
        where, values = _narrowed(exercise, since)
        of: dict[int, list[Work]] = defaultdict(list)
        rows = self._database.rows(
            f"SELECT {_WORK} FROM sets JOIN (SELECT id AS workout_id, offset FROM workouts) "
            f"ON workout_id = workout WHERE reps > 0 AND {where} "
            "ORDER BY began, workout, position",
            values,
        )
        for row in rows:
            work = self._made(row, partial(_work, row))
            if work is not None:
                of[row[1]].append(work)
        return [*of.values()]

    def coached(
        self, last: int, exercise: str | None = None, since: datetime | None = None
    ) -> list[LoggedSet]:
        """The `last` sets that were coached here, not imported, oldest first."""
        where, values = _narrowed(exercise, since)
        chosen = (
            f"SELECT id FROM sets WHERE key IS NULL AND {where} "
            "ORDER BY began DESC, workout DESC, position DESC LIMIT ?"
        )
        return self._sets(f"id IN ({chosen})", (*values, last))

    def exercises(self) -> list[str]:
        """The names of all exercises in the log, in alphabetical order."""
        found = self._database.rows("SELECT DISTINCT exercise FROM sets ORDER BY exercise")
        return [name for (name,) in found if isinstance(name, str)]

    def reps(self, set_id: int) -> list[LoggedRep]:
        """The reps of the set with this id."""
        rows = self._database.rows(
            """SELECT reps.number, reps.at - sets.at FROM reps JOIN sets ON sets.id = reps."set"
            WHERE reps."set" = ? ORDER BY reps.number""",
            (set_id,),
        )
        return [*self._each(rows, _rep, set_id, "reps of the set")]

    def timeline(self, set_id: int) -> list[Moment]:
        """Everything that happened and was said in the set with this id, in order of time,
        from the questions before it to the catches after it."""
        frame = self._database.rows(
            """SELECT sets.workout, sets.at,
                max(sets.at - ?, coalesce((SELECT until FROM sets AS before
                    WHERE before.workout = sets.workout
                    AND before.position = sets.position - 1), 0)),
                min(coalesce(sets.until, workouts.last) + ?, coalesce(
                    (SELECT at FROM sets AS after WHERE after.workout = sets.workout
                    AND after.position = sets.position + 1), 1 << 62))
            FROM sets JOIN workouts ON workouts.id = sets.workout WHERE sets.id = ?""",
            (BEFORE, AFTER, set_id),
        )
        if not frame:
            return []
        ((workout, zero, begin, end),) = frame
        rows = self._database.rows(
            """SELECT at, until, kind, what, text, outcome, why FROM moments
            WHERE workout = ? AND at >= ? AND at < ? ORDER BY at, number""",
            (workout, begin, end),
        )
        return [*self._each(rows, partial(_moment, zero), set_id, "moments of the set")]

    def orders(self, workout_id: int) -> list[Order]:
        """Every command of the workout with this id, in order; `at` counts from its start."""
        rows = self._database.rows(
            """SELECT at, said, command, accepted, why FROM commands
            WHERE workout = ? ORDER BY number""",
            (workout_id,),
        )
        return [*self._each(rows, _order, workout_id, "commands of the workout")]

    def past(self, exercise: str, now: datetime) -> Past:
        """What is known of `exercise` when a workout begins at `now` (aware), from workouts that
        began earlier. (A simulated one may have sets later than `now`.) An interrupted workout
        that can still be continued does not count."""
        found: list[list[Row]] = []
        bound = _NEVER
        while len(found) < SESSIONS:
            rows = self._database.rows(
                """SELECT sets.id, workout, sets.began, workouts.offset, sets.kind, sets.reps,
                    sets.amount, sets.unit, sets.rpe, sets.planned_tempo, sets.number,
                    EXISTS (SELECT 1 FROM notes WHERE notes."set" = sets.id)
                FROM sets JOIN workouts ON workouts.id = sets.workout
                WHERE exercise = ? AND reps > 0 AND workout = (
                    SELECT workout FROM sets WHERE exercise = ? AND reps > 0 AND began < ?
                    AND workout NOT IN (SELECT id FROM workouts WHERE ended = '')
                    AND (SELECT began FROM workouts WHERE id = sets.workout) < ?
                    ORDER BY began DESC LIMIT 1)
                ORDER BY position""",
                (exercise, exercise, bound, micros(now)),
            )
            if not rows:
                break
            found.append(rows)
            bound = min(row[2] for row in rows)
        whole = [
            [row for row in rows if self._made(row, partial(_day, row)) is not None]
            for rows in found
        ]
        sessions = [self._done(exercise, rows) for rows in whole]
        known = [(rows, each) for rows, each in zip(whole, sessions, strict=True) if each]
        if not known:
            return Past()
        rows, last = known[0]
        workout, began, offset = rows[0][1:4]
        return Past(
            last,
            max(0, (now.date() - moment(began, offset).date()).days),
            tuple(kg for _, each in reversed(known) if (kg := best(each)) is not None),
            self._agreed(exercise, workout),
            *self._records(exercise, now),
        )

    def _records(self, exercise: str, now: datetime) -> tuple[Decimal | None, int]:
        """The best estimated maximum (kg) of `exercise`, and its longest hold without a weight,
        in breaths; over the same workouts as `past`."""
        rows = self._database.rows(
            f"""SELECT min(id), kind, reps, amount, unit, planned_tempo LIKE '{HOLD}%' AS held
            FROM sets WHERE exercise = ? AND reps > 0 AND workout IN (
                SELECT id FROM workouts WHERE ended <> '' AND began < ?)
            GROUP BY kind, reps, amount, unit, held""",
            (exercise, micros(now)),
        )
        made = (self._made(row, partial(_lifted, *row[1:])) for row in rows)
        sets = [each for each in made if each is not None]
        holds = (e.reps for e in sets if e.held and e.weight is None and e.kind is SetKind.WORK)
        return best(sets), max(holds, default=0)

    def _done(self, exercise: str, rows: list[Row]) -> tuple[DoneSet, ...]:
        """The sets of one workout, without unreadable ones."""
        made = (
            self._made(row, partial(_done_set, row, part))
            for row, part in zip(rows, _parts(exercise, rows), strict=True)
        )
        return tuple(each for each in made if each is not None)

    def _agreed(self, exercise: str, workout: int) -> Target | None:
        """The last target agreed for `exercise` in the last workout that had it."""
        rows = self._database.rows(
            """SELECT workout || '/' || number, amount, unit, reps FROM agreed
            WHERE exercise = ? AND workout = ? ORDER BY number DESC LIMIT 1""",
            (exercise, workout),
        )
        if not rows:
            return None
        (row,) = rows
        if row[-1] == 0:
            return None  # it was withdrawn
        return self._made(row, partial(_target, *row[1:]), "agreed")

    # --- from elsewhere ----------------------------------------------------------------------

    def known(self, keys: Iterable[str]) -> set[str]:
        """The keys of sets, out of `keys`, that are in the log already."""
        return adding.keys_there(self._database, keys)

    def add(self, workouts: Iterable[LoggedWorkout], instead_of: Iterable[int] = ()) -> Added:
        """Add what the log lacks, in one transaction: workouts with a new key or none, and
        sets with new keys in workouts that the log has. A workout without `ended` counts as
        over.

        `instead_of`: ids of imported sets to delete first. A workout that loses its last set
        is deleted too.
        """
        return adding.add(self._database, workouts, instead_of)

    # --- rows into sets ----------------------------------------------------------------------

    def _sets(self, where: str, values: Sequence[Any]) -> list[LoggedSet]:
        told = self._details(where, values)
        made = (
            self._made(row, partial(_set, row, told))
            for row in self._database.rows(
                f"""SELECT {_SET} FROM sets
                JOIN (SELECT id AS workout_id, offset, ended FROM workouts)
                ON workout_id = workout
                WHERE {where} ORDER BY began, workout, position""",
                values,
            )
        )
        return [each for each in made if each is not None]

    def _details(self, where: str, values: Sequence[Any]) -> _Details:
        # Without a condition, SQLite scans the whole table, which is faster.
        some = "" if where == _ALL else f'WHERE "set" IN (SELECT id FROM sets WHERE {where})'
        and_some = "" if where == _ALL else f"AND sets.id IN (SELECT id FROM sets WHERE {where})"
        told = _Details()
        for id, at, tempo in self._database.rows(
            f'SELECT "set", at, tempo FROM tempos {some} ORDER BY "set", number', values
        ):
            told.tempos[id].append((at, tempo))
        for id, at, until in self._database.rows(
            f'SELECT "set", at, until FROM pauses {some} ORDER BY "set", number', values
        ):
            told.pauses[id].append((at, until))
        for id, note in self._database.rows(
            f'SELECT "set", note FROM notes {some} ORDER BY "set", number', values
        ):
            told.notes[id].append(note)
        for id, *order in self._database.rows(
            f"""SELECT sets.id, commands.at - sets.at, said, command, accepted, why
            FROM commands JOIN sets ON sets.workout = commands.workout
            AND sets.position = commands.position
            WHERE accepted = 0 {and_some} ORDER BY commands.workout, commands.number""",
            values,
        ):
            told.refused[id] += self._each([order], _order, id, "commands of the set")
        return told


@dataclass(frozen=True, slots=True)
class _Details:
    """Child rows by the set's id; times are samples since the workout began."""

    tempos: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    pauses: dict[int, list[tuple[int, int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    notes: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[int, list[Order]] = field(default_factory=lambda: defaultdict(list))


_ALL = "1"
_WORKOUT = "id, began, offset, plan, name, comment, until, ended, source, extra, key"


def _seconds(count: str) -> str:
    """SQL that converts a count of samples to seconds, as `seconds` does. It saves half a
    million calls for 100,000 sets."""
    return f"round(({count}) / {SAMPLE_RATE}.0, 6)"


_NEVER = 1 << 62
"""Microseconds: later than any set."""

_SET = (
    f"id, workout, exercise, number, kind, began, offset, at, {_seconds('until - at')}, "
    "planned_reps, target, planned_amount, planned_unit, planned_tempo, "
    f"{_seconds('nullif(planned_rest, 0)')}, {_seconds('planned_tension')}, reps, counted, "
    f"amount, unit, rpe, tempo, {_seconds('tension')}, {_seconds('rest')}, "
    "CASE WHEN until IS NULL AND ended <> '' AND ended_by = '' AND key IS NULL "
    f"THEN '{BROKEN_OFF}' ELSE ended_by END, "
    "comment, extra, key, failed, rest_pauses"
)

_WORK = (
    "id, workout, exercise, began, offset, kind, reps, planned_tempo, counted, amount, unit, "
    f"{_seconds('tension')}, {_seconds('planned_tension')}, {_seconds('rest')}, "
    f"{_seconds('nullif(planned_rest, 0)')}"
)


def _narrowed(exercise: str | None, since: datetime | None) -> tuple[str, tuple[Any, ...]]:
    """An SQL condition on sets, and its values."""
    conditions = []
    values: list[Any] = []
    if exercise is not None:
        conditions.append("exercise = ?")
        values.append(exercise)
    if since is not None:
        conditions.append("began >= ?")
        values.append(micros(since))
    return " AND ".join(conditions) or _ALL, tuple(values)


def _set(row: Row, told: _Details) -> LoggedSet:
    id, workout, exercise, number, kind, began, offset, at, lasted = row[:9]
    planned_reps, target, planned_amount, planned_unit, planned_tempo = row[9:14]
    planned_rest, planned_tension, reps, counted, amount, unit, rpe = row[14:21]
    tempo, tension, rest, ended_by, comment, extra, key, failed, rest_pauses = row[21:]
    tempos, pauses = told.tempos.get(id, ()), told.pauses.get(id, ())
    notes = told.notes.get(id, ())
    texts((exercise, planned_tempo, tempo, ended_by, comment, *notes))
    counts((number, planned_reps, target, reps, counted, rest_pauses))
    integers((number, reps, failed, rest_pauses))
    spans((lasted, planned_rest, planned_tension, tension, rest))
    made = LoggedSet(
        exercise,
        moment(began, offset),
        reps,
        weight_of(amount, unit),
        kind_of(kind),
        number,
        decimal_of(rpe),
        tuple(notes),
        comment,
        failed=bool(failed),
        rest_pauses=rest_pauses,
        counted=counted,
        planned_reps=planned_reps,
        target=target,
        planned_weight=weight_of(planned_amount, planned_unit),
        planned_tempo=planned_tempo,
        tempo=tempo,
        tempos=tuple([TempoChange(seconds(t - at), new) for t, new in tempos]),
        tension=tension,
        planned_tension=planned_tension,
        pauses=tuple(
            [
                LoggedPause(seconds(t - at), None if end is None else seconds(end - t))
                for t, end in pauses
            ]
        ),
        rest=rest,
        planned_rest=planned_rest,
        lasted=lasted,
        ended_by=ended_by,
        refused=tuple(told.refused.get(id, ())),
        extra=extra_of(extra),
        key=key or "",
        id=id,
        workout=workout,
    )
    if made.held:
        counts((made.amount, made.told(made.target or 0)))
    return made


def _work(row: Row) -> Work:
    _, _, name, began, offset, kind, reps, tempo, counted, weight, unit, *lengths = row
    texts((name, tempo))
    counts((reps,))
    spans(lengths)
    work = Work(
        name,
        day_of(began, offset),
        kind_of(kind),
        reps,
        amount(reps, tempo, counted, lengths[0]),
        tempo.startswith(HOLD),
        weight_of(weight, unit),
        *lengths,
    )
    counts((work.amount,))
    return work


def _day(row: Row) -> date:
    """The day of a set of `past`."""
    began, offset = row[2:4]
    return day_of(began, offset)


def _done_set(row: Row, part: bool) -> DoneSet:
    kind, reps, amount, unit, rpe, tempo = row[4:10]
    counts((reps,))
    return DoneSet(
        kind_of(kind),
        reps,
        weight_of(amount, unit),
        decimal_of(rpe),
        tempo.startswith(HOLD),
        part,
    )


def _lifted(kind: str, reps: int, amount: str | None, unit: str | None, held: int) -> DoneSet:
    counts((reps,))
    return DoneSet(kind_of(kind), reps, weight_of(amount, unit), held=bool(held))


def _target(amount: str | None, unit: str | None, reps: int) -> Target:
    counts((reps,))
    return Target(weight_of(amount, unit), reps)


def _workout(row: Row, sets: tuple[LoggedSet, ...]) -> LoggedWorkout:
    id, began, offset, plan, name, comment, until, ended, source, extra, key = row
    lasted = seconds_of(until)
    texts((plan, name, comment, ended, source))
    spans((lasted,))
    return LoggedWorkout(
        moment(began, offset),
        sets,
        plan,
        name,
        comment,
        lasted,
        ended,
        source,
        extra_of(extra),
        key,
        id,
    )


def _parts(exercise: str, rows: list[Row]) -> list[bool]:
    """Which of these sets are only one side of a set: a side always has a note."""
    return of_one_number([(exercise, number) if noted else None for *_, number, noted in rows])


def _rep(number: int, at: int) -> LoggedRep:
    counts((number,))
    return LoggedRep(number, seconds(at))


def _moment(zero: int, at: int, until: int, *told: str) -> Moment:
    texts(told)
    return Moment(seconds(at - zero), seconds(until - zero), *told)


def _order(at: int, said: str, command: str, accepted: int, why: str) -> Order:
    texts((said, command, why))
    return Order(seconds(at), said, command, bool(accepted), why)
