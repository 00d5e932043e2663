"""What is known about a workout at one sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..events import Effect, State, Want
from ..pacing import RepClock, Talk
from ..plan import Exercise, Tempo
from ..workout import DoneSet, PlannedSet, SetKind, Visit, Weight
from .loudness import NORMAL, Loudness

IN_A_SET = (State.ARMED, State.COUNTDOWN, State.REP, State.PAUSED)
"""States in which the catches may be open and a weight may be held."""

UNDER_LOAD = (*IN_A_SET, State.RACKING)
"""The same, and the weight may be on its way back: whoever says "stop" now is obeyed."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A set that is over."""

    exercise: str
    done: DoneSet


@dataclass(frozen=True, slots=True)
class Session:
    """Everything that is known about the workout at one sample."""

    exercise: Exercise
    """While `undecided`, the one whose lines are spoken."""
    tempo: Tempo
    target: int
    """Reps."""
    talk: Talk = Talk.NORMAL
    loudness: Loudness = NORMAL
    offered: tuple[Exercise, ...] = ()
    """What can be chosen by voice."""
    undecided: bool = False
    """Whether no exercise was chosen yet."""
    visit: Visit = field(default_factory=Visit)
    weight: Weight | None = None
    """What is lifted from now on, if it was said."""
    state: State = State.READY
    now: int = 0
    due: int | None = None
    """When time alone changes something next."""
    set_number: int = 1
    done: int = 0
    """Reps of this set whose lift is done."""
    clock: RepClock | None = None
    """The running rep; in COUNTDOWN the one that comes. None outside of both."""
    attempt: int = 0
    """How many runs of reps were begun, over all sets: it keeps cue keys apart."""
    resumed_at: int | None = None
    """The rep with which the set went on after a pause."""
    begun: int = 0
    """First sample of the running stretch of reps."""
    under_tension: int = 0
    """Samples of earlier stretches of this set."""
    reminders: int = 0
    """Of the line that is being repeated: catches, pause."""
    hurt: bool = False
    setup_at: int = 0
    rest_until: int = 0
    log: tuple[Logged, ...] = ()
    """The sets that are over, of all exercises; those without a rep, too."""
    set_begun: bool = False
    """Whether the set that runs has a `SetBegan`."""
    over: bool = False
    """Whether the workout has ended: it has its `WorkoutOver`."""
    last_lines: tuple[Want, ...] = ()
    """What "repeat" says again."""
    turns: Mapping[str, int] = field(default_factory=dict)
    """How often each line was said: it chooses among its alternatives."""
    asked: int = 0
    """How many lines were asked for: it keeps their keys apart."""
    open_answer: tuple[str, Want] | None = None
    """The line with a number of reps that may still wait for its gap, and its want."""
    deaf_since: int | None = None
    deaf_due: int | None = None
    disclaimed: bool = False

    @property
    def next_due(self) -> int | None:
        """When time alone changes something next, deafness included."""
        dues = [due for due in (self.due, self.deaf_due) if due is not None]
        return min(dues) if dues else None

    @property
    def next_set(self) -> int:
        """The number, among those of this exercise, of the set that comes."""
        return len(self.sets_of(self.exercise)) + 1

    def sets_of(self, exercise: Exercise) -> tuple[DoneSet, ...]:
        """What was done of `exercise` in this workout."""
        return tuple(
            each.done for each in self.log if each.exercise == exercise.id and each.done.reps
        )

    @property
    def sets(self) -> tuple[int, ...]:
        """Reps of each set in which there were any, of all exercises."""
        return tuple(each.done.reps for each in self.log if each.done.reps)

    @property
    def planned(self) -> PlannedSet:
        """The set that comes or runs."""
        return PlannedSet(self.target, SetKind.WORK, self.weight, self.exercise.rest)

    @property
    def left(self) -> int:
        """Reps of this set still to do."""
        return max(0, self.target - self.done)

    def taking_on(self, exercise: Exercise) -> Session:
        """With another exercise: its tempo, its target, no set of it done yet."""
        return replace(
            self,
            exercise=exercise,
            tempo=exercise.tempo,
            target=exercise.reps,
            weight=None,
            undecided=False,
        )


Turn = tuple[Session, list[Effect]]
