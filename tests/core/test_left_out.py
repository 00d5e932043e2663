"""Sets that are left out, sides that were not done, and drop sets that can't be lighter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.example_workouts import BARBELL, KINDS, PAIRED, kg
from tests.support.said import PRESS, hear, to_the_rest
from tests.support.session_driver import advance, begin, leg_curl
from tests.support.session_steps import lines_said, texts
from voicecoach.core.events import Effect, State
from voicecoach.core.plan import samples
from voicecoach.core.session import Session
from voicecoach.core.session.tally import tally
from voicecoach.core.workout import PlannedSet, SetKind, Visit, Workout

WORK, DROP = SetKind.WORK, SetKind.DROP
BAR = replace(PRESS, loading=BARBELL)


def reps_of(session: Session) -> Session:
    """Through the reps of the running set."""
    while session.state in (State.COUNTDOWN, State.REP):
        session, _ = advance(session, session.now + samples(0.1))
    return session


def planned(*sets: PlannedSet) -> Visit:
    (exercise,) = KINDS.exercises
    return Visit(Workout("plan", "Plan", (replace(exercise, sets=sets),)))


def locked_after(session: Session, *said: str) -> tuple[Session, list[Effect]]:
    session, _ = hear(session, "ready", "start set")
    session, effects = hear(reps_of(session), *said, "locked")
    return session, effects


# --- a set that is left out -------------------------------------------------------------------


def test_with_a_work_set_its_drop_set_is_left_out() -> None:
    session, _ = begin(PRESS, visit=Visit(KINDS))
    session, _ = hear(session, "skip set")
    planned = session.workout.planned
    assert (planned.kind, planned.reps) == (WORK, 2)
    assert session.workout.sets.done == ()


def test_the_only_work_set_and_its_drop_set_are_left_out_together() -> None:
    session, _ = begin(PRESS, visit=planned(PlannedSet(2), PlannedSet(2, DROP)))
    session, told = hear(session, "skip set")
    assert lines_said(told)[-1] == "nothing_upcoming"


def test_a_set_without_reps_is_not_praised() -> None:
    session, _ = begin(PRESS)
    session, effects = locked_after(session, "zero reps")
    assert "Rest ninety seconds." in texts(effects)
    assert not any("Good" in text for text in texts(effects))


def test_nor_is_the_last_one() -> None:
    """In a superset such a set had its turn, so the workout is over."""
    once = replace(PAIRED.circuits[0], rounds=1)
    visit = Visit(replace(PAIRED, circuits=(once,)))
    session, _ = begin(PRESS, offered=(PRESS, leg_curl()), visit=visit)
    session, _ = locked_after(session)
    session, _ = hear(session, "start set") if session.state is State.REST else (session, [])
    session, effects = locked_after(session, "zero reps")
    assert session.state is State.SUMMARY
    assert "last_empty" in lines_said(effects)
    assert not any("Good" in text for text in texts(effects))


# --- sides ------------------------------------------------------------------------------------


def between_the_sides() -> Session:
    session, _ = begin(PRESS)
    session, _ = hear(session, "single leg", "eighty kilos", "ready", "start set")
    session = to_the_rest(session)
    assert (session.state, session.workout.sets.side_name) == (State.GATE, "Right leg")
    return session


def test_what_comes_between_the_sides_names_the_side() -> None:
    _, told = hear(between_the_sides(), "what's next")
    assert any("Right leg" in text for text in texts(told))


def test_a_workout_that_ends_between_the_sides_has_a_set() -> None:
    session = between_the_sides()
    (trained,) = tally(session).trained
    assert (trained.sets, trained.reps) == (1, 2)
    session, _ = hear(session, "ready", "start set")
    session, _ = hear(reps_of(session), "locked")
    (trained,) = tally(session).trained
    assert (trained.sets, trained.reps) == (1, 4)


@pytest.mark.parametrize("seconds", [1.0, 10.0])
def test_after_pain_on_a_side_that_was_done_the_other_one_comes(seconds: float) -> None:
    session, _ = begin(PRESS)
    session, _ = hear(session, "single leg", "ready", "start set")
    session, _ = advance(session, session.now + samples(seconds))
    done = session.set.done > 0
    session, _ = hear(session, "pain", "locked")
    assert session.state is State.READY
    session, _ = hear(session, "start set")
    assert session.workout.sets.side_name == ("Right leg" if done else "Left leg")
    assert done == (seconds > 5)


def test_pain_in_a_rest_changes_no_side() -> None:
    session, _ = hear(between_the_sides(), "ready", "start set")
    session, _ = hear(to_the_rest(session), "pain", "locked", "start set")
    assert session.workout.sets.side_name == "Left leg"


# --- a drop set with the empty bar ------------------------------------------------------------


def test_nothing_is_lighter_than_the_empty_bar() -> None:
    session, _ = begin(BAR)
    session, _ = hear(session, "twenty kilos", "ready", "start set")
    session = reps_of(session)
    for there in (session, hear(session, "locked")[0]):
        after, told = hear(there, "drop set")
        assert lines_said(told) == ["no_lighter"]
        assert after.workout == there.workout


def test_a_planned_drop_set_that_can_not_be_lighter_is_left_out_and_the_coach_says_why() -> None:
    sets = PlannedSet(2, WORK, kg(20)), PlannedSet(2, DROP), PlannedSet(2, WORK, kg(20))
    session, _ = begin(BAR, visit=planned(*sets))
    session, told = locked_after(session)
    assert session.state is State.REST
    assert lines_said(told)[:2] == ["good_set", "no_lighter"]
    assert session.workout.planned.kind is WORK
    session, told = locked_after(hear(session, "start set")[0])
    assert session.state is State.SUMMARY
