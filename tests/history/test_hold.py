"""A hold in the log: kept as breaths, shown in seconds, and no strength is estimated from it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.cli_runner import Run
from tests.support.log_records import MORNING
from tests.support.session_driver import BEGIN, FIRST_REP, plank, run_session
from voicecoach.core.plan import samples
from voicecoach.core.strength import strength
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log


@pytest.fixture
def path(nobody: Path) -> Path:
    """The log of a lifter who held for 40 s, and then for 23 of 40 s, with ten kilos."""
    begun = FIRST_REP / samples(1)
    words = [(4.0, "ten kilos"), *BEGIN, (begun + 43, "knees down"), (begun + 60, "start set")]
    words += [(begun + 70, "ready"), (begun + 75, "start set"), (begun + 101.3, "done")]
    words += [(begun + 105, "knees down"), (begun + 110, "done"), (begun + 114, "yes")]
    records = run_session(words, begun + 120, exercise=plank()).records
    log = nobody / "log.sqlite"
    journal = Journal(log, MORNING)
    journal.feed(records, samples(1000))
    journal.close()
    return log


def test_it_comes_back_in_seconds(path: Path) -> None:
    with Log(path) as log:
        [workout] = log.workouts()
    whole, short = workout.sets
    assert [each.held for each in workout.sets] == [True, True]
    assert (whole.amount, whole.reps, whole.planned_tempo) == (40, 8, "hold 2-3")
    assert whole.tension == whole.planned_tension == 40
    assert (short.amount, short.told(short.target or 0), short.ended_by) == (23, 40, "done")
    assert [strength(each) for each in workout.sets] == [None, None]


def test_what_is_known_of_it_the_next_time(path: Path) -> None:
    with Log(path) as log:
        past = log.past("plank", MORNING + timedelta(days=2))
    assert [done.held for done in past.last] == [True, True]
    assert past.best == ()


def test_the_table_tells_seconds(path: Path, run: Run) -> None:
    code, printed, _ = run("log")
    assert code == 0
    assert "40 s " in printed
    assert "23 s/40 s" in printed
    assert "hold 2-3" in printed


@pytest.mark.parametrize(
    ("form", "row"),
    [("strong", '"0";"";"";"40"'), ("hevy", '"10","",,"40"'), ("fitnotes", "0:00:40")],
)
def test_other_programs_get_seconds_and_no_reps(path: Path, run: Run, form: str, row: str) -> None:
    out = path.parent / "out.csv"
    code, _, told = run("export", "--format", form, "--out", out)
    assert code == 0, told
    text = out.read_text(encoding="utf-8-sig")
    assert row.replace('"', "") in text.replace('"', "")


@pytest.mark.parametrize("form", ["strong", "hevy", "fitnotes"])
def test_a_hold_goes_to_another_program_and_comes_back(path: Path, run: Run, form: str) -> None:
    out, other = path.parent / "out.csv", path.parent / "other.sqlite"
    assert run("export", "--format", form, "--out", out)[0] == 0
    # It holds exactly what this log wrote.
    code, shown, told = run("import", out, "--yes")
    assert (code, told) == (0, "Nothing new.\n")
    assert "other numbers" not in shown
    for added in ("2 sets added to", "Nothing new."):
        code, shown, told = run("import", out, "--yes", "--log", other)
        assert (code, told.startswith(added)) == (0, True), told
        assert "left out" not in shown
    with Log(other) as log:
        [workout] = log.workouts()
        past = log.past("plank", MORNING + timedelta(days=2))
    held = [(each.exercise, each.held, each.amount) for each in workout.sets]
    assert held == [("plank", True, 40), ("plank", True, 23)]
    assert [(done.held, done.reps) for done in past.last] == [(True, 8), (True, 5)]
    # And from there once more.
    again = path.parent / "again.csv"
    assert run("export", "--format", form, "--out", again, "--log", other)[0] == 0
    assert again.read_text(encoding="utf-8-sig") == out.read_text(encoding="utf-8-sig")


def test_the_report_adds_up_seconds(path: Path, run: Run) -> None:
    out = path.parent / "report.html"
    code, _, told = run("report", "--out", out)
    assert code == 0, told
    page = out.read_text(encoding="utf-8")
    assert "seconds held" in page
    assert "63" in page
