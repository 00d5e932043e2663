"""Plates and warm-ups by voice: what is told, rounded, put before the work sets and skipped."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.example_workouts import BARBELL, BROKEN, DIP, LEGS, SLED, STACK, kg
from tests.support.session_driver import begin, leg_curl, leg_press, plank, step
from voicecoach.core import session as coach
from voicecoach.core.events import (
    Command,
    CommandGiven,
    Effect,
    Intent,
    LineEnded,
    Refused,
    Say,
    State,
)
from voicecoach.core.loading import Loading
from voicecoach.core.plan import Exercise, samples
from voicecoach.core.session import Session
from voicecoach.core.workout import (
    DoneSet,
    Interrupted,
    PlannedExercise,
    PlannedSet,
    SetKind,
    Unit,
    Visit,
    Weight,
    Workout,
)

WORK, WARM_UP = SetKind.WORK, SetKind.WARM_UP


def press(loading: Loading | None = BARBELL, reps: int = 12) -> Exercise:
    return leg_press("2-0-1-0", reps=reps, loading=loading)


def say(session: Session, intent: Intent, **slots: int | str) -> tuple[Session, list[str]]:
    """Give a command. Returns what the coach says."""
    command = Command(intent, tuple(sorted(slots.items())))
    session, effects = step(session, CommandGiven(command))
    return session, texts(effects)


def texts(effects: list[Effect]) -> list[str]:
    return [want.texts[0] for each in effects if isinstance(each, Say) for want in each.wants]


def a_set(session: Session) -> tuple[Session, list[str]]:
    """The next set, whatever it is, to locked catches. Returns what is said then."""
    if session.state is not State.GATE:
        session, _ = say(session, Intent.START)
    for intent in (Intent.READY, Intent.START):
        session, _ = say(session, intent)
    while session.state is not State.RACKING:
        assert session.next_due is not None
        session, _ = coach.advance(session, session.next_due + 1)
    return say(session, Intent.LOCKED)


def to_do(session: Session, sets: int) -> list[tuple[SetKind, int, Weight | None]]:
    """Does the next `sets` and tells what each was: kind, reps and weight."""
    for _ in range(sets):
        session, _ = a_set(session)
    done = session.workout.sets.done
    return [(each.kind, each.reps, each.weight) for each in done[-sets:]]


RAMP = [
    (WARM_UP, 5, kg(20)),
    (WARM_UP, 5, kg(32.5)),
    (WARM_UP, 3, kg(47.5)),
    (WARM_UP, 2, kg(65)),
]

PLANNED = Workout(
    "legs", "Legs", (PlannedExercise("leg-press", (PlannedSet(4, WORK, kg(80), samples(60)),) * 3),)
)


# --- what is told -----------------------------------------------------------------------------


def test_a_weight_is_answered_with_its_plates() -> None:
    session, _ = begin(press())
    session, said = say(session, Intent.WEIGHT, kilos=80)
    assert said == ["Eighty kilos, noted.", "A twenty and a ten a side."]
    session, said = say(session, Intent.WEIGHT, kilos=20)
    assert said[-1] == "Without plates."
    session, said = say(session, Intent.PLATES, a_side=2)
    assert said[-1] == "Two times twenty a side."


def test_what_cant_be_loaded_is_rounded_and_said() -> None:
    session, _ = begin(press())
    session, said = say(session, Intent.WEIGHT, kilos=81)
    assert said == [
        "Eighty-one kilos can't be loaded.",
        "Eighty kilos, noted.",
        "A twenty and a ten a side.",
    ]
    assert session.workout.planned.weight == kg(80)


def test_what_was_lifted_is_never_rounded() -> None:
    session, _ = begin(press(reps=2))
    session, _ = a_set(session)
    session, said = say(session, Intent.WEIGHT, kilos=81)
    assert said == ["Eighty-one kilos, noted."]
    assert session.workout.log[-1].done.weight == kg(81)
    session, said = say(session, Intent.START)
    assert not any("can't be loaded" in each for each in said)


def test_without_weights_in_the_file_nothing_is_new() -> None:
    session, _ = begin(press(None))
    session, said = say(session, Intent.WEIGHT, kilos=81)
    assert said == ["Eighty-one kilos, noted."]


def test_plates_of_another_unit_are_not_told() -> None:
    kilos = Loading(BARBELL.racks[:1])
    session, _ = begin(press(kilos))
    session, said = say(session, Intent.WEIGHT, pounds=185)
    assert said == ["One hundred eighty-five pounds, noted."]


def test_a_planned_weight_is_told_at_its_first_gate_and_then_no_more() -> None:
    visit = Visit(PLANNED)
    session, effects = begin(press(), offered=(press(),), visit=visit)
    assert "A twenty and a ten a side." in texts(effects)
    session, said = a_set(session)
    assert not any("a side" in each for each in said)
    session, said = say(session, Intent.START)
    assert not any("a side" in each for each in said)


def test_a_planned_weight_that_cant_be_loaded_is_rounded_at_the_gate() -> None:
    odd = Workout("w", "W", (PlannedExercise("leg-press", (PlannedSet(4, WORK, kg(81)),) * 2),))
    session, effects = begin(press(), offered=(press(),), visit=Visit(odd))
    assert texts(effects)[:2] == [
        "Eighty-one kilos can't be loaded.",
        "Leg press. Four reps, eighty kilos: two down, one up.",
    ]
    assert [each.weight for each in session.workout.plan] == [kg(80)] * 2


# --- weights by what is loaded ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("loading", "intent", "slots", "weight"),
    [
        (BARBELL, Intent.PLATES, {"a_side": 2}, kg(100)),
        (BARBELL, Intent.PLATES, {"quarter": 1}, kg(70)),
        (BARBELL, Intent.PLATES, {"empty": 0}, kg(20)),
        (BARBELL, Intent.WEIGHT, {"plates": 1}, kg(60)),
        (STACK, Intent.PIN, {"pin": 8}, kg(40)),
        (DIP, Intent.BODY, {"added": 20}, kg(20)),
    ],
)
def test_a_weight_is_named_by_what_is_loaded(
    loading: Loading, intent: Intent, slots: dict[str, int], weight: Weight
) -> None:
    session, _ = begin(press(loading))
    session, said = say(session, intent, **slots)
    assert session.workout.planned.weight == weight
    assert said[0].endswith(", noted.")


def test_the_hole_of_a_stack_is_told() -> None:
    session, _ = begin(press(STACK))
    session, said = say(session, Intent.WEIGHT, kilos=42)
    assert said == ["Forty-two kilos can't be loaded.", "Forty kilos, noted.", "Pin eight."]
    session, said = say(session, Intent.PIN, pin=30)
    assert said == ["The Leg press file doesn't tell that weight."]


def test_plates_are_in_the_unit_that_was_last_said() -> None:
    session, _ = begin(press())
    session, _ = say(session, Intent.WEIGHT, pounds=135)
    session, _ = say(session, Intent.PLATES, a_side=1)
    assert session.workout.planned.weight == Weight(Decimal(135), Unit.LB)


def test_the_exercises_own_bar_wins_over_the_sled_of_the_settings() -> None:
    for loading, weight in ((BARBELL, kg(60)), (None, kg(87))):
        session, _ = begin(press(loading), visit=Visit(sled=SLED))
        session, _ = say(session, Intent.WEIGHT, plates=1)
        assert session.workout.planned.weight == weight
        session, _ = say(session, Intent.PLATES, a_side=1)
        assert session.workout.planned.weight == weight


def test_what_an_exercise_does_not_have_is_not_listened_for() -> None:
    loads = {Intent.PLATES, Intent.PIN, Intent.BODY}
    for loading, there in (
        (None, set()),
        (BARBELL, {Intent.PLATES}),
        (STACK, {Intent.PIN}),
        (DIP, {Intent.BODY}),
    ):
        session, _ = begin(press(loading))
        assert coach.live(session) & loads == there
        for intent in loads - there:
            after, effects = step(session, CommandGiven(Command(intent, (("pin", 1),))))
            assert after == session
            assert isinstance(effects[0], Refused)


# --- warm-ups ---------------------------------------------------------------------------------


def test_a_ramp_leads_to_sets_without_end() -> None:
    session, _ = begin(press())
    session, said = say(session, Intent.WARM_UP, up_to=80)
    assert said[:3] == [
        "Four sets to warm up, then eighty kilos.",
        "Leg press. Warm-up set: five reps, twenty kilos. Two down, one up.",
        "Without plates.",
    ]
    assert to_do(session, 6) == [*RAMP, *[(WORK, 12, kg(80))] * 2]


def test_a_ramp_comes_before_the_plan_and_changes_nothing_in_it() -> None:
    session, _ = begin(press(), offered=(press(), leg_curl()), visit=Visit(PLANNED))
    session, _ = say(session, Intent.WARM_UP)
    plan = session.workout.plan
    for _ in range(6):
        session, _ = a_set(session)
        assert session.state is State.REST
        assert session.workout.plan == plan
    session, _ = a_set(session)
    assert session.state is State.SUMMARY
    done = session.workout.sets.done
    found = [(each.kind, each.reps, each.weight) for each in done]
    assert found == [*RAMP, *[(WORK, 4, kg(80))] * 3]


def test_the_plates_of_the_next_warm_up_are_told_as_its_rest_begins() -> None:
    session, _ = begin(press())
    session, _ = say(session, Intent.WARM_UP, up_to=80)
    session, said = a_set(session)
    assert said[0] == "Good set. Rest sixty seconds."
    assert said[1] == "Then thirty-two and a half kilos: a five and a 1.25 a side."
    assert "medical" in said[2]  # plates come first
    _, said = say(session, Intent.START)
    assert said[0] == "Warm-up: five reps, thirty-two and a half kilos."


def test_plates_that_were_cut_short_are_told_again() -> None:
    """ "Skip rest", said before the coach had told them, left the lifter without."""
    session, _ = begin(press())
    session, _ = say(session, Intent.WARM_UP, up_to=80)
    for intent in (Intent.READY, Intent.START):
        session, _ = say(session, intent)
    while session.state is not State.RACKING:
        assert session.next_due is not None
        session, _ = coach.advance(session, session.next_due + 1)
    # Nobody tells this session that its lines were heard: the last ones still sound.
    session, effects = coach.step(session, CommandGiven(Command(Intent.LOCKED)))
    load = "a five and a 1.25 a side."
    assert any(text.endswith(load) for text in texts(effects))
    _, effects = coach.step(session, CommandGiven(Command(Intent.SKIP_REST)))
    assert "A five and a 1.25 a side." in texts(effects)
    key = next(w.key for e in effects if isinstance(e, Say) for w in e.wants if w.id == "loaded")
    cut, _ = coach.step(session, LineEnded(key, heard=False))
    _, effects = coach.step(cut, CommandGiven(Command(Intent.SKIP_REST)))
    assert "A five and a 1.25 a side." in texts(effects)


def test_what_was_lifted_is_not_told_again() -> None:
    session, _ = begin(press())
    session, _ = coach.step(session, CommandGiven(Command(Intent.WEIGHT, (("kilos", 80),))))
    session, _ = coach.step(session, CommandGiven(Command(Intent.READY)))  # over the plates
    session, _ = coach.step(session, CommandGiven(Command(Intent.START)))
    while session.state is not State.RACKING:
        assert session.next_due is not None
        session, _ = coach.advance(session, session.next_due + 1)
    _, said = say(session, Intent.LOCKED)
    assert not any("a side" in text for text in said)


def test_the_coach_asks_for_a_weight_that_it_cant_know() -> None:
    session, _ = begin(press())
    session, said = say(session, Intent.WARM_UP)
    assert said == ["Say the kilos."]
    session, said = say(session, Intent.NUMBER, number=80)
    assert said[0] == "Four sets to warm up, then eighty kilos."


def test_a_ramp_is_skipped_by_voice() -> None:
    session, _ = begin(press())
    session, _ = say(session, Intent.WARM_UP, up_to=80)
    session, _ = a_set(session)
    session, said = say(session, Intent.SKIP_WARM_UP)
    assert said == ["Without a warm-up.", "Then eighty kilos: a twenty and a ten a side."]
    assert to_do(session, 2) == [(WORK, 12, kg(80))] * 2


def test_a_planned_warm_up_is_skipped_too() -> None:
    exercise = press(None)
    session, _ = begin(exercise, offered=(exercise, leg_curl()), visit=Visit(LEGS))
    session, said = say(session, Intent.SKIP_WARM_UP)
    assert said[0] == "Without a warm-up."
    session, _ = a_set(session)
    session, _ = a_set(session)
    session, _ = say(session, Intent.START)
    assert session.workout.exercise.id == "leg-curl"


def test_the_empty_bar_needs_no_warm_up() -> None:
    session, _ = begin(press())
    session, said = say(session, Intent.WARM_UP, up_to=20)
    assert said[0] == "Twenty kilos is light enough without."
    assert to_do(session, 1) == [(WORK, 12, kg(20))]


def test_a_ramp_that_was_misheard_is_replaced() -> None:
    session, _ = begin(press())
    session, _ = say(session, Intent.WARM_UP, up_to=80)
    session, _ = a_set(session)
    session, _ = say(session, Intent.WARM_UP, up_to=40)
    assert to_do(session, 4) == [
        *[(WARM_UP, reps, kg(weight)) for reps, weight in ((5, 20), (3, 25), (2, 32.5))],
        (WORK, 12, kg(40)),
    ]


def test_undo_takes_a_ramp_back() -> None:
    session, _ = begin(press(), offered=(press(), leg_curl()), visit=Visit(PLANNED))
    plan = session.workout.plan
    session, _ = say(session, Intent.WARM_UP, up_to=60)
    session, said = say(session, Intent.UNDO)
    assert said[0] == "Taken back."
    assert session.workout.plan == plan
    assert to_do(session, 1) == [(WORK, 4, kg(80))]


def test_an_older_undo_leaves_the_ramp_in_place() -> None:
    session, _ = begin(press())
    session, _ = say(session, Intent.REPS, reps=10)
    session, _ = say(session, Intent.WARM_UP, up_to=80)
    session, _ = a_set(session)
    session, _ = say(session, Intent.WEIGHT, kilos=35)
    assert session.workout.planned.weight == kg(35)
    session, _ = say(session, Intent.UNDO)
    assert session.workout.planned.weight == kg(32.5)
    assert to_do(session, 4) == [*RAMP[1:], (WORK, 10, kg(80))]


def test_a_weight_said_in_a_ramp_is_that_sets_alone() -> None:
    session, _ = begin(press())
    session, _ = say(session, Intent.WARM_UP, up_to=80)
    session, _ = say(session, Intent.WEIGHT, kilos=30)
    assert to_do(session, 5) == [(WARM_UP, 5, kg(30)), *RAMP[1:], (WORK, 12, kg(80))]


def test_a_warm_up_set_that_failed_comes_again() -> None:
    session, _ = begin(press())
    session, _ = say(session, Intent.WARM_UP, up_to=80)
    session, _ = a_set(session)
    session, _ = say(session, Intent.LOG, reps=0)
    assert to_do(session, 5) == [*RAMP, (WORK, 12, kg(80))]


def test_more_work_sets_after_the_plan_can_be_warmed_up_for() -> None:
    session, _ = begin(press(), offered=(press(), leg_curl()), visit=Visit(PLANNED))
    for _ in range(3):
        session, _ = a_set(session)
    assert session.state is State.SUMMARY
    session, _ = say(session, Intent.START)
    session, _ = say(session, Intent.WARM_UP, up_to=80)
    assert to_do(session, 5) == [*RAMP, (WORK, 4, kg(80))]


def test_a_hold_has_no_ramp() -> None:
    session, _ = begin(plank())
    assert Intent.WARM_UP not in coach.live(session)


def test_another_exercise_and_back_loses_no_work_set() -> None:
    session, _ = begin(press(), offered=(press(), leg_curl()), visit=Visit(PLANNED))
    session, _ = say(session, Intent.WARM_UP)
    for _ in range(5):
        session, _ = a_set(session)
    session, _ = say(session, Intent.EXERCISE, exercise="leg-curl")
    session, _ = say(session, Intent.EXERCISE, exercise="leg-press")
    assert session.workout.sets.work_set == 2
    assert not session.workout.complete
    for _ in range(2):
        session, _ = a_set(session)
    assert session.workout.complete


# --- carried on -------------------------------------------------------------------------------


def broken(workout: str, *done: DoneSet) -> Interrupted:
    return Interrupted(workout, tuple(("leg-press", each) for each in done), 10)


def ramped(*sets: tuple[int, float]) -> list[DoneSet]:
    return [DoneSet(WARM_UP, reps, kg(weight), toward=kg(80)) for reps, weight in sets]


def test_a_workout_that_broke_off_in_a_ramp_goes_on_in_it() -> None:
    visit = Visit(interrupted=broken("", *ramped((5, 20), (5, 32.5))))
    session, _ = begin(press(), visit=visit)
    session, _ = say(session, Intent.RESUME)
    assert to_do(session, 3) == [*RAMP[2:], (WORK, 12, kg(80))]


def test_so_does_one_with_a_plan() -> None:
    visit = Visit(PLANNED, interrupted=broken("legs", *ramped((5, 20), (5, 32.5))), broken=PLANNED)
    session, _ = begin(press(), offered=(press(), leg_curl()), visit=visit)
    session, _ = say(session, Intent.RESUME)
    assert to_do(session, 5) == [*RAMP[2:], *[(WORK, 4, kg(80))] * 3]


def test_one_that_broke_off_after_a_ramp_has_all_its_work_sets() -> None:
    done = [*ramped((5, 20), (2, 65)), DoneSet(WORK, 4, kg(80))]
    visit = Visit(PLANNED, interrupted=broken("legs", *done), broken=PLANNED)
    session, _ = begin(press(), offered=(press(), leg_curl()), visit=visit)
    session, _ = say(session, Intent.RESUME)
    assert session.workout.sets.work_set == 2
    assert to_do(session, 2) == [(WORK, 4, kg(80))] * 2
    assert BROKEN.done  # an old log has no ramps


# --- a property -------------------------------------------------------------------------------


@given(
    # A failed set that is done again, and then its zero undone, counts twice in any plan.
    st.sampled_from(["undo", "zero"]).flatmap(
        lambda one: st.lists(
            st.sampled_from(["set", "ramp", "other ramp", "skip", "weight", one]), max_size=12
        )
    ),
    st.booleans(),
)
@example(["ramp", "skip", "set", "undo"], True)
@example(["ramp", "set", "skip", "set", "undo"], True)
def test_whatever_is_said_of_warm_ups_every_planned_work_set_is_done(
    said: list[str], planned: bool
) -> None:
    exercise = press(reps=1)
    visit = Visit(LEGS if planned else PLANNED)
    session, _ = begin(exercise, offered=(exercise, leg_curl()), visit=visit)
    for each in said:
        if session.workout.complete or session.workout.exercise.id != "leg-press":
            break
        match each:
            case "set":
                session, _ = a_set(session)
            case "ramp":
                session, _ = say(session, Intent.WARM_UP)
            case "other ramp":
                session, _ = say(session, Intent.WARM_UP, up_to=50)
            case "skip":
                session, _ = say(session, Intent.SKIP_WARM_UP)
            case "undo":
                session, _ = say(session, Intent.UNDO)
            case "weight":
                session, _ = say(session, Intent.WEIGHT, kilos=82)
            case "zero":
                session, _ = say(session, Intent.LOG, reps=0)
        assert session.workout.planned.weight is None or BARBELL.fits(
            session.workout.planned.weight
        )
    for _ in range(30):
        if session.workout.complete or session.workout.exercise.id != "leg-press":
            break
        session, _ = a_set(session)
    done = session.workout.sets_of(exercise.id)
    assert sum(each.kind is WORK for each in done) == (2 if planned else 3)


@pytest.mark.parametrize(
    ("loading", "intent", "begun", "whole"),
    [
        (STACK, Intent.PIN, {"pin": 2}, {"pin": 12}),
        (DIP, Intent.BODY, {"added": 4}, {"added": 14}),
        (BARBELL, Intent.PLATES, {"a_side": 1}, {"a_side": 2}),
        (BARBELL, Intent.WEIGHT, {"kilos": 60}, {"kilos": 62}),
    ],
)
def test_a_weight_heard_too_early_is_replaced_by_the_whole_one(
    loading: Loading, intent: Intent, begun: dict[str, int], whole: dict[str, int]
) -> None:
    """A recogniser may report "pin two" before the "twelve" is over. It then reports the rest."""
    first, _ = begin(press(loading))
    at_once, told = say(first, intent, **whole)
    after, again = say(say(first, intent, **begun)[0], intent, **whole)
    assert told == again
    assert after.workout.sets == at_once.workout.sets
