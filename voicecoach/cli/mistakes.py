"""What the user can fix: one line, and exit code 2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from .printing import say


class Mistake(click.ClickException):
    """Something the user can fix; `str` says what and how."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        say(self.message, style="red")


def usage(fault: click.UsageError) -> str:
    """What is wrong with a command line, in one line that ends with where to look."""
    told = " ".join(fault.format_message().split()).rstrip(".")
    for theirs, ours in _PLAINER.items():
        told = re.sub(theirs, ours, told)
    path = fault.ctx.command_path if fault.ctx is not None else "voicecoach"
    return f"{told}{'' if told.endswith('?') else '.'} See: {path} --help"


_PLAINER: Mapping[str, str] = {
    # click's words: ours
    r"is not a valid integer range$": "is not a whole number",
    r"is not in the range x>=(\d+)$": r"is too small; expected \1 or more",
    r"is not in the range (\d+)<=x<=(\d+)$": r"is not from \1 to \2",
    r"does not match the format '%Y-%m-%d'$": "is not a day; expected one like 2026-01-31",
    r"^Got unexpected extra arguments? \((.*)\)$": r"Too many words: \1",
}


@contextmanager
def mistakes() -> Iterator[None]:
    """Turns the parts' exceptions into one line for the user."""
    try:
        yield
    except click.ClickException:
        raise
    except Exception as error:
        line = _line(error)
        if line is None:
            raise
        raise Mistake(line) from error


def _line(error: Exception) -> str | None:
    """What to tell the user; None if it is no mistake of theirs."""
    # The parts take a second to load, and not every command needs them.
    from .. import config as configuration
    from ..audio import devices, wav
    from ..audio.echo import NoCancellerError
    from ..history.database import LogError
    from ..history.report import NoChartsError, TraceError
    from ..listening import models
    from ..models.store import NotInstalledError
    from ..speaking.voice import VoiceError

    if isinstance(error, configuration.ConfigError):
        return "\n".join(str(fault) for fault in error.faults)
    known = (
        wav.AudioFileError,
        models.ModelMissingError,
        NotInstalledError,
        VoiceError,
        devices.NoSoundCardError,
        NoCancellerError,
        LogError,
        TraceError,
        NoChartsError,
    )
    return str(error) if isinstance(error, known) else None
