"""What `voicecoach start` may ask, once, before a workout: whether to fetch a model.

In the workout itself nothing reaches out.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from ..config.settings import Listening
from ..listening.models import find, find_weights
from ..models import catalogue
from ..models.store import NotInstalled, megabytes
from . import parts
from .models import fetch
from .printing import confirmed, say


def vosk_model(listening: Listening, engine: str | None, language: str) -> None:
    """Offer the Vosk model for `language`, where it would be used and is not there.

    Nobody is asked twice who said no, nor where nobody can answer or no network is. A
    model that could not be fetched is told and is no reason not to go on.
    """
    if (engine or listening.engine) == "moonshine" or not _somebody_there():
        return
    models = catalogue.load().called(language)
    if not models or _no(language).exists() or find(language, parts.model_folders(listening)):
        return
    # Only now: most sessions need nothing that knows the network.
    from ..models import download

    if not download.network_there():
        return
    model = models[0]
    size, host = megabytes(model.bytes), urlsplit(model.url).hostname
    without = " Without it moonshine listens." if _embedded(listening, engine, language) else ""
    say(f'Vosk has no model for "{language}" yet ({size} from {host}, fetched once).{without}')
    if not confirmed("Fetch it now?"):
        _remember(language)
        say(f"You will not be asked again; it can be had by: voicecoach models get {language}")
        return
    try:
        fetch(parts.store(listening), model)
    except NotInstalled as fault:
        say(f"warning: {fault}", style="yellow")
    except KeyboardInterrupt:
        say("Left for now; the next try goes on from here.")


def _somebody_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _embedded(listening: Listening, engine: str | None, language: str) -> bool:
    """Whether there is something else to listen with."""
    auto = (engine or listening.engine) == "auto"
    return auto and language == "en" and find_weights() is not None


def _no(language: str) -> Path:
    """A file that is there when somebody said no."""
    return platformdirs.user_state_path("voicecoach", appauthor=False) / f"no-vosk-{language}"


def _remember(language: str) -> None:
    # Where it can't be written, the question comes again; nothing else is lost.
    with suppress(OSError):
        _no(language).parent.mkdir(parents=True, exist_ok=True)
        _no(language).touch()
