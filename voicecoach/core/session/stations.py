"""Supersets and circuits: begun by voice, a station skipped, a round ended, the order changed.

`circuit.Turns` knows whose turn it is. A station is an exercise like any other, with its own gate
and its own end. So all that is done here is to say who is next.
"""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Refused, State
from ..plan import Exercise
from .anytime import number_in
from .before import to_gate, to_set
from .choice import refuse_choice
from .circuit import ROUNDS
from .finish import ask_to_finish
from .lines import enter, rest_words, say, speak_over
from .rest import begin_rest, lengthen
from .state import Session, Turn
from .workout_so_far import WorkoutSoFar


def plan_superset(session: Session, command: Command) -> Turn:
    """ "Superset leg press and leg curl, three rounds of ten"."""
    stations = tuple(_named(session, command, slot) for slot in ("station", "other"))
    known = tuple(each for each in stations if each is not None)
    if len(known) < len(stations) or known[0].id == known[1].id:
        return refuse_choice(session, command)
    return _begin(session, known, command)


def set_rounds(session: Session, command: Command) -> Turn:
    """ "Three rounds of ten": of the superset whose first station is next."""
    turns = session.workout.circuit
    if turns is None or not turns.new:
        return session, [Refused(session.now, command, "the superset has begun")]
    known = {each.id: each for each in session.workout.offered}
    return _begin(session, tuple(known[name] for name in turns.names), command)


def _begin(session: Session, stations: tuple[Exercise, ...], command: Command) -> Turn:
    rounds = number_in(command, "rounds") or ROUNDS
    reps = number_in(command, "rounds_of") or None
    hush = speak_over(session, "a superset was planned")
    workout = session.workout.superset(stations, rounds, reps)
    session, asked = to_gate(replace(session, workout=workout))
    return session, [*hush, *asked]


def _named(session: Session, command: Command, slot: str) -> Exercise | None:
    asked = dict(command.slots).get(slot)
    return next((each for each in session.workout.offered if each.id == asked), None)


def skip_station(session: Session, command: Command) -> Turn:
    """The next station, or the one whose gate is open, is left out in this round."""
    return _go_on(session, session.workout.pass_on(), command)


def end_round(session: Session, command: Command) -> Turn:
    """The other stations of this round are left out."""
    workout = session.workout
    if session.state is State.REST and not workout.walking:
        return _refuse(session, command)
    return _go_on(session, workout.end_round(), command)


def other_first(session: Session, command: Command) -> Turn:
    """The station after the next goes first, perhaps because a machine is taken."""
    workout = session.workout.other_first()
    if workout == session.workout:
        return _refuse(session, command)
    return _go_on(session, workout, command)


def next_in_circuit(session: Session, command: Command) -> Turn:
    """ "Next exercise": the next station, now."""
    if not session.workout.complete:
        return skip_station(session, command)
    hush = speak_over(session, "the next station was asked for")
    session, asked = to_set(session)
    return session, [*hush, *asked]


def _refuse(session: Session, command: Command) -> Turn:
    return session, [Refused(session.now, command, "no other station of a round is left")]


def _go_on(session: Session, workout: WorkoutSoFar, command: Command) -> Turn:
    """The next station is another one now, or the round is over, or all of them are."""
    before, turns = session.workout.circuit, workout.circuit
    assert before is not None
    assert turns is not None
    length = workout.exercise.rest if before.circuit.rest is None else before.circuit.rest
    session = replace(session, workout=workout)
    hush = speak_over(session, "the order of the stations is another one")
    if turns.over and workout.next_exercise is None:
        # Nobody said that the workout is over: ask.
        session, entered = enter(session, State.READY)
        session, asked = ask_to_finish(session, command)
        return session, [*hush, *entered, *asked]
    if turns.round > before.round:
        resting = session.state is State.REST
        rested = (lengthen(session, length), []) if resting else begin_rest(session, length)
        session, begun = rested
        session, said = say(session, "round_over", rest=rest_words(session, length))
        return session, [*hush, *begun, *said]
    if session.state is State.REST:
        assert session.rest is not None
        # Other things are said in it, now that it leads to another station.
        session = lengthen(session, session.rest.length)
        session, said = say(session, "rest_soon_exercise", next=workout.next_name)
        return session, [*hush, *said]
    session, asked = to_set(session)
    return session, [*hush, *asked]
