"""The log's file: its versions, and who holds it."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from voicecoach.core.workout import Target, Unit, Weight
from voicecoach.history.database import VERSION, Database, LogError, Trouble
from voicecoach.history.log import Log
from voicecoach.history.schema import APPLICATION_ID, MIGRATIONS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite3"


def raw(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def of_version(version: int, path: Path) -> None:
    """A log as that version of the program left it, with a workout in it."""
    connection = raw(path)
    for number, statements in enumerate(MIGRATIONS[:version], start=1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO migrations VALUES (?, '2026-01-01', '')", (number,))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute(
        "INSERT INTO workouts (key, plan, began, offset, ended) VALUES ('k', 'legs', 0, 0, 'over')"
    )
    connection.execute(
        "INSERT INTO sets (workout, position, exercise, number, kind, began, at, reps) "
        "VALUES (1, 1, 'leg-press', 1, 'work', 0, 0, 12)"
    )
    connection.close()


def content(path: Path) -> tuple[object, ...]:
    connection = raw(path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    tables = sorted(name for (name,) in connection.execute("SELECT name FROM sqlite_schema"))
    reps = connection.execute("SELECT exercise, reps FROM sets").fetchall()
    connection.close()
    return version, tables, reps


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_an_older_log_is_brought_up_to_date(path: Path, version: int) -> None:
    of_version(version, path)
    new = path.with_name("new.sqlite3")
    Database(new).close()
    Database(path).close()
    assert content(path)[:2] == content(new)[:2]
    with Log(path) as log:
        assert [(each.exercise, each.reps) for each in log.sets()] == [("leg-press", 12)]
    connection = raw(path)
    recorded = [number for (number,) in connection.execute("SELECT version FROM migrations")]
    assert recorded == [*range(1, VERSION + 1)]
    connection.close()


def test_what_was_agreed_in_an_older_log_still_is(path: Path) -> None:
    of_version(2, path)
    connection = raw(path)
    connection.execute("INSERT INTO agreed VALUES (1, 0, 5, 'leg-press', '85', 'kg', 8)")
    connection.close()
    with Log(path) as log:
        past = log.past("leg-press", datetime(2026, 1, 1, tzinfo=UTC))
    assert past.next == Target(Weight(Decimal(85), Unit.KG), 8)


def test_a_migration_happens_wholly_or_not_at_all(path: Path) -> None:
    of_version(1, path)
    connection = raw(path)
    # The last statement of the next migration would make something that is already there.
    connection.execute("CREATE INDEX agreed_by_exercise ON sets (reps)")
    connection.close()
    before = content(path)
    with pytest.raises(LogError) as raised:
        Database(path)
    assert raised.value.trouble is Trouble.BROKEN
    assert content(path) == before


def test_programs_that_open_a_new_log_at_once(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from voicecoach.history.database import Database\n"
        "Database(Path(sys.argv[1]), patience=30).close()"
    )
    programs = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(4)]
    assert [each.wait() for each in programs] == [0, 0, 0, 0]
    assert content(path)[0] == VERSION


def test_a_log_is_in_wal_mode_and_synced(path: Path) -> None:
    database = Database(path)
    assert database.rows("PRAGMA journal_mode") == [("wal",)]
    assert database.rows("PRAGMA synchronous") == [(2,)]
    database.close()


def test_the_database_of_another_program_is_not_touched(path: Path) -> None:
    connection = raw(path)
    connection.execute("CREATE TABLE sets (reps)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LogError, match=r"log\.sqlite3: it is not a voicecoach log") as raised:
        Database(path)
    assert raised.value.trouble is Trouble.FOREIGN
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_log(path: Path) -> None:
    path.touch()
    Database(path).close()
    assert content(path)[0] == VERSION


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(LogError) as raised:
        Database(tmp_path)
    assert raised.value.trouble is Trouble.DENIED


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    database = Database(path)

    def insert_and(sql: str) -> None:
        with database.transaction():
            database.insert("migrations", [(98, "", "")])
            database.rows(sql)

    with pytest.raises(LogError, match="no such table"):
        insert_and("SELECT * FROM nowhere")
    assert database.rows("SELECT * FROM migrations WHERE version = 98") == []
    insert_and("SELECT 1")
    assert len(database.rows("SELECT * FROM migrations WHERE version = 98")) == 1
    database.close()


LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN EXCLUSIVE")
print(flush=True)
sys.stdin.readline()
"""


def test_a_text_that_is_not_utf_8_changes_how_no_other_is_read(path: Path) -> None:
    database = Database(path)
    assert database.rows("SELECT CAST(x'41ff' AS TEXT)") == [("A\N{REPLACEMENT CHARACTER}",)]
    assert database._connection.text_factory is str
    database.close()


def test_a_file_system_without_locks_is_named_and_the_log_can_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite takes the failure for another program's lock. Here there is one, and Python is told
    that the file system has none."""
    of_version(VERSION, path)
    # Part of it is not in the main file yet.
    writer = Database(path)
    writer.rows("UPDATE sets SET reps = 13")

    def no_lock(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    with subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as locker:
        writer.close()
        assert locker.stdout is not None
        assert locker.stdout.readline() == b"\n"
        with pytest.raises(LogError, match="another program has locked it"):
            Database(path, patience=0.1)
        monkeypatch.setattr("fcntl.lockf", no_lock)
        with pytest.raises(LogError, match="its file system has no locks") as raised:
            Database(path, patience=0.1)
        assert raised.value.trouble is Trouble.NO_LOCKS
        database = Database(path, patience=0.1, create=False)
        assert database.rows("SELECT exercise, reps FROM sets") == [("leg-press", 13)]
        with pytest.raises(LogError):
            database.rows("UPDATE sets SET reps = 1")
        database.close()
        locker.kill()
