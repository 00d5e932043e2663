"""The session: a workout as one state machine.

A lifter moves through these states:

    [proof ->] [interrupted ->] [choice ->] ready -> setup (optional) -> gate -> armed
                                                                                  |
          summary <- ready <- rest <- racking <- [rep <-> paused] <- countdown <--+

PROOF       before a live workout: the lifter says "stop now", and it is heard.
INTERRUPTED an earlier workout broke off: carry on, or close it? If its catches may
            be open, RACKING follows either answer, and so it does after the last set.
CHOICE      the coach offers its exercises; the name of one leads to its gate.
READY       nothing runs; "start set" leads to the gate.
SETUP       the checklist is read, point by point; "next" goes on.
GATE        catches, back, head: no rep without "ready".
ARMED       the catches may be released; "start set" begins.
COUNTDOWN   three, two, one, and a tone.
REP         the rep is paced: lower, bottom, lift, top. Time moves it on.
PAUSED      the pacing is silent; "resume" counts down again and repeats the
            interrupted rep, unless its lift was done.
REST_PAUSE  "breather": the next rep waits for some breaths; "go" goes on without a
            countdown. After 30 s the set is over.
RACKING     however a set ended, the catches must be locked. The coach says so at
            once, and again until "locked" or three times.
            If left and right take turns, the other side's GATE follows.
REST        the time between sets; sets are reported and corrected.
SUMMARY     the workout is over, until "start set" or "one more set".

`table.TABLE` says what each command does in each state. A command that is not in a state's row is
refused and changes nothing. "Yes" and "no" are understood only while a question is open; `ANSWERS`
says what they do. While the coach asks for a number, only numbers and urgent commands are
understood (`questions.ALONE`). `TIMED` says what time alone does. `step` and `advance` take a
session and return the next one with its effects (`events.Effect`, in order of time). Nothing here
reads a clock or measures sound; the scheduler finds out how long a line is.

The handlers are in files by part of the workout: `before`, `reps`, `ending`, `rest`, `numbers`,
`corrections`, `planning`, `progress`, `finish`, `anytime`, `trouble`. `lines` speaks, and
`questions` asks.

A `state.Session` consists of a few parts. Each is a frozen value of one file, and only that file
changes it: `workout_so_far` (with a `prescription` of the current exercise), `set_in_progress`,
`rest_clock`, `entries`, `questions`, `speech`, `hearing`. A handler combines what they return.

Three places hold the safety invariants. `TABLE` has no way into COUNTDOWN except through GATE in
the same set. `end_set` is the only way out of a set, and always leads to RACKING. STOP, PAIN and
HELP are in every row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..events import (
    ButtonLost,
    Closing,
    CommandGiven,
    Doubted,
    Effect,
    Gain,
    HearingBack,
    HearingGivenUp,
    HearingLost,
    HearingMoved,
    Input,
    Intent,
    LineEnded,
    LogTold,
    SoundBack,
    SoundLost,
    SoundMoved,
    Woke,
)
from ..pacing import Talkativeness
from ..plan import SAMPLE_RATE, Exercise
from ..workout import Visit, WorkoutBegan
from .before import to_proof, to_set
from .choice import CHOICE_TRIES
from .effort import asked_no_more
from .finish import sum_up_at_last
from .loudness import NORMAL, Loudness
from .questions import Question
from .questions.again import doubted, shortest_questions, waits
from .questions.asking import line_over
from .questions.doubts import ask_what_was_put_off
from .reps import LEAD
from .speech import Speech
from .state import IN_A_SET, UNDER_LOAD, Session, Turn
from .table import ANSWERS, TABLE, TIMED, listened, listens_for, live, obey
from .texts import foreseen, naming, texts
from .trouble import (
    give_up_hearing,
    hear_again,
    hear_no_more,
    heard_of,
    hold,
    moved,
    part,
    remind_of_deafness,
    say_where,
    tell_news,
    tell_of,
    wake,
)
from .workout_so_far import WorkoutSoFar

__all__ = [
    "ALONE",
    "ANSWERS",
    "CHOICE_TRIES",
    "IN_A_SET",
    "LEAD",
    "TABLE",
    "UNDER_LOAD",
    "Loudness",
    "Question",
    "Session",
    "Turn",
    "advance",
    "begin",
    "foreseen",
    "listened",
    "listens_for",
    "live",
    "naming",
    "shortest_questions",
    "step",
    "texts",
    "waits",
]

ALONE = Visit()
"""No plan, no past: sets of the chosen exercise without end."""

_UNKNOWN: Mapping[Intent, str] = {}

UNTIL_ASKED = SAMPLE_RATE // 2
"""Samples between two checks whether a line that asks for something is over."""


def begin(
    exercise: Exercise,
    talk: Talkativeness = Talkativeness.NORMAL,
    prove_stop: bool = False,
    loudness: Loudness = NORMAL,
    offered: tuple[Exercise, ...] = (),
    visit: Visit = ALONE,
    said_as: Mapping[Intent, str] = _UNKNOWN,
) -> Turn:
    """Begin a session at sample 0: the exercise is announced, and the gate asks its question.

    If exercises are `offered`, the lifter first chooses one, and may change it between sets; until
    then, `exercise` supplies the lines. With `prove_stop`, the lifter first says the stop word, to
    prove that it is heard.

    `visit` has the plan of a workout (its exercises are among those `offered`, `exercise` is the
    first, and none is chosen), the log's knowledge, and any interrupted workout. `said_as` has a
    phrase for each command, for when the lifter asks what to say.
    """
    session = Session(
        WorkoutSoFar.begin(exercise, offered, visit),
        speech=Speech(talk, loudness, said_as),
    )
    began: list[Effect] = []
    if session.workout.open:
        began.append(WorkoutBegan(session.now, session.workout.id))
    session, effects = to_proof(session) if prove_stop else to_set(session)
    return session, [Gain(session.now, loudness.gain), *began, *effects]


def step(session: Session, happened: Input) -> Turn:
    """Handle `happened` at `session.now`. What time brings at that sample comes first."""
    session, effects = _pass_time(session, session.now + 1)
    before = session
    session, more = _happen(session, happened)
    more = asked_no_more(before, session, more)
    session, asked = ask_what_was_put_off(session)
    session, summed = sum_up_at_last(session)
    session, news = tell_news(session)
    return session, [*effects, *more, *asked, *summed, *news]


def advance(session: Session, to: int) -> Turn:
    """Let time pass until sample `to`: everything that it changes before `to` happens."""
    session, effects = _pass_time(session, to)
    return replace(session, now=max(session.now, to)), effects


def _happen(session: Session, happened: Input) -> Turn:
    match happened:
        case CommandGiven():
            return obey(session, happened)
        case Doubted():
            return doubted(session, happened)
        case HearingLost():
            return hear_no_more(session)
        case HearingBack():
            return hear_again(session) if session.hearing.deaf_since is not None else (session, [])
        case HearingMoved(device):
            return moved(session, "hearing_moved", device)
        case HearingGivenUp():
            return give_up_hearing(session)
        case SoundLost():
            return hold(session)
        case SoundBack():
            return say_where(session)
        case SoundMoved(device):
            return moved(session, "sound_moved", device)
        case LogTold(line):
            workout = session.workout.wait_for_disk(line == "log_waits")
            return tell_of(replace(session, workout=workout), line)
        case ButtonLost():
            return tell_of(session, "button_lost")
        case Woke(after):
            return wake(session, after)
        case LineEnded(key, heard):
            workout = session.workout.told_of_load(key, heard)
            session = replace(session, workout=workout)
            return heard_of(line_over(session, key, heard), key, heard), []
        case Closing():
            return part(session)


def _lapse(session: Session) -> Turn:
    """Nobody answered in time."""
    assert session.questions.open is not None
    _, _, silence = ANSWERS[session.questions.open.question]
    return silence(session)


def _pass_time(session: Session, to: int) -> Turn:
    """Do everything that time alone changes before sample `to`."""
    effects: list[Effect] = []
    more: list[Effect]
    while True:
        at = session.next_due
        if at is None or at >= to:
            return session, effects
        session = before = replace(session, now=max(session.now, at))
        if session.due == at and session.questions.asking:
            # No reminder while the question itself still sounds.
            session, more = replace(session, due=at + UNTIL_ASKED), []
        elif session.due == at:
            session, more = TIMED[session.state](replace(session, due=None))
        elif session.questions.open is not None and session.questions.open.until == at:
            session, more = _lapse(session)
        else:
            session, more = remind_of_deafness(session)
        more = asked_no_more(before, session, more)
        session, asked = ask_what_was_put_off(session)
        session, summed = sum_up_at_last(session)
        session, news = tell_news(session)
        effects += [*more, *asked, *summed, *news]
