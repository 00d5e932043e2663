"""Files and folders that belong to their owner alone: what somebody trains and says is nobody
else's business."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_FILE, _FOLDER = 0o600, 0o700


def make_folder(folder: Path) -> None:
    """Make it where it is missing. Raises OSError."""
    folder.mkdir(_FOLDER, parents=True, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file where none is; one that is there is not even opened, for that would
    take the locks from it that this process holds. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE))


def close(path: Path) -> None:
    """A file or folder that is there is its owner's alone from now on, if that is us; what is
    neither (a terminal) stays as it is."""
    with suppress(OSError):
        _close(path, path.stat().st_mode)


def opener(path: str, flags: int) -> int:
    """For `open`: what is written is its owner's alone, in a file that was there, too."""
    opened = os.open(path, flags, _FILE)
    with suppress(OSError):
        _close(opened, os.fstat(opened).st_mode)
    return opened


def _close(path: Path | int, mode: int) -> None:
    wanted = _FOLDER if stat.S_ISDIR(mode) else _FILE
    if (stat.S_ISDIR(mode) or stat.S_ISREG(mode)) and stat.S_IMODE(mode) & ~wanted:
        os.chmod(path, stat.S_IMODE(mode) & wanted)
