"""A rest-pause: some breaths within a set, and then the next rep.

The lifter says "breather" during a rep. The rep is finished, and the next one waits at the end
where a rep begins. That is the safe end of every exercise: soft knees with the sled up, the bar
over the shoulders, the weight on its stack. A rep that has barely begun has not begun, and waits
at once.

The breath is paced in words, quietly: there is no count and no tick. "Go" goes on without a
countdown. After `LONGEST` the set is over and the weight is secured: a weight that is held for
longer is better put down.
"""

from __future__ import annotations

from dataclasses import replace

from ..events import State
from ..plan import BREATH, SAMPLE_RATE, CueClass
from .ending import count_tension, end_set
from .lines import enter, say, unsaid
from .state import Session, Turn

LONGEST = 30 * SAMPLE_RATE
"""Samples until the set is over."""

SOON = 20 * SAMPLE_RATE
"""Samples until that is announced."""

BARELY_BEGUN = SAMPLE_RATE
"""Samples of a rep in which a lifter who asks for a rest-pause has not moved yet."""

_FIRST_BREATH = 5 * SAMPLE_RATE
"""Samples until the first paced breath: before it, the coach says what to do."""

_ROOM = 4 * SAMPLE_RATE
"""Samples that the announcement takes. No breath is paced in them."""


def _marks() -> tuple[tuple[int, str], ...]:
    """What is said in a rest-pause, with the samples since its beginning."""
    into, out = BREATH
    marks = [(SOON, "rest_pause_soon")]
    at = _FIRST_BREATH
    while at + into + out <= LONGEST:
        if at + into + out <= SOON or at >= SOON + _ROOM:
            marks += [(at, "breathe_in"), (at + into, "breathe_out")]
        at += into + out
    return tuple(sorted(marks))


MARKS = _marks()


def begin_rest_pause(session: Session) -> Turn:
    """The next rep waits. Until then, `breathe` is called at each mark."""
    session = count_tension(session)
    session = replace(session, set=session.set.breather_from(session.now))
    session, entered = enter(session, State.REST_PAUSE)
    session, said = say(session, "rest_pause", kind=CueClass.SAFETY)
    return _until_next_mark(session), [*entered, *said]


def _until_next_mark(session: Session) -> Session:
    since = session.set.breathing_since
    ahead = (since + after for after, _ in MARKS if since + after > session.now)
    return replace(session, due=next(ahead, since + LONGEST))


def breathe(session: Session) -> Turn:
    """A mark is due, or the time is up."""
    passed = session.now - session.set.breathing_since
    if passed >= LONGEST:
        over = unsaid(session, "the rest-pause is over", *(line for _, line in MARKS))
        session, ended = end_set(
            session, "rest-pause", "ended" if session.set.done else "ended_empty"
        )
        return session, [over, *ended]
    line = [line for after, line in MARKS if after <= passed][-1]
    last = session.speech.last
    session, said = say(session, line)
    if line != "rest_pause_soon":  # "repeat" says what to do, and not how to breathe
        session = replace(session, speech=session.speech.repeat(last))
    return _until_next_mark(session), said
