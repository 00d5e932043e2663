"""The prescription of one exercise: the sets that come, with reps, load, tempo and sides.

Its `plan` counts from the first set of the exercise. Two kinds of sets stand beside the plan: a
drop set, and warm-ups that were put in by voice (see `ramps`). They take no place in it. So an undo
finds the plan as it was, and sets without end stay without end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from ..plan import Exercise, Tempo
from ..workout import DoneSet, PlannedExercise, PlannedSet, SetKind, Target, Weight
from .ramps import Ramps, put_in, unplanned, warming, without_skipped


@dataclass(frozen=True, slots=True)
class Prescription:
    """What is planned for one exercise, and which of its sets are over."""

    tempo: Tempo
    target: int
    """Reps of the next or running set; 0: as many as possible. If it has sides, for each side."""
    rest: int
    """Samples of rest after a set whose plan says nothing else; 0: without an end."""
    plan: tuple[PlannedSet, ...] = ()
    """The sets of the exercise, from the first; empty: without end."""
    weight: Weight | None = None
    """Without a plan: the weight from now on, if it was said."""
    sides: tuple[str, ...] = ()
    """The sides that take turns in a set, as spoken; empty: both at once."""
    side: int = 0
    """The index of the next or running side."""
    drop: PlannedSet | None = None
    """The drop set that comes next, before whatever is planned."""
    after_drop: int = 0
    """The target of the sets after it."""
    ramps: Ramps = field(default_factory=dict)
    """Warm-up sets that were put in by voice."""
    after_ramp: int | None = None
    """Without a plan: the target of the sets after a ramp that is next; None if none is."""
    done: tuple[DoneSet, ...] = ()
    """The sets that are over, as `WorkoutSoFar.sets_of` has them; only that file sets this."""

    @classmethod
    def of(
        cls,
        exercise: Exercise,
        planned: PlannedExercise | None,
        agreed: Target | None,
        done: tuple[DoneSet, ...],
    ) -> Prescription:
        """As `planned`, with the weight or the hold's length that was `agreed` last time."""
        plan = planned.sets if planned is not None else ()
        if agreed is not None:
            plan = _as_agreed(plan, agreed)
        plan = without_skipped(plan, done)
        sets = cls(
            _tempo_of(planned, exercise),
            agreed.reps if agreed is not None and exercise.held else exercise.reps,
            exercise.rest,
            plan,
            agreed.weight if agreed is not None else None,
            exercise.sides,
            ramps=unplanned(plan, done),
            done=done,
        )
        return sets.coming()

    # --- the next or running set --------------------------------------------------------------

    @property
    def next_set(self) -> int:
        """The number of the next or running set, among those of this exercise."""
        return len(self.done) + 1

    @property
    def work_set(self) -> int:
        """The same, among the work sets of this exercise."""
        return sum(each.kind is SetKind.WORK for each in self.done) + 1

    @property
    def work_sets(self) -> int:
        """How many work sets are planned."""
        return sum(each.kind is SetKind.WORK for each in self.plan)

    @property
    def place(self) -> int:
        """The place of the next or running set in the plan, from 0. Ramps, and drop sets that the
        plan does not have, take no place."""
        at = 0
        for n, done in enumerate(self.done):
            planned = self.plan[at].kind if at < len(self.plan) else SetKind.WORK
            beside = done.kind is SetKind.DROP and planned is not SetKind.DROP
            at += not beside and n not in self.ramps
        return at

    @property
    def ramping(self) -> PlannedSet | None:
        """The next or running set, if it is of a ramp that was put in by voice."""
        return self.ramps.get(len(self.done))

    @property
    def beside(self) -> PlannedSet | None:
        """The next or running set, if it stands beside the plan: of a ramp, or a drop set."""
        return self.ramping or self.drop

    @property
    def planned(self) -> PlannedSet:
        """The next or running set, with current values."""
        planned = self._as_planned
        if planned is None:
            return PlannedSet(self.target, SetKind.WORK, self.weight, self.rest)
        rest = self.rest if planned.rest is None else planned.rest
        return replace(planned, reps=self.target, rest=rest)

    @property
    def _as_planned(self) -> PlannedSet | None:
        """The next or running set; after the last of the plan, that one. None without a plan."""
        if self.beside is not None or not self.plan:
            return self.beside
        return self.plan[min(self.place, len(self.plan) - 1)]

    @property
    def complete(self) -> bool:
        """True if all planned sets are done."""
        return self.beside is None and bool(self.plan) and self.place >= len(self.plan)

    @property
    def unbounded(self) -> bool:
        """True if the next or running set is of as many reps as possible."""
        return not self.target

    def reached(self, reps: int) -> bool:
        """Whether `reps` are the target, or more."""
        return bool(self.target) and reps >= self.target

    @property
    def work_weight(self) -> Weight | None:
        """The weight of the next work set."""
        coming = self.plan[self.place :]
        return next((each.weight for each in coming if each.kind is SetKind.WORK), self.weight)

    def coming(self) -> Prescription:
        """With the target of the next set, if there is a plan, a ramp or a drop set."""
        planned = self._as_planned
        if planned is None:
            return replace(self, target=self._after_ramp, after_ramp=None)
        if self.ramping is None:
            return replace(self, target=planned.reps, after_ramp=None)
        then = None if self.plan else self._after_ramp
        return replace(self, target=planned.reps, after_ramp=then)

    @property
    def _after_ramp(self) -> int:
        return self.target if self.after_ramp is None else self.after_ramp

    # --- changed ------------------------------------------------------------------------------

    def from_now_on(self, *, reps: int | None = None, weight: Weight | None = None) -> Prescription:
        """With another target or weight for the next set, and for all later ones of its kind that
        were to be like it. Of a ramp, or before a drop set, only for that one."""
        if self.ramping is not None:
            target = self.ramping.reps if reps is None else reps
            step = replace(self.ramping, reps=target, weight=weight or self.ramping.weight)
            return replace(self, ramps={**self.ramps, len(self.done): step}, target=target)
        target = self.target if reps is None else reps
        if self.drop is not None:
            drop = replace(self.drop, reps=target, weight=weight or self.drop.weight)
            return replace(self, target=target, drop=drop)
        sets = replace(self, target=target, weight=weight or self.weight)
        at = min(self.place, len(self.plan) - 1)
        return sets.from_place(at, reps=reps, weight=weight) if self.plan else sets

    def from_place(
        self, at: int, *, reps: int | None = None, weight: Weight | None = None
    ) -> Prescription:
        """With another target or weight in the plan for the set at place `at`, and for all later
        ones of its kind that were to be like it."""
        like = self.plan[at]
        plan = list(self.plan)
        for n, each in enumerate(self.plan[at:], start=at):
            if each.kind is like.kind:
                if reps is not None and each.reps == like.reps:
                    plan[n] = replace(plan[n], reps=reps)
                if weight is not None and each.weight == like.weight:
                    plan[n] = replace(plan[n], weight=weight)
        return replace(self, plan=tuple(plan))

    def weigh_last(self, weight: Weight) -> Prescription:
        """The last set had this weight: the next ones get it if they have none. A drop set gets
        less, see `drop_sets`."""
        bare = self.before_drop()
        if bare.planned.weight is not None or bare.planned.kind is SetKind.DROP:
            return self
        bare = bare.from_now_on(weight=weight)
        return replace(bare, drop=self.drop, target=self.target)

    def lengthen(self, reps: int) -> Prescription:
        """Add `reps` to the next or running set, if it has a target."""
        return self if self.unbounded else replace(self, target=self.target + reps)

    def retime(self, tempo: Tempo) -> Prescription:
        return replace(self, tempo=tempo)

    # --- more sets, and fewer -----------------------------------------------------------------

    def one_more(self) -> Prescription:
        """With one more set like the last planned one that is no drop set."""
        whole = [each for each in self.plan if each.kind is not SetKind.DROP]
        return replace(self, plan=(*self.plan, *(whole or self.plan)[-1:]))

    def without_next_set(self) -> Prescription:
        """Without the next planned set and the drop sets that would follow it, or without the drop
        set or the warm-up before it."""
        if self.drop is not None:
            return self.without_drop()
        if self.ramping is not None:
            at = len(self.done)
            later = [each for place, each in sorted(self.ramps.items()) if place > at]
            return replace(self, ramps=put_in(self.ramps, at, later)).coming()
        return self._without(1 if self.planned.kind is SetKind.DROP else 1 + self._drops(1))

    def _drops(self, after: int) -> int:
        """How many drop sets the plan has in a row, `after` so many of its next sets."""
        coming = self.plan[self.place + after :]
        return len(list(takewhile(lambda each: each.kind is SetKind.DROP, coming)))

    def _without(self, sets: int) -> Prescription:
        """Without the next `sets` of the plan."""
        at = self.place
        return replace(self, plan=self.plan[:at] + self.plan[at + sets :]).coming()

    def replan(self, *sets: PlannedSet) -> Prescription:
        """With `sets` in place of those to come. Sets already done keep their numbers."""
        done = self.plan[: self.place]
        done += sets[:1] * (self.place - len(done))
        return replace(self, plan=(*done, *sets)).coming()

    def up_to_here(self) -> Prescription:
        """With a plan of as many sets as are done, but at least one."""
        done = self.place
        plan = (*self.plan[:done], *self.plan[-1:] * max(0, done - len(self.plan)))
        return replace(self, plan=plan or self.plan[:1])

    # --- warm-ups put in by voice -------------------------------------------------------------

    def warm_up(self, sets: Sequence[PlannedSet]) -> Prescription:
        """With the warm-up `sets` before the sets to come, instead of those of an earlier ramp."""
        return replace(self, ramps=put_in(self.ramps, len(self.done), sets)).coming()

    def without_ramp(self) -> Prescription:
        """Without the sets of a ramp that are still to come. The target stays."""
        return replace(self, ramps=put_in(self.ramps, len(self.done), ()))

    def with_ramp_of(self, earlier: Prescription) -> Prescription:
        """With those sets of an earlier ramp that are still to come, instead of the present one."""
        at = len(self.done)
        left = [each for place, each in sorted(earlier.ramps.items()) if place >= at]
        return replace(self, ramps=put_in(self.ramps, at, left))

    def without_warm_up(self) -> Prescription:
        """Without the warm-ups that come before the next work set."""
        sets = self.without_ramp()
        return sets._without(warming(sets.plan[sets.place :]))

    # --- a drop set ---------------------------------------------------------------------------

    def with_drop(self, drop: PlannedSet) -> Prescription:
        """With a drop set before whatever is planned, and no ramp in between."""
        after = self._after_ramp if self.drop is None else self.after_drop
        return replace(self.without_ramp(), drop=drop, after_drop=after).coming()

    def without_drop(self) -> Prescription:
        """Without a drop set that was asked for, or that the plan has next."""
        sets = self.before_drop()
        drops = sets._drops(0)
        return sets._without(drops) if drops else sets

    def before_drop(self) -> Prescription:
        """With what was planned before a drop set was asked for."""
        return self if self.drop is None else replace(self, drop=None, target=self.after_drop)

    # --- its sides ----------------------------------------------------------------------------

    @property
    def side_name(self) -> str:
        """Name of the next or running side; "" if there are none."""
        return self.sides[self.side] if self.sides else ""

    @property
    def other_side(self) -> bool:
        """True if another side comes after this one."""
        return self.side + 1 < len(self.sides)

    def change_side(self) -> Prescription:
        """Go to the next side of the set; after the last, to the first side of the next set."""
        return replace(self, side=self.side + 1 if self.other_side else 0)

    def with_sides(self, sides: tuple[str, ...]) -> Prescription:
        """Let `sides` take turns in a set."""
        return self if sides == self.sides else replace(self, sides=sides, side=0)

    # --- as it was ----------------------------------------------------------------------------

    def with_plan_of(self, earlier: Prescription) -> Prescription:
        """With the earlier plan and weight. Sets that were added since stay."""
        plan = (*earlier.plan, *self.plan[len(earlier.plan) :])
        return replace(self, plan=plan, weight=earlier.weight)

    def restore(self, earlier: Prescription, target: int) -> Prescription:
        """With the earlier plan. Sets that were added since stay, and so does a ramp. Warm-ups that
        were skipped stay skipped. A drop set that comes is like the earlier one."""
        plan = self.with_plan_of(earlier).plan
        plan = without_skipped(plan, [e for n, e in enumerate(self.done) if n not in self.ramps])
        return replace(
            self,
            plan=plan,
            weight=earlier.weight,
            target=target,
            drop=(earlier.drop or self.drop) if self.drop is not None else None,
            ramps={place: earlier.ramps.get(place, each) for place, each in self.ramps.items()},
        ).coming()

    def taken_up(self, done: tuple[DoneSet, ...]) -> Prescription:
        """As the exercise is taken up again, after other ones. A drop set is over, and a set that
        was done with one side begins anew."""
        return replace(self.before_drop(), side=0, done=done).coming()

    def as_left(self, left: Prescription) -> Prescription:
        """With its sets as they were `left` for another station. It begins with its first side, and
        what stood beside the plan is over."""
        return replace(
            self,
            plan=left.plan,
            weight=left.weight,
            target=left.target,
            tempo=left.tempo,
            sides=left.sides,
        ).coming()


def _tempo_of(planned: PlannedExercise | None, exercise: Exercise) -> Tempo:
    """The tempo of `exercise` in this plan."""
    if planned is None or not planned.tempo or exercise.held:
        return exercise.tempo
    return Tempo.parse(planned.tempo, exercise.explosive)


def _as_agreed(plan: tuple[PlannedSet, ...], agreed: Target) -> tuple[PlannedSet, ...]:
    """The plan with what was agreed. Targets that differ, or the lack of one, are its own."""
    work = [each for each in plan if each.kind is SetKind.WORK]
    alike = len({each.reps for each in work}) == 1
    return tuple(
        replace(
            each,
            weight=agreed.weight or each.weight,
            reps=agreed.reps if alike and each.reps else each.reps,
        )
        if each.kind is SetKind.WORK
        else each
        for each in plan
    )
