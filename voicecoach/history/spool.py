"""Workouts that could not be written to the log by the end of a session.

They are saved in a log of their own in another folder, where there may be room. The next session
brings them home: all of a workout or nothing, and never twice, because every workout has a key of
its own.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .. import private
from .database import Database, LogError
from .workout_writer import WorkoutWriter

_RESERVED = 2 << 20
"""Bytes: twice the words and moments of a two-hour workout."""


def _name(log: Path, which: str) -> str:
    """The name includes a hash of the log's path: a workout is never brought home to another."""
    own = hashlib.sha256(str(log.resolve()).encode()).hexdigest()[:8]
    return f"unwritten-{own}-{which}.sqlite"


def of(log: Path, folder: Path) -> Iterable[Path]:
    """The files in `folder` of workouts that wait for `log`, whether they can be read or not."""
    return folder.glob(f"{_name(log, '*')}*")


def save(writers: Iterable[WorkoutWriter], log: Path, folder: Path) -> Path | None:
    """Write the workouts of `log` into a new log in `folder`; None if that fails, too."""
    path = folder / _name(log, uuid.uuid4().hex[:8])
    try:
        database = Database(path)
    except LogError:
        return None
    try:
        for writer in writers:
            writer.forget()
            writer.put(database)
    except LogError:
        database.close()
        _remove(path)
        return None
    database.close()
    return path


def bring_home(database: Database, folder: Path) -> int:
    """Copy what was saved in `folder` into the log, and delete it there. Returns the number of
    files copied; the others stay."""
    home = 0
    for path in sorted(folder.glob(_name(database.path, "*"))):
        try:
            # An older voicecoach may have saved it; opening migrates it.
            Database(path).close()
            database.take_in(path)
        except LogError:
            continue
        _remove(path)
        home += 1
    return home


class Spool:
    """Reserved space on the log's own disk, so that a workout can be saved when the disk is full.
    The file has no name, so the space is freed when the program ends."""

    def __init__(self, folder: Path) -> None:
        self._file: int | None = None
        with suppress(OSError):
            private.make_folder(folder)
            file, name = tempfile.mkstemp(dir=folder)
            try:
                os.unlink(name)
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file, 0, _RESERVED)
                else:
                    os.write(file, bytes(_RESERVED))
            except OSError:
                os.close(file)
                raise
            self._file = file

    def give_back(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __del__(self) -> None:
        self.give_back()


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink()
