"""A program by voice: today's day, how much was left, and what it moves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.example_programs import EXERCISES, RULE, program
from tests.support.example_workouts import BROKEN, LEGS, LEGS_DAY, LIGHT_DAY, PAST, kg
from tests.support.log_records import MORNING
from tests.support.session_driver import (
    SessionRun,
    advance,
    leg_curl,
    leg_press,
    run_session,
    shipped,
    step,
)
from tests.support.session_steps import CURL, SLOTS, reach, say, wait
from voicecoach.core import session as coach
from voicecoach.core.events import (
    Command,
    CommandGiven,
    Effect,
    Intent,
    LineEnded,
    LogTold,
    Refused,
    Say,
    State,
    Unsay,
)
from voicecoach.core.plan import Wording, samples
from voicecoach.core.program import ProgramSet, stand
from voicecoach.core.session import Question, Session
from voicecoach.core.workout import (
    Amended,
    Entry,
    PlannedExercise,
    PlannedSet,
    SetKind,
    Target,
    Visit,
)
from voicecoach.core.workout import Workout as Plan
from voicecoach.history.followed import followed
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log

SHORT = program(sets=(ProgramSet(2, rest=samples(20)),) * 2, left=1)
PRESS = leg_press("2-0-1-0", reps=2, progression=RULE)

SAID = [
    (3.0, "what's today"),
    (12.0, "ready"),
    (16.0, "start set"),
    (32.0, "locked"),
    (45.0, "two"),
    (60.0, "start set"),
    (68.0, "ready"),
    (72.0, "start set"),
    (88.0, "locked"),
    (100.0, "one left"),
]


def trained(plan: Plan | None, said: list[tuple[float, str]] = SAID) -> SessionRun:
    return run_session(said, 115, exercise=PRESS, offered=(PRESS,), visit=Visit(plan))


def logged(path: Path, *runs: SessionRun) -> None:
    for n, run in enumerate(runs):
        journal = Journal(path, MORNING.replace(day=2 + n), lambda news, line: None)
        journal.starts(MORNING.replace(day=2 + n))
        journal.feed(run.records, 1 << 60)
        journal.close()


def test_a_day_of_a_program(golden: SnapshotAssertion) -> None:
    """Today is told, and asked for; after each work set, how much was left."""
    planned = stand(SHORT, EXERCISES, [], PAST).workout
    assert trained(planned).timeline() == golden


def test_what_was_done_moves_the_next_day(tmp_path: Path) -> None:
    """Two reps and one rep left: enough for more. The log knows the day, and a file of another
    format as well, by its name."""
    log = tmp_path / "log.sqlite"
    day = stand(SHORT, EXERCISES, [], PAST).workout
    logged(log, trained(day))
    with Log(log) as history:
        (workout,) = history.of_programs("mine")
        assert [each.rpe for each in workout.sets] == [Decimal(8), Decimal(9)]
        assert workout.plan == "mine/w1d1"
        assert history.of_programs("min") == []
        days = [*followed([workout], "mine")]
        imported = replace(workout, plan="", name=workout.plan)
        assert [*followed([imported], "mine")] == days
    standing = stand(SHORT, EXERCISES, days, PAST)
    assert (standing.week, standing.day) == (2, 1)
    assert standing.workout is not None
    assert standing.workout.exercises[0].sets[0].weight == kg(82.5)


def test_a_day_that_broke_off_waits(tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    day = stand(SHORT, EXERCISES, [], PAST).workout
    logged(log, trained(day, [(8.0, "start set"), (12.0, "ready"), (16.0, "start set")]))
    with Log(log) as history:
        assert [*followed(history.of_programs(), "mine")] == []


# --- today -------------------------------------------------------------------------------------


def lines(effects: list[Effect]) -> list[str]:
    return [want.id for each in effects if isinstance(each, Say) for want in each.wants]


def texts(effects: list[Effect]) -> list[str]:
    return [want.texts[0] for each in effects if isinstance(each, Say) for want in each.wants]


def begun(plan: Plan | None = None) -> tuple[Session, list[Effect]]:
    return coach.begin(PRESS, offered=(PRESS, leg_curl()), visit=Visit(plan, PAST))


def test_today_is_told_once_and_whenever_it_is_asked_for() -> None:
    session, effects = begun(LEGS_DAY)
    assert texts(effects)[0] == "Strong, week three, day one: Leg press, Leg curl."
    session, effects = say(session, Intent.TODAY)
    assert lines(effects) == ["program_today"]
    session, effects = say(session, Intent.READY)
    session, effects = say(say(session, Intent.STOP)[0], Intent.LOCKED)
    session, effects = say(session, Intent.START)
    assert "program_today" not in lines(effects)


def test_a_lighter_day_says_so_and_a_large_step_as_well() -> None:
    session, effects = begun(LIGHT_DAY)
    assert lines(effects)[:3] == ["program_today", "lighter_week", "big_step"]
    assert texts(effects)[2] == "That is twelve percent more, the smallest step there is."
    assert str(session.workout.tempo) == "2-0-1-0"


def test_today_without_a_program() -> None:
    assert texts(say(begun(LEGS)[0], Intent.TODAY)[1]) == ["Today: Leg press, Leg curl."]
    assert lines(say(begun()[0], Intent.TODAY)[1]) == ["no_plan"]


def test_a_day_that_broke_off_is_carried_on_as_a_day_of_its_program() -> None:
    visit = Visit(LIGHT_DAY, PAST, interrupted=BROKEN, broken=LEGS_DAY)
    session, _ = coach.begin(PRESS, offered=(PRESS, leg_curl()), visit=visit)
    session, effects = say(wait(session, 5)[0], Intent.RESUME)
    assert session.workout.visit.workout == LEGS_DAY
    assert session.workout.follows_program
    assert "big_step" not in lines(effects)


def test_what_was_agreed_on_does_not_change_a_program() -> None:
    past = {"leg-press": replace(PAST["leg-press"], next=Target(kg(200), 8))}
    session, _ = coach.begin(PRESS, offered=(PRESS,), visit=Visit(LEGS_DAY, past))
    assert session.workout.plan == LEGS_DAY.exercises[0].sets


# --- how much was left -------------------------------------------------------------------------


def asked(left: int | None = 1, **changes: object) -> tuple[Session, list[Effect]]:
    """A set of eight at 60 kg is over, and the catches are locked."""
    rule = replace(RULE, left=left)
    press = leg_press("1-0-1-0", reps=12, progression=rule)
    work = PlannedSet(12, SetKind.WORK, kg(60), samples(90))
    plan = Plan("legs", "Legs", (PlannedExercise("leg-press", (work,) * 2),))
    session, _ = coach.begin(press, offered=(press, CURL), visit=Visit(plan))
    for intent in (Intent.READY, Intent.START):
        session, _ = say(wait(session, 1)[0], intent)
    session, _ = advance(session, session.now + samples(40))
    assert session.state is State.RACKING
    return say(session, Intent.LOCKED)


def test_nobody_is_asked_who_does_not_want_it() -> None:
    assert "ask_left" not in lines(asked(left=None)[1])
    assert all(
        each.progression is None or each.progression.left is None for each in shipped().offered
    )


def test_the_answer_is_logged_as_rpe_and_can_be_mended() -> None:
    session, effects = asked()
    assert texts(effects)[-1] == "Reps left?"
    session, effects = give(session, Intent.NUMBER, number=3)
    assert Amended(session.now, 0, Entry.RPE, Decimal(7)) in effects
    assert texts(effects) == ["Three left, noted."]
    session, _ = say(session, Intent.NO)
    assert session.workout.log[-1].done.rpe is None


@pytest.mark.parametrize(
    ("said", "reps", "left"),
    [("two reps", 12, 2), ("nine reps", 9, None), ("that was two", 2, None)],
)
def test_so_few_reps_are_those_that_were_left(said: str, reps: int, left: int | None) -> None:
    """ "Two reps", in answer to how many were left, was logged as a set of two."""
    command = shipped().phrases.parse(said)
    assert command is not None
    session, _ = step(asked()[0], CommandGiven(command))
    done = session.workout.log[-1].done
    assert (done.reps, done.rpe) == (reps, None if left is None else 10 - left)


def test_a_question_that_is_answered_early_is_not_asked_any_more() -> None:
    """The lifter knows what is asked after a set, and answers while "Good set" still sounds."""
    for command, sure in (
        (Command(Intent.LEFT, (("left", 2),)), True),
        (Command(Intent.LEFT, (("left", 2),)), False),
        (Command(Intent.RPE, (("rpe", 8),)), True),
        (Command(Intent.RPE, (("rpe", 8),)), False),
        (Command(Intent.SKIP_REST), True),
    ):
        _, effects = step(asked()[0], CommandGiven(command, sure))
        unsaid = next(effect for effect in effects if isinstance(effect, Say | Unsay))
        assert isinstance(unsaid, Unsay), command
        assert unsaid.lines == {"ask_left"}, command
    _, effects = step(asked()[0], CommandGiven(Command(Intent.REPEAT)))
    assert not any(isinstance(each, Unsay) for each in effects)


@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("where", ["rest", "end"])
def test_the_question_is_taken_back_exactly_if_it_is_no_longer_open(where: str, sure: bool) -> None:
    """Whatever is said, while the line may still wait behind others."""
    for intent in Intent:
        session, _ = asked() if where == "rest" else at_the_end()
        assert session.questions.kind is Question.LEFT
        command = Command(intent, SLOTS.get(intent, ()))
        session, effects = step(session, CommandGiven(command, sure))
        unsaid = {line for each in effects if isinstance(each, Unsay) for line in each.lines}
        assert ("ask_left" in unsaid) == (session.questions.kind is not Question.LEFT), intent


def test_the_question_is_taken_back_when_the_rest_is_over() -> None:
    session, _ = asked()
    _, effects = advance(session, session.now + samples(120))
    unsaid = {line for each in effects if isinstance(each, Unsay) for line in each.lines}
    assert "ask_left" in unsaid


def at_the_end(
    left: int | None = 1, log: str = "", **changes: object
) -> tuple[Session, list[Effect]]:
    """The only set is over, and the catches are locked. `log`: news of it in the set; `changes`:
    those to the script."""
    press = leg_press("1-0-1-0", reps=2, progression=replace(RULE, left=left), **changes)
    work = PlannedSet(2, SetKind.WORK, kg(60), samples(90))
    plan = Plan("legs", "Legs", (PlannedExercise("leg-press", (work,)),))
    session, _ = coach.begin(press, offered=(press, CURL), visit=Visit(plan, logged=bool(log)))
    for intent in (Intent.READY, Intent.START):
        session, _ = say(wait(session, 1)[0], intent)
    session, _ = advance(session, session.now + samples(15))
    if log:
        session, _ = step(session, LogTold(log))
    return say(session, Intent.LOCKED)


def test_the_summary_waits_for_the_answer() -> None:
    """It was asked after "It is saved", ten seconds after the set."""
    session, effects = at_the_end(left=None)
    assert lines(effects)[:3] == ["last_set", "not_medical", "summary"]
    session, effects = at_the_end()
    assert lines(effects) == ["last_set", "not_medical", "ask_left"]
    answered, effects = give(session, Intent.LEFT, left=2)
    assert lines(effects)[:2] == ["left_logged", "summary"]
    assert not answered.speech.owes_account
    _, effects = wait(session, 20)
    assert lines(effects)[0] == "summary"
    assert lines(effects)[-1] == "next_time"
    doubted, effects = step(session, CommandGiven(Command(Intent.LEFT, (("left", 2),)), sure=False))
    assert lines(effects) == ["unsure"]
    _, effects = say(doubted, Intent.YES)
    assert "summary" in lines(effects)


def test_a_summary_that_is_not_wanted_any_more_is_not_said() -> None:
    for intent in (Intent.STOP, Intent.MORE_SETS, Intent.PAIN):
        session, effects = say(at_the_end()[0], intent)
        session, later = wait(session, 30)
        assert "summary" not in lines([*effects, *later]), intent


@pytest.mark.parametrize(
    ("said", "log", "told"),
    [
        ((Intent.STOP,), "log_waits", 1),
        ((Intent.PAIN, Intent.LOCKED), "log_waits", 1),
        ((Intent.NO,), "log_waits", 1),
        ((Intent.MORE_SETS,), "log_waits", 0),  # the workout goes on, and has a summary later
        ((Intent.STOP,), "log_written", 0),
    ],
)
def test_without_the_summary_it_is_told_that_the_log_waits(
    said: tuple[Intent, ...], log: str, told: int
) -> None:
    session, _ = at_the_end(log=log)
    found: list[str] = []
    for intent in said:
        session, effects = say(session, intent)
        found += lines(effects)
    _, effects = wait(session, 60)
    assert [*found, *lines(effects)].count("log_waits") == told


def test_a_summary_that_is_cut_still_tells_that_the_log_waits() -> None:
    session, _ = coach.step(at_the_end(log="log_waits")[0], CommandGiven(Command(Intent.NO)))
    session, effects = coach.step(session, CommandGiven(Command(Intent.STOP)))
    assert lines(effects) == []
    (key,) = session.speech.news.values()
    session, effects = coach.step(session, LineEnded(key, heard=False))
    assert lines(effects) == ["log_waits"]
    (key,) = session.speech.news.values()
    session, effects = coach.step(session, LineEnded(key, heard=True))
    assert (lines(effects), session.speech.news) == ([], {})


def test_hard_easy_and_max_are_answers() -> None:
    for command, rpe in (
        (Command(Intent.RPE, (("felt", "9"),)), 9),
        (Command(Intent.RPE, (("felt", "6"),)), 6),
        (Command(Intent.LEFT), 10),
        (Command(Intent.RPE, (("rpe", 8),)), 8),
    ):
        session, _ = step(asked()[0], CommandGiven(command))
        assert session.workout.log[-1].done.rpe == rpe


def test_the_words_of_the_answer() -> None:
    live = coach.listens_for(State.REST, Question.LEFT)
    phrases = shipped().phrases.grammar(live).phrases
    numbers = {words for words, each in phrases.items() if each.intent is Intent.NUMBER}
    assert numbers == {*"012345", "zero", "one", "two", "three", "four", "five"}
    assert {"two left", "nothing left", "that was max", "easy", "hard"} <= set(phrases)
    resting = shipped().phrases.grammar(coach.listens_for(State.REST, None)).phrases
    assert not {"two", "two left", "that was max"} & set(resting)


def test_without_an_answer_everything_goes_on() -> None:
    session, _ = asked()
    assert session.questions.kind is Question.LEFT
    started, _ = say(session, Intent.START)
    assert started.state is State.GATE
    silent, _ = wait(wait(session, 10)[0], 20)
    assert silent.questions.kind is None
    assert silent.workout.log[-1].done.rpe is None


def test_a_number_that_nobody_can_tell_is_refused() -> None:
    _, effects = give(asked()[0], Intent.NUMBER, number=40)
    assert [each for each in effects if isinstance(each, Refused)]


def test_an_answer_in_doubt_is_asked_back() -> None:
    command = Command(Intent.LEFT, (("left", 2),))
    session, effects = step(asked()[0], CommandGiven(command, sure=False))
    assert texts(effects) == ["I heard effort eight, right?"]
    session, effects = say(session, Intent.YES)
    assert session.workout.log[-1].done.rpe == 8


def test_another_command_in_doubt_is_obeyed_as_ever_while_it_is_asked() -> None:
    """It was asked back, as if it were an answer."""
    session, _ = step(asked()[0], CommandGiven(Command(Intent.START), sure=False))
    assert session.state is State.GATE


def test_it_is_understood_only_while_it_is_asked() -> None:
    _, effects = say(reach(State.REST), Intent.LEFT)
    assert [each for each in effects if isinstance(each, Refused)]


def test_more_weight_is_suggested_only_after_two_answers_with_enough_left() -> None:
    for told, line in (((2, 2), "next_time"), ((0, 0), ""), ((3,), "")):
        session, _ = asked()
        for n in range(2):
            if n < len(told):
                session, _ = give(session, Intent.LEFT, left=told[n])
            session, effects = wait(session, 30)
            if not n:
                for intent in (Intent.START, Intent.READY, Intent.START):
                    session, _ = say(wait(session, 1)[0], intent)
                session, _ = advance(session, session.now + samples(40))
                session, _ = say(session, Intent.LOCKED)
        found = [each for each in lines(effects) if each == "next_time"]
        assert found == ([line] if line else []), told


def give(session: Session, intent: Intent, **slots: int) -> tuple[Session, list[Effect]]:
    return step(session, CommandGiven(Command(intent, tuple(slots.items()))))


@pytest.mark.parametrize(
    ("language", "line", "said"),
    [
        ("en", None, "One left, noted."),
        ("en", "{left:reps} more.", "One rep more."),
        ("de", None, "Eine übrig, notiert."),
        ("es", None, "Una en reserva, anotado."),
    ],
)
def test_a_rep_that_was_left_is_one_rep(language: str, line: str | None, said: str) -> None:
    """And a number, which may have a unit: a text in its place ended the session."""
    spoken = shipped(language).exercise
    lines = dict(spoken.lines) | ({"left_logged": Wording((line,))} if line else {})
    session, _ = at_the_end(lines=lines, language=spoken.language)
    _, effects = give(session, Intent.LEFT, left=1)
    assert lines_said(effects, "left_logged") == [said]


def lines_said(effects: list[Effect], line: str) -> list[str]:
    wants = [want for each in effects if isinstance(each, Say) for want in each.wants]
    return [want.texts[0] for want in wants if want.id == line]


def test_a_smaller_step_is_taken_and_a_large_one_is_told() -> None:
    press = leg_press("1-0-1-0", reps=12, progression=RULE)
    plan = Plan("a", "A", (PlannedExercise("leg-press", (PlannedSet(12, weight=kg(20)),)),))
    session, _ = coach.begin(press, offered=(press,), visit=Visit(plan))
    for intent in (Intent.READY, Intent.START):
        session, _ = say(wait(session, 1)[0], intent)
    session, _ = advance(session, session.now + samples(40))
    _, effects = say(session, Intent.LOCKED)
    assert lines(effects)[-2:] == ["big_step", "next_time"]
    assert texts(effects)[-2].startswith("That is twenty-five percent more")
