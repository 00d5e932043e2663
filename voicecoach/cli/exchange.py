"""`voicecoach export` and `voicecoach import`: the log to other programs, and from them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from .. import config as configuration
from .. import given
from ..config.faults import listed, nearest
from ..core.workout import Unit
from ..history import exchange
from ..history.exchange import whole
from ..history.exchange.merge import Preview, preview, rows_of
from ..history.exchange.names import Called, plain
from ..history.log import Log
from ..history.logged import LoggedSet
from . import outputs
from .folders import log_at, log_to_read
from .logbook import warn_of_damage
from .mistakes import Mistake, mistakes
from .options import FOLDER, LOG, PATH
from .printing import chosen, confirmed, print_data, print_out, say

SHOWN = 20
"""Lines printed of each kind (faults, differences and the like). Of more, only the number."""


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice([*exchange.FORMS, "json"]),
    required=True,
    help="Format to write; json has everything that is in the log.",
)
@click.option(
    "-o",
    "--out",
    type=PATH,
    metavar="FILE",
    help="Write to this file instead of stdout.",
)
@LOG
@FOLDER
def export(form: str, out: Path | None, path: Path | None, folder: Path | None) -> None:
    """Write the log as a file of another program.

    Weights keep the unit in which they were said. If the format allows only one unit, it is that of
    most sets; the other sets have the original in their note. The tempo is in the note, too. Sets
    without a rep are left out, except in json.
    """
    with mistakes():
        path = log_to_read(path)
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
    outputs.write(out, text, newline="")
    without = f" ({every - written} without a rep left out)" if every > written else ""
    say(f"{_count(written, 'set')} of {_count(len(workouts), 'workout')}{without}: {out}")


@click.command("import")
@click.argument("file", type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice([*exchange.FORMS]),
    help="Program that wrote FILE.  [default: detected]",
)
@click.option(
    "--unit",
    type=click.Choice([unit.value for unit in Unit]),
    help="Unit of weights that have none in the file.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="NAME=EXERCISE",
    help="Import the file's NAME as EXERCISE; may be repeated.",
)
@click.option("--skip-faults", is_flag=True, help="Import what can be read, and skip the rest.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option(
    "--mirror",
    is_flag=True,
    help="Also remove workouts that came from this program and are no longer in FILE.",
)
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@LOG
@FOLDER
def import_(
    file: Path,
    form: str | None,
    unit: str | None,
    mapped: tuple[str, ...],
    skip_faults: bool,
    dry_run: bool,
    mirror: bool,
    yes: bool,
    path: Path | None,
    folder: Path | None,
) -> None:
    """Add the sets of another program's CSV file to the log.

    FILE may come from Strong, Hevy or FitNotes, which its column names tell. You see what will
    happen before anything is written. You can import a file again whenever it has grown: nothing is
    added twice, and sets that you changed or removed in that program are changed or removed here.
    What you trained here is never touched.
    """
    with mistakes():
        reading = _read(file, form, Unit(unit) if unit else None)
        called = _called(folder, mapped)
        where = log_at(path)
        with Log(where) as log:
            found = preview(reading, log.workouts(), called)
            warn_of_damage(where, log)
        shown = sys.maxsize if dry_run else SHOWN
        if mirror:
            if reading.faults and found.missing:
                raise Mistake(f"{_faults(reading)}; --mirror needs a file without faults.")
            found = found.without()
        _show(file, reading, found, shown, mirror)
        for line in _unmapped(mapped, found.exercises):
            say(line, style="yellow")
        faults = exchange.together(reading.faults, str(file))
        for fault in faults[:shown]:
            say(fault, style="red")
        if (more := len(faults) - shown) > 0:
            say(f"... and {more} more; --dry-run shows all", style="red")
        if reading.faults and not skip_faults and not dry_run:
            raise Mistake(
                "Nothing was written. Correct these rows, or use --skip-faults to import the rest."
            )
        if dry_run or not found.does:
            say("Nothing was written." if dry_run else "Nothing new.")
            sys.exit(2 if reading.faults and not skip_faults else 0)
        if not yes:
            if not sys.stdin.isatty():
                raise Mistake(
                    "Nothing was written. Use --yes to import, or --dry-run to look only."
                )
            if not confirmed(f"{_question(found, mirror)}?"):
                say("Nothing was written.")
                return
        with Log(where, create=True) as log:
            added = log.add(found.workouts, found.instead_of)
    say(f"{_answer(found, mirror)} {where}")
    if added.known:
        # Another import was quicker, or one of their rows in the log is damaged.
        say(f"warning: {_count(added.known, 'set')} already in the log", "yellow")


def _read(file: Path, form: str | None, unit: Unit | None) -> exchange.ImportedFile:
    """Read the file. Asks for the unit if the file has none and somebody can answer."""
    try:
        data = given.read(file, exchange.LARGEST)
    except OSError as error:
        raise Mistake(f"{file}: cannot be read ({error.strerror})") from error
    try:
        return exchange.read(data, form, unit)
    except exchange.NoUnitError as error:
        if not sys.stdin.isatty():
            raise Mistake(f"{error.fault.at(str(file))}; use --unit kg or --unit lb") from error
        answer = chosen(f"{file} names no unit. Is it kg or lb?", [each.value for each in Unit])
        return exchange.read(data, form, Unit(answer))
    except exchange.UnreadableError as error:
        raise Mistake(error.fault.at(str(file))) from error


def _show(
    file: Path, reading: exchange.ImportedFile, found: Preview, shown: int, mirror: bool
) -> None:
    """Show what an import would do, and what it leaves out; `shown` lines of each kind."""

    def told(heading: str, text: str, lines: Iterable[str] = ()) -> None:
        lines = [*lines]
        print_out(f"  {heading:10}  {text}")
        for line in lines[:shown]:
            print_out(f"{'':14}{line}")
        if len(lines) > shown:
            print_out(f"{'':14}... and {len(lines) - shown} more; --dry-run shows all")

    days = sorted(each.start.date() for each in reading.sets)
    workouts = len({(each.start, each.workout) for each in reading.sets})
    span = f", {days[0]} to {days[-1]}" if days else ""
    print_out(
        f"{file}: {reading.form}, {_count(workouts, 'workout')}, "
        f"{_count(len(reading.sets), 'set')}, {_count(len(found.exercises), 'exercise')}{span}"
    )
    begun = len({(each.start, each.workout) for each in found.new})
    told("new", f"{_count(begun, 'workout')}, {_count(len(found.new), 'set')}")
    if found.changed:
        changed = (f"{_of_log(old)}: now {_of_file(new)}" for old, new in found.changed)
        told("changed", f"{_count(len(found.changed), 'set')} that you changed there", changed)
    if found.removed:
        removed = map(_of_log, found.removed)
        told("removed", f"{_count(len(found.removed), 'set')} that you removed there", removed)
    if found.renewed:
        told("renewed", f"{_count(found.renewed, 'workout')}: name, note, time or order")
    if found.there:
        other = len(found.different)
        but = f", {other} of them with other numbers; the log's are kept" if other else ""
        lines = (f"{_of_log(old)}: {_of_file(new)} in the file" for old, new in found.different)
        told("there", f"{_count(found.there, 'set')}{but}", lines)
    if found.missing:
        what = "removed from the log" if mirror else "kept; --mirror removes them"
        gone = (
            f"{workout.began:%Y-%m-%d} {workout.name} ({_count(len(workout.sets), 'set')})"
            for workout in found.missing
        )
        told("missing", f"{_count(len(found.missing), 'workout')} not in the file: {what}", gone)
    left_out = [
        f"{_count(number, what)} {why}"
        for number, what, why in (
            (len(reading.rests), "row", "of a rest timer"),
            (len(reading.without_reps), "set", "without repetitions"),
            (len(reading.left_out), "cell or column", "the log has no place for"),
            (len(reading.faults), "row", "that can't be read"),
        )
        if number
    ]
    if left_out:
        rows = (*reading.without_reps, *reading.left_out, *reading.rests)
        told("left out", ", ".join(left_out), exchange.together(rows, str(file)))
    if reading.unit_unused:
        told("unit", "--unit is ignored: the file names its own")
    for nth, (name, exercise) in enumerate(sorted(found.exercises.items())):
        meant = f"is {exercise}" if name != exercise else "keeps its name"
        print_out(f"  {'' if nth else 'exercises':10}  {name}: {meant}")


def _unmapped(mapped: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    """A line for each --map that names nothing in the file."""
    there = {plain(name): name for name in names}
    for each in mapped:
        name = each.rpartition("=")[0].strip()
        if plain(name) not in there:
            known = f"{nearest(name, there.values()) or ';'} it has: {listed(there.values())}"
            yield f'--map "{each}": the file has no "{name}"{known}'


def _of_log(one: LoggedSet) -> str:
    """A set on one line."""
    weight = one.weight or one.extra.get("assisted")
    taken_off = "-" if not one.weight and weight else ""
    done = f"{one.amount} s" if one.held else f"x {one.reps}"
    return f"{one.began:%Y-%m-%d} {one.exercise} {f'{taken_off}{weight} ' if weight else ''}{done}"


def _of_file(row: exchange.SetRow) -> str:
    """A set of the file on one line, with whatever else it says."""
    parts = [
        str(row.weight or ""),
        f"-{row.assisted}" if row.assisted else "",
        f"{row.held} s" if row.held is not None else f"x {row.reps}",
        str(row.mark or ""),
        f"RPE {row.rpe:f}" if row.rpe is not None else "",
        " ".join(row.note.split())[:40],
    ]
    return f"{row.exercise} {' '.join(part for part in parts if part)}"


def _question(found: Preview, mirror: bool) -> str:
    parts = [f"Add {_count(len(found.new), 'set')}"] if found.new else []
    parts += [f"change {len(found.changed)}"] if found.changed else []
    gone = _gone(found, mirror)
    parts += [f"remove {gone}"] if gone else []
    asked = ", ".join(parts) or f"Renew {_count(found.renewed, 'workout')}"
    return (
        f"{asked[0].upper()}{asked[1:]} {'to' if len(parts) == 1 and found.new else 'in'} the log"
    )


def _answer(found: Preview, mirror: bool) -> str:
    gone = _gone(found, mirror)
    parts = [f"{_count(len(found.new), 'set')} added"] if found.new else []
    parts += [f"{_count(len(found.changed), 'set')} changed"] if found.changed else []
    parts += [f"{_count(gone, 'set')} removed"] if gone else []
    said = ", ".join(parts) or f"{_count(found.renewed, 'workout')} renewed"
    return f"{said} {'to' if said.endswith('added') else 'in'}"


def _gone(found: Preview, mirror: bool) -> int:
    """Sets that are removed from the log and not put back."""
    missing = sum(len(workout.sets) for workout in found.missing) if mirror else 0
    return len(found.removed) + missing


def _faults(reading: exchange.ImportedFile) -> str:
    return f"{_count(len(reading.faults), 'row')} can't be read"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _names(folder: Path | None) -> Mapping[str, str]:
    """Names of exercises, by file name."""
    return {plan.id: plan.name for plan in configuration.load_exercises(folder)}


def _called(folder: Path | None, mapped: Iterable[str]) -> Called:
    """What exercises are called here, and what the lifter says."""
    ours = {
        plain(name): plan.id
        for plan in configuration.load_exercises(folder)
        for name in (*plan.called, plan.name, plan.id)
    }
    said = {}
    for each in mapped:
        name, sign, exercise = each.rpartition("=")
        if not (name.strip() and sign and exercise.strip()):
            raise Mistake(
                f'--map "{each}": expected NAME=EXERCISE, like "Leg Press (Machine)=leg-press"'
            )
        said[plain(name)] = exercise.strip()
    return Called(ours, said)
