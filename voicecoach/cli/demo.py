"""`voicecoach demo`: an example set."""

from __future__ import annotations

from pathlib import Path

import click

from ..audio import devices, wav
from ..core.plan import SAMPLE_RATE
from ..listening import models
from ..runtime.timeline import Line
from . import assembly
from .mistakes import mistakes
from .options import EVENTS, PATH, VOICE, Options
from .printing import print_line, say
from .simulate import run

RECORDING = Path(__file__).parents[1] / "assets" / "demo.flac"
"""The demo's lifter: a synthetic natural voice in a synthetic gym."""


@click.command()
@click.option(
    "--out",
    type=PATH,
    default=Path("voicecoach-demo.wav"),
    show_default=True,
    metavar="OUT.wav",
    help="Write what the earbuds play to this file.",
)
@EVENTS
@click.option(
    "--play/--no-play", default=True, help="Play it, if there is a sound card.  [default: play]"
)
@VOICE
def demo(out: Path, events: Path | None, play: bool, voice: str | None) -> None:
    """Coach a lifter that comes with the package.

    A voice in a noisy gym goes through one set of leg presses. It answers the safety questions,
    starts, asks for a slower pace, asks how many, pauses, resumes, and is done. A real recogniser
    listens to it.
    """
    with mistakes():
        microphone, _ = wav.read(RECORDING)
        if models.find_weights() is None:
            say("Moonshine is not installed: the spotter hears alone, and understands less.")
        coach = assembly.make_workout_loop(
            "leg-press", Options(engine=_engine(), voice=voice, language="en")
        )
        try:
            if play:
                devices.look_for_output()
        except devices.NoSoundCardError as fault:
            say(f"Not played: {fault}.")
            play = False
        lines = run(coach, microphone, out, events, None if play else print_line)
        if play:
            _play(out, lines)
    say(f"What the earbuds played: {out}")


def _engine() -> str:
    """Moonshine alone is the quickest; not every machine has a wheel of it."""
    return "moonshine" if models.find_weights() is not None else "auto"


def _play(out: Path, lines: list[Line]) -> None:
    """Play what was written, and print each line as it is heard."""
    pcm, _ = wav.read(out, SAMPLE_RATE)
    told = 0
    try:
        for index in devices.play(pcm, SAMPLE_RATE, [line.at / SAMPLE_RATE for line in lines]):
            print_line(lines[index])
            told = index + 1
    except devices.NoSoundCardError as fault:
        say(f"The sound card failed: {fault}.")
        for line in lines[told:]:
            print_line(line)
