"""`voicecoach listen`: what the recogniser hears in a recording."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .. import config as configuration
from ..audio import wav
from ..audio.lifter_level import LifterLevel
from ..core.decision import Accepted, Decision, judge
from ..core.events import URGENT, Intent, State
from ..core.session import UNDER_LOAD, listens_for
from ..runtime.trace import fields
from ..runtime.voice_loop import OVERSAMPLING, QUANTUM
from . import assembly
from .mistakes import mistakes
from .options import ENGINE, FOLDER, LANGUAGE, PATH
from .printing import print_data, say


@click.command()
@click.argument("recording", metavar="FILE", type=PATH)
@click.option(
    "--state",
    type=click.Choice([state.value for state in State]),
    help="Listen only for the commands of this state.  [default: all]",
)
@ENGINE
@LANGUAGE
@FOLDER
def listen(
    recording: Path,
    state: str | None,
    engine: str | None,
    language: str | None,
    folder: Path | None,
) -> None:
    """Print what is heard in the recording FILE, one JSON object per line.

    Each utterance has its times in seconds, the phrase it was taken for, how sure the recogniser
    was, and whether it would be obeyed, or why not.
    """
    with mistakes():
        microphone, _ = wav.read(recording)
        settings = configuration.load(language=language, folder=folder, offer=True)
        recogniser = assembly.make_recogniser(settings, engine)
    if settings.settings.listening.only_me:
        say("warning: only_me has no effect on a recording: everybody is obeyed", "yellow")
    live = listens_for(State(state)) if state else frozenset(Intent)
    recogniser.listen_for(settings.phrases.grammar(live))
    bars = assembly.bars(settings.settings.listening)
    paced = state is not None and State(state) in UNDER_LOAD
    level = LifterLevel()
    last: Accepted | None = None
    silent = True
    for start in range(0, len(microphone), QUANTUM):
        block = microphone[start : start + QUANTUM]
        end = (start + len(block)) * OVERSAMPLING
        level.hear(block, start * OVERSAMPLING)
        utterances = recogniser.feed(block, start * OVERSAMPLING)
        if start + QUANTUM >= len(microphone):
            utterances += recogniser.finish(end)
        for heard in utterances:
            silent = False
            softer = level.softer(heard.said, heard.end)
            verdict = judge(
                heard, live, settings.phrases, bars, last=last, paced=paced, softer=softer
            )
            if verdict.accepted and verdict.command is not None:
                last = Accepted(verdict.command, heard.end, heard.said)
                if verdict.command.intent not in URGENT:
                    level.obeyed(heard.said, heard.end)
            line = json.dumps(fields(Decision(end, heard, verdict)), ensure_ascii=False)
            print_data(line + "\n")
    if silent:
        say(f"{recording}: nothing was heard; is it loud enough, and its rate right?", "yellow")
