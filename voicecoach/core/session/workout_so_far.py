"""The workout so far: what is trained, in turns or not, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..plan import Exercise, Tempo
from ..workout import Circuit, DoneSet, PlannedExercise, PlannedSet, SetKind, Station, Visit, Weight
from .circuit import WALK, Turns, as_planned, known_to
from .prescription import Prescription
from .ramps import unplanned, without_skipped


@dataclass(frozen=True, slots=True)
class Logged:
    """A set that is over, with what the lifter said about it."""

    exercise: str
    done: DoneSet
    note: str = ""
    """The names of its notes, joined by ", "."""


def worked(done: Sequence[tuple[str, DoneSet]], exercise: str) -> Weight | None:
    """The weight of the last work set of `exercise`, even if no rep was done."""
    sets = (each for name, each in reversed(done) if name == exercise)
    return next((each.weight for each in sets if each.kind is SetKind.WORK), None)


@dataclass(frozen=True, slots=True)
class WorkoutSoFar:
    """The current exercise, its sets that come, and those of all exercises that are over."""

    exercise: Exercise
    """While `undecided`, it only supplies the lines."""
    sets: Prescription
    """Of this exercise."""
    visit: Visit = field(default_factory=Visit)
    offered: tuple[Exercise, ...] = ()
    """What can be chosen by voice."""
    undecided: bool = False
    """True if no exercise was chosen yet."""
    resolved: bool = False
    """True if there is no interrupted workout, or it was carried on or closed."""
    open: bool = False
    """True if a `WorkoutBegan` has no `WorkoutOver` yet."""
    log: tuple[Logged, ...] = ()
    """The sets that are over, of all exercises, including those without a rep."""
    unwritten: bool = False
    """True if the log is known to wait for a disk."""
    turns: Mapping[int, Turns] = field(default_factory=dict)
    """The circuits that were begun, by number."""
    turn: int = 0
    """The number of the circuit that this exercise is a station of now; 0: none."""
    aside: Mapping[str, Prescription] = field(default_factory=dict)
    """The sets of circuits' stations, as they were left."""
    left: Mapping[str, Prescription] = field(default_factory=dict)
    """The sets of exercises that were left for another, in no circuit, as they were left."""
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
            Prescription(exercise.tempo, exercise.reps, exercise.rest),
            visit,
            offered,
            undecided=bool(offered) and visit.workout is None,
            resolved=new,
            open=new,
        )
        return workout if workout.undecided else workout.begin_with(exercise)

    # --- what was done ------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The id of its plan; "" if there is none."""
        return self.visit.workout.id if self.visit.workout is not None else ""

    def sets_of(self, exercise: str) -> tuple[DoneSet, ...]:
        """The sets of `exercise` that are over, without empty ones. Of a set with sides, only the
        last side."""
        return tuple(
            each.done
            for each in self.log
            if each.exercise == exercise and each.done.reps and not each.done.part
        )

    @property
    def whole_sets(self) -> int:
        """How many sets had a rep, of all exercises; left and right are one."""
        return sum(each.done.reps > 0 and not each.done.part for each in self.log)

    def end_set(self, logged: Logged) -> WorkoutSoFar:
        """Add a set that is over. If it was a drop set of all sides, it comes no more."""
        workout = self.with_log((*self.log, logged))
        if logged.done.reps and logged.done.weight is not None:
            workout = workout.tell_of_load(logged.done.weight)
        if self.sets.other_side and logged.done.reps:
            return workout
        return workout.prescribe(workout.sets.before_drop())

    def amend(self, at: int, logged: Logged) -> WorkoutSoFar:
        """Replace the set at position `at` of the log, from 0."""
        return self.with_log((*self.log[:at], logged, *self.log[at + 1 :]))

    def with_log(self, log: tuple[Logged, ...]) -> WorkoutSoFar:
        """With another log. The sets of this exercise are those in it."""
        workout = replace(self, log=log)
        done = workout.sets_of(self.exercise.id)
        return workout.prescribe(replace(self.sets, done=done))

    # --- what is planned ----------------------------------------------------------------------

    @property
    def tempo(self) -> Tempo:
        """The tempo of this exercise."""
        return self.sets.tempo

    @property
    def target(self) -> int:
        """The target of the next or running set; see `Prescription`."""
        return self.sets.target

    @property
    def plan(self) -> tuple[PlannedSet, ...]:
        """The planned sets of this exercise; empty: without end."""
        return self.sets.plan

    @property
    def planned(self) -> PlannedSet:
        """The next or running set, with current values."""
        planned = self.sets.planned
        if self.circuit is None or self.sets.ramping is not None:
            return planned
        if self.sets.drop is None and not self.plan:
            return planned
        return replace(planned, rest=self.circuit.rest_after(planned.rest or 0))

    @property
    def complete(self) -> bool:
        """True if all planned sets of this exercise are done, or another one has its turn."""
        if self.circuit is not None and self.sets.beside is None:
            return self.circuit.next != self.exercise.id
        return self.sets.complete

    @property
    def next_exercise(self) -> Exercise | None:
        """The workout's next exercise. In a circuit, the station after this one."""
        offered = {each.id: each for each in self.offered}
        if self.circuit is not None and (station := self.circuit.after(self.exercise.id)):
            return offered.get(station)
        rest = self.visit.workout.exercises if self.visit.workout is not None else ()
        names = [each.exercise for each in rest]
        stations = self.circuit.names if self.circuit is not None else (self.exercise.id,)
        if here := [names.index(each) for each in stations if each in names]:
            rest = rest[max(here) + 1 :]
        left = (each.exercise for each in rest if not self._has(each))
        return next((offered[each] for each in left if each in offered), None)

    def _has(self, planned: PlannedExercise) -> bool:
        """Whether all sets of `planned` are done, or its circuit is over."""
        if any(each.over and planned.exercise in each.names for each in self.turns.values()):
            return True
        done = [e for e in self.sets_of(planned.exercise) if e.kind is not SetKind.DROP]
        sets = tuple(each for each in planned.sets if each.kind is not SetKind.DROP)
        needed = without_skipped(sets, done)
        return len(done) - len(unplanned(needed, done)) >= len(needed)

    def prescribe(self, sets: Prescription) -> WorkoutSoFar:
        """With other sets of this exercise."""
        return replace(self, sets=sets)

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
        return self.prescribe(self.sets.one_more())

    # --- what is trained ----------------------------------------------------------------------

    def take_on(self, exercise: Exercise) -> WorkoutSoFar:
        """With another exercise: as it was left, or else with its tempo, the workout's plan for it,
        and the weight or the hold's length that was agreed last time."""
        return self._leave()._afresh(exercise)._in_turn(self)

    def begin_with(self, exercise: Exercise) -> WorkoutSoFar:
        """With `exercise` as planned, and no other left for it."""
        return replace(self, left={})._afresh(exercise)._in_turn(self)

    def _leave(self) -> WorkoutSoFar:
        """With the sets of this exercise kept for when it is taken on again; if it was a station of
        a circuit that is over, with those of all its stations."""
        if self.undecided or self.in_circuit:
            return self
        left = {self.exercise.id: self.sets}
        if self.circuit is not None:
            there = {name: self.aside[name] for name in self.circuit.names if name in self.aside}
            left = {
                name: sets.taken_up(self.sets_of(name)).up_to_here()
                for name, sets in {**there, **left}.items()
            }
        return replace(self, left={**self.left, **left})

    def _afresh(self, exercise: Exercise) -> WorkoutSoFar:
        """As `take_on`, but in no circuit."""
        return replace(
            self,
            exercise=exercise,
            sets=self.prescribed(exercise),
            undecided=False,
            turn=0,
            loaded=None,
            telling="",
        )

    def prescribed(self, exercise: Exercise) -> Prescription:
        """The sets of `exercise`, as they were left, or else as the workout plans them and as was
        agreed last time."""
        if exercise.id in self.left:
            return self.left[exercise.id].taken_up(self.sets_of(exercise.id))
        past = self.visit.past.get(exercise.id)
        agreed = past.next if past is not None and not self.follows_program else None
        planned = self.planned_exercise(exercise)
        return Prescription.of(exercise, planned, agreed, self.sets_of(exercise.id))

    def planned_exercise(self, exercise: Exercise) -> PlannedExercise | None:
        """What the workout plans for `exercise`."""
        planned = self.visit.workout.exercises if self.visit.workout is not None else ()
        return next((each for each in planned if each.exercise == exercise.id), None)

    @property
    def follows_program(self) -> bool:
        """True if a program decides what comes next, and not the coach's suggestions."""
        return self.visit.workout is not None and self.visit.workout.day is not None

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
        if self.circuit is None or self.circuit.over:
            return self.next_exercise.name if self.next_exercise is not None else ""
        known = {each.id: each.name for each in (*self.offered, self.exercise)}
        return known.get(self.circuit.next, "")

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
        return replace(self, sets=self.sets.up_to_here(), turn=0)

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
        done = [(each.exercise, each.done) for each in self.log]
        aside = dict(self.aside)
        places = []
        for each in stations:
            alone = self.prescribed(each)
            here = self.sets if each.id == self.exercise.id else alone
            weight = worked(done, each.id) or here.work_weight
            target = alone.target if each.held or reps is None else reps
            aside[each.id] = alone.replan(*(PlannedSet(target, SetKind.WORK, weight),) * rounds)
            places.append(Station(each.id, target))
        turns = Turns(Circuit(number, tuple(places), rounds, *rests))
        return self._afresh(stations[0]).in_turns(turns, aside)

    def in_turns(self, turns: Turns, aside: Mapping[str, Prescription]) -> WorkoutSoFar:
        """In the circuit `turns`, whose stations' sets are in `aside`."""
        sets = self.sets.as_left(aside[self.exercise.id])
        return replace(self, sets=sets, turn=turns.circuit.number, aside=aside)._at(turns)

    def put_right(self, exercise: str, earlier: Prescription) -> WorkoutSoFar:
        """With the earlier plan for a station that was left."""
        aside, left = dict(self.aside), dict(self.left)
        for there in (aside, left):
            if exercise in there:
                there[exercise] = there[exercise].with_plan_of(earlier)
        return replace(self, aside=aside, left=left)

    def _at(self, turns: Turns) -> WorkoutSoFar:
        return replace(self, turns={**self.turns, turns.circuit.number: turns})

    def _in_turn(self, before: WorkoutSoFar) -> WorkoutSoFar:
        """With this exercise in its turn, if it is a station of a circuit that is not over, and as
        it was left there. `before`: the workout with the exercise before."""
        aside = self.aside
        if before.circuit is not None:
            aside = {**aside, before.exercise.id: before.sets}
        workout = replace(self, aside=aside)
        turns = before._circuit_of(self.exercise.id)
        if turns is None or (turns := turns.bring(self.exercise.id)).over:
            return workout
        begun = turns.circuit.number in self.turns
        workout = replace(workout, turn=turns.circuit.number)._at(turns)
        left = aside.get(self.exercise.id) if begun else None
        return workout if left is None else workout.prescribe(workout.sets.as_left(left))

    def _circuit_of(self, exercise: str) -> Turns | None:
        """The circuit in which `exercise` is trained next: the running one, one that was left, or
        one that the plan has."""
        circuits = self.visit.workout.circuits if self.visit.workout is not None else ()
        known = {each.id for each in (*self.offered, self.exercise)}
        done = {each: len(self.sets_of(each)) for each in known}
        there = [self.circuit] if self.circuit is not None else []
        there += self.turns.values()
        there += [
            as_planned(known_to(each, known), done)
            for each in circuits
            if each.number not in self.turns
        ]
        fitting = (each for each in there if exercise in each.names and not each.over)
        return next((each for each in fitting if len(each.names) > 1), None)

    # --- its beginning and end ----------------------------------------------------------------

    def resume(self) -> WorkoutSoFar:
        """Open the workout; no other waits to be carried on or closed."""
        return replace(self, resolved=True, open=True)

    def finish(self) -> WorkoutSoFar:
        return replace(self, open=False)

    def wait_for_disk(self, waits: bool) -> WorkoutSoFar:
        return replace(self, unwritten=waits)
