"""Which weights are plausible for an exercise, and in which unit they are said.

A recogniser that hears "thirty" for "eighty" is as sure of it as of any word: it gave such numbers
0.92 to 0.97, and 0.75 is enough to write one down. It can't know how probable a weight is, but the
log can: nobody lifts a third of Monday's weight on Wednesday, or twice as much. So a weight is
believed at once only if it was lifted before, or lies between half of the heaviest and one step of
the exercise's progression above it. For any other weight, the coach asks first, which costs a
"yes".

The first weight of an exercise has nothing to compare with. It is written down and read back like
any other, and corrected by "no" or by the right number. If the coach asked first, a lifter too out
of breath to answer would lose it.

Warm-ups are light, and lifters' warm-ups differ, so one is too light only compared with other
warm-ups.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..plan import Exercise
from ..workout import DoneSet, Entry, SetKind, Unit, Weight
from .state import Session

LIGHTEST = Decimal("0.5")
"""Share of the heaviest weight. Below it, the coach asks."""

USUAL_STEP = Decimal("0.1")
"""Share of the heaviest weight, if the exercise has no step of its own: the upper end of what the
American College of Sports Medicine advises (position stand on progression models, 2009)."""


def unlikely(session: Session, weight: Weight, exercise: Exercise, kind: SetKind) -> bool:
    """Whether `weight` would be unexpected in such a set of `exercise`."""
    work = _lifted(session, exercise, SetKind.WORK)
    warm_ups = _lifted(session, exercise, SetKind.WARM_UP)
    warming_up = kind is SetKind.WARM_UP
    if weight in work or (warming_up and weight in warm_ups):
        return False
    light = warm_ups if warming_up else work
    if light and weight.kilograms < LIGHTEST * _heaviest(light).kilograms:
        return True
    known = [*work, *warm_ups] if warming_up else work
    if not known:
        return False
    heaviest = _heaviest(known)
    return weight.kilograms > heaviest.kilograms + _step(exercise, heaviest, weight.unit)


def _step(exercise: Exercise, heaviest: Weight, unit: Unit) -> Decimal:
    """The expected weight gain at most, in kilograms."""
    steps = exercise.progression.steps if exercise.progression is not None else ()
    own = [step for step in steps if step.unit is unit] or steps
    if not own:
        return USUAL_STEP * heaviest.kilograms
    return max(step.kilograms for step in own)


def _heaviest(weights: list[Weight]) -> Weight:
    return max(weights, key=lambda weight: weight.kilograms)


def _lifted(session: Session, exercise: Exercise, kind: SetKind) -> list[Weight]:
    """With what such sets were done: today, the last time, and as it is planned or agreed."""
    workout = session.workout
    past = workout.visit.past.get(exercise.id)
    done = [each.done for each in workout.log if each.exercise == exercise.id]
    found = [each.weight for each in (*done, *(past.last if past else ())) if each.kind is kind]
    if exercise.id == workout.exercise.id:
        found += [each.weight for each in workout.plan if each.kind is kind]
        found += [workout.sets.weight] if kind is SetKind.WORK else []
    if kind is SetKind.WORK and past is not None and past.next is not None:
        found.append(past.next.weight)
    return [weight for weight in found if weight is not None]


def unit_of(session: Session, exercise: Exercise) -> Unit:
    """The unit in which weights of `exercise` are said: as the last one, or, if there is none yet,
    as the last of any exercise."""
    return next((weight.unit for weight in _last_said(session, exercise) if weight), Unit.KG)


def _last_said(session: Session, exercise: Exercise) -> Iterator[Weight | None]:
    """The known weights, last said first."""
    workout = session.workout
    for made in session.entries.made:
        if made.entry is Entry.WEIGHT and made.exercise == exercise.id:
            if made.of is not None:
                yield workout.log[made.of].done.weight
            elif exercise.id == workout.exercise.id:
                yield workout.planned.weight
    past = workout.visit.past.get(exercise.id)
    yield from _weights(each.done for each in workout.log if each.exercise == exercise.id)
    if exercise.id == workout.exercise.id:
        yield workout.planned.weight
    if past is not None:
        yield from _weights(past.last)
    yield from _weights(each.done for each in workout.log)


def _weights(sets: Iterator[DoneSet] | tuple[DoneSet, ...]) -> list[Weight | None]:
    return [each.weight for each in reversed(tuple(sets))]
