"""The log from the command line: written by a session, shown to a person and to a program."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.support.cli_runner import Run, mistake
from tests.support.locked_file import locked, set_free
from tests.support.log_records import MORNING, RecordMaker, S, kilos
from tests.support.session_driver import BEGIN, QUIET, leg_press, shipped
from voicecoach.cli import logbook
from voicecoach.cli.simulate import run as simulate
from voicecoach.core.cues import Ended
from voicecoach.core.decision import Thresholds
from voicecoach.core.events import RepDone
from voicecoach.core.plan import MICROPHONE_RATE
from voicecoach.core.workout import Amended, Entry, PlannedSet, SetKind, Unit, Visit, Weight
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log
from voicecoach.listening.scripted import Scripted
from voicecoach.runtime.workout_conversation import WorkoutLoop, workout_loop
from voicecoach.speaking.silent import SilentClips


@pytest.fixture
def path(nobody: Path) -> Path:
    """The user's own log."""
    return nobody / "log.sqlite"


def trained(path: Path) -> None:
    """Three workouts of two exercises."""
    for day in range(3):
        maker = RecordMaker()
        records = [
            *maker.begin(),
            *maker.set(12, PlannedSet(12, SetKind.WARM_UP, kilos(40), 60 * S), rest=50),
            *maker.set(10, PlannedSet(12, SetKind.WORK, kilos(80), 90 * S), paused_after=6),
            Amended(maker.at, 0, Entry.RPE, Decimal("8.5")),
        ]
        maker.number = 0
        pounds = PlannedSet(15, SetKind.WORK, Weight(Decimal("175.5"), Unit.LB))
        records += [
            *maker.set(14, pounds, exercise="leg-curl", ended_by="stop"),
            Amended(maker.at, 0, Entry.REPS, 15),
            Amended(maker.at, 0, Entry.NOTE, "left knee"),
            *maker.end(),
        ]
        journal = Journal(path, MORNING + timedelta(days=2 * day))
        journal.feed(records, 0)
        journal.close()


def test_the_table_in_a_pipe(run: Run, path: Path) -> None:
    trained(path)
    code, out, err = run("log", "--last", "1")
    assert (code, err) == (0, "")
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "date exercise set reps weight e1RM tempo load s rest s",
        "2026-03-06 leg-press W 12 40 kg 3-1-2-1 84",
        "2026-03-06 leg-press 2 10/12 80 kg 106.7 3-1-2-1 70 50/60 RPE 8.5; 1 pause",
        "2026-03-06 leg-curl 1 15 175.5 lb ~119.4 3-1-2-1 98 90 ended by stop; 14 paced; left knee",
    ]
    assert not any(line.endswith(" ") for line in out.splitlines())


def test_one_exercise_by_any_form_of_its_name(run: Run, path: Path) -> None:
    trained(path)
    _, out, _ = run("log", "--exercise", "Leg Curl")
    assert [line.split()[:2] for line in out.splitlines()[1:]] == [
        [f"2026-03-0{day}", "leg-curl"] for day in (2, 4, 6)
    ]
    code, out, err = run("log", "--exercise", "leg-curls")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        '--exercise: no "leg-curls" in the log, did you mean "leg-curl"? '
        "there are: leg-curl, leg-press"
    ]


def test_everything_as_json(run: Run, path: Path) -> None:
    trained(path)
    _, out, _ = run("log", "--json")
    assert len(json.loads(out)["workouts"]) == 3
    _, out, _ = run("log", "--json", "--last", "1", "--exercise", "leg-press")
    (only,) = json.loads(out)["workouts"]
    assert [each["weight"]["amount"] for each in only["sets"]] == ["40", "80"]


def test_an_empty_log_is_no_mistake(run: Run, path: Path) -> None:
    for words in (["log"], ["log", "--exercise", "leg-press"]):
        code, out, err = run(*words)
        assert (code, out) == (0, "")
        assert err.startswith(f"No workouts yet in {path}")
    assert json.loads(run("log", "--json")[1])["workouts"] == []
    assert not path.exists()


@pytest.mark.parametrize(
    "words", [["log"], ["report", "-o", "r.html"], ["export", "--format", "strong"]]
)
def test_a_log_that_was_named_and_is_not_there(run: Run, tmp_path: Path, words: list[str]) -> None:
    told = mistake(*run(*words, "--log", "nope.sqlite"))
    assert told == "nope.sqlite: does not exist; check the name and the folder"
    assert not (tmp_path / "nope.sqlite").exists()


def test_a_file_that_is_no_log(run: Run, tmp_path: Path) -> None:
    diary = tmp_path / "diary.txt"
    diary.write_text("Monday: legs.\n" * 100)
    for words in (["log"], ["simulate", "missing.wav"], ["start", "leg-press"]):
        code, out, err = run(*words, "--log", diary)
        assert (code, out) == (2, "")
    code, _, err = run("log", "--log", diary)
    assert err.splitlines() == [
        f"{diary}: it is not a voicecoach log (file is not a database)",
    ]
    assert diary.read_text() == "Monday: legs.\n" * 100


def test_a_log_and_no_log(run: Run, path: Path) -> None:
    code, _, err = run("start", "leg-press", "--log", path, "--no-log")
    assert code == 2
    assert err.splitlines() == ["--log can't be combined with --no-log"]


# --- a session -------------------------------------------------------------------------------


def coach(*more: tuple[float, str], visit: Visit | None = None) -> WorkoutLoop:
    return workout_loop(
        leg_press(reps=4),
        shipped().phrases,
        Scripted([*BEGIN, *more] if visit is None else more),
        SilentClips(),
        bars=Thresholds(loudspeaker=False),
        visit=visit or Visit(),
    )


def room(seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.full(round(seconds * MICROPHONE_RATE), QUIET)


def test_a_simulated_workout_is_logged_where_it_is_asked_for(nobody: Path) -> None:
    path = nobody / "some.sqlite"
    engine = coach((25.0, "slower"), (30.0, "ready"), (52.0, "locked"), (56.0, "nine reps"))
    simulate(engine, room(70), None, None, None, book=logbook.opened(path))
    with Log(path) as log:
        (done,) = log.sets()
        (workout,) = log.workouts()
        reps, orders = log.reps(done.id), log.orders(workout.id)
    assert (done.exercise, done.number, done.planned_reps) == ("leg-press", 1, 4)
    assert (done.reps, done.counted, len(reps)) == (9, 4, 4)
    assert (done.planned_tempo, done.tempo) == ("3-1-2-1", "4-1-3-1")
    assert done.ended_by == "target"
    assert [order.said for order in orders if order.accepted] == [
        *("ready", "start set", "slower", "locked", "nine reps"),
    ]
    assert [order.said for order in done.refused] == ["ready"]
    assert workout.ended == ""  # It may be continued.


def test_a_workout_that_broke_off_is_carried_on_in_the_next_session(nobody: Path) -> None:
    path = nobody / "some.sqlite"
    engine = coach((52.0, "locked"))
    simulate(engine, room(70), None, None, None, book=logbook.opened(path))
    book = logbook.opened(path)
    visit = Visit(past=book.past(["leg-press"]), interrupted=book.interrupted)
    assert visit.interrupted is not None
    words = ((12.0, "carry on"), (25.0, "ready"), (35.0, "start set"), (72.0, "locked"))
    simulate(coach(*words, visit=visit), room(80), None, None, None, book=book)
    with Log(path) as log:
        (workout,) = log.workouts()
    assert [(each.number, each.reps) for each in workout.sets] == [(1, 4), (2, 4)]


def test_what_is_the_matter_with_the_log_is_said_aloud_and_the_set_goes_on(
    nobody: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = nobody / "some.sqlite"
    engine = coach()
    book = logbook.opened(path)
    book.starts(engine.log_told)
    said: list[str] = []
    reps = 0

    def listen(seconds: float) -> None:
        nonlocal reps
        _, records = engine.process(room(seconds))
        book.feed(records, engine.certain)
        said.extend(r.want.id for r in records if isinstance(r, Ended))
        reps += sum(isinstance(r, RepDone) for r in records)

    listen(18)
    with locked(path) as program:
        for _ in range(14):
            listen(1)
        assert said.count("log_waits") == 1
        assert "log_written" not in said
        set_free(program)
    for _ in range(25):
        listen(1)
    book.close()
    assert said.count("log_waits") == said.count("log_written") == 1
    assert reps == 4
    assert "some.sqlite: another program has locked it" in capsys.readouterr().err
    with Log(path) as log:
        (done,) = log.sets()
        assert [rep.number for rep in log.reps(done.id)] == [1, 2, 3, 4]


def test_what_was_the_matter_before_the_session_is_said_when_it_begins(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"junk" * 500)
    book = logbook.opened(None)
    assert "a new log is begun, and this one kept: log.damaged-" in capsys.readouterr().err
    assert book.past(["leg-press"])["leg-press"].last == ()
    spoken: list[str] = []
    book.starts(spoken.append)
    book.close()
    assert spoken == ["log_anew"]


def test_a_session_knows_the_past(path: Path) -> None:
    trained(path)
    book = logbook.opened(None)
    past = book.past(["leg-press", "squat"])
    book.close()
    assert [each.reps for each in past["leg-press"].last] == [12, 10]
    assert past["squat"].last == ()
    assert book.interrupted is None
