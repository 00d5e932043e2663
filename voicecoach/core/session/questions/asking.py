"""Asks, and waits: a question stays open for a while, a request is repeated until it is met."""

from __future__ import annotations

from dataclasses import replace

from ...events import Command
from ...plan import SAMPLE_RATE
from ...workout import Target
from ..lines import heard_tone, make_way
from ..state import Session, Turn
from . import NumberWanted, OpenQuestion, Question

ANSWER_TIME = 4 * SAMPLE_RATE
"""Samples for an answer, from the end of the line that asks for it."""


def ask(
    session: Session,
    question: Question,
    about: Command | None = None,
    others: tuple[Command, ...] = (),
    wanted: NumberWanted | None = None,
    mends: bool = False,
    target: Target | None = None,
) -> Session:
    """Open `question`. The caller has said its line."""
    lines = session.speech.last
    line = lines[-1].key if lines else ""
    asked = OpenQuestion(question, None, line, about, others, wanted, mends, target, lines)
    return replace(session, questions=session.questions.ask(asked, session.now))


def close(session: Session) -> Session:
    return replace(session, questions=session.questions.close())


def decline(session: Session, command: Command) -> Turn:
    """No to an offer."""
    return close(session), [*make_way(session, "no"), *heard_tone(session)]


def forget(session: Session) -> Turn:
    """Nobody answered, and nothing depends on it."""
    return close(session), []


def insist(session: Session, every: int | None) -> Session:
    """Make the line just said a request, repeated after `every` samples (None: never), but not
    before it was heard to its end and there was time to answer."""
    key = session.speech.last[-1].key if session.speech.last else ""
    due = session.now + every if every is not None else None
    return replace(session, questions=session.questions.request(key), due=due)


def start_over(session: Session) -> Session:
    """Count the requests of this state from zero."""
    return replace(session, questions=session.questions.start_over())


def line_over(session: Session, key: str, heard: bool) -> Session:
    """The line `key` is over. What it asks can be answered from now on."""
    questions, due = session.questions, session.due
    if questions.asking and questions.asking == key.rstrip("+"):
        questions = questions.requested(heard)
        due = max(due, session.now + ANSWER_TIME) if due is not None else None
    return replace(session, questions=questions.asked_aloud(key, session.now), due=due)
