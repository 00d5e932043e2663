"""Where a user's data is."""

from __future__ import annotations

import warnings
from pathlib import Path

import platformdirs

from .. import private
from .mistakes import Mistake


def data_folder() -> Path:
    return platformdirs.user_data_path("voicecoach", appauthor=False)


def usual_model_folders() -> tuple[Path, ...]:
    """Where models are looked for, whatever the settings say, in this order."""
    return Path("models"), data_folder() / "models"


def log_path() -> Path:
    """Path of the user's own log."""
    return data_folder() / "log.sqlite"


def log_at(path: Path | None) -> Path:
    """The log at `path`, or the user's own. Only the user can read that one's folder."""
    if path is None:
        path = log_path()
        private.close(path.parent)
    return path


def log_to_read(path: Path | None) -> Path:
    """The log at `path`, or the user's own, which may be missing still. Raises Mistake if a file
    that was named is not there."""
    if path is not None and not path.exists():
        raise Mistake(f"{path}: does not exist; check the name and the folder")
    return log_at(path)


def cache_folder() -> Path:
    """For what can be made again."""
    return platformdirs.user_cache_path("voicecoach", appauthor=False)


def spare_folder() -> Path:
    """For a workout that can't be written beside the log."""
    return platformdirs.user_state_path("voicecoach", appauthor=False)


def fleeting_folder() -> Path:
    """For a workout that fits nowhere else. Mostly not on disk, and wiped when the user logs
    out."""
    with warnings.catch_warnings():
        # platformdirs warns if there is no such folder, and returns another one.
        warnings.simplefilter("ignore")
        return platformdirs.user_runtime_path("voicecoach", appauthor=False)
