"""When the program itself is in trouble: nobody hears the coach, or it has to end."""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Effect, Intent, Say, State, Tone
from ..plan import SAMPLE_RATE, CueClass
from .asked import how_many, say_again
from .ending import end_set
from .lines import alarm, say, speak_over, worded
from .reps import pause
from .state import IN_A_SET, Session, Turn

AT_PARTING = 1300 * SAMPLE_RATE // 1000
"""Samples in which the last line should be over when the program has to end."""


SOON = 10 * SAMPLE_RATE
"""Samples in which a line that can wait for a gap should be over."""

NAMED = 4 * SAMPLE_RATE
"""Samples in which a line with the name of a device should be over."""


def moved(session: Session, line: str, device: str) -> Turn:
    """The coach hears, or is heard, through another device: `line` names it.

    In a rep it comes at once; where something is just being asked it can wait.
    """
    if session.state in (State.COUNTDOWN, State.REP):
        return alarm(session, line, NAMED, device=device)
    session, want = worded(session, line, CueClass.SAFETY, values={"device": device})
    return session, [Say(session.now, (want,))]


def give_up_hearing(session: Session) -> Turn:
    """Said once, and no reminders any more: there is nothing that could be done in a set."""
    session, said = alarm(session, "deaf_for_good", NAMED)
    since = session.deaf_since if session.deaf_since is not None else session.now
    return replace(session, deaf_since=since, deaf_due=None), said


def tell_of_log(session: Session, line: str) -> Turn:
    """The set goes on, and "repeat" repeats what was said before."""
    session = replace(session, unwritten=line == "log_waits")
    if not any(session.exercise.lines[line].full):
        return session, []
    session, want = worded(session, line)
    want = replace(want, until=min(want.until, session.now + SOON))
    return session, [Say(session.now, (want,))]


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
