"""Repeats a question in its shortest form if the answer was not understood.

The lifter has probably answered, and nothing happened. Before they wonder what the coach is waiting
for, it repeats which word that is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ...events import Doubted, Intent, Say, State
from ...plan import SAMPLE_RATE, Exercise, Wording
from ...workout import Unit
from ..lines import worded
from ..state import Session, Turn
from . import Question

TRIES = 2
"""Answers not believed before each repetition. If the coach may have said the answer itself, the
question is repeated at once, but only once: the answer may be its echo."""

WITHIN = 6 * SAMPLE_RATE
"""Samples after which it is too late to repeat."""

Open = tuple[str, frozenset[Intent]]
"""The line that asks, whose last sentence names the answer; and the answers."""

ASKS: Mapping[State, Open] = {
    State.PROOF: ("prove_stop", frozenset({Intent.STOP})),
    State.INTERRUPTED: ("interrupted", frozenset({Intent.RESUME, Intent.FINISH})),
    State.CHOICE: ("choose", frozenset({Intent.EXERCISE})),
    State.SETUP: ("setup_first", frozenset({Intent.NEXT})),
    State.GATE: ("gate", frozenset({Intent.READY})),
    State.ARMED: ("release", frozenset({Intent.START})),
    State.PAUSED: ("paused", frozenset({Intent.RESUME})),
    State.REST_PAUSE: ("rest_pause", frozenset({Intent.GO, Intent.RESUME})),
    State.RACKING: ("lock_again", frozenset({Intent.LOCKED})),
}
"""The states that wait for a word."""

_NUMBERS: Mapping[Question, Open] = {
    Question.WEIGHT: ("ask_weight", frozenset({Intent.WEIGHT, Intent.NUMBER, Intent.HALF})),
    Question.REPS: ("ask_reps", frozenset({Intent.REPS, Intent.NUMBER})),
    Question.LEFT: ("ask_left", frozenset({Intent.LEFT, Intent.RPE})),
}
_POUNDS: Open = ("ask_pounds", frozenset({Intent.WEIGHT, Intent.NUMBER, Intent.HALF}))

_YES_OR_NO: Open = ("finish", frozenset({Intent.YES, Intent.NO}))
"""It ends with "Say yes or no.", which fits every other question."""

_SENTENCES = re.compile(r"(?<=[.!?…])\s+")


def last_sentence(text: str) -> str:
    """What a question is cut down to: "Say locked." """
    return _SENTENCES.split(text.strip())[-1]


def shortest_questions(exercise: Exercise) -> tuple[str, ...]:
    """Every text of these questions that is known in advance, to be rendered."""
    asking = (*ASKS.values(), _YES_OR_NO)
    texts = (last_sentence(text) for line, _ in asking for text in exercise.lines[line].full)
    return tuple(text for text in texts if text and "{" not in text)


def waits(session: Session) -> bool:
    """Whether the coach waits for an answer."""
    return _open_question(session) is not None


def doubted(session: Session, doubt: Doubted) -> Turn:
    """The lifter may have answered. Repeat the question at every second such doubt, or at the first
    if it may have been the coach's echo."""
    question = _open_question(session)
    if question is None:
        return session, []
    line, answers = question
    if doubt.echo is not None and doubt.echo.intent not in answers:
        return session, []
    session = replace(session, questions=session.questions.doubt())
    doubts = session.questions.doubts
    again = doubts % TRIES == 0 if doubt.echo is None else doubts == 1
    return _ask_again(session, line) if again else (session, [])


def _open_question(session: Session) -> Open | None:
    """What the coach waits for; None if nothing."""
    asked = session.questions.open
    # A read-back needs no answer; the state itself asks about an interrupted workout.
    if asked is None or asked.question in (Question.READ_BACK, Question.CARRY_ON):
        return ASKS.get(session.state)
    wanted = asked.wanted
    if wanted is not None and asked.question is Question.WEIGHT and wanted.unit is Unit.LB:
        return _POUNDS
    return _NUMBERS.get(asked.question, _YES_OR_NO)


def _ask_again(session: Session, line: str) -> Turn:
    full = session.workout.exercise.lines[line].full
    texts = tuple(map(last_sentence, full))
    if not any(texts):
        return session, []
    # One exercise is example enough.
    choices = min((each.name for each in session.workout.offered), key=len, default="")
    session, want = worded(session, line, wording=Wording(texts), values={"choices": choices})
    # It must end before the next reminder, or whatever else is due.
    until = min(session.now + WITHIN, session.next_due or session.now + WITHIN)
    return session, [Say(session.now, (replace(want, until=until),))]
