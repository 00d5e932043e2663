"""Drop sets: at once again, with less weight, while the muscle is still tired.

"Drop set" after a set offers the next weight down. The catches come first, as after any set. While
the weight stays secured, the full gate is not asked again: the coach has the weight changed behind
the locked catches, and waits for "ready". No rest comes between.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..events import Command, Refused, State
from ..plan import Exercise
from ..workout import DoneSet, PlannedSet, SetKind, Weight
from .before import to_gate
from .lines import heard_tone, say, speak_over
from .state import Session, Turn

KEPT = Decimal("0.8")
"""Share of the weight that a drop set keeps. A fifth less is a step that is felt; the lifter may
say another weight."""

_SMALLEST = Decimal("2.5")
"""The step of an exercise that has none of its own, in the weight's unit."""


def next_down(exercise: Exercise, weight: Weight) -> Weight | None:
    """The weight of a drop set after one with `weight`: rounded down to what can be loaded, or else
    to the exercise's step. None if nothing would be left."""
    loading = exercise.loading
    if loading is not None and loading.rack(weight.unit) is not None:
        lighter = loading.below(weight)
        if lighter is None:
            return None
        fifth = loading.nearest(Weight(weight.amount * KEPT, weight.unit))
        return min(lighter, fifth, key=lambda each: each.kilograms)
    steps = exercise.progression.steps if exercise.progression is not None else ()
    step = next((step.amount for step in steps if step.unit is weight.unit), _SMALLEST)
    less = weight.amount * KEPT // step * step
    return Weight(less, weight.unit) if less > 0 else None


def drop_set(session: Session, command: Command) -> Turn:
    """ "Drop set": offer one. If the catches are not locked yet, they come first."""
    last = _last_set(session)
    if last is None:
        return say(session, "no_set_yet")
    racking = session.state is State.RACKING
    over = session.set.hurt or session.set.broken_off or not session.set.done
    if racking and (over or session.workout.sets.other_side):
        reason = "a drop set comes after a whole set"
        return session, [Refused(session.now, command, reason)]
    offered = offer_drop(session, last)
    if _too_light(offered, last):
        return say(session, "no_lighter")
    session = offered
    if racking:
        return session, heard_tone(session)
    hush = speak_over(session, "a drop set was asked for")
    session, asked = to_gate(session)
    return session, [*hush, *asked]


def offer_drop(session: Session, last: DoneSet) -> Session:
    """Let a drop set after `last` come next: as planned, or like `last` with less weight."""
    workout, drop = session.workout, session.workout.sets.drop
    if drop is not None:
        if drop.weight is not None or last.weight is None:
            return session
        drop = replace(drop, weight=next_down(workout.exercise, last.weight))
        return session.prescribe(workout.sets.with_drop(drop))
    planned = workout.planned
    if planned.kind is not SetKind.DROP:
        target = session.set.last_target
        reps = workout.target if target is None else target
        planned = PlannedSet(reps, SetKind.DROP, None, session.set.rest_after)
    if planned.weight is None and last.weight is not None:
        planned = replace(planned, weight=next_down(workout.exercise, last.weight))
    return session.prescribe(workout.sets.with_drop(planned))


def _last_set(session: Session) -> DoneSet | None:
    """The last set of this exercise, if it had a rep."""
    return next(reversed(session.workout.sets.done), None)


def drop_follows(session: Session) -> Session | None:
    """After the catches: the session with the drop set that comes next, asked for or planned; None
    if another set does."""
    session = session.prescribe(session.workout.sets.coming())
    workout, last = session.workout, _last_set(session)
    if last is None or workout.complete or workout.planned.kind is not SetKind.DROP:
        return None
    session = offer_drop(session, last)
    return None if _too_light(session, last) else session


def as_light_as_it_gets(session: Session) -> bool:
    """Whether a drop set would come next, but nothing is lighter than the last set."""
    session = session.prescribe(session.workout.sets.coming())
    workout, last = session.workout, _last_set(session)
    drop = last is not None and not workout.complete and workout.planned.kind is SetKind.DROP
    return drop and last is not None and _too_light(offer_drop(session, last), last)


def _too_light(session: Session, last: DoneSet) -> bool:
    """Whether nothing is lighter than the `last` set, so that the drop set has no weight."""
    return last.weight is not None and session.workout.planned.weight is None
