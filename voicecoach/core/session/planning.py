"""The plan as the workout goes: its next exercise, one more set, sets made by voice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..events import Command, State
from ..plan import Exercise
from ..workout import PlannedSet, SetKind, Unit, Weight
from .asked import number_in
from .before import to_gate, to_set
from .choice import chosen, refuse_choice, to_choice
from .lines import make_way, say, speak_over
from .state import Session, Turn


def next_exercise(session: Session, command: Command) -> Turn:
    """On to what the workout has after this one, whatever of this is left."""
    upcoming = session.next_exercise
    exercise = _offered(session, upcoming.exercise) if upcoming is not None else None
    if exercise is None:
        return say(session, "no_next_exercise")
    hush = speak_over(session, "the next exercise was asked for")
    session, asked = to_gate(session.taking_on(exercise))
    return session, [*hush, *asked]


def more_sets(session: Session, command: Command) -> Turn:
    """One more like the last; after the summary the workout goes on with it."""
    if session.plan:
        session = replace(session, plan=(*session.plan, session.plan[-1]))
    if session.state is State.SUMMARY:
        hush = speak_over(session, "one more set was asked for")
        session, asked = to_set(session)
        return session, [*hush, *asked]
    last = session.exercise.language.number(session.work_sets or session.work_set)
    return say(session, "one_more_set", set=last)


def plan_sets(session: Session, command: Command) -> Turn:
    """ "Leg press, four sets of ten at eighty kilos": in place of what was planned."""
    named = "exercise" in dict(command.slots)
    exercise = chosen(session, command) if named else None
    if exercise is None and named:
        return refuse_choice(session, command)
    if exercise is None and session.undecided:
        if len(session.offered) > 1:
            session, asked = to_choice(session)
            return session, [*speak_over(session, "which exercise?"), *asked]
        exercise = session.offered[0]
    exercise = exercise or session.exercise
    if exercise.held != ("holds_of" in dict(command.slots)):
        hush = make_way(session, "sets were planned")
        session, said = say(session, "no_reps" if exercise.held else "no_hold", name=exercise.name)
        return session, [*hush, *said]
    hush = speak_over(session, "sets were planned")
    reps = (
        exercise.breaths(number_in(command, "holds_of"))
        if exercise.held
        else number_in(command, "sets_of")
    )
    planned = PlannedSet(reps, SetKind.WORK, planned_weight(command))
    # What was done of it already is no set of the new plan, and keeps its numbers.
    session = session.taking_on(exercise)
    done = session.plan[: session.next_set - 1] or (planned,) * (session.next_set - 1)
    plan = (*done, *(planned,) * number_in(command, "sets"))
    session, asked = to_gate(replace(session, plan=plan).coming(), "announce_plan")
    return session, [*hush, *asked]


def planned_exercise(session: Session, command: Command) -> Exercise:
    """Of which exercise the sets are."""
    return chosen(session, command) or session.exercise


def planned_weight(command: Command) -> Weight | None:
    kilos = number_in(command, "at_kilos")
    return Weight(Decimal(kilos), Unit.KG) if kilos else None


def _offered(session: Session, name: str) -> Exercise | None:
    return next((each for each in session.offered if each.id == name), None)
