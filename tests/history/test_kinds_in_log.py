"""Drop sets, rest-pauses and sets to failure in the log, and in the files of other programs."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.log_records import MORNING
from tests.support.session_driver import leg_press, run_session
from voicecoach.core.plan import samples
from voicecoach.core.workout import SetKind
from voicecoach.history import exchange
from voicecoach.history.exchange import merge
from voicecoach.history.exchange.names import Called
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log
from voicecoach.history.logged import LoggedSet, LoggedWorkout
from voicecoach.history.schema import MIGRATIONS

WORDS = [
    *((5.0, "eighty kilos"), (8.0, "as many as possible"), (11.0, "ready"), (16.0, "start set")),
    *((20.5, "breather"), (31.0, "go"), (44.5, "done"), (47.0, "drop set"), (49.0, "locked")),
    *((60.0, "ready"), (65.0, "start set"), (85.0, "done"), (88.0, "missed the last one")),
    *((92.0, "locked"), (97.0, "done"), (100.0, "yes")),
]
"""As many as possible at 80 kg, with a rest-pause; a drop set at 60 kg, its last rep missed."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite3"


def trained(path: Path, until: float = 110.0) -> None:
    session = run_session(WORDS, 110.0, exercise=leg_press("2-0-1-1", reps=4))
    journal = Journal(path, MORNING)
    journal.feed((each for each in session.records if each.at <= samples(until)), 0)
    journal.close()


def test_the_log_has_the_kind_the_rest_pauses_and_the_failure(path: Path) -> None:
    trained(path)
    with Log(path) as log:
        (workout,) = log.workouts()
        past = log.past("leg-press", datetime.now(MORNING.tzinfo) + timedelta(days=9999))
    first, drop = workout.sets
    assert (first.kind, first.target, first.rest_pauses) == (SetKind.WORK, 0, 1)
    assert [each.lasted for each in first.pauses] == [8.0]
    assert not first.failed
    assert (drop.kind, str(drop.weight), drop.failed) == (SetKind.DROP, "60 kg", True)
    assert drop.counted is not None
    assert drop.reps == drop.counted - 1
    assert [each.kind for each in past.last] == [SetKind.WORK, SetKind.DROP]


def test_what_broke_off_in_a_drop_set_or_a_rest_pause_is_known(path: Path) -> None:
    trained(path, until=75)
    found = Journal(path, MORNING + timedelta(minutes=10)).interrupted
    assert found is not None
    assert [done.kind for _, done in found.done] == [SetKind.WORK, SetKind.DROP]
    other = path.with_name("other.sqlite3")
    trained(other, until=27)
    found = Journal(other, MORNING + timedelta(minutes=10)).interrupted
    assert found is not None
    with Log(other) as log:
        ((one,),) = (workout.sets for workout in log.workouts())
    assert one.rest_pauses == 1


@pytest.mark.parametrize(
    ("form", "shown"), [("hevy", '"dropset"'), ("strong", ";D;"), ("fitnotes", "mark drop set")]
)
def test_other_programs_are_told_and_tell_it_back(path: Path, form: str, shown: str) -> None:
    trained(path)
    with Log(path) as log:
        text = exchange.write(form, merge.rows_of(log.workouts(), {}))
    assert shown in text
    back = exchange.read(text.encode())
    (workout,) = merge.preview(back, [], Called({}, {})).workouts
    assert [each.kind for each in workout.sets] == [SetKind.WORK, SetKind.DROP]


def test_a_set_to_failure_is_a_failure_elsewhere(path: Path) -> None:
    done = LoggedSet("leg-press", MORNING, 8, failed=True)
    rows = merge.rows_of([LoggedWorkout(MORNING, (done,))], {})
    assert '"failure"' in exchange.write("hevy", rows)
    assert ";F;" in exchange.write("strong", rows)


def test_a_log_of_today_keeps_its_marks_as_kinds(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for number, statements in enumerate(MIGRATIONS[:3], start=1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO migrations VALUES (?, '2026-01-01', '')", (number,))
    connection.execute("PRAGMA application_id = 1986227303")
    connection.execute("PRAGMA user_version = 3")
    connection.execute(
        "INSERT INTO workouts (key, plan, began, offset, ended) VALUES ('k', '', 0, 0, 'over')"
    )
    for position, extra in enumerate(
        ('{"mark": "drop set", "superset": "1"}', '{"mark": "to failure"}', "{}", "junk"), start=1
    ):
        connection.execute(
            "INSERT INTO sets (workout, position, exercise, number, kind, began, at, reps, extra) "
            "VALUES (1, ?, 'leg-press', ?, 'work', 0, 0, 12, ?)",
            (position, position, extra),
        )
    connection.close()
    with Log(path) as log:
        sets = log.sets()
    assert [(each.kind, each.failed, dict(each.extra)) for each in sets] == [
        (SetKind.DROP, False, {"superset": "1"}),
        (SetKind.WORK, True, {}),
        (SetKind.WORK, False, {}),
    ]
