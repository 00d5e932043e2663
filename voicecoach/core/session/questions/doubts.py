"""If a number was unsure, the coach asks first.

"I heard fifteen kilos, right?" After a yes it is written down. After a no, the coach offers the
next most probable reading. If the coach had asked for the number, it asks again.
"""

from __future__ import annotations

from dataclasses import replace

from ...events import Command, CommandGiven, Intent, State
from ...workout import Entry, SetKind, Weight
from ..corrections import mends, reading_back, take_back, undo_last
from ..likely import unlikely
from ..lines import around, heard_tone, make_way, say, weight_words
from ..loads import no_such_load
from ..numbers import (
    at_next_station,
    last_exercise,
    of_the_last,
    rpe_in,
    weight_in,
)
from ..planning import planned_exercise, planned_weight
from ..state import AFTER_A_SET, Session, Turn
from . import Question
from .asking import ask, close
from .wanted import ask_for

GUESSES = 2
"""Other readings that are offered before the number is asked for again, or given up."""


def in_doubt(session: Session, said: CommandGiven) -> bool:
    """Whether to ask before writing down what was `said`: the recogniser is unsure, or the weight
    is unexpected (see `likely`)."""
    command = said.command
    if command.intent is Intent.PLAN:
        return _unexpected(session, command)  # the whole plan is announced anyway
    if command.intent is Intent.REPS and session.state not in AFTER_A_SET:
        return False
    if command.intent not in _WRITING or not command.slots:
        return False
    return not said.sure or _unexpected(session, command)


_LOADED = frozenset({Intent.PLATES, Intent.PIN, Intent.BODY})
"""Weights that are named by what is loaded."""

_WRITING = _LOADED | {
    *(Intent.WEIGHT, Intent.REPS, Intent.LOG, Intent.RPE, Intent.LEFT, Intent.NOTE, Intent.WARM_UP)
}
"""Commands that write something down about a set."""


def _unexpected(session: Session, command: Command) -> bool:
    """Whether `command` names a weight that is far from those of its exercise."""
    if mends(session, Entry.WEIGHT):
        session, _ = take_back(session)  # the number it replaces must not count as lifted
    there = session if of_the_last(session) else at_next_station(session)
    weight = _weight_of(there, command)
    if weight is None:
        return False
    if command.intent is Intent.PLAN:
        exercise, kind = planned_exercise(session, command), SetKind.WORK
    elif command.intent is Intent.WARM_UP:
        exercise, kind = session.workout.exercise, SetKind.WORK
    elif session.workout.log and (command.intent is Intent.LOG or of_the_last(session)):
        exercise, kind = last_exercise(session), session.workout.log[-1].done.kind
    else:
        session = at_next_station(session)
        exercise, kind = session.workout.exercise, session.workout.planned.kind
    return unlikely(session, weight, exercise, kind)


def _weight_of(session: Session, command: Command) -> Weight | None:
    """The weight that `command` says is lifted, if any."""
    if command.intent is Intent.PLAN:
        return planned_weight(command)
    if command.intent is Intent.WARM_UP:
        return weight_in(session, command) if command.slots else None
    if command.intent not in (Intent.WEIGHT, Intent.LOG, *_LOADED):
        return None
    return None if dict(command.slots).keys() & {"reps", "held"} else weight_in(session, command)


def put_off(session: Session, said: CommandGiven) -> Turn:
    """Nothing comes between the lifter and the catches: ask once they are locked. A newer command
    of its kind replaces it."""
    return replace(session, questions=session.questions.put(said)), heard_tone(session)


def ask_what_was_put_off(session: Session) -> Turn:
    """Ask what was put off, once the catches are locked and no other question is open."""
    questions = session.questions
    if not questions.put_off or questions.open is not None or session.state not in _AT_REST:
        return session, []
    first = questions.put_off[0]
    session = replace(session, questions=questions.drop_first())
    return ask_back(session, first.command, first.others)


_AT_REST = (State.REST, State.READY, State.SUMMARY)


def ask_back(session: Session, command: Command, others: tuple[Command, ...] = ()) -> Turn:
    """ "I heard eighty kilos, right?" Offers expected readings first, then the rest."""
    if command.intent is Intent.PLAN:  # only the weight is in doubt
        others = tuple(each for each in others if planned_weight(each) is not None)
    readings = sorted((command, *others), key=lambda each: _unexpected(session, each))
    command, others = readings[0], tuple(readings[1:])
    slots, language = dict(command.slots), session.workout.exercise.language
    if "note" in slots:
        heard = str(slots["note"])
    elif "reps" in slots:
        heard = language.quantity("reps", int(slots["reps"]))
    elif "held" in slots:
        heard = language.quantity("seconds", int(slots["held"]))
    elif command.intent in (Intent.RPE, Intent.LEFT):
        heard = language.quantity("effort", rpe_in(command))
    else:
        weight = _weight_of(session, command)
        if weight is None:
            return say(session, no_such_load(session.workout))
        heard = weight_words(session, weight)
        if command.intent is Intent.WARM_UP:
            heard = around(session, "warm_up_to", heard)
    wanted = session.questions.wanted
    mending = reading_back(session)
    hush = make_way(session, "asked back") if mending else []
    session, said = say(session, "unsure", heard=heard)
    question = Question.UNSURE if wanted is None else Question.GUESS
    asked = ask(session, question, command, others[:GUESSES], wanted, mending)
    return asked, [*hush, *said]


def try_another(session: Session, command: Command) -> Turn:
    """No: offer another reading, or ask for the number again."""
    asked = session.questions.open
    assert asked is not None
    hush, wanted = make_way(session, "no"), asked.wanted
    if wanted is not None and asked.about is not None:
        wanted = replace(wanted, refused=wanted.refused | {asked.about})
        asked = replace(asked, wanted=wanted)
        session = replace(session, questions=session.questions.with_open(asked))
    if asked.others:
        session, said = ask_back(session, asked.others[0], asked.others[1:])
    elif wanted is not None:
        session, said = ask_for(session, wanted)
    else:
        session, said = drop(session)
    return session, [*hush, *said]


def drop(session: Session) -> Turn:
    """Nobody confirmed it: do not write it down, and say so."""
    return say(close(session), "not_noted")


def drop_it(session: Session, command: Command) -> Turn:
    session, said = drop(session)
    return session, [*make_way(session, "no"), *said]


def undo(session: Session, command: Command) -> Turn:
    """While the coach asks about an unsure number, "undo" means that number, not the last entry."""
    if session.questions.kind is Question.UNSURE:
        return drop_it(session, command)
    return undo_last(session, command)
