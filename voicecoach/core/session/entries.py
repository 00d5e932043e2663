"""What the lifter said of sets, and agreed on for the next time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..workout import Entry, PlannedSet, Target, Weight
from .workout_so_far import Logged


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
class Entries:
    """All that was written down because the lifter said so."""

    made: tuple[Made, ...] = ()
    """What "undo" takes back, the last one first."""
    agreed: Mapping[str, Target] = field(default_factory=dict)
    """For the next time, by exercise."""
    suggested: frozenset[tuple[str, Weight | None]] = frozenset()
    """Where more was suggested: once for each exercise and weight."""

    def add(self, made: Made) -> Entries:
        return replace(self, made=(made, *self.made))

    def drop_last(self) -> Entries:
        """What was said last does not hold."""
        return replace(self, made=self.made[1:])

    def agree(self, exercise: str, target: Target | None) -> Entries:
        """`target` holds for the next time, or nothing does."""
        agreed = {name: each for name, each in self.agreed.items() if name != exercise}
        if target is not None:
            agreed[exercise] = target
        return replace(self, agreed=agreed)

    def suggest(self, exercise: str, weight: Weight | None) -> Entries:
        """More was suggested for `exercise` at this weight."""
        return replace(self, suggested=self.suggested | {(exercise, weight)})
