"""Where a user's data is kept."""

from __future__ import annotations

import warnings
from pathlib import Path

import platformdirs


def data_folder() -> Path:
    return platformdirs.user_data_path("voicecoach", appauthor=False)


def log_path() -> Path:
    """Where the log is kept."""
    return data_folder() / "log.sqlite"


def spare_folder() -> Path:
    """Where a workout is saved that can't be written to the log: most often not on a disk."""
    with warnings.catch_warnings():
        # It warns where there is no such folder, and names another one.
        warnings.simplefilter("ignore")
        return platformdirs.user_runtime_path("voicecoach", appauthor=False)
