"""The workout so far: what is trained, what is planned, what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from ..plan import Exercise, Tempo
from ..warm_up import ramp
from ..workout import (
    Circuit,
    DoneSet,
    Interrupted,
    PlannedExercise,
    PlannedSet,
    SetKind,
    Station,
    Visit,
    Weight,
)
from .circuit import WALK, AsLeft, Turns, as_planned, come_back, known_to
from .ramps import Ramps, put_in, unplanned, warming, without_skipped


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


def worked(done: Sequence[tuple[str, DoneSet]], exercise: str) -> Weight | None:
    """The weight of the last work set of `exercise`, even if no rep was done."""
    sets = (each for name, each in reversed(done) if name == exercise)
    return next((each.weight for each in sets if each.kind is SetKind.WORK), None)


@dataclass(frozen=True, slots=True)
class WorkoutSoFar:
    """The current exercise, its plan, and the sets that are over."""

    exercise: Exercise
    """While `undecided`, it only supplies the lines."""
    tempo: Tempo
    target: int
    """Reps; 0: as many as possible. If a set has sides, for each side."""
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
    turns: Mapping[int, Turns] = field(default_factory=dict)
    """The circuits that were begun, by number."""
    turn: int = 0
    """The number of the circuit that this exercise is a station of now; 0: none."""
    aside: Mapping[str, AsLeft] = field(default_factory=dict)
    """How the stations of circuits were left."""
    drop: PlannedSet | None = None
    """The drop set that comes next, before whatever is planned."""
    after_drop: int = 0
    """The target of the sets after it."""
    ramps: Ramps = field(default_factory=dict)
    """Warm-up sets that were put in by voice."""
    after_ramp: int = 0
    """Without a plan: the target of the sets after a ramp that is next; 0 if none is."""
    loaded: Weight | None = None
    """The weight that the lifter knows how to load: it was told, or lifted."""
    telling: str = ""
    """The key of the line that tells it, until that was heard."""
    instead: WorkoutSoFar | None = None
    """The workout that begins once the catches of this one, which broke off, are locked."""

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
        """Add a set that is over. If it was a drop set of all sides, it comes no more."""
        workout = replace(self, log=(*self.log, logged))
        if logged.done.reps and logged.done.weight is not None:
            workout = workout.tell_of_load(logged.done.weight)
        return workout if self.other_side and logged.done.reps else workout._without_asked()

    def amend(self, at: int, logged: Logged) -> WorkoutSoFar:
        """Replace the set at position `at` of the log, from 0."""
        return replace(self, log=(*self.log[:at], logged, *self.log[at + 1 :]))

    # --- what is planned ----------------------------------------------------------------------

    @property
    def complete(self) -> bool:
        """True if all planned sets of this exercise are done, or another one has its turn."""
        if self.drop is not None or self.ramping is not None:
            return False
        if self.circuit is not None:
            return self.circuit.next != self.exercise.id
        return bool(self.plan) and self._place >= len(self.plan)

    @property
    def _place(self) -> int:
        """The place of the next or running set in the plan, from 0. Ramps, and drop sets that the
        plan does not have, take no place."""
        at = 0
        for n, done in enumerate(self.sets_of(self.exercise)):
            planned = self.plan[at].kind if at < len(self.plan) else SetKind.WORK
            beside = done.kind is SetKind.DROP and planned is not SetKind.DROP
            at += not beside and n not in self.ramps
        return at

    @property
    def ramping(self) -> PlannedSet | None:
        """The next or running set, if it is of a ramp that was put in by voice."""
        return self.ramps.get(self.next_set - 1)

    @property
    def unbounded(self) -> bool:
        """True if the next or running set is of as many reps as possible."""
        return not self.target

    def reached(self, reps: int) -> bool:
        """Whether `reps` are the target, or more."""
        return bool(self.target) and reps >= self.target

    @property
    def planned(self) -> PlannedSet:
        """The next or running set, with current values."""
        if self.ramping is not None:
            return replace(self.ramping, reps=self.target)
        if self.drop is not None:
            planned = self.drop
        elif not self.plan:
            return PlannedSet(self.target, SetKind.WORK, self.weight, self.exercise.rest)
        else:
            planned = self.plan[min(self._place, len(self.plan) - 1)]
        rest = self.exercise.rest if planned.rest is None else planned.rest
        if self.circuit is not None:
            rest = self.circuit.rest_after(rest)
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
        """The workout's next exercise. In a circuit, the station after this one."""
        if self.circuit is not None and (station := self.circuit.after(self.exercise.id)):
            return PlannedExercise(station, ())
        rest = self.visit.workout.exercises if self.visit.workout is not None else ()
        known = {exercise.id for exercise in self.offered}
        names = [each.exercise for each in rest]
        stations = self.circuit.names if self.circuit is not None else (self.exercise.id,)
        if here := [names.index(each) for each in stations if each in names]:
            rest = rest[max(here) + 1 :]
        return next((each for each in rest if each.exercise in known and not self._has(each)), None)

    def _has(self, planned: PlannedExercise) -> bool:
        """Whether all sets of `planned` are done, or its circuit is over."""
        if any(each.over and planned.exercise in each.names for each in self.turns.values()):
            return True
        done = [
            each.done
            for each in self.log
            if each.exercise == planned.exercise
            and each.done.reps > 0
            and not each.done.part
            and each.done.kind is not SetKind.DROP
        ]
        sets = tuple(each for each in planned.sets if each.kind is not SetKind.DROP)
        needed = without_skipped(sets, done)
        return len(done) - len(unplanned(needed, done)) >= len(needed)

    def coming(self) -> WorkoutSoFar:
        """With the target of the next set, if there is a plan, a ramp or a drop set."""
        if self.ramping is not None:
            then = 0 if self.plan else self.after_ramp or self.target
            return replace(self, target=self.ramping.reps, after_ramp=then)
        if self.drop is not None:
            return replace(self, target=self.drop.reps)
        if not self.plan:
            return replace(self, target=self.after_ramp or self.target, after_ramp=0)
        return replace(self, target=self.plan[min(self._place, len(self.plan) - 1)].reps)

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
        if self.drop is not None:  # "sixty kilos" before a drop set is about that one
            drop = replace(self.drop, reps=workout.target, weight=weight or self.drop.weight)
            return replace(workout, weight=self.weight, drop=drop)
        if not self.plan:
            return workout
        at = min(self._place, len(self.plan) - 1)
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
        reps = like.reps if reps is None else reps
        changed = replace(like, reps=reps, weight=weight or like.weight)
        ramps = {**self.ramps, self.next_set - 1: changed}
        return replace(self, ramps=ramps, target=reps)

    def warm_up(self, sets: tuple[PlannedSet, ...]) -> WorkoutSoFar:
        """With the warm-up `sets` before the sets to come, instead of those of an earlier ramp."""
        return replace(self, ramps=put_in(self.ramps, self.next_set - 1, sets)).coming()

    def without_ramp(self) -> WorkoutSoFar:
        """Without the sets of a ramp that are still to come."""
        return replace(self, ramps=put_in(self.ramps, self.next_set - 1, ()))

    def without_warm_up(self) -> WorkoutSoFar:
        """Without the warm-ups that come before the next work set."""
        workout = self.without_ramp()
        at = workout._place
        plan = self.plan[:at] + self.plan[at + warming(self.plan[at:]) :]
        return replace(workout, plan=plan).coming()

    def tell_of_load(self, weight: Weight | None) -> WorkoutSoFar:
        """The lifter knows how to load `weight`."""
        return replace(self, loaded=weight, telling="")

    def told_of_load(self, key: str, heard: bool) -> WorkoutSoFar:
        """The line `key` is over. If it was to tell how to load the weight, and was not heard, that
        is not known yet."""
        if not self.telling or self.telling != key.rstrip("+"):
            return self
        return self.tell_of_load(self.loaded if heard else None)

    def one_more(self) -> WorkoutSoFar:
        """With one more set like the last planned one that is no drop set; in a circuit, with one
        more round."""
        if self.circuit is not None and not self.circuit.over:
            return self._at(self.circuit.one_more())
        if self.circuit is not None:
            alone = self.leave_circuit()
            return alone.one_more() if alone.complete else alone
        whole = [each for each in self.plan if each.kind is not SetKind.DROP]
        return replace(self, plan=(*self.plan, *(whole or self.plan)[-1:]))

    def without_next_set(self) -> WorkoutSoFar:
        """Without the next planned set, or the drop set or the warm-up before it."""
        if self.drop is not None:
            return self.without_drop()
        if self.ramping is not None:
            at = self.next_set - 1
            later = [each for place, each in sorted(self.ramps.items()) if place > at]
            return replace(self, ramps=put_in(self.ramps, at, later)).coming()
        at = self._place
        return replace(self, plan=(*self.plan[:at], *self.plan[at + 1 :])).coming()

    def replan(self, *sets: PlannedSet) -> WorkoutSoFar:
        """With `sets` in place of those to come. Sets already done keep their numbers."""
        done = self.plan[: self._place]
        done += sets[:1] * (self._place - len(done))
        return replace(self, plan=(*done, *sets)).coming()

    def restore(
        self,
        plan: tuple[PlannedSet, ...],
        weight: Weight | None,
        target: int,
        drop: PlannedSet | None,
        ramps: Ramps,
    ) -> WorkoutSoFar:
        """With the earlier plan. Sets that were added since stay, and so does a ramp. Warm-ups that
        were skipped stay skipped. A drop set that comes is like `drop`."""
        plan = (*plan, *self.plan[len(plan) :])
        done = enumerate(self.sets_of(self.exercise))
        plan = without_skipped(plan, [each for n, each in done if n not in self.ramps])
        drop = (drop or self.drop) if self.drop is not None else None
        ramps = {place: ramps.get(place, each) for place, each in self.ramps.items()}
        workout = replace(self, plan=plan, weight=weight, target=target, drop=drop, ramps=ramps)
        return workout.coming()

    def with_drop(self, drop: PlannedSet) -> WorkoutSoFar:
        """With a drop set before whatever is planned, and no ramp in between."""
        after = self.target if self.drop is None else self.after_drop
        return replace(self.without_ramp(), drop=drop, after_drop=after).coming()

    def without_drop(self) -> WorkoutSoFar:
        """Without a drop set that was asked for, or that the plan has next."""
        workout = self._without_asked()
        at = workout._place
        drops = len(list(takewhile(lambda each: each.kind is SetKind.DROP, workout.plan[at:])))
        if not drops:
            return workout
        return replace(workout, plan=workout.plan[:at] + workout.plan[at + drops :]).coming()

    def _without_asked(self) -> WorkoutSoFar:
        """With what was planned before a drop set was asked for."""
        return self if self.drop is None else replace(self, drop=None, target=self.after_drop)

    def weigh_last(self, weight: Weight) -> WorkoutSoFar:
        """The last set had this weight: the next ones get it if they have none. A drop set gets
        less, see `drop_sets`."""
        bare = self._without_asked()
        if bare.planned.weight is not None or bare.planned.kind is SetKind.DROP:
            return self
        bare = bare.from_now_on(weight=weight)
        return replace(bare, drop=self.drop, target=self.target)

    # --- what is trained ----------------------------------------------------------------------

    def take_on(self, exercise: Exercise) -> WorkoutSoFar:
        """With another exercise: its tempo, the workout's plan for it, and the weight or the hold's
        length that was agreed last time."""
        return self._afresh(exercise)._in_turn(self)

    def _afresh(self, exercise: Exercise) -> WorkoutSoFar:
        """As `take_on`, but in no circuit."""
        planned = self.planned_exercise(exercise)
        plan = planned.sets if planned is not None else ()
        past = self.visit.past.get(exercise.id)
        agreed = past.next if past is not None and not self.follows_program else None
        if agreed is not None:
            alike = len({each.reps for each in plan if each.kind is SetKind.WORK}) == 1
            plan = tuple(
                replace(
                    each,
                    weight=agreed.weight or each.weight,
                    # Targets that differ, or the lack of one, are the plan's own.
                    reps=agreed.reps if alike and each.reps else each.reps,
                )
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
            telling="",
            exercise=exercise,
            tempo=tempo_of(planned, exercise),
            target=agreed.reps if agreed is not None and exercise.held else exercise.reps,
            weight=agreed.weight if agreed is not None else None,
            plan=plan,
            sides=exercise.sides,
            side=0,
            undecided=False,
            turn=0,
            drop=None,
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
        """Add `reps` to the next or running set, if it has a target."""
        return self if self.unbounded else replace(self, target=self.target + reps)

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

    # --- in turns -----------------------------------------------------------------------------

    @property
    def circuit(self) -> Turns | None:
        """The circuit that this exercise is a station of now."""
        return self.turns.get(self.turn)

    @property
    def in_circuit(self) -> bool:
        """True while a circuit runs."""
        return self.circuit is not None and not self.circuit.over

    @property
    def walking(self) -> bool:
        """True from the first station of a round to its last."""
        return self.circuit is not None and self.circuit.walking

    @property
    def last_done(self) -> bool:
        """True if no planned set of this exercise is left."""
        if self.circuit is not None:
            return not self.circuit.left(self.exercise.id)
        return self.complete

    @property
    def next_name(self) -> str:
        """The name of the exercise whose turn it is, or of the next one; "" if there is none."""
        upcoming = self.next_exercise
        id = upcoming.exercise if upcoming is not None else ""
        if self.circuit is not None and not self.circuit.over:
            id = self.circuit.next
        return next((each.name for each in (*self.offered, self.exercise) if each.id == id), "")

    def pass_on(self) -> WorkoutSoFar:
        """The station had its turn, or was skipped."""
        return self if self.circuit is None else self._at(self.circuit.pass_on())

    def end_round(self) -> WorkoutSoFar:
        return self if self.circuit is None else self._at(self.circuit.end_round())

    def other_first(self) -> WorkoutSoFar:
        return self if self.circuit is None else self._at(self.circuit.other_first())

    def leave_circuit(self) -> WorkoutSoFar:
        """With sets of this exercise alone. What was skipped is not made up for."""
        if self.circuit is None:
            return self
        done = self._place
        plan = (*self.plan[:done], *self.plan[-1:] * max(0, done - len(self.plan)))
        return replace(self, plan=plan or self.plan[:1], turn=0)

    def _worked(self, exercise: Exercise) -> Weight | None:
        """The weight of the last work set of `exercise`, even if no rep was done."""
        return worked([(each.exercise, each.done) for each in self.log], exercise.id)

    @property
    def _work_weight(self) -> Weight | None:
        """The weight of the next work set."""
        coming = self.plan[self._place :]
        return next((each.weight for each in coming if each.kind is SetKind.WORK), self.weight)

    def superset(
        self, stations: tuple[Exercise, ...], rounds: int, reps: int | None
    ) -> WorkoutSoFar:
        """With a circuit of these exercises in place of their plans; `reps`: of each that is no
        hold, None: its own. A weight that was used today is kept."""
        planned = self.visit.workout.circuits if self.visit.workout is not None else ()
        number = 1 + max((0, *self.turns, *(each.number for each in planned)))
        rests: tuple[int, int | None] = (WALK, None)
        if self.circuit is not None and self.circuit.new:  # it was not begun: planned anew
            number = self.turn
            rests = self.circuit.circuit.rest_between, self.circuit.circuit.rest
        aside = dict(self.aside)
        places = []
        for each in stations:
            alone = self._afresh(each)
            here = self if each.id == self.exercise.id else alone
            weight = self._worked(each) or here._work_weight
            target = alone.target if each.held or reps is None else reps
            alone = alone.replan(*(PlannedSet(target, SetKind.WORK, weight),) * rounds)
            aside[each.id] = alone._as_left
            places.append(Station(each.id, target))
        turns = Turns(Circuit(number, tuple(places), rounds, *rests))
        workout = replace(self._afresh(stations[0]), turn=number, aside=aside)
        return workout._at(turns)._put_back(aside[stations[0].id])

    def put_right(
        self, exercise: str, plan: tuple[PlannedSet, ...], weight: Weight | None
    ) -> WorkoutSoFar:
        """With the earlier plan for a station that was left."""
        if exercise not in self.aside:
            return self
        left = self.aside[exercise]
        left = replace(left, plan=(*plan, *left.plan[len(plan) :]), weight=weight)
        return replace(self, aside={**self.aside, exercise: left})

    def _at(self, turns: Turns) -> WorkoutSoFar:
        return replace(self, turns={**self.turns, turns.circuit.number: turns})

    @property
    def _as_left(self) -> AsLeft:
        return AsLeft(self.plan, self.weight, self.target, self.tempo, self.sides)

    def _put_back(self, left: AsLeft) -> WorkoutSoFar:
        """With a station as it was left."""
        return replace(
            self,
            plan=left.plan,
            weight=left.weight,
            target=left.target,
            tempo=left.tempo,
            sides=left.sides,
        ).coming()

    def _in_turn(self, before: WorkoutSoFar) -> WorkoutSoFar:
        """With this exercise in its turn, if it is a station of a circuit that is not over, and as
        it was left there. `before`: the workout with the exercise before."""
        aside = self.aside
        if before.circuit is not None:
            aside = {**aside, before.exercise.id: before._as_left}
        workout = replace(self, aside=aside)
        turns = before._circuit_of(self.exercise.id)
        if turns is None or (turns := turns.bring(self.exercise.id)).over:
            return workout
        begun = turns.circuit.number in self.turns
        workout = replace(workout, turn=turns.circuit.number)._at(turns)
        left = aside.get(self.exercise.id) if begun else None
        return workout if left is None else workout._put_back(left)

    def _circuit_of(self, exercise: str) -> Turns | None:
        """The circuit in which `exercise` is trained next: the running one, one that was left, or
        one that the plan has."""
        circuits = self.visit.workout.circuits if self.visit.workout is not None else ()
        known = {each.id: each for each in (*self.offered, self.exercise)}
        done = {each: len(self.sets_of(known[each])) for each in known}
        there = [self.circuit] if self.circuit is not None else []
        there += self.turns.values()
        there += [
            as_planned(known_to(each, {*known}), done)
            for each in circuits
            if each.number not in self.turns
        ]
        fitting = (each for each in there if exercise in each.names and not each.over)
        return next((each for each in fitting if len(each.names) > 1), None)

    def _rejoin(self, broken: Interrupted) -> WorkoutSoFar:
        """In the circuit that its last set belonged to. Each station has the weight that was
        announced for it."""
        known = {each.id: each for each in (self.exercise, *self.offered)}
        if broken.circuit is None:
            return self
        circuit = known_to(broken.circuit, set(known))
        if len(circuit.stations) < 2:
            return self
        last = self.log[-1]
        done = last.done.reps > 0 and not last.done.part
        turns = come_back(circuit, max(1, broken.round), last.exercise, done)
        aside = {}
        plan = self.visit.workout
        by_file = {each.number for each in plan.circuits} if plan is not None else set()
        for each in circuit.stations:
            here = each.exercise == self.exercise.id
            there = self if here else self._afresh(known[each.exercise])
            if not there.plan or circuit.number not in by_file:
                planned = PlannedSet(each.reps, SetKind.WORK, there._work_weight)
                there = there.replan(*(planned,) * turns.left(each.exercise))
            weight = worked(broken.announced, each.exercise)
            there = there if weight is None else there.from_now_on(weight=weight)
            aside[each.exercise] = there._as_left
        workout = replace(self, turn=circuit.number, aside=aside)._at(turns)
        return workout._put_back(aside[self.exercise.id])

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
        workout = workout.take_on(last)._on_its_side().coming()._rejoin(broken)
        done = workout.log[-1].done
        announced = [each for _, each in broken.announced]
        if done.toward is not None:
            ramped = (each for each in reversed(announced) if each.reps and each.toward)
            return workout._in_the_ramp(done.toward, next((each.weight for each in ramped), None))
        if workout.circuit is None:
            workout = workout._as_announced(announced)
        if done.part and done.kind is SetKind.DROP:  # the other side is still to come
            return workout.with_drop(PlannedSet(workout.target, done.kind, announced[-1].weight))
        return workout.without_drop()

    def _as_announced(self, done: Sequence[DoneSet]) -> WorkoutSoFar:
        """With the weight of the last set that was no drop set, for the sets to come that were to
        be like it. `done`: the log, with the weights that were announced."""
        last = next((each for each in reversed(done) if each.kind is not SetKind.DROP), None)
        if last is None or last.weight is None:
            return self
        if not self.plan:
            return self.from_now_on(weight=last.weight)
        at = self._place - (last.reps > 0)
        if not 0 <= at < len(self.plan) or self.plan[at].kind is not last.kind:
            return self
        like = self.plan[at]
        later = tuple(
            replace(each, weight=last.weight)
            if each.kind is like.kind and each.weight == like.weight
            else each
            for each in self.plan[at:]
        )
        return replace(self, plan=(*self.plan[:at], *later))

    def _in_the_ramp(self, toward: Weight, done: Weight | None) -> WorkoutSoFar:
        """With the rest of a ramp to the work weight `toward`, after the set with weight `done`."""
        workout = self.without_warm_up().from_now_on(weight=toward)
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
