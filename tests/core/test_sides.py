"""Single leg: left, then right, with the catches locked between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.example_workouts import LEGS
from tests.support.log_records import MORNING
from tests.support.session_driver import SessionRun, leg_press, run_session
from voicecoach.core.events import State
from voicecoach.core.plan import samples
from voicecoach.core.workout import (
    Amended,
    Entry,
    Interrupted,
    SetBegan,
    Visit,
    Workout,
    WorkoutBegan,
)
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log

# A set of two reps at 2-0-1-1 takes 8 s.
LEFT = [(1.0, "single leg"), (9.0, "ready"), (13.0, "start set"), (26.0, "locked")]
RIGHT = [(36.0, "ready"), (40.0, "start set"), (53.0, "locked")]


def single(words: list[tuple[float, str]], seconds: float = 70) -> SessionRun:
    return run_session(words, seconds, exercise=leg_press("2-0-1-1", reps=2))


def texts(performance: SessionRun, *ids: str) -> list[str]:
    return [cue.text for cue in performance.played() if cue.want.id in ids]


def test_a_set_is_left_then_right_and_then_the_rest() -> None:
    performance = single([*LEFT, *RIGHT])
    paced = [State.GATE, State.ARMED, State.COUNTDOWN, State.REP, State.RACKING]
    assert performance.states == [*paced, *paced, State.REST]
    assert [(over.reps, over.target) for over in performance.sets] == [(2, 2), (2, 2)]
    assert texts(performance, "announce_side") == ["Right leg: two reps."]
    assert "One leg at a time" in performance.cues("variation-single")[0].text
    assert texts(performance, "good_set") == ["Good set. Rest ninety seconds."]


def test_the_next_set_begins_with_the_left_again_and_is_the_second() -> None:
    performance = single([*LEFT, *RIGHT, (60.0, "start set")])
    assert texts(performance, "announce_side") == ["Right leg: two reps.", "Left leg: two reps."]
    began = [r for r in performance.records if isinstance(r, SetBegan)]
    assert [each.number for each in began] == [1, 1]
    after = single([*LEFT, *RIGHT, (60.0, "start set"), (75.0, "ready"), (80.0, "start set")], 90)
    assert [r.number for r in after.records if isinstance(r, SetBegan)] == [1, 1, 2]


def test_the_log_keeps_the_side() -> None:
    performance = single([*LEFT, *RIGHT])
    notes = [(r.back, r.entry, r.value) for r in performance.records if isinstance(r, Amended)]
    assert notes == [(0, Entry.NOTE, "left leg"), (0, Entry.NOTE, "right leg")]


def test_stop_in_a_side_and_between_them_leaves_nothing_moving() -> None:
    words = [*LEFT[:3], (21.0, "stop"), (25.0, "locked"), (30.0, "stop"), (35.0, "start set")]
    performance = single(words, 60)
    assert performance.cues("stopped")
    # Between the sides the gate asks; "stop" works there, and nothing runs.
    assert performance.states[5:] == [State.GATE, State.READY, State.GATE]
    assert not [p for p in performance.phases if p.at > performance.sets[0].at]
    assert texts(performance, "announce_side")[-1] == "Right leg: two reps."


def test_after_pain_the_other_side_does_not_come_by_itself() -> None:
    performance = single([*LEFT[:3], (19.0, "dizzy"), (24.0, "locked")], 50)
    assert performance.states[-1] is State.READY
    assert not texts(performance, "announce_side")


def test_both_legs_again() -> None:
    words = [(1.0, "single leg"), (5.0, "both legs"), (9.0, "ready"), (13.0, "start set")]
    performance = single([*words, (26.0, "locked")], 40)
    assert performance.states[-1] is State.REST
    assert not [r for r in performance.records if isinstance(r, Amended)]


def test_a_plan_counts_left_and_right_as_one_set() -> None:
    words = [*LEFT, *RIGHT, (58.0, "start set")]
    exercise = leg_press("2-0-1-1", reps=2)
    performance = run_session(words, 70, exercise=exercise, offered=(exercise,), visit=Visit(LEGS))
    assert texts(performance, "announce_set") == ["Set one of two: three reps, eighty kilos."]
    assert texts(performance, "announce_side")[-1] == "Left leg: three reps."


def test_an_exercise_that_is_always_done_so() -> None:
    exercise = leg_press("2-0-1-1", reps=2, sides=("Left leg", "Right leg"))
    performance = run_session(
        [(9.0, "ready"), (13.0, "start set"), (26.0, "locked")], 40, exercise=exercise
    )
    assert texts(performance, "announce_side") == ["Left leg: two reps.", "Right leg: two reps."]
    assert performance.states[-1] is State.GATE


# --- a workout that broke off ----------------------------------------------------------------


def broken_off(
    path: Path,
    words: list[tuple[float, str]],
    seconds: float,
    workout: Workout | None = LEGS,
    **more: Any,
) -> Interrupted:
    """What the next session is told if the program went away after these words."""
    exercise = leg_press("2-0-1-1", reps=2, **more)
    offered = (exercise,) if workout is not None else ()
    gone = run_session(words, seconds, exercise=exercise, offered=offered, visit=Visit(workout))
    until = samples(seconds)
    Journal(path, MORNING).feed((each for each in gone.records if each.at <= until), 0)
    found = Journal(path, MORNING + timedelta(minutes=10)).interrupted
    assert found is not None
    return found


def carried_on(found: Interrupted, seconds: float = 30, **more: Any) -> SessionRun:
    exercise = leg_press("2-0-1-1", reps=2, **more)
    visit = Visit(LEGS, interrupted=found, broken=LEGS)
    words = [(8.0, "carry on"), (18.0, "ready"), (22.0, "start set")]
    words += [(12.0, "locked")] if found.cut else []
    return run_session(words, seconds, exercise=exercise, offered=(exercise,), visit=visit)


def test_left_and_right_are_one_set_of_a_workout_that_goes_on(tmp_path: Path) -> None:
    """They used to be two: a set of the plan was taken for done."""
    found = broken_off(tmp_path / "log", [*LEFT, *RIGHT], 56)
    assert [(done.reps, done.part) for _, done in found.done] == [(2, True), (2, False)]
    performance = carried_on(found)
    assert "Sets done: one." in texts(performance, "interrupted")[0]
    assert texts(performance, "announce_set") == ["Set one of two: three reps, eighty kilos."]
    # Still one leg after the other.
    assert texts(performance, "announce_side")[0] == "Left leg: three reps."
    began, *_ = (each for each in performance.records if isinstance(each, SetBegan))
    assert began.number == 2


@pytest.mark.parametrize(
    ("words", "seconds", "alone"),
    [
        (LEFT, 30.0, True),  # between the sides
        (LEFT[:3], 21.0, True),  # in the left one
        ([*LEFT, *RIGHT[:2]], 42.0, False),  # in the countdown of the right one
    ],
)
@pytest.mark.parametrize("more", [{}, {"sides": ("Left leg", "Right leg")}])
def test_after_the_left_the_right_goes_on(
    tmp_path: Path,
    words: list[tuple[float, str]],
    seconds: float,
    alone: bool,
    more: dict[str, Any],
) -> None:
    if more:
        words = words[1:]
    found = broken_off(tmp_path / "log", words, seconds, **more)
    assert found.done[0][1].part != alone
    assert found.cut == (seconds != 30.0)
    performance = carried_on(found, **more)
    assert performance.states[1] is (State.RACKING if found.cut else State.GATE)
    assert texts(performance, "announce_side")[0] == "Right leg: two reps."
    began, *_ = (each for each in performance.records if isinstance(each, SetBegan))
    assert began.number == 1
    notes = [r.value for r in performance.records if isinstance(r, Amended)]
    assert notes[0] == "right leg"


def test_a_note_on_the_last_side_keeps_the_side(tmp_path: Path) -> None:
    found = broken_off(tmp_path / "log", LEFT, 30)
    assert found.note == "left leg"
    found = replace(found, note="left leg, left knee")
    performance = carried_on(found)
    assert texts(performance, "announce_side")[0] == "Right leg: two reps."


def test_the_past_tells_left_and_right_as_one_set(tmp_path: Path) -> None:
    broken_off(tmp_path / "log", [*LEFT, *RIGHT], 56, workout=None)
    with Log(tmp_path / "log") as log:
        (workout,) = log.workouts()
        assert len(workout.sets) == 2  # What was done with each leg is kept.
    Journal(tmp_path / "log", MORNING).feed([WorkoutBegan(0, "")], 0)
    with Log(tmp_path / "log") as log:
        past = log.past("leg-press", MORNING + timedelta(days=1))
    assert [each.part for each in past.last] == [True, False]
    exercise = leg_press("2-0-1-1", reps=2)
    told = run_session(
        [(12.0, "last time")], 25, exercise=exercise, visit=Visit(past={"leg-press": past})
    )
    (line,) = texts(told, "last_time")
    assert "two reps" in line
    assert "times" not in line
