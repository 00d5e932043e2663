"""Sets of other kinds: drop sets, rest-pauses, no target, targets that differ, missed reps."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.support.example_workouts import KINDS, kg
from tests.support.session_driver import (
    SessionRun,
    advance,
    asleep,
    begin,
    leg_press,
    plank,
    run_session,
    shipped,
    step,
)
from tests.support.session_steps import lines_said, reach, say, wait
from voicecoach.core.events import (
    Command,
    CommandGiven,
    Effect,
    Intent,
    Pace,
    PhaseBegan,
    SetOver,
    SoundLost,
    State,
    Woke,
)
from voicecoach.core.pacing import OPEN_REPS, without
from voicecoach.core.plan import SAMPLE_RATE, Wording, samples
from voicecoach.core.session import Session
from voicecoach.core.session.drop_sets import next_down
from voicecoach.core.session.rest_pause import LONGEST, MARKS
from voicecoach.core.workout import (
    Amended,
    DoneSet,
    Entry,
    Interrupted,
    PlannedSet,
    SetBegan,
    SetKind,
    Unit,
    Visit,
    Weight,
)

DROP, WORK = SetKind.DROP, SetKind.WORK

SET = [(11.0, "ready"), (16.0, "start set")]
"""Passes the gate. A set of two reps at 2-0-1-1 ends at 27.27 s."""


def two(words: list[tuple[float, str]], seconds: float, **changes: object) -> SessionRun:
    return run_session(words, seconds, exercise=leg_press("2-0-1-1", reps=2), **changes)  # type: ignore[arg-type]


def texts(performance: SessionRun, *ids: str) -> list[str]:
    return [cue.text for cue in performance.played() if cue.want.id in ids]


def began(performance: SessionRun) -> list[tuple[SetKind, str | None, int]]:
    """Of each set: its kind, weight and target."""
    sets = [r.planned for r in performance.records if isinstance(r, SetBegan)]
    return [
        (each.kind, None if each.weight is None else str(each.weight), each.reps) for each in sets
    ]


# --- drop sets -------------------------------------------------------------------------------


EIGHTY = [(5.0, "eighty kilos"), *SET]
DROPPED = [(40.0, "ready"), (45.0, "start set"), (60.0, "locked")]


@pytest.mark.parametrize("before_locked", [False, True])
def test_a_drop_set_follows_with_the_next_weight_down_and_no_rest(before_locked: bool) -> None:
    asks = [(29.0, "drop set"), (31.0, "locked")]
    asks = asks if before_locked else [(31.0, "locked"), (34.0, "drop set")]
    performance = two([*EIGHTY, *asks, *DROPPED], 70)
    assert began(performance) == [(WORK, "80 kg", 2), (DROP, "60 kg", 2)]
    assert texts(performance, "announce_drop", "gate_drop") == [
        "Drop set, sixty kilos.",
        "Now change the weight. Then say ready.",
    ]
    assert performance.states[-1] is State.REST
    assert texts(performance, "good_set")[-1] == "Good set. Rest ninety seconds."


def test_a_drop_set_is_never_offered_without_the_catches() -> None:
    asked = two([*EIGHTY, (29.0, "drop set"), (31.0, "locked")], 45)
    assert all(cue.at > samples(31) for cue in asked.cues("announce_drop"))
    gate = [c for c in asked.played("gate") if c.at > samples(31)]
    assert [c.text for c in gate] == ["Lock the safety catches."]


def test_a_drop_set_that_nobody_confirmed_does_not_come() -> None:
    performance = two([*EIGHTY, (29.0, "drop set")], 75)
    assert performance.states[-1] is State.REST
    assert not texts(performance, "announce_drop")


def test_another_weight_in_its_gate_is_for_the_drop_set_only() -> None:
    words = [*EIGHTY, (29.0, "drop set"), (31.0, "locked"), (37.0, "fifty kilos"), *DROPPED]
    words += [(66.0, "start set"), (75.0, "ready"), (80.0, "start set")]
    performance = two(words, 90)
    assert texts(performance, "weight_set")[-1] == "Fifty kilos, noted."
    assert began(performance) == [
        *((WORK, "80 kg", 2), (DROP, "50 kg", 2), (WORK, "80 kg", 2)),
    ]


def test_a_correction_in_its_gate_brings_the_offered_weight_back() -> None:
    words = [*EIGHTY, (29.0, "drop set"), (31.0, "locked"), (37.0, "fifty kilos"), (39.0, "no")]
    assert began(two([*words, *DROPPED], 50))[-1] == (DROP, "60 kg", 2)


def test_without_a_weight_it_is_offered_without_one() -> None:
    performance = two([*SET, (31.0, "locked"), (34.0, "drop set"), *DROPPED], 50)
    assert texts(performance, "announce_drop") == ["Drop set."]
    assert began(performance)[-1] == (DROP, None, 2)


def test_stop_in_its_gate_takes_the_offer_back() -> None:
    words = [*EIGHTY, (29.0, "drop set"), (31.0, "locked"), (36.0, "stop"), (40.0, "start set")]
    performance = two([*words, (50.0, "ready"), (55.0, "start set")], 60)
    assert began(performance)[-1] == (WORK, "80 kg", 2)


def test_no_drop_set_after_pain_or_without_a_rep() -> None:
    for end in ("dizzy", "done"):
        session = reach(State.COUNTDOWN)
        session, _ = step(
            session, CommandGiven(Command(Intent.PAIN if end == "dizzy" else Intent.DONE))
        )
        session, effects = say(session, Intent.DROP)
        assert lines_said(effects) == ["no_set_yet"]
        session, _ = say(session, Intent.LOCKED)
        assert session.state is State.READY


def test_a_single_legged_drop_set_is_done_with_both_legs() -> None:
    words = [(1.0, "single leg"), (5.0, "eighty kilos"), *SET, (29.0, "locked")]
    words += [(40.0, "ready"), (44.0, "start set"), (58.0, "drop set"), (60.0, "locked")]
    words += [(70.0, "ready"), (74.0, "start set"), (88.0, "locked")]
    words += [(98.0, "ready"), (102.0, "start set"), (116.0, "locked")]
    performance = two(words, 125)
    work, drop = (WORK, "80 kg", 2), (DROP, "60 kg", 2)
    assert began(performance) == [work, work, drop, drop]
    assert performance.states[-1] is State.REST


def test_between_the_sides_there_is_no_drop_set() -> None:
    words = [(1.0, "single leg"), *SET, (29.0, "drop set"), (31.0, "locked")]
    performance = two(words, 40)
    assert not texts(performance, "announce_drop")
    assert performance.states[-1] is State.GATE


@pytest.mark.parametrize(
    ("weight", "down"),
    [
        ("80 kg", "60 kg"),
        ("77.5 kg", "60 kg"),
        ("20 kg", "15 kg"),
        ("5 kg", None),
        ("90 lb", "70 lb"),
    ],
)
def test_the_next_weight_down_is_a_fifth_less_rounded_down(weight: str, down: str | None) -> None:
    amount, unit = weight.split()
    found = next_down(leg_press(), Weight(kg(float(amount)).amount, Unit(unit)))
    assert (found and str(found)) == down


def test_a_planned_drop_set_follows_at_once_and_others_take_no_place_in_the_plan() -> None:
    planned = Visit(KINDS)
    press = leg_press("2-0-1-1", reps=2)
    words = [*SET, (33.0, "locked"), (45.0, "ready"), (50.0, "start set"), (65.0, "drop set")]
    words += [(67.0, "locked"), (80.0, "ready"), (85.0, "start set"), (100.0, "locked")]
    words += [(105.0, "start set"), (115.0, "ready"), (120.0, "start set"), (135.0, "locked")]
    words += [(150.0, "start set"), (160.0, "ready"), (165.0, "start set")]
    words += [(183.0, "done")]
    performance = run_session(words, 185, exercise=press, offered=(press,), visit=planned)
    assert began(performance) == [
        *((WORK, "80 kg", 3), (DROP, "60 kg", 2), (DROP, "45 kg", 2)),
        *((WORK, "80 kg", 2), (WORK, "80 kg", 0)),
    ]
    assert texts(performance, "announce_set") == [
        "Set two of three: two reps, eighty kilos.",
        "Set three of three: as many as you can, eighty kilos.",
    ]


def test_after_the_last_set_a_drop_set_is_still_possible() -> None:
    plan = replace(KINDS, exercises=(replace(KINDS.exercises[0], sets=(PlannedSet(2),)),))
    press = leg_press("2-0-1-1", reps=2)
    words = [*SET, (29.0, "locked"), (45.0, "drop set")]
    performance = run_session(words, 60, exercise=press, offered=(press,), visit=Visit(plan))
    assert performance.states[-2:] == [State.SUMMARY, State.GATE]
    assert performance.cues("announce_drop")


# --- rest-pauses -----------------------------------------------------------------------------


def resting() -> Session:
    return reach(State.REST_PAUSE)


def test_the_rep_is_finished_and_the_next_one_waits() -> None:
    session = reach(State.REP)
    session, effects = say(session, Intent.BREATHER)
    assert session.state is State.REP
    session, effects = wait(session, 6)
    assert session.state is State.REST_PAUSE
    assert session.set.done == 1
    assert lines_said(effects)[-1] == "rest_pause"
    assert not [e for e in effects if isinstance(e, PhaseBegan) and e.rep > 1]


def test_a_rep_that_has_barely_begun_waits_at_once() -> None:
    session = reach(State.COUNTDOWN)
    assert session.due is not None
    session, _ = advance(session, session.due + samples(7.5))
    session, _ = say(session, Intent.BREATHER)
    assert session.state is State.REST_PAUSE
    session, _ = say(session, Intent.GO)
    assert session.set.clock is not None
    assert session.set.clock.rep == 2


@pytest.mark.parametrize("word", [Intent.GO, Intent.RESUME])
def test_go_goes_on_without_a_countdown(word: Intent) -> None:
    session, effects = say(resting(), word)
    session, more = wait(session, 1)
    assert session.state is State.REP
    assert not [id for id in lines_said([*effects, *more]) if id.startswith("countdown")]
    # The first rep after it has every reminder.
    (pace,) = (e for e in effects if isinstance(e, Pace))
    assert {want.id for want in pace.wants} >= {"knees", "head"}


def test_the_breath_is_paced_and_after_half_a_minute_the_set_is_over() -> None:
    session = resting()
    since = session.set.breathing_since
    session, effects = advance(session, since + LONGEST + 1)
    assert session.state is State.RACKING
    said = lines_said(effects)
    assert said[-1] == "ended"
    assert said.count("breathe_in") == said.count("breathe_out") >= 3
    assert "rest_pause_soon" in said
    (over,) = (e for e in effects if isinstance(e, SetOver))
    assert (over.at - since, over.ended_by, over.rest_pauses) == (LONGEST, "rest-pause", 1)


def test_a_breath_takes_its_time_and_nothing_runs_over_the_end() -> None:
    at = [at for at, line in MARKS]
    assert at == sorted(set(at))
    assert all(b - a >= 2 * SAMPLE_RATE for a, b in pairwise([*at, LONGEST]))


def test_repeat_says_what_to_do_and_not_how_to_breathe() -> None:
    session, _ = wait(resting(), 12)
    _, effects = say(session, Intent.REPEAT)
    assert lines_said(effects) == ["rest_pause"]


@pytest.mark.parametrize("happened", [SoundLost(), Woke(samples(60))])
def test_a_rest_pause_that_nobody_hears_is_a_pause(happened: SoundLost | Woke) -> None:
    session, effects = step(resting(), happened)
    assert session.state is State.PAUSED
    assert lines_said(effects) == ["paused"]


def test_a_hold_has_no_end_at_which_to_wait() -> None:
    session, _ = begin(plank())
    for seconds, intent in ((1.0, Intent.READY), (1.0, Intent.START), (15.0, Intent.BREATHER)):
        session, _ = wait(session, seconds)
        session, _ = say(session, intent)
    assert session.state is State.PAUSED


def test_the_last_rep_ends_the_set_whatever_was_asked() -> None:
    performance = two([*SET, (25.0, "breather")], 40)
    assert performance.sets[0].ended_by == "target"
    assert State.REST_PAUSE not in performance.states


def test_slower_and_more_reps_change_nothing_about_it() -> None:
    words = [*SET, (21.0, "breather"), (21.6, "one more"), (30.0, "go")]
    performance = run_session(words, 60, exercise=leg_press("2-0-1-1", reps=3))
    assert State.REST_PAUSE in performance.states
    assert (performance.sets[0].reps, performance.sets[0].rest_pauses) == (4, 1)


def test_asleep_in_a_rest_pause() -> None:
    performance = run_session(
        [*SET, (20.5, "breather"), (60.0, "resume")],
        90,
        exercise=leg_press("2-0-1-1", reps=3),
        happens=asleep(30.0, 600.0),
    )
    assert performance.states[4:7] == [State.REST_PAUSE, State.PAUSED, State.COUNTDOWN]


# --- no target, targets that differ ----------------------------------------------------------


def test_as_many_as_possible_never_ends_by_itself() -> None:
    words = [(5.0, "as many as possible"), *SET, (60.0, "how many"), (190.0, "done")]
    performance = two([*words, (195.0, "locked")], 200)
    (over,) = performance.sets
    assert (over.target, over.ended_by) == (0, "done")
    assert over.reps > OPEN_REPS
    assert texts(performance, "most_set", "how_many_open") == [
        "As many as you can. Say done when your form goes.",
        "Eleven so far.",
    ]
    assert not {"last_rep", "half_way"} & {cue.want.id for cue in performance.cues()}
    # The reminders go on.
    knees = [cue.at for cue in performance.played("knees")]
    assert all(b - a <= samples(12) for a, b in pairwise(knees))


def test_a_hold_without_a_target_tells_the_time_it_has_lasted() -> None:
    words = [(4.0, "as long as possible"), (9.0, "ready"), (14.0, "start set"), (70.0, "done")]
    performance = run_session(words, 75, exercise=plank(20))
    told = texts(performance, "held_so_far")
    assert told[:3] == ["Ten seconds.", "Twenty seconds.", "Thirty seconds."]
    assert not texts(performance, "held_left", "half_way")


def test_more_is_answered_by_how_many_if_there_is_no_target() -> None:
    words = [(5.0, "as many as possible"), *SET, (30.0, "two more"), (45.0, "done")]
    assert texts(two(words, 50), "how_many_open")


def test_the_target_that_is_said_in_place_of_none_counts() -> None:
    words = [(4.0, "as many as possible"), (8.0, "two reps"), *SET]
    assert two(words, 40).sets[0].target == 2
    undone = two([(4.0, "as many as possible"), (8.0, "undo"), *SET], 40)
    assert undone.sets[0].target == 2


def test_texts_that_name_what_is_left_are_said_without_it() -> None:
    press = leg_press("2-0-1-1", reps=2)
    knees, *rest = press.cues
    worded = replace(knees, wording=Wording(("Soft knees. {left:reps} to go.",)))
    lines = {**press.lines, "paused": Wording(("Paused. {left} to go. Catches. Say resume.",))}
    press = replace(press, cues=(worded, *rest), lines=lines)
    words = [(5.0, "as many as possible"), *SET, (30.0, "pause")]
    performance = run_session(words, 40, exercise=press)
    assert set(texts(performance, "knees")) == {"Soft knees."}
    assert texts(performance, "paused") == ["Paused. Catches. Say resume."]


def test_a_text_of_nothing_but_what_is_left_stays() -> None:
    assert without(Wording(("{left} to go.",)), "left").full == ("{left} to go.",)


def test_targets_that_differ_by_set() -> None:
    press = leg_press("2-0-1-1", reps=2)
    session, _ = begin(press)
    falling = Command(Intent.PLAN, (("falling", "12 10 8"),))
    session, effects = step(session, CommandGiven(falling))
    assert lines_said(effects)[0] == "announce_falling"
    assert [each.reps for each in session.workout.plan] == [12, 10, 8]
    assert session.workout.target == 12
    assert shipped().phrases.parse("twelve ten and eight") == falling


def test_an_agreement_about_reps_leaves_targets_that_differ_alone() -> None:
    from voicecoach.core.workout import Past, PlannedExercise, Target, Workout

    sets = tuple(PlannedSet(reps, WORK, kg(80)) for reps in (12, 10, 8))
    visit = Visit(
        Workout("w", "W", (PlannedExercise("leg-press", sets),)),
        {"leg-press": Past(next=Target(kg(85), 8))},
    )
    press = leg_press()
    session, _ = begin(press, offered=(press,), visit=visit)
    assert [(each.reps, str(each.weight)) for each in session.workout.plan] == [
        *((12, "85 kg"), (10, "85 kg"), (8, "85 kg")),
    ]


# --- missed reps, to failure -----------------------------------------------------------------


def amended(effects: list[Effect]) -> list[tuple[Entry, object]]:
    return [(e.entry, e.value) for e in effects if isinstance(e, Amended)]


def test_a_missed_rep_is_taken_off_and_the_set_went_to_failure() -> None:
    session = reach(State.REST)
    done = session.workout.log[-1].done.reps
    session, effects = say(session, Intent.MISSED)
    assert amended(effects) == [(Entry.REPS, done - 1), (Entry.FAILURE, True)]
    last = session.workout.log[-1].done
    assert (last.reps, last.failed) == (done - 1, True)
    # Said again, it means the same rep.
    again, _ = say(session, Intent.MISSED)
    assert again.workout.log[-1].done == last
    back, effects = say(session, Intent.NO)
    assert amended(effects) == [(Entry.REPS, done), (Entry.FAILURE, False)]
    assert (back.workout.log[-1].done.reps, back.workout.log[-1].done.failed) == (done, False)


def test_to_failure_keeps_the_reps() -> None:
    session = reach(State.REST)
    done = session.workout.log[-1].done.reps
    session, effects = say(session, Intent.FAILURE)
    assert amended(effects) == [(Entry.FAILURE, True)]
    assert session.workout.log[-1].done.reps == done
    session, effects = say(session, Intent.UNDO)
    assert not session.workout.log[-1].done.failed


def test_the_only_rep_was_missed() -> None:
    performance = run_session(
        [*SET, (25.0, "missed the last one"), (29.0, "locked")],
        40,
        exercise=leg_press("2-0-1-1", reps=1),
    )
    assert performance.states[-1] is State.REST
    assert texts(performance, "missed") == ["Zero reps, and one missed. Noted."]


def test_before_any_set_nothing_was_missed() -> None:
    for intent in (Intent.MISSED, Intent.FAILURE, Intent.DROP):
        _, effects = say(reach(State.READY), intent)
        assert lines_said(effects) == ["no_set_yet"]


# --- carried on ------------------------------------------------------------------------------


def test_a_workout_that_broke_off_in_or_after_a_drop_set_goes_on_with_its_plan() -> None:
    press = leg_press("2-0-1-1", reps=2)
    done = (
        ("leg-press", DoneSet(WORK, 3, kg(80))),
        ("leg-press", DoneSet(DROP, 2, kg(60))),
        ("leg-press", DoneSet(DROP, 2, kg(45))),
    )
    for visit in (
        Visit(broken=KINDS, interrupted=Interrupted("kinds", done, 5)),
        Visit(interrupted=Interrupted("", done, 5)),
    ):
        session, _ = begin(press, offered=(press,), visit=visit)
        session, _ = step(session, CommandGiven(Command(Intent.RESUME)))
        planned = session.workout.planned
        assert (planned.kind, planned.reps, planned.weight) == (WORK, 2, kg(80))


def test_the_other_side_of_a_drop_set_is_still_to_come() -> None:
    press = leg_press("2-0-1-1", reps=2)
    done = (
        *(("leg-press", DoneSet(WORK, 2, kg(80))),) * 2,
        ("leg-press", DoneSet(DROP, 2, kg(60))),
    )
    visit = Visit(interrupted=Interrupted("", done, 5, "left leg"))
    session, _ = begin(press, offered=(press,), visit=visit)
    session, _ = step(session, CommandGiven(Command(Intent.RESUME)))
    assert (session.workout.planned.kind, session.workout.planned.weight) == (DROP, kg(60))
    assert session.workout.sets.side_name == "Right leg"
