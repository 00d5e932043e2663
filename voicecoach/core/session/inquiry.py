"""A number that was not heard for sure is asked back; one that is hard to hear is asked for.

"I heard fifteen kilos, right?" At a yes it is written down; at a no it may have been the
next most probable reading. Where all this is hard to hear, the lifter says "log weight": the
coach says "Say the kilos.", listens for nothing but numbers until one is said, and asks
again if it was none of those that it heard.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..events import Command, CommandGiven, Intent, Say, State
from ..plan import Exercise
from ..workout import Entry, SetKind, Unit, Weight
from .likely import unit_of, unlikely
from .lines import heard_tone, make_way, say, weight_words, worded
from .numbers import (
    AFTER_A_SET,
    IN_UNIT,
    last_exercise,
    mends,
    of_the_last,
    reading_back,
    take_back,
    undo_last,
    weight_in,
)
from .planning import planned_exercise, planned_weight
from .questions import ask, close
from .state import NumberWanted, Question, Session, Turn

GUESSES = 2
"""Other readings that are asked back before a number is asked for again, or given up."""

_ANSWERING = {
    Question.WEIGHT: (Intent.WEIGHT, Intent.NUMBER, Intent.HALF),
    Question.REPS: (Intent.REPS, Intent.NUMBER),
}
"""What answers a question for a number."""


def in_doubt(session: Session, said: CommandGiven) -> bool:
    """Whether what was `said` is not to be written down unasked: the recogniser is not sure, or
    it is sure of a weight that nobody would expect (see `likely`)."""
    command = said.command
    if command.intent is Intent.PLAN:
        return _unexpected(session, command)  # for the rest, it is announced as a whole
    if command.intent is Intent.REPS and session.state not in AFTER_A_SET:
        return False
    if command.intent not in _WRITING:
        return False
    return not said.sure or _unexpected(session, command)


_WRITING = frozenset({Intent.WEIGHT, Intent.REPS, Intent.LOG, Intent.RPE, Intent.NOTE})
"""What the lifter says of a set."""


def _unexpected(session: Session, command: Command) -> bool:
    """Whether `command` names a weight that is far from those of its exercise."""
    if mends(session, Entry.WEIGHT):
        session, _ = take_back(session)  # what it takes the place of is no measure for it
    weight = _weight_of(session, command)
    if weight is None:
        return False
    if command.intent is Intent.PLAN:
        exercise, kind = planned_exercise(session, command), SetKind.WORK
    elif session.log and (command.intent is Intent.LOG or of_the_last(session)):
        exercise, kind = last_exercise(session), session.log[-1].done.kind
    else:
        exercise, kind = session.exercise, session.planned.kind
    return unlikely(session, weight, exercise, kind)


def _weight_of(session: Session, command: Command) -> Weight | None:
    """What `command` says is lifted, if it says that."""
    if command.intent is Intent.PLAN:
        return planned_weight(command)
    if command.intent not in (Intent.WEIGHT, Intent.LOG):
        return None
    return None if dict(command.slots).keys() & {"reps", "held"} else weight_in(session, command)


def put_off(session: Session, said: CommandGiven) -> Turn:
    """Nothing comes between the lifter and the catches: it is asked back once they are locked.
    What is said in its place till then takes its place."""
    session = without_doubts(session, said.command)
    return replace(session, doubted=(*session.doubted, said)), heard_tone(session)


def without_doubts(session: Session, command: Command) -> Session:
    """Without what is still to be asked back of the same kind as `command`."""
    kind = _kind(command)
    return replace(session, doubted=tuple(d for d in session.doubted if _kind(d.command) != kind))


def _kind(command: Command) -> Intent:
    """LOG is of weight or of reps."""
    if command.intent is not Intent.LOG:
        return command.intent
    return Intent.REPS if dict(command.slots).keys() & {"reps", "held"} else Intent.WEIGHT


def ask_what_was_put_off(session: Session) -> Turn:
    """The catches are locked, and no other question is open."""
    if not session.doubted or session.asked is not None or session.state not in _AT_REST:
        return session, []
    first, *others = session.doubted
    return ask_back(replace(session, doubted=tuple(others)), first.command, first.others)


_AT_REST = (State.REST, State.READY, State.SUMMARY)


def ask_back(session: Session, command: Command, others: tuple[Command, ...] = ()) -> Turn:
    """ "I heard eighty kilos, right?" If not, it may have been one of the `others`: first of
    those that would be expected, then of the rest."""
    if command.intent is Intent.PLAN:  # of which just the weight is in doubt
        others = tuple(each for each in others if planned_weight(each) is not None)
    readings = sorted((command, *others), key=lambda each: _unexpected(session, each))
    command, others = readings[0], tuple(readings[1:])
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
        weight = _weight_of(session, command)
        if weight is None:
            return say(session, "no_sled")
        heard = weight_words(session, weight)
    wanted = session.asked.wanted if session.asked is not None else None
    mending = reading_back(session)
    hush = make_way(session, "asked back") if mending else []
    session, said = say(session, "unsure", heard=heard)
    question = Question.UNSURE if wanted is None else Question.GUESS
    asked = ask(session, question, command, others[:GUESSES], wanted, mending)
    return asked, [*hush, *said]


def try_another(session: Session, command: Command) -> Turn:
    """No: then it was another, or it is asked for again."""
    asked = session.asked
    assert asked is not None
    hush, wanted = make_way(session, "no"), asked.wanted
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
    return session, [*make_way(session, "no"), *said]


def undo(session: Session, command: Command) -> Turn:
    """What is only asked back is not written yet: it is what is meant, and not the last thing
    that is."""
    if session.asked is not None and session.asked.question is Question.UNSURE:
        return drop_it(session, command)
    return undo_last(session, command)


# --- asked for --------------------------------------------------------------------------------


def ask_weight(session: Session, command: Command) -> Turn:
    """ "Say the kilos.", or the pounds, where it was pounds until now."""
    of_last = of_the_last(session)
    exercise = last_exercise(session) if of_last else session.exercise
    means = Intent.LOG if of_last else Intent.WEIGHT
    return _ask_for(session, NumberWanted(Question.WEIGHT, means, unit_of(session, exercise)))


def ask_reps(session: Session, command: Command) -> Turn:
    """ "Say the reps." Of the set that is over, or to be done."""
    means = Intent.LOG if session.state in AFTER_A_SET else Intent.REPS
    return _ask_for(session, NumberWanted(Question.REPS, means))


def ask_again(session: Session, command: Command) -> Turn:
    """That was no number, or none that it can be."""
    assert session.asked is not None
    assert session.asked.wanted is not None
    return _ask_for(session, session.asked.wanted)


def _ask_for(session: Session, wanted: NumberWanted) -> Turn:
    mending = reading_back(session)
    hush = make_way(session, "a number is asked for")
    line = "ask_reps"
    if wanted.question is Question.WEIGHT:
        line = "ask_pounds" if wanted.unit is Unit.LB else "ask_weight"
    session, want = worded(session, line, wording=_numbered(session, wanted).lines[line])
    session = replace(session, last_lines=(want,))
    session = ask(session, wanted.question, wanted=wanted, mends=mending)
    return session, [*hush, Say(session.now, (want,))]


def in_answer(session: Session, spoke: CommandGiven) -> CommandGiven | None:
    """What was said, as the answer to what was asked for: without a unit it is in the one asked
    for, and it is nothing that was refused before. None if nothing remains."""
    asked = session.asked
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


def _meant(session: Session, wanted: NumberWanted, command: Command) -> Command | None:
    """What `command` says as an answer; None for what answers nothing, like half a rep."""
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
            return Command(wanted.means, command.slots)  # to be told that the sled is unknown
        weight = known
    amount = float(weight.amount)
    exact = int(amount) if amount.is_integer() else amount
    return Command(wanted.means, ((IN_UNIT[weight.unit], exact),)) if exact else None


def _numbered(session: Session, wanted: NumberWanted) -> Exercise:
    """The exercise that the number is of."""
    return last_exercise(session) if wanted.means is Intent.LOG else session.exercise
