"""What a workout came to: exercises, sets, reps, weight moved, records."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..plan import Exercise
from ..strength import strength
from ..workout import POUND, DoneSet, SetKind, Unit, Weight
from .state import Session


@dataclass(frozen=True, slots=True)
class Trained:
    """One exercise of a workout."""

    id: str
    exercise: Exercise | None
    """None if it is of an interrupted workout and no longer offered."""
    sets: int
    """Includes warm-ups; left and right are one, and so is the first side of the last set if the
    workout ended before the other."""
    reps: int
    """Of all its sets; of a hold, breaths."""
    held: bool
    heaviest: Weight | None
    """Of its work sets."""
    record: DoneSet | None
    """The set that beat everything in the log: a higher e1RM, or a longer hold. None if the log had
    nothing to compare with."""

    @property
    def name(self) -> str:
        return self.exercise.name if self.exercise is not None else self.id


@dataclass(frozen=True, slots=True)
class WorkoutTally:
    """A whole workout so far."""

    trained: tuple[Trained, ...]
    """In the order they were begun; only those with a rep."""
    moved: Weight | None
    """Reps times weight over all work sets: as in the report, warm-ups are no volume. Rounded to a
    whole unit; in pounds if all weights were. None if no weight is known."""

    @property
    def sets(self) -> int:
        return sum(each.sets for each in self.trained)

    @property
    def reps(self) -> int:
        """Without the breaths of holds."""
        return sum(each.reps for each in self.trained if not each.held)

    @property
    def records(self) -> tuple[Trained, ...]:
        return tuple(each for each in self.trained if each.record is not None)


def tally(session: Session) -> WorkoutTally:
    """What the workout came to so far, including what was done before an interruption."""
    done: dict[str, list[DoneSet]] = {}
    for each in session.workout.log:
        if each.done.reps:
            done.setdefault(each.exercise, []).append(each.done)
    known = {each.id: each for each in (*session.workout.offered, session.workout.exercise)}
    trained = tuple(_trained(session, id, known.get(id), sets) for id, sets in done.items())
    return WorkoutTally(trained, _moved([each for sets in done.values() for each in sets]))


def _trained(session: Session, id: str, exercise: Exercise | None, sets: list[DoneSet]) -> Trained:
    work = [each for each in sets if each.kind is not SetKind.WARM_UP]
    weights = [each.weight for each in work if each.weight is not None]
    return Trained(
        id,
        exercise,
        sum(not each.part for each in sets) + sets[-1].part,
        sum(each.reps for each in sets),
        all(each.held for each in sets),
        max(weights, key=lambda weight: weight.kilograms, default=None),
        _record(session, id, work),
    )


def _record(session: Session, id: str, work: list[DoneSet]) -> DoneSet | None:
    """The best set of an exercise, if it beats the log."""
    past = session.workout.visit.past.get(id)
    if past is None:
        return None
    lifted = [(kg, each) for each in work if (kg := strength(each)) is not None]
    held = [(each.reps, each) for each in work if each.held and each.weight is None]
    if lifted and past.strongest is not None:
        kg, best = max(lifted, key=lambda one: one[0])
        if kg > past.strongest:
            return best
    if held and past.longest:
        breaths, best = max(held, key=lambda one: one[0])
        if breaths > past.longest:
            return best
    return None


def _moved(sets: list[DoneSet]) -> Weight | None:
    lifted = [
        (each.reps, each.weight)
        for each in sets
        if each.kind is not SetKind.WARM_UP and not each.held and each.weight is not None
    ]
    if not lifted:
        return None
    pounds = all(weight.unit is Unit.LB for _, weight in lifted)
    total = sum((reps * weight.kilograms for reps, weight in lifted), Decimal(0))
    whole = (total / POUND if pounds else total).quantize(Decimal(1))
    return Weight(whole, Unit.LB if pounds else Unit.KG) if whole > 0 else None
