"""Which workouts are being written just now, by whatever program on this machine or another.

Each has a file beside the log that its session has locked. The kernel lets go of the lock when
the process is gone, however it went, and not before: neither a laptop that slept nor a session
that was stopped for an hour has lost its workout, and no number of a process can be another's by
now. So a workout without an end that nobody holds has broken off.

Where a file system knows no locks nobody is protected by this; `Book.put` sees it when somebody
else has written into the same workout.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_TRIES = 5
"""A file may be taken away between opening and locking it, by whoever let go of it."""


class Hold:
    """A workout is ours, until `let_go`, or until nobody knows of this any more."""

    def __init__(self, file: int | None, path: Path) -> None:
        """`file`: its descriptor, locked; None where there are no locks."""
        self._file = file
        self._path = path

    def let_go(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                # While it is still locked: nobody else can have this one.
                self._path.unlink()
            os.close(file)

    def __del__(self) -> None:
        # As if the program had gone: who comes next takes the file away.
        if self._file is not None:
            os.close(self._file)
            self._file = None


def hold(log: Path, key: str) -> Hold | None:
    """Have the workout with this key in the log at this path; None: somebody else has it."""
    path = log.with_name(f"{log.name}-{key}.running")
    if sys.platform == "win32":
        return Hold(None, path)
    for _ in range(_TRIES):
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            break
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
