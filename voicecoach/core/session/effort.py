"""How many were left? The coach asks after a work set, if the program or the exercise wants it.

Nobody has to answer: everything else goes on as if it had not been asked.
"""

from __future__ import annotations

from ..effort import left_of
from ..events import Command, Effect
from ..pacing import Unbounded
from ..workout import Entry, SetKind
from .finish import sum_up_at_last
from .lines import heard_tone, make_way, say, unsaid
from .numbers import rpe_in, write
from .progress import suggest
from .questions import Question
from .questions.asking import ask, close
from .state import Session, Turn


def ask_or_suggest(session: Session) -> Turn:
    """After a set: ask what was left, if that is wanted. The suggestion follows the answer."""
    if not wanted(session):
        return suggest(session)
    session, said = say(session, "ask_left")
    return ask(session, Question.LEFT), said


def wanted(session: Session) -> bool:
    """Whether to ask now how many were left."""
    workout, questions = session.workout, session.questions
    last = workout.log[-1]
    done = last.done
    if last.exercise != workout.exercise.id or questions.open is not None or questions.put_off:
        return False
    if done.kind is not SetKind.WORK or done.held or not done.reps or done.rpe is not None:
        return False
    if workout.follows_program:
        planned = workout.planned_exercise(workout.exercise)
        return planned is not None and planned.ask_left
    rule = workout.exercise.progression
    return rule is not None and rule.left is not None


def asked_no_more(before: Session, session: Session, effects: list[Effect]) -> list[Effect]:
    """`effects`, and the question is taken back if it was open `before` and no longer is.

    It may be answered before it is heard: the lifter knows what is asked after a set."""
    asked = before.questions.kind is Question.LEFT
    if not asked or session.questions.kind is Question.LEFT:
        return effects
    return [unsaid(session, "it is answered", "ask_left"), *effects]


def log_left(session: Session, command: Command) -> Turn:
    """Log it as RPE, which is the same the other way round."""
    rpe = rpe_in(command)
    left = left_of(rpe)
    line = "left_logged" if left else "none_left"
    language = session.workout.exercise.language
    whole = left == int(left)
    words = language.number(int(left)) if whole else Unbounded(language.amount(left))
    return write(session, command, Entry.RPE, rpe, line, left=words)


def do_not_ask(session: Session, command: Command) -> Turn:
    """ "No", or a "yes" that answers nothing: leave it."""
    hush = make_way(session, "no answer")
    session, left = not_told(session)
    return session, [*hush, *heard_tone(session), *left]


def not_told(session: Session) -> Turn:
    """Nobody answered. A summary that waited comes before the suggestion, which is a question."""
    session, summed = sum_up_at_last(close(session))
    session, suggested = suggest(session)
    return session, [*summed, *suggested]
