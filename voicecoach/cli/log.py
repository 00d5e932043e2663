"""`voicecoach log`: what was trained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from ..core.commands import normal
from ..core.strength import rough, strength
from ..core.workout import SetKind
from ..history.exchange import whole
from ..history.followed import program_of
from ..history.log import Log
from ..history.logged import LoggedSet, LoggedWorkout
from . import names
from .folders import log_to_read
from .logbook import warn_of_damage
from .mistakes import Mistake, mistakes
from .options import FOLDER, LOG
from .printing import Column, on_terminal, print_data, print_table, say

SHOWN = 10
"""Workouts in the table, unless more are asked for."""


@click.command("log")
@click.option(
    "--exercise",
    metavar="NAME",
    shell_complete=names.EXERCISES,
    help="Show only this exercise, such as leg-press.",
)
@click.option(
    "--last",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help=f"Show the last N workouts.  [default: {SHOWN}; all with --json]",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON, as `voicecoach export --format json` writes it.",
)
@click.option(
    "--weeks", "by_week", is_flag=True, help="Show programs week by week: planned and done."
)
@LOG
@FOLDER
def log(
    exercise: str | None,
    last: int | None,
    as_json: bool,
    by_week: bool,
    path: Path | None,
    folder: Path | None,
) -> None:
    """Show what you trained: each set, with what was planned and what was done.

    "W" is a warm-up, "D" a drop set. If something else was planned, it follows a slash. A weight is
    as you said it. e1RM is what you could lift once, in kg, by Epley's formula; "~" marks more than
    twelve reps, which make it rough. "Load" is the time under tension, "rest" the rest before the
    set. In a pipe, each row has its date and exercise. If you follow a program, its weeks come
    below on a terminal, and alone with --weeks.
    """
    path = log_to_read(path)
    with mistakes(), Log(path) as history:
        if by_week:
            _by_week(history, folder)
            warn_of_damage(path, history)
            return
        if exercise is not None:
            exercise = _named(exercise, history.exercises())
        found = history.workouts(exercise, last=last if last or as_json else SHOWN)
        warn_of_damage(path, history)
    if as_json:
        print_data(whole.write(found))
        return
    if not found:
        say(f"No workouts yet in {path}. To train, run: voicecoach")
        return
    print_table(_COLUMNS, _rows(found, grouped=on_terminal()))
    if on_terminal() and any(map(program_of, found)):
        with mistakes(), Log(path) as history:
            _by_week(history, folder)


def _by_week(history: Log, folder: Path | None) -> None:
    """Print what each program planned, and what was done of it."""
    # Loading the configuration takes a while.
    from .. import config as configuration
    from . import programs

    exercises = configuration.load_exercises(folder)
    told = [*programs.accounts(history, exercises, folder)]
    if not told:
        say("No day of a program is logged yet. To begin one: voicecoach start --program linear")
        return
    rows = ((name, week) for name, weeks in told for week in weeks)
    print_table(_WEEK_COLUMNS, ((programs.row(name, week), "none") for name, week in rows))


def _named(name: str, there: Iterable[str]) -> str:
    """The exercise of the log that `name` means: "leg press" is leg-press."""
    there = [*there]
    meant = {normal(each.replace("-", " ")): each for each in there}
    found = meant.get(normal(name.replace("-", " ")))
    if found is None:
        if not there:
            return name.encode(errors="replace").decode()  # a word of bytes is none of SQLite's
        # Loading the configuration takes a while.
        from ..config.faults import listed, nearest

        known = f"{nearest(name, there) or ';'} there are: {listed(there)}"
        raise Mistake(f'--exercise: no "{name}" in the log{known}')
    return found


_WEEK_COLUMNS = (
    Column("program", wraps=9),
    *(Column(each, numbers=True) for each in ("week", "days", "sets", "reps", "kg moved")),
    Column("", wraps=8),
)

_COLUMNS = (
    Column("date"),
    Column("exercise", wraps=9),
    Column("set"),
    *(Column(each, numbers=True) for each in ("reps", "weight", "e1RM", "tempo")),
    *(Column(each, numbers=True) for each in ("load s", "rest s")),
    Column("", wraps=8),
)


def _rows(
    workouts: Iterable[LoggedWorkout], grouped: bool
) -> Iterator[tuple[tuple[str, ...], str]]:
    """`grouped`: leave out what is the same as in the row above, for people. A program that reads
    the rows wants all in each."""
    for workout in workouts:
        above = ("", "")
        for each in workout.sets:
            names = (f"{each.began:%Y-%m-%d}", each.exercise)
            shown = (
                "" if grouped and name == before else name
                for name, before in zip(names, above, strict=True)
            )
            above = names
            style = "dim" if each.kind is SetKind.WARM_UP or not each.reps else "none"
            yield (*shown, *_cells(each)), style


_LETTERS = {SetKind.WARM_UP: "W", SetKind.DROP: "D"}


def _cells(each: LoggedSet) -> Iterator[str]:
    yield _LETTERS.get(each.kind, str(each.number))
    unit = " s" if each.held else ""
    # 0: as many as possible
    planned = f"{each.told(each.target)}{unit}" if each.target else None
    yield _against(f"{each.amount}{unit}", planned)
    yield str(each.weight) if each.weight is not None else ""
    kg = strength(each)
    yield "" if kg is None else f"{'~' if rough(each.reps) else ''}{kg:.1f}"
    yield each.tempo
    yield _against(_span(each.tension), _span(each.planned_tension) or None)
    yield _against(_span(each.rest), _span(each.planned_rest) or None)
    yield "; ".join(_remarks(each))


def _remarks(each: LoggedSet) -> Iterator[str]:
    if number := each.extra.get("superset"):
        turn = each.extra.get("round", "")
        yield f"superset {number}{turn and f', round {turn}'}"
    if each.failed:
        yield "to failure"
    if assisted := each.extra.get("assisted"):
        yield f"{assisted} taken off"
    if each.rpe is not None:
        yield f"RPE {each.rpe:f}"
    if each.ended_by not in ("", "target", "done"):
        yield f"ended by {each.ended_by}" if each.ended_by != "broken off" else each.ended_by
    for count, what in (
        (each.rest_pauses, "rest-pause"),
        (len(each.pauses) - each.rest_pauses, "pause"),
    ):
        if count > 0:
            yield f"{count} {what}{'s' if count > 1 else ''}"
    if each.counted is not None and each.counted != each.reps:
        yield f"{each.told(each.counted)} paced"
    yield from each.notes
    for note in (each.comment, each.extra.get("exercise note", "")):
        if note:
            yield " ".join(note.split())


def _against(done: str, planned: str | None) -> str:
    """What was done, and after a slash what was planned if that differs."""
    return done if planned is None or planned == done or not done else f"{done}/{planned}"


def _span(seconds: float | None) -> str:
    return "" if seconds is None else str(round(seconds))
