"""Where a user's data is kept."""

from __future__ import annotations

import warnings
from pathlib import Path

import platformdirs

from .. import private


def data_folder() -> Path:
    return platformdirs.user_data_path("voicecoach", appauthor=False)


def log_path() -> Path:
    """Where the log is kept."""
    return data_folder() / "log.sqlite"


def log_at(path: Path | None) -> Path:
    """The log that is asked for, or the user's own, whose folder is theirs alone."""
    if path is None:
        path = log_path()
        private.close(path.parent)
    return path


def spare_folder() -> Path:
    """Where a workout is saved that can't be written beside the log."""
    return platformdirs.user_state_path("voicecoach", appauthor=False)


def fleeting_folder() -> Path:
    """Where one is saved that fits nowhere else: most often not on a disk, and wiped when the
    user logs out."""
    with warnings.catch_warnings():
        # It warns where there is no such folder, and names another one.
        warnings.simplefilter("ignore")
        return platformdirs.user_runtime_path("voicecoach", appauthor=False)
