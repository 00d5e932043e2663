"""Importing: new sets are added once, however often and from wherever they come."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.exchanged_sets import LOST, MORNING, NOTES, OWN, WEIGHTS, logs
from voicecoach.core.workout import SetKind, Unit, Weight
from voicecoach.history import exchange
from voicecoach.history.exchange import ImportedFile, SetRow, whole
from voicecoach.history.exchange.merge import Preview, preview, rows_of
from voicecoach.history.exchange.names import Called, plain
from voicecoach.history.log import Log

OURS = {"leg press": "leg-press", "sled": "leg-press", "bench press": "bench-press"}
CALLED = Called(OURS, {})


def a_set(number: int = 1, start: datetime = MORNING, exercise: str = "Leg Press") -> SetRow:
    return SetRow(start, exercise, 8 + number, weight=Weight(Decimal(80), Unit.KG), workout="Legs")


def reading(*rows: SetRow, form: str = "strong") -> ImportedFile:
    return ImportedFile(form, rows)


def bring(log: Log, found: ImportedFile, mirror: bool = False) -> tuple[int, int]:
    """How many sets were new, and how many were already there."""
    before = len(log.sets())
    plan = looked_at(log, found, mirror)
    added = log.add(plan.workouts, plan.instead_of)
    assert added.known == 0
    missing = sum(len(workout.sets) for workout in plan.missing) if mirror else 0
    assert len(log.sets()) == before + len(plan.new) - len(plan.removed) - missing
    return len(plan.new), plan.there


def looked_at(log: Log, found: ImportedFile, mirror: bool = False) -> Preview:
    plan = preview(found, log.workouts(), CALLED)
    return plan.without() if mirror else plan


def through(form: str, rows: Iterable[SetRow]) -> ImportedFile:
    """Written as the other program writes them, and read back."""
    return exchange.read(exchange.write(form, [*rows]).encode())


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log.sqlite", create=True)


def test_the_same_file_again_is_nothing_new(log: Log) -> None:
    file = reading(a_set(1), a_set(2), a_set(1, exercise="Squat"))
    assert bring(log, file) == (3, 0)
    assert bring(log, file) == (0, 3)


def test_what_was_added_to_a_file_is_all_that_is_added(log: Log) -> None:
    evening = MORNING + timedelta(hours=10)
    assert bring(log, reading(a_set(1))) == (1, 0)
    assert bring(log, reading(a_set(1), a_set(2), a_set(1, evening))) == (2, 1)
    first, second = log.workouts()
    assert [each.number for each in first.sets] == [1, 2]
    assert len(second.sets) == 1


def test_another_name_for_the_exercise_later_makes_nothing_new(log: Log) -> None:
    file = reading(a_set(1, exercise="Beinpresse"))
    assert bring(log, file) == (1, 0)
    named = preview(file, log.workouts(), Called(OURS | {"beinpresse": "leg-press"}, {}))
    assert (named.new, named.there) == ((), 0)
    ((before, after),) = named.changed
    assert (before.exercise, after.exercise) == ("Beinpresse", "Beinpresse")
    log.add(named.workouts, named.instead_of)
    assert [each.exercise for each in log.sets()] == ["leg-press"]
    # And from now on it is remembered.
    assert not looked_at(log, file).does


def test_the_same_workout_from_another_program_is_known(log: Log) -> None:
    sets = [a_set(1, exercise="Leg Press (Machine)"), a_set(2, exercise="Leg Press (Machine)")]
    text = {form: exchange.write(form, sets) for form in exchange.FORMS}
    assert bring(log, exchange.read(text["fitnotes"].encode())) == (2, 0)
    assert bring(log, exchange.read(text["hevy"].encode())) == (0, 2)
    assert bring(log, exchange.read(text["strong"].encode())) == (0, 2)


def test_two_workouts_of_a_day_are_told_apart(log: Log) -> None:
    evening = MORNING + timedelta(hours=10)
    both = [a_set(1), a_set(2), a_set(1, evening), a_set(2, evening)]
    assert bring(log, reading(*both[:2])) == (2, 0)
    days = exchange.read(exchange.write("fitnotes", both).encode())
    assert bring(log, days) == (2, 2)
    assert bring(log, days) == (0, 4)
    assert bring(log, reading(*both)) == (0, 4)


def test_what_was_changed_in_the_program_is_changed(log: Log) -> None:
    bring(log, reading(a_set(1)))
    changed = replace(a_set(1), reps=30)
    plan = looked_at(log, reading(changed))
    assert (plan.new, plan.different, [row for _, row in plan.changed]) == ((), (), [changed])
    assert bring(log, reading(changed)) == (0, 0)
    assert [each.reps for each in log.sets()] == [30]
    # The same amount, written differently, is the same.
    alike = replace(changed, weight=Weight(Decimal("80.00"), Unit.KG))
    assert not looked_at(log, reading(alike)).does


def test_other_numbers_of_another_program_are_told_and_the_logs_stay(log: Log) -> None:
    bring(log, reading(a_set(1)))
    other = replace(a_set(1), reps=30)
    plan = looked_at(log, reading(other, form="hevy"))
    assert (plan.new, plan.there, plan.does) == ((), 1, False)
    assert [row for _, row in plan.different] == [other]


def test_a_set_that_was_forgotten_comes_where_it_belongs(log: Log) -> None:
    first, second = a_set(1), a_set(2)
    forgotten = replace(first, reps=20, note="forgotten")
    bring(log, reading(first, second))
    assert bring(log, reading(forgotten, first, second)) == (1, 2)
    assert [(each.number, each.reps) for each in log.sets()] == [(1, 20), (2, 9), (3, 10)]


def test_a_workout_that_is_gone_is_told_and_stays_unless_asked(log: Log) -> None:
    days = [MORNING + timedelta(days=day) for day in range(4)]
    every = [replace(a_set(1, day), reps=5 + n) for n, day in enumerate(days)]
    bring(log, reading(*every))
    # Sets before or after all those of a file can't be judged as deleted.
    plan = looked_at(log, reading(every[0], every[2]))
    assert [workout.began.day for workout in plan.missing] == [29]
    assert not plan.does
    bring(log, reading(every[0], every[2]), mirror=True)
    assert [each.reps for each in log.sets()] == [5, 7, 8]


def test_a_workout_that_was_moved_is_the_same(log: Log) -> None:
    days = [MORNING + timedelta(days=day) for day in range(3)]
    first, second, third = (replace(a_set(1, day), reps=5 + n) for n, day in enumerate(days))
    bring(log, reading(first, second, third))
    moved = replace(second, start=second.start + timedelta(hours=5))
    assert bring(log, reading(first, moved, third)) == (0, 3)
    assert [each.began.hour for each in log.sets()] == [7, 12, 7]


def test_a_workout_at_midnight_is_one_of_its_own(log: Log) -> None:
    midnight = MORNING.replace(hour=0, minute=0, second=0)
    file = reading(a_set(1, midnight), a_set(2, midnight), a_set(1))
    assert bring(log, file) == (3, 0)
    assert bring(log, file) == (0, 3)
    first, second = log.workouts()
    assert (len(first.sets), len(second.sets)) == (2, 1)


def test_what_was_trained_here_is_never_touched(log: Log) -> None:
    log.add([OWN])
    rows = rows_of(log.workouts(), {})
    assert bring(log, through("strong", rows)) == (0, 2)
    # Changed, added and deleted in the other program.
    forgotten = replace(rows[0], reps=20, weight=None)
    changed = replace(rows[0], reps=13)
    for edited in ([forgotten, changed, rows[1]], [rows[1]], [changed]):
        plan = looked_at(log, through("strong", edited))
        assert all(each.key for each in plan.removed)
        log.add(plan.workouts, plan.instead_of)
        mine = [each for each in log.sets() if not each.key]
        assert [(each.reps, each.number) for each in mine] == [(12, 1), (0, 2), (10, 3)]
    assert [each.reps for each in log.sets() if each.key] == []


def test_of_a_file_with_faults_nothing_is_taken_away(log: Log) -> None:
    rows = [a_set(1), a_set(2), a_set(3)]
    bring(log, reading(*rows))
    text = exchange.write("strong", rows).replace(";80;10;", ";80;ten;")
    found = exchange.read(text.encode())
    assert len(found.faults) == 1
    assert not looked_at(log, found).removed
    bring(log, found)
    assert sorted(each.reps for each in log.sets()) == [9, 10, 11]


@pytest.mark.parametrize(
    ("names", "mapped", "meant"),
    [
        (
            ["Bench Press (Barbell)", "Bench Press (Dumbbell)", "Bench Press (Smith Machine)"],
            {},
            ["bench-press", "Bench Press (Dumbbell)", "Bench Press (Smith Machine)"],
        ),
        (
            ["Bench Press (Barbell)", "Bench Press (Dumbbell)", "Bench Press (Smith Machine)"],
            {"Bench Press (Dumbbell)": "dumbbell-bench"},
            ["bench-press", "dumbbell-bench", "Bench Press (Smith Machine)"],
        ),
        (["Bench Press", "Bench Press (Barbell)"], {}, ["bench-press", "Bench Press (Barbell)"]),
        (["Bench Press (Machine)"], {}, ["Bench Press (Machine)"]),
        (["Leg Press (Machine)"], {}, ["leg-press"]),
        (["Leg Press (Single Leg)"], {}, ["Leg Press (Single Leg)"]),
        (["LEG press", "leg_press"], {}, ["leg-press", "leg-press"]),
    ],
)
def test_variants_stay_apart_unless_they_are_mapped(
    names: list[str], mapped: dict[str, str], meant: list[str]
) -> None:
    called = Called(OURS, {plain(name): exercise for name, exercise in mapped.items()})
    found = called.meant(names, [])
    assert [found[name] for name in names] == meant


def test_what_was_mapped_once_is_remembered(log: Log) -> None:
    file = reading(a_set(1, exercise="Bench Press (Dumbbell)"))
    plan = preview(file, [], Called(OURS, {"bench press dumbbell": "dumbbell-bench"}))
    log.add(plan.workouts)
    later = a_set(1, MORNING + timedelta(days=7), "Bench Press (Dumbbell)")
    assert bring(log, reading(*file.sets, later)) == (1, 1)
    assert {each.exercise for each in log.sets()} == {"dumbbell-bench"}


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    assert os.environ.get("TZ") == before
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    "start", [datetime(2024, 3, 31, 2, 30), datetime(2024, 10, 27, 2, 30), datetime(2024, 7, 1, 2)]
)
def test_a_time_that_no_clock_showed_comes_back_as_it_was(log: Log, start: datetime) -> None:
    row = a_set(1, start)
    assert bring(log, reading(row)) == (1, 0)
    assert [each.start for each in rows_of(log.workouts(), {})] == [start]
    assert not looked_at(log, reading(row)).does


def test_what_is_imported_stands_in_the_log_as_it_was_written(log: Log) -> None:
    row = SetRow(
        MORNING,
        "Leg Press (Machine)",
        12,
        SetKind.WARM_UP,
        Weight(Decimal("175.0"), Unit.LB),
        Decimal("8.5"),
        "3-1-2-1",
        "left knee\nhard",
        "Legs",
        3600,
        "tired",
    )
    bring(log, reading(row))
    (workout,) = log.workouts()
    (one,) = workout.sets
    assert workout.began.replace(tzinfo=None) == MORNING
    assert (workout.name, workout.comment, workout.lasted) == ("Legs", "tired", 3600)
    assert (workout.source, workout.ended) == ("strong", "over")
    assert (one.exercise, one.reps, one.kind) == ("leg-press", 12, SetKind.WARM_UP)
    assert str(one.weight and one.weight.amount) == "175.0"
    assert (one.rpe, one.tempo, one.comment) == (Decimal("8.5"), "3-1-2-1", "left knee\nhard")


@pytest.mark.parametrize("form", exchange.FORMS)
def test_an_own_log_that_was_exported_is_not_imported_twice(log: Log, form: str) -> None:
    log.add([OWN])
    rows = rows_of(log.workouts(), {"leg-press": "Leg press"})
    text = exchange.write(form, rows)
    assert bring(log, exchange.read(text.encode())) == (0, 2)


def test_an_own_set_for_other_programs(log: Log) -> None:
    log.add([OWN])
    first, second = rows_of(log.workouts(), {"leg-press": "Leg press"})
    assert (first.exercise, first.note, first.tempo) == ("Leg press", "left knee", "4-1-3-1")
    assert (first.start, first.workout, first.duration) == (MORNING, "legs", 900)
    assert (second.reps, second.weight) == (10, None)


def test_the_whole_log_as_json(log: Log) -> None:
    log.add([OWN])
    told = json.loads(whole.write(log.workouts()))
    (workout,) = told["workouts"]
    first, unlifted, _ = workout["sets"]
    assert datetime.fromisoformat(workout["began"]) == OWN.began
    assert first["weight"] == {"amount": "82.5", "unit": "kg"}
    assert (first["rpe"], first["planned_tempo"], first["kind"]) == ("8.5", "3-1-2-1", "work")
    assert first["tempos"] == [{"at": 20.0, "tempo": "4-1-3-1"}]
    assert unlifted["reps"] == 0
    assert "id" not in first


@settings(max_examples=60, deadline=None)
@given(
    rows=logs(),
    unreadable=st.sets(st.integers(0, 12)),
    noted=st.booleans(),
    form=st.sampled_from([*exchange.FORMS]),
)
def test_rows_that_have_become_unreadable_change_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[SetRow],
    unreadable: set[int],
    noted: bool,
    form: str,
) -> None:
    """Neither a set nor its place, nor what is said of the workout, in some of whose rows alone it
    may be."""
    every = through(form, rows).sets
    if not noted:
        # Strong has the note and the length in some rows only.
        first = {row.start: n for n, row in reversed([*enumerate(every)])}
        every = tuple(
            row if first[row.start] == n else replace(row, workout_note="", duration=None)
            for n, row in enumerate(every)
        )
    readable = [row for n, row in enumerate(every) if n not in unreadable]
    faults = (exchange.RowFault(2, "Reps", "not a number"),) * (len(every) - len(readable))
    with Log(tmp_path_factory.mktemp("log") / "log.sqlite", create=True) as log:
        bring(log, ImportedFile(form, every))
        plan = looked_at(log, ImportedFile(form, tuple(readable), faults))
        assert (plan.does, plan.renewed, plan.there) == (False, 0, len(readable))


def test_of_two_equal_sets_the_one_that_can_be_read_keeps_its_place(log: Log) -> None:
    rows = [a_set(1), a_set(2), a_set(1)]
    bring(log, reading(*rows))
    fault = exchange.RowFault(2, "Reps", "not a number")
    plan = looked_at(log, ImportedFile("strong", tuple(rows[1:]), (fault,)))
    assert (plan.does, plan.renewed, plan.there) == (False, 0, 2)


def test_a_new_set_among_unreadable_rows_comes_where_it_belongs(log: Log) -> None:
    rows = [a_set(1), a_set(2), a_set(3), a_set(4)]
    bring(log, reading(*rows))
    added = replace(a_set(1, exercise="Squat"), reps=20)
    fault = exchange.RowFault(3, "Reps", "not a number")
    found = ImportedFile("strong", (rows[0], rows[2], added, rows[3]), (fault,))
    assert bring(log, found) == (1, 3)
    assert [each.reps for each in log.sets()] == [9, 10, 11, 20, 12]


@settings(max_examples=40, deadline=None)
@given(rows=logs(), cut=st.integers(0, 12), form=st.sampled_from([*exchange.FORMS]))
def test_any_log_in_any_pieces_is_imported_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[SetRow], cut: int, form: str
) -> None:
    with Log(tmp_path_factory.mktemp("log") / "log.sqlite", create=True) as log:
        head = exchange.read(exchange.write(form, rows[:cut]).encode())
        every = exchange.read(exchange.write(form, rows).encode())
        assert bring(log, head) == (len(rows[:cut]), 0)
        assert bring(log, every) == (len(rows[cut:]), len(rows[:cut]))
        assert bring(log, every) == (0, len(rows))
        assert len(log.sets()) == len(rows)


@pytest.mark.parametrize(
    "name", ["leg-press", "Leg Press", "LEG PRESS", "leg_press", " Leg  press "]
)
def test_one_exercise_has_many_spellings(name: str) -> None:
    assert plain(name) == "leg press"


# --- what a program has, the log has ----------------------------------------------------------

NAMES = {"leg-press": "Leg Press (Machine)"}
FIRST, LAST = datetime(2009, 5, 1, 8), datetime(2036, 5, 1, 8)
EDITS = st.sampled_from(["add", "change", "remove", "swap", "rename", "retitle", "move", "delete"])


ANY_FORM = st.sampled_from([*exchange.FORMS])


@st.composite
def edited(draw: st.DrawFn, rows: list[SetRow]) -> list[SetRow]:
    """Workouts as edited by somebody in the other program."""
    for _ in range(draw(st.integers(1, 5))):
        if not rows:
            break
        n = draw(st.integers(0, len(rows) - 1))
        row = rows[n]
        same = [each.start == row.start for each in rows]
        match draw(EDITS):
            case "add":
                more = replace(row, reps=draw(st.integers(1, 9)), held=None, note=draw(NOTES))
                rows = [*rows[:n], more, *rows[n:]]
            case "change":
                weight, note = draw(st.none() | WEIGHTS), draw(NOTES)
                changed = replace(row, weight=weight, assisted=None, note=note, rpe=None)
                rows = [*rows[:n], changed, *rows[n + 1 :]]
            case "remove":
                rows = [*rows[:n], *rows[n + 1 :]]
            case "swap":
                block = [m for m, each in enumerate(rows) if each.exercise == row.exercise]
                m = next((m for m in block if same[m] and m != n), n)
                rows = [rows[{n: m, m: n}.get(at, at)] for at in range(len(rows))]
            case "rename":
                rows = [
                    replace(each, exercise="Renamed") if each.exercise == row.exercise else each
                    for each in rows
                ]
            case "retitle":
                note, length = draw(NOTES), draw(st.integers(1, 9999))
                rows = [
                    replace(each, workout="Other", workout_note=note, duration=length)
                    if here
                    else each
                    for each, here in zip(rows, same, strict=True)
                ]
            case "move":
                start = row.start + timedelta(minutes=draw(st.integers(1, 9)))
                if all(each.start.replace(second=0) != start.replace(second=0) for each in rows):
                    rows = [
                        replace(each, start=start) if here else each
                        for each, here in zip(rows, same, strict=True)
                    ]
            case "delete":
                rows = [each for each, here in zip(rows, same, strict=True) if not here]
    return sorted(rows, key=lambda each: each.start)


def as_in(form: str, rows: Iterable[SetRow]) -> list[SetRow]:
    return [LOST[form](row) for row in rows]


@pytest.mark.parametrize("form", exchange.FORMS)
@settings(max_examples=30, deadline=None)
@given(data=st.data(), rows=logs())
def test_after_any_edits_the_log_is_what_the_program_has(
    tmp_path_factory: pytest.TempPathFactory, form: str, data: st.DataObject, rows: list[SetRow]
) -> None:
    frame = [SetRow(FIRST, "Frame", 5), SetRow(LAST, "Frame", 5)]
    with Log(tmp_path_factory.mktemp("log") / "log.sqlite", create=True) as log:
        log.add([OWN])
        for _ in range(2):
            every = [frame[0], *rows, frame[1]]
            bring(log, through(form, every), mirror=True)
            theirs = [workout for workout in log.workouts() if workout.source]
            assert rows_of(theirs, NAMES) == as_in(form, every)
            # Importing it again changes nothing, and neither does our own export.
            assert not looked_at(log, through(form, every)).does
            assert not looked_at(log, through(form, rows_of(theirs, NAMES))).does
            rows = data.draw(edited(rows))
        assert sum(not each.key for each in log.sets()) == len(OWN.sets)


@settings(max_examples=40, deadline=None)
@given(
    rows=logs(), first=st.sampled_from([*exchange.FORMS]), form=st.sampled_from([*exchange.FORMS])
)
def test_no_way_through_other_programs_makes_a_set_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, rows: list[SetRow], first: str, form: str
) -> None:
    with Log(tmp_path_factory.mktemp("log") / "log.sqlite", create=True) as log:
        bring(log, through(first, rows))
        again = through(form, rows_of(log.workouts(), NAMES))
        plan = looked_at(log, again)
        assert (plan.new, plan.removed, plan.different, plan.there) == ((), (), (), len(rows))
        assert not plan.does
        # Not even by way of a third log.
        with Log(tmp_path_factory.mktemp("log") / "log.sqlite", create=True) as other:
            bring(other, again)
            assert [each.reps for each in other.sets()] == [each.reps for each in log.sets()]
            weights = [repr(each.weight) for each in log.sets()]
            assert [repr(each.weight) for each in other.sets()] == weights
