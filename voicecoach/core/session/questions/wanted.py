"""Asks for a number that is hard to hear.

The lifter says "log weight". The coach says "Say the kilos.", listens only for numbers until one is
said, and asks again if it was none of those that it heard.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ...effort import MOST_LEFT
from ...events import Command, CommandGiven, Intent, Say
from ...plan import Exercise
from ...workout import Unit, Weight
from ..corrections import reading_back
from ..likely import unit_of
from ..lines import make_way, to_repeat, worded
from ..numbers import IN_UNIT, last_exercise, of_the_last, weight_in
from ..state import AFTER_A_SET, Session, Turn
from . import NumberWanted, Question
from .asking import ask

_ANSWERING = {
    Question.WEIGHT: (Intent.WEIGHT, Intent.PLATES, Intent.NUMBER, Intent.HALF),
    Question.REPS: (Intent.REPS, Intent.NUMBER),
}
"""What answers a question for a number."""


def ask_weight(session: Session, command: Command) -> Turn:
    """ "Say the kilos.", or the pounds if the last weight was in pounds."""
    of_last = of_the_last(session)
    exercise = last_exercise(session) if of_last else session.workout.exercise
    means = Intent.LOG if of_last else Intent.WEIGHT
    return ask_for(session, NumberWanted(Question.WEIGHT, means, unit_of(session, exercise)))


def ask_reps(session: Session, command: Command) -> Turn:
    """ "Say the reps.": of the last set, or of the next."""
    means = Intent.LOG if session.state in AFTER_A_SET else Intent.REPS
    return ask_for(session, NumberWanted(Question.REPS, means))


def ask_again(session: Session, command: Command) -> Turn:
    """That was no number, or not a possible one."""
    wanted = session.questions.wanted
    assert wanted is not None
    return ask_for(session, wanted)


def ask_for(session: Session, wanted: NumberWanted) -> Turn:
    mending = reading_back(session)
    hush = make_way(session, "a number is asked for")
    line = "ask_reps"
    if wanted.question is Question.WEIGHT:
        line = "ask_pounds" if wanted.unit is Unit.LB else "ask_weight"
    session, want = worded(session, line, wording=_numbered(session, wanted).lines[line])
    session = ask(to_repeat(session, want), wanted.question, wanted=wanted, mends=mending)
    return session, [*hush, Say(session.now, (want,))]


def in_answer(session: Session, spoke: CommandGiven) -> CommandGiven | None:
    """What was said, as an answer to the number question. A number without a unit gets the unit
    asked for; refused readings are left out. None if nothing remains."""
    asked = session.questions.open
    if asked is not None and asked.question is Question.LEFT:
        return _left(spoke)
    wanted = asked.wanted if asked is not None and asked.about is None else None
    if wanted is None or spoke.command.intent not in _ANSWERING[wanted.question]:
        return spoke
    meant = [_meant(session, wanted, each) for each in (spoke.command, *spoke.others)]
    # "Fifty" and "fifty kilos" are one answer.
    every = tuple(dict.fromkeys(each for each in meant if each is not None))
    readings = tuple(each for each in every if each not in wanted.refused)
    if not readings:
        return None
    return CommandGiven(readings[0], spoke.sure and readings[0] == meant[0], readings[1:])


def _left(spoke: CommandGiven) -> CommandGiven:
    """A bare number, or so few reps, says how many reps were left."""

    def meant(command: Command) -> Command:
        ((_, value), *_) = command.slots or (("", MOST_LEFT + 1),)
        few = isinstance(value, int) and value <= MOST_LEFT
        if command.intent not in (Intent.NUMBER, Intent.REPS) or not few:
            return command
        return Command(Intent.LEFT, (("left", value),))

    others = tuple(meant(each) for each in spoke.others)
    told = replace(spoke, command=meant(spoke.command), others=others)
    return spoke if told == spoke else told


def _meant(session: Session, wanted: NumberWanted, command: Command) -> Command | None:
    """What `command` means as an answer; None if it is none, like half a rep."""
    ((name, value), *_) = command.slots
    if wanted.question is Question.REPS:
        if isinstance(value, float):
            return None
        unit = "held" if _numbered(session, wanted).held else "reps"
        return Command(wanted.means, ((unit if name == "number" else name, value),))
    weight = Weight(Decimal(str(value)), wanted.unit)
    if name not in ("number", "half_number"):
        known = weight_in(session, command)
        if known is None:
            return Command(wanted.means, command.slots)  # the coach says: unknown sled
        weight = known
    amount = float(weight.amount)
    exact = int(amount) if amount.is_integer() else amount
    return Command(wanted.means, ((IN_UNIT[weight.unit], exact),)) if exact else None


def _numbered(session: Session, wanted: NumberWanted) -> Exercise:
    """The exercise that the number belongs to."""
    return last_exercise(session) if wanted.means is Intent.LOG else session.workout.exercise
