"""When the program itself is in trouble: nobody hears the coach, or it has to end."""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Effect, Intent, Say, State, Tone
from ..plan import SAMPLE_RATE, CueClass
from .asked import how_many, say_again
from .ending import end_set
from .lines import say, speak_over, worded
from .reps import pause
from .state import IN_A_SET, Session, Turn

AT_PARTING = 1300 * SAMPLE_RATE // 1000
"""Samples in which the last line should be over when the program has to end."""


def hold(session: Session) -> Turn:
    """Nobody hears the coach: a rep that runs is interrupted, as by "pause"."""
    if session.state not in (State.COUNTDOWN, State.REP):
        return session, []
    return pause(session, Command(Intent.PAUSE))


def say_where(session: Session) -> Turn:
    """What was said meanwhile went unheard: say where the workout stands."""
    hush = speak_over(session, "nobody heard it")
    session, said = _where(session)
    return session, [*hush, Tone(session.now, "attention"), *said]


def _where(session: Session) -> Turn:
    match session.state:
        case State.PAUSED:
            return say(session, "still_paused", kind=CueClass.SAFETY)
        case State.RACKING:
            return say(session, "lock_again", kind=CueClass.SAFETY)
        case State.REST | State.SUMMARY:
            return how_many(session, Command(Intent.HOW_MANY))
    return say_again(session, Command(Intent.REPEAT))


def part(session: Session) -> Turn:
    """The program ends: a set ends with it, with the shortest word about the catches."""
    effects: list[Effect] = speak_over(session, "the program ends")
    if session.state in IN_A_SET:
        session, ended = end_set(session, "stop", "lock_again")
        effects += [effect for effect in ended if not isinstance(effect, Say)]
    if session.state is State.RACKING:
        session, want = worded(session, "lock_again", CueClass.SAFETY)
        want = replace(want, until=session.now + AT_PARTING, urgent=True, priority=0)
        effects.append(Say(session.now, (want,)))
    return replace(session, due=None, deaf_due=None), effects
