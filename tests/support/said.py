"""A session that is told sentences from the command file."""

from __future__ import annotations

from tests.support.example_workouts import LEGS
from tests.support.session_driver import advance, begin, leg_curl, leg_press, shipped, step
from voicecoach.core.events import CommandGiven, Effect, State
from voicecoach.core.plan import SAMPLE_RATE, Exercise
from voicecoach.core.session import Session
from voicecoach.core.workout import Visit

PRESS = leg_press("2-0-1-0", reps=2)


def hear(session: Session, *texts: str) -> tuple[Session, list[Effect]]:
    """Say `texts`, each as it stands in the command file."""
    effects: list[Effect] = []
    for text in texts:
        command = shipped().phrases.parse(text)
        assert command is not None, text
        session, more = step(session, CommandGiven(command))
        effects += more
    return session, effects


def to_the_rest(session: Session) -> Session:
    """Through the reps of the running set, to locked catches."""
    while session.state in (State.COUNTDOWN, State.REP):
        session, _ = advance(session, session.now + SAMPLE_RATE // 10)
    session, _ = hear(session, "locked")
    return session


def after_a_set(exercise: Exercise = PRESS, *before: str, planned: bool = False) -> Session:
    """In the rest after the first set, which `before` is said before."""
    visit = Visit(LEGS if planned else None)
    session, _ = begin(exercise, visit=visit, offered=(exercise, leg_curl()) if planned else ())
    if session.state is not State.GATE:
        session, _ = hear(session, "start set")
    session, _ = hear(session, *before, "ready", "start set")
    session = to_the_rest(session)
    assert session.state is State.REST, session.state
    return session
