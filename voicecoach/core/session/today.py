"""What is planned today: the day of a program, or a workout."""

from __future__ import annotations

from collections.abc import Mapping

from ..events import Command
from ..plan import CueClass
from .lines import make_way, say
from .state import Session, Turn


def tell_today(session: Session, command: Command) -> Turn:
    """ "What's today?" """
    hush = make_way(session, "today was asked for")
    workout = session.workout.visit.workout
    lines = _of_program(session) if session.workout.follows_program else ("today",)
    if workout is None:
        lines = ("no_plan",)
    session, said = say(session, *lines, kind=CueClass.PROMPT, **today_words(session))
    return session, [*hush, *said]


def todays(session: Session) -> tuple[str, ...]:
    """The lines with which a program's day begins; none later in it."""
    begun = session.workout.log or session.speech.turn("program_today")
    return () if begun or not session.workout.follows_program else _of_program(session)


def _of_program(session: Session) -> tuple[str, ...]:
    workout = session.workout.visit.workout
    light = workout is not None and workout.day is not None and workout.day.deload
    return ("program_today", "lighter_week") if light else ("program_today",)


def today_words(session: Session) -> Mapping[str, str]:
    """The values of their variables."""
    workout = session.workout.visit.workout
    if workout is None:
        return {}
    number = session.workout.exercise.language.number
    names = {each.id: each.name for each in (session.workout.exercise, *session.workout.offered)}
    planned = (names.get(each.exercise, each.exercise) for each in workout.exercises)
    words = {"planned": ", ".join(planned)}
    if workout.day is None:
        return words
    day = workout.day
    return {**words, "program": day.program, "week": number(day.week), "day": number(day.day)}


def step_words(session: Session) -> str:
    """By how many percent the weight of this exercise has grown, before its first set, if that is
    more than is advised; else ""."""
    workout = session.workout
    planned = workout.planned_exercise(workout.exercise)
    begun = any(each.exercise == workout.exercise.id for each in workout.log)
    if planned is None or not planned.step or begun:
        return ""
    return workout.exercise.language.number(planned.step)
