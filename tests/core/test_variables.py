"""Variables in cues and openers: their values, what is rendered in advance, what is refused; and
"less talk", which removes no safety.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.example_workouts import LEGS, PAST
from tests.support.session_driver import (
    BEGIN,
    FIRST_REP,
    SessionRun,
    leg_curl,
    leg_press,
    plank,
    run_session,
)
from voicecoach.config import ConfigError, layers, load
from voicecoach.core.pacing import Talkativeness
from voicecoach.core.plan import Cue, CueClass, Exercise, Opener, Phase, Wording, samples
from voicecoach.core.session import begin, foreseen
from voicecoach.core.workout import Visit

SCRIPT = "exercises/leg-press.toml"


def with_cue(*say: str, kind: CueClass = CueClass.FORM) -> Exercise:
    """The leg press with an extra cue in each rep, beside its safety."""
    exercise = leg_press(reps=3)
    own = Cue("own", kind, Wording(say), Phase.LOWER, priority=10)
    safety = [cue for cue in exercise.cues if cue.kind is CueClass.SAFETY]
    return replace(exercise, cues=(*safety, own))


def said(performance: SessionRun, id: str = "own") -> list[str]:
    return [cue.text for cue in performance.played(id)]


def test_what_changes_with_each_rep() -> None:
    performance = run_session(BEGIN, 60, exercise=with_cue("Rep {rep}, {left:reps} to go."))
    assert said(performance) == [
        "Rep one, two reps to go.",
        "Rep two, one rep to go.",
        "Rep three, zero reps to go.",
    ]


def test_in_a_hold_they_are_seconds() -> None:
    own = Cue(
        "own", CueClass.FORM, Wording(("{rep:seconds}, {left} left.",)), Phase.LIFT, once=True
    )
    performance = run_session(BEGIN, 40, exercise=plank(20, cues=(own,)))
    assert said(performance) == ["Five seconds, fifteen left."]


def test_what_the_set_knows() -> None:
    exercise = with_cue("Set {set} of {sets}, {weight}.", "Then {next}.")
    offered = (exercise, leg_curl())
    visit = Visit(LEGS, PAST)
    words = [*BEGIN, (45.0, "locked"), (60.0, "start set"), (70.0, "ready"), (75.0, "start set")]
    performance = run_session(words, 110, exercise=exercise, offered=offered, visit=visit)
    assert said(performance)[:2] == ["Set one of two, forty kilos.", "Then Leg curl."]
    assert "Set one of two, eighty kilos." in said(performance)[2:]


def test_what_is_not_known_gives_its_turn_to_the_next_text() -> None:
    performance = run_session(
        BEGIN, 60, exercise=with_cue("At {weight}.", "Keep on.", "Then {next}.")
    )
    assert said(performance) == ["Keep on.", "Keep on.", "Keep on."]
    assert not run_session(BEGIN, 60, exercise=with_cue("At {weight}.")).cues("own")


def test_an_opener_names_the_rep() -> None:
    lower = Opener(CueClass.PHASE, Wording(("Rep {rep}, down.",), ("{rep}, down.",)), 1, ticks=True)
    exercise = leg_press(reps=3)
    openers = {**exercise.openers, Phase.LOWER: lower}
    performance = run_session(BEGIN, 60, exercise=replace(exercise, openers=openers))
    assert said(performance, "lower") == ["Rep one, down.", "Two, down.", "Three, down."]


def test_all_of_them_are_rendered_beforehand() -> None:
    texts = ("Set {set} of {sets}, {weight}.", "Then {next}.", "{rep}, {left:reps} to go.")
    exercise = with_cue(*texts)
    offered, visit = (exercise, leg_curl()), Visit(LEGS, PAST)
    session, _ = begin(exercise, offered=offered, visit=visit)
    rendered = set(foreseen(session))
    words = [*BEGIN, (45.0, "locked"), (60.0, "start set"), (70.0, "ready"), (75.0, "start set")]
    performance = run_session(words, 110, exercise=exercise, offered=offered, visit=visit)
    assert len(set(said(performance))) > 2
    assert set(said(performance)) <= rendered


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        (
            '"Plate away, whole foot."',
            '"{reps} more."',
            'unknown variable {reps}, did you mean "rep"? this text may use '
            "{left}, {name}, {next}, {rep}, {set}, {sets}, {tempo}, {weight}",
        ),
        (
            '"Head back on the pad."',
            '"Head back at {weight}."',
            "unknown variable {weight}; this text may use {left}, {name}, {rep}, {set}, {tempo}; "
            "a safety cue is said whatever is known",
        ),
        (
            '"Hold."',
            '"Hold, {next}."',
            "unknown variable {next}; this text may use {left}, {name}, {rep}, {set}, {tempo}",
        ),
        (
            '"Whole foot."',
            '"{left:kelos}."',
            'no unit "kelos" under [units], did you mean "kilos"?',
        ),
        (
            '"Toes point slightly outwards, knees in line with them."',
            '"Toes out, {name}."',
            "unknown variable {name}; this text can use none",
        ),
    ],
)
def test_what_can_not_be_named_is_told(tmp_path: Path, good: str, bad: str, told: str) -> None:
    text = (layers.shipped() / SCRIPT).read_text(encoding="utf-8")
    assert good in text
    (tmp_path / "exercises").mkdir()
    (tmp_path / SCRIPT).write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load("en", "leg-press", folder=tmp_path)
    assert [fault.message for fault in refusal.value.faults] == [told]


# --- less talk, more talk ---------------------------------------------------------------------

exercises = st.sampled_from([leg_press(reps=6), plank(30)])
words = st.lists(
    st.tuples(
        st.floats(17.0, 50.0).map(lambda at: round(at, 2)),
        st.sampled_from(["less talk", "quiet", "more talk", "talk more"]),
    ),
    max_size=4,
)


def safety(performance: SessionRun, exercise: Exercise) -> list[tuple[str, int]]:
    """Each safety reminder that was heard, with its rep."""
    ids = {cue.id for cue in exercise.cues if cue.kind is CueClass.SAFETY}
    length = exercise.tempo.rep
    return sorted(
        (cue.want.id, (cue.at - FIRST_REP) // length)
        for cue in performance.played()
        if cue.want.id in ids
    )


@settings(max_examples=25, deadline=None)
@given(exercises, words, st.sampled_from(Talkativeness))
def test_however_much_is_asked_for_safety_and_breath_stay(
    exercise: Exercise, asked: list[tuple[float, str]], talk: Talkativeness
) -> None:
    usual = run_session(BEGIN, 75, exercise=exercise)
    other = run_session([*BEGIN, *asked], 75, exercise=exercise, talk=talk)
    assert safety(other, exercise) == safety(usual, exercise)
    assert other.phases == usual.phases
    for opener in ("lower", "lift"):
        assert len(other.played(opener)) == len(usual.played(opener))


def test_less_talk_drops_form_and_more_talk_brings_it_back() -> None:
    words = [*BEGIN, (20.0, "less talk"), (58.0, "more talk")]
    performance = run_session(words, 110, exercise=leg_press())
    form = [c for c in performance.played() if c.want.kind is CueClass.FORM]
    assert form
    assert all(cue.at > samples(58) for cue in form)
    assert said(performance, "quiet_on") == ["I say less."]
    assert said(performance, "talk_on") == ["I say more."]
