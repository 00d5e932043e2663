"""`voicecoach preview`: a set as it would sound, without a lifter."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import click

from .. import config as configuration
from ..config.layers import layers, users
from ..core.pacing import Talkativeness
from ..preview import Rehearsal, UnansweredError, account, rehearse, spoken_in, svg
from ..runtime.timeline import Timeline
from . import assembly, names
from .mistakes import Mistake, mistakes
from .options import FOLDER, LANGUAGE, PATH, REPS, TEMPO, VOICE, Options
from .printing import print_line, print_out, say
from .recording import keeping
from .remembered import write_whole

_LOOK = 0.4
"""Seconds between two checks of the watched files."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    exercise: str | None
    asked: Options
    out: Path | None
    plot: Path | None
    talk: str | None
    seed: int


@click.command(epilog=f"Your configuration folder: {users()}")
@click.argument("exercise", required=False, shell_complete=names.EXERCISES, metavar="[EXERCISE]")
@click.option(
    "-o",
    "--out",
    type=PATH,
    metavar="SET.wav",
    help="Write what the earbuds would play to this file.",
)
@click.option(
    "--plot",
    type=PATH,
    metavar="SET.svg",
    help="Draw the set: what is said when, what is shortened, moved or dropped, and why.",
)
@REPS
@TEMPO
@click.option(
    "--talk",
    type=click.Choice(["quiet", "normal", "full"]),
    help="How much the coach says unasked.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    metavar="N",
    help="Vary how long the lifter takes to answer; the same N gives the same sound.",
)
@click.option("--watch", is_flag=True, help="Preview again whenever a file is saved.")
@LANGUAGE
@VOICE
@FOLDER
def preview(
    exercise: str | None,
    out: Path | None,
    plot: Path | None,
    reps: int | None,
    tempo: str | None,
    talk: str | None,
    seed: int,
    watch: bool,
    language: str | None,
    voice: str | None,
    folder: Path | None,
) -> None:
    """Hear and see one set of an exercise, without a microphone and without lifting.

    EXERCISE is a name, or a file in a folder named exercises. The gate, the countdown and the
    catches are answered for you; nothing else is said. The screen shows what is said when, and then
    what differs from the script: a wording shortened, a reminder moved or dropped, and why.
    """
    with mistakes():
        exercise, folder = _named(exercise, folder)
        asked = Options(tempo=tempo, reps=reps, voice=voice, language=language, folder=folder)
        wanted = _Wanted(exercise, asked, out, plot, talk, seed)
        if watch:
            _watch(wanted)
        else:
            _render(wanted)


def _named(exercise: str | None, folder: Path | None) -> tuple[str | None, Path | None]:
    """The exercise's name and its configuration folder, if a file was given."""
    if exercise is None or not exercise.endswith(".toml"):
        return exercise, folder
    file = Path(exercise).resolve()
    if file.parent.name != "exercises" or not file.is_file():
        what = (
            "there is no such file"
            if not file.is_file()
            else "it is not in a folder named exercises"
        )
        raise Mistake(
            f"{exercise}: {what}; a cue script is a file like exercises/{file.stem}.toml "
            "in a folder of configuration, or just a name"
        )
    return file.stem, folder if folder is not None else file.parent.parent


def _watch(wanted: _Wanted) -> None:
    """Again and again, until Ctrl-C. A fault in a file is shown until the file is saved again."""
    seen: dict[Path, tuple[int, int]] = {}
    try:
        while True:
            now = _saved(wanted.asked.folder)
            if now != seen:
                seen = now
                try:
                    with mistakes():
                        _render(wanted)
                except click.ClickException as fault:
                    fault.show()
                say("Waiting for a file to be saved; Ctrl-C to stop.", style="dim")
            time.sleep(_LOOK)
    except KeyboardInterrupt:
        say("Stopped watching.")


def _saved(folder: Path | None) -> dict[Path, tuple[int, int]]:
    """Time and size of each configuration file."""
    found = {}
    for layer in layers(folder):
        for path in layer.rglob("*.toml"):
            with suppress(OSError):
                known = path.stat()
                found[path] = known.st_mtime_ns, known.st_size
    return found


def _render(wanted: _Wanted) -> None:
    asked = wanted.asked
    loaded = configuration.load(asked.language, wanted.exercise, asked.folder)
    for warning in loaded.warnings:
        say(f"warning: {warning}", style="yellow")
    settings = loaded.settings
    script = assembly.overridden(loaded.exercise, asked)
    talk = Talkativeness[(wanted.talk or settings.talk.level).upper()]
    clips = assembly.make_clips(loaded, asked.voice)
    assembly.render(clips, script, spoken_in(script, loaded.phrases, talk))
    with ExitStack() as stack:
        keep = keeping(stack, wanted.out, None)
        try:
            rehearsed = rehearse(
                script,
                loaded.phrases,
                clips,
                talk=talk,
                ceiling=settings.sound.ceiling_dbfs,
                loudness=settings.sound.loudness_db,
                seed=wanted.seed,
                hear=lambda sound: keep(sound, [], 0),
            )
        except UnansweredError as error:
            raise Mistake(str(error)) from error
    _tell(rehearsed)
    if wanted.plot is not None:
        _write(wanted.plot, svg(rehearsed))
    for path, what in ((wanted.out, "the earbuds"), (wanted.plot, "the picture")):
        if path is not None:
            say(f"{what}: {path}")


def _tell(rehearsed: Rehearsal) -> None:
    timeline = Timeline()
    for line in [*timeline.feed(rehearsed.records, 0), *timeline.rest()]:
        print_line(line)
    print_out("")
    for told in account(rehearsed):
        print_out(told)


def _write(path: Path, text: str) -> None:
    """Write the file whole, so that a program that shows the picture never reads half of it."""
    if fault := write_whole(path, text):
        raise Mistake(f"{path}: cannot be written ({fault})")
