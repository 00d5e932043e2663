"""Files and folders that only their owner can read: training and speech are private."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_FILE, _FOLDER = 0o600, 0o700

_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""Without it, opening a pipe that nobody reads would wait for a reader."""


def make_folder(folder: Path) -> None:
    """Create it if it is missing. Raises OSError."""
    folder.mkdir(_FOLDER, parents=True, exist_ok=True)


def make_file(path: Path) -> None:
    """Create an empty file if there is none. An existing one is not even opened, because closing it
    would release the locks that this process holds on it. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE))


def close(path: Path) -> None:
    """Restrict an existing file or folder to its owner, if that is us. Anything else (a terminal)
    is left alone."""
    with suppress(OSError):
        _close(path, path.stat().st_mode)


def opener(path: str, flags: int) -> int:
    """For `open`: restrict the file to its owner, even if it existed."""
    opened = creator(path, flags)
    with suppress(OSError):
        _close(opened, os.fstat(opened).st_mode)
    return opened


def creator(path: str, flags: int) -> int:
    """For `open`: a new file is its owner's alone; an existing one keeps its mode."""
    opened = os.open(path, flags | _AT_ONCE, _FILE)
    if _AT_ONCE:
        os.set_blocking(opened, True)
    return opened


def make_own_folder(folder: Path) -> None:
    """As `make_folder`, but for one that is this program's alone: an existing one is closed, too.
    Raises OSError."""
    make_folder(folder)
    close(folder)


def _close(path: Path | int, mode: int) -> None:
    wanted = _FOLDER if stat.S_ISDIR(mode) else _FILE
    if (stat.S_ISDIR(mode) or stat.S_ISREG(mode)) and stat.S_IMODE(mode) & ~wanted:
        os.chmod(path, stat.S_IMODE(mode) & wanted)
