"""`voicecoach doctor`: is everything there that a workout needs?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .. import config as configuration
from ..doctor.examine import Parts, examine, exit_code
from ..doctor.findings import Grade
from . import parts, remembered
from .options import ENGINE, FOLDER, LANGUAGE, VOICE
from .printing import print_out, say, show_level

_GRADES = {Grade.OK: "none", Grade.WARNING: "yellow", Grade.FAILS: "bold red"}


@click.command()
@click.option("--sound/--no-sound", default=True, help="Play, and listen to the microphone.")
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
    """Look whether everything is there that a workout needs.

    One line for each finding: ok, warning or fails, what it is about, and the
    remedy. It plays the sounds of a workout and says whether your microphone is
    too quiet, clipped or noisy. The exit code is 2 if something has to be mended
    before a workout.
    """
    findings = []
    workout = Parts(
        load=lambda: configuration.load(language, None, folder, offer=True),
        voices=lambda loaded: parts.make_voices(loaded, voice),
        clips=lambda loaded: parts.make_clips(loaded, voice),
        recogniser=lambda loaded: parts.make_recogniser(loaded, engine),
        wanted=lambda loaded: remembered.wanted(loaded.settings.sound if loaded else None),
        cache=parts.clip_folder(),
        tell=say,
        meter=show_level,
    )
    for finding in examine(workout, sound):
        findings.append(finding)
        print_out(str(finding), _GRADES[finding.grade])
    sys.exit(exit_code(findings))
