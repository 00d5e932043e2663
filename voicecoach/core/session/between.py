"""Between the sets: the rest and its marks, and the end of the workout."""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Effect, State
from ..plan import SAMPLE_RATE
from ..workout import WorkoutOver
from .lines import duration, enter, say, speak_over
from .state import Session, Turn

REST_SOON = 9 * SAMPLE_RATE
"""Samples before the end of a rest at which the next set is announced."""

HALF_REST_FROM = 60 * SAMPLE_RATE
"""Half of a rest is announced when the rest is at least this long."""


def _rest_marks(session: Session) -> tuple[tuple[int, str], ...]:
    """When something is said in this rest, and what."""
    rest = session.exercise.rest
    end = session.rest_until
    marks = [(end, "rest_over")] if rest else []
    if rest >= 2 * REST_SOON:
        marks.append((end - REST_SOON, "rest_soon"))
    if rest >= HALF_REST_FROM:
        marks.append((end - rest // 2, "rest_half"))
    return tuple(sorted(marks))


def next_rest_mark(session: Session) -> int | None:
    return next((at for at, _ in _rest_marks(session) if at > session.now), None)


def go_on_in_rest(session: Session) -> Turn:
    line = next(line for at, line in _rest_marks(session) if at == session.now)
    if line == "rest_over":
        session, entered = enter(replace(session, set_number=session.next_set), State.READY)
        session, said = say(session, line)
        return session, [*entered, *said]
    session = replace(session, due=next_rest_mark(session))
    left = duration(session, session.rest_until - session.now)
    upcoming = session.exercise.language.number(session.next_set)
    return say(session, line, left=left, set=upcoming)


def sum_up(session: Session, command: Command) -> Turn:
    hush = speak_over(session, "the workout is over")
    over: list[Effect] = [] if session.over else [WorkoutOver(session.now)]
    session, entered = enter(replace(session, over=True), State.SUMMARY)
    total = session.exercise.language.number(sum(session.sets))
    session, said = say(session, "summary", reps=total)
    return session, [*hush, *over, *entered, *said]
