"""A damaged log keeps nobody from training: any value in any column of any row, or junk in place of
the file.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.support.cli_runner import Run
from tests.support.log_records import MORNING, RecordMaker, S, kilos, workout
from voicecoach.cli import logbook
from voicecoach.cli.mistakes import Mistake
from voicecoach.core.plan import HOLD
from voicecoach.core.workout import Agreed, Amended, Entry, PlannedSet, SetKind, Target
from voicecoach.history import exchange
from voicecoach.history.database import LogError
from voicecoach.history.exchange import whole
from voicecoach.history.exchange.merge import rows_of
from voicecoach.history.journal import Journal, News
from voicecoach.history.log import Log
from voicecoach.history.projection import Kept
from voicecoach.history.report.figures import trainings
from voicecoach.history.schema import APPLICATION_ID

LATER = MORNING + timedelta(hours=1)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with something in every table: a finished workout, and one that broke off."""
    path = tmp_path_factory.mktemp("rich") / "log.sqlite"
    for day, ended in ((0, True), (1, False)):
        journal = Journal(path, MORNING - timedelta(days=1 - day))
        maker = RecordMaker()
        planned = PlannedSet(3, SetKind.WORK, kilos(80), 90 * S)
        journal.feed(
            [
                *maker.begin(),
                *maker.set(3, planned, slower_after=1, paused_after=2, refused=1),
                Amended(maker.at, 0, Entry.NOTE, "left knee"),
                Amended(maker.at, 0, Entry.RPE, 8),
                Agreed(maker.at, "leg-press", Target(kilos(85), 8)),
                *maker.set(4, planned, exercise="plank", tempo=f"{HOLD}2-3"),
                *(maker.end() if ended else ()),
            ],
            maker.at,
        )
        journal.close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


TABLES = ("workouts", "sets", "reps", "tempos", "pauses", "notes", "commands", "moments", "agreed")

NUMBERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([0, -1, 2**31, 2**62, 2**63 - 1, -(2**63), 10**15, 253402300800000000]),
)
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            *("", "NaN", "Infinity", "-Infinity", "1e999999", "1e-999999", "9" * 5000, "-80", "x"),
            *("stone", "evil", "kg", "over", "{", "[]", "null", '{"a": 1}', "[" * 100_000),
            *(
                "hold inf-3",
                "hold nan-3",
                "hold 1e300-3",
                "hold 2-3-4-5",
                "hold ",
                "3-1",
                "٣-1-2-1",
            ),
            *("\x00", "\x1b[2J", "\n" * 50, "é" * 10_000),
        ]
    ),
)


def columns(path: Path) -> list[tuple[str, str, str]]:
    """(table, column, type), of all of them."""
    with closing(sqlite3.connect(path)) as raw:
        return [
            (table, name, kind)
            for table in TABLES
            for _, name, kind, *_ in raw.execute(f"PRAGMA table_info({table})")
        ]


def damage(path: Path, table: str, column: str, row: int, value: object) -> bool:
    """Put `value` there, whatever it breaks. Returns whether SQLite allowed it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        ((count,),) = raw.execute(f"SELECT count(*) FROM {table}")
        if not count:
            return False
        names = [name for _, name, *_ in raw.execute(f"PRAGMA table_info({table})")]
        key = "id" if "id" in names else names[0]
        keys = [each for (each,) in raw.execute(f'SELECT "{key}" FROM {table}')]
        what = "CAST(? AS TEXT)" if isinstance(value, bytes) else "?"
        try:
            raw.execute(
                f'UPDATE OR REPLACE {table} SET "{column}" = {what} WHERE "{key}" = ?',
                (value, keys[row % count]),
            )
        except sqlite3.IntegrityError:
            return False  # SQLite guards types and blanks itself.
        return True


def trains_on(path: Path, twice: bool = False) -> None:
    """A session begins with this log, gets its past, and writes a whole workout. `twice`: with a
    damaged index, what is carried on may be there twice."""
    told: list[News] = []
    journal = Journal(path, LATER, lambda news, line: told.append(news))
    broken = journal.interrupted
    before = 0
    try:
        with Log(journal.path) as log:
            log.past("leg-press", LATER)
            log.past("plank", LATER)
            before = len(log.sets())
    except LogError as fault:
        journal.stumbled(fault)
    journal.feed(workout(2) if broken is None else _carried_on(), 10**9)
    journal.close()
    assert News.KEPT_IN_MIND not in told
    assert News.LOST not in told
    with Log(journal.path) as log:
        if News.BEGUN_ANEW in told or twice:
            # With what was carried on, if anything was.
            assert len(log.sets()) >= 2 + (before if twice and not told else 0)
        else:
            assert len(log.sets()) == before + 2


def _carried_on() -> list[Kept]:
    maker = RecordMaker(number=2)
    return [*maker.begin(carried_on=True), *maker.set(3), *maker.set(3), *maker.end()]


def is_read(path: Path) -> int:
    """Ask everything that can be asked. Returns how many rows were left out."""
    with Log(path) as log:
        workouts = log.workouts()
        trainings(log.work())
        log.coached(5)
        log.exercises()
        for each in (one for w in workouts for one in w.sets):
            log.reps(each.id)
            log.timeline(each.id)
        for one in workouts:
            log.orders(one.id)
        whole.write(workouts)
        for form in exchange.FORMS:
            exchange.write(form, rows_of(workouts, {}))
        assert [line for line in log.damaged if not a_line(line)] == []
        return len(log.damaged)


def a_line(message: str) -> bool:
    """Whether it can be shown: one short line without a control character."""
    return message.isprintable() and len(message) < 500


@contextmanager
def unguarded(path: Path) -> Iterator[None]:
    """While it lasts, SQLite takes anything in any column, as bytes on a disk do."""

    def write(statements: Mapping[str, str]) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            raw.execute("PRAGMA writable_schema = ON")
            for name, sql in statements.items():
                raw.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, name))

    with closing(sqlite3.connect(path)) as raw:
        tables = dict(
            raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql <> ''")
        )
    write(
        {
            name: re.sub(r" NOT NULL|CHECK \(.*\)|\bSTRICT\b,?", "", sql)
            for name, sql in tables.items()
        }
    )
    yield
    write(tables)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_value_in_any_column_of_any_row(
    rich: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "log.sqlite"
    shutil.copy(rich, path)
    guarded = data.draw(st.booleans())
    with nullcontext() if guarded else unguarded(path):
        for _ in range(data.draw(st.integers(1, 3))):
            table, column, kind = data.draw(st.sampled_from(columns(rich)))
            values = NUMBERS if kind == "INTEGER" else TEXTS | st.binary(max_size=8)
            value = data.draw(values if guarded else NUMBERS | TEXTS | st.none() | st.floats())
            if damage(path, table, column, data.draw(st.integers(0, 9)), value):
                event(f"{table}.{column}")
    is_read(path)
    trains_on(path)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("notes", "note", 7),
        ("moments", "at", None),
        ("moments", "until", None),
        ("moments", "text", 7),
        ("reps", "at", None),
        ("commands", "at", "x"),
        ("sets", "exercise", 7),
        ("sets", "comment", 7.5),
        ("workouts", "name", 7),
        # They would be written again, and the workout that is carried on would be lost.
        *(("workouts", "plan", value) for value in (None, 7)),
        *(("sets", name, None) for name in ("exercise", "tempo", "reps", "failed")),
        ("reps", "number", "x"),
        ("tempos", "tempo", None),
    ],
)
def test_a_value_of_another_type_is_left_out(
    rich: Path, tmp_path: Path, table: str, column: str, value: object
) -> None:
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    with unguarded(path):
        for row in range(9):
            assert damage(path, table, column, row, value)
    is_read(path)
    trains_on(path)


def test_a_time_that_is_a_long_text_takes_no_memory(rich: Path, tmp_path: Path) -> None:
    """It was multiplied by a million before anybody looked at its type."""
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    with unguarded(path):
        for row in range(2):
            assert damage(path, "workouts", "last", row, "[" * 100_000)
    trains_on(path)


def test_sets_whose_workout_is_lost_become_no_part_of_the_next_one(
    rich: Path, tmp_path: Path
) -> None:
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    theirs = "SELECT * FROM sets WHERE workout = 2"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE workouts SET id = -64 WHERE id = 2")
        raw.commit()
        orphans = raw.execute(theirs).fetchall()
    assert orphans
    trains_on(path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute(theirs).fetchall() == orphans
        assert {*raw.execute("SELECT id FROM workouts")} == {(-64,), (1,), (3,)}


@pytest.mark.parametrize("value", [None, 7.5, "x"])
def test_no_column_may_hold_what_it_should_not(rich: Path, tmp_path: Path, value: object) -> None:
    """Each column in turn, in all rows."""
    for number, (table, column, _) in enumerate(columns(rich)):
        path = tmp_path / f"{number}.sqlite"
        shutil.copy(rich, path)
        with unguarded(path):
            for row in range(9):
                damage(path, table, column, row, value)
        try:
            is_read(path)
        except Exception as error:
            raise AssertionError(f"{table}.{column}") from error
        path.unlink()


PAGE = 4096

BYTES = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.sampled_from([b"\xff" * 8, bytes(64), b"\x00\xff", b"\x03"]),
)


@st.composite
def spoilt(draw: st.DrawFn, size: int) -> list[tuple[int, bytes]]:
    """Where bytes of a file are replaced: anywhere, in its header, or at the head of a page."""
    at = st.one_of(
        st.integers(0, size - 1),
        st.integers(0, 99),
        st.builds(
            lambda page, n: page * PAGE + n, st.integers(0, size // PAGE - 1), st.integers(0, 39)
        ),
    )
    return draw(st.lists(st.tuples(at, BYTES), min_size=1, max_size=8))


def survives(good: bytes, path: Path, changes: Iterable[tuple[int, bytes]]) -> None:
    """Whoever only looks is told in one line at most, and the next workout is written."""
    path.parent.mkdir(exist_ok=True)
    data = bytearray(good)
    for at, new in changes:
        data[at : at + len(new)] = new
    path.write_bytes(data)
    told = ""
    try:
        is_read(path)
    except LogError as fault:
        told = str(fault)
    assert a_line(told)
    trains_on(path, twice=True)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_bytes_of_the_file(
    rich: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good = rich.read_bytes()
    path = tmp_path_factory.mktemp("spoilt") / "log.sqlite"
    survives(good, path, data.draw(spoilt(len(good))))


@pytest.mark.parametrize("header", [(18, b"\x03"), (18, b"\x07\x07")])
def test_a_header_that_forbids_to_write_is_damage(
    rich: Path, tmp_path: Path, header: tuple[int, bytes]
) -> None:
    """Or each workout would be saved beside the log for ever."""
    survives(rich.read_bytes(), tmp_path / "log.sqlite", [header])


@pytest.mark.parametrize("junk", [b"\x01", b"\x1b[2J", b"\n\n"])
def test_sqlites_message_quotes_the_file_in_one_line(
    rich: Path, tmp_path: Path, junk: bytes
) -> None:
    good = rich.read_bytes()
    path = tmp_path / "log.sqlite"
    path.write_bytes(good.replace(b"began INTEGER", junk.ljust(13, b"\x02")))
    with pytest.raises(LogError) as fault:
        is_read(path)
    assert a_line(str(fault.value))


def test_a_type_that_has_no_name_is_damage(rich: Path, tmp_path: Path) -> None:
    good = rich.read_bytes()
    at = good.index(b"began INTEGER") + len("began ")
    survives(good, tmp_path / "log.sqlite", [(at, b"\xff" * 7)])


@pytest.mark.parametrize(
    "made",
    [
        "CREATE TRIGGER endless AFTER INSERT ON sets BEGIN SELECT count(*) FROM (WITH RECURSIVE "
        "n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n); END",
        "CREATE VIEW mine AS SELECT 1",
        "CREATE INDEX mine ON sets (zeroblob(reps))",
    ],
)
def test_what_a_stranger_makes_the_log_run_is_not_run(
    rich: Path, tmp_path: Path, made: str
) -> None:
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(made)
        raw.commit()
    with pytest.raises(LogError, match="that is not ours"):
        is_read(path)
    trains_on(path)


@pytest.mark.parametrize("key", ["/", "../elsewhere", "\0", b"\0", 7, "k" * 5000])
def test_a_key_that_is_no_file_name_stops_nothing(rich: Path, tmp_path: Path, key: object) -> None:
    """The file that says whether a workout still runs is named by its key."""
    path = tmp_path / "logs" / "log.sqlite"
    path.parent.mkdir()
    shutil.copy(rich, path)
    for row in range(10):
        damage(path, "workouts", "key", row, key)
    is_read(path)
    trains_on(path)
    assert [each.name for each in tmp_path.iterdir()] == ["logs"]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("sets", "amount", "x"),
        ("sets", "amount", "NaN"),
        ("sets", "amount", "1e999999"),
        ("sets", "unit", "stone"),
        ("sets", "kind", "evil"),
        ("sets", "reps", 2**62),
        ("sets", "reps", -1),
        ("sets", "began", 2**62),
        ("sets", "tension", 2**62),
        ("sets", "rpe", "Infinity"),
        ("sets", "extra", "{"),
        ("sets", "planned_tempo", "hold inf-3"),
        ("workouts", "offset", 10**9),
        ("workouts", "extra", "[" * 100_000),
        ("workouts", "until", 2**62),
    ],
)
def test_a_row_that_makes_no_sense_is_left_out_and_said(
    rich: Path, tmp_path: Path, run: Run, table: str, column: str, value: object
) -> None:
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    assert damage(path, table, column, 0, value)
    for words in (["log"], ["log", "--json"], ["export", "--format", "hevy"]):
        code, out, err = run(*words, "--log", path)
        assert code == 0
        assert out
        assert "row 1: " in err
        assert "skipped, and kept in the file" in err
    with Log(path) as log:
        assert log.sets()


def test_a_session_tells_what_it_left_out(
    rich: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    damage(path, "sets", "unit", 0, "stone")
    book = logbook.opened(path)
    past = book.past(["leg-press", "plank"])
    spoken: list[str] = []
    book.starts(spoken.append)
    book.close()
    assert '"stone" is not a unit; skipped' in capsys.readouterr().err
    assert spoken == ["log_in_part"]
    assert past["plank"].last
    # The rest of the file is intact.
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT unit FROM sets WHERE id = 1").fetchall() == [("stone",)]


def test_one_that_broke_off_and_makes_no_sense_is_not_offered(rich: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("UPDATE sets SET kind = 'evil'")
    journal = Journal(path, LATER)
    assert journal.interrupted is None
    assert "evil" in journal.damaged[0]
    journal.feed(workout(1), 10**9)
    journal.close()
    with closing(sqlite3.connect(path)) as raw:
        ended = raw.execute("SELECT ended FROM workouts ORDER BY began").fetchall()
    assert ended == [("over",), ("closed",), ("over",)]


# --- in place of the file --------------------------------------------------------------------


def _sql(*statements: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            for statement in statements:
                raw.execute(statement)

    return change


def _cut(part: float) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        raw = path.read_bytes()
        path.write_bytes(raw[: round(len(raw) * part)])

    return change


def _another(path: Path) -> None:
    path.unlink()
    _sql(
        "CREATE TABLE sets (reps)",
        f"PRAGMA application_id = {APPLICATION_ID}",
        "PRAGMA user_version = 3",
    )(path)


BROKEN: dict[str, Callable[[Path], None]] = {
    "a table is gone": _sql("DROP TABLE moments"),
    "a column is gone": _sql("ALTER TABLE sets DROP COLUMN rpe"),
    "a column too many": _sql("ALTER TABLE sets ADD COLUMN colour TEXT"),
    "types that nobody watches": _sql(
        "DROP TABLE notes", 'CREATE TABLE notes ("set", number, note)'
    ),
    "a version below nought": _sql("PRAGMA user_version = -1"),
    "no version": _sql("PRAGMA user_version = 0"),
    "an old version, and new tables": _sql("PRAGMA user_version = 1"),
    "only its number": _another,
    "cut in half": _cut(0.5),
    "cut after a page": _cut(4096 / 90112),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_log_is_set_aside_and_said(
    how: str, rich: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    BROKEN[how](path)
    broken = path.read_bytes()
    book = logbook.opened(path)
    book.past(["leg-press", "plank"])
    spoken: list[str] = []
    book.starts(spoken.append)
    book.feed(workout(2), 10**9)
    book.close()
    assert spoken == ["log_anew"]
    assert "it is damaged" in capsys.readouterr().err
    (kept,) = tmp_path.glob("log.damaged-*")
    assert kept.read_bytes() == broken
    with Log(path) as log:
        assert [each.reps for each in log.sets()] == [3, 3]


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("words", [["log"], ["export", "--format", "json"]])
def test_a_broken_log_is_one_line_for_who_only_looks(
    how: str, words: list[str], rich: Path, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    BROKEN[how](path)
    broken = path.read_bytes()
    code, out, err = run(*words, "--log", path)
    assert (code, out) == (2, "")
    assert err.startswith(f"{path}: it is damaged (")
    assert len(err.splitlines()) == 1
    assert path.read_bytes() == broken


@pytest.mark.parametrize("part", [0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.97, 0.999])
def test_a_log_that_was_cut_anywhere_takes_the_next_workout(
    part: float, rich: Path, tmp_path: Path
) -> None:
    path = tmp_path / "log.sqlite"
    shutil.copy(rich, path)
    _cut(part)(path)
    book = logbook.opened(path)
    book.past(["leg-press", "plank"])
    book.feed(workout(2), 10**9)
    book.close()
    with Log(path) as log:
        assert [each.reps for each in log.sets()][-2:] == [3, 3]


@pytest.mark.parametrize("junk", [b"\0" * 50, b"my diary\n" * 300, b"SQLite format 3\0" * 400])
def test_what_is_no_log_is_left_alone_where_it_was_named(junk: bytes, tmp_path: Path) -> None:
    path = tmp_path / "diary.sqlite"
    path.write_bytes(junk)
    with pytest.raises(Mistake, match="it is not a voicecoach log"):
        logbook.opened(path)
    assert path.read_bytes() == junk
    assert [*tmp_path.iterdir()] == [path]
