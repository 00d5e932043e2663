"""What the user can mend: one line, and exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from .. import config as configuration
from ..audio import devices, wav
from ..audio.echo import NoCanceller
from ..history.database import LogError
from ..history.report import BadTrace, NoCharts
from ..listening import models
from ..models.store import NotInstalled
from ..speaking.voice import VoiceFailed
from .printing import say


class Mistake(click.ClickException):
    """Something the user can mend; `str` says what and how."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        say(self.message, style="red")


@contextmanager
def mistakes() -> Iterator[None]:
    """Turns what the parts complain about into the user's one line."""
    try:
        yield
    except configuration.ConfigError as error:
        raise Mistake("\n".join(str(fault) for fault in error.faults)) from error
    except (
        wav.BadAudio,
        models.ModelMissing,
        NotInstalled,
        VoiceFailed,
        devices.NoSoundCard,
        NoCanceller,
        LogError,
        BadTrace,
        NoCharts,
    ) as error:
        raise Mistake(str(error)) from error
