"""`voicecoach export` and `voicecoach import`: the log to other programs, and from them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from .. import config as configuration
from ..core.workout import Unit
from ..history import exchange
from ..history.exchange import whole
from ..history.exchange.merge import Preview, plain, preview, rows_of
from ..history.log import Log
from .folders import log_at
from .logbook import warn_of_damage
from .mistakes import Mistake, mistakes
from .options import FOLDER, LOG
from .printing import chosen, confirmed, print_data, print_out, say

SHOWN = 20
"""Faults of a file that are printed; of more of them, how many."""


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice([*exchange.FORMS, "json"]),
    required=True,
    help="Whose file; json holds everything that the log does.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="Not stdout.")
@LOG
@FOLDER
def export(form: str, out: Path | None, path: Path | None, folder: Path | None) -> None:
    """Write the log as a file of another program.

    Weights keep the unit in which they were said: where the format has one unit only, it
    is that of most sets, and what was said stands in the note of the others. The tempo
    stands in the note, too. Sets in which no rep was done are left out, but not of json.
    """
    with mistakes():
        path = log_at(path)
        with Log(path) as log:
            workouts = log.workouts()
            warn_of_damage(path, log)
        every = sum(len(workout.sets) for workout in workouts)
        if form == "json":
            text, written = whole.write(workouts), every
        else:
            rows = rows_of(workouts, _names(folder))
            text, written = exchange.write(form, rows), len(rows)
    if out is None:
        print_data(text)
        return
    try:
        out.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Mistake(f"{out}: cannot be written ({error.strerror})") from error
    without = f" ({every - written} without a rep left out)" if every > written else ""
    say(f"{_count(written, 'set')} of {_count(len(workouts), 'workout')}{without}: {out}")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice([*exchange.FORMS]), help="Whose file; it tells by itself."
)
@click.option(
    "--unit",
    type=click.Choice([unit.value for unit in Unit]),
    help="Of weights for which the file names none.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="NAME=EXERCISE",
    help="What an exercise of the file is called here; may be given again.",
)
@click.option("--skip-faults", is_flag=True, help="Take what can be read, leave the rest.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@LOG
@FOLDER
def import_(
    file: Path,
    form: str | None,
    unit: str | None,
    mapped: tuple[str, ...],
    skip_faults: bool,
    dry_run: bool,
    yes: bool,
    path: Path | None,
    folder: Path | None,
) -> None:
    """Add the sets of another program's CSV file to the log.

    Strong, Hevy and FitNotes are known by the names of their columns. What it would do is
    shown before anything is written. What the log has already is not added again, so a
    file can be imported anew whenever there is more in it.
    """
    with mistakes():
        reading = _read(file, form, Unit(unit) if unit else None)
        called = _called(folder, mapped)
        where = log_at(path)
        with Log(where) as log:
            found = preview(reading, log.workouts(), called)
            warn_of_damage(where, log)
        _show(file, reading, found)
        for fault in reading.faults[:SHOWN]:
            say(fault.at(str(file)), style="red")
        if more := len(reading.faults) - SHOWN:
            say(f"... and {more} more", style="red") if more > 0 else None
        if reading.faults and not skip_faults and not dry_run:
            raise Mistake(
                "Nothing is written. Put these right, or say --skip-faults to take the rest."
            )
        if dry_run or not found.sets:
            say("Nothing is written." if dry_run else "Nothing is new.")
            sys.exit(2 if reading.faults and not skip_faults else 0)
        if not yes:
            if not sys.stdin.isatty():
                raise Mistake("Nothing is written; say --yes to add them, --dry-run only to look.")
            if not confirmed(f"Add {_count(found.sets, 'set')} to the log?"):
                say("Nothing is written.")
                return
        with Log(where, create=True) as log:
            added = log.add(found.workouts)
    say(f"{_count(added.sets, 'set')} added to {where}")


def _read(file: Path, form: str | None, unit: Unit | None) -> exchange.Reading:
    """Asks for the unit where that is possible and the file has none."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Mistake(f"{file}: cannot be read ({error.strerror})") from error
    try:
        return exchange.read(data, form, unit)
    except exchange.NoUnit as error:
        if not sys.stdin.isatty():
            raise Mistake(f"{error.fault.at(str(file))}; say --unit kg or --unit lb") from error
        answer = chosen(f"{file} does not say: kg or lb?", [each.value for each in Unit])
        return exchange.read(data, form, Unit(answer))
    except exchange.Unreadable as error:
        raise Mistake(error.fault.at(str(file))) from error


def _show(file: Path, reading: exchange.Reading, found: Preview) -> None:
    days = sorted(each.start.date() for each in reading.sets)
    workouts = len({each.start for each in reading.sets})
    span = f", {days[0]} to {days[-1]}" if days else ""
    print_out(
        f"{file}: {reading.form}, {_count(workouts, 'workout')}, "
        f"{_count(len(reading.sets), 'set')}, {_count(len(found.exercises), 'exercise')}{span}"
    )
    print_out(
        f"  new         {_count(len(found.workouts), 'workout')}, {_count(found.sets, 'set')}"
    )
    if found.there:
        other = len(found.different)
        but = f", {other} of them with other numbers; the log's stay" if other else ""
        print_out(f"  there       {_count(found.there, 'set')}{but}")
    left_out = [
        f"{_count(number, what)} {why}"
        for number, what, why in (
            (reading.passed_over, "row", "of a rest timer or a note"),
            (reading.without_reps, "set", "without repetitions"),
            (len(reading.faults), "row", "that can't be read"),
        )
        if number
    ]
    if left_out:
        print_out(f"  left out    {', '.join(left_out)}")
    for nth, (name, exercise) in enumerate(sorted(found.exercises.items())):
        meant = f"is {exercise}" if name != exercise else "keeps its name"
        print_out(f"  {'' if nth else 'exercises':10}  {name}: {meant}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _names(folder: Path | None) -> Mapping[str, str]:
    """What exercises are called, by their files' names."""
    return {plan.id: plan.name for plan in configuration.load_exercises(folder)}


def _called(folder: Path | None, mapped: Iterable[str]) -> dict[str, str]:
    """Files' names of exercises, by everything that they are called, plainly."""
    called = {}
    for plan in configuration.load_exercises(folder):
        for name in (*plan.called, plan.name, plan.id):
            called[plain(name)] = plan.id
    for each in mapped:
        name, sign, exercise = each.rpartition("=")
        if not (name.strip() and sign and exercise.strip()):
            raise Mistake(f'--map: "{each}"; right would be --map "Leg Press (Machine)=leg-press"')
        called[plain(name)] = exercise.strip()
    return called
