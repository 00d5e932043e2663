"""Which workouts are being written right now, by any process on any machine.

Each has a file beside the log that its session has locked. The kernel releases the lock when the
process ends, however it ends, and not before. So a laptop that sleeps or a session that is stopped
for an hour keeps its workout, and there is no process id that could be reused. A workout without
an end that nobody has locked was broken off.

On a file system without locks this protects nothing, and need not: SQLite can't lock the log there
either, so nothing is written to it (`database.Trouble.NO_LOCKS`). Only if its locks hold on one
machine and not on another, a workout that runs there may be offered here, or closed.
`WorkoutWriter.put` then notices that another process has written to it, and no rep is lost.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        """Lock the file with this descriptor. Raises PermissionError if another process has."""
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        """Lock the file with this descriptor. Raises BlockingIOError or PermissionError if another
        process has, and another OSError if there are no locks."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_OURS = re.compile(r"[0-9a-f]{32}")
"""A key as `uuid4().hex` makes it."""

_TRIES = 5
"""The file may be deleted between opening and locking it, when its owner lets go."""


class Hold:
    """The lock on a workout, until `let_go` or until this object is collected."""

    def __init__(self, file: int | None, path: Path) -> None:
        """`file`: its descriptor, locked; None if there are no locks."""
        self._file = file
        self._path = path

    def let_go(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                # While still locked, so that nobody else can have this file.
                self._path.unlink()
            os.close(file)
            if sys.platform == "win32":
                # No file is deleted there while it is open, so nobody else's is.
                with suppress(OSError):
                    self._path.unlink()

    def __del__(self) -> None:
        # As if the program had ended: the next holder deletes the file.
        if self._file is not None:
            os.close(self._file)
            self._file = None


def hold(log: Path, key: str) -> Hold | None:
    """Lock the workout with this key in the log at this path. None if another process has it. If
    there are no locks, the hold is an empty one."""
    path = log.with_name(f"{log.name}-{_name(key)}.running")
    for _ in range(_TRIES):
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            break
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            os.close(file)
            return None
        except OSError:
            os.close(file)
            with suppress(OSError):
                path.unlink()
            break
        with suppress(OSError):
            if os.path.samestat(os.fstat(file), path.stat()):
                return Hold(file, path)
        os.close(file)
    return Hold(None, path)


def is_held(path: Path) -> bool:
    """Whether the workout of this `.running` file is being written now."""
    with suppress(OSError):
        file = os.open(path, os.O_RDWR)
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            return True
        finally:
            os.close(file)
    return False


def _name(key: str) -> str:
    """A part of a file name. The key of a damaged log may be anything, a path included."""
    if isinstance(key, str) and _OURS.fullmatch(key):
        return key
    return sha256(repr(key).encode()).hexdigest()[:32]
