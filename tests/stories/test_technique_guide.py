"""Every line of the source guide is spoken, at the time that the design says.

A workout is run through the engine: the checklist, a set of fifteen reps, the question what it
trains, the variations. Each row names what has to be heard.
"""

from __future__ import annotations

from functools import cache

import pytest

from tests.support.session_driver import SessionRun, leg_press, run_session
from voicecoach.core.cues import Ended
from voicecoach.core.events import State
from voicecoach.core.plan import CueClass, Phase


@cache
def workout() -> SessionRun:
    words = [
        (5.0, "set up"),
        *((15.0 + 12.0 * n, "next") for n in range(6)),
        (100.0, "ready"),
        (106.0, "start set"),
        (225.0, "locked"),
        (235.0, "feet higher"),
        (245.0, "feet wider"),
        (255.0, "what does this work"),
    ]
    return run_session(words, 290, exercise=leg_press(reps=15))


def spoken(*words: str) -> list[Ended]:
    """The played cues that contain one of `words`."""
    return [c for c in workout().played() if any(w in c.text.lower() for w in words)]


def moment(cue: Ended) -> State | Phase:
    """The state in which `cue` was heard, in a rep the phase."""
    performance = workout()
    state = [e.to for e in performance.entered if e.at <= cue.at][-1]
    if state is not State.REP:
        return state
    return [p.phase for p in performance.phases if p.at <= cue.at + 4800][-1]


IN_A_REP = frozenset(Phase)

ROWS = [
    # what the guide says, words of the line, the moments at which it must be heard
    ("back pad more than 90 degrees", ["ninety degrees"], [{State.SETUP}]),
    ("shoulder blades on the rest", ["shoulder blades"], [{State.SETUP}, IN_A_REP]),
    ("feet shoulder-width, not too high, not too low", ["too high"], [{State.SETUP}]),
    ("toes slightly outwards", ["slightly outwards"], [{State.SETUP}, IN_A_REP]),
    ("the whole foot presses", ["whole foot"], [{State.SETUP}, IN_A_REP]),
    ("knees in line with toes and shoulders", ["knees in line"], [IN_A_REP]),
    ("deep, as far as the hips stay down", ["deep"], [IN_A_REP]),
    ("the seat never leaves the rest", ["seat"], [IN_A_REP]),
    ("do not pull the head forward", ["head back"], [IN_A_REP]),
    ("safety catches before and after", ["catches"], [{State.GATE}, {State.RACKING}]),
    ("in on the way down", [" in."], [{Phase.LOWER}]),
    ("out on the way up", [" out."], [{Phase.LIFT}]),
    ("slowly, tense the muscles", ["tense"], [IN_A_REP]),
    ("feet higher", ["feet higher"], [{State.REST}]),
    ("feet wider", ["feet wider"], [{State.REST}]),
    ("what it trains, and why", ["all four heads"], [{State.REST}]),
]


@pytest.mark.parametrize(("row", "words", "moments"), ROWS, ids=[row[0] for row in ROWS])
def test_the_guide_is_spoken(
    row: str, words: list[str], moments: list[frozenset[State | Phase]]
) -> None:
    heard = {moment(cue) for cue in spoken(*words)}
    for wanted in moments:
        assert heard & wanted, f"{row}: heard at {heard}"


def test_knees_are_not_locked_every_second_rep() -> None:
    played = workout().played("knees")
    assert len(played) == 8
    assert all(cue.want.kind is CueClass.SAFETY for cue in played)


def test_breath_goes_with_every_rep() -> None:
    performance = workout()
    assert len(performance.reps) == 15
    assert len(performance.played("lower")) == 15
    assert len(performance.played("lift")) == 15


def test_the_tempo_is_slow_and_the_reps_are_many() -> None:
    exercise = leg_press()
    assert str(exercise.tempo) == "3-1-2-1"
    assert exercise.reps == 12
