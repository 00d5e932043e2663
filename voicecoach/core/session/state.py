"""What is known about a workout at one sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..events import Effect, State
from ..plan import SAMPLE_RATE, Exercise, Tempo
from ..workout import (
    DoneSet,
    Entry,
    PlannedExercise,
    PlannedSet,
    SetKind,
    Target,
    Visit,
    Weight,
    Workout,
)
from .hearing import Hearing
from .questions import Questions
from .rest_clock import RestClock
from .set_in_progress import SetInProgress
from .speech import Speech

IN_A_SET = (State.ARMED, State.COUNTDOWN, State.REP, State.PAUSED)
"""States in which the catches may be open and a weight may be held."""

UNDER_LOAD = (*IN_A_SET, State.RACKING)
"""The same, and the weight may be on its way back: whoever says "stop" now is obeyed."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A set that is over, with what the lifter said of it."""

    exercise: str
    done: DoneSet
    note: str = ""
    """The names of its notes, joined by ", "."""


@dataclass(frozen=True, slots=True)
class Made:
    """Something that the lifter said of a set, with all that it takes to take it back."""

    entry: Entry | None
    """None: what was agreed on for the next time."""
    exercise: str
    of: int | None
    """The set, by its place in the log; None for the set that comes."""
    before: Logged | None
    """That set, as it was."""
    plan: tuple[PlannedSet, ...]
    weight: Weight | None
    target: int
    """What was to be lifted from then on, and how often."""
    agreed: Target | None
    """What was agreed on for the next time."""


@dataclass(frozen=True, slots=True)
class Session:
    """Everything that is known about the workout at one sample."""

    exercise: Exercise
    """While `undecided`, the one whose lines are spoken."""
    tempo: Tempo
    target: int
    """Reps; of each side, where a set has sides."""
    offered: tuple[Exercise, ...] = ()
    """What can be chosen by voice."""
    undecided: bool = False
    """Whether no exercise was chosen yet."""
    visit: Visit = field(default_factory=Visit)
    resolved: bool = False
    """Whether an interrupted workout was carried on or closed; so, too, if there was none."""
    plan: tuple[PlannedSet, ...] = ()
    """The sets of this exercise; empty where they have no end."""
    weight: Weight | None = None
    """Without a plan: what is lifted from now on, if it was said."""
    state: State = State.READY
    now: int = 0
    due: int | None = None
    """When time alone changes something next."""
    questions: Questions = field(default_factory=Questions)
    set: SetInProgress = field(default_factory=SetInProgress)
    rest: RestClock | None = None
    """The last one; None before the first."""
    log: tuple[Logged, ...] = ()
    """The sets that are over, of all exercises; those without a rep, too."""
    agreed: Mapping[str, Target] = field(default_factory=dict)
    """For the next time, by exercise."""
    made: tuple[Made, ...] = ()
    """What "undo" takes back, the last one first."""
    suggested: frozenset[tuple[str, Weight | None]] = frozenset()
    """Where more was suggested: once for each exercise and weight."""
    sides: tuple[str, ...] = ()
    """What a set is done with in turn, as it is spoken; empty: with both sides at once."""
    side: int = 0
    """Which of them comes or runs."""
    open: bool = False
    """Whether a `WorkoutBegan` has not had its `WorkoutOver` yet."""
    speech: Speech = field(default_factory=Speech)
    hearing: Hearing = field(default_factory=Hearing)
    unwritten: bool = False
    """Whether the log is known to wait for a disk."""

    @property
    def next_due(self) -> int | None:
        """When time alone changes something next: deafness and questions included."""
        asked = self.questions.open
        lapses = asked.until if asked is not None else None
        dues = [due for due in (self.due, self.hearing.due, lapses) if due is not None]
        return min(dues) if dues else None

    @property
    def workout(self) -> Workout | None:
        return self.visit.workout

    @property
    def next_set(self) -> int:
        """The number, among those of this exercise, of the set that comes or runs."""
        return len(self.sets_of(self.exercise)) + 1

    def sets_of(self, exercise: Exercise) -> tuple[DoneSet, ...]:
        """What was done of `exercise` in this workout, empty sets left out; of a set with sides
        the last one."""
        return tuple(
            each.done
            for each in self.log
            if each.exercise == exercise.id and each.done.reps and not each.done.part
        )

    @property
    def sets(self) -> tuple[int, ...]:
        """Reps of each set in which there were any, of all exercises; 0 for a hold."""
        return tuple(0 if each.done.held else each.done.reps for each in self.log if each.done.reps)

    @property
    def whole_sets(self) -> int:
        """How many there were, of all exercises; left and right are one."""
        return sum(each.done.reps > 0 and not each.done.part for each in self.log)

    @property
    def failed(self) -> bool:
        """Whether the lifter has said that the set that is over came to no rep: it was one."""
        last = len(self.log) - 1
        said = any(each.of == last and each.entry is Entry.REPS for each in self.made)
        return said and not self.log[last].done.reps

    @property
    def side_name(self) -> str:
        """Of the side that comes or runs; "" where there are none."""
        return self.sides[self.side] if self.sides else ""

    @property
    def complete(self) -> bool:
        """Whether all sets that are planned for this exercise were done."""
        return bool(self.plan) and self.next_set > len(self.plan)

    @property
    def planned(self) -> PlannedSet:
        """The set that comes or runs, with all that holds for it now."""
        if not self.plan:
            return PlannedSet(self.target, SetKind.WORK, self.weight, self.exercise.rest)
        planned = self.plan[min(self.next_set, len(self.plan)) - 1]
        rest = self.exercise.rest if planned.rest is None else planned.rest
        return replace(planned, reps=self.target, rest=rest)

    @property
    def work_set(self) -> int:
        """The number, among the work sets of this exercise, of the set that comes or runs."""
        done = self.sets_of(self.exercise)
        return sum(each.kind is SetKind.WORK for each in done) + 1

    @property
    def work_sets(self) -> int:
        """How many work sets are planned."""
        return sum(each.kind is SetKind.WORK for each in self.plan)

    @property
    def next_exercise(self) -> PlannedExercise | None:
        """What the workout has after this exercise."""
        rest = self.workout.exercises if self.workout is not None else ()
        known = {exercise.id for exercise in self.offered}
        names = [each.exercise for each in rest]
        if self.exercise.id in names:
            rest = rest[names.index(self.exercise.id) + 1 :]
        return next((each for each in rest if each.exercise in known and not self._has(each)), None)

    def _has(self, planned: PlannedExercise) -> bool:
        """Whether all sets of `planned` were done."""
        done = sum(
            each.exercise == planned.exercise and each.done.reps > 0 and not each.done.part
            for each in self.log
        )
        return done >= len(planned.sets)

    @property
    def told_done(self) -> int:
        """What of this set is done, as it is told: reps, or seconds of a hold with those of
        the breath under way."""
        running, clock = self.set.last_breath, self.set.clock
        if clock is not None and self.set.done < clock.rep:
            running = self.now - clock.start
        whole = self.exercise.told(self.set.done)
        return whole + max(0, running) // SAMPLE_RATE if self.exercise.held else whole

    @property
    def told_left(self) -> int:
        """The same of what is still to do."""
        return max(0, self.exercise.told(self.target) - self.told_done)

    def taking_on(self, exercise: Exercise) -> Session:
        """With another exercise: its tempo, its plan if the workout has one, and the weight
        that was agreed on the last time, or how long a hold is."""
        planned = self.workout.exercises if self.workout is not None else ()
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
        session = replace(
            self,
            exercise=exercise,
            tempo=exercise.tempo,
            target=agreed.reps if agreed is not None and exercise.held else exercise.reps,
            weight=agreed.weight if agreed is not None else None,
            plan=plan,
            sides=exercise.sides,
            side=0,
            undecided=False,
        )
        return session.coming()

    def coming(self) -> Session:
        """With the target of the set that comes, where there is a plan."""
        if not self.plan:
            return self
        return replace(self, target=self.plan[min(self.next_set, len(self.plan)) - 1].reps)

    def from_now_on(self, *, reps: int | None = None, weight: Weight | None = None) -> Session:
        """With another target or weight for the set that comes, and for all after it of its
        kind that were to be like it."""
        session = replace(
            self,
            target=self.target if reps is None else reps,
            weight=self.weight if weight is None else weight,
        )
        if not self.plan:
            return session
        at = min(self.next_set, len(self.plan)) - 1
        like = self.plan[at]
        plan = list(self.plan)
        for n, each in enumerate(self.plan[at:], start=at):
            if each.kind is like.kind:
                if reps is not None and each.reps == like.reps:
                    plan[n] = replace(plan[n], reps=reps)
                if weight is not None and each.weight == like.weight:
                    plan[n] = replace(plan[n], weight=weight)
        return replace(session, plan=tuple(plan))


Turn = tuple[Session, list[Effect]]
