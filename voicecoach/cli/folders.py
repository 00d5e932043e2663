"""Where a user's data is."""

from __future__ import annotations

import warnings
from pathlib import Path

import platformdirs

from .. import private


def data_folder() -> Path:
    return platformdirs.user_data_path("voicecoach", appauthor=False)


def log_path() -> Path:
    """Path of the user's own log."""
    return data_folder() / "log.sqlite"


def log_at(path: Path | None) -> Path:
    """The log at `path`, or the user's own. Only the user can read that one's folder."""
    if path is None:
        path = log_path()
        private.close(path.parent)
    return path


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
