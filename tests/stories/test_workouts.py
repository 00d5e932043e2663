"""Whole workouts as timelines: the plan, the rests, the numbers, interruptions."""

from __future__ import annotations

from decimal import Decimal

from syrupy.assertion import SnapshotAssertion

from tests.support.example_workouts import BROKEN, LEGS, PAST, SLED
from tests.support.session_driver import leg_curl, leg_press, run_session
from voicecoach.core.workout import DoneSet, Past, SetKind, Unit, Visit, Weight


def test_a_whole_workout(golden: SnapshotAssertion) -> None:
    """Three sets and a fourth of another exercise, with rests, numbers, corrections, an undo."""
    words = [
        (7.0, "what did I do last time"),
        (14.0, "am I getting stronger"),
        (20.0, "ready"),
        (24.0, "start set"),
        (46.0, "locked"),
        # a rest of 20 s, half a minute longer, paused for five seconds
        (50.0, "add thirty seconds"),
        (54.0, "pause rest"),
        (57.0, "how long"),
        (59.0, "resume rest"),
        (62.0, "eighty two and a half kilos"),
        (66.0, "no"),
        (69.0, "eighty five kilos"),
        (73.0, "eighty two point five kilos"),
        (104.0, "start set"),
        (112.0, "ready"),
        (116.0, "start set"),
        (145.0, "locked"),
        (150.0, "RPE eight and a half"),
        (154.0, "log two reps"),
        (158.0, "three reps"),
        (162.0, "note left knee"),
        (165.0, "undo"),
        (169.0, "sled plus two plates a side"),
        (171.5, "yes"),
        (173.0, "undo"),
        (176.0, "skip rest"),
        (184.0, "ready"),
        (188.0, "start set"),
        (216.0, "locked"),
        (222.0, "hard"),
        (226.0, "finish the workout"),
        (230.0, "no"),
        (234.0, "next exercise"),
        (242.0, "ready"),
        (246.0, "start set"),
        (262.0, "locked"),
        (272.0, "thirty kilos"),
    ]
    press, curl = leg_press(reps=12), leg_curl()
    story = run_session(
        words, 290, exercise=press, offered=(press, curl), visit=Visit(LEGS, PAST, sled=SLED)
    )
    assert story.timeline() == golden


def test_numbers_that_the_coach_is_made_to_ask_for(golden: SnapshotAssertion) -> None:
    """The weight, corrected; the reps, refused; one without an answer."""
    words = [(8.0, "ready"), (12.0, "start set"), (30.0, "locked")]
    words += [(36.0, "log weight"), (38.0, "start set"), (39.0, "eighty")]
    words += [(43.0, "change weight"), (46.0, "eighty five kilos")]
    words += [(60.0, "log reps"), (63.0, "no"), (66.0, "change reps")]
    story = run_session(words, 90, exercise=leg_press("2-0-1-0", reps=3))
    assert story.timeline() == golden


def test_one_that_broke_off_is_carried_on(golden: SnapshotAssertion) -> None:
    """Nothing is answered at first; then it goes on with its third set."""
    words = [(20.0, "start set"), (26.0, "carry on"), (36.0, "ready"), (40.0, "start set")]
    words += [(68.0, "locked"), (75.0, "next exercise"), (83.0, "finish the workout")]
    words += [(86.0, "yes")]
    press, curl = leg_press(), leg_curl()
    visit = Visit(LEGS, interrupted=BROKEN)
    story = run_session(words, 95, exercise=press, offered=(press, curl), visit=visit)
    assert story.timeline() == golden


def test_one_that_broke_off_is_closed_and_sets_are_planned_by_voice(
    golden: SnapshotAssertion,
) -> None:
    """Two sets, and one more, which is not needed after all."""
    words = [
        (5.0, "no"),
        (9.0, "leg press two sets of twelve at eighty kilos"),
        (20.0, "ready"),
        (24.0, "start set"),
        (115.0, "locked"),
        (120.0, "one more set"),
        (124.0, "skip rest"),
        (132.0, "ready"),
        (136.0, "start set"),
        (150.0, "done"),
        (154.0, "locked"),
        (160.0, "done"),
        (165.0, "yes"),
        (175.0, "log twelve reps"),
    ]
    press = leg_press()
    story = run_session(
        words, 185, exercise=press, offered=(press,), visit=Visit(interrupted=BROKEN)
    )
    assert story.timeline() == golden


def test_a_rest_without_an_end_and_a_heavier_next_set(golden: SnapshotAssertion) -> None:
    """No plan: the rest counts up, and a set that reaches the range earns more weight."""
    words = [
        (2.0, "eighty kilos"),
        (8.0, "ready"),
        (12.0, "start set"),
        (104.0, "locked"),
        (112.0, "yes"),
        (118.0, "how long"),
        (122.0, "pause rest"),
        (142.0, "resume rest"),
        (150.0, "how long"),
        (154.0, "add thirty seconds"),
        (175.0, "start set"),
    ]
    assert run_session(words, 200, exercise=leg_press(rest=0)).timeline() == golden


def test_what_can_be_said_is_asked_at_the_gate_in_a_rep_and_in_the_rest(
    golden: SnapshotAssertion,
) -> None:
    """And the workout ends only after a yes, wherever the end was asked for."""
    words = [(2.0, "done"), (6.0, "no"), (12.0, "leg press")]
    words += [(14.0, "what can I say"), (24.0, "ready"), (28.0, "start set")]
    words += [(34.0, "what can I say"), (46.0, "what can I say"), (62.0, "locked")]
    words += [(68.0, "what can I say"), (75.0, "what can I say"), (82.0, "done")]
    words += [(86.0, "what can I say"), (94.0, "no"), (98.0, "done"), (102.0, "yes")]
    press = leg_press(reps=4)
    assert run_session(words, 108, offered=(press, leg_curl())).timeline() == golden


def test_a_set_that_failed_is_logged_before_the_catches_are_locked(
    golden: SnapshotAssertion,
) -> None:
    """In pounds, as last time. The effort is taken back, and an unlikely one asked back."""
    past = {"leg-press": Past((DoneSet(SetKind.WORK, 8, Weight(Decimal(135), Unit.LB)),), 2)}
    words = [(8.0, "ready"), (12.0, "start set"), (23.0, "done")]
    words += [(26.0, "zero reps"), (28.5, "RPE ten"), (30.5, "undo"), (32.0, "note left knee")]
    words += [(34.0, "sixty pounds"), (36.0, "locked"), (44.0, "no")]
    words += [(48.0, "log weight"), (51.0, "one hundred thirty two point five")]
    words += [(64.0, "thirty kilos"), (69.0, "one hundred forty pounds"), (73.0, "no")]
    words += [(78.0, "log zero reps")]
    story = run_session(words, 84, exercise=leg_press(reps=4), visit=Visit(past=past))
    assert story.timeline() == golden


def test_what_was_agreed_on_is_taken_back(golden: SnapshotAssertion) -> None:
    words = [(2.0, "eighty kilos"), (8.0, "ready"), (12.0, "start set"), (59.0, "locked")]
    words += [(66.0, "yes"), (72.0, "undo"), (75.0, "undo"), (78.0, "undo")]
    exercise = leg_press("1-0-1-0", reps=14)
    assert run_session(words, 84, exercise=exercise).timeline() == golden


def test_a_superset(golden: SnapshotAssertion) -> None:
    """By voice, in two rounds: a weight on the way, another order, a station skipped at the end."""
    words = [(2.0, "eighty kilos"), (5.0, "superset leg press and leg curl two rounds of eight")]
    words += [(20.0, "ready"), (24.0, "start set"), (47.0, "done"), (50.0, "locked")]
    words += [(56.0, "thirty kilos"), (73.0, "ready"), (77.0, "start set"), (92.0, "stop")]
    words += [(98.0, "locked"), (104.0, "effort eight"), (110.0, "skip rest")]
    words += [(113.0, "other one first"), (121.0, "ready"), (125.0, "start set"), (140.0, "done")]
    words += [(143.0, "locked"), (150.0, "start set"), (153.0, "skip this station")]
    words += [(157.0, "yes")]
    press = leg_press("2-0-1-0")
    assert run_session(words, 168, offered=(press, leg_curl())).timeline() == golden
