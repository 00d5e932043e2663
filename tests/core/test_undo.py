""" "Undo" takes back what was said last, also if it was no number; or it says that it can't.

`test_words` tries this in random workouts.
"""

from __future__ import annotations

import pytest

from tests.support.example_workouts import LEGS, PAIRED, kg
from tests.support.said import PRESS, after_a_set, hear, to_the_rest
from tests.support.session_driver import advance, begin, leg_curl
from tests.support.session_steps import lines_said
from voicecoach.core.events import State
from voicecoach.core.plan import samples
from voicecoach.core.session import Session
from voicecoach.core.workout import SetKind, Visit, WorkoutOver

OFFERED = (PRESS, leg_curl())


def resting(*before: str) -> Session:
    """After a planned set, of which nine reps were said."""
    session, _ = hear(after_a_set(PRESS, *before, planned=True), "nine reps")
    return advance(session, session.now + samples(9))[0]


@pytest.mark.parametrize(
    "said",
    [
        "one more set",
        "drop set",
        "leg curl",
        "next exercise",
        "skip set",
        "slower",
        "add thirty seconds",
    ],
)
def test_what_changes_what_comes_is_taken_back_and_nothing_older(said: str) -> None:
    before = resting()
    session, _ = hear(before, said)
    assert (session.workout, session.rest) != (before.workout, before.rest)
    session, effects = hear(session, "undo")
    assert lines_said(effects)[0] == "undone"
    assert session.state is State.REST
    assert session.workout.log == before.workout.log
    assert session.workout.log[-1].done.reps == 9
    assert session.workout.sets == before.workout.sets
    assert (session.rest, session.set) == (before.rest, before.set)
    session, _ = hear(session, "undo")
    assert session.workout.log[-1].done.reps == 2  # then what was said before


def test_once_a_set_was_done_a_change_is_not_taken_back_and_nothing_older_is() -> None:
    session, _ = hear(resting(), "one more set", "start set", "ready", "start set")
    session = to_the_rest(session)
    before = session.workout
    session, effects = hear(session, "undo")
    assert lines_said(effects) == ["cant_undo"]
    assert session.workout == before


def test_a_drop_set_asked_for_before_the_catches_are_locked_is_taken_back() -> None:
    session, _ = begin(PRESS)
    session, _ = hear(session, "eighty kilos", "ready", "start set")
    while session.state is not State.RACKING:
        session, _ = advance(session, session.now + samples(0.5))
    asked, _ = hear(session, "drop set")
    for said in (("undo", "locked"), ("locked", "undo")):
        session, effects = hear(asked, *said)
        assert "undone" in lines_said(effects)
        assert session.state is State.REST
        assert session.workout.planned.kind is SetKind.WORK
        assert session.workout.planned.weight == kg(80)


def test_one_more_set_after_the_summary_is_taken_back() -> None:
    session, _ = hear(after_a_set(), "done", "yes", "one more set")
    assert session.state is State.GATE
    session, effects = hear(session, "undo")
    assert session.state is State.SUMMARY
    assert lines_said(effects)[:2] == ["undone", "summary"]
    assert any(isinstance(each, WorkoutOver) for each in effects)


def test_an_exercise_that_was_chosen_is_taken_back_to_the_choice() -> None:
    session, _ = begin(PRESS, offered=OFFERED)
    session, effects = hear(session, "leg curl", "undo")
    assert session.state is State.CHOICE
    assert lines_said(effects)[-2:] == ["undone", "choose"]


def test_at_the_gate_the_set_that_comes_after_all_is_announced() -> None:
    session, _ = begin(PRESS, offered=OFFERED, visit=Visit(LEGS))
    session, effects = hear(session, "four sets of five at fifty kilos", "undo")
    assert session.state is State.GATE
    assert lines_said(effects)[-3:] == ["undone", "announce_warm_up", "gate"]


def test_a_station_that_was_skipped_comes_after_all() -> None:
    session, _ = begin(PRESS, offered=OFFERED, visit=Visit(PAIRED))
    before = session.workout
    session, _ = hear(session, "skip station")
    assert session.workout.exercise.id == "leg-curl"
    session, _ = hear(session, "undo")
    assert (session.workout.exercise.id, session.workout.circuit) == ("leg-press", before.circuit)


def test_the_weight_of_a_drop_set_is_corrected_before_any_older_number() -> None:
    session, _ = hear(after_a_set(PRESS, "eighty kilos"), "nine reps", "drop set")
    session, _ = hear(session, "make that fifty")
    assert session.workout.planned.weight == kg(50)
    assert session.workout.planned.kind is SetKind.DROP
    assert session.workout.log[-1].done.reps == 9


def test_a_longer_rest_that_is_over_is_not_taken_back() -> None:
    session, _ = hear(resting(), "add fifteen seconds")
    session, _ = advance(session, session.now + samples(200))
    assert session.state is State.READY
    session, effects = hear(session, "undo")
    assert lines_said(effects) == ["cant_undo"]
    assert session.workout.log[-1].done.reps == 9
