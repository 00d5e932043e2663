"""What the user can fix: one line, and exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from .printing import say


class Mistake(click.ClickException):
    """Something the user can fix; `str` says what and how."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        say(self.message, style="red")


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
