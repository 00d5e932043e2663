"""A workout that broke off goes on: which set comes, of which side, in whose turn, how heavy.

The log tells. A weight that the lifter was to lift, and the rest of a ramp, were agreed by voice,
so no plan has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..warm_up import ramp
from ..workout import DoneSet, Interrupted, PlannedSet, SetKind
from .circuit import come_back, known_to
from .prescription import Prescription
from .workout_so_far import Logged, WorkoutSoFar, worked


def go_on(workout: WorkoutSoFar, broken: Interrupted) -> WorkoutSoFar:
    """Carry on where it broke off. Its sets are the first of this workout."""
    log = tuple(Logged(exercise, done) for exercise, done in broken.done)
    if log:
        log = (*log[:-1], replace(log[-1], note=broken.note))
    workout = workout.resume().with_log(log)
    if workout.visit.broken is not None:
        workout = replace(workout, visit=replace(workout.visit, workout=workout.visit.broken))
    known = {exercise.id: exercise for exercise in (workout.exercise, *workout.offered)}
    last = known.get(log[-1].exercise) if log else None
    if last is None:
        return workout
    workout = _rejoin(_on_its_side(workout.begin_with(last), broken), broken)
    done = workout.log[-1].done
    announced = [each for _, each in broken.announced]
    if done.toward is not None:
        ramped = (each for each in reversed(announced) if each.reps and each.toward)
        above = next((each.weight for each in ramped), None)
        rest = ramp(workout.visit.warm_up, done.toward, last.loading, above)
        sets = workout.sets.without_warm_up().from_now_on(weight=done.toward)
        return workout.prescribe(sets.warm_up(rest))
    sets = workout.sets
    if workout.circuit is None:
        sets = _as_announced(sets, announced, broken.planned)
    if done.part and done.kind is SetKind.DROP:  # the other side is still to come
        drop = PlannedSet(sets.target, done.kind, announced[-1].weight)
        return workout.prescribe(sets.with_drop(drop))
    return workout.prescribe(sets.without_drop())


def _as_announced(
    sets: Prescription, done: Sequence[DoneSet], planned: Sequence[PlannedSet]
) -> Prescription:
    """With the weight and the target of the last set that was no drop set, for the sets to come
    that were to be like it. `done`: the log, with the weights that were announced; `planned`: its
    sets as they were announced, empty if that is not known."""
    at = next((n for n in reversed(range(len(done))) if done[n].kind is not SetKind.DROP), None)
    if at is None:
        return sets
    last = done[at]
    reps = planned[at].reps if planned and last.kind is SetKind.WORK else None
    if not sets.plan:
        return sets.from_now_on(reps=reps, weight=last.weight)
    place = sets.place - (last.reps > 0)
    if not 0 <= place < len(sets.plan) or sets.plan[place].kind is not last.kind:
        return sets
    return sets.from_place(place, reps=reps, weight=last.weight).coming()


def _on_its_side(workout: WorkoutSoFar, broken: Interrupted) -> WorkoutSoFar:
    """If the last set was of one side, go to the other, or to the same one if it had no turn."""
    last = workout.log[-1]
    noted, *_ = last.note.split(", ")
    exercise = workout.exercise
    for sides in (exercise.sides, *exercise.variation_sides.values()):
        names = [side.lower() for side in sides]
        if noted not in names:
            continue
        at = names.index(noted)
        part = replace(last, done=replace(last.done, part=at + 1 < len(names)))
        workout = workout.amend(len(workout.log) - 1, part)
        side = (at + (last.done.reps > 0 or broken.failed)) % len(names)
        return workout.prescribe(replace(workout.sets, sides=sides, side=side).coming())
    return workout


def _rejoin(workout: WorkoutSoFar, broken: Interrupted) -> WorkoutSoFar:
    """In the circuit that its last set belonged to. Each station has the weight that was announced
    for it."""
    known = {each.id: each for each in (workout.exercise, *workout.offered)}
    circuit = known_to(broken.circuit, set(known)) if broken.circuit is not None else None
    if circuit is None or len(circuit.stations) < 2:
        return workout
    last = workout.log[-1]
    done = (last.done.reps > 0 or broken.failed) and not last.done.part
    turns = come_back(circuit, max(1, broken.round), last.exercise, done)
    plan = workout.visit.workout
    by_file = {each.number for each in plan.circuits} if plan is not None else set()
    aside = {}
    for each in circuit.stations:
        here = each.exercise == workout.exercise.id
        sets = workout.sets if here else workout.prescribed(known[each.exercise])
        if not sets.plan or circuit.number not in by_file:
            planned = PlannedSet(each.reps, SetKind.WORK, sets.work_weight)
            sets = sets.replan(*(planned,) * turns.left(each.exercise))
        weight = worked(broken.announced, each.exercise)
        aside[each.exercise] = sets if weight is None else sets.from_now_on(weight=weight)
    return workout.in_turns(turns, aside)
