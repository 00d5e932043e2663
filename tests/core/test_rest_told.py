"""What the coach tells of a set's end before it comes, in random sessions: the rest after it, and
whose turn is next. No audio and no voice, so that many are tried in little time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.example_workouts import BROKEN, KINDS, LEGS, LEGS_DAY, PAIRED, PAST
from tests.support.said import PRESS, after_a_set, hear, to_the_rest
from tests.support.session_driver import begin, leg_curl
from tests.support.session_steps import lines_said, say, texts, wait
from voicecoach.core.events import Intent, State
from voicecoach.core.session import IN_A_SET, Session
from voicecoach.core.workout import Visit

OFFERED = {"offered": (PRESS, leg_curl())}
DAYS: dict[str, dict[str, Any]] = {
    "alone": {},
    "legs": {"visit": Visit(LEGS), **OFFERED},
    "kinds": {"visit": Visit(KINDS), **OFFERED},
    "paired": {"visit": Visit(PAIRED), **OFFERED},
    "program": {"visit": Visit(LEGS_DAY, PAST), **OFFERED},
    "broken": {"visit": Visit(interrupted=replace(BROKEN, cut=True, unlocked=True)), **OFFERED},
}

SAID = [
    *("dizzy", "stop", "done", "zero reps", "nine reps", "undo", "no", "drop set", "to failure"),
    *("single leg", "both legs", "eighty kilos", "skip set", "one more set", "next exercise"),
    *("warm me up to eighty", "other one first", "one set of five", "delete last set", "pause"),
]

WANTED = {
    State.INTERRUPTED: "carry on",
    State.CHOICE: "leg press",
    State.READY: "start set",
    State.GATE: "ready",
    State.ARMED: "start set",
    State.RACKING: "locked",
    State.REST: "start set",
    State.PAUSED: "resume",
    State.SUMMARY: "start set",
}
"""The answer that the coach waits for."""

moves = st.lists(st.one_of(st.none(), st.none(), st.sampled_from(SAID), st.just(10.0)), max_size=40)
"""None: what the coach waits for; a number: so many seconds."""


def _go(session: Session, move: str | float | None) -> Session:
    if isinstance(move, float) or (move is None and session.state not in WANTED):
        return wait(session, move or 10.0)[0]
    return hear(session, move if move is not None else WANTED[session.state])[0]


@given(st.sampled_from(sorted(DAYS)), moves)
def test_what_is_told_before_the_catches_are_locked_comes_true(
    day: str, moves: list[str | float | None]
) -> None:
    session, _ = begin(PRESS, **DAYS[day])
    for move in moves:
        session = _go(session, move)
        if session.state is State.RACKING:
            _, told = say(session, Intent.HOW_MANY)
            after, _ = say(session, Intent.LOCKED)
            rests = after.state is State.REST
            line = "how_many_after" if rests else "how_many_open"
            assert lines_said(told)[-1] == line
            assert not rests or (after.rest and after.rest.length == session.set.rest_after)


@given(st.sampled_from(sorted(DAYS)), moves)
def test_pain_outside_of_a_set_takes_no_turn_away(
    day: str, moves: list[str | float | None]
) -> None:
    """In the rest after a station, the next one lost its turn."""
    session, _ = begin(PRESS, **DAYS[day])
    for move in moves:
        session = _go(session, move)
        if session.state in (*IN_A_SET, State.RACKING):
            continue
        hurt, _ = say(session, Intent.PAIN)
        hurt, _ = say(hurt, Intent.LOCKED)
        assert hurt.workout.turns == session.workout.turns


def test_pain_at_a_stations_gate_takes_no_turn_away_either_if_reps_are_corrected_then() -> None:
    session, _ = begin(PRESS, **DAYS["paired"])
    session = to_the_rest(hear(session, "ready", "start set")[0])
    session, _ = hear(session, "start set")
    assert session.workout.exercise.id == "leg-curl"
    session, _ = hear(session, "dizzy", "nine reps", "locked", "start set")
    assert session.workout.exercise.id == "leg-curl"


def test_after_the_workout_there_is_no_rest_to_tell() -> None:
    session, _ = begin(PRESS)
    session, _ = hear(session, "one set of five", "ready", "start set")
    session = to_the_rest(session)
    assert session.state is State.SUMMARY
    session, told = hear(session, "how many")
    assert texts(told) == ["That was five. Rest as long as you like."]
    session, told = hear(session, "repeat")
    assert texts(told) == ["That was five. Rest as long as you like."]


def test_unconfirmed_catches_of_the_last_set_promise_no_rest() -> None:
    session, _ = begin(PRESS)
    session, _ = hear(session, "one set of five", "ready", "start set")
    session, told = wait(session, 90)
    assert session.state is State.SUMMARY
    (line,) = (text for text in texts(told) if "no answer" in text)
    assert line.endswith("Rest as long as you like.")


@pytest.mark.parametrize("left", ["two left", "two"])
def test_repeat_tells_the_reps_that_were_left_and_not_the_rest(left: str) -> None:
    session, _ = begin(PRESS, **DAYS["program"])
    session = to_the_rest(hear(session, "ready", "start set")[0])
    session = to_the_rest(hear(session, "start set", "ready", "start set")[0])
    session, _ = hear(session, left)
    session, told = hear(session, "repeat")
    assert texts(told) == ["Two left, noted."]


@pytest.mark.parametrize("longer", ["add thirty seconds", "rest three minutes"])
def test_a_rest_that_waits_still_waits_when_it_gets_longer(longer: str) -> None:
    session, _ = hear(after_a_set(), "pause")
    session, told = hear(session, longer)
    asked, again = hear(session, "how long")
    assert texts(told) == texts(again)
    assert texts(told)[0].startswith("The rest waits.")
    assert asked.rest == session.rest
