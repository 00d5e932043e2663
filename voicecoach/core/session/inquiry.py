"""A number that was not heard for sure is asked back; one that is hard to hear is asked for.

"I heard fifteen kilos, right?" At a yes it is written down; at a no it may have been the
next most probable reading. Where all this is hard to hear, the lifter says "log weight": the
coach says "Say the kilos.", listens for nothing but numbers until one is said, and asks
again if it was none of those that it heard.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..events import Command, Intent, Say, Spoke, State
from ..plan import Exercise
from .lines import say, speak_over, weight_words, worded
from .numbers import AFTER_A_SET, last_exercise, of_the_last, reading_back, weight_in
from .questions import ask, close
from .state import Question, Session, Turn, Wanted

GUESSES = 2
"""Other readings that are asked back before a number is asked for again, or given up."""

_OF = {Question.WEIGHT: Intent.WEIGHT, Question.REPS: Intent.REPS}
"""What answers a question for a number, beside a number alone."""


def in_doubt(session: Session, command: Command) -> bool:
    """Whether `command`, of which nobody is sure, would write something down."""
    if session.state is State.RACKING:
        return False  # nothing comes between the lifter and the catches
    if command.intent is Intent.REPS:
        return session.state in AFTER_A_SET
    return command.intent in (Intent.WEIGHT, Intent.LOG, Intent.RPE, Intent.NOTE)


def ask_back(session: Session, command: Command, others: tuple[Command, ...] = ()) -> Turn:
    """ "I heard eighty kilos, right?" If not, it may have been one of the `others`."""
    slots, language = dict(command.slots), session.exercise.language
    if "note" in slots:
        heard = str(slots["note"])
    elif "reps" in slots:
        heard = language.quantity("reps", int(slots["reps"]))
    elif "held" in slots:
        heard = language.quantity("seconds", int(slots["held"]))
    elif command.intent is Intent.RPE:
        ((_, value),) = command.slots
        heard = language.quantity("effort", Decimal(str(value)))
    else:
        weight = weight_in(session, command)
        if weight is None:
            return say(session, "no_sled")
        heard = weight_words(session, weight)
    wanted = session.asked.wanted if session.asked is not None else None
    mends = reading_back(session)
    session, said = say(session, "unsure", heard=heard)
    question = Question.UNSURE if wanted is None else Question.GUESS
    return ask(session, question, command, others[:GUESSES], wanted, mends), said


def try_another(session: Session, command: Command) -> Turn:
    """No: then it was another, or it is asked for again."""
    asked = session.asked
    assert asked is not None
    hush, wanted = speak_over(session, "no"), asked.wanted
    if wanted is not None and asked.about is not None:
        wanted = replace(wanted, refused=wanted.refused | {asked.about})
        session = replace(session, asked=replace(asked, wanted=wanted))
    if asked.others:
        session, said = ask_back(session, asked.others[0], asked.others[1:])
    elif wanted is not None:
        session, said = _ask_for(session, wanted)
    else:
        session, said = drop(session)
    return session, [*hush, *said]


def drop(session: Session) -> Turn:
    """Nobody said that it was right: it is not written down, and that is said."""
    return say(close(session), "not_noted")


def drop_it(session: Session, command: Command) -> Turn:
    session, said = drop(session)
    return session, [*speak_over(session, "no"), *said]


# --- asked for --------------------------------------------------------------------------------


def ask_weight(session: Session, command: Command) -> Turn:
    """ "Say the kilos." """
    means = Intent.LOG if of_the_last(session) else Intent.WEIGHT
    return _ask_for(session, Wanted(Question.WEIGHT, means))


def ask_reps(session: Session, command: Command) -> Turn:
    """ "Say the reps." Of the set that is over, or to be done."""
    means = Intent.LOG if session.state in AFTER_A_SET else Intent.REPS
    return _ask_for(session, Wanted(Question.REPS, means))


def ask_again(session: Session, command: Command) -> Turn:
    """That was no number, or none that it can be."""
    assert session.asked is not None
    assert session.asked.wanted is not None
    return _ask_for(session, session.asked.wanted)


def _ask_for(session: Session, wanted: Wanted) -> Turn:
    mends = reading_back(session)
    hush = speak_over(session, "a number is asked for")
    line = "ask_weight" if wanted.question is Question.WEIGHT else "ask_reps"
    session, want = worded(session, line, wording=_numbered(session, wanted).lines[line])
    session = replace(session, last_lines=(want,))
    session = ask(session, wanted.question, wanted=wanted, mends=mends)
    return session, [*hush, Say(session.now, (want,))]


def in_answer(session: Session, spoke: Spoke) -> Spoke | None:
    """What was said, as the answer to what was asked for: without a unit it is in the one asked
    for, and it is nothing that was refused before. None if nothing remains."""
    asked = session.asked
    wanted = asked.wanted if asked is not None and asked.about is None else None
    if wanted is None or spoke.command.intent not in (_OF[wanted.question], Intent.NUMBER):
        return spoke
    if wanted.question is Question.WEIGHT:
        unit = "kilos"
    else:
        unit = "held" if _numbered(session, wanted).held else "reps"

    def meant(command: Command) -> Command:
        slots = ((unit if name == "number" else name, value) for name, value in command.slots)
        return Command(wanted.means, tuple(slots))

    # "Fifty" and "fifty kilos" are one answer.
    every = tuple(dict.fromkeys(map(meant, (spoke.command, *spoke.others))))
    readings = tuple(each for each in every if each not in wanted.refused)
    if not readings:
        return None
    return Spoke(readings[0], spoke.sure and readings[0] == every[0], readings[1:])


def _numbered(session: Session, wanted: Wanted) -> Exercise:
    """The exercise that the number is of."""
    return last_exercise(session) if wanted.means is Intent.LOG else session.exercise
