"""Workouts that could not be written to the log by the end of a session.

They go into a log of their own in another place, where there may be room, and are brought
home by the next session: all of a workout or nothing, and never twice, for every workout
has a key of its own.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .book import Book
from .database import Database, LogError


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
    brought home. Raises LogError, and what is not in the log is still in its place."""
    home = 0
    for path in sorted(folder.glob(_name(database.path, "*"))):
        try:
            # An older voicecoach may have saved it.
            Database(path).close()
        except LogError:
            continue
        database.take_in(path)
        _remove(path)
        home += 1
    return home


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink()
