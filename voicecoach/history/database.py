"""The log's file: an SQLite database, its versions, and its faults in words."""

from __future__ import annotations

import errno
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .. import private
from .schema import APPLICATION_ID, MIGRATIONS, TAKE_IN

if sys.platform != "win32":
    import fcntl

Row = tuple[Any, ...]

VERSION = len(MIGRATIONS)
"""Of a log that this program writes."""


class Trouble(StrEnum):
    """What can be the matter with a log's file."""

    FULL = "the disk is full"
    LOCKED = "another program has locked it"
    NO_LOCKS = "its file system knows no locks, so it can only be read; keep it on another disk"
    DENIED = "it can't be opened for writing"
    FAILED = "it could not be read or written"
    BROKEN = "it is damaged"
    NEWER = "a newer voicecoach wrote it"
    FOREIGN = "it is no log of voicecoach's"


class LogError(Exception):
    """The log can't be used; `str` says which file and why, in one line."""

    def __init__(self, path: Path, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{path}: {trouble.value}" + (f" ({detail})" if detail else ""))
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
"""While a log is opened: what our own statements can't do, its file is not fit for."""


_SHORT = 0.1
"""Seconds after which it is asked whether there are locks at all."""


class Database:
    """An open log of this program's version. Not for two threads at once."""

    def __init__(self, path: Path, *, patience: float = 5.0, create: bool = True) -> None:
        """Open the log at `path`, bring an older one up to date, make a missing one; with
        `create` false a missing one is as an empty one, and nothing is made.

        `patience`: seconds to wait for another program that has locked the file. Where the file
        system knows no locks it can only be read (with `create` false). Raises LogError, and has
        changed nothing then.
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
                # A reader never waits for the coach, nor the coach for a reader.
                self._connection.execute("PRAGMA journal_mode = WAL")
                # A rep that was committed outlives the machine's battery, too.
                self._connection.execute("PRAGMA synchronous = FULL")
                self._file = self._identity()
        except LogError:
            self.close()
            raise

    def _open_alone(self, path: Path) -> None:
        """For reading, with no lock: what is written meanwhile, if anything can write it, may
        look like damage."""
        self._connect(f"file:{quote(str(path.absolute()))}?mode=ro&vfs=unix-none", 0, uri=True)
        try:
            with self._faults(_NOT_OURS):
                # Then what SQLite keeps beside the file needs no memory that is shared.
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
            # The thread that makes it need not be the one that feeds it.
            self._connection = sqlite3.connect(
                where, timeout=patience, isolation_level=None, check_same_thread=False, uri=uri
            )

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()

    @property
    def gone(self) -> bool:
        """Whether somebody has deleted or replaced the file: what is written now would be
        lost with it."""
        return self._identity() != self._file

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    @property
    def patience(self) -> float:
        """Seconds to wait for another program that has locked the file."""
        ((wait,),) = self.rows("PRAGMA busy_timeout")
        return float(wait) / 1000

    @patience.setter
    def patience(self, seconds: float) -> None:
        self.rows(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Everything that a query gives. Raises LogError."""
        with self._faults():
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except sqlite3.OperationalError as error:
                if not str(error).startswith("Could not decode to UTF-8"):
                    raise
            # A text that is none is shown as far as it is one.
            self._connection.text_factory = lambda raw: raw.decode(errors="replace")
            return self._connection.execute(sql, parameters).fetchall()

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Whole rows, in a `transaction`; one whose key is there is replaced. Raises
        LogError."""
        if not rows:
            return
        marks = ", ".join("?" * len(rows[0]))
        with self._faults():
            self._connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)

    def take_in(self, other: Path) -> None:
        """Take over the workouts of another log of this version; of one that is here, too,
        what is there holds. Raises LogError, and nothing is taken then."""
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
        """All of it or nothing. Raises LogError, and nothing has happened then."""
        with self._faults():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self._faults():
                self._connection.execute("COMMIT")
        except BaseException:
            # SQLite has rolled back by itself where the disk was full.
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def _examine(self) -> None:
        # In one statement: between two, another program may make the tables.
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
                # Another program may have been quicker.
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
        """Whether its tables are ours: whoever has changed them has broken it."""
        theirs = _tables(self._connection)
        for name, made in _ours().items():
            if theirs.get(name) != made:
                raise LogError(self.path, Trouble.BROKEN, f'the table "{name}" is not as it was')

    def _version(self) -> int:
        ((version,),) = self._connection.execute("PRAGMA user_version")
        return int(version)

    @contextmanager
    def _faults(self, troubles: Mapping[int, Trouble] = _TROUBLES) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            # The lower byte is the code, the rest tells more of it.
            code = getattr(error, "sqlite_errorcode", -1) & 0xFF
            raise LogError(self.path, troubles.get(code, Trouble.FAILED), str(error)) from error
        except OSError as error:
            raise LogError(self.path, Trouble.DENIED, error.strerror or str(error)) from error


def _tables(connection: sqlite3.Connection) -> dict[str, str]:
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
    return {str(name): str(sql) for name, sql in found}


@cache
def _ours() -> dict[str, str]:
    """The tables of this version, and the statements that make them."""
    connection = sqlite3.connect(":memory:")
    for statement in (each for version in MIGRATIONS for each in version):
        connection.execute(statement)
    tables = _tables(connection)
    connection.close()
    return tables


def _without_locks(folder: Path) -> bool:
    """Whether the file system knows no locks: SQLite takes that for another program's lock."""
    if sys.platform == "win32":
        return False
    try:
        # Not the log itself: closing it would take the locks from it that this process holds.
        with tempfile.TemporaryFile(dir=folder) as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
    return False


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a log that can't be used, with what SQLite keeps beside it; its new place.
    Raises OSError."""
    name = f"{path.stem}.damaged-{now:%Y%m%d-%H%M%S}"
    kept = path.with_name(name + path.suffix)
    more = 1
    while kept.exists():
        more += 1
        kept = path.with_name(f"{name}-{more}{path.suffix}")
    for ending in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(kept.with_name(kept.name + ending))
    return kept


def _program() -> str:
    try:
        return metadata.version("voicecoach")
    except metadata.PackageNotFoundError:
        return ""
