"""`voicecoach enroll`: the coach learns your voice, your room and your microphone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from .. import config as configuration
from ..audio import wav
from ..audio.device_manager import DeviceManager
from ..audio.playout import DELAY
from ..core.enrolment import Item, fixed_texts
from ..core.profile import Profile, fitted
from ..listening.recogniser import Recogniser
from ..listening.worker import RecogniserWorker
from ..runtime.enrolment_conversation import EnrolmentLoop, enrolment_loop, items
from ..runtime.live import Live, Step
from ..runtime.timeline import Timeline
from ..runtime.voice_loop import Canceller
from . import assembly, remembered, voices
from .mistakes import Mistake, mistakes
from .options import ENGINE, EVENTS, FOLDER, LANGUAGE, OUT, PATH, VOICE
from .printing import libraries_silenced, print_line, print_out, progress, say, unless_gone
from .recording import keeping
from .simulate import run
from .start import LOADING, typed


@click.command()
@click.option(
    "--input",
    "recording",
    type=PATH,
    metavar="FILE",
    help="Learn from this recording instead of the microphone.",
)
@click.option(
    "--only", multiple=True, metavar="PHRASE", help="Learn only this phrase; may be repeated."
)
@click.option(
    "--forget", is_flag=True, help="Forget your voice, through --microphone or through all."
)
@click.option("--microphone", metavar="NAME", help="Microphone to use, by part of its name.")
@click.option(
    "--output", metavar="NAME", help="Earbuds or loudspeaker to use, by part of the name."
)
@OUT
@EVENTS
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

    It says the commands of a set, and you repeat each three times: about two minutes, all by voice.
    "Skip" skips one, "stop" ends it. Then it knows how sure the recogniser is of each command in
    your voice. A command that it is less sure of is obeyed sooner, unless something else you say
    comes near it. You hear what it would miss or confuse, and what to say instead. Only numbers are
    kept, on this machine, never sound.
    """
    if forget:
        _forget(microphone)
        return
    with mistakes():
        loaded = configuration.load(language, None, folder, offer=True)
        for warning in loaded.warnings:
            say(f"warning: {warning}", style="yellow")
        empty = voices.empty(loaded, engine)
        chosen = _chosen(loaded, only)
        use, troubles = remembered.wanted(loaded.settings.sound, microphone, output)
        for trouble in troubles:
            say(f"warning: {trouble}", style="yellow")
        through = voices.microphone(use["input"].name)
        make = partial(_enroller, loaded, voice, chosen, empty)
        if recording is not None:
            sound, _ = wav.read(recording)
            enroller = make(
                assembly.ear_maker(loaded.settings.listening, engine, loaded.language, True)()
            )
            run(enroller, sound, out, events, print_line)
        else:
            enroller = _live(
                loaded, engine, use["input"].name, use["output"].name, make, out, events
            )
        _keep(enroller, through, loaded)


def _enroller(
    loaded: configuration.Config,
    voice: str | None,
    chosen: tuple[Item, ...],
    empty: Profile,
    ear: Recogniser,
    latency: int = 0,
    canceller: Canceller | None = None,
    punctual: bool = False,
) -> EnrolmentLoop:
    clips = assembly.make_clips(loaded, voice)
    with progress("Preparing the voice") as advance:
        clips.prepare(list(fixed_texts(chosen, loaded.enrol)), advance)
    for trouble in clips.trouble:
        say(f"warning: {trouble}", style="yellow")
    return enrolment_loop(
        chosen,
        loaded.phrases,
        ear,
        clips,
        loaded.enrol,
        empty,
        bars=assembly.bars(loaded.settings.listening),
        ceiling=loaded.settings.sound.ceiling_dbfs,
        latency=latency,
        canceller=canceller,
        punctual=punctual,
    )


def _live(
    loaded: configuration.Config,
    engine: str | None,
    microphone: str,
    output: str,
    make: Callable[..., EnrolmentLoop],
    out: Path | None,
    events: Path | None,
) -> EnrolmentLoop:
    """Run an enrolment through a microphone and earbuds, to its end."""
    listening = loaded.settings.listening
    with ExitStack() as stack:
        ear = RecogniserWorker(assembly.ear_maker(listening, engine, loaded.language, learner=True))
        stack.callback(ear.close)
        stack.enter_context(libraries_silenced())
        canceller = assembly.make_canceller(listening, DELAY)
        device_manager = DeviceManager(microphone, output)
        stack.callback(device_manager.close)
        enroller = make(ear, DELAY, canceller, punctual=True)
        enroller.prepare()
        if not ear.wait(LOADING):
            raise Mistake(ear.trouble or "the recogniser did not start; see --engine")
        keep = keeping(stack, out, events)
        timeline = Timeline()

        def written(step: Step) -> None:
            keep(step.sound, step.records, step.certain)
            for line in timeline.feed(step.records, step.certain):
                unless_gone(partial(print_line, line))

        live = Live(
            enroller,
            ear,
            device_manager,
            echo_by_device=listening.loudspeaker == "auto",
            written=written,
            note=lambda text: unless_gone(partial(say, text)),
        )
        threading.Thread(target=typed, args=(live.say,), daemon=True).start()
        live.run()
        for line in timeline.rest():
            unless_gone(partial(print_line, line))
    return enroller


def _chosen(loaded: configuration.Config, only: tuple[str, ...]) -> tuple[Item, ...]:
    try:
        return items(loaded.phrases, loaded.commands.other_words, only)
    except ValueError as error:
        raise Mistake(f"--only: {error}") from error


def _keep(enroller: EnrolmentLoop, through: str, loaded: configuration.Config) -> None:
    """Report and keep what was learnt."""
    if not enroller.conversation.learnt.tries:
        say("Nothing was learnt, and nothing has changed.", style="yellow")
        return
    bars = assembly.bars(loaded.settings.listening)
    for line in voices.told(enroller.conversation.outlooks, bars, loaded.phrases):
        unless_gone(partial(print_out, line))
    if trouble := voices.keep(through, enroller.conversation.learnt):
        raise Mistake(trouble)
    lowered = len(fitted(enroller.conversation.learnt, loaded.phrases, bars).lowered)
    say(f"Obeyed sooner now: {lowered}. Kept for {named(through)}: {voices.path()}")


def _forget(microphone: str | None) -> None:
    number, trouble = voices.forget(None if microphone is None else voices.microphone(microphone))
    if trouble:
        raise Mistake(trouble)
    say(f"Forgotten: {number} of your voice." if number else "Nothing was known of your voice.")


def named(microphone: str) -> str:
    return f'"{microphone}"' if microphone else "the system's microphone"
