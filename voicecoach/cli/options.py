"""The options that several commands have."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = click.option(
    "--config",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Your configuration files, laid over the shipped ones.",
)
LANGUAGE = click.option("--language", metavar="CODE", help="Of the commands: en, ko.")
ENGINE = click.option(
    "--engine",
    type=click.Choice(["auto", "moonshine", "vosk"]),
    help="The recogniser.",
)
VOICE = click.option(
    "--voice",
    type=click.Choice(["auto", "pyttsx3", "hibari"]),
    help="What the coach speaks with.",
)
LOG = click.option(
    "--log",
    "path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Another log than your own.",
)
TEMPO = click.option("--tempo", metavar="3-1-2-0", help="Lowering, bottom, lifting, top: seconds.")
REPS = click.option("--reps", type=click.IntRange(1, 200), metavar="N", help="Target of the set.")
