""" "Repeat": says again what was said last in this state, if it is still true.

`lines.enter` forgets what was said in the previous state, so nothing is repeated where it does not
belong. Times of a rest are told as they are now.
"""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, CueRequest, Say, State
from .anytime import how_many
from .lines import AT_LAST, deadline, heard_tone, names, say
from .rest import how_long
from .state import IN_A_SET, Session, Turn

_PACED = IN_A_SET[1:]
_PASSING = frozenset({"rest", "left", "rested"})
"""Variables of a line that stand for a time of the rest, which goes on."""
_OF_REPS = "left_logged"
"""The line in which {left} stands for reps."""


def say_again(session: Session, command: Command) -> Turn:
    lines = session.speech.last
    if session.state in _PACED and (not lines or any(_counts(session, want) for want in lines)):
        return how_many(session, command)
    if not lines:
        return say(session, "nothing_to_repeat")
    kept = tuple(want for want in lines if not _passes(session, want))
    effects = heard_tone(session)
    if len(kept) < len(lines):
        session, now = how_long(session, command)
        effects += now
        said = session.speech.last
    else:
        said = ()
    asked = session.speech.count
    again = tuple(
        replace(
            want,
            key=f"{want.id}#{asked + n}",
            at=session.now,
            by=deadline(session),
            until=deadline(session) + AT_LAST,
        )
        for n, want in enumerate(kept, start=1)
    )
    speech = session.speech.again(len(again)).repeat(said + again)
    return replace(session, speech=speech), [*effects, Say(session.now, again)]


def _counts(session: Session, want: CueRequest) -> bool:
    """Whether it names reps done or left in the running set."""
    return session.state is not State.PAUSED and bool(names(session, want.id) & {"done", "left"})


def _passes(session: Session, want: CueRequest) -> bool:
    """Whether it names a time of the running or last rest."""
    resting = session.state in (State.REST, State.READY)
    return resting and want.id != _OF_REPS and bool(names(session, want.id) & _PASSING)
