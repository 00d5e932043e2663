"""The workout so far: what is trained, what is planned, what was done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..plan import Exercise, Tempo
from ..workout import (
    DoneSet,
    Interrupted,
    PlannedExercise,
    PlannedSet,
    SetKind,
    Visit,
    Weight,
)


@dataclass(frozen=True, slots=True)
class Logged:
    """A set that is over, with what the lifter said about it."""

    exercise: str
    done: DoneSet
    note: str = ""
    """The names of its notes, joined by ", "."""


def tempo_of(planned: PlannedExercise | None, exercise: Exercise) -> Tempo:
    """The tempo of `exercise` in this plan."""
    if planned is None or not planned.tempo or exercise.held:
        return exercise.tempo
    return Tempo.parse(planned.tempo, exercise.explosive)


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
        return bool(self.plan) and self.next_set > len(self.plan)

    @property
    def planned(self) -> PlannedSet:
        """The next or running set, with current values."""
        if not self.plan:
            return PlannedSet(self.target, SetKind.WORK, self.weight, self.exercise.rest)
        planned = self.plan[min(self.next_set, len(self.plan)) - 1]
        rest = self.exercise.rest if planned.rest is None else planned.rest
        return replace(planned, reps=self.target, rest=rest)

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
        done = sum(
            each.exercise == planned.exercise and each.done.reps > 0 and not each.done.part
            for each in self.log
        )
        return done >= len(planned.sets)

    def coming(self) -> WorkoutSoFar:
        """With the target of the next set, if there is a plan."""
        if not self.plan:
            return self
        return replace(self, target=self.plan[min(self.next_set, len(self.plan)) - 1].reps)

    def from_now_on(self, *, reps: int | None = None, weight: Weight | None = None) -> WorkoutSoFar:
        """With another target or weight for the next set, and for all later ones of its kind that
        were to be like it."""
        workout = replace(
            self,
            target=self.target if reps is None else reps,
            weight=self.weight if weight is None else weight,
        )
        if not self.plan:
            return workout
        at = min(self.next_set, len(self.plan)) - 1
        like = self.plan[at]
        plan = list(self.plan)
        for n, each in enumerate(self.plan[at:], start=at):
            if each.kind is like.kind:
                if reps is not None and each.reps == like.reps:
                    plan[n] = replace(plan[n], reps=reps)
                if weight is not None and each.weight == like.weight:
                    plan[n] = replace(plan[n], weight=weight)
        return replace(workout, plan=tuple(plan))

    def one_more(self) -> WorkoutSoFar:
        """With one more set like the last planned one."""
        return replace(self, plan=(*self.plan, *self.plan[-1:]))

    def without_next_set(self) -> WorkoutSoFar:
        """Without the next planned set."""
        at = self.next_set - 1
        return replace(self, plan=(*self.plan[:at], *self.plan[at + 1 :])).coming()

    def replan(self, planned: PlannedSet, sets: int) -> WorkoutSoFar:
        """With `sets` sets like `planned` in place of those to come. Sets already done keep their
        numbers."""
        done = self.plan[: self.next_set - 1] or (planned,) * (self.next_set - 1)
        return replace(self, plan=(*done, *(planned,) * sets)).coming()

    def restore(
        self, plan: tuple[PlannedSet, ...], weight: Weight | None, target: int
    ) -> WorkoutSoFar:
        """With the earlier plan. Sets that were added since stay."""
        plan = (*plan, *self.plan[len(plan) :])
        return replace(self, plan=plan, weight=weight, target=target).coming()

    # --- what is trained ----------------------------------------------------------------------

    def take_on(self, exercise: Exercise) -> WorkoutSoFar:
        """With another exercise: its tempo, the workout's plan for it, and the weight or the hold's
        length that was agreed last time."""
        planned = self.planned_exercise(exercise)
        plan = planned.sets if planned is not None else ()
        past = self.visit.past.get(exercise.id)
        agreed = past.next if past is not None and not self.follows_program else None
        if agreed is not None:
            plan = tuple(
                replace(each, weight=agreed.weight or each.weight, reps=agreed.reps)
                if each.kind is SetKind.WORK
                else each
                for each in plan
            )
        workout = replace(
            self,
            exercise=exercise,
            tempo=tempo_of(planned, exercise),
            target=agreed.reps if agreed is not None and exercise.held else exercise.reps,
            weight=agreed.weight if agreed is not None else None,
            plan=plan,
            sides=exercise.sides,
            side=0,
            undecided=False,
        )
        return workout.coming()

    def planned_exercise(self, exercise: Exercise) -> PlannedExercise | None:
        """What the workout plans for `exercise`."""
        planned = self.visit.workout.exercises if self.visit.workout is not None else ()
        return next((each for each in planned if each.exercise == exercise.id), None)

    @property
    def follows_program(self) -> bool:
        """True if a program decides what comes next, and not the coach's suggestions."""
        return self.visit.workout is not None and self.visit.workout.day is not None

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
        weight = log[-1].done.weight
        return workout if workout.plan or weight is None else workout.from_now_on(weight=weight)

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
