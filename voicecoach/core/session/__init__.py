"""The session: what a workout is, as one state machine.

A lifter moves through these states, and only through these:

    [proof ->] [choice ->] ready -> setup (optional) -> gate -> armed -> countdown -> rep <-> paused
                                                                        |
                                summary <- ready <- rest <- racking <---+

PROOF       before a live workout: the lifter says "stop now", and it is heard.
CHOICE      the coach offers its exercises; the name of one leads to its gate.
READY       nothing runs; "start set" leads to the gate.
SETUP       the checklist is read, a point at a time; "next" goes on.
GATE        catches, back, head: no rep without "ready".
ARMED       the catches may be released; "start set" begins.
COUNTDOWN   three, two, one, and a tone.
REP         the rep is paced: lower, bottom, lift, top. Time itself moves it on.
PAUSED      the pacing is silent; "resume" counts down again and repeats the
            rep that was interrupted, unless its lift was done.
RACKING     however a set ended, the catches must be locked: said at once and
            again until "locked" or three times.
REST        the time between sets.
SUMMARY     the workout is over, until "start set".

`TABLE` says what each command does in each state; a command that is not in a
state's row is refused and changes nothing. `_TIMED` says what time alone does.
Both `step` and `advance` take a session and give the next one with what it
wants done (`events.Effect`, in order of time). Nothing here asks what time it
is, and nothing is measured: how long a line is, the scheduler finds out.

What a command does is beside the table, by the part of the workout it belongs
to: `before`, `reps`, `ending`, `between`, what can be `asked` at any time, and
`trouble`; `state` holds what is known, `lines` speaks.

The safety invariants of the design live here in three places: `TABLE` has no
way into COUNTDOWN that does not come through GATE in the same set; `end_set` is the
only way out of a set, and it always leads to RACKING; STOP, PAIN and HELP
stand in every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..events import (
    Closing,
    Command,
    Effect,
    Gain,
    HearingBack,
    HearingGivenUp,
    HearingLost,
    HearingMoved,
    Input,
    Intent,
    LogTold,
    Refused,
    SoundBack,
    SoundLost,
    SoundMoved,
    Spoke,
    State,
)
from ..pacing import Talk
from ..plan import SAMPLE_RATE, Exercise
from ..workout import WorkoutBegan
from .asked import (
    explain,
    get_louder,
    get_softer,
    give_help,
    how_many,
    log_reps,
    say_again,
    set_reps,
    set_tempo,
    set_weight,
    talk_less,
    talk_more,
    vary,
)
from .before import (
    ask_for_proof,
    ask_gate,
    begin_setup,
    choose,
    choose_only,
    gate_first,
    go_on_unproved,
    next_item,
    pass_gate,
    stop_is_proved,
    to_proof,
    to_set,
)
from .between import go_on_in_rest, sum_up
from .choice import CHOICE_TRIES, offer, offer_again, wait_for_choice
from .ending import (
    confirm_locked,
    finish_set,
    remind_to_lock,
    stop_for_pain,
    stop_idle,
    stop_racking,
    stop_set,
    stop_speaking,
)
from .lines import alarm, foreseen, naming, say
from .loudness import NORMAL, Loudness
from .reps import (
    LEAD,
    add_reps,
    count_down,
    first_phase,
    go_faster,
    go_on_in_rep,
    go_slower,
    pause,
    still_paused,
)
from .state import IN_A_SET, UNDER_LOAD, Session, Turn
from .trouble import give_up_hearing, hold, moved, part, say_where, tell_of_log

__all__ = [
    "CHOICE_TRIES",
    "IN_A_SET",
    "LEAD",
    "TABLE",
    "UNDER_LOAD",
    "Loudness",
    "Session",
    "Turn",
    "advance",
    "begin",
    "foreseen",
    "listens_for",
    "naming",
    "step",
]

DEAF_EVERY = 30 * SAMPLE_RATE
"""Samples between the reminders that the coach still cannot hear."""


def begin(
    exercise: Exercise,
    talk: Talk = Talk.NORMAL,
    prove_stop: bool = False,
    loudness: Loudness = NORMAL,
    offered: tuple[Exercise, ...] = (),
) -> Turn:
    """A session at sample 0: the exercise is announced and the gate asks its question.

    With `offered` exercises the lifter chooses among them first, and can take on another
    between sets; until then `exercise` is the one whose lines are spoken. With `prove_stop`
    the lifter says the stop word before anything else, to know that it is heard.
    """
    session = Session(
        exercise, exercise.tempo, exercise.reps, talk, loudness, offered, bool(offered)
    )
    began = WorkoutBegan(session.now, "")
    session, effects = to_proof(session) if prove_stop else to_set(session)
    return session, [Gain(session.now, loudness.gain), began, *effects]


def listens_for(state: State) -> frozenset[Intent]:
    """The intents that make sense in `state`."""
    return frozenset(TABLE[state])


def step(session: Session, happened: Input) -> Turn:
    """`happened`, at `session.now`; what time itself brings at that sample goes before."""
    session, effects = _pass_time(session, session.now + 1)
    session, more = _happen(session, happened)
    return session, [*effects, *more]


def advance(session: Session, to: int) -> Turn:
    """Time passes until sample `to`; everything that it changes before `to` happens."""
    session, effects = _pass_time(session, to)
    return replace(session, now=max(session.now, to)), effects


def _happen(session: Session, happened: Input) -> Turn:
    match happened:
        case Spoke(command):
            handler = TABLE[session.state].get(command.intent)
            if handler is None:
                reason = f'"{command.intent.value}" does nothing in state {session.state.value}'
                return session, [Refused(session.now, command, reason)]
            return handler(session, command)
        case HearingLost():
            if session.deaf_since is not None:
                return session, []
            session = replace(session, deaf_since=session.now, deaf_due=session.now + DEAF_EVERY)
            return alarm(session, "deaf")
        case HearingBack():
            if session.deaf_since is None:
                return session, []
            return say(replace(session, deaf_since=None, deaf_due=None), "hearing")
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
            return tell_of_log(session, line)
        case Closing():
            return part(session)


def _pass_time(session: Session, to: int) -> Turn:
    """Everything that time alone changes before sample `to`."""
    effects: list[Effect] = []
    while True:
        at = session.next_due
        if at is None or at >= to:
            return session, effects
        session = replace(session, now=max(session.now, at))
        if session.due == at:
            session, more = _TIMED[session.state](replace(session, due=None))
        else:
            session, more = alarm(replace(session, deaf_due=at + DEAF_EVERY), "still_deaf")
        effects += more


# --- the table -------------------------------------------------------------------------------

Handler = Callable[[Session, Command], Turn]
Row = dict[Intent, Handler]

_ALWAYS: Row = {
    Intent.PAIN: stop_for_pain,
    Intent.REPEAT: say_again,
    Intent.HOW_MANY: how_many,
    Intent.QUIET: talk_less,
    Intent.TALK: talk_more,
    Intent.LOUDER: get_louder,
    Intent.SOFTER: get_softer,
}
"""What is understood in every state, beside "stop" and "help", which every row words itself."""

_ASKING: Row = {
    Intent.EXPLAIN: explain,
    Intent.VARIATION: vary,
    Intent.WEIGHT: set_weight,
    Intent.TEMPO: set_tempo,
    Intent.SLOWER: go_slower,
    Intent.FASTER: go_faster,
    Intent.HELP: give_help,
}
"""What can be asked and set while no weight is held."""

TABLE: Mapping[State, Row] = {
    State.PROOF: _ALWAYS
    | {
        Intent.STOP: stop_is_proved,
        Intent.READY: go_on_unproved,
        Intent.START: go_on_unproved,
        Intent.NEXT: go_on_unproved,
        Intent.HELP: give_help,
    },
    State.CHOICE: _ALWAYS
    | {
        Intent.EXERCISE: choose,
        Intent.READY: choose_only,
        Intent.START: choose_only,
        Intent.NEXT: offer_again,
        Intent.HOW_MANY: offer_again,
        Intent.HELP: offer_again,
        Intent.DONE: sum_up,
        Intent.STOP: wait_for_choice,
    },
    State.READY: _ALWAYS
    | _ASKING
    | {
        Intent.EXERCISE: choose,
        Intent.START: ask_gate,
        Intent.READY: ask_gate,
        Intent.SET_UP: begin_setup,
        Intent.REPS: set_reps,
        Intent.DONE: sum_up,
        Intent.STOP: stop_speaking,
    },
    State.SETUP: _ALWAYS
    | _ASKING
    | {
        Intent.EXERCISE: choose,
        Intent.NEXT: next_item,
        Intent.START: ask_gate,
        Intent.READY: ask_gate,
        Intent.STOP: stop_idle,
    },
    State.GATE: _ALWAYS
    | _ASKING
    | {
        Intent.EXERCISE: choose,
        Intent.READY: pass_gate,
        Intent.START: gate_first,
        Intent.SET_UP: begin_setup,
        Intent.REPS: set_reps,
        Intent.STOP: stop_idle,
    },
    State.ARMED: _ALWAYS
    | _ASKING
    | {
        Intent.START: count_down,
        Intent.REPS: set_reps,
        Intent.DONE: finish_set,
        Intent.STOP: stop_set,
        Intent.HELP: stop_for_pain,
    },
    State.COUNTDOWN: _ALWAYS
    | {
        Intent.PAUSE: pause,
        Intent.DONE: finish_set,
        Intent.STOP: stop_set,
        Intent.HELP: stop_for_pain,
    },
    State.REP: _ALWAYS
    | {
        Intent.PAUSE: pause,
        Intent.SLOWER: go_slower,
        Intent.FASTER: go_faster,
        Intent.MORE: add_reps,
        Intent.DONE: finish_set,
        Intent.STOP: stop_set,
        Intent.HELP: stop_for_pain,
    },
    State.PAUSED: _ALWAYS
    | {
        Intent.RESUME: count_down,
        Intent.START: count_down,
        Intent.SLOWER: go_slower,
        Intent.FASTER: go_faster,
        Intent.MORE: add_reps,
        Intent.DONE: finish_set,
        Intent.STOP: stop_set,
        Intent.HELP: stop_for_pain,
    },
    State.RACKING: _ALWAYS
    | {
        Intent.LOCKED: confirm_locked,
        Intent.REPS: log_reps,
        Intent.WEIGHT: set_weight,
        Intent.STOP: stop_racking,
        Intent.HELP: stop_for_pain,
    },
    State.REST: _ALWAYS
    | _ASKING
    | {
        Intent.EXERCISE: choose,
        Intent.START: ask_gate,
        Intent.READY: ask_gate,
        Intent.NEXT: ask_gate,
        Intent.SET_UP: begin_setup,
        Intent.REPS: log_reps,
        Intent.DONE: sum_up,
        Intent.STOP: stop_speaking,
    },
    State.SUMMARY: _ALWAYS
    | _ASKING
    | {
        Intent.EXERCISE: choose,
        Intent.START: ask_gate,
        Intent.STOP: stop_speaking,
    },
}
"""What each command does in each state; what is missing is refused."""

_TIMED: Mapping[State, Callable[[Session], Turn]] = {
    State.PROOF: ask_for_proof,
    State.CHOICE: offer,
    State.COUNTDOWN: first_phase,
    State.REP: go_on_in_rep,
    State.PAUSED: still_paused,
    State.RACKING: remind_to_lock,
    State.REST: go_on_in_rest,
}
"""What happens in a state when `Session.due` comes, without anybody saying anything."""
