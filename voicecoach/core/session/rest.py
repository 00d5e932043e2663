"""The time between two sets: it begins, has its marks, and can be paused, stretched and skipped.

Every mark is at an absolute sample, counted from the rest's beginning or its end.
"""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, State, Tone
from ..plan import SAMPLE_RATE
from ..workout import SetKind
from .anytime import number_in
from .before import to_set
from .lines import duration, enter, heard_tone, say
from .rest_clock import RestClock
from .state import Session, Turn

REST_SOON = 9 * SAMPLE_RATE
"""Samples before the end of a rest at which the next set is announced."""

HALF_REST_FROM = 60 * SAMPLE_RATE
"""Half of a rest is announced if the rest is at least this long, in samples."""

TICKS = 5
"""Seconds before its end that are marked by a tick each."""

TICK = "tick rest"


def _marks(session: Session) -> tuple[tuple[int, str], ...]:
    """When something is heard in this rest, and what; empty while the end is unknown."""
    rest = session.rest
    if rest is None or rest.end is None:
        return ()
    end = rest.end
    marks = [(end, "rest_over")]
    marks += [(end - second * SAMPLE_RATE, TICK) for second in range(1, TICKS + 1)]
    if session.workout.walking:
        return tuple(sorted(marks))  # what is next was said as the rest began
    if rest.length >= 2 * REST_SOON:
        marks.append((end - REST_SOON, "rest_soon"))
    if rest.length >= HALF_REST_FROM:
        marks.append((end - rest.length // 2, "rest_half"))
    return tuple(sorted(marks))


def _until_next_mark(session: Session) -> Session:
    due = next((at for at, _ in _marks(session) if at > session.now), None)
    return replace(session, due=due)


def begin_rest(session: Session, length: int) -> Turn:
    """Begin a rest of `length` samples; 0: without an end."""
    session, entered = enter(session.prescribe(session.workout.sets.coming()), State.REST)
    session = replace(session, rest=RestClock(session.now, length))
    return _until_next_mark(session), entered


def sleep_in_rest(session: Session, length: int) -> Session:
    """Nothing ran for `length` samples. They count as rest, unless it is paused. Marks that were
    due in them are skipped; a rest that ended in them is over now."""
    rest = session.rest
    if rest is None or rest.paused is not None:
        return session
    rest = rest.sleep(length)
    session = replace(session, rest=rest)
    if session.state is not State.REST:
        return session
    if rest.end is not None and rest.end <= session.now:
        return replace(session, due=session.now)
    return _until_next_mark(session)


def go_on_in_rest(session: Session) -> Turn:
    mark = [mark for at, mark in _marks(session) if at <= session.now][-1]
    if mark == "rest_over" and session.workout.walking:
        return _at_the_station(session)
    if mark == "rest_over":
        asked = session.questions.open
        session, entered = enter(session, State.READY)
        session = replace(session, questions=session.questions.with_open(asked))
        session, said = say(session, mark, set=_number(session))
        return session, [*entered, *said]
    session = _until_next_mark(session)
    if mark == TICK:
        return session, [Tone(session.now, TICK)]
    if mark == "rest_soon":
        return _announce_next(session)
    return say(session, mark, left=_left(session))


def _at_the_station(session: Session) -> Turn:
    """The lifter has walked to the next station: its gate asks, once nothing else is asked."""
    if session.questions.open is not None:
        return replace(session, due=session.now + SAMPLE_RATE), []
    return to_set(session)


def lengthen(session: Session, length: int) -> Session:
    """The rest that runs becomes one of `length` samples, counted from its beginning."""
    rest = session.rest
    assert rest is not None
    rest = replace(rest, length=length)
    session = _until_next_mark(replace(session, rest=rest))
    over = rest.end is not None and rest.end <= session.now
    return replace(session, due=session.now) if over else session


def _announce_next(session: Session) -> Turn:
    """Announce what is next: the lifter may have to load plates, or to walk."""
    workout = session.workout
    left = _left(session)
    if workout.in_circuit or (workout.complete and workout.next_exercise is not None):
        return say(session, "rest_soon_exercise", left=left, next=workout.next_name)
    if workout.planned.kind is SetKind.WARM_UP:
        return say(session, "rest_soon_warm_up", left=left)
    return say(session, "rest_soon", left=left, set=_number(session))


def _number(session: Session) -> str:
    return session.workout.exercise.language.number(session.workout.sets.work_set)


def _left(session: Session) -> str:
    return duration(session, session.rest.left(session.now) if session.rest is not None else 0)


def _rested(session: Session) -> str:
    return duration(session, session.rest.rested(session.now) if session.rest is not None else 0)


def how_long(session: Session, command: Command) -> Turn:
    """Tell how long the rest still is. Without an end, or after it, tell how long it has been."""
    rest = session.rest
    if rest is None:
        return say(session, "no_rest")
    if session.state is not State.REST or not rest.length:
        return say(session, "rested", rested=_rested(session))
    return _tell_left(session)


def _tell_left(session: Session) -> Turn:
    """Tell how long the rest still is, and whether it waits."""
    waits = session.rest is not None and session.rest.paused is not None
    return say(session, "rest_paused" if waits else "rest_left", left=_left(session))


def add_rest(session: Session, command: Command) -> Turn:
    """Lengthen the rest. One without an end gets an end, counted from now."""
    rest = session.rest
    assert rest is not None
    rest = rest.stretch(_length_in(command), session.now)
    return _tell_left(_until_next_mark(replace(session, rest=rest)))


def rest_for(session: Session, command: Command) -> Turn:
    """ "Rest two minutes", counted from its beginning. If they are over, so is the rest."""
    rest = session.rest
    assert rest is not None
    rest = rest.last(_length_in(command), session.now)
    session = _until_next_mark(replace(session, rest=rest))
    if rest.end is not None and rest.end <= session.now:
        return replace(session, due=session.now), heard_tone(session)
    return _tell_left(session)


def _length_in(command: Command) -> int:
    """The seconds or minutes that `command` names, in samples."""
    minutes = sum(number_in(command, slot) for slot in ("minutes", "more_minutes"))
    return (60 * minutes + number_in(command, "seconds")) * SAMPLE_RATE


def pause_rest(session: Session, command: Command) -> Turn:
    """Pause the rest until it is resumed."""
    rest = session.rest
    assert rest is not None
    rest = rest.pause(session.now)
    session = replace(session, rest=rest, due=None)
    if not rest.length:
        return session, heard_tone(session)
    return say(session, "rest_paused", left=_left(session))


def resume_rest(session: Session, command: Command) -> Turn:
    rest = session.rest
    assert rest is not None
    rest = rest.resume(session.now)
    session = _until_next_mark(replace(session, rest=rest))
    if not rest.length:
        return session, heard_tone(session)
    return say(session, "rest_left", left=_left(session))
