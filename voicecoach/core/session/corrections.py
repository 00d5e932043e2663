"""What was said about a set is taken back, or corrected while it is read back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..events import Command, State
from ..workout import Agreed, Amended, Entry, Target, Weight
from .entries import Made
from .lines import make_way, say
from .prescription import Prescription
from .questions import Question
from .questions.asking import close
from .state import AFTER_A_SET, Session, Turn
from .workout_so_far import Logged


def undo_last(session: Session, command: Command) -> Turn:
    """Take back the newest entry or agreement, or an unsure number that is newer."""
    hush = make_way(session, "taken back")
    if session.questions.newest is not None and session.state is State.RACKING:
        session = replace(session, questions=session.questions.drop_last())
        session, said = say(session, "undone")
        return session, [*hush, *said]
    if not session.entries.made:
        session, said = say(session, "nothing_to_undo")
        return session, [*hush, *said]
    session, amended = take_back(close(session))
    session, said = say(session, "undone")
    return session, [*hush, *amended, *said]


def take_back(session: Session) -> Turn:
    """Put back what the newest entry or agreement changed, in the log and in the sets to come."""
    last = session.entries.made[0]
    session = replace(session, entries=session.entries.drop_last())
    if last.entry is None:
        return agree_on(session, last.exercise, last.agreed)
    workout = session.workout
    if last.exercise == workout.exercise.id:
        workout = workout.prescribe(_earlier_sets(session, last))
    else:
        workout = workout.put_right(last.exercise, last.sets)
    if last.of is None or last.before is None:
        return replace(session, workout=workout), []
    session = replace(session, workout=workout.amend(last.of, last.before))
    back = len(workout.log) - 1 - last.of
    if not back and still_the_last(session):
        session = replace(session, set=session.set.count(last.before.done.reps))
    before, entries = last.before, [last.entry]
    if last.entry is Entry.FAILURE:  # a missed rep was taken off
        entries = [Entry.REPS, Entry.FAILURE]
    return session, [Amended(session.now, back, each, _value(before, each)) for each in entries]


def _earlier_sets(session: Session, last: Made) -> Prescription:
    """What the next sets were to be before the entry `last`."""
    sets = session.workout.sets
    aimed = last.of is None and last.entry is Entry.REPS
    target = last.sets.target if aimed else sets.target
    sets = sets.with_ramp_of(last.sets) if last.warm_up else sets
    return sets.restore(last.sets, target)


def _value(logged: Logged, entry: Entry) -> int | Decimal | Weight | str | None:
    match entry:
        case Entry.REPS:
            return logged.done.reps
        case Entry.WEIGHT:
            return logged.done.weight
        case Entry.RPE:
            return logged.done.rpe
        case Entry.NOTE:
            return logged.note or None
        case Entry.FAILURE:
            return logged.done.failed


def mends(session: Session, entry: Entry) -> bool:
    """Whether a number of this kind was just read back."""
    return reading_back(session) and session.entries.made[0].entry is entry


def reading_back(session: Session) -> bool:
    """Whether another number would correct the one that was read back."""
    asked = session.questions.open
    open_ = asked is not None and (asked.question is Question.READ_BACK or asked.mends)
    return open_ and bool(session.entries.made)


def mending(session: Session, entry: Entry, of_last: bool) -> Turn:
    """If a number of this kind was just read back, take it back: the new one replaces it.
    `of_last`: the new one is about the set that is over, so it replaces none of the sets to come.
    """
    if not mends(session, entry) or (session.entries.made[0].of is not None) != of_last:
        return session, []
    hush = make_way(session, "corrected")
    session, amended = take_back(session)
    return session, [*hush, *amended]


def remember(
    session: Session, entry: Entry | None, of: int | None, warm_up: bool = False
) -> Session:
    """Remember the present values before something overwrites them."""
    workout = session.workout
    made = Made(
        entry,
        workout.exercise.id,
        of,
        workout.log[of] if of is not None else None,
        workout.sets,
        session.entries.agreed.get(workout.exercise.id),
        warm_up,
    )
    return replace(session, entries=session.entries.add(made))


def agree_on(session: Session, exercise: str, target: Target | None) -> Turn:
    """Set the target for next time; None removes it."""
    entries = session.entries.agree(exercise, target)
    return replace(session, entries=entries), [Agreed(session.now, exercise, target)]


def still_the_last(session: Session) -> bool:
    """Whether the last set is still the one that `SetInProgress.done` counts."""
    return session.state in AFTER_A_SET or session.set.done > 0
