"""The options that several commands have."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from . import names


class _PathType(click.Path):
    """A path that the system can look up."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> Any:
        path = super().convert(value, param, context)
        try:
            os.stat(path)
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
                shown = f"{str(path)[:40]}..."
                self.fail(f"{shown}: {os.strerror(error.errno).lower()}", param, context)
        return path


PATH = _PathType()

FOLDER = click.option(
    "--config",
    "folder",
    type=PATH,
    metavar="DIR",
    help="Use the configuration files in DIR, on top of the shipped ones.",
)
LANGUAGE = click.option(
    "--language",
    metavar="CODE",
    help="Language of the commands and the coach: en, de, es, ko, or your own.",
)
ENGINE = click.option(
    "--engine",
    type=click.Choice(["auto", "spotter", "moonshine", "vosk"]),
    help="Recogniser to listen with.",
)
VOICE = click.option(
    "--voice",
    type=click.Choice(["auto", "pyttsx3", "hibari"]),
    help="Voice to speak with.",
)
LOG = click.option(
    "--log",
    "path",
    type=PATH,
    metavar="FILE",
    help="Use this log instead of your own.",
)
TEMPO = click.option(
    "--tempo",
    metavar="3-1-2-0",
    help="Seconds of lowering, bottom, lifting and top; X lifts fast, as in 30X0.",
)
REPS = click.option("--reps", type=click.IntRange(1, 200), metavar="N", help="Reps in a set.")
WORKOUT = click.option(
    "--workout",
    metavar="NAME",
    shell_complete=names.WORKOUTS,
    help="Follow this plan: a file in workouts/, without .toml.",
)
PROGRAM = click.option(
    "--program",
    metavar="NAME",
    shell_complete=names.PROGRAMS,
    help="Go on with this program, a file in programs/; NAME/w2d1 goes to week 2, day 1.",
)
EVENTS = click.option(
    "--events",
    type=PATH,
    metavar="EVENTS.jsonl",
    help="Write everything that happens to this file, one JSON object per line.",
)
OUT = click.option(
    "--out",
    type=PATH,
    metavar="OUT.wav",
    help="Write what the earbuds play to this file.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says about a workout; None: as the files say."""

    tempo: str | None = None
    reps: int | None = None
    workout: str | None = None
    program: str | None = None
    engine: str | None = None
    voice: str | None = None
    language: str | None = None
    folder: Path | None = None


def workout(command: Callable[..., None]) -> Callable[..., None]:
    """Gives `command` the options of a workout, all in one argument: `asked`, an `Options`."""

    @wraps(command)
    def collecting(*arguments: Any, **options: Any) -> None:
        asked = Options(**{each.name: options.pop(each.name) for each in fields(Options)})
        command(*arguments, asked=asked, **options)

    for option in (
        FOLDER,
        LANGUAGE,
        VOICE,
        ENGINE,
        REPS,
        TEMPO,
        PROGRAM,
        WORKOUT,
    ):  # the first ends up last
        collecting = option(collecting)
    return collecting
