"""Changes to the plan: the next exercise, one more set, sets planned by voice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..events import Command, Effect, State
from ..plan import Exercise
from ..workout import PlannedSet, SetKind, Unit, Weight
from .anytime import number_in, to_do
from .before import to_gate, to_set
from .choice import chosen, refuse_choice, take_on, to_choice
from .lines import enter, make_way, say, speak_over
from .state import Session, Turn
from .stations import next_in_circuit, skip_station


def next_exercise(session: Session, command: Command) -> Turn:
    """Go to the workout's next exercise, even if sets of this one are left."""
    if session.workout.in_circuit:
        return next_in_circuit(session, command)
    exercise = session.workout.next_exercise
    if exercise is None:
        return say(session, "no_next_exercise")
    hush = speak_over(session, "the next exercise was asked for")
    session, asked = to_gate(take_on(session, exercise))
    return session, [*hush, *asked]


def more_sets(session: Session, command: Command) -> Turn:
    """Add one set like the last. After the summary, the workout goes on with it. Without a plan
    there is always another one: tell which."""
    workout = session.workout.one_more()
    session = replace(session, workout=workout)
    if session.state is State.SUMMARY:
        hush = speak_over(session, "one more set was asked for")
        session, asked = to_set(session)
        return session, [*hush, *asked]
    if workout.circuit is not None:
        rounds = workout.exercise.language.number(workout.circuit.circuit.rounds)
        return say(session, "one_more_round", round=rounds)
    if not workout.sets.work_sets:
        return upcoming(session, command)
    last = workout.exercise.language.number(workout.sets.work_sets)
    return say(session, "one_more_set", set=last)


def skip_set(session: Session, command: Command) -> Turn:
    """Leave out the next planned set, and tell what comes then."""
    workout = session.workout
    if workout.in_circuit:
        return skip_station(session, command)
    beside = workout.sets.beside is not None
    if not beside and (not workout.plan or workout.complete):
        return say(session, "nothing_to_skip")
    left = workout.sets.without_next_set()
    if not beside and not left.plan and workout.next_exercise is not None:
        return next_exercise(session, command)
    hush = speak_over(session, "a set is left out")
    session = session.prescribe(left)
    none_left = not beside and (session.workout.complete or not session.workout.plan)
    if session.state is State.GATE and not none_left:
        session, asked = to_set(session)
        return session, [*hush, *asked]
    entered: list[Effect] = []
    if session.state is State.GATE:
        session, entered = enter(session, State.READY)
    session, told = (
        say(session, "nothing_upcoming")
        if none_left and not session.workout.plan
        else upcoming(session, command)
    )
    return session, [*hush, *entered, *told]


_UPCOMING = {SetKind.WARM_UP: "upcoming_warm_up", SetKind.DROP: "upcoming_drop"}
"""What comes next. The line of a drop set does not hold the command "drop set", since that is live
in a rest."""


def upcoming(session: Session, command: Command) -> Turn:
    """Tell which set comes next, and with what weight. Another exercise is named first."""
    if session.workout.undecided:
        hush = speak_over(session, "what comes next was asked")
        session, asked = to_set(session)
        return session, [*hush, *asked]
    there = _next_set(session)
    if there is None:
        return say(session, "nothing_upcoming")
    kind = there.workout.planned.kind
    side = ("announce_side",) if there.workout.sets.sides else ()
    return _tell_next(session, there, _UPCOMING.get(kind, "upcoming"), *side)


def how_many_next(session: Session, command: Command) -> Turn:
    """Tell how many reps the next set has, where it may be another exercise's."""
    there = _next_set(session)
    if there is None:
        return say(session, "nothing_upcoming")
    return _tell_next(session, there, to_do(there))


def _next_set(session: Session) -> Session | None:
    """With the exercise and the target of the next set; None if all planned sets are done."""
    session = session.prescribe(session.workout.sets.coming())
    if not session.workout.complete:
        return session
    exercise = session.workout.next_exercise
    return take_on(session, exercise) if exercise is not None else None


def _tell_next(session: Session, there: Session, *lines: str) -> Turn:
    """Say `lines` about the next set, as `_next_set` has it. Nothing is changed to yet."""
    name = there.workout.exercise.name
    other = there.workout.exercise.id != session.workout.exercise.id
    in_turns = session.workout.in_circuit and session.state is not State.GATE
    if other or in_turns:
        lines = ("upcoming_exercise", *lines)
    there, said = say(there, *lines, next=name)
    return replace(there, workout=session.workout), said


def plan_sets(session: Session, command: Command) -> Turn:
    """ "Leg press, four sets of ten at eighty kilos": replaces what was planned."""
    workout = session.workout
    named = "exercise" in dict(command.slots)
    exercise = chosen(session, command) if named else None
    if exercise is None and named:
        return refuse_choice(session, command)
    if exercise is None and workout.undecided:
        if len(workout.offered) > 1:
            session, asked = to_choice(session)
            return session, [*speak_over(session, "which exercise?"), *asked]
        exercise = workout.offered[0]
    exercise = exercise or workout.exercise
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
    sets = (planned,) * (number_in(command, "sets") or 1)
    line = "announce_plan"
    if falling := str(dict(command.slots).get("falling", "")):
        sets = tuple(replace(planned, reps=int(each)) for each in falling.split())
        line = "announce_falling"
    session = replace(session, workout=workout.take_on(exercise).leave_circuit())
    session, asked = to_gate(session.prescribe(session.workout.sets.replan(*sets)), line)
    return session, [*hush, *asked]


def planned_exercise(session: Session, command: Command) -> Exercise:
    """The exercise of the planned sets."""
    return chosen(session, command) or session.workout.exercise


def planned_weight(command: Command) -> Weight | None:
    kilos = number_in(command, "at_kilos")
    return Weight(Decimal(kilos), Unit.KG) if kilos else None
