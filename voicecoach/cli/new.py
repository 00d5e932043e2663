"""`voicecoach new`: a file of your own to start from."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from .. import config as configuration
from ..config import scaffold
from ..config.layers import users
from ..core.events import Intent
from .mistakes import Mistake, mistakes
from .options import FOLDER
from .printing import print_out, say
from .schema import keep


@click.group()
def new() -> None:
    """Make a file of your own: an exercise."""


@new.command(epilog=f"Your configuration folder: {users()}")
@click.argument("name")
@click.option("--from", "source", metavar="EXERCISE", help="Start from a copy of this exercise.")
@FOLDER
def exercise(name: str, source: str | None, folder: Path | None) -> None:
    """Write a cue script for the exercise NAME, with comments that say what to change.

    It works as it is. An existing exercise is left alone.
    """
    with mistakes():
        try:
            made = scaffold.file_name(name)
            _sayable(name, folder)
            written = scaffold.exercise(name, folder or users(), source)
            keep(folder or users())
        except scaffold.BadNameError as error:
            raise Mistake(str(error)) from error
        except OSError as error:
            raise Mistake(f"{error.filename}: cannot be written ({error.strerror})") from error
    where = f" --config {shlex.quote(str(folder))}" if folder is not None else ""
    print_out(str(written))
    say(
        f"Edit it as you like. Then\n"
        f"  voicecoach preview {made}{where} --plot {made}.svg\n"
        f"      shows a set of it (with --watch, again at each save);\n"
        f"  voicecoach check {shlex.quote(str(written))}\n"
        f"      finds what is wrong, too long or never said;\n"
        f"  voicecoach start {made}{where}\n"
        f"      coaches you."
    )


def _sayable(name: str, folder: Path | None) -> None:
    """Raises BadNameError if saying the name would mean something else."""
    try:
        loaded = configuration.load(folder=folder, offer=True)
    except configuration.ConfigError:
        return  # faults in other files keep nobody from writing a new one
    command = loaded.phrases.parse(name)
    if command is None:
        return
    if command.intent is Intent.EXERCISE:
        (other,) = (value for _, value in command.slots)
        raise scaffold.BadNameError(f'"{name}" is already the name of exercises/{other}.toml')
    raise scaffold.BadNameError(
        f'"{name}" is a command ({command.intent.value}) and would be taken for it; '
        "choose another name"
    )
