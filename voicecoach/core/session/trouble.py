"""The program's own trouble: it can't hear, nobody hears it, or it must end."""

from __future__ import annotations

from dataclasses import replace

from ..events import Command, Effect, Intent, Say, Slept, State, Tone
from ..plan import SAMPLE_RATE, CueClass
from .anytime import how_many
from .ending import ask_anew_to_lock, end_set
from .lines import alarm, say, speak_over, unsaid, worded
from .repeat import say_again
from .reps import pause
from .rest import sleep_in_rest
from .state import IN_A_SET, UNDER_LOAD, Session, Turn

AT_PARTING = 1300 * SAMPLE_RATE // 1000
"""Samples in which the last line should be over if the program must end."""


SOON = 8 * SAMPLE_RATE
"""Samples in which news and reminders should have been told, if there is room."""

NAMED = 4 * SAMPLE_RATE
"""Samples in which a line with a device's name should be over. In a set that is at most one rep,
because it takes the place of a reminder."""


def moved(session: Session, line: str, device: str) -> Turn:
    """The coach hears, or is heard, through another device: `line` names it.

    In a rep it is said at once. Otherwise it can wait for a question to end.
    """
    if _in_quick_reps(session):
        older = unsaid(session, "it moved again", line)
        session, said = _when_there_is_room(session, line, device=device)
        return session, [older, Tone(session.now, "attention"), *said]
    if session.state in (State.COUNTDOWN, State.REP):
        return alarm(session, line, NAMED, priority=1, device=device)
    session, want = worded(session, line, CueClass.SAFETY, values={"device": device})
    return session, [Say(session.now, (want,))]


def give_up_hearing(session: Session) -> Turn:
    """Said once, without reminders: nothing could be done about it in a set."""
    if _in_quick_reps(session):
        session, said = _when_there_is_room(session, "deaf_for_good")
        said = [Tone(session.now, "attention"), *said]
    else:
        session, said = alarm(session, "deaf_for_good", NAMED)
    return replace(session, hearing=session.hearing.given_up(session.now)), said


def _in_quick_reps(session: Session) -> bool:
    """Whether two alarms, one after the other, would leave three reps without room for a
    reminder."""
    return session.state in (State.COUNTDOWN, State.REP) and session.workout.tempo.rep < NAMED


def _when_there_is_room(session: Session, line: str, **values: str) -> Turn:
    """Say a line that is important, and displaces no reminder."""
    session, want = worded(session, line, CueClass.SAFETY, values=values)
    soon = session.now + SOON
    want = replace(want, until=soon, by=min(want.by, soon))
    return session, [Say(session.now, (want,))]


def hear_again(session: Session) -> Turn:
    session, said = tell_of(replace(session, hearing=session.hearing.back()), "hearing")
    untrue = unsaid(session, "it hears again", "deaf", "still_deaf", "deaf_for_good")
    return session, [untrue, *said]


def hear_no_more(session: Session) -> Turn:
    if session.hearing.deaf_since is not None:
        return session, []
    speech, hearing = session.speech.drop_news("hearing"), session.hearing.lost(session.now)
    session = replace(session, speech=speech, hearing=hearing)
    session, said = alarm(session, "deaf")
    return session, [unsaid(session, "it is deaf again", "hearing"), *said]


def remind_of_deafness(session: Session) -> Turn:
    """It still can't hear. The lifter knows that, so it waits for room and displaces no reminder.
    But it comes before other news, which may take half a minute."""
    session = replace(session, hearing=session.hearing.reminded(session.now))
    return _when_there_is_room(session, "still_deaf")


def tell_of(session: Session, line: str) -> Turn:
    """Tell `line` as news. It stays news until it is heard: without room in a set, it waits for the
    end."""
    if not any(session.workout.exercise.lines[line].full):
        return session, []
    speech = session.speech.drop_news(line, _OBSOLETE.get(line, ""))
    session, said = _break_news(replace(session, speech=speech), line)
    if line in _OBSOLETE:
        said = [unsaid(session, "there is better news", _OBSOLETE[line]), *said]
    return session, said


_OBSOLETE = {"log_written": "log_waits"}
"""News -> older news that it makes untrue."""


def _break_news(session: Session, line: str) -> Turn:
    session, want = worded(session, line)
    # Before the set is over, only whether the coach hears matters.
    patient = line != "hearing"
    want = replace(want, by=min(want.by, session.now + SOON), patient=patient)
    session = replace(session, speech=session.speech.break_news(line, want.key))
    return session, [Say(session.now, (want,))]


def tell_news(session: Session) -> Turn:
    """Tell the news that nobody has heard yet, once no weight is held."""
    effects: list[Effect] = []
    if session.state not in UNDER_LOAD and not session.hearing.unheard:
        for line in session.speech.untold:
            session, said = _break_news(session, line)
            effects += said
    return session, effects


def heard_of(session: Session, key: str, heard: bool) -> Session:
    """The line `key` is over. If it was news, it is no longer, or it waits."""
    return replace(session, speech=session.speech.news_over(key, heard))


def hold(session: Session) -> Turn:
    """Nobody hears the coach: interrupt a running rep, as "pause" does."""
    return _wait(replace(session, hearing=session.hearing.sound_lost()))


def _wait(session: Session) -> Turn:
    if session.state not in (State.COUNTDOWN, State.REP, State.REST_PAUSE):
        return session, []
    return pause(session, Command(Intent.PAUSE))


def wake(session: Session, length: int) -> Turn:
    """The machine slept for `length` samples. Reps wait, because nobody heard the pace. A rest and
    the time for an answer went on by the wall clock. Requests about a weight (catches, a pause) did
    not: only those that could be heard count."""
    session, held = _wait(session)
    session = sleep_in_rest(session, length)
    session = replace(session, questions=session.questions.sleep(length, session.now))
    return session, [*held, Slept(session.now, length)]


def say_where(session: Session) -> Turn:
    """The coach can be heard again: say where the workout is."""
    if not session.hearing.unheard:
        return session, []
    session = replace(session, hearing=session.hearing.sound_back())
    hush = speak_over(session, "nobody heard it")
    session, said = _where(session)
    return session, [*hush, Tone(session.now, "attention"), *said]


def _where(session: Session) -> Turn:
    match session.state:
        case State.PAUSED:
            return say(session, "still_paused", kind=CueClass.SAFETY)
        case State.RACKING:
            return ask_anew_to_lock(session, "lock_again")
        case State.REST | State.SUMMARY:
            return how_many(session, Command(Intent.HOW_MANY))
    return say_again(session, Command(Intent.REPEAT))


def part(session: Session) -> Turn:
    """The program ends. End the set with the shortest reminder of the catches."""
    effects: list[Effect] = speak_over(session, "the program ends")
    if session.state in IN_A_SET:
        session, ended = end_set(session, "stop", "lock_again")
        effects += [effect for effect in ended if not isinstance(effect, Say)]
    if session.state is State.RACKING:
        session, want = worded(session, "lock_again", CueClass.SAFETY)
        want = replace(want, until=session.now + AT_PARTING, urgent=True, priority=0)
        effects.append(Say(session.now, (want,)))
    return replace(session, due=None, hearing=session.hearing.without_reminders()), effects
