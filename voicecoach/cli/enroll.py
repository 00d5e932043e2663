"""`voicecoach enroll`: the coach learns your voice, your room and your microphone."""

from __future__ import annotations

from pathlib import Path

import click

from .. import config as configuration
from ..audio import wav
from ..core.decision import Bars
from ..core.enrolment import Item, fixed_texts
from ..core.profile import Profile, fitted
from ..enroller import Enroller, items
from . import parts, remembered, voices
from .mistakes import Mistake, mistakes
from .options import ENGINE, FOLDER, LANGUAGE, VOICE
from .printing import print_line, print_out, progress, say
from .simulate import run


@click.command()
@click.option(
    "--input",
    "recording",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What a microphone picked up in an enrolment, instead of the microphone.",
)
@click.option(
    "--only", multiple=True, metavar="PHRASE", help="Learn this phrase, such as one you added."
)
@click.option("--forget", is_flag=True, help="Forget your voice (through --microphone, or all).")
@click.option("--microphone", metavar="NAME", help="A part of the microphone's name.")
@click.option("--output", metavar="NAME", help="A part of the earbuds' or loudspeaker's name.")
@click.option("--out", type=click.Path(path_type=Path), metavar="OUT.wav", help="The earbuds.")
@click.option(
    "--events",
    type=click.Path(path_type=Path),
    metavar="EVENTS.jsonl",
    help="Everything that happened, a JSON object a line.",
)
@ENGINE
@VOICE
@LANGUAGE
@FOLDER
def enroll(
    recording: Path | None,
    only: tuple[str, ...],
    forget: bool,
    microphone: str | None,
    output: str | None,
    out: Path | None,
    events: Path | None,
    engine: str | None,
    voice: str | None,
    language: str | None,
    folder: Path | None,
) -> None:
    """Let the coach learn your voice, in your room, through your microphone.

    It says the commands of a set, and you repeat each three times: about two minutes, all
    by voice. "Skip" passes one over, "stop" ends it. Then it knows how sure the recogniser
    gets of each in your voice: a command that gets too little is obeyed sooner, as long as
    nothing else you say comes near it, and you hear what it would miss or confuse, and what
    to say instead. What is kept is numbers on this machine, never sound.
    """
    if forget:
        _forget(microphone)
        return
    with mistakes():
        loaded = configuration.load(language, None, folder, offer=True)
        for warning in loaded.warnings:
            say(f"warning: {warning}", style="yellow")
        empty = Profile(voices.identity(loaded, engine), loaded.language, {})
        chosen = _chosen(loaded, only)
        use, troubles = remembered.wanted(loaded.settings.sound, microphone, output)
        for trouble in troubles:
            say(f"warning: {trouble}", style="yellow")
        through = voices.microphone(use["input"].name)
        clips = parts.make_clips(loaded, voice)
        with progress("Preparing the voice") as advance:
            clips.prepare(list(fixed_texts(chosen, loaded.enrol)), advance)
        bars = parts.bars(loaded.settings)
        if recording is None:
            raise Mistake("not yet")
        microphone_heard, _ = wav.read(recording)
        enroller = Enroller(
            chosen,
            loaded.phrases,
            parts.make_recogniser(loaded, engine),
            clips,
            loaded.enrol,
            empty,
            bars=bars,
            ceiling=loaded.settings.sound.ceiling_dbfs,
        )
        run(enroller, microphone_heard, out, events, print_line)
        _keep(enroller, through, loaded, bars)


def _chosen(loaded: configuration.Config, only: tuple[str, ...]) -> tuple[Item, ...]:
    try:
        return items(loaded.phrases, loaded.commands.other_words, only)
    except ValueError as error:
        raise Mistake(f"--only: {error}") from error


def _keep(enroller: Enroller, through: str, loaded: configuration.Config, bars: Bars) -> None:
    """What was learnt is told and kept."""
    if not enroller.learnt.tries:
        say("Nothing was learnt, and nothing is changed.", style="yellow")
        return
    for line in voices.told(enroller.outlooks, bars, loaded.phrases):
        print_out(line)
    if trouble := voices.keep(through, enroller.learnt):
        raise Mistake(trouble)
    lowered = len(fitted(enroller.learnt, loaded.phrases, bars).lowered)
    say(f"{lowered} of the bars are lower now. Kept for {named(through)}: {voices.path()}")


def _forget(microphone: str | None) -> None:
    number, trouble = voices.forget(None if microphone is None else voices.microphone(microphone))
    if trouble:
        raise Mistake(trouble)
    say(f"Forgotten: {number} of your voice." if number else "Nothing was known of your voice.")


def named(microphone: str) -> str:
    return f'"{microphone}"' if microphone else "the system's microphone"
