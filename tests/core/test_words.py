"""Random workouts: nothing said ends one unasked, and everything said can be taken back.

Whole sessions of the core, without sound: whatever is understood in a state is said in it, surely
or not, with pauses between.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.example_workouts import (
    BROKEN,
    KINDS,
    LEGS,
    LEGS_DAY,
    LIGHT_DAY,
    PAIR_BROKEN,
    PAIRED,
    PAST,
    SLED,
    WARM_UP,
    WORK,
    kg,
)
from tests.support.session_driver import advance, begin, leg_curl, leg_press, plank, shipped, step
from tests.support.session_steps import lines_said
from voicecoach import config
from voicecoach.core import session as coach
from voicecoach.core.events import Command, CommandGiven, Effect, Entered, Hush, Intent, Say, State
from voicecoach.core.plan import CueClass, Exercise, Progression, samples
from voicecoach.core.session import Question, Session
from voicecoach.core.session.corrections import mends, reading_back
from voicecoach.core.session.likely import unlikely
from voicecoach.core.session.numbers import last_exercise
from voicecoach.core.session.options import LETTERS, LETTERS_IN_A_REP
from voicecoach.core.session.ramps import without_skipped
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
"""How much more often than others some commands are said, so that a workout gets somewhere."""

PRESS = leg_press("2-0-1-0", reps=2)
HELD = plank(10)

VISITS: list[tuple[Exercise, dict[str, Any]]] = [
    (PRESS, {}),
    (HELD, {}),
    (PRESS, {"offered": (PRESS, leg_curl(), HELD)}),
    (PRESS, {"offered": (PRESS, leg_curl()), "visit": Visit(LEGS, PAST, sled=SLED)}),
    (PRESS, {"offered": (PRESS, leg_curl()), "visit": Visit(PAIRED)}),
    (PRESS, {"offered": (PRESS, leg_curl()), "visit": Visit(interrupted=PAIR_BROKEN)}),
    (PRESS, {"visit": Visit(interrupted=BROKEN)}),
    (PRESS, {"visit": Visit(KINDS)}),
    (PRESS, {"offered": (PRESS, leg_curl()), "visit": Visit(LEGS, interrupted=BROKEN)}),
    (PRESS, {"offered": (PRESS, leg_curl()), "visit": Visit(LEGS_DAY, PAST)}),
    (PRESS, {"offered": (PRESS, leg_curl()), "visit": Visit(LIGHT_DAY, PAST)}),
]


@dataclass
class Step:
    before: Session
    said: CommandGiven | None
    after: Session
    effects: list[Effect]


class Story:
    def __init__(self, first: Step) -> None:
        self.steps = [first]

    def __repr__(self) -> str:
        return "\n".join(
            f"{s.before.state.value:11} {s.said.command if s.said else '...'} -> "
            f"{s.after.state.value} {s.after.questions.kind}"
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
"""Per utterance: which command, which of its phrases, how long after, how sure."""


@st.composite
def stories(draw: st.DrawFn) -> Story:
    exercise, rest = draw(st.sampled_from(VISITS))
    session, effects = begin(exercise, **rest)
    story = Story(Step(session, None, session, effects))
    for which, phrase, pause, doubt in draw(turns):
        before = session
        session, effects = advance(session, session.now + samples(pause))
        story.steps.append(Step(before, None, session, effects))
        live = sorted(coach.live(session) - {Intent.REPEAT})
        shares = [LIKELY.get(intent, 1.0) for intent in live]
        at = which * sum(shares)
        intent = next(i for n, i in enumerate(live) if at < sum(shares[: n + 1]))
        commands = COMMANDS[intent]
        spoke = CommandGiven(commands[int(phrase * len(commands))], sure=doubt > 0)
        before = session
        session, effects = step(session, spoke)
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
    """Only the plan ends one, with its last set."""
    for each in story.steps:
        for over in [e for e in each.effects if isinstance(e, WorkoutOver)]:
            assert Entered(over.at, State.SUMMARY) in each.effects
            answered = (
                each.said is not None
                and each.said.command.intent is Intent.YES
                and each.before.questions.kind is Question.FINISH
            )
            by_time = each.said is None or each.before.state is State.RACKING
            assert answered or (by_time and each.after.workout.complete)
        # And one that broke off is closed only by the answer to its question.
        workout = each.before.workout
        broken = workout.visit.interrupted is not None and not workout.resolved
        if broken and any(isinstance(e, WorkoutBegan) and not e.carried_on for e in each.effects):
            assert each.before.questions.kind is Question.CARRY_ON
        if each.said is not None and each.said.command.intent is Intent.STOP:
            assert each.after.workout.open or not each.before.workout.open
            assert each.after.state is not State.SUMMARY or each.before.state is State.SUMMARY


Written = dict[object, object]


def replay(written: Written, session: Session, effects: list[Effect]) -> None:
    """Update `written` as the keeper of the log understands the effects."""
    # A running set already has its record, and its side may be noted in it.
    last = len(session.workout.log) - 1 + session.set.recorded
    for effect in effects:
        match effect:
            case Amended(_, back, entry, value):
                written[last - back, entry] = value
            case Agreed(_, exercise, target):
                written[exercise] = target


@quiet
@given(stories())
def test_whatever_is_written_down_can_be_taken_back(story: Story) -> None:
    written: Written = {}
    session = story.steps[-1].after
    first: dict[object, object] = {}
    for each in story.steps:
        # "Undo" leads back to what a set had when it was over.
        for place, logged in enumerate(each.after.workout.log):
            done = logged.done
            if place >= len(each.before.workout.log):
                first[place, Entry.REPS] = done.reps
                first[place, Entry.WEIGHT] = done.weight
                first[place, Entry.RPE] = done.rpe
                first[place, Entry.NOTE] = logged.note or None
        if each.before.workout.log or each.after.workout.log:
            replay(written, each.after, each.effects)
    if not session.entries.made:
        return
    way = {
        State.REP: Intent.STOP,
        State.COUNTDOWN: Intent.STOP,
        State.PAUSED: Intent.STOP,
        State.ARMED: Intent.STOP,
        State.SETUP: Intent.STOP,
    }
    # Questions postponed until the catches were locked are asked one after the other.
    while session.questions.kind not in (None, Question.READ_BACK):
        session, effects = step(session, CommandGiven(Command(Intent.STOP)))
        replay(written, session, effects)
    if session.state in way:
        session, effects = step(session, CommandGiven(Command(way[session.state])))
        replay(written, session, effects)
    if Intent.UNDO not in coach.live(session):
        return  # before any set: nothing was said about one
    for _ in session.entries.made + session.questions.put_off:
        session, effects = step(session, CommandGiven(Command(Intent.UNDO)))
        replay(written, session, effects)
    assert not session.entries.made
    assert not session.entries.agreed
    carried = len(BROKEN.done)
    for key, value in written.items():
        if isinstance(key, tuple) and key in first and key[0] >= carried:
            assert value == first[key], key
        if isinstance(key, str):
            assert value is None


COURSE = {
    *(
        Intent.READY,
        Intent.START,
        Intent.LOCKED,
        Intent.DONE,
        Intent.STOP,
        Intent.GO,
        Intent.RESUME,
    ),
    *(Intent.SKIP_REST, Intent.NEXT, Intent.PAIN, Intent.HELP, Intent.FINISH, Intent.PAUSE),
    *(Intent.YES, Intent.NO, Intent.UNDO),
}
"""What leads through a workout as it is, or answers."""


def comes(session: Session) -> object:
    """Which exercise comes, with which sets, whose turn it is, and after which rest."""
    workout = session.workout
    upcoming = workout.next_exercise if workout.complete else None
    workout = workout if upcoming is None else workout.take_on(upcoming)
    if workout.complete and workout.next_exercise is None:
        workout = workout.one_more()
    sets = workout.sets.coming()
    if not sets.ramps:  # a number that is taken back leaves out what was skipped
        sets = replace(sets, plan=without_skipped(sets.plan, sets.done))
    workout = workout.prescribe(sets)
    length = session.rest.length if session.rest is not None else None
    return workout.exercise.id, workout.sets, workout.turns, workout.turn, length


@quiet
@given(stories())
def test_a_drop_set_comes_only_after_a_set_and_is_lighter(story: Story) -> None:
    for each in story.steps:
        workout = each.after.workout
        planned = workout.planned
        if each.after.state is not State.GATE or planned.kind is not SetKind.DROP:
            continue
        if not any(isinstance(e, Entered) and e.to is State.GATE for e in each.effects):
            continue
        assert workout.sets.done or workout.sets.side
        last = workout.sets.done[-1].weight if workout.sets.done else None
        if last is not None and planned.weight is not None:
            by_voice = any(made.entry is Entry.WEIGHT for made in each.after.entries.made)
            assert by_voice or planned.weight.kilograms < last.kilograms


@quiet
@given(stories())
def test_undo_takes_back_what_was_said_last_and_nothing_older(story: Story) -> None:
    """Or it says that this can't be taken back."""
    for each in story.steps:
        if each.said is None or each.said.command.intent in COURSE:
            continue
        before, _ = advance(each.before, each.before.now + 1)  # what time does comes first
        if each.after.questions.put_off != before.questions.put_off:
            continue  # a number that is asked about later
        made, older = each.after.entries.made, before.entries.made
        if comes(each.after) != comes(before):
            assert made != older or reading_back(before), each.said
        if made == older or Intent.UNDO not in coach.live(each.after):
            continue
        # A number that corrects another replaces it.
        kept = made[1:]
        session, effects = step(each.after, CommandGiven(Command(Intent.UNDO)))
        assert session.entries.made == kept
        if "cant_undo" in lines_said(effects):
            assert each.said.command.intent is Intent.REST_FOR  # it was over at once
            continue
        assert "undone" in lines_said(effects)
        if kept == older and not reading_back(before):
            assert comes(session) == comes(before), each.said
            assert session.workout.log == before.workout.log


@quiet
@given(stories())
def test_what_comes_of_an_exercise_is_kept_while_another_is_chosen(story: Story) -> None:
    session = story.steps[-1].after
    here = session.workout
    other = next((each for each in here.offered if each is not here.exercise), None)
    chooses = Intent.EXERCISE in coach.live(session) and not here.undecided
    if not chooses or other is None or here.turn or here.turns or here.visit.workout is PAIRED:
        return
    for exercise in (other, here.exercise):
        slots = (("exercise", exercise.id),)
        session, _ = step(session, CommandGiven(Command(Intent.EXERCISE, slots)))
    before = here.sets.before_drop().coming()
    if before.complete:
        before = before.one_more().coming()
    after = session.workout.sets
    assert replace(after, side=0) == replace(before, side=0)


@quiet
@given(stories())
def test_a_weight_that_nobody_would_expect_is_written_down_after_a_yes_alone(story: Story) -> None:
    for each in story.steps:
        for effect in each.effects:
            if not isinstance(effect, Amended) or not isinstance(effect.value, Weight):
                continue
            if each.said is None or each.said.command.intent not in (Intent.WEIGHT, Intent.LOG):
                continue  # a yes, or taken back
            if each.before.questions.wanted is not None:
                continue  # the answer to the coach's question is compared with the same value
            before = each.before
            mending = mends(before, Entry.WEIGHT)
            exercise = last_exercise(before)
            kind = before.workout.log[-1].done.kind
            assert mending or not unlikely(before, effect.value, exercise, kind)


# --- what is likely ---------------------------------------------------------------------------


def known(*sets: DoneSet, exercise: Exercise = PRESS, **changes: Any) -> Session:
    visit = Visit(past={exercise.id: Past(last=sets, **changes)})
    return begin(exercise, visit=visit)[0]


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
    # The weight is no excuse for a work set.
    assert unlikely(known(DoneSet(WARM_UP, 12, kg(30)), EIGHTY), kg(30), PRESS, WORK)


def test_what_was_agreed_on_and_what_is_planned_are_expected() -> None:
    assert not unlikely(known(EIGHTY, next=Target(kg(95), 8)), kg(95), PRESS, WORK)
    session = known(EIGHTY)
    sets = replace(session.workout.sets, plan=(PlannedSet(5, weight=kg(100)),))
    session = session.prescribe(sets)
    assert not unlikely(session, kg(105), PRESS, WORK)


def test_without_steps_a_tenth_is_what_may_come() -> None:
    for rule in (None, Progression(8, 12, ())):
        exercise = replace(PRESS, progression=rule)
        session = known(EIGHTY, exercise=exercise)
        assert not unlikely(session, kg(88), exercise, WORK)
        assert unlikely(session, kg(88.5), exercise, WORK)


@quiet
@given(stories())
def test_what_is_asked_for_safety_is_cut_short_by_no_answer(story: Story) -> None:
    """The question of the gate, and the request for the catches, unless it is asked again."""
    for each in story.steps:
        state = each.before.state
        if state not in (State.GATE, State.RACKING) or each.after.state is not state:
            continue
        if each.said is not None and any(isinstance(effect, Hush) for effect in each.effects):
            said = [w for e in each.effects if isinstance(e, Say) for w in e.wants]
            assert any(want.kind is CueClass.SAFETY for want in said)


# --- what can be said -------------------------------------------------------------------------

PHRASES = shipped().phrases
PACED = (State.COUNTDOWN, State.REP)


def telling(session: Session) -> tuple[Session, list[str], list[Effect]]:
    """The commands that the coach names on request."""
    session, effects = step(session, CommandGiven(Command(Intent.OPTIONS)))
    (want,) = session.speech.last
    full = session.state not in PACED
    told = want.texts[0].lower().removeprefix("you can say: " if full else "").removesuffix(".")
    return session, told.split(", "), effects


@quiet
@given(stories())
def test_what_can_be_said_is_told_a_few_at_a_time_and_changes_nothing(story: Story) -> None:
    session = story.steps[-1].after
    session = replace(session, speech=replace(session.speech, said_as=PHRASES.examples()))
    live = coach.live(session)
    if Intent.OPTIONS not in live:
        assert session.questions.open  # a number is asked for, and nothing else was understood
        return
    before, told = session, list[str]()
    for _ in range(len(live)):
        session, page, _effects = telling(session)
        assert sum(map(len, page)) <= LETTERS or len(page) == 1
        if session.state in PACED:
            assert sum(map(len, page)) <= LETTERS_IN_A_REP or len(page) == 1
        told += page
        if session.speech.told == 0:
            break
    assert told == sorted(told, key=lambda phrase: (len(phrase), phrase))
    meant = [PHRASES.parse(phrase) for phrase in told]
    intents = {command.intent for command in meant if command is not None}
    assert len(intents) == len(told)
    urgent = {Intent.STOP, Intent.PAIN, Intent.HELP}
    left_out = urgent if session.state in coach.UNDER_LOAD else set()
    known = PHRASES.examples().keys()
    assert intents == (live & known) - left_out - {Intent.OPTIONS}
    same = ("state", "due", "questions", "set", "rest", "workout", "entries")
    for name in same:
        assert getattr(session, name) == getattr(before, name)
    # From the start again.
    afresh = replace(session, speech=replace(session.speech, options=()))
    assert telling(session)[1] == telling(afresh)[1]


def test_an_example_is_said_as_it_stands() -> None:
    """No "one kilos", and no digits."""
    examples = PHRASES.examples()
    assert examples[Intent.WEIGHT] == "ten kilos"
    assert examples[Intent.REPS] == "ten reps"
    assert examples[Intent.MORE] == "two more"
    assert examples[Intent.START] == "start set"
    for intent, phrase in examples.items():
        command = PHRASES.parse(phrase)
        assert command is not None
        assert command.intent is intent


def test_what_is_understood_only_once_it_was_asked_for_is_no_example() -> None:
    korean = config.load("ko", "leg-press").phrases.examples()
    assert not {Intent.WEIGHT, Intent.REPS} & korean.keys()


# --- the weight that is asked for ---------------------------------------------------------------


def asked_for(session: Session) -> tuple[Session, str]:
    session, _effects = step(session, CommandGiven(Command(Intent.ASK_WEIGHT)))
    (want,) = session.speech.last
    return session, want.texts[0]


def number(session: Session, number: float) -> tuple[Session, list[Effect]]:
    half = isinstance(number, float)
    slot = ("half_number" if half else "number", number)
    return step(session, CommandGiven(Command(Intent.HALF if half else Intent.NUMBER, (slot,))))


def test_a_weight_is_asked_for_in_the_unit_of_the_last_one_until_another_is_said() -> None:
    session, text = asked_for(known())
    assert text == "Say the kilos."
    session, _ = number(session, 60)
    assert session.workout.planned.weight == kg(60)
    session, text = asked_for(session)
    assert text == "Say the kilos."
    session, _ = step(session, CommandGiven(Command(Intent.WEIGHT, (("pounds", 135),))))
    assert session.workout.planned.weight == lb(135)
    session, text = asked_for(session)
    assert text == "Say the pounds."
    session, _ = number(session, 140)
    assert session.workout.planned.weight == lb(140)
    session, _ = step(asked_for(session)[0], CommandGiven(Command(Intent.NUMBER, (("number", 0),))))
    assert session.workout.planned.weight == lb(140)
    _, text = asked_for(known(DoneSet(WORK, 8, lb(135))))
    assert text == "Say the pounds."


@pytest.mark.parametrize("unit", Unit)
def test_halves_are_understood_where_a_weight_is_asked_for(unit: Unit) -> None:
    eighty = DoneSet(WORK, 8, Weight(Decimal(80), unit))
    session, _ = asked_for(known(eighty))
    session, _ = number(session, 82.5)
    assert session.workout.planned.weight == Weight(Decimal("82.5"), unit)
    session, _ = step(known(), CommandGiven(Command(Intent.ASK_REPS)))
    assert Intent.HALF not in coach.live(session)


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_halves_can_be_said_without_their_unit(language: str) -> None:
    phrases = config.load(language, "leg-press").phrases
    said = {
        "en": ("eighty two point five", "eighty two and a half", "82.5"),
        "de": ("zweiundachtzig Komma fünf", "zweiundachtzigeinhalb"),
        "es": ("ochenta y dos coma cinco", "ochenta y dos y medio"),
    }[language]
    for text in said:
        assert phrases.parse(text) == Command(Intent.HALF, (("half_number", 82.5),))


def test_a_likely_reading_is_asked_back_before_an_unlikely_one() -> None:
    thirty, eighty = (Command(Intent.WEIGHT, (("kilos", n),)) for n in (30, 80))
    session, _ = step(known(EIGHTY), CommandGiven(thirty, sure=True, others=(eighty,)))
    asked_back = session.questions.open
    assert asked_back is not None
    assert (asked_back.about, asked_back.others) == (eighty, (thirty,))


def test_the_weight_of_a_plan_is_doubted_too() -> None:
    slots = (("at_kilos", 30), ("exercise", "leg-press"), ("sets", 3), ("sets_of", 10))
    session, _ = begin(PRESS, offered=(PRESS,), visit=Visit(past=PAST))
    asked, _effects = step(session, CommandGiven(Command(Intent.PLAN, slots)))
    assert asked.state is State.CHOICE
    assert asked.speech.last[0].texts[0] == "I heard thirty kilos, right?"
    planned, _ = step(asked, CommandGiven(Command(Intent.YES)))
    assert [each.weight for each in planned.workout.plan] == [kg(30)] * 3
    dropped, _ = step(asked, CommandGiven(Command(Intent.NO)))
    assert (dropped.state, dropped.workout.plan) == (State.CHOICE, ())


def test_the_right_number_mends_a_wrong_first_one_at_once() -> None:
    session, _ = step(known(), CommandGiven(Command(Intent.WEIGHT, (("kilos", 30),))))
    session, _ = step(session, CommandGiven(Command(Intent.WEIGHT, (("kilos", 80),))))
    assert session.workout.planned.weight == kg(80)
    assert len(session.entries.made) == 1


def test_undo_takes_back_what_is_only_asked_and_not_what_is_written() -> None:
    session, _ = step(known(EIGHTY), CommandGiven(Command(Intent.WEIGHT, (("kilos", 80),))))
    session, _ = advance(session, session.now + samples(9))
    session, _ = step(session, CommandGiven(Command(Intent.WEIGHT, (("kilos", 30),))))
    session, _ = step(session, CommandGiven(Command(Intent.UNDO)))
    assert (session.workout.planned.weight, session.questions.open) == (kg(80), None)
