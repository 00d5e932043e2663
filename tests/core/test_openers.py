"""Words that open the top of a rep: the number makes way, and a breath is never left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.session_driver import BEGIN, FIRST_REP, SessionRun, leg_press, run_session
from voicecoach.core.cues import Ended
from voicecoach.core.plan import CueClass, Exercise, Opener, Phase, Tempo, Wording, samples

REPS = 3


def braced(tempo: str, kind: CueClass = CueClass.BREATH) -> Exercise:
    """Three reps, with words at the top of each, and no reminders."""
    exercise = leg_press(tempo, reps=REPS)
    openers = {
        **exercise.openers,
        Phase.LOWER: Opener(CueClass.PHASE, Wording(("Down.",)), 0, True),
        Phase.TOP: Opener(kind, Wording(("Breathe in, brace.",), ("In, brace.",)), 1, False),
    }
    return replace(exercise, openers=openers, cues=())


def said(performance: SessionRun, id: str) -> list[str]:
    return [cue.text for cue in performance.played(id)]


def beats(performance: SessionRun, phase: Phase) -> list[int]:
    return [began.at for began in performance.phases if began.phase is phase]


def on_their_beats(cues: list[Ended], beats: list[int]) -> bool:
    return all(abs(cue.at - at) < samples(0.1) for cue, at in zip(cues, beats, strict=True))


def test_a_breath_at_the_top_is_on_its_beat_and_the_number_before_it() -> None:
    performance = run_session(BEGIN, 60, exercise=braced("3-1-2-2"))
    assert said(performance, "count") == ["One.", "Two.", "Three."]
    assert said(performance, "top") == ["Breathe in, brace.", "In, brace."]
    assert said(performance, "lower") == ["Down."] * REPS
    tops = beats(performance, Phase.TOP)
    assert on_their_beats(performance.played("top"), tops[:-1])
    for number, top in zip(performance.played("count"), tops, strict=True):
        assert top - samples(0.2) < number.end <= top


def test_the_last_rep_has_no_breath_at_the_top_because_no_rep_comes_after_it() -> None:
    performance = run_session(BEGIN, 60, exercise=braced("3-1-2-2"))
    assert performance.played("top")[-1].end < FIRST_REP + 2 * samples(8)
    assert performance.sets[0].reps == REPS


def test_words_at_the_top_that_are_no_breath_are_said_to_the_end() -> None:
    performance = run_session(BEGIN, 60, exercise=braced("3-1-2-2", CueClass.PHASE))
    assert len(said(performance, "top")) == REPS


def test_without_a_top_the_breath_is_taken_on_the_way_down() -> None:
    performance = run_session(BEGIN, 60, exercise=braced("3-1-2-0"))
    assert said(performance, "top") == []
    assert said(performance, "lower") == ["Breathe in, brace.", "In, brace.", "In, brace."]
    assert on_their_beats(performance.played("lower"), beats(performance, Phase.LOWER))


def test_without_a_top_words_that_are_no_breath_take_nobody_s_place() -> None:
    performance = run_session(BEGIN, 60, exercise=braced("3-1-2-0", CueClass.PHASE))
    assert said(performance, "lower") == ["Down."] * REPS


@pytest.mark.parametrize("tempo", ["3-1-2-2", "3-1-2-0"])
def test_in_a_rep_that_begins_with_its_lift_the_top_comes_in_its_middle(tempo: str) -> None:
    exercise = replace(braced(tempo), first=Phase.LIFT, tempo=Tempo.parse(tempo))
    performance = run_session(BEGIN, 60, exercise=exercise)
    breaths = [*performance.played("top"), *performance.played("lower")]
    assert sum("brace" in cue.text for cue in breaths) == REPS
