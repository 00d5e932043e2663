"""The choice of an exercise: at the start, and whenever no weight is held."""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Refused, State
from ..plan import SAMPLE_RATE, Exercise
from .lines import enter, heard_tone, say, speak_over
from .questions.asking import insist, start_over
from .state import Session, Turn

CHOICE_EVERY = 15 * SAMPLE_RATE
"""Samples between offers of the choice."""

CHOICE_TRIES = 3
"""How often the choice is offered before the coach just waits."""


def to_choice(session: Session) -> Turn:
    session, entered = enter(session, State.CHOICE)
    session, offered = offer(session)
    return session, [*entered, *offered]


def offer(session: Session) -> Turn:
    """Nothing is chosen yet: offer the choice, as long as that may help."""
    every = CHOICE_EVERY if session.questions.reminders + 1 < CHOICE_TRIES else None
    session, said = say(session, "choose")
    return insist(session, every), said


def offer_again(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "the choice was asked for")
    session, offered = offer(start_over(session))
    return session, [*hush, *offered]


def wait_for_choice(session: Session, command: Command) -> Turn:
    """ "Stop": be silent, and wait."""
    return replace(session, due=None), [*speak_over(session, "stop"), *heard_tone(session)]


def chosen(session: Session, command: Command) -> Exercise | None:
    """The exercise that `command` asks for, if it is offered."""
    asked = dict(command.slots).get("exercise")
    return next((exercise for exercise in session.workout.offered if exercise.id == asked), None)


def take_on(session: Session, exercise: Exercise) -> Session:
    """Change to another exercise, with its plan."""
    return replace(session, workout=session.workout.take_on(exercise))


def refuse_choice(session: Session, command: Command) -> Turn:
    return session, [Refused(session.now, command, "no such exercise is offered")]
