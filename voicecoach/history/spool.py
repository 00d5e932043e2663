"""Workouts that could not be written to the log by the end of a session.

They go into a log of their own in another place, where there may be room, and are brought
home by the next session: all of a workout or nothing, and never twice, for every workout
has a key of its own.
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
from .workout_writer import Book

_RESERVED = 2 << 20
"""Bytes: the words and moments of a workout of two hours, twice."""


def _name(log: Path, which: str) -> str:
    """What is saved of one log is not brought home into another."""
    own = hashlib.sha256(str(log.resolve()).encode()).hexdigest()[:8]
    return f"unwritten-{own}-{which}.sqlite"


def save(books: Iterable[Book], log: Path, folder: Path) -> Path | None:
    """Write the whole of each workout of `log` into a new one in `folder`; None where that
    can't be done either."""
    path = folder / _name(log, uuid.uuid4().hex[:8])
    try:
        database = Database(path)
    except LogError:
        return None
    try:
        for book in books:
            book.forget()
            book.put(database)
    except LogError:
        database.close()
        _remove(path)
        return None
    database.close()
    return path


def bring_home(database: Database, folder: Path) -> int:
    """Put what was saved in `folder` into the log, and remove it there. How many files were
    brought home; what could not be is still in its place."""
    home = 0
    for path in sorted(folder.glob(_name(database.path, "*"))):
        try:
            # An older voicecoach may have saved it.
            Database(path).close()
            database.take_in(path)
        except LogError:
            continue
        _remove(path)
        home += 1
    return home


class Reserve:
    """Room on the log's own disk, taken while there is some: where nothing fits any more what a
    workout has to say still does. It has no name, and is free again when the program is gone."""

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
