"""Programs from the command line: today's day, planned against done, and what can't be combined."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.cli_runner import Run, mistake
from tests.support.log_records import MORNING, RecordMaker, S, kilos
from voicecoach import config
from voicecoach.cli import assembly, logbook, programs
from voicecoach.cli.mistakes import Mistake
from voicecoach.cli.options import Options
from voicecoach.core.workout import PlannedSet, SetKind, Visit
from voicecoach.history.journal import Journal

MINE = """\
name = "Mine"
rounds = 2

[progress]
rule = "linear"

[[day]]
name = "A"

[[day.exercise]]
exercise = "leg-press"

[[day.exercise]]
exercise = "leg-curl"

[[week]]

[[week.set]]
times = 2
reps = 8
"""


@pytest.fixture
def path(nobody: Path) -> Path:
    """The user's own log."""
    return nobody / "log.sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "mine.toml").write_text(MINE)
    return tmp_path


def trained(
    path: Path, *days: tuple[str, int], over: bool = True, began: datetime = MORNING
) -> None:
    """Workouts with these ids, each of so many sets of eight leg presses."""
    for n, (plan, sets) in enumerate(days):
        maker = RecordMaker()
        planned = PlannedSet(8, SetKind.WORK, kilos(80), 90 * S)
        records = [*maker.begin(plan)]
        for _ in range(sets):
            records += maker.set(8, planned)
        journal = Journal(path, began + timedelta(days=2 * n))
        journal.feed([*records, *(maker.end() if over else ())], 1 << 60)
        journal.close()


def today(path: Path, folder: Path, program: str = "mine") -> Visit:
    asked = Options(program=program, folder=folder)
    loaded = config.load(folder=folder, offer=True, program=programs.named(program))
    book = logbook.Logbook(path)
    try:
        return assembly.visit(loaded, loaded.offered, asked, book)
    finally:
        book.close()


def id_of(visit: Visit) -> str:
    assert visit.workout is not None
    return visit.workout.id


def test_the_day_after_the_last_one_is_todays(path: Path, folder: Path) -> None:
    assert id_of(today(path, folder)) == "mine/w1d1"
    trained(path, ("mine/w1d1", 2))
    visit = today(path, folder)
    assert id_of(visit) == "mine/w2d1"
    assert visit.workout is not None
    press, curl = visit.workout.exercises
    assert (press.sets[0].weight, curl.sets[0].weight) == (kilos(85), None)
    script = next(each for each in config.load_exercises(folder) if each.id == "squat")
    assert programs.first(visit, script, config.load_exercises(folder)).id == "leg-press"


def test_a_day_can_be_named_and_the_end_is_told(path: Path, folder: Path) -> None:
    trained(path, ("mine/w2d1", 2))
    with pytest.raises(Mistake, match="is over; to begin again: --program mine/w1d1"):
        today(path, folder)
    assert id_of(today(path, folder, "mine/w1d1")) == "mine/w1d1"
    with pytest.raises(Mistake, match="no such day"):
        today(path, folder, "mine/w3d1")


def test_a_day_that_broke_off_is_offered_and_waits(path: Path, folder: Path) -> None:
    trained(path, ("mine/w2d1", 1), over=False, began=logbook.now() - timedelta(hours=1))
    visit = today(path, folder)
    assert visit.interrupted is not None
    assert visit.broken is not None
    assert (id_of(visit), visit.broken.id) == ("mine/w1d1", "mine/w2d1")
    assert visit.broken.day is not None
    assert visit.broken.day.week == 2


def test_the_settings_name_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "voicecoach.toml").write_text('[coach]\nprogram = "linear"\n')
    plain = Options(folder=tmp_path)
    assert programs.usual(None, plain).program == "linear"
    assert programs.usual("squat", plain).program is None
    assert programs.usual(None, Options(folder=tmp_path, workout="full-body")).program is None


def test_a_program_leaves_nothing_else_to_choose(run: Run) -> None:
    for words in (["squat"], ["--reps", "5"], ["--workout", "full-body"]):
        told = mistake(*run("start", "--program", "linear", *words))
        assert told.startswith("--program can't be combined with ")
    told = mistake(*run("start", "--program", "linaer"))
    assert told.startswith('no program "linaer", did you mean "linear"?')


def test_the_log_tells_planned_against_done_by_week(run: Run, path: Path, folder: Path) -> None:
    trained(path, ("mine/w1d1", 2), ("mine/w2d1", 1))
    code, out, err = run("log", "--weeks", "--config", folder)
    assert (code, err) == (0, "")
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "program week days sets reps kg moved",
        "Mine 1 1/1 2/4 16/32 1280",
        "Mine 2 0/1 1/4 8/32 640",
    ]
    assert "mine" not in run("log")[1]


def test_without_a_program_the_log_says_how_to_begin_one(run: Run, path: Path) -> None:
    trained(path, ("", 1))
    code, out, err = run("log", "--weeks")
    assert (code, out) == (0, "")
    assert "voicecoach start --program linear" in err


def test_the_report_tells_it_too(run: Run, path: Path, folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    trained(path, ("mine/w1d1", 2))
    code, _, err = run("report", "-o", tmp_path / "report.html", "--config", folder)
    assert code == 0, err
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<h2>Mine</h2>" in text
    assert '<td data-label="sets">2/4</td>' in text


def test_an_export_to_another_format_brings_the_days_back(
    run: Run, path: Path, folder: Path, tmp_path: Path
) -> None:
    trained(path, ("mine/w1d1", 2))
    file, other = tmp_path / "out.csv", tmp_path / "other.sqlite"
    assert run("export", "--format", "hevy", "-o", file)[0] == 0
    assert run("import", file, "--log", other, "--yes")[0] == 0
    assert id_of(today(other, folder)) == "mine/w2d1"
