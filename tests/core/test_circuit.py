"""Supersets and circuits: whose turn it is, what is announced, and what each station keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.example_workouts import LEGS, PAIR_BROKEN, PAIRED, WORK, kg
from tests.support.session_driver import begin, leg_curl, leg_press, plank, step
from tests.support.session_steps import lines_said, texts, wait
from voicecoach.core.events import Command, CommandGiven, Effect, Intent, Refused, State
from voicecoach.core.plan import samples
from voicecoach.core.session import Session, live
from voicecoach.core.session.circuit import Turns, come_back
from voicecoach.core.workout import (
    Circuit,
    DoneSet,
    PlannedExercise,
    SetBegan,
    Station,
    Visit,
    Workout,
    WorkoutOver,
)

PRESS, CURL, HOLD = leg_press("2-0-1-0", reps=3), leg_curl(), plank(10)
THREE = Circuit(1, (Station("a", 5), Station("b", 5), Station("c", 5)), 2, samples(15), samples(60))


def turns_of(*moves: str) -> Turns:
    turns = Turns(THREE)
    for move in moves:
        turns = turns.bring(move) if len(move) == 1 else getattr(turns, move)()
    return turns


@pytest.mark.parametrize(
    ("moves", "round", "next_"),
    [
        ((), 1, "a"),
        (("pass_on",), 1, "b"),
        (("pass_on", "pass_on", "pass_on"), 2, "a"),
        (("pass_on", "end_round"), 2, "a"),
        (("end_round", "end_round"), 3, ""),
        (("end_round", "end_round", "pass_on", "end_round"), 3, ""),
        (("other_first",), 1, "b"),
        (("other_first", "pass_on"), 1, "a"),
        (("pass_on", "other_first", "pass_on"), 1, "b"),
        (("pass_on", "pass_on", "other_first"), 1, "c"),
        (("c", "pass_on"), 1, "a"),
        (("c", "pass_on", "c"), 2, "c"),
        (("other_first", "end_round"), 2, "b"),
        (("end_round", "end_round", "one_more"), 3, "a"),
    ],
)
def test_whose_turn_it_is(moves: tuple[str, ...], round: int, next_: str) -> None:
    turns = turns_of(*moves)
    assert (turns.round, turns.next) == (round, next_)
    assert turns.over == (not next_)


@given(st.lists(st.sampled_from(["pass_on", "end_round", "other_first", "a", "b", "c"])))
def test_no_station_is_lost_and_it_comes_to_an_end(moves: list[str]) -> None:
    """And one that broke off after any set goes on where it would have."""
    turns = turns_of(*moves)
    assert sorted(turns.names) == ["a", "b", "c"]
    left = [turns.left(name) for name in turns.names]
    while not turns.over:
        again = come_back(turns.circuit, turns.round, turns.next, True)
        assert again == turns.pass_on()
        assert come_back(turns.circuit, turns.round, turns.next, False) == turns
        turns = turns.pass_on()
        assert sum(map(turns.left, turns.names)) == sum(left) - 1
        left = [turns.left(name) for name in turns.names]
    assert not sum(left)


def test_the_rest_is_short_between_stations_and_long_after_a_round() -> None:
    assert Turns(THREE).rest_after(7) == samples(15)
    assert turns_of("pass_on", "pass_on").rest_after(7) == samples(60)
    usual = replace(THREE, rest=None)
    assert replace(turns_of("pass_on", "pass_on"), circuit=usual).rest_after(7) == 7


# --- in a session -----------------------------------------------------------------------------


def say(session: Session, intent: Intent, **slots: int | str) -> tuple[Session, list[Effect]]:
    return step(session, CommandGiven(Command(intent, tuple(sorted(slots.items())))))


def start(plan: Workout | None = PAIRED, **visit: object) -> Session:
    session, _ = begin(
        PRESS,
        offered=(PRESS, CURL, HOLD),
        visit=Visit(plan, **visit),  # type: ignore[arg-type]
    )
    return session


def locked(session: Session) -> tuple[Session, list[Effect]]:
    """From the gate to the catches, which are locked as soon as the set is over."""
    done: list[Effect] = []
    for intent in (Intent.READY, Intent.START):
        session, effects = say(session, intent)
        done += effects
    while session.state is not State.RACKING:
        session, effects = wait(session, 0.5)
        done += effects
    session, effects = say(session, Intent.LOCKED)
    return session, [*done, *effects]


def at(session: Session) -> tuple[str, State]:
    return session.workout.exercise.id, session.state


def test_a_superset_walks_from_gate_to_gate_and_ends_after_its_last_round() -> None:
    session = start()
    began = []
    for round in (1, 2):
        for exercise in ("leg-press", "leg-curl"):
            assert at(session) == (exercise, State.GATE)
            session, effects = locked(session)
            began += [e for e in effects if isinstance(e, SetBegan)]
            assert began[-1].exercise == exercise
            assert (began[-1].round, began[-1].circuit) == (round, PAIRED.circuits[0])
            if exercise == "leg-press":
                assert "Next: Leg curl." in texts(effects)
                assert session.rest is not None
                assert session.rest.length == samples(15)
                session, _ = wait(session, 60)  # the gate comes by itself
            elif round == 1:
                assert session.rest is not None
                assert session.rest.length == samples(60)
                session, _ = wait(session, 70)
                assert session.state is State.READY
                session, effects = say(session, Intent.START)
                assert "announce_station" in lines_said(effects)
    assert session.state is State.SUMMARY
    assert [each.number for each in began] == [1, 1, 2, 2]
    assert [each.planned.rest for each in began] == [samples(s) for s in (15, 60, 15, 60)]


def test_weight_target_and_pace_of_a_station_are_kept_until_its_next_turn() -> None:
    session = start()
    session, _ = say(session, Intent.REPS, reps=2)
    session, _ = say(session, Intent.TEMPO, lower=3, bottom=0, lift=1)
    session, _ = locked(session)
    session, _ = wait(session, 20)
    session, _ = say(session, Intent.WEIGHT, kilos=30)
    assert session.workout.planned.weight == kg(30)
    session, _ = locked(session)
    # Its own weight is known, so this is for the next station.
    session, _ = say(session, Intent.WEIGHT, kilos=85)
    session, _ = say(session, Intent.START)
    workout = session.workout
    assert at(session) == ("leg-press", State.GATE)
    assert (workout.target, workout.planned.weight) == (2, kg(85))
    assert str(workout.tempo) == "3-0-1-0"
    session, _ = locked(session)
    session, _ = say(session, Intent.START)
    assert session.workout.planned.weight == kg(30)
    assert [each.done.weight for each in session.workout.log] == [kg(80), kg(30), kg(85)]


def test_heavier_and_the_same_again_are_about_the_station_that_comes() -> None:
    """Never the weight of another machine."""
    session = start()
    session, _ = locked(session)
    session, effects = say(session, Intent.HEAVIER)
    assert lines_said(effects) == ["no_weight"]
    session, _ = say(session, Intent.WEIGHT, kilos=30)
    session, _ = say(session, Intent.START)
    session, _ = locked(session)
    session, _ = say(session, Intent.UPCOMING)
    session, _ = say(session, Intent.HEAVIER)
    session, _ = say(session, Intent.START)
    assert session.workout.planned.weight == kg(85)
    session, _ = locked(session)
    session, _ = say(session, Intent.SAME)
    assert session.workout.exercise.id == "leg-curl"
    assert session.workout.planned.weight == kg(30)


def test_what_was_said_of_a_station_is_taken_back_after_it_was_left() -> None:
    session = start(replace(PAIRED, exercises=tuple(map(_without_weight, PAIRED.exercises))))
    session, _ = locked(session)
    session, _ = say(session, Intent.WEIGHT, kilos=80)
    session, _ = wait(session, 30)
    assert at(session) == ("leg-curl", State.GATE)
    session, _ = say(session, Intent.UNDO)
    assert session.workout.log[-1].done.weight is None
    session, _ = locked(session)
    session, _ = say(session, Intent.START)
    assert at(session) == ("leg-press", State.GATE)
    assert session.workout.planned.weight is None


def _without_weight(each: PlannedExercise) -> PlannedExercise:
    return replace(each, sets=tuple(replace(one, weight=None) for one in each.sets))


def test_a_station_is_skipped_at_its_gate_and_in_the_rest_before_it() -> None:
    session, effects = say(start(), Intent.SKIP_STATION)
    assert at(session) == ("leg-curl", State.GATE)
    session, effects = locked(session)
    assert session.rest is not None
    assert session.rest.length == samples(60)
    session, effects = say(session, Intent.SKIP_STATION)
    assert session.state is State.REST
    assert texts(effects) == ["Next: Leg curl."]
    session, _ = say(session, Intent.START)
    assert at(session) == ("leg-curl", State.GATE)
    assert session.workout.circuit is not None
    assert session.workout.circuit.round == 2


def test_a_round_is_ended_and_its_rest_follows() -> None:
    session, effects = say(start(), Intent.END_ROUND)
    assert session.state is State.REST
    assert texts(effects) == ["That round is over. Rest sixty seconds."]
    again, effects = say(session, Intent.END_ROUND)  # the next has not begun
    assert again == session
    assert any(isinstance(effect, Refused) for effect in effects)
    session, _ = say(session, Intent.START)
    assert at(session) == ("leg-press", State.GATE)
    session, effects = say(session, Intent.END_ROUND)
    # Nothing ends a workout without a yes.
    assert session.state is State.READY
    assert lines_said(effects) == ["finish"]
    session, effects = say(session, Intent.YES)
    assert any(isinstance(effect, WorkoutOver) for effect in effects)


def test_the_other_one_goes_first_from_now_on() -> None:
    session, _ = say(start(), Intent.OTHER_FIRST)
    order = []
    for _ in range(4):
        assert session.state is State.GATE
        order.append(session.workout.exercise.id)
        session, _ = locked(session)
        if session.state is not State.SUMMARY:
            session, _ = say(session, Intent.START)
    assert order == ["leg-curl", "leg-press"] * 2


def test_a_station_by_its_name_is_next_and_another_exercise_leaves_the_superset() -> None:
    session, _ = say(start(), Intent.EXERCISE, exercise="leg-curl")
    session, _ = locked(session)
    assert session.workout.next_name == "Leg press"
    session, _ = say(session, Intent.EXERCISE, exercise="plank")
    assert not session.workout.in_circuit
    session, _ = locked(session)
    session, _ = say(session, Intent.EXERCISE, exercise="leg-curl")
    assert session.workout.in_circuit  # and comes back to it: its next turn is in round two
    assert session.workout.circuit is not None
    assert session.workout.circuit.round == 2


def test_one_more_set_is_one_more_round_and_after_the_last_a_set_alone() -> None:
    session, _ = locked(start())
    session, effects = say(session, Intent.MORE_SETS)
    assert texts(effects) == ["Round three is the last one now."]
    for _ in range(5):
        session, _ = say(session, Intent.START)
        session, _ = locked(session)
    assert session.state is State.SUMMARY
    session, effects = say(session, Intent.MORE_SETS)
    assert at(session) == ("leg-curl", State.GATE)
    session, effects = locked(session)
    assert not any(e.circuit for e in effects if isinstance(e, SetBegan))
    assert session.state is State.SUMMARY


def test_a_last_turn_that_failed_suggests_nothing() -> None:
    session, _ = say(start(), Intent.END_ROUND)
    session, _ = say(session, Intent.START)
    for intent in (Intent.READY, Intent.START):
        session, _ = say(session, intent)
    session, _ = wait(session, 8)
    session, _ = say(session, Intent.DONE)
    session, _ = say(session, Intent.LOG, reps=0)
    session, effects = say(session, Intent.LOCKED)
    assert "next_time" not in lines_said(effects)
    assert session.workout.next_name == "Leg curl"


def test_a_superset_by_voice_keeps_todays_weight() -> None:
    session = start(None)
    session, _ = say(session, Intent.EXERCISE, exercise="leg-press")
    session, _ = say(session, Intent.WEIGHT, kilos=80)
    session, _ = locked(session)
    session, _ = say(session, Intent.STOP)
    session, _ = wait(session, 200)
    slots: dict[str, int | str] = {
        "station": "leg-press",
        "other": "plank",
        "rounds": 2,
        "rounds_of": 4,
    }
    session, effects = say(session, Intent.SUPERSET, **slots)
    assert lines_said(effects) == ["announce_superset", "gate"]
    began: list[SetBegan] = []
    while session.state is not State.SUMMARY:
        session, effects = locked(session)
        began += [effect for effect in effects if isinstance(effect, SetBegan)]
        session, _ = say(session, Intent.START) if session.state is State.REST else (session, [])
    told = [(each.exercise, each.number, each.planned.reps, each.planned.weight) for each in began]
    assert told == [
        ("leg-press", 2, 4, kg(80)),
        ("plank", 1, 2, None),
        ("leg-press", 3, 4, kg(80)),
        ("plank", 2, 2, None),
    ]


def test_the_rounds_are_said_after_it_and_only_before_its_first_set() -> None:
    session = start(None)
    session, _ = say(session, Intent.SUPERSET, station="leg-curl", other="leg-press")
    session, _ = say(session, Intent.WEIGHT, kilos=30)
    session, effects = say(session, Intent.ROUNDS, rounds=2, rounds_of=4)
    assert lines_said(effects) == ["announce_superset", "gate"]
    assert session.workout.circuit is not None
    planned = session.workout.circuit.circuit
    assert (planned.number, planned.rounds) == (1, 2)
    assert session.workout.planned.weight == kg(30)
    session, effects = locked(session)
    (began,) = (effect for effect in effects if isinstance(effect, SetBegan))
    assert began.planned.reps == 4
    session, _ = say(session, Intent.START)
    again, effects = say(session, Intent.ROUNDS, rounds=2, rounds_of=4)
    assert again == session
    assert any(isinstance(effect, Refused) for effect in effects)


def test_nothing_takes_turns_with_itself_or_with_what_is_not_offered() -> None:
    session = start(None)
    for other in ("leg-press", "squat"):
        after, effects = say(session, Intent.SUPERSET, station="leg-press", other=other)
        assert after == session
        assert any(isinstance(effect, Refused) for effect in effects)


@pytest.mark.parametrize("filed", [True, False])
def test_one_that_broke_off_goes_on_at_its_station_in_its_round(filed: bool) -> None:
    """A superset that was begun by voice is in no file: the log has it."""
    broken = PAIR_BROKEN if filed else replace(PAIR_BROKEN, workout="")
    session = start(None, interrupted=broken, broken=PAIRED if filed else None)
    session, _ = wait(session, 1)
    session, effects = say(session, Intent.RESUME)
    assert at(session) == ("leg-curl", State.GATE)
    assert any(line == "announce_station" for line in lines_said(effects))
    assert session.workout.planned.weight == kg(30)
    assert session.workout.circuit is not None
    assert session.workout.circuit.round == 2
    session, effects = locked(session)
    assert session.state is State.SUMMARY
    (began,) = (effect for effect in effects if isinstance(effect, SetBegan))
    assert (began.number, began.round, began.planned.reps) == (2, 2, 2)


def test_one_that_was_left_before_it_broke_off_is_come_back_to_in_its_round() -> None:
    away = (*PAIR_BROKEN.done, ("plank", DoneSet(WORK, 2)))
    broken = replace(PAIR_BROKEN, done=away, circuit=None, round=0)
    session = start(None, interrupted=broken, broken=PAIRED)
    session, _ = wait(session, 1)
    session, _ = say(session, Intent.RESUME)
    assert at(session) == ("plank", State.GATE)
    session, _ = say(session, Intent.EXERCISE, exercise="leg-curl")
    assert session.workout.circuit is not None
    assert (session.workout.circuit.round, session.workout.circuit.next) == (2, "leg-curl")


def test_a_set_that_broke_off_without_a_rep_is_done_again() -> None:
    name, last = PAIR_BROKEN.done[-1]
    broken = replace(
        PAIR_BROKEN, done=(*PAIR_BROKEN.done[:-1], (name, replace(last, reps=0))), round=2
    )
    session = start(None, interrupted=broken, broken=PAIRED)
    session, _ = wait(session, 1)
    session, _ = say(session, Intent.RESUME)
    assert at(session) == ("leg-press", State.GATE)
    assert session.workout.planned.weight == kg(85)


def test_without_a_superset_its_words_mean_nothing_and_are_not_listened_for() -> None:
    words = {Intent.SKIP_STATION, Intent.END_ROUND, Intent.OTHER_FIRST}
    assert words <= live(start())
    assert not words & live(start(LEGS))


def test_a_stop_in_a_station_still_asks_for_the_catches() -> None:
    session = start()
    for intent in (Intent.READY, Intent.START):
        session, _ = say(session, intent)
    session, _ = wait(session, 8)
    session, effects = say(session, Intent.STOP)
    assert session.state is State.RACKING
    assert lines_said(effects) == ["stopped"]
    assert session.workout.log[-1].done.kind is WORK
