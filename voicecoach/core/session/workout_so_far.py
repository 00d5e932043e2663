"""The workout so far: what is trained, what is planned, what was done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..plan import Exercise, Tempo
from ..warm_up import ramp
from ..workout import (
    DoneSet,
    Interrupted,
    PlannedExercise,
    PlannedSet,
    SetKind,
    Visit,
    Weight,
)
from .ramps import Ramps, in_the_plan, put_in, unplanned, warming, without_skipped


@dataclass(frozen=True, slots=True)
class Logged:
    """A set that is over, with what the lifter said about it."""

    exercise: str
    done: DoneSet
    note: str = ""
    """The names of its notes, joined by ", "."""


@dataclass(frozen=True, slots=True)
class WorkoutSoFar:
    """The current exercise, its plan, and the sets that are over."""

    exercise: Exercise
    """While `undecided`, it only supplies the lines."""
    tempo: Tempo
    target: int
    """Reps. If a set has sides, for each side."""
    visit: Visit = field(default_factory=Visit)
    offered: tuple[Exercise, ...] = ()
    """What can be chosen by voice."""
    undecided: bool = False
    """True if no exercise was chosen yet."""
    resolved: bool = False
    """True if there is no interrupted workout, or it was carried on or closed."""
    open: bool = False
    """True if a `WorkoutBegan` has no `WorkoutOver` yet."""
    plan: tuple[PlannedSet, ...] = ()
    """The sets of this exercise; empty: without end."""
    weight: Weight | None = None
    """Without a plan: the weight from now on, if it was said."""
    sides: tuple[str, ...] = ()
    """The sides that take turns in a set, as spoken; empty: both at once."""
    side: int = 0
    """The index of the next or running side."""
    log: tuple[Logged, ...] = ()
    """The sets that are over, of all exercises, including those without a rep."""
    unwritten: bool = False
    """True if the log is known to wait for a disk."""
    ramps: Ramps = field(default_factory=dict)
    """Warm-up sets that were put in by voice."""
    after_ramp: int = 0
    """Without a plan: the target of the sets after a ramp that is next; 0 if none is."""
    loaded: Weight | None = None
    """The weight that the lifter knows how to load: it was told, or lifted."""

    @classmethod
    def begin(cls, exercise: Exercise, offered: tuple[Exercise, ...], visit: Visit) -> WorkoutSoFar:
        """A workout with nothing done yet; see `session.begin`."""
        new = visit.interrupted is None
        workout = cls(
            exercise,
            exercise.tempo,
            exercise.reps,
            visit,
            offered,
            undecided=bool(offered) and visit.workout is None,
            resolved=new,
            open=new,
        )
        return workout if workout.undecided else workout.take_on(exercise)

    # --- what was done ------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The id of its plan; "" if there is none."""
        return self.visit.workout.id if self.visit.workout is not None else ""

    @property
    def next_set(self) -> int:
        """The number of the next or running set, among those of this exercise."""
        return len(self.sets_of(self.exercise)) + 1

    def sets_of(self, exercise: Exercise) -> tuple[DoneSet, ...]:
        """The sets of `exercise` in this workout, without empty ones. Of a set with sides, only the
        last side."""
        return tuple(
            each.done
            for each in self.log
            if each.exercise == exercise.id and each.done.reps and not each.done.part
        )

    @property
    def whole_sets(self) -> int:
        """How many sets had a rep, of all exercises; left and right are one."""
        return sum(each.done.reps > 0 and not each.done.part for each in self.log)

    def end_set(self, logged: Logged) -> WorkoutSoFar:
        """Add a set that is over."""
        return replace(self, log=(*self.log, logged))

    def amend(self, at: int, logged: Logged) -> WorkoutSoFar:
        """Replace the set at position `at` of the log, from 0."""
        return replace(self, log=(*self.log[:at], logged, *self.log[at + 1 :]))

    # --- what is planned ----------------------------------------------------------------------

    @property
    def complete(self) -> bool:
        """True if all planned sets of this exercise are done."""
        return bool(self.plan) and self.ramping is None and self._at >= len(self.plan)

    @property
    def planned(self) -> PlannedSet:
        """The next or running set, with current values."""
        if self.ramping is not None:
            return replace(self.ramping, reps=self.target)
        if not self.plan:
            return PlannedSet(self.target, SetKind.WORK, self.weight, self.exercise.rest)
        planned = self.plan[min(self._at, len(self.plan) - 1)]
        rest = self.exercise.rest if planned.rest is None else planned.rest
        return replace(planned, reps=self.target, rest=rest)

    @property
    def ramping(self) -> PlannedSet | None:
        """The next or running set, if it is of a ramp that was put in by voice."""
        return self.ramps.get(self.next_set - 1)

    @property
    def _at(self) -> int:
        """The place in the plan, from 0, of the next set that is no ramp's."""
        return in_the_plan(self.ramps, self.next_set - 1)

    @property
    def work_set(self) -> int:
        """The number of the next or running set, among the work sets of this exercise."""
        done = self.sets_of(self.exercise)
        return sum(each.kind is SetKind.WORK for each in done) + 1

    @property
    def work_sets(self) -> int:
        """How many work sets are planned."""
        return sum(each.kind is SetKind.WORK for each in self.plan)

    @property
    def next_exercise(self) -> PlannedExercise | None:
        """The workout's next exercise."""
        rest = self.visit.workout.exercises if self.visit.workout is not None else ()
        known = {exercise.id for exercise in self.offered}
        names = [each.exercise for each in rest]
        if self.exercise.id in names:
            rest = rest[names.index(self.exercise.id) + 1 :]
        return next((each for each in rest if each.exercise in known and not self._has(each)), None)

    def _has(self, planned: PlannedExercise) -> bool:
        """Whether all sets of `planned` are done."""
        done = [
            each.done
            for each in self.log
            if each.exercise == planned.exercise and each.done.reps > 0 and not each.done.part
        ]
        needed = without_skipped(planned.sets, done)
        return len(done) - len(unplanned(needed, done)) >= len(needed)

    def coming(self) -> WorkoutSoFar:
        """With the target of the next set, if there is a plan or a ramp."""
        if self.ramping is not None:
            then = 0 if self.plan else self.after_ramp or self.target
            return replace(self, target=self.ramping.reps, after_ramp=then)
        if not self.plan:
            return replace(self, target=self.after_ramp or self.target, after_ramp=0)
        return replace(self, target=self.plan[min(self._at, len(self.plan) - 1)].reps)

    def from_now_on(self, *, reps: int | None = None, weight: Weight | None = None) -> WorkoutSoFar:
        """With another target or weight for the next set, and for all later ones of its kind that
        were to be like it."""
        if self.ramping is not None:
            return self._changed_in_ramp(self.ramping, reps, weight)
        workout = replace(
            self,
            target=self.target if reps is None else reps,
            weight=self.weight if weight is None else weight,
        )
        if not self.plan:
            return workout
        at = min(self._at, len(self.plan) - 1)
        like = self.plan[at]
        plan = list(self.plan)
        for n, each in enumerate(self.plan[at:], start=at):
            if each.kind is like.kind:
                if reps is not None and each.reps == like.reps:
                    plan[n] = replace(plan[n], reps=reps)
                if weight is not None and each.weight == like.weight:
                    plan[n] = replace(plan[n], weight=weight)
        return replace(workout, plan=tuple(plan))

    def _changed_in_ramp(
        self, like: PlannedSet, reps: int | None, weight: Weight | None
    ) -> WorkoutSoFar:
        """With another target or weight for the next set of a ramp, and for no other."""
        changed = replace(like, reps=reps or like.reps, weight=weight or like.weight)
        ramps = {**self.ramps, self.next_set - 1: changed}
        return replace(self, ramps=ramps, target=reps or self.target)

    def warm_up(self, sets: tuple[PlannedSet, ...]) -> WorkoutSoFar:
        """With the warm-up `sets` before the sets to come, instead of those of an earlier ramp."""
        return replace(self, ramps=put_in(self.ramps, self.next_set - 1, sets)).coming()

    def without_ramp(self) -> WorkoutSoFar:
        """Without the sets of a ramp that are still to come."""
        return replace(self, ramps=put_in(self.ramps, self.next_set - 1, ()))

    def without_warm_up(self) -> WorkoutSoFar:
        """Without the warm-ups that come before the next work set."""
        workout = self.without_ramp()
        at = workout._at
        plan = self.plan[:at] + self.plan[at + warming(self.plan[at:]) :]
        return replace(workout, plan=plan).coming()

    def tell_of_load(self, weight: Weight | None) -> WorkoutSoFar:
        """The lifter knows how to load `weight`."""
        return replace(self, loaded=weight)

    def one_more(self) -> WorkoutSoFar:
        """With one more set like the last planned one."""
        return replace(self, plan=(*self.plan, *self.plan[-1:]))

    def replan(self, planned: PlannedSet, sets: int) -> WorkoutSoFar:
        """With `sets` sets like `planned` in place of those to come. Sets already done keep their
        numbers."""
        done = self.plan[: self._at] or (planned,) * self._at
        return replace(self, plan=(*done, *(planned,) * sets)).coming()

    def restore(
        self, plan: tuple[PlannedSet, ...], weight: Weight | None, target: int, ramps: Ramps
    ) -> WorkoutSoFar:
        """With the earlier plan. Sets that were added since stay, and so does a ramp."""
        plan = (*plan, *self.plan[len(plan) :])
        ramps = {place: ramps.get(place, each) for place, each in self.ramps.items()}
        return replace(self, plan=plan, weight=weight, target=target, ramps=ramps).coming()

    # --- what is trained ----------------------------------------------------------------------

    def take_on(self, exercise: Exercise) -> WorkoutSoFar:
        """With another exercise: its tempo, the workout's plan for it, and the weight or the hold's
        length that was agreed last time."""
        planned = self.visit.workout.exercises if self.visit.workout is not None else ()
        plan = next((each.sets for each in planned if each.exercise == exercise.id), ())
        past = self.visit.past.get(exercise.id)
        agreed = past.next if past is not None else None
        if agreed is not None:
            plan = tuple(
                replace(each, weight=agreed.weight or each.weight, reps=agreed.reps)
                if each.kind is SetKind.WORK
                else each
                for each in plan
            )
        done = self.sets_of(exercise)
        plan = without_skipped(plan, done)
        workout = replace(
            self,
            ramps=unplanned(plan, done),
            after_ramp=0,
            loaded=None,
            exercise=exercise,
            tempo=exercise.tempo,
            target=agreed.reps if agreed is not None and exercise.held else exercise.reps,
            weight=agreed.weight if agreed is not None else None,
            plan=plan,
            sides=exercise.sides,
            side=0,
            undecided=False,
        )
        return workout.coming()

    def retime(self, tempo: Tempo) -> WorkoutSoFar:
        return replace(self, tempo=tempo)

    def lengthen(self, reps: int) -> WorkoutSoFar:
        """Add `reps` to the next or running set."""
        return replace(self, target=self.target + reps)

    @property
    def side_name(self) -> str:
        """Name of the next or running side; "" if there are none."""
        return self.sides[self.side] if self.sides else ""

    @property
    def other_side(self) -> bool:
        """True if another side comes after this one."""
        return self.side + 1 < len(self.sides)

    def change_side(self) -> WorkoutSoFar:
        """Go to the next side of the set; after the last, to the first side of the next set."""
        return replace(self, side=self.side + 1 if self.other_side else 0)

    def with_sides(self, sides: tuple[str, ...]) -> WorkoutSoFar:
        """Let `sides` take turns in a set."""
        return self if sides == self.sides else replace(self, sides=sides, side=0)

    # --- its beginning and end ----------------------------------------------------------------

    def resume(self) -> WorkoutSoFar:
        """Open the workout; no other waits to be carried on or closed."""
        return replace(self, resolved=True, open=True)

    def finish(self) -> WorkoutSoFar:
        return replace(self, open=False)

    def wait_for_disk(self, waits: bool) -> WorkoutSoFar:
        return replace(self, unwritten=waits)

    def carry_on(self, broken: Interrupted) -> WorkoutSoFar:
        """Carry on where it broke off. Its sets are the first of this workout."""
        log = tuple(Logged(exercise, done) for exercise, done in broken.done)
        if log:
            log = (*log[:-1], replace(log[-1], note=broken.note))
        workout = replace(self.resume(), log=log)
        if self.visit.broken is not None:
            workout = replace(workout, visit=replace(self.visit, workout=self.visit.broken))
        known = {exercise.id: exercise for exercise in (self.exercise, *self.offered)}
        last = known.get(log[-1].exercise) if log else None
        if last is None:
            return workout
        workout = workout.take_on(last)._on_its_side().coming()
        toward = log[-1].done.toward
        if toward is not None:
            return workout._in_the_ramp(toward, log[-1].done.weight)
        weight = log[-1].done.weight
        return workout if workout.plan or weight is None else workout.from_now_on(weight=weight)

    def _in_the_ramp(self, toward: Weight, done: Weight | None) -> WorkoutSoFar:
        """With the rest of a ramp to the work weight `toward`, after the set with weight `done`."""
        workout = self.from_now_on(weight=toward)
        rest = ramp(self.visit.warm_up, toward, self.exercise.loading, done)
        return workout.warm_up(rest)

    def _on_its_side(self) -> WorkoutSoFar:
        """If the last set was of one side, go to the other, or to the same one if it had no rep."""
        last = self.log[-1]
        noted, *_ = last.note.split(", ")
        for sides in (self.exercise.sides, *self.exercise.variation_sides.values()):
            names = [side.lower() for side in sides]
            if noted not in names:
                continue
            at = names.index(noted)
            part = replace(last, done=replace(last.done, part=at + 1 < len(names)))
            side = (at + (last.done.reps > 0)) % len(names)
            return replace(self.amend(len(self.log) - 1, part), sides=sides, side=side)
        return self
