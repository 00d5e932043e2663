"""A disk that fails when it is told, for the files of a session and for its log.

The log is a real SQLite database on a real disk. A statement that writes fails as SQLite reports
it, before it has done anything; files fail as the system reports it.
"""

from __future__ import annotations

import errno
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from voicecoach import private
from voicecoach.audio import wav
from voicecoach.history import database
from voicecoach.runtime import trace
from voicecoach.speaking import store

CODES = {
    sqlite3.SQLITE_FULL: "database or disk is full",
    sqlite3.SQLITE_IOERR: "disk I/O error",
    sqlite3.SQLITE_BUSY: "database is locked",
    sqlite3.SQLITE_READONLY: "attempt to write a readonly database",
    sqlite3.SQLITE_CANTOPEN: "unable to open database file",
    sqlite3.SQLITE_CORRUPT: "database disk image is malformed",
}

_WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT", "BEGIN", "CREATE", "ALTER")


class VirtualDisk:
    """What fails now. It fails for files of `folder` only."""

    def __init__(self, folder: Path, log: Path, seed: int) -> None:
        self._folder, self._log = folder, log
        self._random = random.Random(seed)
        self.full = False
        """No file can be written."""
        self.log = 0
        """The SQLite code with which statements that write to the log fail; 0: they don't."""
        self.share = 1.0
        """Of these statements, how many fail."""

        self.files: list[Any] = []

    def close(self) -> None:
        """Close the files that a killed program left open."""
        for file in self.files:
            with suppress(OSError):
                file.close()

    def statement(self, sql: str, path: str) -> None:
        """Raises sqlite3.Error if this one fails in the database at `path`."""
        code = sqlite3.SQLITE_FULL if self.full else self.log if path == str(self._log) else 0
        if not code or not sql.lstrip().upper().startswith(_WRITES):
            return
        if self._random.random() < self.share:
            kind = (
                sqlite3.DatabaseError
                if code == sqlite3.SQLITE_CORRUPT
                else sqlite3.OperationalError
            )
            error = kind(CODES[code])
            error.sqlite_errorcode = code
            raise error

    def writing(self, path: Any) -> None:
        """Raises OSError if nothing can be written there."""
        if self.full and str(path).startswith(str(self._folder)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


@contextmanager
def on_disk(disk: VirtualDisk) -> Iterator[None]:
    """In here, a session's log, clips and trace are on `disk`."""

    class Connection(sqlite3.Connection):
        def __init__(self, path: str, *rest: Any, **more: Any) -> None:
            self.path = path
            super().__init__(path, *rest, **more)

        def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
            disk.statement(sql, self.path)
            return super().execute(sql, *rest)

        def executemany(self, sql: str, *rest: Any) -> sqlite3.Cursor:
            disk.statement(sql, self.path)
            return super().executemany(sql, *rest)

    def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        kwargs["factory"] = Connection
        opened: sqlite3.Connection = sqlite3.connect(*args, **kwargs)
        return opened

    def open_file(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if "w" in mode:
            disk.writing(path)
        file = open(path, mode, *args, **kwargs)  # noqa: SIM115 - whoever asks closes it
        disk.files.append(file)
        return _Written(file, path, disk)

    def folder(path: Path) -> None:
        if not path.is_dir():
            disk.writing(path)
        make_folder(path)

    make_folder = private.make_folder
    with ExitStack() as stack:
        ours = SimpleNamespace(**{**vars(sqlite3), "connect": connect})
        stack.enter_context(patch.object(database, "sqlite3", ours))
        stack.enter_context(patch.object(private, "make_folder", folder))
        for module in (trace, store, wav):
            stack.enter_context(patch.object(module, "open", open_file, create=True))
        yield


class _Written:
    """A file that is written on a disk that may be full."""

    def __init__(self, file: Any, path: Any, disk: VirtualDisk) -> None:
        self._file, self._path, self._disk = file, path, disk

    def write(self, what: Any) -> int:
        self._disk.writing(self._path)
        return int(self._file.write(what))

    def flush(self) -> None:
        self._disk.writing(self._path)
        self._file.flush()

    def __enter__(self) -> _Written:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
