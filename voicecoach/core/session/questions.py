"""A question, most of them for a yes or a no: asked, open for a while, then closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..events import Command, Intent
from ..plan import SAMPLE_RATE
from ..workout import Target
from .lines import heard_tone, make_way
from .state import NumberWanted, OpenQuestion, Question, Session, Turn

OPEN_FOR = 15 * SAMPLE_RATE
"""Samples for which a question waits: "yes" to a neighbour a minute later is no answer."""

READ_BACK_FOR = 8 * SAMPLE_RATE
"""The same for "eighty kilos, noted", which needs none."""

ANSWERS = frozenset({Intent.YES, Intent.NO})
"""What is understood only while a question is open."""

URGENT = frozenset({Intent.STOP, Intent.PAIN, Intent.HELP})

ALONE: Mapping[Question, frozenset[Intent]] = {
    Question.WEIGHT: URGENT | {Intent.WEIGHT, Intent.NUMBER, Intent.HALF, Intent.NO},
    Question.REPS: URGENT | {Intent.REPS, Intent.NUMBER, Intent.NO},
    Question.GUESS: URGENT | ANSWERS,
}
"""Questions that the lifter has asked for, and all that is understood until they are answered:
whatever else is listened for, too, makes a number harder to hear."""


def ask(
    session: Session,
    question: Question,
    about: Command | None = None,
    others: tuple[Command, ...] = (),
    wanted: NumberWanted | None = None,
    mends: bool = False,
    target: Target | None = None,
) -> Session:
    """With `question` open; the caller has said the line that asks it. How long it waits is
    counted from that line's end."""
    lines = session.last_lines
    line = lines[-1].key if lines else ""
    asked = OpenQuestion(question, None, line, about, others, wanted, mends, target, lines)
    return replace(session, asked=asked if line else _waiting(session, asked), doubts=0)


def _waiting(session: Session, asked: OpenQuestion) -> OpenQuestion:
    wait = READ_BACK_FOR if asked.question is Question.READ_BACK else OPEN_FOR
    return replace(asked, line="", until=session.now + wait)


def asked_aloud(session: Session, key: str) -> Session:
    """The line `key` is over: if it was the open question, an answer can be waited for."""
    asked = session.asked
    if asked is None or not asked.line or asked.line != key.rstrip("+"):
        return session
    return replace(session, asked=_waiting(session, asked))


def close(session: Session) -> Session:
    return replace(session, asked=None, doubts=0)


def decline(session: Session, command: Command) -> Turn:
    """No to what was only offered."""
    return close(session), [*make_way(session, "no"), *heard_tone(session)]


def forget(session: Session) -> Turn:
    """Nobody answered, and nothing depends on it."""
    return close(session), []
