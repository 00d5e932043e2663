"""What lifters say for short: "heavier", "make that ninety", "nine at eighty", "what's next"."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from tests.support.example_workouts import BARBELL, KINDS, LEGS, PAIRED, SLED, STACK, kg
from tests.support.said import PRESS, after_a_set, hear, to_the_rest
from tests.support.session_driver import advance, begin, leg_curl, leg_press, plank, shipped, step
from tests.support.session_steps import texts
from voicecoach.core.events import CommandGiven, Effect, State
from voicecoach.core.plan import SAMPLE_RATE, Exercise
from voicecoach.core.session import Session
from voicecoach.core.workout import PlannedSet, SetKind, Unit, Visit, Weight, Workout

FOUR = leg_press("2-0-1-0", reps=4)


@pytest.mark.parametrize(
    ("said", "next_weight"),
    [
        ("heavier", "85"),
        ("a bit lighter", "75"),
        ("add ten", "90"),
        ("drop twenty", "60"),
        ("same weight", "80"),
        ("same again", "80"),
    ],
)
def test_the_next_weight_in_relation_to_the_last(said: str, next_weight: str) -> None:
    session, told = hear(after_a_set(PRESS, "eighty kilos"), said)
    if said == "add ten":  # more than a step: the coach asks first
        session, told = hear(session, "yes")

    assert session.workout.planned.weight == kg(float(next_weight))
    assert session.workout.log[-1].done.weight == kg(80)
    assert any("from now on" in text for text in texts(told))
    session, _ = hear(session, "undo that")
    assert session.workout.planned.weight == kg(80)


@pytest.mark.parametrize(
    ("said", "next_weight"), [("heavier", 85), ("a bit lighter", 75), ("same weight", 80)]
)
def test_the_weight_of_the_set_that_is_over_stands(said: str, next_weight: float) -> None:
    """Said while "eighty kilos, noted" was read back, "heavier" changed the set that was over."""
    session, _ = hear(after_a_set(), "eighty kilos", said)
    assert session.workout.log[-1].done.weight == kg(80)
    assert session.workout.planned.weight == kg(next_weight)
    session, _ = hear(session, "undo")
    assert session.workout.log[-1].done.weight == kg(80)
    assert session.workout.planned.weight == kg(80)
    session, _ = hear(session, "undo")
    assert session.workout.log[-1].done.weight is None


def test_a_weight_to_come_is_corrected_by_a_relation() -> None:
    session, _ = hear(after_a_set(PRESS, "eighty kilos"), "eighty two kilos", "add two")
    assert session.workout.planned.weight == kg(84)
    session, _ = hear(session, "undo")
    assert session.workout.planned.weight == kg(80)


def test_a_step_is_of_the_unit_that_is_lifted() -> None:
    session, _ = hear(after_a_set(PRESS, "ninety pounds"), "heavier")
    assert session.workout.planned.weight == Weight(Decimal(100), Unit.LB)


def test_without_a_weight_there_is_nothing_to_add_to() -> None:
    for said in ("heavier", "a bit lighter", "same weight"):
        session, told = hear(after_a_set(), said)
        assert texts(told) == ["Say the weight first."]
        assert session.workout.planned.weight is None


def test_nothing_is_lighter_than_nothing() -> None:
    session, told = hear(after_a_set(PRESS, "four kilos"), "a bit lighter")
    assert texts(told) == ["That is as light as it gets."]
    assert session.workout.planned.weight == kg(4)


@pytest.mark.parametrize(
    ("visit", "press", "empty"),
    [
        (Visit(), replace(PRESS, loading=BARBELL), "twenty kilos"),
        (Visit(), replace(PRESS, loading=STACK), "five kilos"),
        (Visit(sled=SLED), PRESS, "forty seven kilos"),
    ],
)
def test_nothing_is_lighter_than_what_is_empty(visit: Visit, press: Exercise, empty: str) -> None:
    """An empty bar "from now on" was no answer, and no sled is lighter than an empty one."""
    session, _ = begin(press, visit=visit)
    session, _ = hear(session, empty)
    lighter, told = hear(session, "a bit lighter")
    assert texts(told) == ["That is as light as it gets."]
    assert lighter.workout.planned.weight == session.workout.planned.weight
    session, _ = hear(session, "heavier", "a bit lighter")
    assert session.workout.planned.weight == lighter.workout.planned.weight


def test_a_drop_set_is_no_measure_of_the_next_set() -> None:
    """ "Heavier" added to the weight of the drop set."""
    session, _ = begin(PRESS)
    session, _ = hear(session, "eighty kilos", "ready", "start set")
    session, _ = hear(to_the_rest(session), "drop set", "ready", "start set")
    session, _ = hear(to_the_rest(session), "undo", "undo")  # the drop set is done
    assert session.workout.planned.weight is None
    session, _ = hear(session, "heavier")
    assert session.workout.planned.weight == kg(85)


def test_a_number_of_one_set_corrects_none_of_another() -> None:
    """Each was said while the other was read back, and took it back in silence."""
    reps, most = "last set was eight", "as many as possible"
    for said in ((reps, most), (most, reps)):
        session, _ = hear(after_a_set(), *said)
        assert session.workout.log[-1].done.reps == 8
        assert session.workout.sets.unbounded


def test_reps_are_corrected_that_were_read_back_with_a_failure() -> None:
    """ "Two reps, and one missed": there was "nothing to take back"."""
    for said, right in (("missed the last one", 3), ("to failure", 4)):
        session, told = hear(after_a_set(FOUR), said)
        assert texts(told)[0].startswith({3: "Three", 4: "Four"}[right])
        session, told = hear(session, "make that two")
        assert texts(told) == ["Two reps, noted."]
        done = session.workout.log[-1].done
        assert (done.reps, done.failed) == (2, True)
        session, _ = hear(session, "undo")
        assert session.workout.log[-1].done.reps == right


def test_a_rep_that_was_missed_stays_missed_if_it_was_to_failure() -> None:
    """ "To failure" was taken for a correction, and brought the missed rep back."""
    session, told = hear(after_a_set(FOUR), "missed the last one", "to failure")
    assert texts(told)[-1] == "Three reps, to failure. Noted."
    assert session.workout.log[-1].done.reps == 3
    session, _ = hear(session, "no")
    done = session.workout.log[-1].done
    assert (done.reps, done.failed) == (4, False)


def test_a_number_is_corrected_while_it_is_read_back_and_later() -> None:
    session, _ = hear(after_a_set(), "eighty kilos", "make that ninety")
    assert session.workout.log[-1].done.weight == kg(90)
    session, _ = advance(session, session.now + 20 * SAMPLE_RATE)
    session, _ = hear(session, "actually eighty five")
    assert session.workout.log[-1].done.weight == kg(85)
    session, _ = hear(session, "nine reps", "make that eight")
    assert session.workout.log[-1].done.reps == 8
    session, _ = hear(session, "RPE eight", "make that nine")
    assert session.workout.log[-1].done.rpe == 9


def test_there_may_be_nothing_to_correct() -> None:
    _session, told = hear(after_a_set(), "make that ninety")
    assert texts(told) == ["There is nothing to take back."]


@pytest.mark.parametrize(
    ("said", "wrong", "right"),
    [
        ("two hundred kilos", "seventy five", {"weight": kg(75)}),
        ("log two hundred kilos", "seventy five", {"weight": kg(75)}),
        ("two at one hundred", "seventy five", {"reps": 2, "weight": kg(75)}),
        ("nine reps", "eight", {"reps": 8}),
        ("log nine reps", "eight", {"reps": 8}),
        ("RPE eight", "nine", {"rpe": 9}),
        ("two in reserve", "nine", {"rpe": 9}),
        ("three by ten at one hundred sixty", "seventy five", {"plan": (10, 10, 10)}),
        ("two sets of five at one hundred forty kilos", "seventy five", {"plan": (5, 5)}),
    ],
)
def test_a_number_in_doubt_is_corrected_and_not_the_one_before(
    said: str, wrong: str, right: dict[str, Any]
) -> None:
    """The coach asks "I heard two hundred kilos, right?" The number before was changed instead."""
    before = after_a_set(PRESS, "seventy kilos")
    before, _ = hear(before, "log seventy kilos", "log three reps")
    if "plan" in right:
        before, _ = hear(before, "start set")
    session, told = doubtfully(before, said)
    assert texts(told)[-1].endswith("right?")
    session, _ = hear(session, f"make that {wrong}")
    done = {name: getattr(session.workout.log[-1].done, name) for name in ("reps", "rpe", "weight")}
    if said == "two hundred kilos":  # of the next set
        assert session.workout.planned.weight == right["weight"]
        right = {}
    if "plan" in right:
        to_come = [PlannedSet(reps, weight=kg(75)) for reps in right["plan"]]
        assert [*session.workout.plan[1:]] == to_come
        assert session.state is State.GATE
        right = {}
    assert done == {"reps": 3, "rpe": None, "weight": kg(70), **right}


def test_a_ramp_in_doubt_is_asked_about_as_one_and_corrected() -> None:
    session, _ = begin(PRESS)
    session, told = doubtfully(session, "warm me up to sixty")
    assert texts(told) == ["I heard a warm-up to sixty kilos, right?"]
    session, told = hear(session, "make that eighty")
    assert texts(told)[0].endswith("to warm up, then eighty kilos.")
    assert session.workout.sets.ramping is not None


def test_a_note_in_doubt_has_no_number() -> None:
    session, _ = doubtfully(after_a_set(), "note left knee")
    _, told = hear(session, "make that eight")
    assert texts(told) == ["There is nothing to take back."]


def racking() -> Session:
    """After the reps, before the catches are locked."""
    session, _ = begin(PRESS)
    session, _ = hear(session, "ready", "start set")
    while session.state is not State.RACKING:
        session, _ = advance(session, session.now + SAMPLE_RATE // 10)
    return session


NUMBERS = {"reps": "nine reps", "weight": "seventy kilos", "rpe": "RPE eight"}
FOUND = {"reps": 9, "weight": kg(70), "rpe": 8}
TEN = {"reps": 10, "weight": kg(10), "rpe": 10}
"""What a set has, how it is said, and the same after "make that ten"."""


@pytest.mark.parametrize("sure_last", [True, False])
@pytest.mark.parametrize(("first", "last"), [*permutations(NUMBERS, 2)])
def test_the_newest_number_is_corrected_or_taken_back_before_the_catches(
    first: str, last: str, sure_last: bool
) -> None:
    """An unsure number was put off: it was taken for the newest, whatever was said since."""
    session = racking()
    before = {name: getattr(session.workout.log[-1].done, name) for name in NUMBERS}
    if sure_last:
        session, _ = doubtfully(session, NUMBERS[first])
        session, _ = hear(session, NUMBERS[last])
    else:
        session, _ = hear(session, NUMBERS[first])
        session, _ = doubtfully(session, NUMBERS[last])
    for said, right in (("make that ten", TEN[last]), ("undo", before[last]), ("no", before[last])):
        after, _ = hear(session, said)
        done = {name: getattr(after.workout.log[-1].done, name) for name in NUMBERS}
        put_off = [each.command.intent for each in after.questions.put_off]
        assert len(put_off) == sure_last, said
        assert done == {**before, **({} if sure_last else {first: FOUND[first]}), last: right}, said


def test_what_was_put_off_is_corrected_as_well() -> None:
    """Before the catches are locked, nothing is asked."""
    session, _ = hear(racking(), "seventy kilos")
    session, told = doubtfully(session, "nine reps")
    assert texts(told) == []
    session, _ = hear(session, "make that eight", "locked")
    done = session.workout.log[-1].done
    assert (done.reps, done.weight) == (8, kg(70))
    assert not session.questions.put_off


def doubtfully(session: Session, text: str) -> tuple[Session, list[Effect]]:
    """Say `text`, which the recogniser is not sure of."""
    command = shipped().phrases.parse(text)
    assert command is not None, text
    return step(session, CommandGiven(command, sure=False))


def test_the_target_is_corrected_before_the_set() -> None:
    session, _ = begin(PRESS)
    session, _ = hear(session, "start set", "nine reps", "make that eight")
    assert session.workout.target == 8


def test_reps_and_weight_in_one_breath() -> None:
    session, told = hear(after_a_set(), "nine at eighty")
    done = session.workout.log[-1].done
    assert (done.reps, done.weight) == (9, kg(80))
    assert texts(told) == ["Nine reps, noted.", "Eighty kilos, noted."]
    session, _ = hear(session, "undo", "undo")
    assert session.workout.log[-1].done.weight is None
    assert session.workout.log[-1].done.reps == 2


@pytest.mark.parametrize(
    "said", ["log eighty two and a half kilos", "log eighty two point five kilos"]
)
def test_half_a_kilo_can_be_logged(said: str) -> None:
    session, told = hear(after_a_set(PRESS, "eighty kilos"), said)
    assert session.workout.log[-1].done.weight == kg(82.5)
    assert session.workout.planned.weight == kg(80)
    assert any("Eighty-two and a half kilos" in text for text in texts(told))


@pytest.mark.parametrize("said", ["that was nine", "I did nine", "last set was nine"])
def test_how_many_they_were(said: str) -> None:
    session, _ = hear(after_a_set(), said)
    assert session.workout.log[-1].done.reps == 9


@pytest.mark.parametrize("exercise", [PRESS, plank(10)])
def test_a_set_that_did_not_count_can_come_back(exercise: Exercise) -> None:
    session = after_a_set(exercise)
    reps = session.workout.log[-1].done.reps
    session, _ = hear(session, "delete last set")
    assert session.workout.log[-1].done.reps == 0
    session, _ = hear(session, "scrap that")
    assert session.workout.log[-1].done.reps == reps > 0


@pytest.mark.parametrize("said", ["two in reserve", "RIR two", "RPE eight"])
def test_reps_in_reserve_are_an_effort(said: str) -> None:
    session, _ = hear(after_a_set(), said)
    assert session.workout.log[-1].done.rpe == 8


def test_what_comes_next() -> None:
    session = after_a_set(PRESS, planned=True)
    session, told = hear(session, "what's next")
    assert texts(told) == ["Set one: three reps, eighty kilos."]
    assert session.state is State.REST
    session, told = hear(session, "skip set", "what weight")
    assert texts(told)[-1] == "Set one: three reps, eighty kilos."
    assert session.workout.sets.work_sets == 1
    session, told = hear(session, "skip this set")
    assert texts(told) == ["Next: Leg curl.", "Set one: two reps."]
    session, _ = hear(session, "skip exercise")
    assert session.workout.exercise.id == "leg-curl"


def test_a_warm_up_is_told_and_skipped_at_the_gate() -> None:
    session, _ = begin(PRESS, visit=Visit(LEGS), offered=(PRESS, leg_curl()))
    session, told = hear(session, "start set", "what's next")
    assert texts(told)[-1] == "Warm-up: two reps, forty kilos."
    session, told = hear(session, "skip set")
    assert session.state is State.GATE
    assert session.workout.planned.weight == kg(80)


def hurt(session: Session) -> Session:
    """Through the gate and into the next set, which pain ends; the weight is secured."""
    session, _ = hear(session, "start set", "ready", "start set")
    session, _ = advance(session, session.now + 6 * SAMPLE_RATE)
    session, _ = hear(session, "pain", "locked")
    return session


(_KINDS,) = KINDS.exercises
DROP_LAST = replace(KINDS, exercises=(replace(_KINDS, sets=(_KINDS.sets[2], *_KINDS.sets[:2])),))
"""Two work sets, and a drop set after the second."""

BEFORE: dict[str, tuple[Workout | None, tuple[str, ...]]] = {
    "the first set": (LEGS, ()),
    "hurt in the warm-up": (LEGS, ("hurt",)),
    "hurt in a work set": (LEGS, ("set", "hurt")),
    "a set of another target is next": (KINDS, ("set", "skip set")),
    "hurt in a drop set": (KINDS, ("set", "hurt")),
    "on the way to another station": (PAIRED, ("set",)),
    "hurt at a station": (PAIRED, ("hurt",)),
    "hurt at the last station of a round": (PAIRED, ("set", "hurt")),
    "a station is left out": (PAIRED, ("set", "skip station")),
    "a round is left out": (PAIRED, ("hurt", "end the round")),
    "another exercise is next": (LEGS, ("skip set", "skip set", "hurt")),
    "a ramp by voice": (None, ("warm me up to eighty",)),
    "hurt in a ramp": (None, ("warm me up to eighty", "hurt")),
    "a drop set by voice": (None, ("set", "drop set", "six reps")),
    "a drop set is next, and not at its gate": (None, ("set", "drop set", "stop")),
    "a drop set comes after the next": (DROP_LAST, ("set",)),
    "hurt in a drop set by voice": (None, ("set", "drop set", "six reps", "hurt")),
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_what_is_told_of_the_next_set_is_what_its_gate_says(
    before: tuple[Workout | None, tuple[str, ...]],
) -> None:
    """After pain, and on the way to another station, "how many" told the target of the set before.
    "What weight" told no weight there, and a warm-up or a drop set was "set one"."""
    plan, said = before
    offered = (PRESS, leg_curl()) if plan is not None else ()
    session, _ = begin(PRESS, visit=Visit(plan), offered=offered)
    if plan is not None:
        session, _ = hear(session, "start set")
    for each in said:
        if each == "set":
            session, _ = hear(session, "start set", "ready", "start set")
            session = to_the_rest(session)
        elif each == "hurt":
            session = hurt(session)
        else:
            session, _ = hear(session, each)
    at_the_gate, in_turns = session.state is State.GATE, session.workout.in_circuit
    session, counted = hear(session, "how many")
    session, asked = hear(session, "what's next")
    told = " ".join(texts(asked))
    resting = session.state is State.REST
    gate, _ = hear(session, "start set")
    words = gate.workout.exercise.language
    planned = gate.workout.planned
    target = words.number(gate.workout.target)
    if planned.weight is not None:
        assert words.quantity("kilos", planned.weight.amount) in told
    other = gate.workout.exercise.id != session.workout.exercise.id
    assert (gate.workout.exercise.name in told) == (other or (in_turns and not at_the_gate))
    assert ("Warm-up" in told) == (planned.kind is SetKind.WARM_UP)
    assert ("Less weight" in told) == (planned.kind is SetKind.DROP)
    assert target.lower() in told.lower()
    if not resting:  # in a rest, it tells of the set that is over
        assert texts(counted)[-1].lower().startswith(target.lower())


def test_without_a_set_to_come_there_is_no_target() -> None:
    session, _ = begin(PRESS, visit=Visit(PAIRED), offered=(PRESS, leg_curl()))
    session, _ = hear(session, "start set", "end the round", "start set", "end the round")
    assert session.state is State.READY
    for said in ("what's next", "how many"):
        session, told = hear(session, said)
        assert texts(told) == ["That was the last set."]


def test_the_last_set_is_told_of() -> None:
    session, _ = begin(PRESS, visit=Visit(LEGS), offered=(PRESS, leg_curl()))
    session, _ = hear(session, "start set", "skip exercise")
    session, told = hear(session, "skip set")
    assert session.state is State.READY
    assert texts(told)[-1] == "That was the last set."


def test_without_a_plan_there_is_no_set_to_skip() -> None:
    _session, told = hear(after_a_set(), "skip set")
    assert texts(told) == ["Nothing is planned."]


def test_a_rest_of_a_length() -> None:
    session = after_a_set()
    session, _ = advance(session, session.now + 30 * SAMPLE_RATE)
    session, told = hear(session, "rest two minutes")
    assert session.rest is not None
    assert session.rest.left(session.now) == 90 * SAMPLE_RATE
    assert texts(told) == ["Ninety seconds left."]
    session, _ = hear(session, "add a minute", "thirty more seconds")
    assert session.rest is not None
    assert session.rest.left(session.now) == 180 * SAMPLE_RATE


def test_a_rest_that_is_longer_already_is_over() -> None:
    session = after_a_set()
    session, _ = advance(session, session.now + 75 * SAMPLE_RATE)
    session, _ = hear(session, "rest one minute")
    session, told = advance(session, session.now + 1)
    assert session.state is State.READY
    assert texts(told) == ["Rest is over."]


def test_one_set_and_five_by_five() -> None:
    session, _ = begin(PRESS)
    session, _ = hear(session, "one set of ten")
    assert [(each.reps, each.weight) for each in session.workout.plan] == [(10, None)]
    session, _ = hear(session, "five by five at one hundred")
    assert [(each.reps, each.weight) for each in session.workout.plan] == [(5, kg(100))] * 5


def test_an_explosive_tempo_by_voice() -> None:
    session, _ = begin(PRESS)
    session, _ = hear(session, "tempo three one x one")
    assert str(session.workout.tempo) == "3-1-1-1"


@pytest.mark.parametrize("said", ["eighty kilos", "nine reps", "slower", "warm me up to sixty"])
@pytest.mark.parametrize("way", [("leg press", "leg curl"), ("leg curl",)])
def test_what_was_said_for_an_exercise_is_kept_while_another_is_chosen(
    said: str, way: tuple[str, ...]
) -> None:
    session, _ = begin(PRESS, offered=(PRESS, leg_curl()))
    before, _ = hear(session, "leg curl", said)
    session, _ = hear(before, *way)
    assert session.workout.sets == before.workout.sets
    assert session.workout.exercise.id == "leg-curl"


@pytest.mark.parametrize(
    ("said", "weight"),
    [
        ("lighter", 75),
        ("a little heavier", 85),
        ("more weight", 85),
        ("add two and a half", 82.5),
        ("add two and a half kilos", 82.5),
        ("add five kilos", 85),
        ("drop five kilos", 75),
        ("take off ten kilos", 70),
        ("add five pounds", 82.5),
    ],
)
def test_a_step_may_name_its_unit(said: str, weight: float) -> None:
    session, _ = hear(after_a_set(PRESS, "eighty kilos"), said)
    assert session.workout.planned.weight == kg(weight)


def test_kilos_are_added_to_pounds() -> None:
    session, _ = hear(after_a_set(PRESS, "ninety pounds"), "add two kilos")
    assert session.workout.planned.weight == Weight(Decimal("94.5"), Unit.LB)


@pytest.mark.parametrize(
    ("said", "weight"),
    [
        ("make that seventy", 70),
        ("make that eighty one and a half", 81.5),
        ("make that eighty two point five", 82.5),
        ("make that seventy kilos", 70),
        ("make that eighty two and a half kilos", 82.5),
    ],
)
@pytest.mark.parametrize("back", [(), ("undo",)])
def test_what_was_said_last_is_corrected_even_if_it_was_taken_back(
    said: str, weight: float, back: tuple[str, ...]
) -> None:
    """After "undo", "make that seventy" changed the number before, or found nothing to change."""
    session, _ = hear(after_a_set(), "last set was nine", "eighty kilos", *back, said)
    done = session.workout.log[-1].done
    assert (done.reps, done.weight) == (9, kg(weight))


def test_without_a_plan_one_more_set_is_the_one_that_comes_anyway() -> None:
    """It promised that the next set would be the last."""
    _, told = hear(after_a_set(PRESS, "eighty kilos"), "one more set")
    assert texts(told) == ["Set two: two reps, eighty kilos."]


@pytest.mark.parametrize("between", ["slower", "tempo three one one one"])
def test_a_change_that_names_no_weight_leaves_the_number_before_it_to_be_corrected(
    between: str,
) -> None:
    """ "Make that ten" after "twelve reps" and "slower" made it ten kilos."""
    session, _ = hear(after_a_set(PRESS, "eighty kilos"), "skip rest")
    session, _ = hear(session, "twelve reps", between, "make that ten")
    assert session.workout.target == 10
    assert session.workout.planned.weight == kg(80)


def test_what_was_taken_back_of_an_earlier_set_is_corrected_no_more() -> None:
    session, _ = hear(after_a_set(PRESS, "eighty kilos"), "last set was nine", "undo", "start set")
    session, _ = hear(session, "ready", "start set")
    session, _ = hear(to_the_rest(session), "make that seventy")
    assert session.workout.log[-1].done.reps == 2
    assert session.workout.planned.weight == kg(70)


def test_a_correction_that_names_its_unit_corrects_nothing_else() -> None:
    """ "Make that ten reps" would have made it ten kilos."""
    session, _ = hear(after_a_set(), "eighty kilos", "make that ten reps")
    done = session.workout.log[-1].done
    assert (done.reps, done.weight) == (10, kg(80))
    session, _ = hear(session, "make that eighty two kilos")
    assert session.workout.log[-1].done.reps == 10
    assert session.workout.planned.weight == kg(82)


def test_a_correction_in_kilos_is_in_kilos() -> None:
    session, _ = hear(after_a_set(), "ninety pounds", "make that seventy kilos")
    assert session.workout.log[-1].done.weight == kg(70)


def test_no_half_rep_was_meant() -> None:
    session, told = hear(after_a_set(), "last set was nine", "make that eight and a half")
    assert session.workout.log[-1].done.reps == 9
    assert texts(told)[-1] == texts(hear(after_a_set(), "undo")[1])[-1]


@pytest.mark.parametrize(
    "said",
    ["nine at eighty", "nine reps at eighty kilos", "log eighty kilos nine reps"],
)
def test_reps_and_weight_in_any_order(said: str) -> None:
    session, _ = hear(after_a_set(), said)
    done = session.workout.log[-1].done
    assert (done.reps, done.weight) == (9, kg(80))


def test_nine_at_a_weight_is_in_the_unit_that_is_lifted() -> None:
    session, _ = hear(after_a_set(PRESS, "one hundred and thirty five pounds"), "nine at one forty")
    assert session.workout.log[-1].done.weight == Weight(Decimal(140), Unit.LB)


def agreed() -> Session:
    """In the rest after twelve at eighty kilos, with "eighty-five kilos, agreed" for the next."""
    session = after_a_set(leg_press("1-0-1-0", reps=12), "eighty kilos")
    session, _ = advance(session, session.now + 10 * SAMPLE_RATE)
    session, told = hear(session, "yes")
    assert texts(told) == ["Eighty-five kilos, agreed."]
    assert session.workout.planned.weight == kg(85)
    return session


def test_what_was_agreed_to_for_the_next_set_can_be_taken_back() -> None:
    """ "No" after "eighty-five kilos, agreed" was ignored in silence."""
    before = after_a_set(leg_press("1-0-1-0", reps=12), "eighty kilos").workout.sets
    for said in ("no", "undo"):
        session, _ = hear(agreed(), said)
        sets = session.workout.sets
        assert (sets.weight, sets.target) == (before.weight, before.target)


def test_what_was_agreed_to_for_the_next_set_can_be_corrected() -> None:
    """Its weight was read back, and "make that eighty two" found nothing to correct."""
    for said in ("make that eighty two", "make that eighty two kilos", "eighty two kilos"):
        session, _ = hear(agreed(), said)
        assert session.workout.planned.weight == kg(82)
        assert session.workout.log[-1].done.reps == 12


def test_the_rest_is_changed_in_seconds_and_by_another_minute() -> None:
    session = after_a_set()
    assert session.rest is not None
    before = session.rest.length
    for said, length in (
        ("another minute", before + 60 * SAMPLE_RATE),
        ("two more minutes", before + 120 * SAMPLE_RATE),
        ("rest for one hundred and twenty seconds", 120 * SAMPLE_RATE),
    ):
        rest = hear(session, said)[0].rest
        assert rest is not None
        assert rest.length == length, said
