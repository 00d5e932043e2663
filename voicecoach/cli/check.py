"""`voicecoach check`: what is wrong in the files, and what is unwise."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from .. import config as configuration
from .. import given
from ..config.bounds import MOST_BYTES
from ..config.layers import users
from ..core.events import Intent
from ..lint.files import NotOursError, UnmeasuredError, Voice, located, looked_at
from ..lint.files import check as check_files
from ..lint.findings import Kind, LintFinding
from ..lint.measured import Extent
from ..lint.overlong import ALARMS, AT_MOST
from ..lint.pronouncing import UnpronounceableError
from ..listening import models
from ..speaking import render_pool
from ..speaking.phonemes import NoPronunciationsError, phonemes
from ..speaking.voice import VoiceError
from . import assembly
from .mistakes import Mistake, mistakes
from .options import FOLDER, LANGUAGE, PATH, VOICE
from .printing import print_data, print_out, progress, say

_SEVERITIES = {
    Kind.FAULT: "fault",
    **dict.fromkeys((Kind.MISSING, Kind.DROPPED, Kind.NOTE), "note"),
}
"""All others are warnings."""

_STYLES = {"fault": "bold red", "warning": "yellow", "note": "dim"}


@click.command()
@click.argument("files", metavar="[FILES]...", nargs=-1, type=PATH)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object per line, for editors."
)
@click.option("--strict", is_flag=True, help="Exit with code 2 for warnings, too.")
@click.option(
    "--measure/--no-measure",
    default=True,
    help="Measure how long texts take in the coach's voice.  [default: measure]",
)
@LANGUAGE
@VOICE
@FOLDER
def check(
    files: tuple[Path, ...],
    as_json: bool,
    strict: bool,
    measure: bool,
    language: str | None,
    voice: str | None,
    folder: Path | None,
) -> None:
    """Check your files for mistakes: all of them, or FILES.

    A fault keeps the coach from starting. Each is shown with its line and what would be right. A
    warning is about words that will not work in a gym: two commands that sound alike and are
    understood at the same time; a line of the coach that contains a command or sounds like one; a
    question that does not name its answer; an emoji; a command that is too long; a word that the
    recogniser does not know. Some warnings are about time, as measured with the coach's voice: a
    text longer than its room, or than a lifter can hold a weight; a reminder that is never said; a
    coach that is hardly ever silent. Missing translations are noted; those texts stay in English.
    All this covers the language in use and those of your files, or the one you name. The exit code
    is 2 if there are faults, else 0.
    """
    with mistakes():
        try:
            timed = partial(_extents, voice=voice) if measure else None
            with render_pool.together():
                found = _found(files, folder, [language] if language else None, timed)
        except NotOursError as error:
            raise Mistake(str(error)) from error
    for finding in found:
        if as_json:
            print_data(json.dumps(_fields(finding), ensure_ascii=False) + "\n")
        else:
            severity = _severity(finding)
            print_out(f"{severity:<8} {finding}", _STYLES[severity])
    severities = [_severity(finding) for finding in found]
    faults, warnings = severities.count("fault"), severities.count("warning")
    if not as_json:
        for line in _looked_at(files, folder):
            say(line)
        say(f"{_counted(faults, 'fault')}, {_counted(warnings, 'warning')}.")
    sys.exit(2 if faults or (strict and warnings) else 0)


def _found(
    files: tuple[Path, ...],
    folder: Path | None,
    languages: list[str] | None,
    voice: Voice | None,
) -> list[LintFinding]:
    if not files:
        return check_files(folder, _pronounced, _missing, languages, voice)
    found: list[LintFinding] = []
    for place, names in located(files).items():
        found += check_files(place, _pronounced, _missing, languages, voice, names)
    return found


_NAMED = 12
"""Up to this many files are named. If there are more, only their number is."""


def _looked_at(files: tuple[Path, ...], folder: Path | None) -> Iterator[str]:
    """Which files were checked."""
    looked = located(files) if files else looked_at(folder)
    for place, names in looked.items():
        some = sorted(names)
        told = ", ".join(some[:_NAMED]) + (" ..." if len(some) > _NAMED else "")
        yield f"Checked {_counted(len(some), 'file')} in {_near(place)}: {told}"
    if not looked:
        where = folder if folder is not None else users()
        yield f"No files of yours in {where}; checked those that come with voicecoach."


def _near(folder: Path) -> Path:
    """The path as seen from here."""
    whole, here = folder.resolve(), Path.cwd().resolve()
    return whole.relative_to(here) if here in whole.parents else folder


def _extents(loaded: configuration.Config, voice: str | None) -> Extent:
    """How long the voice takes for each text. Texts that are not cached are rendered first."""
    try:
        clips = assembly.make_clips(loaded, voice)
    except (Mistake, VoiceError) as fault:
        raise UnmeasuredError(str(fault)) from fault
    exercises = loaded.offered or (loaded.exercise,)
    if clips.extent(exercises[0].lines["gate"].full[0]) is None:
        raise UnmeasuredError(clips.trouble[0] if clips.trouble else "no voice works")
    # Only some of the coach's lines: in several languages, all of them would fill the clip cache.
    wordings = [opener.wording for each in exercises for opener in each.openers.values()]
    wordings += [cue.wording for each in exercises for cue in each.cues]
    wordings += [each.lines[name] for each in exercises for name in (*AT_MOST, *ALARMS)]
    texts = [text for wording in wordings for text in (*wording.full, *wording.short)]
    missing = clips.missing([text for text in texts if text and "{" not in text])
    if missing:
        with progress("Measuring the voice") as advance:
            clips.prepare(missing, advance)
    return clips.extent


def _pronounced(texts: Sequence[str], language: str) -> list[str]:
    try:
        return phonemes(texts, language)
    except NoPronunciationsError as error:
        raise UnpronounceableError(str(error)) from error


def _missing(loaded: configuration.Config) -> Mapping[str, tuple[str, ...]]:
    """The phrases that the current recogniser can't hear. Moonshine knows every word."""
    listening = loaded.settings.listening
    folders = assembly.model_folders(listening)
    model = models.find(loaded.language, folders)
    if (
        listening.engine in ("spotter", "moonshine")
        or model is None
        or models.confirmed(listening.engine, loaded.language, folders)
    ):
        return {}
    from ..listening.vosk import Vosk

    return Vosk(model).unknown_words(loaded.phrases.grammar(Intent))


def _severity(finding: LintFinding) -> str:
    return _SEVERITIES.get(finding.kind, "warning")


def _counted(n: int, what: str) -> str:
    return f"{n or 'no'} {what}{'' if n == 1 else 's'}"


def _column(path: Path, finding: LintFinding) -> int:
    """The column of the key in its line, from 1; 0 if unknown."""
    try:
        text = given.read(path, MOST_BYTES).decode("utf-8-sig")
        line = text.splitlines()[finding.line - 1]
    except (OSError, UnicodeDecodeError, IndexError):
        return 0
    key = finding.key.rpartition(".")[2]
    found = re.search(rf"""(?<![\w-])["']?{re.escape(key)}["']?\s*[=\]]""", line) if key else None
    return (found.start() if found else len(line) - len(line.lstrip())) + 1


def _fields(finding: LintFinding) -> dict[str, Any]:
    path = finding.folder / finding.file if finding.folder and finding.file else None
    return {
        "severity": _severity(finding),
        "code": finding.kind.value,
        "path": str(path) if path else "",
        "file": finding.file,
        "line": finding.line,
        "column": _column(path, finding) if path else 0,
        "key": finding.key,
        "message": finding.message,
        "why": finding.why,
        "remedy": finding.remedy,
        "other": finding.other,
    }
