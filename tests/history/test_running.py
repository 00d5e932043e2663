"""Two sessions on one log: which workouts are running, and which are not any more."""

from __future__ import annotations

import signal
import stat
import subprocess
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.log_records import MORNING, RecordMaker, S, feed
from tests.support.other_program import other_program
from voicecoach.history import running
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log
from voicecoach.history.projection import Kept

LATER = MORNING + timedelta(minutes=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "log.sqlite"


SESSION = """
import sys, time
from pathlib import Path
from tests.support.log_records import MORNING, RecordMaker
from voicecoach.history.journal import Journal

journal = Journal(Path(sys.argv[1]), MORNING)
maker = RecordMaker()
for record in [*maker.begin(), *maker.set(3)]:
    journal.feed([record], record.at)
print("training", flush=True)
sys.stdin.readline()
for record in maker.set(4):
    journal.feed([record], record.at)
journal.close()
"""


def elsewhere(path: Path) -> AbstractContextManager[subprocess.Popen[str]]:
    """A session that has done a set and rests. A line to it makes it do another, and end."""
    return other_program(SESSION, path, "training")


def reps(path: Path) -> list[list[int]]:
    """Of the sets of each workout."""
    with Log(path) as log:
        assert not log.damaged
        return [[each.reps for each in one.sets] for one in log.workouts()]


def left(path: Path) -> list[Path]:
    return [*path.parent.glob("*.running")]


def test_one_that_runs_elsewhere_is_not_offered_and_is_not_closed(path: Path) -> None:
    with elsewhere(path) as other:
        journal = Journal(path, LATER)
        assert journal.interrupted is None
        feed(
            journal, [*RecordMaker().begin(), *RecordMaker().set(2), *RecordMaker(at=300 * S).end()]
        )
        journal.close()
        other.communicate("\n", timeout=30)
    assert reps(path) == [[3, 4], [2]]
    with Log(path) as log:
        assert [each.ended for each in log.workouts()] == ["", "over"]
    assert not left(path)


def test_nor_while_it_is_stopped(path: Path) -> None:
    with elsewhere(path) as other:
        other.send_signal(signal.SIGSTOP)
        assert Journal(path, LATER).interrupted is None
        other.send_signal(signal.SIGCONT)
        other.communicate("\n", timeout=30)
    assert reps(path) == [[3, 4]]


def test_one_that_was_killed_is_offered_at_once(path: Path) -> None:
    with elsewhere(path) as other:
        other.kill()
        other.wait()
        journal = Journal(path, LATER)
        assert journal.interrupted is not None
        # It is ours now, so a third session is not offered it.
        assert Journal(path, LATER).interrupted is None
        maker = RecordMaker(number=1)
        feed(journal, [*maker.begin(carried_on=True), *maker.set(5), *maker.end()])
        journal.close()
    assert reps(path) == [[3, 5]]
    assert not left(path)


def test_one_that_is_offered_and_not_taken_is_free_again(path: Path) -> None:
    first = Journal(path, MORNING)
    feed(first, [*RecordMaker().begin(), *RecordMaker().set(3)])
    assert Journal(path, LATER).interrupted is None
    first.close()
    asked = Journal(path, LATER)
    assert asked.interrupted is not None
    assert Journal(path, LATER).interrupted is None
    asked.close()
    assert Journal(path, LATER).interrupted is not None


def test_of_two_that_broke_off_the_one_that_is_free_is_offered(path: Path) -> None:
    with elsewhere(path) as killed, elsewhere(path):
        killed.kill()
        killed.wait()
        journal = Journal(path, LATER)
        assert journal.interrupted is not None
        journal.close()


def test_the_number_of_a_process_means_nothing(path: Path) -> None:
    """The file of a session that is gone, whatever process has its number by now."""
    first = Journal(path, MORNING)
    feed(first, [*RecordMaker().begin(), *RecordMaker().set(3)])
    (file,) = left(path)
    kept = file.read_bytes()
    first.close()
    file.write_bytes(kept)
    assert Journal(path, LATER).interrupted is not None


def test_a_hold_is_had_once(tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    for _ in range(3):
        one = running.hold(log, "k")
        assert one is not None
        assert running.hold(log, "k") is None
        other = running.hold(log, "l")
        assert other is not None
        other.let_go()
        one.let_go()
        one.let_go()
    assert [*tmp_path.iterdir()] == []


def test_without_locks_each_keeps_what_is_theirs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two machines share a folder whose locks work on one of them only: the second is offered what
    runs on the first, and continues it. No rep of either is lost."""
    monkeypatch.setattr(running, "hold", lambda log, key: running.Hold(None, log))
    one, two = RecordMaker(), RecordMaker(number=1)
    first = Journal(path, MORNING)
    feed(first, [*one.begin(), *one.set(3)])
    second = Journal(path, LATER)
    assert second.interrupted is not None
    theirs: list[Kept] = [*two.begin(carried_on=True), *two.set(5), *two.set(6)]
    ours = [*one.set(4), *one.set(2), *one.end()]
    for a, b in zip(ours, theirs, strict=False):
        feed(first, [a])
        feed(second, [b])
    feed(first, ours[len(theirs) :])
    feed(second, theirs[len(ours) :])
    first.close()
    second.close()
    assert sorted(each for workout in reps(path) for each in workout) == [2, 3, 4, 5, 6]


def test_a_workout_that_somebody_deletes_from_the_log_is_written_anew(path: Path) -> None:
    maker = RecordMaker()
    journal = Journal(path, MORNING)
    feed(journal, [*maker.begin(), *maker.set(3)])
    with Log(path) as log:
        log._database.rows("DELETE FROM workouts")
    feed(journal, [*maker.set(2), *maker.end()])
    journal.close()
    assert reps(path) == [[3, 2]]


# --- whose files they are --------------------------------------------------------------------


def modes(folder: Path) -> dict[str, str]:
    found = {each.name: each.stat().st_mode for each in (folder, *folder.iterdir())}
    return {name: oct(stat.S_IMODE(mode)) for name, mode in found.items()}


def test_the_log_and_all_that_is_beside_it_is_its_owners_alone(path: Path) -> None:
    maker = RecordMaker()
    journal = Journal(path, MORNING)
    feed(journal, [*maker.begin(), *maker.set(3)])
    found = modes(path.parent)
    assert len(found) == 5
    assert found.pop("data") == "0o700"
    assert set(found.values()) == {"0o600"}
    journal.close()


def test_one_that_was_open_to_all_is_closed(path: Path) -> None:
    journal = Journal(path, MORNING)
    feed(journal, [*RecordMaker().begin(), *RecordMaker().set(3)])
    for each in path.parent.iterdir():
        each.chmod(0o644)
    with Log(path):
        found = modes(path.parent)
    assert {mode for name, mode in found.items() if "sqlite" in name and "running" not in name} == {
        "0o600"
    }
    journal.close()


def test_a_file_that_is_not_ours_is_left_as_it_is(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    diary.write_text("Monday\n" * 200)
    diary.chmod(0o644)
    with pytest.raises(Exception, match="not a voicecoach log"):
        Log(diary)
    assert modes(tmp_path)["diary"] == "0o644"
