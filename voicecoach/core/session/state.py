"""The state of a workout at one sample: a few parts, each owned by the file of its class."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..events import Effect, State
from ..plan import SAMPLE_RATE
from .entries import Entries
from .hearing import Hearing
from .prescription import Prescription
from .questions import Questions
from .rest_clock import RestClock
from .set_in_progress import SetInProgress
from .speech import Speech
from .workout_so_far import WorkoutSoFar

IN_A_SET = (State.ARMED, State.COUNTDOWN, State.REP, State.PAUSED, State.REST_PAUSE)
"""States in which the catches may be open and the lifter may hold a weight."""

UNDER_LOAD = (*IN_A_SET, State.RACKING)
"""The same, and also while the weight may be on its way back. "Stop" from anybody is obeyed."""

AFTER_A_SET = (State.RACKING, State.REST, State.SUMMARY)
"""States in which a number is about the set that is over."""


@dataclass(frozen=True, slots=True)
class Session:
    """The state of a workout at one sample."""

    workout: WorkoutSoFar
    state: State = State.READY
    now: int = 0
    due: int | None = None
    """When time alone next changes something in this state."""
    set: SetInProgress = field(default_factory=SetInProgress)
    rest: RestClock | None = None
    """The last one; None before the first."""
    entries: Entries = field(default_factory=Entries)
    questions: Questions = field(default_factory=Questions)
    speech: Speech = field(default_factory=Speech)
    hearing: Hearing = field(default_factory=Hearing)

    @property
    def next_due(self) -> int | None:
        """When time alone next changes something, including deafness and questions."""
        asked = self.questions.open
        lapses = asked.until if asked is not None else None
        dues = [due for due in (self.due, self.hearing.due, lapses) if due is not None]
        return min(dues) if dues else None

    @property
    def told_done(self) -> int:
        """What is done of this set, as the coach tells it: reps, or seconds of a hold with those of
        the current breath."""
        running, clock, exercise = self.set.last_breath, self.set.clock, self.workout.exercise
        if clock is not None and self.set.done < clock.rep:
            running = self.now - clock.start
        whole = exercise.told(self.set.done)
        return whole + max(0, running) // SAMPLE_RATE if exercise.held else whole

    @property
    def told_left(self) -> int:
        """What is left of this set, as the coach tells it; 0 if it has no target."""
        return max(0, self.workout.exercise.told(self.workout.target) - self.told_done)

    def prescribe(self, sets: Prescription) -> Session:
        """With other sets of the current exercise."""
        return replace(self, workout=self.workout.prescribe(sets))


Turn = tuple[Session, list[Effect]]
