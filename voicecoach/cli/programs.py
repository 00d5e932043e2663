"""Programs in a session, in `voicecoach log` and in the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from .. import config as configuration
from ..core.plan import Exercise
from ..core.program import Program, day_id, parsed, stand
from ..core.program_weeks import ProgramWeek, weeks
from ..core.workout import Interrupted, Past, Visit, Workout
from ..history.followed import followed, program_of
from ..history.log import Log
from .logbook import Logbook
from .mistakes import Mistake
from .options import Options


def usual(exercise: str | None, asked: Options) -> Options:
    """With the program of the settings, if the command line says nothing else."""
    if exercise is not None or asked.workout or asked.program or asked.reps:
        return asked
    with suppress(configuration.ConfigError):  # its faults are reported when all files are read
        program = configuration.load_settings(asked.folder).coach.program
        return replace(asked, program=program or None)
    return asked


def named(program: str | None) -> str | None:
    """The program of `--program NAME` or `--program NAME/w2d1`."""
    day = parsed(program) if program is not None else None
    return program if day is None else day[0]


def today(
    program: Program,
    exercises: Sequence[Exercise],
    past: Mapping[str, Past],
    asked: str | None,
    book: Logbook | None,
) -> Workout:
    """What `program` prescribes today. Raises Mistake if it is over, or has no such day."""
    known = {each.id: each for each in exercises}
    day = parsed(asked) if asked is not None else None
    done = book.followed(program.id) if book is not None else []
    there = stand(program, known, done, past, at=day[1:] if day is not None else None)
    if there.workout is not None:
        return there.workout
    if day is not None:
        raise Mistake(f"--program: {asked}: the program has no such day")
    again = day_id(program.id, 1, 1)
    raise Mistake(f'the program "{program.id}" is over; to begin again: --program {again}')


def broken_off(
    broken: Interrupted,
    exercises: Sequence[Exercise],
    past: Mapping[str, Past],
    folder: Path | None,
    book: Logbook,
) -> Workout | None:
    """The plan of the workout that broke off: of a file, or of a program's day. None if it had
    none, or if it does not exist any more."""
    day = parsed(broken.workout)
    if day is None:
        return configuration.plan(broken.workout, exercises, folder)
    found = configuration.program(day[0], exercises, folder)
    if found is None:
        return None
    known = {each.id: each for each in exercises}
    return stand(found[0], known, book.followed(day[0]), past, at=day[1:]).workout


def first(visit: Visit, script: Exercise, offered: Sequence[Exercise]) -> Exercise:
    """The exercise that a workout begins with: `script`, unless the plan begins with another."""
    planned = visit.workout.exercises if visit.workout is not None else ()
    named = planned[0].exercise if planned else script.id
    return next((each for each in offered if each.id == named), script)


def row(name: str, week: ProgramWeek) -> tuple[str, ...]:
    """A week as cells: what was done, and after a slash what was planned."""
    done, planned = week.done, week.planned
    return (
        name,
        str(week.week),
        f"{week.days_done}/{week.days}",
        f"{done.sets}/{planned.sets}",
        f"{done.reps}/{planned.reps}",
        _moved(done.moved) + ("" if planned.moved is None else f"/{_moved(planned.moved)}"),
        "lighter" if week.deload else "",
    )


def _moved(kilograms: Decimal | None) -> str:
    return "" if kilograms is None else f"{kilograms:.0f}"


def accounts(
    log: Log, exercises: Sequence[Exercise], folder: Path | None
) -> Iterator[tuple[str, list[ProgramWeek]]]:
    """Each program in the log that still exists, as it is called, with its weeks."""
    workouts = log.of_programs()
    known = {each.id: each for each in exercises}
    for name in dict.fromkeys(map(program_of, workouts)):
        found = configuration.program(name, exercises, folder)
        if found is not None:
            program, _ = found
            told = weeks(program, known, followed(workouts, name))
            if told:
                yield program.name, told
