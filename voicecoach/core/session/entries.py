"""What the lifter said about sets, and agreed to for next time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..events import CommandGiven, State
from ..workout import Entry, Target, Weight
from .prescription import Prescription
from .rest_clock import RestClock
from .set_in_progress import SetInProgress
from .workout_so_far import Logged, WorkoutSoFar


@dataclass(frozen=True, slots=True)
class Changed:
    """What a command changed of the sets to come, or of the rest: all as it was before it."""

    state: State
    led: State
    """The state that the command led to."""
    workout: WorkoutSoFar
    set: SetInProgress
    rest: RestClock | None
    put_off: tuple[CommandGiven, ...]
    """The unsure numbers that were to be asked about, after it."""


@dataclass(frozen=True, slots=True)
class Made:
    """Something the lifter said about sets, with all that is needed to undo it."""

    entry: Entry | None
    """None: a target for next time, or see `changed`."""
    exercise: str
    of: int | None
    """The set's position in the log; None for the next set."""
    before: Logged | None
    """The set before the change."""
    sets: Prescription
    """What the next sets were to be, before the change."""
    agreed: Target | None
    """The earlier target for next time."""
    warm_up: bool = False
    """True if it put in a ramp, which goes with it."""
    changed: Changed | None = None
    """Of a change to what comes that is no number: a plan, one more set, another exercise."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Everything written down because the lifter said so."""

    made: tuple[Made, ...] = ()
    """What "undo" takes back, newest first."""
    dropped: Made | None = None
    """What "undo" took back last, if nothing was said since."""
    agreed: Mapping[str, Target] = field(default_factory=dict)
    """Targets for next time, by exercise."""
    suggested: frozenset[tuple[str, Weight | None]] = frozenset()
    """Exercises and weights for which more was suggested: once each."""

    def add(self, made: Made) -> Entries:
        return replace(self, made=(made, *self.made), dropped=None)

    def drop_last(self) -> Entries:
        """Drop the newest entry."""
        return replace(self, made=self.made[1:], dropped=self.made[0])

    def agree(self, exercise: str, target: Target | None) -> Entries:
        """Set the target for next time; None removes it."""
        agreed = {name: each for name, each in self.agreed.items() if name != exercise}
        if target is not None:
            agreed[exercise] = target
        return replace(self, agreed=agreed)

    def suggest(self, exercise: str, weight: Weight | None) -> Entries:
        """Note that more was suggested for `exercise` at this weight."""
        return replace(self, suggested=self.suggested | {(exercise, weight)})
