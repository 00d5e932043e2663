"""The transition table: what each command does in each state, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.session_driver import advance, begin, leg_press, step
from tests.support.session_steps import CURL, lines_said, reach, say, wait
from voicecoach.core import session as coach
from voicecoach.core.events import (
    URGENT,
    Command,
    CommandGiven,
    Entered,
    Gain,
    Hush,
    Intent,
    LineEnded,
    PhaseBegan,
    Refused,
    RepDone,
    Say,
    SetOver,
    State,
    Tone,
)
from voicecoach.core.plan import SAMPLE_RATE, Exercise, Phase, Tempo, samples
from voicecoach.core.session import IN_A_SET, TABLE
from voicecoach.core.session.loads import senseless
from voicecoach.core.workout import Unit, Weight


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached_and_has_a_row(state: State) -> None:
    assert reach(state).state is state
    assert state in TABLE


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("intent", Intent)
def test_a_command_that_is_not_in_the_row_is_refused_and_changes_nothing(
    state: State, intent: Intent
) -> None:
    session = reach(state)
    after, effects = say(session, intent)
    row = TABLE[state].keys() - senseless(session.workout)
    unasked = intent in (Intent.YES, Intent.NO) and session.questions.open is None
    if intent in row and unasked:
        assert after == session
        (refusal,) = effects
        assert isinstance(refusal, Refused)
        assert refusal.reason == "nothing was asked"
    elif intent in row:
        assert not any(isinstance(effect, Refused) for effect in effects)
    else:
        assert after == session
        (refusal,) = effects
        assert isinstance(refusal, Refused)
        assert state.value in refusal.reason
        assert intent.value in refusal.reason


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("intent", [Intent.STOP, Intent.PAIN, Intent.HELP])
def test_stop_pain_and_help_are_understood_everywhere(state: State, intent: Intent) -> None:
    assert intent in TABLE[state]


@pytest.mark.parametrize("state", IN_A_SET)
@pytest.mark.parametrize(
    ("intent", "by"), [(Intent.STOP, "stop"), (Intent.PAIN, "pain"), (Intent.HELP, "pain")]
)
def test_whatever_ends_a_set_leads_to_the_catches(state: State, intent: Intent, by: str) -> None:
    session, effects = say(reach(state), intent)
    assert session.state is State.RACKING
    assert isinstance(effects[0], Hush)
    (over,) = (effect for effect in effects if isinstance(effect, SetOver))
    assert over.ended_by == by


@pytest.mark.parametrize("intent", sorted(URGENT))
def test_one_more_cry_lets_the_line_of_the_catches_go_on(intent: Intent) -> None:
    """ "Stop, stop, stop" would cut it off at each "stop"."""
    cry = CommandGiven(Command(intent))
    stopped, said = coach.step(reach(State.REP), cry)
    again, effects = coach.step(stopped, cry)
    assert (again, effects) == (stopped, [Tone(stopped.now, "heard")])
    (line,) = (want for effect in said if isinstance(effect, Say) for want in effect.wants)
    heard, _ = coach.step(stopped, LineEnded(line.key, heard=True))
    _, effects = coach.step(heard, cry)
    assert lines_said(effects) == [line.id]


def test_the_only_ways_into_the_countdown_are_armed_and_a_set_that_waits() -> None:
    for state in State:
        for intent in TABLE[state]:
            after, _ = say(reach(state), intent)
            if after.state is State.COUNTDOWN:
                assert state in (State.ARMED, State.COUNTDOWN, State.PAUSED, State.REST_PAUSE)


def test_start_is_no_answer_to_the_gate() -> None:
    session, _ = say(reach(State.GATE), Intent.START)
    assert session.state is State.GATE


def test_not_yet_lets_nothing_go_on() -> None:
    """ "Not ready" passed the gate, and "not locked" confirmed the catches: each was heard as its
    opposite, since nothing else was there to be heard."""
    for state, asked in (
        (State.GATE, ["gate"]),
        (State.ARMED, []),
        (State.PAUSED, []),
        (State.RACKING, ["lock_again"]),
    ):
        session, effects = say(reach(state), Intent.NOT_YET)
        assert session.state is state
        assert lines_said(effects) == asked
        assert not any(isinstance(each, Refused) for each in effects)


def test_a_rep_counts_when_its_lift_is_done() -> None:
    session = reach(State.COUNTDOWN)
    start = session.due
    assert start is not None
    session, effects = advance(session, start + samples(7))
    (rep,) = (effect for effect in effects if isinstance(effect, RepDone))
    assert rep.at == start + samples(6)
    phases = [(p.phase, p.at - start) for p in effects if isinstance(p, PhaseBegan)]
    assert phases == [
        (Phase.LOWER, 0),
        (Phase.BOTTOM, samples(3)),
        (Phase.LIFT, samples(4)),
        (Phase.TOP, samples(6)),
    ]


def test_a_pause_repeats_the_interrupted_rep_unless_its_lift_was_done() -> None:
    for seconds, rep in ((1.0, 1), (6.5, 2)):
        session = reach(State.COUNTDOWN)
        assert session.due is not None
        session, _ = advance(session, session.due + samples(seconds))
        session, _ = say(session, Intent.PAUSE)
        session, _ = wait(session, 40)
        session, _ = say(session, Intent.RESUME)
        assert session.set.clock is not None
        assert session.set.clock.rep == rep


def test_slower_stretches_the_phase_under_way() -> None:
    session = reach(State.COUNTDOWN)
    start = session.due
    assert start is not None
    session, _ = advance(session, start + samples(1))
    session, _ = say(session, Intent.SLOWER)
    _, effects = advance(session, start + samples(9.5))
    starts = [p.at - start for p in effects if isinstance(p, PhaseBegan)]
    assert starts == [samples(4), samples(5), samples(8), samples(9)]


def test_faster_ends_a_phase_that_would_be_over_at_once() -> None:
    session = reach(State.COUNTDOWN)
    start = session.due
    assert start is not None
    session, _ = advance(session, start + samples(2.5))
    session, _ = say(session, Intent.FASTER)
    _, effects = advance(session, start + samples(4.4))
    phases = [(p.phase, p.at - start) for p in effects if isinstance(p, PhaseBegan)]
    assert phases == [(Phase.BOTTOM, samples(2.5)), (Phase.LIFT, samples(3.5))]


def test_slower_and_faster_have_limits() -> None:
    session = reach(State.REP)
    for _ in range(20):
        session, _ = say(session, Intent.FASTER)
    assert session.workout.tempo == Tempo.parse("1-1-1-1")
    for _ in range(20):
        session, _ = say(session, Intent.SLOWER)
    assert session.workout.tempo.lower <= 10 * SAMPLE_RATE


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    ("intent", "limit"), [(Intent.LOUDER, "loudest"), (Intent.SOFTER, "softest")]
)
def test_louder_and_softer_in_every_state_up_to_an_end_that_is_said(
    state: State, intent: Intent, limit: str
) -> None:
    session = reach(state)
    before = session
    gains = []
    for _ in range(10):
        session, effects = say(session, intent)
        gains += [effect.decibels for effect in effects if isinstance(effect, Gain)]
    sign = 1 if intent is Intent.LOUDER else -1
    assert gains[0] == 3.0 * sign
    assert gains == sorted(set(gains), key=lambda gain: gain * sign)
    assert gains[-1] == getattr(session.speech.loudness, limit)
    said = [want.id for effect in effects if isinstance(effect, Say) for want in effect.wants]
    assert said == [limit]
    # The workout is unchanged, and "repeat" repeats the earlier question.
    assert (session.state, session.due, session.set) == (before.state, before.due, before.set)
    assert session.speech.last == before.speech.last


@given(st.floats(-40, 0), st.floats(-12, 9), st.lists(st.sampled_from([3.0, -3.0])))
def test_the_loudness_stays_between_a_floor_and_the_ceiling(
    ceiling: float, gain: float, changes: list[float]
) -> None:
    loudness = coach.Loudness.under(ceiling, gain)
    for by in changes:
        loudness = loudness.changed(by)
        assert min(-12.0, ceiling + 9.0) <= loudness.gain <= ceiling + 9.0


def named(exercise: Exercise) -> CommandGiven:
    return CommandGiven(Command(Intent.EXERCISE, (("exercise", exercise.id),)))


def test_the_exercise_is_chosen_after_the_proof_and_before_the_gate() -> None:
    session, effects = begin(leg_press(), prove_stop=True, offered=(leg_press(), CURL))
    assert session.state is State.PROOF
    session, effects = say(session, Intent.STOP)
    assert session.state is State.CHOICE
    assert lines_said(effects) == ["stop_heard", "choose"]
    session, effects = step(session, named(CURL))
    assert (session.state, session.workout.exercise) == (State.GATE, CURL)
    assert (session.workout.tempo, session.workout.target) == (CURL.tempo, CURL.reps)
    assert lines_said(effects) == ["announce", "gate"]
    announced = next(effect for effect in effects if isinstance(effect, Say)).wants[0]
    assert announced.texts[0].startswith("Leg curl. Nine reps")


def test_the_choice_is_offered_three_times_and_then_waited_for() -> None:
    session, effects = begin(leg_press(), offered=(leg_press(), CURL))
    offers = [effect for effect in effects if isinstance(effect, Say)]
    session, effects = wait(session, 600)
    offers += [effect for effect in effects if isinstance(effect, Say)]
    assert session.state is State.CHOICE
    assert [each.wants[0].texts for each in offers] == [
        ("Which exercise? Leg press, Leg curl.",)
    ] * coach.CHOICE_TRIES
    session, _ = step(session, named(CURL))
    assert session.state is State.GATE


def test_ready_chooses_the_only_exercise_and_asks_again_where_there_are_two() -> None:
    session, _ = begin(leg_press(), offered=(leg_press(), CURL))
    session, effects = say(session, Intent.READY)
    assert (session.state, lines_said(effects)) == (State.CHOICE, ["choose"])
    session, _ = begin(leg_press(), offered=(CURL,))
    session, _ = say(session, Intent.READY)
    assert (session.state, session.workout.exercise) == (State.GATE, CURL)


def test_an_exercise_that_is_not_offered_is_refused() -> None:
    session = reach(State.CHOICE)
    unknown = replace(CURL, id="bench")
    after, effects = step(session, named(unknown))
    assert after == session
    assert isinstance(effects[0], Refused)


def test_stop_silences_the_choice_and_pain_leads_back_to_it() -> None:
    session, effects = say(reach(State.CHOICE), Intent.STOP)
    assert isinstance(effects[0], Hush)
    _, effects = wait(session, 600)
    assert effects == []
    session, _ = say(session, Intent.PAIN)
    assert session.state is State.RACKING
    session, _ = say(session, Intent.LOCKED)
    session, _ = say(session, Intent.START)
    assert session.state is State.CHOICE


def test_another_exercise_is_taken_on_in_the_rest() -> None:
    session = reach(State.REST)
    done = session.workout.log
    assert [each.done.reps > 0 for each in done] == [True]
    sets = session.workout.sets.from_now_on(weight=Weight(Decimal(80), Unit.KG))
    session, _ = say(session.prescribe(sets), Intent.READY)
    assert session.set.number == 2
    session, _ = step(session, named(CURL))
    workout = session.workout
    assert (session.state, workout.exercise, workout.sets.weight) == (State.GATE, CURL, None)
    assert (session.set.number, workout.target) == (1, 9)
    assert workout.log == done


@pytest.mark.parametrize("state", [*IN_A_SET, State.RACKING])
def test_no_exercise_is_taken_on_while_a_weight_may_be_held(state: State) -> None:
    after, effects = step(reach(state), named(CURL))
    assert after.workout.exercise.id == "leg-press"
    assert isinstance(effects[0], Refused)


def test_everything_that_is_said_of_any_offered_exercise_is_foreseen() -> None:
    session, _ = begin(leg_press(), offered=(leg_press(), CURL))
    texts = coach.foreseen(session)
    assert "Which exercise? Leg press, Leg curl." in texts
    assert any(text.startswith("Leg press. Twelve reps") for text in texts)
    assert any(text.startswith("Leg curl. Nine reps") for text in texts)


def test_the_checklist_and_the_variations_are_rendered_beforehand_too() -> None:
    exercise = leg_press()
    session, _ = begin(exercise)
    asked_for = (*(item.wording for item in exercise.setup), *exercise.variations.values())
    said = {text for wording in asked_for for text in wording.full}
    assert said
    assert said <= set(coach.texts(session))


def test_a_tempo_without_lifting_is_refused() -> None:
    session = reach(State.GATE)
    command = Command(Intent.TEMPO, (("bottom", 1), ("lift", 0), ("lower", 3)))
    after, effects = step(session, CommandGiven(command))
    assert after == session
    assert isinstance(effects[0], Refused)


def test_two_hours_of_reps_stay_exact() -> None:
    exercise = replace(leg_press(reps=1000))
    session, _ = begin(exercise)
    session, _ = say(session, Intent.READY)
    session, _ = say(session, Intent.START)
    start = session.due
    assert start is not None
    session, effects = advance(session, start + samples(7 * 1000 + 1))
    reps = [effect for effect in effects if isinstance(effect, RepDone)]
    assert len(reps) == 1000
    assert all(rep.at == start + samples(7) * (rep.n - 1) + samples(6) for rep in reps)
    assert session.state is State.RACKING


def test_only_three_reminders_then_the_rest() -> None:
    session = reach(State.RACKING)
    _, effects = wait(session, 60)
    entered = [effect.to for effect in effects if isinstance(effect, Entered)]
    assert entered == [State.REST]
