"""Whether a rest follows the set whose catches are to be locked.

The coach tells of the rest before it begins, and must not promise one that never comes. `ending`
does what is foreseen here.
"""

from __future__ import annotations

from dataclasses import replace

from ..workout import Entry
from .drop_sets import drop_follows
from .state import Session


def counts(session: Session) -> bool:
    """Whether the last set had a rep, or failed."""
    return not session.set.broken_off and bool(session.set.done or _failed(session))


def _failed(session: Session) -> bool:
    """Whether the lifter corrected the last set to no reps: it still counts as a set."""
    last = len(session.workout.log) - 1
    about = (Entry.REPS, Entry.FAILURE)
    said = any(each.of == last and each.entry in about for each in session.entries.made)
    return said and not session.workout.log[last].done.reps


def rest_follows(session: Session) -> bool:
    """Whether "locked" begins a rest: not after pain or an empty set, not before the other side or
    a drop set, and not after the last set of the workout."""
    if session.set.hurt or not counts(session) or session.workout.sets.other_side:
        return False
    session = replace(session, workout=session.workout.pass_on())
    if drop_follows(session) is not None:
        return False
    workout = session.prescribe(session.workout.sets.without_drop()).workout
    return not workout.complete or workout.next_exercise is not None
