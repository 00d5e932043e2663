"""What the core does and says when something fails: no sound, no hearing, a sleep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.session_driver import step
from tests.support.session_steps import lines_said, reach, say, wait
from voicecoach.core import session as coach
from voicecoach.core.events import (
    Closing,
    HearingBack,
    HearingGivenUp,
    HearingLost,
    HearingMoved,
    Intent,
    LineEnded,
    LogTold,
    Refused,
    Say,
    Slept,
    SoundBack,
    SoundLost,
    SoundMoved,
    State,
    Unsay,
    Woke,
)
from voicecoach.core.plan import CueClass, Tempo, Wording, samples


def test_a_rep_that_nobody_hears_waits_and_is_told_of_once_the_sound_is_back() -> None:
    session, _ = step(reach(State.REP), SoundLost())
    assert session.state is State.PAUSED
    refused, effects = say(session, Intent.RESUME)
    assert refused.state is State.PAUSED
    (refusal,) = (each for each in effects if isinstance(each, Refused))
    assert refusal.reason == "nobody hears the coach"
    session, effects = step(session, SoundBack())
    assert "still_paused" in lines_said(effects)
    assert say(session, Intent.RESUME)[0].state is State.COUNTDOWN


@pytest.mark.parametrize(
    ("state", "line"),
    [(State.RACKING, "lock_again"), (State.REST, "how_many_after"), (State.GATE, "gate")],
)
def test_sound_that_is_back_tells_where_the_workout_stands(state: State, line: str) -> None:
    session, _ = step(reach(state), SoundLost())
    assert session.state is state
    session, effects = step(session, SoundBack())
    assert line in lines_said(effects)
    assert step(session, SoundBack()) == (session, [])


@pytest.mark.parametrize("happened", [SoundMoved("earbuds"), HearingMoved("headset")])
def test_another_device_is_named_at_once_in_a_rep_and_later_elsewhere(
    happened: SoundMoved | HearingMoved,
) -> None:
    for state, at_once in ((State.REP, True), (State.GATE, False)):
        _, effects = step(reach(state), happened)
        (want,) = (each for said in effects if isinstance(said, Say) for each in said.wants)
        assert want.kind is CueClass.SAFETY
        assert want.urgent is at_once
        assert any(happened.device in text for text in want.texts)


@pytest.mark.parametrize(
    ("tempo", "at_once"), [("2-0-2-0", True), ("2-0-1-0", False), ("1-0-1-0", False)]
)
@pytest.mark.parametrize(
    "happened", [SoundMoved("earbuds"), HearingMoved("headset"), HearingGivenUp()]
)
def test_in_quick_reps_what_cant_be_changed_takes_no_place_of_a_reminder(
    happened: SoundMoved | HearingMoved | HearingGivenUp, tempo: str, at_once: bool
) -> None:
    session = reach(State.REP)
    session = session.prescribe(session.workout.sets.retime(Tempo.parse(tempo)))
    _, effects = step(session, happened)
    (want,) = (each for said in effects if isinstance(said, Say) for each in said.wants)
    assert want.kind is CueClass.SAFETY
    assert want.urgent is at_once


def test_who_hears_again_does_not_say_any_more_that_it_is_over() -> None:
    """In quick reps that line may still wait for room."""
    session = reach(State.REP)
    session = session.prescribe(session.workout.sets.retime(Tempo.parse("1-0-1-0")))
    for happened in (HearingLost("it hangs"), HearingGivenUp()):
        session, _ = step(session, happened)
    _, effects = step(session, HearingBack())
    (untrue,) = (each for each in effects if isinstance(each, Unsay))
    assert {"deaf", "deaf_for_good"} <= untrue.lines


def test_a_device_that_moves_twice_is_told_of_once() -> None:
    session = reach(State.REP)
    session = session.prescribe(session.workout.sets.retime(Tempo.parse("1-0-1-0")))
    session, _ = step(session, SoundMoved("earbuds"))
    _, effects = step(session, SoundMoved("loudspeaker"))
    untrue = next(each for each in effects if isinstance(each, Unsay))
    assert untrue.lines == {"sound_moved"}


def test_each_text_that_names_a_device_is_known_beforehand() -> None:
    session = reach(State.GATE)
    texts = coach.naming(session, "earbuds")
    assert texts
    for happened in (SoundMoved("earbuds"), HearingMoved("earbuds")):
        _, effects = step(session, happened)
        (want,) = (each for said in effects if isinstance(said, Say) for each in said.wants)
        assert {*want.texts} <= {*texts}


def test_lost_ears_are_told_once_and_given_up_for_good() -> None:
    session, effects = step(reach(State.REP), HearingLost("the microphone is gone"))
    assert "deaf" in lines_said(effects)
    assert step(session, HearingLost("the microphone is gone")) == (session, [])
    again, effects = step(session, HearingBack())
    assert "hearing" in lines_said(effects)
    assert step(again, HearingBack()) == (again, [])
    since = session.hearing.deaf_since
    session, effects = step(session, HearingGivenUp())
    assert lines_said(effects) == ["deaf_for_good"]
    assert (session.hearing.deaf_since, session.hearing.due) == (since, None)


@pytest.mark.parametrize("state", [State.RACKING, State.REST, State.GATE])
def test_a_reminder_of_deafness_does_not_wait_for_all_else_there_is_to_tell(state: State) -> None:
    """A rest may begin with half a minute of news."""
    session, _ = step(reach(state), HearingLost("the microphone is gone"))
    due = session.hearing.due
    assert due is not None
    _, effects = coach.advance(session, due + 1)
    wants = [want for said in effects if isinstance(said, Say) for want in said.wants]
    (reminder,) = [want for want in wants if want.id == "still_deaf"]
    assert due <= reminder.by <= due + samples(8)
    assert reminder.until == reminder.by


def test_a_sleep_counts_as_rest_and_holds_a_set() -> None:
    session, effects = step(reach(State.REP), Woke(samples(60)))
    assert session.state is State.PAUSED
    assert [each.length for each in effects if isinstance(each, Slept)] == [samples(60)]

    resting = reach(State.REST)
    assert resting.rest is not None
    assert resting.rest.length is not None
    left = resting.rest.left(resting.now)
    session, _ = step(resting, Woke(left // 2))
    assert session.rest is not None
    assert session.rest.left(session.now) == left - left // 2
    session, _ = step(resting, Woke(left + samples(5)))
    assert session.due == session.now
    session, effects = wait(session, 0.1)
    assert session.state is State.READY
    assert "rest_over" in lines_said(effects)

    paused = say(resting, Intent.PAUSE)[0]
    asleep = step(paused, Woke(samples(60)))[0]
    assert asleep.rest == paused.rest


def test_better_news_of_the_log_takes_the_place_of_worse() -> None:
    session, effects = coach.step(reach(State.REP), LogTold("log_waits"))
    (want,) = (each for said in effects if isinstance(said, Say) for each in said.wants)
    assert session.workout.unwritten
    # It found no room in the set, so it stays news until somebody hears it.
    session, _ = coach.step(session, LineEnded(want.key, heard=False))
    assert session.speech.news == {"log_waits": ""}
    session, effects = coach.step(session, LogTold("log_written"))
    assert not session.workout.unwritten
    assert "log_waits" not in session.speech.news
    assert any(isinstance(each, Unsay) for each in effects)


def test_an_empty_text_silences_a_line() -> None:
    session = reach(State.GATE)
    silent = {"log_waits": Wording(("",), ("",)), "nothing_to_repeat": Wording(("",), ("",))}
    lines = {**session.workout.exercise.lines, **silent}
    workout = replace(session.workout, exercise=replace(session.workout.exercise, lines=lines))
    session = replace(session, workout=workout, speech=session.speech.repeat(()))
    assert lines_said(step(session, LogTold("log_waits"))[1]) == []
    assert lines_said(say(session, Intent.REPEAT)[1]) == []


def test_news_that_nobody_heard_in_a_set_is_told_at_its_end() -> None:
    session, effects = coach.step(reach(State.RACKING), LogTold("log_waits"))
    (want,) = (each for said in effects if isinstance(said, Say) for each in said.wants)
    session, _ = coach.step(session, LineEnded(want.key, heard=False))
    session, effects = say(session, Intent.LOCKED)
    assert session.state is State.REST
    assert "log_waits" in lines_said(effects)


def test_a_program_that_ends_in_a_set_asks_for_the_catches_and_else_for_nothing() -> None:
    session, effects = step(reach(State.REP), Closing())
    assert session.state is State.RACKING
    (last,) = (each for said in effects if isinstance(said, Say) for each in said.wants)
    assert (last.id, last.urgent, last.kind) == ("lock_again", True, CueClass.SAFETY)
    assert session.due is None
    session, effects = step(reach(State.REST), Closing())
    assert session.state is State.REST
    assert lines_said(effects) == []


def test_each_question_in_its_shortest_form_is_known_beforehand() -> None:
    exercise = reach(State.GATE).workout.exercise
    texts = coach.shortest_questions(exercise)
    gate = exercise.lines["gate"].full[0]
    assert any(gate.endswith(text) and len(text) < len(gate) for text in texts)
    assert not any("{" in text for text in texts)
