"""The journal: every rep at once, nothing twice, and no trouble with the file ends a set."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.example_workouts import LEGS
from tests.support.locked_file import locked, set_free
from tests.support.log_records import (
    MORNING,
    RecordMaker,
    S,
    feed,
    heard,
    kilos,
    workout,
    workouts,
)
from tests.support.random_lifter import RandomLifter
from tests.support.said import PRESS, hear
from tests.support.session_driver import begin
from tests.support.session_steps import wait
from voicecoach.core.events import Effect, Entered, Intent, RepDone, SetOver, State
from voicecoach.core.workout import (
    Agreed,
    Amended,
    DoneSet,
    Entry,
    Interrupted,
    PlannedSet,
    SetKind,
    Target,
    Visit,
    Weight,
    Workout,
)
from voicecoach.history.database import Database, LogError
from voicecoach.history.journal import Journal, News
from voicecoach.history.log import Log
from voicecoach.history.logged import LoggedWorkout
from voicecoach.history.projection import Kept


class Told(list[tuple[News, str]]):
    """What a journal reports."""

    def __call__(self, news: News, line: str) -> None:
        self.append((news, line))

    @property
    def news(self) -> list[News]:
        return [news for news, _ in self]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "log.sqlite3"


def plain(workouts: Iterable[LoggedWorkout]) -> list[LoggedWorkout]:
    """Without what differs between logs."""
    return [
        replace(each, id=0, key="", sets=tuple(replace(s, id=0, workout=0) for s in each.sets))
        for each in workouts
    ]


def everything(path: Path) -> tuple[object, ...]:
    with Log(path) as log:
        workouts = log.workouts()
        ids = [s.id for each in workouts for s in each.sets]
        return (
            plain(workouts),
            [log.orders(each.id) for each in workouts],
            [log.reps(id) for id in ids],
            [log.timeline(id) for id in ids],
        )


def undisturbed(records: Iterable[Kept], path: Path) -> tuple[object, ...]:
    """What the log of an undisturbed journal holds."""
    journal = Journal(path, MORNING)
    feed(journal, records)
    journal.close()
    return everything(path)


# --- as it happens ---------------------------------------------------------------------------


def test_each_rep_and_each_command_is_there_at_once(path: Path) -> None:
    maker = RecordMaker()
    journal = Journal(path, MORNING)
    reps = commands = 0
    for record in [*maker.begin(), *maker.set(5, refused=1), *maker.set(2)]:
        journal.feed([record], record.at)
        if isinstance(record, RepDone):
            reps += 1
        commands += isinstance(record, type(heard(0, Intent.STOP)))
        with Log(path) as log:  # Another program's view.
            found = log.workouts()
            assert sum(each.reps for w in found for each in w.sets) == reps
            if found:
                assert len(log.orders(found[0].id)) == commands
    journal.close()


@settings(deadline=None, max_examples=25)
@given(workouts(), st.data())
def test_the_blocks_in_which_it_is_fed_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, records: list[Kept], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("blocks")
    journal = Journal(folder / "a.sqlite3", MORNING)
    rest = records
    while rest:
        n = data.draw(st.integers(1, len(rest)))
        journal.feed(rest[:n], rest[n - 1].at)
        rest = rest[n:]
    journal.close()
    assert everything(folder / "a.sqlite3") == undisturbed(records, folder / "b.sqlite3")


def test_corrections(path: Path) -> None:
    maker = RecordMaker()
    planned = PlannedSet(3, SetKind.WORK, kilos(80), 90 * S)
    records: list[Kept] = [*maker.begin(), *maker.set(3, planned)]
    records += [
        Amended(maker.at, 0, Entry.REPS, 10),
        Amended(maker.at, 0, Entry.NOTE, "left knee, tired"),
    ]
    records += maker.set(3, planned)
    records += [
        Amended(maker.at, 1, Entry.RPE, Decimal("8.5")),
        Amended(maker.at, 0, Entry.WEIGHT, kilos("82.5")),
        Amended(maker.at, 9, Entry.REPS, 1),
        Agreed(maker.at, "leg-press", Target(kilos(85), 8)),
        *maker.end(),
        Amended(maker.at, 0, Entry.REPS, 4),
        Amended(maker.at, 0, Entry.REPS, None),
    ]
    undisturbed(records, path)
    with Log(path) as log:
        first, second = log.sets()
        past = log.past("leg-press", MORNING + timedelta(days=2))
    assert (first.reps, first.counted, first.rpe) == (10, 3, Decimal("8.5"))
    assert first.notes == ("left knee", "tired")
    assert (first.weight, first.planned_weight) == (kilos(80), kilos(80))
    assert (second.reps, second.weight, second.planned_weight) == (3, kilos("82.5"), kilos(80))
    assert past.next == Target(kilos(85), 8)


@pytest.mark.parametrize("weight", [kilos(85), None])
def test_what_was_agreed_holds_until_the_next_time(path: Path, weight: Weight | None) -> None:
    maker = RecordMaker()
    agreed = Agreed(0, "leg-press", Target(weight, 8))
    undisturbed([*maker.begin(), *maker.set(), agreed, *maker.end()], path)
    later = MORNING + timedelta(days=2)
    journal = Journal(path, later)
    feed(journal, workout())
    journal.close()
    with Log(path) as log:
        assert log.past("leg-press", later).next == Target(weight, 8)
        assert log.past("leg-press", later + timedelta(days=1)).next is None


def test_what_was_agreed_and_taken_back_holds_no_more(path: Path) -> None:
    maker = RecordMaker()
    targets = (Target(kilos(85), 8), None)
    agreed = [Agreed(0, "leg-press", target) for target in targets]
    undisturbed([*maker.begin(), *maker.set(), *agreed, *maker.end()], path)
    with Log(path) as log:
        assert log.past("leg-press", MORNING + timedelta(days=2)).next is None


def test_a_set_that_failed_is_in_the_log(path: Path) -> None:
    maker = RecordMaker()
    failed = Amended(0, 0, Entry.REPS, 0)
    undisturbed([*maker.begin(), *maker.set(), *maker.set(reps=1), failed, *maker.end()], path)
    with Log(path) as log:
        assert [(each.reps, each.counted) for each in log.sets()] == [(3, 3), (0, 1)]
        # It is not a past set that could be beaten.
        past = log.past("leg-press", MORNING + timedelta(days=2))
        assert [done.reps for done in past.last] == [3]


def test_a_session_that_does_nothing_leaves_no_workout(path: Path) -> None:
    maker = RecordMaker()
    undisturbed([*maker.begin(), heard(0, Intent.READY), *maker.end()], path)
    with Log(path) as log:
        assert log.workouts() == []
    assert Journal(path, MORNING + timedelta(hours=1)).interrupted is None


@pytest.mark.parametrize("seed", range(8))
def test_the_log_tells_what_the_session_knows(path: Path, seed: int) -> None:
    lifter = RandomLifter(seed, talkative=0.2)
    journal = Journal(path, MORNING)
    paced: list[int] = []
    for records in lifter.train():
        journal.feed(records, lifter.loop.certain)
        paced += [each.at for each in records if isinstance(each, RepDone)]
    journal.close()
    with Log(path) as log:
        sets = log.sets()
        (one,) = log.workouts()
        reps = [rep for each in sets for rep in log.reps(each.id)]
    known = lifter.loop.conversation.session.workout.log
    assert len(sets) >= 2
    assert [(each.exercise, each.kind, each.reps, each.rpe) for each in sets] == [
        (each.exercise, each.done.kind, each.done.reps, each.done.rpe) for each in known
    ]
    assert [each.weight for each in sets] == [each.done.weight for each in known]
    assert [", ".join(each.notes) for each in sets] == [each.note for each in known]
    assert len(reps) == len(paced)
    assert one.ended == "over"


# --- a workout that was interrupted ----------------------------------------------------------

KEPT = get_args(Kept)


def begun(path: Path, records: Iterable[Kept]) -> None:
    """A journal that is never closed."""
    feed(Journal(path, MORNING), records)


CORRECTED = ("zero reps", "nine reps", "undo", "no", "delete last set", "note lower back")
"""What corrects the set before, in its rest or at the gate of the next."""
AWAITED = {State.GATE: "ready", State.ARMED: "start set", State.RACKING: "locked"}


def broken_off(effects: list[Effect]) -> Interrupted | None:
    """What the log knows if the program went away after these."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite"
        begun(path, [each for each in effects if isinstance(each, KEPT)])
        return Journal(path, MORNING + timedelta(minutes=5)).interrupted


@settings(max_examples=60)
@example([*[""] * 7, "zero reps", *[""] * 12])
@example([*[""] * 5, "delete last set", "", "undo", *[""] * 12])
@given(st.lists(st.one_of(*[st.just("")] * 4, st.sampled_from(CORRECTED)), max_size=40))
def test_what_breaks_off_is_known_as_the_session_knew_it(said: list[str]) -> None:
    """Sets without sides shared a number after a correction at the gate of the next, and counted as
    one. "": what the coach waits for."""
    session, effects = begin(PRESS)
    for text in said:
        if session.state in (State.COUNTDOWN, State.REP):
            session, more = wait(session, 20)
            effects += more
        session, more = hear(session, text or AWAITED.get(session.state, "start set"))
        effects += more
    broken = broken_off(effects)
    known = [(each.exercise, each.done) for each in session.workout.log]
    assert [*(broken.done if broken is not None else ())][: len(known)] == known


@pytest.mark.parametrize("plan", [None, LEGS])
@pytest.mark.parametrize(
    ("said", "target"), [("nine reps", 9), ("as many as possible", 0), ("five by five", 5)]
)
def test_the_target_that_was_said_goes_on(plan: Workout | None, said: str, target: int) -> None:
    """Like the weight. It was that of the file again."""
    visit = Visit(plan)
    session, effects = begin(PRESS, visit=visit, offered=(PRESS,) if plan else ())
    if plan is not None:
        session, more = hear(session, "skip set")
        effects += more
    for text in (said, "ready", "start set"):
        session, more = hear(session, text)
        effects += more
    session, more = wait(session, 60)
    effects += more
    for text in ("done", "locked"):
        session, more = hear(session, text)
        session, later = wait(session, 2)
        effects += [*more, *later]
    broken = broken_off(effects)
    back = Visit(interrupted=broken, broken=plan)
    session, _ = begin(PRESS, visit=back, offered=(PRESS,) if plan else ())
    session, _ = hear(session, "carry on")
    assert session.state is State.GATE
    assert session.workout.target == target


def test_a_warm_up_that_broke_off_knows_where_it_led(path: Path) -> None:
    maker = RecordMaker()
    warm_up = PlannedSet(3, SetKind.WARM_UP, kilos("32.5"), 60 * S, toward=kilos(80))
    begun(path, [*maker.begin(""), *maker.set(3, warm_up)])
    interrupted = Journal(path, MORNING + timedelta(minutes=5)).interrupted
    assert interrupted is not None
    done = DoneSet(SetKind.WARM_UP, 3, kilos("32.5"), toward=kilos(80))
    assert interrupted.done == (("leg-press", done),)


@pytest.mark.parametrize("ended_by", ["target", "done", "stop"])
def test_a_set_that_ended_was_not_cut(path: Path, ended_by: str) -> None:
    """However few its reps."""
    maker = RecordMaker()
    planned = PlannedSet(10, SetKind.WORK, kilos(80), 90 * S)
    records = [*maker.begin(), *maker.set(1, planned)]
    records = [
        replace(each, ended_by=ended_by) if isinstance(each, SetOver) else each for each in records
    ]
    begun(path, records)
    interrupted = Journal(path, MORNING + timedelta(minutes=5)).interrupted
    assert interrupted is not None
    assert not interrupted.cut


@pytest.mark.parametrize("states", [True, False])
def test_the_catches_may_be_open_if_the_log_cannot_tell(path: Path, states: bool) -> None:
    maker = RecordMaker()
    records = [*maker.begin(), *maker.set(1)]
    begun(path, [each for each in records if states or not isinstance(each, Entered)])
    interrupted = Journal(path, MORNING + timedelta(minutes=5)).interrupted
    assert interrupted is not None
    assert interrupted.unlocked != states


def test_an_interrupted_workout_goes_on(path: Path) -> None:
    maker = RecordMaker()
    planned = PlannedSet(3, SetKind.WORK, kilos(80), 90 * S)
    whole = [*maker.begin("legs"), *maker.set(3, planned)]
    broken = [*maker.set(3, planned)][:-6]  # In the last rep, before its end.
    assert not any(isinstance(each, SetOver) for each in broken)
    begun(path, [*whole, *broken])

    later = MORNING + timedelta(minutes=30)
    journal = Journal(path, later)
    interrupted = journal.interrupted
    assert interrupted is not None
    assert interrupted.workout == "legs"
    assert [exercise for exercise, _ in interrupted.done] == ["leg-press"] * 2
    assert interrupted.done[0][1] == DoneSet(SetKind.WORK, 3, kilos(80))
    assert 20 < interrupted.minutes_ago < 30
    assert interrupted.cut
    assert interrupted.planned == (planned, planned)
    maker = RecordMaker(number=2)
    feed(journal, [heard(0, Intent.READY), *maker.begin(carried_on=True), *maker.set()])
    feed(journal, [Amended(maker.at, 2, Entry.RPE, Decimal(9)), *maker.end()])
    journal.close()
    with Log(path) as log:
        (one,) = log.workouts()
        assert (one.plan, one.began, one.ended) == ("legs", MORNING, "over")
        assert [each.ended_by for each in one.sets] == ["target", "broken off", "target"]
        assert [each.rpe for each in one.sets] == [Decimal(9), None, None]
        assert one.sets[2].began == later
        assert one.sets[2].rest is None
        assert len(log.reps(one.sets[2].id)) == 3
        assert [each.at for each in log.orders(one.id)] == sorted(
            each.at for each in log.orders(one.id)
        )
    assert Journal(path, later + timedelta(hours=1)).interrupted is None


def test_one_that_does_not_go_on_is_closed(path: Path) -> None:
    maker = RecordMaker()
    begun(path, [*maker.begin(), *maker.set(2), *[*maker.set(3)][:-6]])
    later = MORNING + timedelta(hours=2)
    journal = Journal(path, later)
    assert journal.interrupted is not None
    feed(journal, workout(1))
    journal.close()
    with Log(path) as log:
        first, second = log.workouts()
    assert (first.ended, second.ended) == ("closed", "over")
    assert [each.ended_by for each in first.sets] == ["target", "broken off"]
    assert (first.began, second.began) == (MORNING, later)


def test_one_of_yesterday_is_not_offered(path: Path) -> None:
    maker = RecordMaker()
    begun(path, [*maker.begin(), *maker.set(2)])
    assert Journal(path, MORNING + timedelta(hours=11)).interrupted is not None
    assert Journal(path, MORNING + timedelta(hours=13)).interrupted is None


def test_a_clock_that_was_set_back(path: Path) -> None:
    maker = RecordMaker()
    begun(path, [*maker.begin(), *maker.set(2)])
    journal = Journal(path, MORNING - timedelta(hours=1))
    assert journal.interrupted is not None
    assert journal.interrupted.minutes_ago == 0
    maker = RecordMaker(number=1)
    feed(journal, [*maker.begin(carried_on=True), *maker.set(), *maker.end()])
    journal.close()
    with Log(path) as log:
        first, second = log.sets()
    assert first.began < second.began


def test_a_workout_that_was_over_too_early(path: Path) -> None:
    maker = RecordMaker()
    records: list[Kept] = [*maker.begin(), *maker.set(), *maker.end()]
    records += [*maker.begin(carried_on=True), *maker.set(2), *maker.end()]
    undisturbed(records, path)
    with Log(path) as log:
        (one,) = log.workouts()
    assert [each.reps for each in one.sets] == [3, 2]
    assert one.ended == "over"


def test_two_workouts_of_one_session(path: Path) -> None:
    maker = RecordMaker()
    records: list[Kept] = [*maker.begin("legs"), *maker.set(), *maker.end()]
    maker.at += 600 * S
    at = maker.at
    records += [*maker.begin("arms"), *maker.set(2), *maker.end()]
    undisturbed(records, path)
    with Log(path) as log:
        first, second = log.workouts()
    assert (first.plan, second.plan) == ("legs", "arms")
    assert second.began == second.sets[0].began == MORNING + timedelta(seconds=at / S)
    assert second.lasted == pytest.approx((maker.at - at) / S)


def test_two_sessions_at_once_on_one_log_lose_nothing(path: Path) -> None:
    """Two lifters on one machine, or a forgotten session in another window."""
    first, second = Journal(path, MORNING), Journal(path, MORNING + timedelta(minutes=5))
    one, two = RecordMaker(), RecordMaker()
    for a, b in zip(
        [*one.begin(), *one.set(3), *one.set(2)],
        [*two.begin(), *two.set(2, exercise="squat"), *two.set(3, exercise="squat")],
        strict=False,
    ):
        feed(first, [a])
        feed(second, [b])
    first.close()
    second.close()
    with Log(path) as log:
        assert [
            [(each.exercise, each.number, len(log.reps(each.id))) for each in workout.sets]
            for workout in log.workouts()
        ] == [
            [("leg-press", 1, 3), ("leg-press", 2, 2)],
            [("squat", 1, 2), ("squat", 2, 3)],
        ]


# --- kill -9 ---------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from tests.support.log_records import MORNING, RecordMaker
from voicecoach.history.journal import Journal

journal = Journal(Path(sys.argv[1]), MORNING)
maker = RecordMaker()
feed = [*maker.begin(), *maker.set(200, refused=1)]
for record in feed:
    journal.feed([record], record.at)
    if type(record).__name__ == "RepDone":
        print(record.n, flush=True)
"""


@pytest.mark.parametrize("after", [1, 2, 7, 31, 90])
def test_a_kill_loses_no_finished_rep(path: Path, after: int) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    for _ in range(after):
        said = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    child.wait()
    said = max([said, *(int(line) for line in child.stdout.read().split("\n")[:-1] if line)])
    child.stdout.close()
    with Log(path) as log:
        (done,) = log.sets()
        assert said <= done.reps <= said + 1
        assert [rep.number for rep in log.reps(done.id)] == list(range(1, done.reps + 1))
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    raw.close()


# --- a file that can't be written ------------------------------------------------------------


def test_a_locked_file_is_written_when_it_is_free(path: Path) -> None:
    told = Told()
    records = workout(3)
    third = len(records) // 3
    journal = Journal(path, MORNING, told)
    feed(journal, records[:third])
    with locked(path) as program:
        feed(journal, records[third : third + 12])
        assert told.news == [News.KEPT_IN_MIND]
        assert str(path) in told[0][1]
        assert "locked" in told[0][1]
        set_free(program)
    feed(journal, records[third + 12 :])
    assert told.news == [News.KEPT_IN_MIND, News.WRITTEN]
    journal.close()
    assert everything(path) == undisturbed(records, path.with_name("other.sqlite3"))


def test_a_file_that_is_locked_from_the_beginning(path: Path) -> None:
    told = Told()
    path.parent.mkdir()
    records = workout(1)
    with locked(path) as program:
        journal = Journal(path, MORNING, told)
        assert journal.interrupted is None
        feed(journal, records[:10])
        assert told.news == [News.KEPT_IN_MIND]
        set_free(program)
    journal.feed([], records[9].at + 10 * S)  # Nothing new requires it, but time has passed.
    assert told.news == [News.KEPT_IN_MIND, News.WRITTEN]
    feed(journal, records[10:])
    journal.close()
    assert everything(path) == undisturbed(records, path.with_name("other.sqlite3"))


def test_what_could_not_be_written_to_the_end_is_there_the_next_time(path: Path) -> None:
    told = Told()
    records = workout(3)
    half = len(records) // 2
    journal = Journal(path, MORNING, told)
    feed(journal, records[:half])
    with locked(path):
        feed(journal, records[half:])
        journal.close()
        assert told.news == [News.KEPT_IN_MIND, News.SAVED]
        (saved,) = path.parent.glob("unwritten-*.sqlite")
        assert str(saved) in told[-1][1]
        # Still locked, so it stays where it is.
        Journal(path, MORNING + timedelta(days=1)).close()
        assert saved.exists()
    Journal(path, MORNING + timedelta(days=2)).close()
    assert not [*path.parent.glob("unwritten-*")]
    assert everything(path) == undisturbed(records, path.with_name("other.sqlite3"))


def test_an_interrupted_workout_that_goes_on_is_brought_home_too(path: Path) -> None:
    maker = RecordMaker()
    planned = PlannedSet(3, SetKind.WORK, kilos(80), 90 * S)
    first = [*maker.begin("legs"), *maker.set(3, planned), *[*maker.set(3, planned)][:-6]]
    begun(path, first)
    before = everything(path)
    later = MORNING + timedelta(hours=1)
    maker = RecordMaker(number=2)
    second = [*maker.begin("legs", carried_on=True), *maker.set(2, planned), *maker.end()]

    def go_on(path: Path) -> None:
        journal = Journal(path, later)
        with locked(path) if path.name == "log.sqlite3" else nullcontext():
            feed(journal, second)
            journal.close()

    other = path.with_name("other.sqlite3")
    begun(other, first)
    go_on(other)
    go_on(path)
    assert everything(path) == before
    Journal(path, later).close()
    assert everything(path) == everything(other)


def test_one_that_went_on_without_what_was_saved_of_it_loses_neither(path: Path) -> None:
    maker = RecordMaker()
    begun(path, [*maker.begin(), *maker.set(1)])
    for n, records in ((1, [*RecordMaker().set(2)]), (2, [*RecordMaker(at=3600 * S).set(3)])):
        journal = Journal(path, MORNING + timedelta(minutes=10 * n))
        kept = [*path.parent.glob("unwritten-*")]
        with locked(path) if n == 1 else nullcontext():
            feed(journal, [*RecordMaker().begin(carried_on=True), *records])
            journal.close()
        assert not kept
        if n == 1:  # The second one does not find it yet.
            (saved,) = path.parent.glob("unwritten-*")
            saved.rename(path.parent / "elsewhere")
    (path.parent / "elsewhere").rename(path.parent / saved.name)
    Journal(path, MORNING + timedelta(hours=2)).close()
    with Log(path) as log:
        assert sorted([each.reps for each in w.sets] for w in log.workouts()) == [[1, 2], [1, 3]]


def test_what_fits_nowhere_is_told(tmp_path: Path) -> None:
    """Neither beside the log nor in the spare folder."""
    (tmp_path / "file").write_text("no folder")
    told = Told()
    spare = tmp_path / "file" / "spare"
    journal = Journal(tmp_path / "file" / "log.sqlite3", MORNING, told, [spare])
    feed(journal, workout(1)[:6])
    journal.close()
    assert told.news == [News.KEPT_IN_MIND, News.LOST]


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(512)):
            pass
    return filler


def test_on_a_disk_that_fills_up_there_is_room_for_the_workout_in_the_end(
    small_disk: Path, path: Path
) -> None:
    log = small_disk / "log.sqlite3"
    told = Told()
    maker = RecordMaker()
    records = [*maker.begin()]
    for _ in range(20):
        records += maker.set(12, refused=2)
    journal = Journal(log, MORNING, told)
    fill(small_disk)
    feed(journal, records)
    journal.close()
    assert told.news == [News.KEPT_IN_MIND, News.WRITTEN]
    assert everything(log) == undisturbed(records, path.with_name("other.sqlite3"))


@pytest.mark.parametrize("news", [News.SAVED, News.SAVED_UNTIL_LOGOUT])
def test_a_workout_on_a_disk_that_was_full_is_saved_in_another_folder(
    small_disk: Path, path: Path, news: News
) -> None:
    log = small_disk / "log.sqlite3"
    told = Told()
    records = workout(2)
    Journal(log, MORNING - timedelta(days=1)).close()
    filler = fill(small_disk)
    spares = [small_disk / "state", path.parent][: 2 if news is News.SAVED else 1]
    journal = Journal(log, MORNING, told, spares, path.parent / "run")
    feed(journal, records)
    journal.close()
    assert told.news == [News.KEPT_IN_MIND, news]
    (saved,) = (path.parent if news is News.SAVED else path.parent / "run").glob("*.sqlite")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert str(saved) in told[-1][1]
    filler.unlink()
    Journal(log, MORNING + timedelta(days=1), told, spares, path.parent / "run").close()
    assert everything(log) == undisturbed(records, path.with_name("other.sqlite3"))


FULL = """
import resource, signal, sys
from pathlib import Path
from tests.support.log_records import MORNING, RecordMaker, S
from voicecoach.history.journal import Journal

news = []
path = Path(sys.argv[1])
journal = Journal(path, MORNING, lambda each, line: (news.append(each.name), print(line)))
maker = RecordMaker()
records = [*maker.begin(), *maker.set(3), *maker.set(40), *maker.set(3), *maker.end()]
half = len(records) // 2
for record in records[:6]:
    journal.feed([record], record.at)
fill(path)
for record in records[6:half]:
    journal.feed([record], record.at)
assert news == ["KEPT_IN_MIND"], news
make_room(path)
for record in records[half:]:
    journal.feed([record], record.at)
journal.close()
assert news == ["KEPT_IN_MIND", "WRITTEN"], news
"""

ONE_FILE_TOO_BIG = """
def fill(path):
    wal = path.with_name(path.name + "-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, resource.RLIM_INFINITY))
def make_room(path):
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
"""

NO_ROOM_ON_THE_DISK = """
def fill(path):
    with open(path.with_name("filler"), "wb", buffering=0) as filler:
        for size in (4096, 1):
            try:
                while filler.write(bytes(size)): pass
            except OSError:
                pass
def make_room(path):
    path.with_name("filler").unlink()
"""


def records_of_full() -> list[Kept]:
    maker = RecordMaker()
    return [*maker.begin(), *maker.set(3), *maker.set(40), *maker.set(3), *maker.end()]


def test_a_file_that_may_not_grow(path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", ONE_FILE_TOO_BIG + FULL, str(path)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert everything(path) == undisturbed(records_of_full(), path.with_name("other.sqlite3"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True
    )
    if mount.returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk(small_disk: Path, path: Path) -> None:
    log = small_disk / "log.sqlite3"
    run = subprocess.run(
        [sys.executable, "-c", NO_ROOM_ON_THE_DISK + FULL, str(log)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "the disk is full" in run.stdout
    assert everything(log) == undisturbed(records_of_full(), path)


# --- a file that can't be read ---------------------------------------------------------------


@pytest.mark.parametrize(
    "junk", [b"my diary, in words\n" * 300, b"SQLite format 3\0" + b"\7" * 5000]
)
def test_a_damaged_log_is_kept_and_a_new_one_begun(path: Path, junk: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(junk)
    told = Told()
    journal = Journal(path, MORNING, told)
    assert told.news == [News.BEGUN_ANEW]
    feed(journal, workout())
    journal.close()
    assert told.news == [News.BEGUN_ANEW]
    (kept,) = path.parent.glob("log.damaged-*.sqlite3")
    assert kept.read_bytes() == junk
    assert kept.name in told[0][1]
    assert everything(path) == undisturbed(workout(), path.with_name("other.sqlite3"))


def test_a_log_that_breaks_in_the_middle_of_a_workout(path: Path) -> None:
    told = Told()
    undisturbed(workout(3), path)
    records = workout(2)
    journal = Journal(path, MORNING, told)
    feed(journal, records[:1])
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\5" * (len(raw) - 4096)
    path.write_bytes(raw)
    feed(journal, records[1:])
    journal.close()
    assert told.news == [News.BEGUN_ANEW]
    assert "damaged" in told[0][1]
    # The new log holds the whole workout.
    assert everything(path) == undisturbed(records, path.with_name("other.sqlite3"))


def test_a_log_that_somebody_deletes_in_a_workout(path: Path) -> None:
    records = workout(2)
    half = len(records) // 2
    journal = Journal(path, MORNING)
    feed(journal, records[:half])
    for each in path.parent.iterdir():
        each.unlink()
    feed(journal, records[half:])
    journal.close()
    assert everything(path) == undisturbed(records, path.with_name("other.sqlite3"))


def test_a_log_of_a_newer_version_is_left_alone(path: Path) -> None:
    undisturbed(workout(1), path)
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    before = path.read_bytes()
    for n in (1, 2):
        told = Told()
        journal = Journal(path, MORNING + n * timedelta(days=1), told)
        feed(journal, workout(2))
        journal.close()
        assert told.news == [News.BESIDE]
        assert "newer" in told[0][1]
        assert path.read_bytes() == before
        with Log(journal.path) as log:
            assert len(log.workouts()) == n
    with pytest.raises(LogError, match="newer"):
        Database(path)


def test_the_name_of_a_kept_log_is_not_taken_twice(path: Path) -> None:
    for _ in range(3):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"junk" * 1000)
        Journal(path, MORNING).close()
    assert len([*path.parent.glob("log.damaged-*")]) == 3
