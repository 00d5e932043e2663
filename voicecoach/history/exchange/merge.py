"""Between a file's sets and the log's: what is new, and what is there already.

A set is known by the minute in which its workout began, its exercise, and which set of that
exercise in the workout it was; where a file or the log has no time of day, by the day. So a
file can be imported again and again, with what was added to it since, and the same workout
comes once however often it went through other programs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from ...core.plan import BREATH, Tempo, samples
from ..logged import LoggedSet, LoggedWorkout
from .rows import Reading, SetRow, has_time


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do; nothing is done yet."""

    workouts: tuple[LoggedWorkout, ...]
    """What is new, to be added to the log. One that is there already, in part, has the key
    by which the log knows it."""
    exercises: Mapping[str, str]
    """Of all sets in the file: the exercise's name there, and what it is in the log."""
    there: int
    """Sets that the log has."""
    different: tuple[SetRow, ...]
    """Those of them that have other numbers in the file; the log's stay."""

    @property
    def sets(self) -> int:
        """New ones."""
        return sum(len(workout.sets) for workout in self.workouts)


def plain(name: str) -> str:
    """An exercise's name without case, signs and what stands in brackets: "Leg Press
    (Machine)" is "leg-press"."""
    return " ".join(re.findall(r"\w+", re.sub(r"\(.*?\)", " ", name.casefold().replace("_", " "))))


def rows_of(workouts: Iterable[LoggedWorkout], names: Mapping[str, str]) -> list[SetRow]:
    """The log as other programs can have it: without the sets in which no rep was done.

    `names`: of exercises, by what they are in the log. The tempo is the one at the end of
    the set. A set is filed under its workout's beginning.
    """
    rows = []
    for workout in workouts:
        start = workout.began.replace(tzinfo=None, microsecond=0)
        for each in workout.sets:
            if not each.reps:
                continue
            rows.append(
                SetRow(
                    start=start,
                    exercise=names.get(each.exercise, each.exercise),
                    reps=0 if each.held else each.reps,
                    kind=each.kind,
                    weight=each.weight,
                    rpe=each.rpe,
                    tempo="" if each.held else each.tempo,
                    held=each.amount if each.held else None,
                    note=", ".join([*each.notes, each.comment] if each.comment else each.notes),
                    workout=workout.name or workout.plan,
                    duration=None if workout.lasted is None else round(workout.lasted),
                    workout_note=workout.comment,
                )
            )
    return rows


def preview(
    reading: Reading, logged: Iterable[LoggedWorkout], called: Mapping[str, str]
) -> Preview:
    """What of `reading` is not in the log, whose workouts are `logged`, oldest first.

    `called`: which exercise is meant by a name, by its `plain` form. A name that is not
    among them stays as the file has it. Times of the file are taken for this computer's.
    """
    exercises = {
        each.exercise: called.get(plain(each.exercise), each.exercise) for each in reading.sets
    }
    known = _Known(logged)
    there = 0
    different = []
    fresh: dict[tuple[datetime, str], list[LoggedSet]] = {}
    first: dict[tuple[datetime, str], SetRow] = {}
    count: Counter[tuple[object, str]] = Counter()
    for row in reading.sets:
        exercise = exercises[row.exercise]
        began = row.start.replace(second=0)
        for when in (began, began.date()):
            count[when, exercise] += 1
        number, of_day = count[began, exercise], count[began.date(), exercise]
        key = f"{_stamp(began)}|{row.exercise}|{number}"
        same = known.set(key, began, exercise, number, of_day)
        if same is not None:
            there += 1
            done = (0, same.amount) if same.held else (same.reps, None)
            if (*done, same.weight, same.kind) != (row.reps, row.held, row.weight, row.kind):
                different.append(row)
            continue
        first.setdefault((began, row.workout), row)
        one = LoggedSet(
            exercise,
            row.start.astimezone(),
            row.reps,
            row.weight,
            row.kind,
            number,
            row.rpe,
            comment=row.note,
            tempo=row.tempo,
            key=key,
        )
        fresh.setdefault((began, row.workout), []).append(_in_breaths(one, row.held))
    workouts = [
        LoggedWorkout(
            row.start.astimezone(),
            tuple(fresh[began, name]),
            name=name,
            comment=row.workout_note,
            lasted=row.duration,
            ended="over",
            source=reading.form,
            key=known.workout(began) or f"{_stamp(began)}|{name}",
        )
        for (began, name), row in first.items()
    ]
    return Preview(tuple(workouts), exercises, there, tuple(different))


def _in_breaths(one: LoggedSet, held: int | None) -> LoggedSet:
    """A set that was `held` so many seconds, None for reps. No other program knows how it was
    breathed: as our own holds are, if nobody says otherwise."""
    if held is None:
        return one
    breath = Tempo.breath(*BREATH)
    breaths = max(1, round(samples(held) / breath.rep))
    tempo = str(breath)
    return replace(
        one, reps=breaths, counted=breaths, tension=held, planned_tempo=tempo, tempo=tempo
    )


class _Known:
    """What the log has, by whatever a file can know it."""

    def __init__(self, logged: Iterable[LoggedWorkout]) -> None:
        self._workouts: dict[datetime, str] = {}
        self._keys: dict[str, LoggedSet] = {}
        self._minutes: dict[tuple[datetime, str, int], LoggedSet] = {}
        self._days: dict[tuple[date, str, int], LoggedSet] = {}
        self._timeless: dict[tuple[date, str, int], LoggedSet] = {}
        count: Counter[tuple[object, str]] = Counter()
        for workout in logged:
            began = workout.began.replace(second=0, microsecond=0, tzinfo=None)
            day = began.date()
            self._workouts.setdefault(began, workout.key)
            for each in workout.sets:
                if each.key:
                    self._keys[each.key] = each
                if not each.reps:
                    continue  # No file has it.
                for when in (began, day):
                    count[when, each.exercise] += 1
                name = each.exercise
                self._minutes[began, name, count[began, name]] = each
                self._days[day, name, count[day, name]] = each
                if not has_time(began):
                    self._timeless[day, name, each.number] = each

    def workout(self, began: datetime) -> str:
        """Its key, "" for one that is not there."""
        return self._workouts.get(began, "")

    def set(
        self, key: str, began: datetime, exercise: str, number: int, of_day: int
    ) -> LoggedSet | None:
        """The set with this `key`, or the one that is `number` of its exercise in the workout
        that `began`, `of_day` among those of its day."""
        days = self._timeless if has_time(began) else self._days
        return (
            self._keys.get(key)
            or self._minutes.get((began, exercise, number))
            or days.get((began.date(), exercise, of_day))
        )


def _stamp(began: datetime) -> str:
    return f"{began:%Y-%m-%dT%H:%M}" if has_time(began) else f"{began:%Y-%m-%d}"
