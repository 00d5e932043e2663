"""What a program prescribes after what was done of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.example_programs import EXERCISES, RULE, THREE_OF_EIGHT, done, program
from tests.support.example_workouts import PAST, kg
from tests.support.session_driver import leg_press
from voicecoach.core.effort import answers, enough
from voicecoach.core.plan import Progression
from voicecoach.core.program import (
    Day,
    Followed,
    Program,
    ProgramExercise,
    ProgramSet,
    ProgressRule,
    Standing,
    Week,
    day_id,
    parsed,
    stand,
)
from voicecoach.core.program_weeks import weeks
from voicecoach.core.rehearsal import rehearse
from voicecoach.core.steps import MOST, more, nearest
from voicecoach.core.workout import DoneSet, Past, SetKind, Unit, Weight

ALL = (8, 8, 8)


def after(of: Program, *days: Followed, known: dict[str, Past] | None = None) -> Standing:
    return stand(of, EXERCISES, days, known or {})


def weights(standing: Standing) -> list[Weight | None]:
    assert standing.workout is not None
    return [each.weight for each in standing.workout.exercises[0].sets]


def reps(standing: Standing) -> list[int]:
    assert standing.workout is not None
    return [each.reps for each in standing.workout.exercises[0].sets]


# --- where it stands ---------------------------------------------------------------------------


def test_it_begins_with_what_the_lifter_says_or_with_the_log() -> None:
    fresh = after(program())
    assert (fresh.week, fresh.day, weights(fresh)) == (1, 1, [None] * 3)
    assert weights(after(program(), known=PAST)) == [kg(77.5)] * 3


def test_an_exercise_that_was_left_out_still_begins_there() -> None:
    """A day without its exercise, and a weight from the file or from the log was forgotten."""
    curl = ProgramExercise("leg-curl", (ProgramSet(8),))
    (day,) = program().weeks[0].days
    both = replace(program(), weeks=(Week((replace(day, exercises=(*day.exercises, curl)),)),))
    past = {"leg-curl": Past((DoneSet(SetKind.WORK, 8, kg(20)),))}
    for of, known in ((replace(both, start={"leg-curl": kg(20)}), None), (both, past)):
        standing = after(of, done(1, ALL, kg(60)), known=known)
        assert standing.week == 2
        assert standing.workout is not None
        assert standing.workout.exercises[1].sets[0].weight == kg(20)


def test_a_day_is_over_when_half_of_its_work_sets_were_done() -> None:
    """Otherwise it waits."""
    assert after(program(), done(1, (8,), kg(60))).week == 1
    assert after(program(), done(1, (8, 8), kg(60))).week == 2


def test_it_goes_on_after_the_last_day_whichever_that_was() -> None:
    assert after(program(), done(4, ALL, kg(60))).week == 5
    assert after(program(), done(4, ALL, kg(60)), done(1, ALL, kg(40))).week == 2


def test_it_is_over_after_its_rounds() -> None:
    over = after(program(rounds=2), done(2, ALL, kg(60)))
    assert over.workout is None


def test_days_that_the_file_has_no_more_are_passed_over() -> None:
    assert after(program(), done(1, ALL, kg(60), day=7)).week == 1


def test_ids() -> None:
    assert parsed(day_id("my-wave", 13, 2)) == ("my-wave", 13, 2)
    for other in ("", "legs", "legs/w0d1", "w1d1", "legs/w1"):
        assert parsed(other) is None


# --- linear ------------------------------------------------------------------------------------


def test_linear_more_weight_after_all_reps_and_none_without() -> None:
    assert weights(after(program(), done(1, ALL, kg(60)))) == [kg(65)] * 3
    assert weights(after(program(), done(1, (8, 8, 7), kg(60)))) == [kg(60)] * 3
    assert weights(after(program(), done(1, (8, 8), kg(60)))) == [kg(60)] * 3


def test_linear_back_after_three_times_without() -> None:
    missed = [done(week, (8, 7, 6), kg(60)) for week in (1, 2, 3)]
    assert weights(after(program(), *missed[:2])) == [kg(60)] * 3
    assert weights(after(program(), *missed)) == [kg(55)] * 3
    between = [missed[0], done(2, ALL, kg(60)), done(3, (7,) * 3, kg(65))]
    assert weights(after(program(), *between)) == [kg(65)] * 3


def test_the_weight_that_was_lifted_counts_and_not_the_planned_one() -> None:
    assert weights(after(program(), done(1, ALL, kg(60)), done(2, ALL, kg(80)))) == [kg(85)] * 3


def test_a_large_step_is_told_and_never_taken_if_a_smaller_one_can_be_loaded() -> None:
    standing = after(program(), done(1, ALL, kg(20)))
    assert standing.workout is not None
    assert (weights(standing), standing.workout.exercises[0].step) == ([kg(25)] * 3, 25)
    assert after(program(), done(1, ALL, kg(60))).workout.exercises[0].step == 0  # type: ignore[union-attr]


# --- how much was left -------------------------------------------------------------------------


def test_one_answer_alone_never_moves_the_weight() -> None:
    asking = program(left=1)
    once = done(1, ALL, kg(60), left=(3,))
    assert weights(after(asking, once)) == [kg(60)] * 3
    again = done(2, ALL, kg(60), left=(3,))
    assert weights(after(asking, once, again)) == [kg(65)] * 3


def test_more_only_with_enough_left() -> None:
    asking = program(left=1)
    assert weights(after(asking, done(1, ALL, kg(60), left=(2, 1, 1)))) == [kg(65)] * 3
    assert weights(after(asking, done(1, ALL, kg(60), left=(1, 0, 0)))) == [kg(60)] * 3
    assert weights(after(asking, done(1, ALL, kg(60)))) == [kg(65)] * 3  # nobody answered


def test_answers_at_another_weight_do_not_count() -> None:
    sets = [DoneSet(SetKind.WORK, 8, kg(60), Decimal(8)), DoneSet(SetKind.WORK, 8, kg(65))]
    assert answers(sets, kg(60)) == (Decimal(2),)
    assert answers(sets, kg(65)) == ()


@given(st.lists(st.integers(0, 5).map(Decimal), max_size=6), st.integers(0, 5))
def test_what_is_enough(told: list[Decimal], least: int) -> None:
    if len(told) == 1:
        assert not enough(told, least)
    if told and max(told) < least:
        assert not enough(told, least)
    assert enough(told, None)


# --- double ------------------------------------------------------------------------------------

DOUBLE = program(ProgressRule.DOUBLE, (ProgramSet(),) * 3)


def test_double_first_reps_then_weight() -> None:
    days = [done(1, ALL, kg(60))]
    assert (reps(after(DOUBLE, *days)), weights(after(DOUBLE, *days))) == ([9] * 3, [kg(60)] * 3)
    days.append(done(2, (12, 12, 12), kg(60)))
    assert (reps(after(DOUBLE, *days)), weights(after(DOUBLE, *days))) == ([8] * 3, [kg(65)] * 3)
    assert reps(after(DOUBLE, days[0], done(2, (9, 9, 8), kg(60)))) == [9] * 3


# --- rounds ------------------------------------------------------------------------------------

SHARES = tuple(ProgramSet(5, percent=Decimal(share)) for share in (60, 70, 80))
HARD = Day("A", (ProgramExercise("leg-press", SHARES),))
WAVE = program(
    ProgressRule.ROUND,
    weeks=(Week((HARD,)), Week((HARD,)), Week((HARD,), load=Decimal(50), deload=True)),
    fails=1,
)


def wave_day(week: int, base: float, reps: tuple[int, ...] = (5, 5, 5)) -> Followed:
    sets = zip(reps, (0.6, 0.7, 0.8), strict=True)
    done = ((n, nearest(EXERCISES["leg-press"], kg(round(base * s, 4)))) for n, s in sets)
    return Followed(
        week, 1, tuple(("leg-press", DoneSet(SetKind.WORK, n, weight)) for n, weight in done)
    )


def test_the_base_follows_from_the_first_shares_and_moves_after_the_round() -> None:
    first = wave_day(1, 100)
    assert weights(after(WAVE, first)) == [kg(60), kg(70), kg(80)]
    deload = after(WAVE, first, wave_day(2, 100))
    assert weights(deload) == [kg(30), kg(35), kg(40)]
    assert deload.workout is not None
    assert deload.workout.day is not None
    assert deload.workout.day.deload
    following = after(WAVE, first, wave_day(2, 100), wave_day(3, 50))
    assert following.lifts["leg-press"].base == kg(105)


def test_a_round_with_reps_missing_goes_back() -> None:
    days = [wave_day(1, 100), wave_day(2, 100, (5, 5, 3)), wave_day(3, 50)]
    assert after(WAVE, *days).lifts["leg-press"].base == kg(90)


def test_a_training_max_from_the_log() -> None:
    assert after(WAVE, known=PAST).lifts["leg-press"].base == kg(95)  # nine tenths of 108


# --- by effort ---------------------------------------------------------------------------------


def test_a_weight_by_rpe_leaves_what_it_says() -> None:
    """Ten reps at 80 with two left show 112 kg; of that, five with two left are 90.8."""
    by_effort = program(sets=(ProgramSet(5, rpe=Decimal(8)),) * 2)
    assert weights(after(by_effort, done(1, (10, 10), kg(80), left=(2, 2)))) == [kg(90)] * 2


# --- holds -------------------------------------------------------------------------------------


def test_a_hold_gets_longer_until_it_is_long_enough() -> None:
    held = program(sets=(ProgramSet(),) * 2, exercise="plank")
    days = [done(1, (8, 8), exercise="plank")]
    assert reps(after(held, *days)) == [9, 9]
    days += [done(week, (12, 12), exercise="plank") for week in (2, 3, 4, 5, 6)]
    assert reps(after(held, *days)) == [12, 12]


# --- steps -------------------------------------------------------------------------------------


@given(st.integers(1, 400), st.sampled_from([1.25, 2.5, 5, 10]), st.sampled_from(Unit))
def test_a_step_exceeds_a_tenth_only_if_nothing_smaller_can_be_loaded(
    amount: int, step: float, unit: Unit
) -> None:
    add = Weight(Decimal(str(step)), unit)
    exercise = leg_press(progression=Progression(8, 12, (add,)))
    weight = Weight(Decimal(amount), unit)
    up = more(exercise, weight)
    assert up is not None
    assert up.weight.amount > weight.amount
    if up.weight.amount > weight.amount * (1 + MOST):
        assert up.percent
        assert up.weight.amount - weight.amount <= add.amount
        finer = nearest(exercise, Weight(weight.amount * (1 + MOST), unit))
        assert not weight.amount < finer.amount <= weight.amount * (1 + MOST)
    else:
        assert not up.percent


def test_no_step_in_another_unit() -> None:
    assert more(EXERCISES["leg-press"], Weight(Decimal(100), Unit.LB)) is None


# --- week by week, and to the end --------------------------------------------------------------


def test_planned_against_done_by_week() -> None:
    two = Day("B", (ProgramExercise("leg-curl", THREE_OF_EIGHT),))
    (day,) = program().weeks[0].days
    both = replace(program(), weeks=(Week((day, two)),))
    first, second = weeks(both, EXERCISES, [done(1, ALL, kg(60)), done(2, (8, 7), kg(65))])
    assert (first.days_done, first.days) == (1, 2)
    assert (first.done.sets, first.planned.sets) == (3, 6)
    assert (first.done.reps, first.planned.reps) == (24, 48)
    assert first.done.moved == 1440
    assert (second.days_done, second.done.reps, second.planned.reps) == (1, 15, 48)


def test_planned_is_what_the_file_begins_with_and_what_is_prescribed_now() -> None:
    """Days that are still to come are planned with what the last one moved."""
    of = replace(program(), start={"leg-press": kg(60)})
    both = replace(of, weeks=(Week((of.weeks[0].days[0],) * 2),))
    (week,) = weeks(both, EXERCISES, [done(1, ALL, kg(60))])
    assert week.planned.moved == 24 * 60 + 24 * 65


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ProgressRule), st.integers(0, 3), st.data())
def test_whatever_is_done_the_plan_can_be_done(
    rule: ProgressRule, left: int, data: st.DataObject
) -> None:
    """Weights stay above nothing, reps within the range, and no step is larger than a tenth unless
    it is told."""
    of = program(rule, SHARES if rule is ProgressRule.ROUND else (ProgramSet(),) * 3, left=left)
    days: list[Followed] = []
    following = after(of)
    for week in range(1, 8):
        standing = following
        assert standing.workout is not None
        (planned,) = standing.workout.exercises
        assert all(1 <= each.reps <= RULE.high for each in planned.sets)
        assert all(each.weight is None or each.weight.amount > 0 for each in planned.sets)
        count = data.draw(st.integers(0, 4))
        reps = tuple(data.draw(st.integers(0, 13)) for _ in range(count))
        told = tuple(data.draw(st.lists(st.integers(0, 5), max_size=count)))
        weight = planned.sets[0].weight or kg(data.draw(st.integers(1, 100)))
        days.append(done(week, reps, weight, told))
        following = after(of, *days)
        before, now = standing.lifts["leg-press"].base, following.lifts["leg-press"]
        if before is not None and now.base is not None and rule is not ProgressRule.ROUND:
            assert now.base.amount <= before.amount * (1 + MOST) or now.step


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_rehearsal_goes_to_the_end(rounds: int) -> None:
    days = [*rehearse(program(rounds=rounds), EXERCISES)]
    assert [day.workout.id for day in days] == [f"mine/w{n + 1}d1" for n in range(rounds)]
    assert len([*rehearse(program(), EXERCISES)]) == 52
