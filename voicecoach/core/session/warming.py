""" "Warm me up to eighty": lighter sets before the work sets, and back to those without them."""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Intent, Refused, State
from ..plan import CueClass
from ..warm_up import ramp
from ..workout import Entry, Weight
from .before import to_gate
from .choice import take_on
from .corrections import remember
from .likely import unit_of
from .lines import make_way, say, speak_over, weight_words
from .loads import load_next
from .numbers import weight_in
from .questions import NumberWanted, Question
from .questions.wanted import ask_for
from .state import Session, Turn


def warm_up(session: Session, command: Command) -> Turn:
    """Put a ramp before the next work set. Without a weight in the command, it leads to the weight
    of that set; if that is not known, the coach asks for it. After the last set of an exercise, it
    is for the next exercise."""
    upcoming = session.workout.next_exercise if session.workout.complete else None
    if upcoming is not None:
        session = take_on(session, upcoming)
    weight = weight_in(session, command) if command.slots else _work_weight(session)
    if weight is None:
        unit = unit_of(session, session.workout.exercise)
        return ask_for(session, NumberWanted(Question.WEIGHT, Intent.WARM_UP, unit))
    exercise = session.workout.exercise
    nearest = exercise.loading.nearest(weight) if exercise.loading is not None else weight
    sets = ramp(session.workout.visit.warm_up, nearest, exercise.loading)
    session = remember(session, Entry.WEIGHT, None, warm_up=True)
    workout = session.workout.one_more() if session.workout.complete else session.workout
    to_come = workout.sets.without_warm_up().from_now_on(weight=nearest).warm_up(sets)
    session = replace(session, workout=workout.prescribe(to_come))
    before = () if nearest == weight else ("cant_load",)
    words = {
        "heard": weight_words(session, weight),
        "next": weight_words(session, nearest),
        "count": exercise.language.number(len(sets)),
    }
    before = (*before, "announce_ramp" if sets else "no_ramp")
    if session.state is not State.REST:
        hush = speak_over(session, "a warm-up was asked for")
        session, asked = to_gate(session, before=before, **words)
        return session, [*hush, *asked]
    hush = make_way(session, "a warm-up was asked for")
    session, said = _tell(session, *before, **words)
    return session, [*hush, *said]


def _work_weight(session: Session) -> Weight | None:
    """The weight of the next work set, if it is known."""
    return session.workout.sets.without_warm_up().planned.weight


def skip_warm_up(session: Session, command: Command) -> Turn:
    """Leave out the warm-ups that come before the next work set, put in by voice or planned."""
    sets = session.workout.sets.without_warm_up()
    if sets == session.workout.sets:
        return session, [Refused(session.now, command, "no warm-up comes next")]
    session = session.prescribe(sets)
    if session.state is State.GATE:
        hush = speak_over(session, "the warm-up is skipped")
        session, asked = to_gate(session, before=("warm_up_skipped",))
        return session, [*hush, *asked]
    hush = make_way(session, "the warm-up is skipped")
    session, said = _tell(session, "warm_up_skipped")
    return session, [*hush, *said]


def _tell(session: Session, *lines: str, **words: str) -> Turn:
    """Say `lines`, and what to load for the set that is next now."""
    session, load = load_next(session)
    lines = (*lines, "load_next") if load else lines
    return say(session, *lines, kind=CueClass.PROMPT, **words, load=load)
