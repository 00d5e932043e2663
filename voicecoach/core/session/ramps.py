"""Warm-up sets that were put in by voice, and how they stand beside the plan.

They are kept by their place among the sets of the exercise, and not in its plan. So the plan stays
what it was: an undo restores it, and sets without end stay without end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from ..workout import DoneSet, PlannedSet, SetKind

Ramps = Mapping[int, PlannedSet]
"""By the place among the sets of the exercise, from 0. Those that are done stay, because the plan's
sets are counted without them."""


def put_in(ramps: Ramps, at: int, sets: Sequence[PlannedSet]) -> Ramps:
    """With `sets` as the next ones, from place `at` on, instead of those that were to come."""
    done = {place: each for place, each in ramps.items() if place < at}
    return {**done, **dict(enumerate(sets, start=at))}


def warming(plan: Sequence[PlannedSet]) -> int:
    """How many warm-ups the plan begins with."""
    return len(list(takewhile(lambda each: each.kind is SetKind.WARM_UP, plan)))


def without_skipped(
    plan: tuple[PlannedSet, ...], done: Sequence[DoneSet]
) -> tuple[PlannedSet, ...]:
    """The plan without the warm-ups at its beginning that were skipped: work was done, and fewer
    warm-ups than planned. And without the drop sets that were left out: another set came."""
    if not any(each.kind is SetKind.WORK for each in done):
        return plan
    return _without_left_drops(plan[max(0, warming(plan) - warm_ups(done)) :], done)


def _without_left_drops(
    plan: tuple[PlannedSet, ...], done: Sequence[DoneSet]
) -> tuple[PlannedSet, ...]:
    at = 0
    for each in done:
        while each.kind is SetKind.WORK and at < len(plan) and plan[at].kind is SetKind.DROP:
            plan = plan[:at] + plan[at + 1 :]
        # Warm-ups and drop sets that were put in by voice take no place.
        fits = at < len(plan) and plan[at].kind is each.kind
        at += fits or each.kind is SetKind.WORK
    return plan


def unplanned(plan: Sequence[PlannedSet], done: Sequence[DoneSet]) -> Ramps:
    """The warm-ups in `done` that are not in the plan, as a workout that goes on needs them."""
    planned = sum(each.kind is SetKind.WARM_UP for each in plan)
    done_before = (PlannedSet(each.reps, each.kind, each.weight) for each in done)
    return dict(enumerate(tuple(done_before)[: max(0, warm_ups(done) - planned)]))


def warm_ups(done: Sequence[DoneSet]) -> int:
    return sum(each.kind is SetKind.WARM_UP for each in done)
