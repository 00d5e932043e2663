"""A question, most of them for a yes or a no: asked, open for a while, then closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..events import Command, Intent
from ..plan import SAMPLE_RATE
from ..workout import Target
from .lines import heard_tone, speak_over
from .state import Asked, Question, Session, Turn, Wanted

OPEN_FOR = 15 * SAMPLE_RATE
"""Samples for which a question waits: "yes" to a neighbour a minute later is no answer."""

READ_BACK_FOR = 8 * SAMPLE_RATE
"""The same for "eighty kilos, noted", which needs none."""

ANSWERS = frozenset({Intent.YES, Intent.NO})
"""What is understood only while a question is open."""

_ALWAYS = frozenset({Intent.STOP, Intent.PAIN, Intent.HELP})

ALONE: Mapping[Question, frozenset[Intent]] = {
    Question.WEIGHT: _ALWAYS | {Intent.WEIGHT, Intent.NUMBER, Intent.NO},
    Question.REPS: _ALWAYS | {Intent.REPS, Intent.NUMBER, Intent.NO},
    Question.GUESS: _ALWAYS | ANSWERS,
}
"""Questions that the lifter has asked for, and all that is understood until they are answered:
whatever else is listened for, too, makes a number harder to hear."""


def ask(
    session: Session,
    question: Question,
    about: Command | None = None,
    others: tuple[Command, ...] = (),
    wanted: Wanted | None = None,
    mends: bool = False,
    target: Target | None = None,
) -> Session:
    """With `question` open; the caller says it."""
    until = session.now + (READ_BACK_FOR if question is Question.READ_BACK else OPEN_FOR)
    asked = Asked(question, until, about, others, wanted, mends, target)
    return replace(session, asked=asked, doubts=0)


def close(session: Session) -> Session:
    return replace(session, asked=None, doubts=0)


def decline(session: Session, command: Command) -> Turn:
    """No to what was only offered."""
    return close(session), [*speak_over(session, "no"), *heard_tone(session)]


def forget(session: Session) -> Turn:
    """Nobody answered, and nothing depends on it."""
    return close(session), []
