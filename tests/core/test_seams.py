"""Where the kinds of sets, supersets, ramps and plates meet."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.example_workouts import BARBELL, KINDS, LEGS, PAIRED, STACK, kg
from tests.support.log_records import MORNING
from tests.support.said import hear, to_the_rest
from tests.support.session_driver import advance, begin, leg_curl, leg_press
from tests.support.session_steps import texts
from voicecoach.core.events import Effect, Entered, RepDone, SetOver, State
from voicecoach.core.plan import SAMPLE_RATE, samples
from voicecoach.core.session import Session
from voicecoach.core.workout import (
    Amended,
    Circuit,
    DoneSet,
    Interrupted,
    PlannedExercise,
    PlannedSet,
    SetBegan,
    SetKind,
    Station,
    Visit,
    Workout,
    WorkoutBegan,
)
from voicecoach.history.circuits import circuit_of, texts_of
from voicecoach.history.journal import Journal

PRESS = leg_press("2-0-1-0", reps=2)
CURL = replace(leg_curl(), reps=2)
OFFERED = (PRESS, CURL)
WORK, WARM_UP = SetKind.WORK, SetKind.WARM_UP


def planned(*sets: PlannedSet, curl: int = 0) -> Workout:
    exercises = [PlannedExercise("leg-press", sets)]
    if curl:
        exercises.append(PlannedExercise("leg-curl", (PlannedSet(2, WORK, kg(40)),) * curl))
    return Workout("plan", "Plan", tuple(exercises))


def start(visit: Visit, *offered: object) -> Session:
    session, _ = begin(PRESS, visit=visit, offered=offered or OFFERED)
    return session


def through(session: Session, *said: str) -> Session:
    """From a gate through the set, to the rest after it."""
    session, _ = hear(session, *said)
    return to_the_rest(session)


def test_a_drop_set_after_a_superset_is_no_round() -> None:
    session, _ = begin(PRESS, offered=OFFERED)
    session, _ = hear(session, "superset leg press and leg curl", "two rounds of eight")
    for _ in range(4):
        session = through(session, "ready", "start set")
        session, _ = advance(session, session.now + 30 * SAMPLE_RATE)
        session, _ = hear(session, "start set") if session.state is not State.GATE else (session, 0)
    session, _ = hear(session, "drop set") if session.state is not State.GATE else (session, 0)
    session, began = hear(session, "ready", "start set")
    records = [each for each in began if isinstance(each, SetBegan)]
    assert all(each.circuit is None or each.round <= each.circuit.rounds for each in records)
    circuit = Circuit(1, (Station("a", 3), Station("b", 3)), 3, 0, None)
    assert circuit_of(texts_of(circuit, 4)) == (None, 0)
    assert circuit_of(texts_of(circuit, 3))[1] == 3


def test_who_goes_on_in_a_ramp_has_no_heavy_warm_up() -> None:
    done = DoneSet(WARM_UP, 5, kg(40), toward=kg(100))
    plan = planned(
        PlannedSet(5, WARM_UP, kg(40)),
        PlannedSet(3, WARM_UP, kg(60)),
        *(PlannedSet(3, WORK, kg(80)),) * 2,
    )
    broken = Interrupted("plan", (("leg-press", done),), 20)
    session, _ = hear(start(Visit(interrupted=broken, broken=plan)), "start set", "resume")
    workout = session.workout
    assert {each.weight for each in workout.plan if each.kind is WORK} == {kg(100)}
    assert all(each.kind is WORK for each in workout.plan[workout.sets.place :])


def test_a_ramp_set_without_a_rep_is_done_again() -> None:
    def goes_on(*done: DoneSet) -> PlannedSet:
        broken = Interrupted("plan", tuple(("leg-press", each) for each in done), 20)
        visit = Visit(interrupted=broken, broken=planned(PlannedSet(3, WORK, kg(80))))
        session, _ = hear(start(visit), "start set", "resume")
        return session.workout.planned

    first = DoneSet(WARM_UP, 5, kg(40), toward=kg(100))
    empty = DoneSet(WARM_UP, 0, kg(60), toward=kg(100))
    assert goes_on(first, empty).weight == goes_on(first).weight


def test_the_rest_after_a_warm_up_that_is_done_again_has_an_end() -> None:
    """The log knows of no rest, so it was taken for one without an end."""
    done = DoneSet(WARM_UP, 2, kg(40))
    session = start(Visit(interrupted=Interrupted("", (("leg-press", done),), 20)))
    session, _ = hear(session, "start set", "resume", "stop", "log zero reps")
    assert session.workout.planned == PlannedSet(2, WARM_UP, kg(40), PRESS.rest)


@pytest.mark.parametrize("before", ["warm-up", "drop set"])
def test_a_superset_takes_the_weight_of_work(before: str) -> None:
    session = start(Visit(LEGS))
    session, _ = hear(session, "start set")
    session = through(session, "ready", "start set")
    if before == "drop set":
        session, _ = hear(session, "start set")
        session = through(session, "ready", "start set")
        session, _ = hear(session, "drop set")
        session = through(session, "ready", "start set")
    session, _ = hear(session, "start set")
    session, _ = hear(session, "superset leg press and leg curl")
    assert session.workout.planned.weight == kg(80)


@pytest.mark.parametrize("said", [("drop", "skip set"), ("drop", "stop"), ("unconfirmed",)])
def test_a_planned_drop_set_that_does_not_follow_is_none(said: tuple[str, ...]) -> None:
    session = start(Visit(KINDS))
    session, _ = hear(session, "start set", "ready", "start set")
    while session.state in (State.COUNTDOWN, State.REP):
        session, _ = advance(session, session.now + SAMPLE_RATE // 10)
    if said[0] == "drop":
        session, _ = hear(session, "locked")
        assert session.workout.planned.kind is SetKind.DROP
        session, _ = hear(session, said[1])
    else:
        session, _ = advance(session, session.now + 60 * SAMPLE_RATE)
    if session.state is not State.GATE:
        session, _ = hear(session, "start set")
    assert session.workout.planned.kind is WORK
    assert session.workout.planned.weight == kg(80)


def test_a_weight_told_before_the_catches_is_the_last_sets_and_a_drop_set_has_less() -> None:
    session, _ = begin(PRESS)
    session, _ = hear(session, "start set", "ready", "start set")
    while session.state in (State.COUNTDOWN, State.REP):
        session, _ = advance(session, session.now + SAMPLE_RATE // 10)
    session, _ = hear(session, "drop set", "eighty kilos", "locked")
    assert session.workout.log[-1].done.weight == kg(80)
    assert session.workout.planned.kind is SetKind.DROP
    weight = session.workout.planned.weight
    assert weight is not None
    assert weight.kilograms < 80
    session = through(session, "ready", "start set")
    assert session.workout.planned.weight == kg(80)


def test_a_drop_set_stays_one_though_an_earlier_number_is_taken_back() -> None:
    session, _ = hear(start(Visit(KINDS)), "ready", "start set")
    session, _ = advance(session, session.now + 20 * SAMPLE_RATE)
    session, _ = hear(session, "log seventy five kilos", "locked")
    assert (session.state, session.workout.planned.kind) == (State.GATE, SetKind.DROP)
    session, _ = hear(session, "undo")
    assert session.workout.log[-1].done.weight == kg(80)
    assert session.workout.planned.kind is SetKind.DROP


def test_a_superset_by_voice_keeps_its_targets_through_a_kill() -> None:
    stations = (Station("leg-press", 10), Station("leg-curl", 10))
    circuit = Circuit(1, stations, 3, samples(15), samples(60))
    done = (("leg-press", DoneSet(WORK, 10)), ("leg-curl", DoneSet(WORK, 10)))
    broken = Interrupted("legs", done, 20, circuit=circuit, round=1)
    session, _ = hear(start(Visit(interrupted=broken, broken=LEGS)), "start set", "resume")
    assert session.workout.target == 10


def test_a_rest_that_is_shorter_than_it_has_been_is_over() -> None:
    session, _ = begin(PRESS, offered=OFFERED)
    session, _ = hear(session, "superset leg press and leg curl", "two rounds of eight")
    session = through(session, "ready", "start set")
    session, _ = hear(session, "rest two minutes")
    session, _ = advance(session, session.now + 100 * SAMPLE_RATE)
    session, _ = hear(session, "end round")
    session, _ = advance(session, session.now + 300 * SAMPLE_RATE)
    assert session.state is not State.REST


def test_a_warm_up_after_the_last_set_is_for_the_next_exercise() -> None:
    session = start(Visit(planned(PlannedSet(2, WORK, kg(80)), curl=2)))
    session, _ = hear(session, "start set")
    session = through(session, "ready", "start set")
    session, _ = hear(session, "warm me up to forty kilos", "start set")
    assert session.workout.exercise.id == "leg-curl"


def test_each_weight_that_can_not_be_loaded_is_rounded() -> None:
    press = replace(PRESS, loading=BARBELL)
    plan = planned(PlannedSet(2, WORK, kg(81)), PlannedSet(2, WORK, kg(91)))
    session, _ = begin(press, visit=Visit(plan), offered=(press, CURL))
    session, _ = hear(session, "start set")
    session = through(session, "ready", "start set")
    assert session.workout.planned.weight == BARBELL.nearest(kg(91)) != kg(91)


def test_on_the_way_to_a_station_its_own_equipment_is_meant() -> None:
    press, curl = replace(PRESS, loading=BARBELL), replace(CURL, loading=STACK)
    session, _ = begin(press, offered=(press, curl))
    session, _ = hear(session, "eighty kilos") if session.state is State.GATE else (session, 0)
    session, _ = hear(session, "superset leg press and leg curl", "eighty kilos")
    session = through(session, "ready", "start set")
    session, told = hear(session, "pin six")
    assert session.workout.exercise.id == "leg-curl"
    assert session.workout.planned.weight == kg(30), texts(told)


def test_skip_set_leaves_out_one_set_of_a_ramp() -> None:
    session, _ = begin(PRESS)
    session, _ = hear(session, "start set", "warm me up to eighty")
    sets = len(session.workout.sets.ramps)
    session, _ = hear(session, "skip set")
    assert session.state is State.GATE
    assert len(session.workout.sets.ramps) == sets - 1


def test_the_same_weight_is_of_the_same_exercise() -> None:
    session = start(Visit(planned(PlannedSet(2, WORK, kg(80)), curl=2)))
    session, _ = hear(session, "start set")
    session = through(session, "ready", "start set")
    session, _ = hear(session, "leg curl")
    session, told = hear(session, "same weight")
    assert texts(told) == ["Say the weight first."]


def test_sets_that_are_planned_anew_all_come() -> None:
    session = start(Visit(planned(PlannedSet(2, WORK, kg(80)))))
    session, _ = hear(session, "start set")
    session = through(session, "ready", "start set")
    session, _ = hear(session, "one more set", "start set")
    session = through(session, "ready", "start set")
    done = len(session.workout.sets.done)
    session, _ = hear(session, "start set", "leg press three sets of eight")
    assert len(session.workout.plan) == done + 3


@pytest.mark.parametrize(
    ("file", "lifted", "to_come"),
    [
        ((75, 75, 75), (80, 3), [80, 80]),  # another weight was said
        ((75, 75, 75), (80, 0), [80, 80, 80]),  # and no rep was done yet
        ((None, None), (80, 3), [80]),
        ((65, 75, 85), (70, 3), [75, 85]),  # each has its own
        ((75, 75, 85), (80, 3), [80, 85]),
    ],
)
def test_a_workout_goes_on_with_the_weight_that_was_lifted(
    file: tuple[float | None, ...], lifted: tuple[float, int], to_come: list[float]
) -> None:
    """And not with that of the file."""
    sets = (PlannedSet(3, WORK, None if each is None else kg(each)) for each in file)
    plan = planned(*sets)
    weight, reps = lifted
    done = ("leg-press", DoneSet(WORK, reps, kg(weight)))
    broken = Interrupted("plan", (done,), 5)
    session = start(Visit(interrupted=broken, broken=plan))
    session, _ = hear(session, "carry on")
    found = []
    for _ in to_come:
        found.append(session.workout.planned.weight)
        session = through(session, "ready", "start set")
        session, _ = hear(session, "start set") if session.state is State.REST else (session, 0)
    assert found == [kg(each) for each in to_come]


def test_a_workout_of_which_all_is_done_is_summed_up() -> None:
    """One more set was offered."""
    done = ("leg-press", DoneSet(WORK, 3, kg(80)))
    visit = Visit(
        interrupted=Interrupted("plan", (done,), 5), broken=planned(PlannedSet(3, WORK, kg(80)))
    )
    session, _ = hear(start(visit), "carry on")
    assert session.state is State.RACKING  # or it would have been summed up before it broke off
    session, told = hear(session, "locked")
    assert session.state is State.SUMMARY
    assert any(text.startswith("That was it: one exercise, one set") for text in texts(told))


def cut_short(reps: int, *sets: PlannedSet, curl: int = 0) -> Session:
    """Carried on after a kill in the first of these sets, after so many reps."""
    done = ("leg-press", DoneSet(sets[0].kind, reps, sets[0].weight))
    broken = Interrupted("plan", (done,), 1, cut=True, unlocked=True, planned=sets[:1])
    visit = Visit(interrupted=broken, broken=planned(*sets, curl=curl))
    session, _ = advance(start(visit), SAMPLE_RATE)
    session, _ = hear(session, "carry on")
    return session


TEN = PlannedSet(10, WORK, kg(80))


@pytest.mark.parametrize(
    ("reps", "sets", "curl", "to", "next_set"),
    [
        (1, (TEN,), 0, State.GATE, ("leg-press", 2)),
        (0, (TEN,), 0, State.GATE, ("leg-press", 1)),
        (10, (TEN,), 0, State.SUMMARY, ("leg-press", 2)),
        (11, (TEN,), 0, State.SUMMARY, ("leg-press", 2)),
        (12, (replace(TEN, reps=0),), 0, State.GATE, ("leg-press", 2)),
        (1, (TEN, TEN), 0, State.GATE, ("leg-press", 2)),
        (1, (TEN,), 1, State.GATE, ("leg-curl", 1)),
        (10, (TEN, PlannedSet(2, SetKind.DROP)), 0, State.SUMMARY, ("leg-press", 2)),
    ],
)
def test_after_a_set_that_was_cut_short_the_catches_come_first(
    reps: int, sets: tuple[PlannedSet, ...], curl: int, to: State, next_set: tuple[str, int]
) -> None:
    """The program died while the weight was held."""
    session = cut_short(reps, *sets, curl=curl)
    assert session.state is State.RACKING
    session, told = advance(session, session.now + 1000)
    assert texts(told) == ["Lock the safety catches. Say locked."]
    _, told = hear(session, "how many")
    (so_far,) = texts(told)
    assert re.fullmatch("[A-Z][a-z]+ so far.", so_far)  # no rest comes
    session, _ = hear(session, "locked")
    assert session.state is to
    assert (session.workout.exercise.id, session.workout.sets.next_set) == next_set


def test_the_catches_of_a_set_that_was_cut_short_are_asked_for_three_times() -> None:
    session, told = advance(cut_short(10, TEN), 90 * SAMPLE_RATE)
    said = texts(told)
    assert said[:3] == ["Lock the safety catches. Say locked."] * 3
    assert said[3].startswith("I heard no answer.")
    assert session.state is State.SUMMARY


def test_a_set_that_was_cut_short_is_corrected_before_the_catches_are_locked() -> None:
    session, _ = hear(cut_short(1, TEN), "that was ten", "locked")
    assert session.workout.log[-1].done.reps == 10
    assert session.state is State.SUMMARY


def killed(path: Path, live: Session, effects: list[Effect], minutes: int) -> Interrupted:
    """What the next session is told if the program dies now. The workout is logged at `path`."""
    journal = Journal(path, MORNING + timedelta(minutes=minutes))
    journal.feed((each for each in effects if isinstance(each, Recorded)), live.now)
    journal.close()
    found = Journal(path, MORNING + timedelta(minutes=minutes + 20)).interrupted
    assert found is not None
    return found


@pytest.mark.parametrize("dies_in", [State.REP, State.RACKING])
def test_the_catches_come_first_until_they_were_locked(tmp_path: Path, dies_in: State) -> None:
    """The program may die more than once, and an exercise may follow."""
    plan = planned(PlannedSet(2, WORK, kg(80)), curl=1)
    live, effects = begin(PRESS, offered=OFFERED, visit=Visit(plan))
    live, more = hear(live, *RUN)
    effects += more
    while live.state is not dies_in:
        live, more = advance(live, live.now + SAMPLE_RATE // 10)
        effects += more
    for minutes, asked in ((0, True), (20, True), (40, False)):
        found = killed(tmp_path / "log", live, effects, minutes)
        assert (found.unlocked, found.cut) == (asked, dies_in is State.REP)
        visit = Visit(plan, interrupted=found, broken=plan)
        live, effects = begin(PRESS, offered=OFFERED, visit=visit)
        live, more = hear(live, "carry on")
        effects += more
        assert live.state is (State.RACKING if asked else State.GATE)
        assert live.workout.exercise is PRESS or not asked  # its words, not the next one's
        if minutes == 20:
            live, more = hear(live, "locked")
            effects += more


@pytest.mark.parametrize("plan", [None, LEGS])
@pytest.mark.parametrize("last", ["locked", "pain", ""])
def test_a_workout_is_closed_once_its_catches_are_locked(
    tmp_path: Path, plan: Workout | None, last: str
) -> None:
    """If the program dies before, they are asked for again."""
    live, effects = begin(PRESS, offered=OFFERED, visit=Visit(planned(TEN)))
    live, more = hear(live, *RUN)
    for minutes in (0, 20):
        found = killed(tmp_path / "log", live, [*effects, *more], minutes)
        assert found.unlocked
        visit = Visit(plan, interrupted=found, broken=planned(TEN))
        live, effects = begin(PRESS, offered=OFFERED, visit=visit)
        live, _ = advance(live, SAMPLE_RATE)
        live, more = hear(live, "no")
        assert live.state is State.RACKING
        assert not [each for each in more if isinstance(each, WorkoutBegan) and not each.carried_on]
    live, told = advance(live, live.now + 1000)
    assert texts(told) == ["Lock the safety catches. Say locked."]
    live, more = hear(live, "that was nine", *([last, "locked"] if last else []))
    if not last:
        live, more = advance(live, live.now + 90 * SAMPLE_RATE)
    assert [each.workout for each in more if isinstance(each, WorkoutBegan)] == [live.workout.id]
    assert live.workout.log == ()
    assert live.workout.id == (plan.id if plan is not None else "")
    new = State.CHOICE if plan is None else State.GATE
    assert live.state is (State.READY if last == "pain" else new)
    live, _ = hear(live, "undo", "start set")
    assert live.state is new


def test_pain_after_a_set_that_was_cut_short_begins_nothing() -> None:
    session, _ = hear(cut_short(1, TEN, TEN), "pain", "locked")
    assert session.state is State.READY


def test_no_drop_set_follows_one_that_was_cut_short() -> None:
    session, _ = hear(cut_short(3, TEN, TEN), "drop set", "locked")
    assert session.workout.planned.kind is WORK


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (planned(*(PlannedSet(2, WORK, kg(80)),) * 3), ["SET", "log sixty kilos"]),
        (planned(*(PlannedSet(2, WORK, kg(80)),) * 3), ["SET", "eight reps", "log sixty kilos"]),
        (
            planned(*(PlannedSet(2, WORK, kg(80)),) * 3),
            ["eighty five kilos", "SET", "log sixty kilos"],
        ),
        (planned(*(PlannedSet(2, WORK),) * 3), ["SET", "log sixty kilos"]),
        (planned(*(PlannedSet(2, WORK),) * 3), ["eighty kilos", "SET", "log sixty kilos"]),
        (None, ["leg press", "eighty kilos", "SET", "log sixty kilos"]),
        (None, ["leg press", "eighty kilos", "SET", "log sixty kilos", "SET"]),
        (PAIRED, ["SET", "log sixty kilos", "SET", "log thirty kilos"]),
        (PAIRED, ["SET", "log sixty kilos"]),
        (None, ["leg press", "warm me up to eighty", "SET", "log sixty kilos"]),
        (KINDS, ["SET", "log sixty kilos", "SET"]),
    ],
)
def test_a_kill_changes_no_weight_that_is_to_come(
    plan: Workout | None, said: list[str], tmp_path: Path
) -> None:
    """What the lifter says about a set that is over is not said about the next."""
    journal = Journal(tmp_path / "log", MORNING)
    live, effects = begin(PRESS, visit=Visit(plan), offered=OFFERED)
    for text in said:
        if text != "SET":
            live, more = hear(live, text)
            effects += more
            continue
        for word in [*(["start set"] if live.state is not State.GATE else []), *RUN]:
            live, more = hear(live, word)
            effects += more
        while live.state is not State.RACKING:
            live, more = advance(live, live.now + SAMPLE_RATE // 10)
            effects += more
        live, more = hear(live, "locked")
        effects += more
    kept = (each for each in effects if isinstance(each, Recorded))
    journal.feed(kept, live.now)
    journal.close()
    found = Journal(tmp_path / "log", MORNING + timedelta(minutes=20)).interrupted
    assert found is not None
    again = start(Visit(plan, interrupted=found, broken=plan))
    again, _ = hear(again, "carry on")
    live, _ = hear(live, "start set")
    for each in (live, again):
        assert each.state is State.GATE
    assert again.workout.exercise.id == live.workout.exercise.id
    assert again.workout.planned.weight == live.workout.planned.weight


RUN = ("ready", "start set")
Recorded = WorkoutBegan | SetBegan | RepDone | SetOver | Amended | Entered


@pytest.mark.parametrize("left", [True, False])
def test_a_drop_set_that_was_left_out_does_not_come_back_after_a_kill(left: bool) -> None:
    work, drop = DoneSet(WORK, 3, kg(80)), DoneSet(SetKind.DROP, 2, kg(60))
    second = DoneSet(WORK, 2, kg(80))
    done = (work, second) if left else (work, drop, second)
    broken = Interrupted("kinds", tuple(("leg-press", each) for each in done), 20)
    session, _ = hear(start(Visit(interrupted=broken, broken=KINDS)), "start set", "resume")
    assert session.workout.planned == PlannedSet(0, WORK, kg(80), PRESS.rest)


def test_a_station_that_came_to_nothing_had_its_turn_before_a_kill(tmp_path: Path) -> None:
    session, effects = begin(PRESS, offered=OFFERED, visit=Visit(PAIRED))
    session, more = hear(session, "ready", "start set")
    effects += more
    while session.state is not State.RACKING:
        session, more = advance(session, session.now + SAMPLE_RATE)
        effects += more
    session, more = hear(session, "zero reps", "locked")
    assert session.workout.next_name == "Leg curl"
    journal = Journal(tmp_path / "log", MORNING)
    journal.feed((each for each in [*effects, *more] if isinstance(each, Recorded)), session.now)
    journal.close()
    found = Journal(tmp_path / "log", MORNING + timedelta(minutes=20)).interrupted
    session, _ = hear(start(Visit(interrupted=found, broken=PAIRED)), "start set", "resume")
    assert session.workout.exercise.id == "leg-curl"
