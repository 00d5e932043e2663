"""Importing: what is new is added once, however often and from wherever it comes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.core.workout import SetKind, Unit, Weight
from voicecoach.history import exchange
from voicecoach.history.exchange import Reading, SetRow, whole
from voicecoach.history.exchange.merge import plain, preview, rows_of
from voicecoach.history.log import Log
from voicecoach.history.logged import LoggedSet, LoggedWorkout, TempoChange

from .test_history_exchange import logs

CALLED = {"leg press": "leg-press", "sled": "leg-press"}
MORNING = datetime(2024, 3, 28, 7, 30, 12)


def a_set(number: int = 1, start: datetime = MORNING, exercise: str = "Leg Press") -> SetRow:
    return SetRow(start, exercise, 8 + number, weight=Weight(Decimal(80), Unit.KG), workout="Legs")


def reading(*rows: SetRow, form: str = "strong") -> Reading:
    return Reading(form, rows)


def bring(log: Log, found: Reading) -> tuple[int, int]:
    """How many sets were new, and how many there."""
    plan = preview(found, log.workouts(), CALLED)
    added = log.add(plan.workouts)
    assert (added.sets, added.known) == (plan.sets, 0)
    return plan.sets, plan.there


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
    named = preview(file, log.workouts(), CALLED | {"beinpresse": "leg-press"})
    assert (named.sets, named.there) == (0, 1)


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


def test_other_numbers_are_told_and_the_logs_stay(log: Log) -> None:
    bring(log, reading(a_set(1)))
    changed = SetRow(MORNING, "Leg Press", 30, weight=Weight(Decimal(80), Unit.KG), workout="Legs")
    plan = preview(reading(changed), log.workouts(), CALLED)
    assert (plan.sets, plan.different) == (0, (changed,))
    # The same amount, written otherwise, is the same.
    alike = SetRow(MORNING, "Leg Press", 9, weight=Weight(Decimal("80.00"), Unit.KG))
    assert not preview(reading(alike), log.workouts(), CALLED).different


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


OWN = LoggedWorkout(
    MORNING.astimezone(),
    (
        LoggedSet(
            "leg-press",
            MORNING.astimezone() + timedelta(minutes=2),
            12,
            Weight(Decimal("82.5"), Unit.KG),
            notes=("left knee",),
            planned_tempo="3-1-2-1",
            tempo="4-1-3-1",
            tempos=(TempoChange(20.0, "4-1-3-1"),),
            tension=90.0,
            rpe=Decimal("8.5"),
        ),
        LoggedSet("leg-press", MORNING.astimezone() + timedelta(minutes=5), 0, number=2),
        LoggedSet("leg-press", MORNING.astimezone() + timedelta(minutes=9), 10, number=3),
    ),
    plan="legs",
    lasted=900.4,
)


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
    "name", ["leg-press", "Leg Press", "LEG PRESS (Machine)", "leg_press", " Leg  press "]
)
def test_one_exercise_has_many_spellings(name: str) -> None:
    assert plain(name) == "leg press"
