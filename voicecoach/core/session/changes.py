"""What changes the sets to come without being a number is taken back, too: a plan by voice, a drop
set, one more set, another exercise, a longer rest.

The workout is put back as it was, and so is the place in it, if the command led to another. Once a
set was begun with the change, it is too late: the coach says so, and takes back nothing older until
"undo" is said again. How much and how loud the coach speaks is no part of a workout, and not in
here.
"""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Effect, Intent, Refused, State
from .before import to_gate
from .choice import take_on, to_choice
from .entries import Changed, Made
from .finish import to_summary
from .lines import duration, enter, make_way, say, speak_over
from .questions import Question
from .questions.asking import close
from .questions.doubts import undo as undo_number
from .rest import begin_rest, lengthen
from .state import Session, Turn
from .workout_so_far import WorkoutSoFar

CHANGES = frozenset(
    {
        *(Intent.PLAN, Intent.MORE_SETS, Intent.SKIP_SET, Intent.DROP),
        *(Intent.WARM_UP, Intent.SKIP_WARM_UP),
        *(Intent.EXERCISE, Intent.NEXT_EXERCISE, Intent.SUPERSET, Intent.ROUNDS),
        *(Intent.SKIP_STATION, Intent.END_ROUND, Intent.OTHER_FIRST),
        *(Intent.TEMPO, Intent.SLOWER, Intent.FASTER, Intent.VARIATION, Intent.MORE),
        *(Intent.ADD_REST, Intent.REST_FOR),
    }
)
"""The commands that may change what comes."""


def remember_change(
    before: Session, session: Session, command: Command, effects: list[Effect]
) -> Session:
    """Remember how it was `before` the `command`, if that changed what comes."""
    if command.intent not in CHANGES or any(isinstance(each, Refused) for each in effects):
        return session
    if _comes(before) == _comes(session) and before.state is session.state:
        return session
    workout = before.workout
    changed = Changed(
        before.state, session.state, workout, before.set, before.rest, session.questions.put_off
    )
    if command.intent is Intent.WARM_UP:  # once it is begun, the rest of it is taken back
        if session.entries.made == before.entries.made:
            return session  # its weight is asked for
        warming, *older = session.entries.made
        entries = replace(session.entries, made=(replace(warming, changed=changed), *older))
        return replace(session, entries=entries)
    agreed = session.entries.agreed.get(workout.exercise.id)
    made = Made(None, workout.exercise.id, None, None, workout.sets, agreed, changed=changed)
    return replace(session, entries=session.entries.add(made))


def _comes(session: Session) -> object:
    """What comes: the exercise, its sets, whose turn it is, and how long the rest is."""
    workout = session.workout
    return (
        workout.exercise.id,
        workout.sets,
        workout.turns,
        workout.turn,
        session.rest.length if session.rest is not None else None,
    )


def undo(session: Session, command: Command) -> Turn:
    """ "Undo": take back what was said last, a number or a change of what comes."""
    newest = next(iter(session.entries.made), None)
    changed = newest.changed if newest is not None else None
    if newest is None or changed is None or _doubted_since(session, changed):
        return undo_number(session, command)
    begun = len(session.workout.log) != len(changed.workout.log)
    if begun and newest.warm_up:
        return undo_number(session, command)
    session = close(replace(session, entries=session.entries.drop_last()))
    rested = session.state is not State.REST and _only_the_rest(session, changed)
    if begun or rested:
        hush = make_way(session, "it can't be taken back")
        session, said = say(session, "cant_undo")
        return session, [*hush, *said]
    return _put_back(session, changed)


def _doubted_since(session: Session, changed: Changed) -> bool:
    """Whether a number that is not written down yet was said after the change."""
    put_off = session.state is State.RACKING and session.questions.newest is not None
    return session.questions.kind is Question.UNSURE or (
        put_off and session.questions.put_off != changed.put_off
    )


def _only_the_rest(session: Session, changed: Changed) -> bool:
    """Whether nothing else was changed than how long the rest is."""
    return (
        session.state is not changed.led
        and changed.state is changed.led is State.REST
        and (
            session.rest is not None
            and changed.rest is not None
            and session.rest.length != changed.rest.length
        )
    )


def _put_back(session: Session, changed: Changed) -> Turn:
    """Put back the workout, and go back to where the change was asked for if it led away."""
    if changed.state is State.RACKING and session.state is not State.RACKING:
        return _without_drop(session, changed)
    earlier = _as_it_was(session.workout, changed.workout)
    led_away = changed.led is not changed.state and session.state is changed.led
    session = replace(session, workout=earlier)
    hush = make_way(session, "taken back")
    if earlier.undecided:
        session, said = say(session, "undone")
        session, asked = to_choice(session)
        return session, [*hush, *said, *asked]
    if led_away:
        session, back = _go_back(session, changed)
        return session, [*speak_over(session, "taken back"), *back]
    if session.state is State.GATE:
        session, asked = _to_gate(session)
        return session, [*speak_over(session, "taken back"), *asked]
    if session.state is State.REST and session.rest is not None and changed.rest is not None:
        session = lengthen(session, changed.rest.length)
    session, said = say(session, "undone")
    return session, [*hush, *said]


def _as_it_was(workout: WorkoutSoFar, before: WorkoutSoFar) -> WorkoutSoFar:
    """What comes is as it was `before`, and what is done as it is."""
    same = workout.exercise.id == before.exercise.id
    earlier = replace(
        before,
        open=workout.open,
        resolved=workout.resolved,
        unwritten=workout.unwritten,
        loaded=workout.loaded if same else None,
        telling=workout.telling if same else "",
    )
    return earlier.with_log(workout.log)


def _to_gate(session: Session) -> Turn:
    upcoming = session.workout.next_exercise if session.workout.complete else None
    if upcoming is not None:
        session = take_on(session, upcoming)
    return to_gate(session, before=("undone",))


def _go_back(session: Session, changed: Changed) -> Turn:
    """Back to the state in which the change was asked for."""
    done = changed.set.leave()
    match changed.state:
        case State.REST:
            return _to_rest(replace(session, set=done), changed)
        case State.READY:
            session = replace(session, set=done, rest=changed.rest)
            session, entered = enter(session, State.READY)
            session, said = say(session, "undone")
            return session, [*entered, *said]
        case State.SUMMARY:
            return to_summary(replace(session, set=done), "undone")
    return _to_gate(replace(session, rest=changed.rest))


def _to_rest(session: Session, changed: Changed) -> Turn:
    """The rest went on meanwhile."""
    assert session.rest is not None
    assert changed.rest is not None
    session, entered = enter(session, State.REST)
    session = lengthen(session, changed.rest.length)
    assert session.rest is not None
    left = session.rest.left(session.now)
    lines = ["undone", "rest_left"] if left and session.rest.paused is None else ["undone"]
    session, said = say(session, *lines, left=duration(session, left))
    return session, [*entered, *said]


def _without_drop(session: Session, changed: Changed) -> Turn:
    """The drop set was asked for before the catches were locked. Now they are: at its gate, the
    rest begins instead; after the last set, the workout is over."""
    session = session.prescribe(session.workout.sets.without_drop().coming())
    if session.state is not State.GATE:
        session, said = say(session, "undone")
        return session, [*make_way(session, "taken back"), *said]
    hush = speak_over(session, "taken back")
    session = replace(session, set=changed.set.leave())
    if session.workout.complete and session.workout.next_exercise is None:
        session, over = to_summary(session, "undone")
        return session, [*hush, *over]
    session, begun = begin_rest(session, session.set.rest_after)
    session, said = say(session, "undone")
    return session, [*hush, *begun, *said]
