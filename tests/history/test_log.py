"""The log: what is written comes back, queries are answered, nothing is added twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.log_records import MORNING, WEIGHTS, RecordMaker, S, as_work, kilos, workout
from voicecoach.core.workout import DoneSet, Past, PlannedSet, SetKind, Unit, Weight
from voicecoach.history.journal import Journal
from voicecoach.history.log import Added, Log
from voicecoach.history.logged import LoggedPause, LoggedSet, LoggedWorkout, TempoChange
from voicecoach.history.projection import Kept

DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite3"


def written(path: Path, records: Iterable[Kept], began: datetime = MORNING) -> None:
    journal = Journal(path, began)
    journal.feed(records, 0)
    journal.close()


def test_what_was_prescribed_stands_beside_what_was_done(path: Path) -> None:
    maker = RecordMaker()
    planned = PlannedSet(3, SetKind.WORK, Weight(Decimal("175.0"), Unit.LB), 60 * S)
    records = [
        *maker.begin("legs"),
        *maker.set(3, planned, slower_after=1, paused_after=2, refused=1, rest=75),
        *maker.set(2, planned, ended_by="stop"),
        *maker.end(),
    ]
    written(path, records)
    with Log(path) as log:
        (done,) = log.workouts()
        first, second = done.sets
        reps = log.reps(first.id)
        timeline = log.timeline(second.id)
    assert (done.plan, done.ended, done.began) == ("legs", "over", MORNING)
    assert first.began == MORNING
    assert (first.planned_reps, first.target, first.reps, first.counted) == (3, 3, 3, 3)
    assert str(first.weight and first.weight.amount) == "175.0"
    assert first.weight == first.planned_weight == planned.weight
    assert (first.planned_tempo, first.tempo) == ("3-1-2-1", "4-1-3-1")
    assert first.tempos == (TempoChange(10.0, "4-1-3-1"),)
    assert first.pauses == (LoggedPause(17.0, 20.0),)
    assert (first.tension, first.planned_tension, first.lasted) == (21.0, 21.0, 44.0)
    assert [order.said for order in first.refused] == ["explain", "explain", "explain"]
    assert [rep.at for rep in reps] == [9.0, 16.0, 43.0]
    assert (first.rest, first.planned_rest) == (None, None)
    assert (second.rest, second.planned_rest) == (75.0, 60.0)
    assert (second.number, second.reps, second.ended_by) == (2, 2, "stop")
    states = [each.what for each in timeline if each.kind == "state"]
    assert states == ["countdown", "rep", "racking", "rest"]
    assert {"phase", "cue", "heard"} <= {each.kind for each in timeline}


def test_a_timeline_begins_with_the_questions_before_the_set(path: Path) -> None:
    maker = RecordMaker()
    records = [*maker.begin(), *maker.set(1, rest=5), *maker.set(1, rest=5)]
    written(path, records)
    with Log(path) as log:
        first, second = (log.timeline(each.id) for each in log.sets())
    # What is said after a set belongs to it, and comes before the next one.
    assert [each.what for each in first if each.kind == "state"][-1] == "rest"
    assert [(each.at, each.what) for each in second if each.kind == "state"][:2] == [
        (-7.0, "racking"),
        (-5.0, "rest"),
    ]


def test_a_rest_without_an_end_has_no_planned_length(path: Path) -> None:
    maker = RecordMaker()
    planned = PlannedSet(1, rest=0)
    written(path, [*maker.begin(), *maker.set(1, planned), *maker.set(1, planned)])
    with Log(path) as log:
        assert [(each.rest, each.planned_rest) for each in log.sets()] == [
            (None, None),
            (90.0, None),
        ]


def test_what_is_narrowed_down(path: Path) -> None:
    for day in range(3):
        maker = RecordMaker()
        other = "leg-curl" if day == 1 else "leg-press"
        records = [*maker.begin(), *maker.set(), *maker.set(exercise=other), *maker.end()]
        written(path, records, MORNING + day * DAY)
    with Log(path) as log:
        assert log.exercises() == ["leg-curl", "leg-press"]
        assert len(log.sets()) == 6
        assert len(log.sets("leg-press")) == 5
        assert len(log.sets(since=MORNING + DAY)) == 4
        assert [len(each.sets) for each in log.workouts(last=2)] == [2, 2]
        assert [len(each.sets) for each in log.workouts("leg-curl")] == [1]
        assert [each.began for each in log.workouts(last=1)] == [MORNING + 2 * DAY]
        assert log.workouts("squat") == []
        for asked in ((), ("leg-curl",), (None, MORNING + DAY), ("leg-press", MORNING + DAY)):
            found = log.workouts(*asked)
            assert log.work(*asked) == [[as_work(each) for each in w.sets] for w in found]
            sets = log.sets(*asked)
            assert log.coached(9, *asked) == sets
            assert log.coached(1, *asked) == sets[-1:]
        assert log.work("squat") == []
        assert log.coached(1, "squat") == []
        assert log.timeline(99) == []
        assert log.reps(99) == []
        assert log.orders(99) == []


def test_a_missing_log_is_empty_and_stays_missing(path: Path) -> None:
    with Log(path) as log:
        assert log.workouts() == []
        assert log.exercises() == []
        assert log.past("leg-press", MORNING) == Past()
    assert not path.exists()


# --- the past --------------------------------------------------------------------------------


def done(day: int, *sets: tuple[int, Weight | None], kind: SetKind = SetKind.WORK) -> LoggedWorkout:
    began = MORNING + day * DAY
    return LoggedWorkout(
        began,
        tuple(LoggedSet("leg-press", began, reps, weight, kind) for reps, weight in sets),
    )


def test_the_past_of_an_exercise(path: Path) -> None:
    with Log(path, create=True) as log:
        log.add(
            [
                done(0, (10, kilos(60)), (1, kilos(70))),
                done(1, (10, kilos(100)), kind=SetKind.WARM_UP),
                done(2, (30, kilos(60)), (0, kilos(200))),
                done(4, (10, kilos(75)), (8, None)),
            ]
        )
        past = log.past("leg-press", MORNING + 7 * DAY)
        assert past.last == (
            DoneSet(SetKind.WORK, 10, kilos(75)),
            DoneSet(SetKind.WORK, 8),
        )
        assert past.days_ago == 3
        # 60 kg ten times; no warm-up; a set without a rep proves nothing.
        assert past.best == (Decimal(80), Decimal(120), Decimal(100))
        assert past.strongest == Decimal(120)
        assert log.past("leg-press", MORNING + DAY / 2).best == (Decimal(80),)
        assert log.past("leg-curl", MORNING + 7 * DAY) == Past()


def test_days_are_those_of_the_calendar(path: Path) -> None:
    late = MORNING.replace(hour=23)
    with Log(path, create=True) as log:
        log.add([LoggedWorkout(late, (LoggedSet("leg-press", late, 10),))])
        assert log.past("leg-press", late + timedelta(hours=2)).days_ago == 1


def test_ten_workouts_are_looked_at(path: Path) -> None:
    with Log(path, create=True) as log:
        log.add(done(day, (1, kilos(50 + day))) for day in range(15))
        best = log.past("leg-press", MORNING + 20 * DAY).best
    assert best == tuple(Decimal(50 + day) for day in range(5, 15))


def test_a_record_is_remembered_however_long_ago_it_was(path: Path) -> None:
    def hold(day: int, breaths: int, weight: Weight | None = None) -> LoggedWorkout:
        began = MORNING + day * DAY
        held = LoggedSet("plank", began, breaths, weight, planned_tempo="hold 2-3")
        return LoggedWorkout(began, (held,))

    with Log(path, create=True) as log:
        log.add(done(day, (1, kilos(50 - day))) for day in range(15))
        log.add([hold(1, 12), hold(2, 8), hold(3, 20, kilos(10))])
        now = MORNING + 20 * DAY
        assert log.past("leg-press", now).strongest == Decimal(50)
        assert log.past("leg-press", now).longest == 0
        assert log.past("plank", now).longest == 12
        assert log.past("plank", MORNING + DAY / 2).longest == 0


def test_a_workout_ahead_of_the_clock_is_the_past_from_its_beginning_on(path: Path) -> None:
    """A simulation takes seconds, so its sets are minutes ahead when the next one begins."""
    late = MORNING.replace(hour=23, minute=58)
    minutes = [timedelta(minutes=m) for m in (5, 12, 20)]
    sets = tuple(LoggedSet("leg-press", late + at, 8, kilos(90)) for at in minutes)
    with Log(path, create=True) as log:
        log.add([done(-1, (10, kilos(60))), done(0, (10, kilos(75))), LoggedWorkout(late, sets)])
        # Its first set is still to come, and so is that of tomorrow; then one after the other is
        # over.
        for now in (timedelta(seconds=4), *minutes, timedelta(hours=1)):
            past = log.past("leg-press", late + now)
            assert past.last == (DoneSet(SetKind.WORK, 8, kilos(90)),) * 3
            assert past.best == (Decimal(80), Decimal(100), Decimal(114))
        assert log.past("leg-press", late + timedelta(seconds=4)).days_ago == 0
        # Nothing is its own past, or that of what came before it.
        for now in (timedelta(0), timedelta(hours=-1)):
            past = log.past("leg-press", late + now)
            assert past.last == (DoneSet(SetKind.WORK, 10, kilos(75)),)
            assert past.best == (Decimal(80), Decimal(100))


def test_what_may_go_on_is_not_the_past(path: Path) -> None:
    maker = RecordMaker()
    written(path, [*maker.begin(), *maker.set()])
    with Log(path) as log:
        assert log.past("leg-press", MORNING + DAY) == Past()


# --- from elsewhere --------------------------------------------------------------------------

SETS = st.builds(
    LoggedSet,
    st.sampled_from(["Leg Press (Machine)", "leg-press"]),
    st.integers(0, 7200).map(lambda s: MORNING + timedelta(seconds=s)),
    st.integers(0, 40),
    st.none() | WEIGHTS,
    st.sampled_from(SetKind),
    st.integers(1, 9),
    st.none() | st.decimals("1", "10", places=1),
    st.lists(st.text(max_size=9), max_size=2).map(tuple),
    st.text(max_size=20),
    counted=st.none() | st.integers(0, 40),
    planned_reps=st.none() | st.integers(1, 40),
    target=st.none() | st.integers(1, 40),
    planned_weight=st.none() | WEIGHTS,
    planned_tempo=st.sampled_from(["", "3-1-2-1", "hold 2-3"]),
    tempo=st.sampled_from(["", "3-1-2-1"]),
    tempos=st.just(()) | st.just((TempoChange(4.5, "4-1-3-1"), TempoChange(9.0, "5-1-4-1"))),
    tension=st.none() | st.integers(0, 400).map(float),
    planned_tension=st.none() | st.integers(0, 400).map(float),
    pauses=st.just(()) | st.just((LoggedPause(3.0, 12.5), LoggedPause(20.0, None))),
    rest=st.none() | st.integers(0, 400).map(float),
    planned_rest=st.none() | st.integers(1, 400).map(float),
    lasted=st.none() | st.integers(0, 400).map(float),
    ended_by=st.sampled_from(["", "target", "done"]),
    extra=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(SETS, max_size=4), st.text(max_size=10))
def test_what_is_added_comes_back_as_it_was(sets: list[LoggedSet], name: str) -> None:
    began = MORNING - timedelta(minutes=1)
    keyed = tuple(replace(each, key=f"k{n}") for n, each in enumerate(sets))
    one = LoggedWorkout(
        began, keyed, name=name, comment="a\nb", lasted=3600.0, ended="over", source="x", key="w"
    )
    with Log(Path("/nowhere/log")) as log:  # An empty log in memory.
        log.add([one])
        back = log.workouts()
        assert [
            replace(each, id=0, sets=tuple(replace(s, id=0, workout=0) for s in each.sets))
            for each in back
        ] == ([replace(one, sets=tuple(sorted(keyed, key=lambda s: s.began)))] if sets else [])
        assert log.add([one]) == Added(0, 0, len(sets))
        assert log.workouts() == back
        trained = [[as_work(each) for each in workout.sets if each.reps] for workout in back]
        assert log.work() == [each for each in trained if each]
        assert log.coached(9) == []


def test_a_later_export_adds_only_what_is_new(path: Path) -> None:
    first, second = (LoggedSet("leg-press", MORNING, reps, key=f"set {reps}") for reps in (10, 9))
    with Log(path, create=True) as log:
        assert log.add([LoggedWorkout(MORNING, (first,), key="w")]) == Added(1, 1, 0)
        assert log.add([LoggedWorkout(MORNING, (first, second), key="w")]) == Added(0, 1, 1)
        assert log.known(["set 9", "set 10", "set 11"]) == {"set 9", "set 10"}
        (there,) = log.workouts()
    assert [each.reps for each in there.sets] == [10, 9]


def test_our_own_workouts_are_known_by_their_key(path: Path, tmp_path: Path) -> None:
    written(path, workout())
    with Log(path) as log, Log(tmp_path / "other.sqlite3", create=True) as other:
        ours = log.workouts()
        assert other.add(ours) == Added(1, 2, 0)
        assert other.add(ours) == Added(0, 0, 2)
        assert log.add(other.workouts()) == Added(0, 0, 2)


def test_all_is_added_or_nothing(path: Path) -> None:
    good = done(0, (10, kilos(60)))
    naive = replace(good, began=good.began.replace(tzinfo=None))
    with Log(path, create=True) as log:
        with pytest.raises(ValueError, match="no UTC offset"):
            log.add([good, naive])
        assert log.workouts() == []
