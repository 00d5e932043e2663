"""`voicecoach doctor`: checks all that a workout needs."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from .. import config as configuration
from ..doctor.examine import Parts, examine, exit_code
from ..doctor.findings import Finding, Grade, ok, warning
from ..listening import models
from ..models import catalogue
from ..models.store import megabytes
from . import assembly, buttons, remembered, voices
from .options import ENGINE, FOLDER, LANGUAGE, VOICE
from .printing import print_out, say, show_level

_GRADES = {Grade.OK: "none", Grade.WARNING: "yellow", Grade.FAILS: "bold red"}


@click.command()
@click.option(
    "--sound/--no-sound",
    default=True,
    help="Test the sound card and the microphone.  [default: sound]",
)
@ENGINE
@VOICE
@LANGUAGE
@FOLDER
def doctor(
    sound: bool,
    engine: str | None,
    voice: str | None,
    language: str | None,
    folder: Path | None,
) -> None:
    """Check all that a workout needs.

    Each finding is one line: ok, warning or fails, what it is about, and the remedy. It plays the
    sounds of a workout, and says if your microphone is too quiet, clipped or noisy. The exit code
    is 2 if something must be fixed before a workout.
    """
    findings = []
    workout = Parts(
        load=lambda: configuration.load(language, None, folder, offer=True),
        voices=lambda loaded: assembly.make_voices(loaded, voice),
        clips=lambda loaded: assembly.make_clips(loaded, voice),
        recogniser=lambda loaded: assembly.make_bare_ear(
            loaded.settings.listening, engine, loaded.language
        ),
        wanted=lambda loaded: remembered.wanted(loaded.settings.sound if loaded else None),
        more=lambda loaded: [
            *_more(loaded, engine),
            *buttons.examined(loaded.settings.buttons),
        ],
        learnt=lambda loaded: _learnt(loaded, engine),
        cache=assembly.clip_folder(),
        tell=say,
        meter=show_level,
    )
    for finding in examine(workout, sound):
        findings.append(finding)
        print_out(str(finding), _GRADES[finding.grade])
    sys.exit(exit_code(findings))


def _more(loaded: configuration.Config, engine: str | None) -> list[Finding]:
    """What a Vosk model would add, if one is available but not installed; for English without
    Moonshine it is needed most."""
    listening, language = loaded.settings.listening, loaded.language
    there = models.find(language, assembly.model_folders(listening))
    known = catalogue.load().called(language)
    embedded = language == "en" and models.find_weights() is not None
    if there or not known or (engine or listening.engine) != "auto":
        return []
    if language == "en" and not embedded:
        return [
            warning(
                "Moonshine is not installed, so the spotter hears alone and misses more commands",
                f"a Vosk model helps: voicecoach models get {language}",
            )
        ]
    if not embedded:
        return []
    model = known[0]
    size, host = megabytes(model.bytes), urlsplit(model.url).hostname
    return [
        ok(
            f"a second recogniser, Vosk ({size} from {host}, once), would help: if one is unsure "
            'of a command, both must agree; for "stop", either is enough - '
            f"voicecoach models get {language}"
        )
    ]


def _learnt(loaded: configuration.Config, engine: str | None) -> list[Finding]:
    """What is known about the voice through the workout's microphone."""
    use, _ = remembered.wanted(loaded.settings.sound)
    through = voices.microphone(use["input"].name)
    found = voices.known(loaded, engine, through, assembly.bars(loaded.settings.listening))
    if found.unusable:
        what, _, remedy = found.unusable.rpartition("; ")
        return [warning(f"your voice: {what}", remedy)]
    if not found.outlooks:
        return [ok("your voice: not learnt yet; voicecoach enroll takes two minutes")]
    learnt = f"{len(found.outlooks)} phrases, {len(found.bars.lowered)} obeyed sooner"
    return [
        ok(f"your voice: {learnt}"),
        *(
            warning(f'your voice: "{each.phrase}" {voices.came_of(each)}', "say it differently")
            for each in found.outlooks
            if each.missed
        ),
    ]
