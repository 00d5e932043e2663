"""The table: what each command does in each state, what yes and no mean, what time does.

Every transition is here. What it does is in the handler's file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..events import IN_CIRCUIT, Command, CommandGiven, Intent, Refused, State
from .anytime import (
    explain,
    get_louder,
    get_softer,
    give_help,
    how_many,
    set_tempo,
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
    gate_again,
    gate_first,
    go_on_unproved,
    next_item,
    pass_gate,
    stop_is_proved,
    wait,
)
from .changes import remember_change, undo
from .choice import offer, offer_again, wait_for_choice
from .corrections import undo_last
from .drop_sets import drop_set
from .effort import do_not_ask, log_left, not_told
from .ending import (
    confirm_locked,
    finish_set,
    lock_after_all,
    remind_to_lock,
    stop_for_pain,
    stop_idle,
    stop_racking,
    stop_set,
    stop_speaking,
)
from .finish import (
    ask_again_to_carry_on,
    ask_to_carry_on,
    ask_to_finish,
    carry_on,
    close_interrupted,
    do_not_finish,
    sum_up,
    wait_to_carry_on,
)
from .lines import say
from .loads import senseless
from .numbers import (
    at_next_station,
    log_failure,
    log_missed,
    log_note,
    log_number,
    log_reps,
    log_rpe,
    set_most,
    set_reps,
    set_weight,
)
from .options import tell_options
from .planning import (
    how_many_next,
    more_sets,
    next_exercise,
    plan_sets,
    skip_set,
    upcoming,
)
from .progress import agree, keep, kept, last_time, stronger, take_up
from .questions import ALONE, ONLY_WHILE, YES_OR_NO, Question
from .questions.asking import close, decline, forget
from .questions.doubts import (
    ask_back,
    drop,
    drop_it,
    in_doubt,
    put_off,
    try_another,
)
from .questions.wanted import ask_again, ask_reps, ask_weight, in_answer
from .relative import absolute, let_stand
from .repeat import say_again
from .reps import (
    add_reps,
    count_down,
    first_phase,
    go_faster,
    go_on,
    go_on_in_rep,
    go_slower,
    pause,
    still_paused,
    take_breath,
)
from .rest import add_rest, go_on_in_rest, how_long, pause_rest, rest_for, resume_rest
from .rest_pause import breathe
from .state import Session, Turn
from .stations import end_round, other_first, plan_superset, set_rounds, skip_station
from .today import tell_today
from .warming import skip_warm_up, warm_up


def listens_for(
    state: State, asked: Question | None = Question.READ_BACK, circuit: bool = True
) -> frozenset[Intent]:
    """The intents of `state` while `asked` is open: its row, with yes and no only if something is
    asked. A question in `ALONE` allows only its answers. `circuit`: whether exercises take turns.

    Each is a grammar of the recognisers. Only the first is waited for; they learn the others while
    the coach speaks.
    """
    if asked is not None and asked in ALONE:
        return ALONE[asked]
    row = frozenset(TABLE[state]) if circuit else frozenset(TABLE[state]) - IN_CIRCUIT
    return row - YES_OR_NO if asked is None else row | ONLY_WHILE.get(asked, frozenset())


def listened(session: Session) -> frozenset[Intent]:
    """What is listened for now."""
    return listens_for(session.state, session.questions.kind, session.workout.in_circuit)


def live(session: Session) -> frozenset[Intent]:
    """What makes sense now, of all that is listened for."""
    return listened(session) - senseless(at_next_station(session).workout)


def obey(session: Session, spoke: CommandGiven) -> Turn:
    """Do what the table says. Any other action closes an open question."""
    said = in_answer(session, spoke)
    if said is None:
        return ask_again(session, spoke.command)
    command = said.command
    answered = said is not spoke
    if command.intent in TABLE[session.state]:
        session = let_stand(session, command)
        told = absolute(session, said)
        if isinstance(told, str):
            return say(session, told)
        said, command = told, told.command
    understood = TABLE[session.state].keys() - senseless(at_next_station(session).workout)
    if command.intent not in understood and command.intent not in _asked(session):
        reason = f'"{command.intent.value}" does nothing in state {session.state.value}'
        return session, [Refused(session.now, command, reason)]
    if in_doubt(session, said) or (answered and not said.sure):
        if session.state is State.RACKING:
            return put_off(session, said)
        return ask_back(session, command, said.others)
    session = replace(session, questions=session.questions.drop(command))
    return _carry_out(session, command)


def _asked(session: Session) -> frozenset[Intent]:
    """The intents with which only the open question can be answered."""
    asked = session.questions.kind
    only = ONLY_WHILE.get(asked, frozenset()) if asked is not None else frozenset()
    return only & frozenset(ASKED)


def _carry_out(session: Session, command: Command) -> Turn:
    """Do what the table says, without checking for doubt."""
    handler = TABLE[session.state].get(command.intent) or ASKED[command.intent]
    before = session
    session, effects = handler(session, command)
    session = remember_change(before, session, command, effects)
    changes_nothing = command.intent in _ALWAYS and command.intent is not Intent.PAIN
    kept_open = changes_nothing or any(isinstance(e, Refused) for e in effects)
    same = session.questions.open is before.questions.open and session.state is before.state
    if same and not kept_open:
        session = close(session)
    return session, effects


def _answer(session: Session, command: Command) -> Turn:
    """Pass yes or no to the open question."""
    if session.questions.open is None:
        return session, [Refused(session.now, command, "nothing was asked")]
    yes, no, _ = ANSWERS[session.questions.open.question]
    return (yes if command.intent is Intent.YES else no)(session, command)


def _write_down(session: Session, command: Command) -> Turn:
    """Yes, that was what was said."""
    assert session.questions.open is not None
    said = session.questions.open.about
    assert said is not None
    return _carry_out(session, said)


def _tell_options(session: Session, command: Command) -> Turn:
    return tell_options(session, command, live(session))


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
    Intent.OPTIONS: _tell_options,
}
"""What every state understands, beside "stop" and "help", which each row defines."""

_ANSWERING: Row = {Intent.YES: _answer, Intent.NO: _answer}
"""For states in which a question may be open."""

_ASKING: Row = {
    Intent.EXPLAIN: explain,
    Intent.VARIATION: vary,
    Intent.LAST_TIME: last_time,
    Intent.TODAY: tell_today,
    Intent.STRONGER: stronger,
    Intent.SLOWER: go_slower,
    Intent.FASTER: go_faster,
    Intent.HELP: give_help,
}
"""What can be asked while no weight is held."""

_LOADING: Row = {
    Intent.PLATES: set_weight,
    Intent.PIN: set_weight,
    Intent.BODY: set_weight,
}
"""A weight named by what is loaded. Not understood where an exercise has no such thing."""

_WARMING_UP: Row = {
    Intent.WARM_UP: warm_up,
    Intent.SKIP_WARM_UP: skip_warm_up,
}
"""The ramp before the work sets."""

_SETTING: Row = _LOADING | {
    Intent.WEIGHT: set_weight,
    Intent.HEAVIER: set_weight,
    Intent.LIGHTER: set_weight,
    Intent.SAME: set_weight,
    Intent.CORRECT: set_weight,
    Intent.ASK_WEIGHT: ask_weight,
    Intent.ASK_REPS: ask_reps,
    Intent.TEMPO: set_tempo,
    Intent.UNDO: undo,
}
"""What can be set before a set. Numbers are many phrases, so they are live only where a lifter
would say them, and not in the last words before a set. Relations become numbers first: see
`relative`."""

_LOGGING: Row = {
    Intent.LOG: log_number,
    Intent.CORRECT: log_number,
    Intent.DELETE: log_number,
    Intent.RPE: log_rpe,
    Intent.NOTE: log_note,
    Intent.MISSED: log_missed,
    Intent.FAILURE: log_failure,
}
"""What can be said about the last set, beside its weight and reps."""

_IN_CIRCUIT: Row = {
    Intent.SKIP_STATION: skip_station,
    Intent.END_ROUND: end_round,
    Intent.OTHER_FIRST: other_first,
}
"""What changes the turns of stations. Live only while there are any; see `listens_for`."""

TABLE: Mapping[State, Row] = {
    State.PROOF: _ALWAYS
    | {
        Intent.STOP: stop_is_proved,
        Intent.READY: go_on_unproved,
        Intent.START: go_on_unproved,
        Intent.NEXT: go_on_unproved,
        Intent.HELP: give_help,
    },
    State.INTERRUPTED: _ALWAYS
    | _ANSWERING
    | {
        Intent.RESUME: carry_on,
        Intent.FINISH: close_interrupted,
        Intent.START: ask_again_to_carry_on,
        Intent.READY: ask_again_to_carry_on,
        Intent.HOW_MANY: ask_again_to_carry_on,
        Intent.HELP: ask_again_to_carry_on,
        Intent.STOP: wait_to_carry_on,
    },
    State.CHOICE: _ALWAYS
    | _ANSWERING
    | {
        Intent.EXERCISE: choose,
        Intent.PLAN: plan_sets,
        Intent.SUPERSET: plan_superset,
        Intent.TODAY: tell_today,
        Intent.READY: choose_only,
        Intent.START: choose_only,
        Intent.NEXT: offer_again,
        Intent.HOW_MANY: offer_again,
        Intent.HELP: offer_again,
        Intent.FINISH: ask_to_finish,
        Intent.DONE: ask_to_finish,
        Intent.STOP: wait_for_choice,
    },
    State.READY: _ALWAYS
    | _ANSWERING
    | _ASKING
    | _SETTING
    | _LOGGING
    | _IN_CIRCUIT
    | _WARMING_UP
    | {
        Intent.EXERCISE: choose,
        Intent.PLAN: plan_sets,
        Intent.SUPERSET: plan_superset,
        Intent.ROUNDS: set_rounds,
        Intent.START: ask_gate,
        Intent.READY: ask_gate,
        Intent.SKIP_REST: ask_gate,
        Intent.NEXT_EXERCISE: next_exercise,
        Intent.MORE_SETS: more_sets,
        Intent.DROP: drop_set,
        Intent.SKIP_SET: skip_set,
        Intent.UPCOMING: upcoming,
        Intent.HOW_MANY: how_many_next,
        Intent.SET_UP: begin_setup,
        Intent.REPS: set_reps,
        Intent.MOST: set_most,
        Intent.HOW_LONG: how_long,
        Intent.FINISH: ask_to_finish,
        Intent.DONE: ask_to_finish,
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
    | _ANSWERING
    | _ASKING
    | _SETTING
    | _IN_CIRCUIT
    | _WARMING_UP
    | {
        Intent.EXERCISE: choose,
        Intent.PLAN: plan_sets,
        Intent.SUPERSET: plan_superset,
        Intent.ROUNDS: set_rounds,
        Intent.READY: pass_gate,
        Intent.NOT_YET: gate_again,
        Intent.START: gate_first,
        Intent.NEXT_EXERCISE: next_exercise,
        Intent.SKIP_SET: skip_set,
        Intent.UPCOMING: upcoming,
        Intent.SET_UP: begin_setup,
        Intent.REPS: set_reps,
        Intent.MOST: set_most,
        Intent.FINISH: ask_to_finish,
        Intent.STOP: stop_idle,
    },
    State.ARMED: _ALWAYS
    | _ASKING
    | {
        Intent.START: count_down,
        Intent.NOT_YET: wait,
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
        Intent.BREATHER: take_breath,
        Intent.SLOWER: go_slower,
        Intent.FASTER: go_faster,
        Intent.MORE: add_reps,
        Intent.DONE: finish_set,
        Intent.STOP: stop_set,
        Intent.HELP: stop_for_pain,
    },
    State.PAUSED: _ALWAYS
    | {
        Intent.NOT_YET: wait,
        Intent.RESUME: count_down,
        Intent.START: count_down,
        Intent.SLOWER: go_slower,
        Intent.FASTER: go_faster,
        Intent.MORE: add_reps,
        Intent.DONE: finish_set,
        Intent.STOP: stop_set,
        Intent.HELP: stop_for_pain,
    },
    State.REST_PAUSE: _ALWAYS
    | {
        Intent.GO: go_on,
        Intent.RESUME: go_on,
        Intent.START: count_down,
        Intent.PAUSE: pause,
        Intent.DONE: finish_set,
        Intent.STOP: stop_set,
        Intent.HELP: stop_for_pain,
    },
    State.RACKING: _ALWAYS
    | _ANSWERING
    | _LOADING
    | _LOGGING
    | {
        Intent.LOCKED: confirm_locked,
        Intent.NOT_YET: lock_after_all,
        Intent.DROP: drop_set,
        Intent.REPS: log_reps,
        Intent.WEIGHT: set_weight,
        Intent.UNDO: undo,
        Intent.STOP: stop_racking,
        Intent.HELP: stop_for_pain,
    },
    State.REST: _ALWAYS
    | _ANSWERING
    | _ASKING
    | _SETTING
    | _LOGGING
    | _IN_CIRCUIT
    | _WARMING_UP
    | {
        Intent.EXERCISE: choose,
        Intent.START: ask_gate,
        Intent.READY: ask_gate,
        Intent.NEXT: ask_gate,
        Intent.SKIP_REST: ask_gate,
        Intent.ADD_REST: add_rest,
        Intent.REST_FOR: rest_for,
        Intent.SKIP_SET: skip_set,
        Intent.UPCOMING: upcoming,
        Intent.PAUSE: pause_rest,
        Intent.RESUME: resume_rest,
        Intent.HOW_LONG: how_long,
        Intent.NEXT_EXERCISE: next_exercise,
        Intent.MORE_SETS: more_sets,
        Intent.DROP: drop_set,
        Intent.SET_UP: begin_setup,
        Intent.REPS: log_reps,
        Intent.MOST: set_most,
        Intent.FINISH: ask_to_finish,
        Intent.DONE: ask_to_finish,
        Intent.STOP: stop_speaking,
    },
    State.SUMMARY: _ALWAYS
    | _ANSWERING
    | _ASKING
    | _LOADING
    | _LOGGING
    | {
        Intent.EXERCISE: choose,
        Intent.START: ask_gate,
        Intent.MORE_SETS: more_sets,
        Intent.DROP: drop_set,
        Intent.WEIGHT: set_weight,
        Intent.ASK_WEIGHT: ask_weight,
        Intent.REPS: log_reps,
        Intent.ASK_REPS: ask_reps,
        Intent.UNDO: undo,
        Intent.STOP: stop_speaking,
    },
}
"""What each command does in each state. A command that is not there is refused."""

ANSWERS: Mapping[Question, tuple[Handler, Handler, Callable[[Session], Turn]]] = {
    Question.CARRY_ON: (carry_on, close_interrupted, forget),
    Question.FINISH: (sum_up, do_not_finish, forget),
    Question.READ_BACK: (keep, undo_last, kept),
    Question.UNSURE: (_write_down, try_another, drop),
    Question.WEIGHT: (ask_again, drop_it, drop),
    Question.REPS: (ask_again, drop_it, drop),
    Question.GUESS: (_write_down, try_another, drop),
    Question.NEXT_SET: (take_up, decline, forget),
    Question.NEXT_TIME: (agree, decline, forget),
    Question.LEFT: (do_not_ask, do_not_ask, not_told),
}
"""What "yes" does, what "no" does, and what happens if nobody answers."""

ASKED: Row = {Intent.LEFT: log_left}
"""What the answers do that are understood only while their question is open (`ONLY_WHILE`)."""

TIMED: Mapping[State, Callable[[Session], Turn]] = {
    State.PROOF: ask_for_proof,
    State.INTERRUPTED: ask_to_carry_on,
    State.CHOICE: offer,
    State.COUNTDOWN: first_phase,
    State.REP: go_on_in_rep,
    State.PAUSED: still_paused,
    State.REST_PAUSE: breathe,
    State.RACKING: remind_to_lock,
    State.REST: go_on_in_rest,
}
"""What happens in a state at `Session.due`, without a command."""
