"""What is said in a workout, at random: it ends none unasked, and all of it can be taken back.

Whole sessions of the core, without sound: whatever is understood in a state is said in it, sure
or not, with pauses between.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stage import leg_curl, leg_press, plank, shipped
from tests.workouts import BROKEN, LEGS, PAST, SLED, WARM_UP, WORK, kg
from voicecoach.core import session as coach
from voicecoach.core.events import Command, Effect, Entered, Intent, Spoke, State
from voicecoach.core.plan import Exercise, Progression, samples
from voicecoach.core.session import Question, Session
from voicecoach.core.session.likely import unlikely
from voicecoach.core.session.numbers import last_exercise
from voicecoach.core.workout import (
    Agreed,
    Amended,
    DoneSet,
    Entry,
    Past,
    PlannedSet,
    SetKind,
    Target,
    Unit,
    Visit,
    Weight,
    WorkoutBegan,
    WorkoutOver,
)

COMMANDS: dict[Intent, list[Command]] = defaultdict(list)
for each in shipped().phrases.phrases.values():
    COMMANDS[each.intent].append(each)

LIKELY = {
    **dict.fromkeys((Intent.DONE, Intent.FINISH, Intent.STOP, Intent.YES, Intent.NO), 4),
    **dict.fromkeys((Intent.READY, Intent.START, Intent.LOCKED), 12),
    **dict.fromkeys((Intent.WEIGHT, Intent.REPS, Intent.LOG, Intent.NOTE, Intent.UNDO), 4),
    **dict.fromkeys((Intent.PAIN, Intent.HELP, Intent.EXERCISE), 0.3),
}
"""How much oftener than the others some commands are said: a workout is to come to something."""

PRESS = leg_press("2-0-1-0", reps=2)
HELD = plank(10)

VISITS: list[tuple[Exercise, dict[str, Any]]] = [
    (PRESS, {}),
    (HELD, {}),
    (PRESS, {"offered": (PRESS, leg_curl(), HELD)}),
    (PRESS, {"offered": (PRESS, leg_curl()), "visit": Visit(LEGS, PAST, sled=SLED)}),
    (PRESS, {"visit": Visit(interrupted=BROKEN)}),
    (PRESS, {"offered": (PRESS, leg_curl()), "visit": Visit(LEGS, interrupted=BROKEN)}),
]


@dataclass
class Step:
    before: Session
    said: Spoke | None
    after: Session
    effects: list[Effect]


@dataclass
class Story:
    steps: list[Step] = field(default_factory=list)

    def __repr__(self) -> str:
        return "\n".join(
            f"{s.before.state.value:11} {s.said.command if s.said else '...'} -> "
            f"{s.after.state.value} {s.after.asked.question.name if s.after.asked else ''}"
            for s in self.steps
        )


turns = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.floats(0, 1, exclude_max=True),
        st.sampled_from([0.02, 0.5, 2.0, 9.0, 40.0]),
        st.integers(0, 4),
    ),
    min_size=20,
    max_size=60,
)
"""For each thing that is said: which command, which of its phrases, how long after, how sure."""


@st.composite
def stories(draw: st.DrawFn) -> Story:
    exercise, rest = draw(st.sampled_from(VISITS))
    session, effects = coach.begin(exercise, **rest)
    story = Story([Step(session, None, session, effects)])
    for which, phrase, pause, doubt in draw(turns):
        before = session
        session, effects = coach.advance(session, session.now + samples(pause))
        story.steps.append(Step(before, None, session, effects))
        live = sorted(coach.live(session) - {Intent.REPEAT})
        shares = [LIKELY.get(intent, 1.0) for intent in live]
        at = which * sum(shares)
        intent = next(i for n, i in enumerate(live) if at < sum(shares[: n + 1]))
        commands = COMMANDS[intent]
        spoke = Spoke(commands[int(phrase * len(commands))], sure=doubt > 0)
        before = session
        session, effects = coach.step(session, spoke)
        story.steps.append(Step(before, spoke, session, effects))
    return story


quiet = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@quiet
@given(stories())
def test_nothing_that_is_said_ends_a_workout_without_a_yes(story: Story) -> None:
    """Only the plan does, with its last set."""
    for step in story.steps:
        for over in [e for e in step.effects if isinstance(e, WorkoutOver)]:
            assert Entered(over.at, State.SUMMARY) in step.effects
            asked = step.before.asked
            answered = (
                step.said is not None
                and step.said.command.intent is Intent.YES
                and asked is not None
                and asked.question is Question.FINISH
            )
            assert answered or (step.before.state is State.RACKING and step.after.complete)
        # And one that broke off is closed by the answer to its question alone.
        broken = step.before.visit.interrupted is not None and not step.before.resolved
        if broken and any(isinstance(e, WorkoutBegan) and not e.carried_on for e in step.effects):
            assert step.before.asked is not None
            assert step.before.asked.question is Question.CARRY_ON
        if step.said is not None and step.said.command.intent is Intent.STOP:
            assert step.after.open or not step.before.open
            assert step.after.state is not State.SUMMARY or step.before.state is State.SUMMARY


Written = dict[object, object]


def replay(written: Written, session: Session, effects: list[Effect]) -> None:
    """Into `written`, as whoever keeps the log understands the effects."""
    for effect in effects:
        match effect:
            case Amended(_, back, entry, value):
                written[len(session.log) - 1 - back, entry] = value
            case Agreed(_, exercise, target):
                written[exercise] = target


@quiet
@given(stories())
def test_whatever_is_written_down_can_be_taken_back(story: Story) -> None:
    written: Written = {}
    session = story.steps[-1].after
    first: dict[object, object] = {}
    for step in story.steps:
        # What a set had when it was over is where "undo" leads back to.
        for place, logged in enumerate(step.after.log):
            done = logged.done
            if place >= len(step.before.log):
                first[place, Entry.REPS] = done.reps
                first[place, Entry.WEIGHT] = done.weight
                first[place, Entry.RPE] = done.rpe
                first[place, Entry.NOTE] = logged.note or None
        if step.before.log or step.after.log:
            replay(written, step.after, step.effects)
    if not session.made:
        return
    way = {
        State.REP: Intent.STOP,
        State.COUNTDOWN: Intent.STOP,
        State.PAUSED: Intent.STOP,
        State.ARMED: Intent.STOP,
        State.SETUP: Intent.STOP,
    }
    if session.asked is not None and session.asked.question is not Question.READ_BACK:
        session, effects = coach.step(session, Spoke(Command(Intent.STOP)))
        replay(written, session, effects)
    if session.state in way:
        session, effects = coach.step(session, Spoke(Command(way[session.state])))
        replay(written, session, effects)
    if Intent.UNDO not in coach.live(session):
        return  # before there is any set: nothing was said of one
    for _ in session.made + session.doubted:
        session, effects = coach.step(session, Spoke(Command(Intent.UNDO)))
        replay(written, session, effects)
    assert not session.made
    assert not session.agreed
    carried = len(BROKEN.done)
    for key, value in written.items():
        if isinstance(key, tuple) and key in first and key[0] >= carried:
            assert value == first[key], key
        if isinstance(key, str):
            assert value is None


@quiet
@given(stories())
def test_a_weight_that_nobody_would_expect_is_written_down_after_a_yes_alone(story: Story) -> None:
    for step in story.steps:
        for effect in step.effects:
            if not isinstance(effect, Amended) or not isinstance(effect.value, Weight):
                continue
            if step.said is None or step.said.command.intent not in (Intent.WEIGHT, Intent.LOG):
                continue  # a yes, or taken back
            if step.before.asked is not None and step.before.asked.wanted is not None:
                continue  # the answer to a question of the coach's is held against the same
            before = step.before
            mending = before.asked is not None and before.asked.question is Question.READ_BACK
            exercise = last_exercise(before)
            assert mending or not unlikely(
                before, effect.value, exercise, before.log[-1].done.kind
            )


# --- what is likely ---------------------------------------------------------------------------


def known(*sets: DoneSet, exercise: Exercise = PRESS, **changes: Any) -> Session:
    visit = Visit(past={exercise.id: Past(last=sets, **changes)})
    return coach.begin(exercise, visit=visit)[0]


def lb(amount: int) -> Weight:
    return Weight(Decimal(amount), Unit.LB)


EIGHTY = DoneSet(WORK, 10, kg(80))


@pytest.mark.parametrize(
    ("weight", "asked"),
    [
        (kg(80), False),
        (kg(40), False),  # half
        (kg(39.5), True),
        (kg(30), True),
        (kg(8), True),
        (kg(85), False),  # the step of the leg press
        (kg(85.5), True),
        (kg(180), True),
        (lb(175), False),  # 79.4 kg
        (lb(185), False),  # 83.9 kg, and 10 lb more than 80 kg are 84.5
        (lb(190), True),
        (lb(80), True),  # 36.3 kg
    ],
)
def test_a_weight_is_held_against_what_was_lifted(weight: Weight, asked: bool) -> None:
    assert unlikely(known(EIGHTY), weight, PRESS, SetKind.WORK) is asked


def test_what_was_lifted_before_needs_no_asking_however_light_it_is() -> None:
    dropped = DoneSet(WORK, 12, kg(30))
    assert not unlikely(known(EIGHTY, dropped), kg(30), PRESS, SetKind.WORK)
    assert unlikely(known(EIGHTY, dropped), kg(31), PRESS, SetKind.WORK)


def test_a_first_weight_has_nothing_to_be_held_against() -> None:
    for weight in (kg(1), kg(400), lb(900)):
        assert not unlikely(known(), weight, PRESS, SetKind.WORK)
    assert not unlikely(known(EIGHTY), kg(8), leg_curl(), SetKind.WORK)


def test_a_warm_up_is_too_light_only_beside_other_warm_ups() -> None:
    alone, beside = known(EIGHTY), known(DoneSet(WARM_UP, 12, kg(40)), EIGHTY)
    assert not unlikely(alone, kg(10), PRESS, WARM_UP)
    assert unlikely(alone, kg(180), PRESS, WARM_UP)
    assert not unlikely(beside, kg(20), PRESS, WARM_UP)
    assert unlikely(beside, kg(14), PRESS, WARM_UP)
    # For a work set its weight is no excuse.
    assert unlikely(known(DoneSet(WARM_UP, 12, kg(30)), EIGHTY), kg(30), PRESS, WORK)


def test_what_was_agreed_on_and_what_is_planned_are_expected() -> None:
    assert not unlikely(known(EIGHTY, next=Target(kg(95), 8)), kg(95), PRESS, WORK)
    session = replace(known(EIGHTY), plan=(PlannedSet(5, weight=kg(100)),))
    assert not unlikely(session, kg(105), PRESS, WORK)


def test_without_steps_a_tenth_is_what_may_come() -> None:
    for rule in (None, Progression(8, 12, ())):
        exercise = replace(PRESS, progression=rule)
        session = known(EIGHTY, exercise=exercise)
        assert not unlikely(session, kg(88), exercise, WORK)
        assert unlikely(session, kg(88.5), exercise, WORK)
