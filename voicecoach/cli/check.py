"""`voicecoach check`: what is wrong in the files, and what is unwise."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from .. import config as configuration
from ..core.events import Intent
from ..lint.files import NotOurs, about, languages_of, located
from ..lint.files import check as check_files
from ..lint.findings import Finding, Kind
from ..lint.pronouncing import Unpronounceable
from ..listening import models
from ..speaking.phonemes import NoPronunciations, phonemes
from . import parts
from .mistakes import Mistake, mistakes
from .options import FOLDER, LANGUAGE
from .printing import print_out, say

_SEVERITIES = {Kind.FAULT: "fault", Kind.MISSING: "note", Kind.NOTE: "note"}
"""The others are warnings."""

_STYLES = {"fault": "bold red", "warning": "yellow", "note": "dim"}


@click.command()
@click.argument("files", metavar="[FILES]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for editors.")
@click.option("--strict", is_flag=True, help="Exit code 2 for warnings, too.")
@LANGUAGE
@FOLDER
def check(
    files: tuple[Path, ...],
    as_json: bool,
    strict: bool,
    language: str | None,
    folder: Path | None,
) -> None:
    """Look for mistakes in your files: all of them, or FILES.

    A fault keeps the coach from starting: each is told with its line and what would be
    right. A warning is of words that will not work in a gym: two commands that sound
    alike and are understood at the same time, a line of the coach that holds a command
    or sounds like one, a word that the recogniser does not know. The exit code is 2 if
    there are faults, else 0. Texts that are not translated are noted: they stay in English.
    """
    with mistakes():
        try:
            found = _found(files, folder, [language] if language else None)
        except NotOurs as error:
            raise Mistake(str(error)) from error
    for finding in found:
        if as_json:
            click.echo(json.dumps(_fields(finding), ensure_ascii=False))
        else:
            severity = _severity(finding)
            print_out(f"{severity:<8} {finding}", _STYLES[severity])
    severities = [_severity(finding) for finding in found]
    faults, warnings = severities.count("fault"), severities.count("warning")
    if not as_json:
        say(f"{_counted(faults, 'fault')}, {_counted(warnings, 'warning')}.")
    sys.exit(2 if faults or (strict and warnings) else 0)


def _found(
    files: tuple[Path, ...], folder: Path | None, languages: list[str] | None
) -> list[Finding]:
    if not files:
        return check_files(folder, _pronounced, _missing, languages)
    found: list[Finding] = []
    for place, names in located(files).items():
        spoken = languages or languages_of(names, place)
        found += about(check_files(place, _pronounced, _missing, spoken), names)
    return found


def _pronounced(texts: Sequence[str], language: str) -> list[str]:
    try:
        return phonemes(texts, language)
    except NoPronunciations as error:
        raise Unpronounceable(str(error)) from error


def _missing(loaded: configuration.Config) -> Mapping[str, tuple[str, ...]]:
    """The phrases that the recogniser in use can't hear: Moonshine hears every word."""
    listening = loaded.settings.listening
    folders = parts.model_folders(listening)
    model = models.find(loaded.language, folders)
    if (
        listening.engine == "moonshine"
        or model is None
        or models.confirmed(listening.engine, loaded.language, folders)
    ):
        return {}
    from ..listening.vosk import Vosk

    return Vosk(model).unknown_words(loaded.phrases.grammar(Intent))


def _severity(finding: Finding) -> str:
    return _SEVERITIES.get(finding.kind, "warning")


def _counted(n: int, what: str) -> str:
    return f"{n or 'no'} {what}{'' if n == 1 else 's'}"


def _fields(finding: Finding) -> dict[str, Any]:
    return {
        "severity": _severity(finding),
        "kind": finding.kind.value,
        "path": str(finding.folder / finding.file) if finding.folder and finding.file else "",
        "file": finding.file,
        "line": finding.line,
        "key": finding.key,
        "message": finding.message,
        "why": finding.why,
        "remedy": finding.remedy,
        "other": finding.other,
    }
