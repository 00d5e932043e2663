"""The log's file: an SQLite database, its migrations, and its errors in words."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .. import private
from .schema import APPLICATION_ID, MIGRATIONS, TAKE_IN
from .values import in_a_line

if sys.platform != "win32":
    import fcntl

Row = tuple[Any, ...]

VERSION = len(MIGRATIONS)
"""The schema version that this program writes."""


class Trouble(StrEnum):
    """What can be wrong with a log's file."""

    FULL = "the disk is full"
    LOCKED = "another program has locked it"
    NO_LOCKS = "its file system has no locks, so it can only be read; keep it on another disk"
    DENIED = "it can't be opened for writing"
    FAILED = "it could not be read or written"
    BROKEN = "it is damaged"
    NEWER = "a newer voicecoach wrote it"
    FOREIGN = "it is not a voicecoach log"


class LogError(Exception):
    """The log can't be used; `str` says which file and why, in one line."""

    def __init__(self, path: Path, trouble: Trouble, detail: str = "") -> None:
        # SQLite's messages quote the file, whatever it contains.
        why = f" ({in_a_line(detail)})" if detail else ""
        super().__init__(f"{path}: {trouble.value}{why}")
        self.path = path
        self.trouble = trouble


_TROUBLES = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_READONLY: Trouble.DENIED,
    sqlite3.SQLITE_CANTOPEN: Trouble.DENIED,
    sqlite3.SQLITE_PERM: Trouble.DENIED,
    sqlite3.SQLITE_AUTH: Trouble.DENIED,
    sqlite3.SQLITE_CORRUPT: Trouble.BROKEN,
    sqlite3.SQLITE_NOTADB: Trouble.FOREIGN,
}


_NOT_OURS = {
    **_TROUBLES,
    sqlite3.SQLITE_ERROR: Trouble.BROKEN,
    sqlite3.SQLITE_CONSTRAINT: Trouble.BROKEN,
    sqlite3.SQLITE_MISMATCH: Trouble.BROKEN,
}
"""While a log is opened, an error in our own statements means that the file is damaged."""


_SHORT = 0.1
"""Seconds to wait for a lock before checking whether the file system supports locks."""


class Database:
    """An open log of this program's version. Not safe for two threads at once."""

    def __init__(self, path: Path, *, patience: float = 5.0, create: bool = True) -> None:
        """Open the log at `path`, migrate an older one, create a missing one. If `create` is
        false, a missing log reads as empty and no file is made.

        `patience`: seconds to wait for another program's lock. On a file system without locks,
        the log can only be read (`create` false). Raises LogError, and changes nothing then.
        """
        self.path = path
        with self._faults():
            if create:
                private.make_folder(path.parent)
                private.make_file(path)
            there = create or path.exists()
        where = path if there else ":memory:"
        try:
            self._open(where, min(patience, _SHORT))
            self.patience = patience
        except LogError as fault:
            if fault.trouble is not Trouble.LOCKED:
                raise
            if not _without_locks(path.parent):
                self._open(where, patience)
            elif create:
                raise LogError(path, Trouble.NO_LOCKS) from fault
            else:
                self._open_alone(path)
        if there:
            for ending in ("", "-wal", "-shm"):
                private.close(path.with_name(path.name + ending))

    def _open(self, where: Path | str, patience: float) -> None:
        self._connect(str(where), patience)
        try:
            with self._faults(_NOT_OURS):
                self._examine()
                self._migrate()
                self._compare()
            with self._faults():
                self._connection.execute("PRAGMA foreign_keys = ON")
                # Readers never wait for the coach, nor the coach for readers.
                self._connection.execute("PRAGMA journal_mode = WAL")
                # A committed rep survives a power loss.
                self._connection.execute("PRAGMA synchronous = FULL")
                self._file = self._identity()
        except LogError:
            self.close()
            raise

    def _open_alone(self, path: Path) -> None:
        """Open for reading, without a lock. If another program writes meanwhile, the result
        may look like damage."""
        self._connect(f"file:{quote(str(path.absolute()))}?mode=ro&vfs=unix-none", 0, uri=True)
        try:
            with self._faults(_NOT_OURS):
                # In exclusive mode, WAL needs no shared memory.
                self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                self._examine()
                self._migrate()
                self._compare()
                self._file = self._identity()
        except LogError:
            self.close()
            raise

    def _connect(self, where: str, patience: float, uri: bool = False) -> None:
        with self._faults():
            # The thread that opens the log need not be the one that writes to it.
            self._connection = sqlite3.connect(
                where, timeout=patience, isolation_level=None, check_same_thread=False, uri=uri
            )

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()

    @property
    def gone(self) -> bool:
        """Whether the file was deleted or replaced. What is written now would be lost."""
        return self._identity() != self._file

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    @property
    def patience(self) -> float:
        """Seconds to wait for another program's lock."""
        ((wait,),) = self.rows("PRAGMA busy_timeout")
        return float(wait) / 1000

    @patience.setter
    def patience(self, seconds: float) -> None:
        self.rows(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query. Raises LogError."""
        with self._faults():
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except sqlite3.OperationalError as error:
                if not str(error).startswith("Could not decode to UTF-8"):
                    raise
            # Show invalid text with the invalid bytes replaced.
            self._connection.text_factory = lambda raw: raw.decode(errors="replace")
            try:
                return self._connection.execute(sql, parameters).fetchall()
            finally:
                self._connection.text_factory = str

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert whole rows, within a `transaction`; a row with an existing key is replaced.
        Raises LogError."""
        if not rows:
            return
        marks = ", ".join("?" * len(rows[0]))
        with self._faults():
            self._connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)

    def free_id(self) -> int | None:
        """An id for a new workout that no row refers to; None if SQLite has to choose it.

        SQLite's own choice is one more than the largest. In a damaged log that may be a workout
        which has lost its row, and its sets would become part of the new one. Raises LogError.
        """
        found = self.rows(_IDS_IN_USE)[0]
        if not all(isinstance(id, int) for id in found):
            return None
        return max(*found, 0) + 1 if max(found) < _LAST_ID else None

    def take_in(self, other: Path) -> None:
        """Copy the workouts of another log of this version. If a workout is in both, the other
        log wins. Raises LogError, and copies nothing then."""
        with self._faults():
            self._connection.execute("ATTACH ? AS other", (str(other),))
        try:
            with self.transaction():
                for statement in TAKE_IN:
                    self.rows(statement)
        finally:
            with self._faults():
                self._connection.execute("DETACH other")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Raises LogError, and changes nothing then."""
        with self._faults():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self._faults():
                self._connection.execute("COMMIT")
        except BaseException:
            # If the disk was full, SQLite has rolled back already.
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def _examine(self) -> None:
        # One statement, because another program may create the tables between two.
        ((application, version, tables),) = self._connection.execute(
            """SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
            FROM pragma_application_id, pragma_user_version"""
        )
        if tables and application != APPLICATION_ID:
            raise LogError(self.path, Trouble.FOREIGN)
        if version > VERSION:
            raise LogError(self.path, Trouble.NEWER, f"version {version}, this one is {VERSION}")
        if version < 0 or (tables and not version):
            raise LogError(self.path, Trouble.BROKEN, f"there is no version {version}")

    def _migrate(self) -> None:
        while (version := self._version()) < VERSION:
            with self.transaction():
                # Another program may have migrated it first.
                if self._version() != version:
                    continue
                for statement in MIGRATIONS[version]:
                    self._connection.execute(statement)
                self._connection.execute(
                    "INSERT INTO migrations VALUES (?, ?, ?)",
                    (version + 1, datetime.now(UTC).isoformat(timespec="seconds"), _program()),
                )
                self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._connection.execute(f"PRAGMA user_version = {version + 1}")

    def _compare(self) -> None:
        """Raise LogError if the tables are not ours: somebody has changed them."""
        theirs = _tables(self._connection)
        for name, made in _ours().items():
            if theirs.get(name) != made:
                raise LogError(self.path, Trouble.BROKEN, f'the table "{name}" is not as it was')
        # Such a thing runs when a row is read or written: a trigger may go on for ever.
        for kind, name in _run(self._connection):
            if (kind, name) not in _run_by_us():
                raise LogError(self.path, Trouble.BROKEN, f"it contains a {kind} that is not ours")

    def _version(self) -> int:
        ((version,),) = self._connection.execute("PRAGMA user_version")
        return int(version)

    def _damaged(self, error: sqlite3.Error) -> Trouble | None:
        """BROKEN if only damage can be behind an error of a statement of ours."""
        code = getattr(error, "sqlite_errorcode", -1)
        # The file's header says that it can't be written, and the system says that it can.
        claimed = code == sqlite3.SQLITE_READONLY and all(
            os.access(each, os.W_OK) for each in (self.path, self.path.parent)
        )
        return Trouble.BROKEN if claimed or code == _DATATYPE else None

    @contextmanager
    def _faults(self, troubles: Mapping[int, Trouble] = _TROUBLES) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            # The lower byte is the primary error code, the rest an extended one.
            code = getattr(error, "sqlite_errorcode", -1) & 0xFF
            trouble = troubles.get(code, Trouble.FAILED)
            raise LogError(self.path, self._damaged(error) or trouble, str(error)) from error
        except UnicodeDecodeError as error:
            # SQLite's own message quotes the damaged table.
            raise LogError(self.path, Trouble.BROKEN, "a table has no name") from error
        except OSError as error:
            raise LogError(self.path, Trouble.DENIED, error.strerror or str(error)) from error


_LAST_ID = 2**63 - 1
"""SQLite's largest. Then it looks for one that is free."""

_IDS_IN_USE = "SELECT coalesce((SELECT max(id) FROM workouts), 0), " + ", ".join(
    f"coalesce((SELECT max(workout) FROM {table}), 0)"
    for table in ("sets", "commands", "moments", "agreed")
)
"""Each is the end of an index."""

_DATATYPE = 3091
"""`SQLITE_CONSTRAINT_DATATYPE`: a column has another type than the one that it was made with."""


def _tables(connection: sqlite3.Connection) -> dict[str, str]:
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
    return {str(name): str(sql) for name, sql in found}


def _run(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """What a database runs by itself: indexes, triggers and views, each with its name."""
    found = connection.execute(
        "SELECT type, name FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL"
    )
    return {(str(kind), str(name)) for kind, name in found}


@cache
def _run_by_us() -> frozenset[tuple[str, str]]:
    with closing(_made()) as connection:
        return frozenset(_run(connection))


def _made() -> sqlite3.Connection:
    """An empty log of this version, in memory."""
    connection = sqlite3.connect(":memory:")
    for statement in (each for version in MIGRATIONS for each in version):
        connection.execute(statement)
    return connection


@cache
def _ours() -> dict[str, str]:
    """This version's tables, each with the statement that creates it."""
    with closing(_made()) as connection:
        return _tables(connection)


def _without_locks(folder: Path) -> bool:
    """Whether the file system has no locks. SQLite reports that as another program's lock."""
    if sys.platform == "win32":
        return False
    try:
        # Not the log itself: closing it would release the locks that this process holds on it.
        with tempfile.TemporaryFile(dir=folder) as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
    return False


def set_aside(path: Path, now: datetime) -> Path:
    """Rename an unusable log, along with SQLite's files beside it. Returns the new path.
    Raises OSError."""
    name = f"{path.stem}.damaged-{now:%Y%m%d-%H%M%S}"
    kept = path.with_name(name + path.suffix)
    more = 1
    while kept.exists():
        more += 1
        kept = path.with_name(f"{name}-{more}{path.suffix}")
    for ending in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            moved = path.with_name(path.name + ending).rename(kept.with_name(kept.name + ending))
            # It may never have been opened, and what can be read of it is still somebody's.
            private.close(moved)
    return kept


def _program() -> str:
    try:
        return metadata.version("voicecoach")
    except metadata.PackageNotFoundError:
        return ""
