"""The two ends of a workout: an interrupted one is carried on or closed, and this one ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..events import Command, CueRequest, Effect, Say, State
from ..plan import SAMPLE_RATE, Exercise
from ..workout import WorkoutBegan, WorkoutOver
from .before import to_set
from .broken_off import go_on
from .choice import CHOICE_EVERY
from .entries import Entries
from .lines import (
    around,
    enter,
    heard_tone,
    make_way,
    rest_words,
    say,
    speak_over,
    to_repeat,
    weight_words,
    worded,
)
from .questions import OPEN_FOR, OpenQuestion, Question
from .questions.asking import ask, close, insist, start_over
from .state import Session, Turn
from .tally import tally

# --- one that broke off -----------------------------------------------------------------------

OFFERED_EVERY = 15 * SAMPLE_RATE
"""Samples between questions whether it goes on."""

OFFERED = 3
"""How often the coach asks before it just waits."""


def ask_to_carry_on(session: Session) -> Turn:
    """Nobody has answered yet: ask."""
    broken = session.workout.visit.interrupted
    assert broken is not None
    every = OFFERED_EVERY if session.questions.reminders + 1 < OFFERED else None
    session, said = say(session, "interrupted")
    return insist(_carrying_on(session), every), said


def ask_again_to_carry_on(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "the question was asked for")
    session, asked = ask_to_carry_on(start_over(session))
    return session, [*hush, *asked]


def wait_to_carry_on(session: Session, command: Command) -> Turn:
    """ "Stop": be silent, and wait. The question stays open."""
    session = _carrying_on(replace(session, due=None))
    return session, [*speak_over(session, "stop"), *heard_tone(session)]


def _carrying_on(session: Session) -> Session:
    """Open that question, for as long as the state lasts."""
    asked = OpenQuestion(Question.CARRY_ON)
    return replace(session, questions=session.questions.with_open(asked))


def carry_on(session: Session, command: Command) -> Turn:
    """Carry on where it broke off. Its sets are the first of this workout.

    The catches come first if they may be open, and before a summary: it broke off before they were
    known to be locked, or it would have been summed up then."""
    hush = speak_over(session, "the workout goes on")
    session, began = _reopen(session)
    broken = session.workout.visit.interrupted
    assert broken is not None
    if broken.unlocked or _all_done(session):
        session, asked = _rack(session)
    else:
        session, asked = to_set(session)
    return session, [*hush, began, *asked]


def _reopen(session: Session) -> tuple[Session, WorkoutBegan]:
    broken = session.workout.visit.interrupted
    assert broken is not None
    session = replace(session, workout=go_on(session.workout, broken))
    return session, WorkoutBegan(session.now, broken.workout, carried_on=True)


def _rack(session: Session) -> Turn:
    """Ask for the catches of the last set."""
    log = session.workout.log
    reps = log[-1].done.reps if log else 0
    session = replace(session, set=session.set.break_off(reps))
    return enter(session, State.RACKING, session.now)


def go_on_racked(session: Session, *before: str) -> Turn:
    """The catches of a workout that broke off are locked: go on with its next set, or sum up if all
    that was planned is done. The lines `before` come before a summary; the gate asks anew."""
    return to_summary(session, *before) if _all_done(session) else to_set(session)


def _all_done(session: Session) -> bool:
    """Whether nothing of a workout that broke off is left. A last set that was cut short is not
    done."""
    workout, broken = session.workout, session.workout.visit.interrupted
    if not workout.complete or workout.next_exercise is not None:
        return False
    if broken is None or not broken.cut:
        return True
    target = broken.planned[-1].reps if broken.planned else 0
    return 0 < target <= workout.log[-1].done.reps


def close_interrupted(session: Session, command: Command) -> Turn:
    """Close the old workout and begin a new one.

    If its catches may be open, they come first, and it stays open until they are locked. If the
    program dies meanwhile, they are asked for again."""
    hush = speak_over(session, "the old workout is closed")
    broken, new = session.workout.visit.interrupted, session.workout.resume()
    if broken is not None and broken.unlocked:
        session, began = _reopen(session)
        session = replace(session, workout=replace(session.workout, instead=new))
        session, asked = _rack(session)
        return session, [*hush, began, *asked]
    session = replace(session, workout=new)
    session, asked = to_set(session)
    return session, [*hush, WorkoutBegan(session.now, new.id), *asked]


def close_racked(session: Session) -> Turn:
    """The catches are locked: if the workout was to be closed, the new one begins now. What was
    said about the old one can't be taken back any more."""
    old, new = session.workout, session.workout.instead
    if new is None:
        return session, []
    new = replace(new, unwritten=old.unwritten)
    questions = replace(session.questions, put_off=())
    session = replace(session, workout=new, entries=Entries(), questions=questions)
    return session, [WorkoutBegan(session.now, new.id)]


# --- the end of this one ----------------------------------------------------------------------


def ask_to_finish(session: Session, command: Command) -> Turn:
    """No command ends a workout at once: one word is easily misheard, or meant only for the set. If
    the choice of an exercise has a reminder due, it waits for the answer."""
    hush = make_way(session, "the end was asked for")
    session, said = say(session, "finish")
    session = ask(session, Question.FINISH)
    if session.state is State.CHOICE and session.due is not None:
        session = replace(session, due=session.now + OPEN_FOR + CHOICE_EVERY)
    return session, [*hush, *said]


def do_not_finish(session: Session, command: Command) -> Turn:
    hush = make_way(session, "no")
    lines = ["not_finished", "choose"] if session.state is State.CHOICE else ["not_finished"]
    session, said = say(close(session), *lines)
    return session, [*hush, *said]


def sum_up(session: Session, command: Command) -> Turn:
    """Yes, that was all."""
    hush = speak_over(session, "the workout is over")
    session, over = to_summary(session)
    return session, [*hush, *over]


def to_summary(session: Session, *before: str, asks: bool = False) -> Turn:
    """End the workout. The lines `before` are said first, then the summary; if the caller `asks`
    something more, once that is answered: see `sum_up_at_last`."""
    over: list[Effect] = [WorkoutOver(session.now)] if session.workout.open else []
    session = replace(session, workout=session.workout.finish())
    session, entered = enter(session, State.SUMMARY)
    session = replace(session, speech=session.speech.owe(asks))
    session, said = say(session, *before, rest=rest_words(session, 0))
    if not asks:
        session, said = _tell(session, session.speech.last)
    return session, [*over, *entered, *said]


def sum_up_at_last(session: Session) -> Turn:
    """The summary that waited, as soon as no question is open. If the lifter trains on, it is no
    longer true."""
    asked = session.questions.kind
    if not session.speech.owes_account:
        return session, []
    here = session.state is State.SUMMARY
    if here and (asked not in (None, Question.READ_BACK) or session.questions.put_off):
        return session, []
    if not here:
        return drop_account(session), []
    return _tell(replace(session, speech=session.speech.owe(False)), ())


def drop_account(session: Session) -> Session:
    """The summary that waited is not wanted any more. If the log still waits for a disk, that is
    news: nothing else tells it at the end."""
    owed, workout = session.speech.owes_account, session.workout
    speech = session.speech.owe(False)
    waits = owed and not workout.open and workout.visit.logged and workout.unwritten
    if waits and "log_waits" not in speech.news and any(workout.exercise.lines["log_waits"].full):
        speech = speech.break_news("log_waits", "")
    return replace(session, speech=speech)


def _tell(session: Session, before: tuple[CueRequest, ...]) -> Turn:
    """Say the lines `before`, and the summary."""
    wants = list(before)
    for line, exercise, values in _account(session):
        if any(exercise.lines[line].full):
            session, want = worded(session, line, wording=exercise.lines[line], values=values)
            wants.append(want)
            if line == "log_waits":  # it may be cut, but must be heard
                session = replace(session, speech=session.speech.break_news(line, want.key))
    return to_repeat(session, *wants), [Say(session.now, tuple(wants))]


def _account(session: Session) -> Iterator[tuple[str, Exercise, dict[str, str]]]:
    """The lines of a summary, each with the exercise that words it, because exercises counted in
    reps and in seconds are worded differently."""
    whole, language = tally(session), session.workout.exercise.language
    if not whole.trained:
        yield "untrained", session.workout.exercise, {}
        return
    counted = (each.exercise for each in whole.trained if not each.held)
    words = next((each for each in counted if each is not None), session.workout.exercise)
    figures = {"exercises": len(whole.trained), "sets": whole.sets, "reps": whole.reps}
    yield "summary", words, {name: language.number(n) for name, n in figures.items()}
    if whole.moved is not None:
        yield "moved", words, {"weight": weight_words(session, whole.moved)}
    for each in whole.records:
        best, exercise = each.record, each.exercise
        if best is not None and exercise is not None:
            weight = weight_words(session, best.weight)
            yield (
                "record",
                exercise,
                {
                    "name": exercise.name,
                    "reps": language.number(exercise.told(best.reps)),
                    "weight": weight,
                    "at": around(session, "at", weight) if weight else "",
                },
            )
    if session.workout.visit.logged:
        # If the log can't be written now, it is kept, and reported when it is safe.
        if not session.workout.unwritten:
            yield "saved", words, {}
        elif "log_waits" not in session.speech.news:
            yield "log_waits", words, {}
