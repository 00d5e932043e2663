"""What to load, in words, and weights that are named by what is loaded: "two plates a side".

The coach tells how to load a weight once: when it is said, when a rest begins before it, or at the
gate of its first set.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from ..events import IN_CIRCUIT, Intent
from ..workout import SetKind, Unit, Weight
from .lines import weight_words
from .state import Session
from .workout_so_far import WorkoutSoFar

LOADED = frozenset({"plates", "a_side", "quarter", "empty", "pin", "added"})
"""The slots that name a weight by what is loaded."""


_QUARTER = Decimal("0.25")
"""Of the plate in the settings."""


def loaded_weight(workout: WorkoutSoFar, slot: str, value: int, unit: Unit) -> Weight | None:
    """The weight that is loaded so; None if the exercise has no such thing. If it can be in two
    units, it is in `unit`."""
    loading, sled = workout.exercise.loading, workout.visit.sled
    if slot == "added":
        return Weight(Decimal(value), unit) if loading is not None and loading.body else None
    if slot == "pin":
        return loading.at_pin(value, unit) if loading is not None else None
    count, quarter = (0, False) if slot == "empty" else (value, slot == "quarter")
    if loading is not None and loading.barred:
        return loading.with_plates(count, quarter, unit)
    if sled is None:
        return None
    side = sled.plate.amount * (count + (_QUARTER if quarter else 0))
    return Weight(sled.empty.amount + 2 * side, sled.empty.unit)


def no_such_load(workout: WorkoutSoFar) -> str:
    """The line which says that a weight can't be named so."""
    return "no_sled" if workout.exercise.loading is None else "no_such_load"


def senseless(workout: WorkoutSoFar) -> frozenset[Intent]:
    """What nobody says of this exercise. Not to listen for it makes the rest easier to hear."""
    loading = workout.exercise.loading
    barred = loading.barred if loading is not None else workout.visit.sled is not None
    there = {
        Intent.PLATES: barred,
        Intent.PIN: loading is not None and loading.stacked,
        Intent.BODY: loading is not None and loading.body,
        # In a circuit the next set is another exercise's.
        Intent.WARM_UP: not workout.exercise.held and not workout.in_circuit,
        Intent.SKIP_WARM_UP: workout.planned.kind is SetKind.WARM_UP and not workout.in_circuit,
        Intent.DROP: not workout.in_circuit,
        **dict.fromkeys(IN_CIRCUIT, workout.in_circuit),
    }
    return frozenset(intent for intent, sensible in there.items() if not sensible)


def load_words(session: Session, weight: Weight | None) -> str:
    """What to load for `weight`: "a twenty and a ten a side"; "" if it is not known."""
    exercise = session.workout.exercise
    loading, language = exercise.loading, exercise.language
    if loading is None or weight is None:
        return ""
    pin = loading.pin(weight)
    if pin is not None:
        return language.quantity("pin", pin)
    side = loading.side(weight)
    if side is None:
        return ""
    if not side:
        return language.units["no_plates"].other
    parts = []
    for plate, same in groupby(side):
        count, words = len(tuple(same)), language.quantity("plate", plate)
        if count > 1:
            times, words = language.units["times"].other, language.amount(plate)
            words = times.format(n=language.number(count), what=words)
        parts.append(words)
    *first, last = parts
    if first:
        last = language.units["both"].other.format(what=", ".join(first), n=last)
    return language.units["a_side"].other.format(n=last)


def round_next(session: Session) -> tuple[Session, str]:
    """If the next set's weight can't be loaded, round it. Returns what it was in words, too; "" if
    it stays."""
    weight, loading = session.workout.planned.weight, session.workout.exercise.loading
    if weight is None or loading is None or weight == session.workout.loaded:
        return session, ""
    nearest = loading.nearest(weight)
    if nearest == weight:
        return session, ""
    session = session.prescribe(session.workout.sets.from_now_on(weight=nearest))
    return session, weight_words(session, weight)


def load_next(session: Session) -> tuple[Session, str]:
    """What to load for the next set, if it was not heard yet; else ""."""
    workout = session.workout
    weight = workout.planned.weight
    if weight is None or (weight == workout.loaded and not workout.telling):
        return session, ""
    return replace(session, workout=workout.tell_of_load(weight)), load_words(session, weight)
