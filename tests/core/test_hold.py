"""A held position: paced in breaths, announced in seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.example_workouts import kg
from tests.support.session_driver import (
    BEGIN,
    FIRST_REP,
    SessionRun,
    leg_press,
    plank,
    run_session,
    shipped,
)
from voicecoach.core import session as coach
from voicecoach.core.events import RepDone, State
from voicecoach.core.pacing import time_told
from voicecoach.core.plan import Exercise, Progression, Tempo, length_of, samples, seconds_held
from voicecoach.core.workout import (
    Agreed,
    Amended,
    Past,
    PlannedExercise,
    PlannedSet,
    Retimed,
    SetBegan,
    Target,
    Visit,
    Workout,
)

RACKED = "Knees to the floor. Say knees down."


def held(
    words: list[tuple[float, str]], seconds: float, exercise: Exercise | None = None, **how: Any
) -> SessionRun:
    """The session from before the gate, with the words at these seconds of the hold."""
    begun = FIRST_REP / samples(1)
    later = [(begun + at, word) for at, word in words]
    return run_session([*BEGIN, *later], begun + seconds, exercise=exercise or plank(**how))


def texts(performance: SessionRun, *ids: str) -> list[str]:
    return [cue.text for cue in performance.played() if cue.want.id in ids]


def heard_at(performance: SessionRun, *ids: str) -> list[tuple[int, str]]:
    """The texts and the seconds of the hold at which they sound."""
    cues = [cue for cue in performance.played() if cue.want.id in ids]
    return [(round((cue.end - FIRST_REP) / samples(1)), cue.text) for cue in cues]


def test_a_tempo_of_breaths_is_told_apart_from_one_of_reps() -> None:
    tempo = Tempo.breath(samples(2), samples(3))
    assert str(tempo) == "hold 2-3"
    assert length_of(str(tempo)) == tempo.rep == samples(5)
    assert seconds_held(str(tempo), 8) == 40
    assert seconds_held("3-1-2-1", 8) is None
    assert length_of("3-1-2-1") == samples(7)
    assert length_of("as I like") is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        # at which seconds what is announced: in the first half what is done, then what is left
        (20, {10: "held_so_far"}),
        (30, {10: "held_so_far", 20: "held_left"}),  # half-way is at 15
        (40, {10: "held_so_far", 30: "held_left"}),  # half-way is at 20
        (45, {10: "held_so_far", 20: "held_so_far", 35: "held_left"}),  # 25: half-way
        (60, {10: "held_so_far", 20: "held_so_far", 40: "held_left", 50: "held_left"}),
    ],
)
def test_the_time_is_told_about_every_ten_seconds(seconds: int, told: dict[int, str]) -> None:
    exercise = plank()
    target = exercise.breaths(seconds)
    lines = {5 * done: time_told(exercise, done, target) for done in range(1, target + 1)}
    assert {at: line for at, line in lines.items() if line is not None} == told


def test_the_marks_of_a_hold_come_when_they_are_due() -> None:
    performance = held([(43, "knees down")], 60)
    told = heard_at(performance, "held_so_far", "half_way", "held_left")
    assert told == [(10, "Ten seconds."), (21, "Half way."), (30, "Ten left.")]
    last = heard_at(performance, *(f"last-{n}" for n in range(1, 6)))
    assert [text for _, text in last] == ["Five.", "Four.", "Three.", "Two.", "One."]
    assert [at for at, _ in last] == [35, 36, 37, 38, 39]


def test_it_is_breathed_from_the_first_second_to_the_last() -> None:
    performance = held([(43, "knees down")], 60)
    assert texts(performance, "lower") == ["Breathe in."] * 2 + ["In."] * 6
    assert texts(performance, "lift") == ["Breathe out."] * 2 + ["Out."] * 6
    assert [r.n for r in performance.reps] == list(range(1, 9))


def test_slower_and_faster_change_nothing_and_say_why() -> None:
    performance = held([(7, "slower"), (13, "faster"), (17, "tempo three one two")], 60)
    assert texts(performance, "no_tempo") == ["A hold keeps its pace."] * 2
    assert not [r for r in performance.records if isinstance(r, Retimed)]
    assert performance.phases == held([], 60).phases


def test_one_more_adds_ten_seconds() -> None:
    performance = held([(12, "one more"), (22, "two more")], 90)
    (over,) = performance.sets
    assert (over.reps, over.target, over.under_tension) == (14, 14, samples(70))
    assert texts(performance, "more") == [
        "Thirty-eight seconds to go.",
        "Forty-eight seconds to go.",
    ]


def test_how_many_tells_the_seconds() -> None:
    performance = held([(12, "how many"), (46, "how many")], 60)
    assert texts(performance, "how_many") == ["Twelve seconds, twenty-eight to go."]
    assert texts(performance, "how_many_after") == ["That was forty seconds. Rest sixty seconds."]


def test_done_ends_it_and_tells_the_seconds_held() -> None:
    performance = held([(23, "done"), (27, "knees down")], 40)
    (over,) = performance.sets
    assert (over.reps, over.ended_by) == (4, "done")
    assert over.under_tension == pytest.approx(samples(23), abs=samples(0.1))
    assert texts(performance, "ended") == [f"Twenty-three seconds. {RACKED}"]
    assert performance.states[-2:] == [State.RACKING, State.REST]


def test_a_pause_takes_the_breath_back_and_no_more() -> None:
    performance = held([(22, "pause"), (30, "how many"), (35, "resume")], 90)
    again = [p for p in performance.phases if p.at > FIRST_REP + samples(30)]
    assert again[0].rep == 5
    (over,) = performance.sets
    assert (over.reps, over.ended_by) == (8, "target")
    assert over.under_tension == pytest.approx(samples(42), abs=samples(0.1))
    assert texts(performance, "how_many") == ["Twenty seconds, twenty to go."]


@pytest.mark.parametrize(("word", "line"), [("stop", "stopped"), ("dizzy", "hurt")])
def test_stop_and_pain_bring_the_knees_to_the_floor(word: str, line: str) -> None:
    performance = held([(14, word)], 30)
    said = texts(performance, line)
    assert len(said) == 1
    assert "to the floor" in said[0]
    assert performance.sets[0].reps == 2


def test_a_hold_too_short_for_a_breath_is_none() -> None:
    performance = held([(2, "done"), (6, "knees down")], 20)
    assert performance.sets[0].reps == 0
    assert texts(performance, "nothing_done") == [
        "That was too short to count. Say start set when you like."
    ]


def test_holds_are_planned_by_voice() -> None:
    words = [(3.0, "plank three holds of thirty seconds"), (12.0, "ready"), (16.0, "start set")]
    offered = (leg_press(), plank())
    performance = run_session(words, 70, exercise=leg_press(), offered=offered)
    (began,) = [r for r in performance.records if isinstance(r, SetBegan)]
    assert (began.exercise, began.planned.reps, began.tempo) == ("plank", 6, "hold 2-3")
    assert texts(performance, "announce_plan") == ["Plank. Holds: three. Thirty seconds each."]
    assert performance.sets[0].under_tension == samples(30)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("plank three sets of ten", "The Plank is held. Say the seconds."),
        ("leg press three holds of thirty seconds", "The Leg press goes by reps. Say a number."),
    ],
)
def test_reps_of_a_hold_and_a_hold_of_reps_are_refused_aloud(said: str, line: str) -> None:
    offered = (leg_press(), plank())
    performance = run_session([(3.0, said)], 12, exercise=leg_press(), offered=offered)
    assert texts(performance, "no_reps", "no_hold") == [line]


def test_how_long_is_said_before_and_corrected_after() -> None:
    words = [(4.0, "twenty seconds"), *BEGIN]
    after = [(45.0, "knees down"), (50.0, "fifteen seconds"), (60.0, "ten reps")]
    performance = run_session([*words, *after], 80, exercise=plank())
    (over,) = performance.sets
    assert (over.reps, over.target) == (4, 4)
    amended = [r.value for r in performance.records if isinstance(r, Amended)]
    assert amended == [3]
    assert texts(performance, "reps_set") == ["Twenty seconds to hold."]
    assert texts(performance, "reps_logged") == ["Fifteen seconds, noted."]
    assert texts(performance, "no_reps") == ["The Plank is held. Say the seconds."]


def test_a_breath_done_is_in_the_log_before_the_hold_is_over() -> None:
    """What survives a crash: each breath, as it is done."""
    done = [r for r in held([], 20).records if isinstance(r, RepDone)]
    assert [(r.n, r.at - FIRST_REP) for r in done[:3]] == [(n, samples(5 * n)) for n in (1, 2, 3)]


def test_a_hold_by_the_breath() -> None:
    script = plank()
    assert script.held
    assert (script.reps, script.told(8), script.breaths(40), script.breaths(41)) == (8, 40, 8, 9)
    assert script.breaths(0) == 1
    assert not leg_press().held
    assert leg_press().told(8) == 8
    assert PlannedSet(script.breaths(40)).reps == 8
    assert "plank" in [each.id for each in shipped().offered]


# --- longer the next time --------------------------------------------------------------------

# After the countdown a hold of 40 s, and then "knees down".
HELD = [(43.0, "knees down")]


def agreed(performance: SessionRun) -> list[Agreed]:
    return [each for each in performance.records if isinstance(each, Agreed)]


def test_a_hold_that_was_held_to_its_end_is_suggested_longer() -> None:
    performance = held([*HELD, (53, "yes")], 75)
    assert texts(performance, "next_time") == ["Forty seconds. Next time forty-five seconds?"]
    assert texts(performance, "agreed") == ["Forty-five seconds, agreed."]
    (promise,) = agreed(performance)
    assert (promise.exercise, promise.target) == ("plank", Target(None, 9))
    # Once is enough, and nothing is kept without a yes.
    assert not agreed(held(HELD, 75))


def test_one_that_ended_early_is_not() -> None:
    assert not texts(held([(22, "done"), (26, "knees down")], 60), "next_time", "held_longest")


@pytest.mark.parametrize(
    ("seconds", "rule", "said"),
    [
        # the next step would exceed the longest, which is suggested instead
        (55, (40, 60, 10), "Fifty-five seconds. Next time sixty seconds?"),
        (40, (20, 120, 30), "Forty seconds. Next time seventy seconds?"),
        (60, (40, 60, 5), "Sixty seconds: that is long enough. Next time make it harder."),
    ],
)
def test_it_grows_by_the_rule_of_its_file(
    seconds: int, rule: tuple[int, int, int], said: str
) -> None:
    low, high, by = (each // 5 for each in rule)
    exercise = plank(seconds, progression=Progression(low, high, (), by))
    performance = held([(seconds + 3.0, "knees down")], seconds + 30, exercise)
    assert texts(performance, "next_time", "held_longest") == [said]


def test_a_hold_with_a_weight_that_is_long_enough_gets_more_of_it() -> None:
    exercise = replace(plank(60), progression=Progression(8, 12, (kg(5),)))
    begun = FIRST_REP / samples(1)
    words = [(3.0, "ten kilos"), *BEGIN, (begun + 63, "knees down"), (begun + 74, "yes")]
    performance = run_session(words, 110, exercise=exercise)
    told = texts(performance, "next_time", "held_longest")
    assert told == ["Sixty seconds, ten kilos. Next time fifteen kilos?"]
    assert [each.target for each in agreed(performance)] == [Target(kg(15), 8)]


def test_ten_second_holds_are_a_choice_and_each_is_held_to_its_end() -> None:
    hold = plank()
    begun = FIRST_REP / samples(1)
    words = [(2.0, "plank five holds of ten seconds"), *BEGIN, (begun + 13, "knees down")]
    performance = run_session(words, begun + 25, exercise=hold, offered=(hold,))
    (over,) = performance.sets
    assert (over.reps, over.ended_by, over.under_tension) == (2, "target", samples(10))
    assert texts(performance, "lower", "lift") == ["Breathe in.", "Breathe out."] * 2
    assert texts(performance, "hips", "last-5", "last-1") == ["Five.", "Hips in line.", "One."]
    assert performance.states[-1] is State.REST


def test_all_the_holds_of_a_plan_are_to_be_held_to_their_end() -> None:
    def story(second: tuple[float, str], hold: Exercise) -> list[str]:
        sets = (PlannedSet(4, rest=samples(20)), PlannedSet(4, rest=samples(20)))
        plan = Workout("w", "W", (PlannedExercise("plank", sets),))
        begun = FIRST_REP / samples(1)
        words = [
            *BEGIN,
            (begun + 23, "knees down"),
            (begun + 50, "start set"),
            (begun + 57, "ready"),
            (begun + 62, "start set"),
        ]
        words += [second, (begun + 92, "knees down")]
        performance = run_session(
            words, begun + 120, exercise=hold, offered=(hold,), visit=Visit(plan)
        )
        assert len(performance.sets) == 2
        assert performance.states[-1] is State.SUMMARY
        return texts(performance, "next_time", "held_longest")

    begun = FIRST_REP / samples(1)
    longer, early = (begun + 89.0, "one more"), (begun + 76.0, "done")
    assert story(longer, plank(20)) == ["Twenty seconds. Next time twenty-five seconds?"]
    assert story(early, plank(20)) == []
    at_the_top = plank(20, progression=Progression(2, 4, ()))
    assert story(longer, at_the_top)[0].startswith("Twenty seconds: that is long enough.")


@pytest.mark.parametrize("plan", [None, (PlannedSet(8), PlannedSet(8))])
def test_what_was_agreed_on_is_held_the_next_time(plan: tuple[PlannedSet, ...] | None) -> None:
    past = {"plank": Past(next=Target(None, 9))}
    workout = Workout("w", "W", (PlannedExercise("plank", plan),)) if plan else None
    offered = (plank(),) if plan else ()
    performance = run_session([], 20, exercise=plank(), offered=offered, visit=Visit(workout, past))
    announced = texts(performance, "announce", "announce_plan")
    assert announced
    assert "orty-five seconds" in announced[0]


def test_how_it_ends_can_be_told_in_words_that_were_foreseen() -> None:
    """The number of seconds may not be rendered yet, and the catches can't wait for it."""
    foreseen = coach.texts(coach.begin(plank())[0])
    performance = held([(30, "five more"), (52, "done")], 60)
    (ended,) = [cue.want for cue in performance.cues() if cue.want.id == "ended"]
    number, bare = ended.texts
    assert number not in foreseen
    assert bare == RACKED
    assert bare in foreseen
