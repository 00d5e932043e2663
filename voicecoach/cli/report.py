"""`voicecoach report`: the log as a page with charts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from .. import config as configuration
from ..config.faults import listed, nearest
from ..history import report as reports
from ..history.log import Log
from . import names, outputs, programs
from .folders import cache_folder, log_to_read
from .logbook import warn_of_damage
from .mistakes import Mistake, mistakes
from .options import FOLDER, LOG, PATH
from .printing import say


@click.command()
@click.option(
    "-o",
    "--out",
    type=PATH,
    default="report.html",
    show_default=True,
    metavar="FILE",
    help="HTML file to write.",
)
@click.option(
    "--exercise", metavar="NAME", shell_complete=names.EXERCISES, help="Show only this exercise."
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Show only workouts from this day on.",
)
@click.option(
    "--trace",
    "traces",
    multiple=True,
    type=PATH,
    metavar="EVENTS.jsonl",
    help="Also show the sets of this trace (from simulate --events); may be repeated.",
)
@LOG
@FOLDER
def report(
    out: Path,
    exercise: str | None,
    since: datetime | None,
    traces: tuple[Path, ...],
    path: Path | None,
    folder: Path | None,
) -> None:
    """Make one HTML file with charts of your log, for any browser.

    It shows strength and records, volume, tempo and rest of each exercise, and what was said when
    in the last sets. The file is self-contained and never uses a network. It needs one more
    package: pip install 'voicecoach[report]'.
    """
    outputs.placed(out)
    after = _local(since) if since is not None else None
    with mistakes():
        exercises = configuration.load_exercises(folder)
        names = {each.id: each.name for each in exercises}
        shown = [each for trace in traces for each in reports.from_trace(trace)]
        path = log_to_read(path)
        with Log(path) as log:
            if exercise is not None:
                exercise = _meant(exercise, log.exercises(), names)
            text = reports.write(
                log,
                names,
                datetime.now(),
                cache_folder() / "charts",
                exercise=exercise,
                since=after,
                more=shown,
                programs=[
                    (name, [programs.row(name, week)[1:] for week in weeks])
                    for name, weeks in programs.accounts(log, exercises, folder)
                ],
            )
            warn_of_damage(path, log)
    outputs.write(out, text)
    say(f"the report: {out}")


def _local(day: datetime) -> datetime:
    try:
        return day.astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise Mistake(f"--since: the calendar here has no {day:%Y-%m-%d}") from error


def _meant(word: str, known: list[str], names: dict[str, str]) -> str:
    """The logged exercise that is called `word`, in the log or in its file."""
    called = {name: name for name in known} | {names.get(name, name): name for name in known}
    for name, exercise in called.items():
        if name.casefold() == word.casefold():
            return exercise
    there = f"there are: {listed(known)}" if known else "the log is empty"
    raise Mistake(f'no set of "{word}" is logged{nearest(word, called) or ";"} {there}')
