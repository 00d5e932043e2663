"""Everything the coach may say, and in which states.

Rendering, checking and listening all use this list. `SPOKEN` repeats what the handlers do, so a
test walks through sessions and compares. Lines that "repeat" brings back from an earlier state are
left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..events import Intent, State
from ..plan import Exercise, Wording
from .table import TABLE

_ANYWHERE = frozenset(
    {
        *("deaf", "still_deaf", "hearing", "nothing_to_repeat", "quiet_on", "talk_on"),
        *("louder", "loudest", "softer", "softest", "options"),
        *("log_waits", "log_written", "log_anew", "log_beside", "log_in_part", "button_lost"),
    }
)
_SETTING = frozenset(
    {
        *("explain", "no_variation", "last_time", "no_last_time"),
        *("stronger", "weaker", "as_strong", "strength_unknown"),
        *("program_today", "lighter_week", "today", "no_plan"),
    }
)
"""Answers while no weight is held, beside those about tempo."""

_PACE = frozenset({"tempo_set", "slowest", "fastest", "slow_warning", "no_tempo"})
_MISFIT = frozenset({"no_hold", "no_reps"})
"""Reps in an exercise that is a hold, or the other way round."""

_TAKEN_BACK = frozenset({"undone", "nothing_to_undo", "cant_undo"})
_WEIGHT = frozenset({"weight_set", "weight_next", "no_sled", "no_such_load"})
_LOAD = frozenset({"loaded", "cant_load"})
"""What to load, as the answer to a weight for the next set or before its gate."""

_WARM_UP = frozenset({"announce_ramp", "no_ramp", "warm_up_skipped"})
_CHANGED = frozenset({"no_weight", "no_lighter"})
"""Answers to "heavier", "lighter" and "same weight"."""
_UPCOMING = frozenset(
    {"upcoming", "upcoming_warm_up", "upcoming_drop", "announce_side", "nothing_to_skip"}
)
_AFTER_ALL = frozenset({"upcoming_exercise", "nothing_upcoming"})
"""What comes next, and what if all sets of the exercise are done."""
_IN_DOUBT = frozenset({"unsure", "not_noted", "ask_weight", "ask_pounds", "ask_reps"})
_LOGGING = frozenset(
    {"reps_logged", "rpe_logged", "note_logged", "no_set_yet", "missed", "to_failure"}
)
"""Numbers, read back."""

_EFFORT = frozenset({"left_logged", "none_left"})
_SUGGESTED = frozenset({"next_time", "next_set", "held_longest", "agreed", "ask_left", "big_step"})

_BEFORE = _ANYWHERE | _SETTING | _PACE | {"help", "how_many_before", "most_set"}
_ENDING = frozenset({"finish", "not_finished"})
_AFTER = _ANYWHERE | _SETTING | _PACE | {"help", "how_many_after"}
_IN_A_SET = _ANYWHERE | {"how_many", "how_many_open"}

SPOKEN: Mapping[State, frozenset[str]] = {
    State.PROOF: _ANYWHERE | {"prove_stop", "stop_heard", "unproved", "help", "how_many_before"},
    State.INTERRUPTED: _ANYWHERE | {"stop_heard", "interrupted"},
    State.CHOICE: _ANYWHERE
    | _MISFIT
    | _ENDING
    | {"stop_heard", "choose", "unsure", "not_noted", "no_plan", "undone"},
    State.READY: _BEFORE
    | _MISFIT
    | _CHANGED
    | _UPCOMING
    | _AFTER_ALL
    | _WEIGHT
    | _LOGGING
    | _TAKEN_BACK
    | _IN_DOUBT
    | _ENDING
    | _LOAD
    | {"load_next", "warm_up_skipped"}
    | _EFFORT
    | {"agreed"}
    | {"rest_over", "reps_set", "nothing_done", "hurt_over", "nothing_to_stop"}
    | {"one_more_round"}
    | {"no_rest", "rested", "no_next_exercise", "one_more_set"},
    State.SETUP: _BEFORE | {"setup_first", "setup_done"},
    State.GATE: _BEFORE
    | _LOAD
    | _WARM_UP
    | _MISFIT
    | _CHANGED
    | _UPCOMING
    | _WEIGHT
    | _TAKEN_BACK
    | _IN_DOUBT
    | _ENDING
    | {"announce", "announce_at", "announce_warm_up", "announce_set", "announce_plan"}
    | {"announce_side", "announce_superset", "announce_station", "big_step"}
    | {"announce_drop", "announce_falling", "gate_drop"}
    # Zero reps are no target, but what the last set came to.
    | {"reps_set", "reps_logged", "no_set_yet"}
    | {"gate", "gate_first", "stop_heard", "setup_done", "no_next_exercise"},
    State.ARMED: (_BEFORE - {"help"}) | {"release"},
    State.COUNTDOWN: _IN_A_SET,
    # What a tone answers here has no line.
    State.REP: (_IN_A_SET | _PACE | {"more", "half_way", "last_rep", "held_so_far", "held_left"})
    - {"louder", "softer", "tempo_set"},
    State.PAUSED: _IN_A_SET | _PACE | {"more", "paused", "still_paused"},
    State.REST_PAUSE: _IN_A_SET | {"rest_pause", "rest_pause_soon", "breathe_in", "breathe_out"},
    State.RACKING: _ANYWHERE
    | _LOAD
    | _MISFIT
    | _WEIGHT
    | _LOGGING
    | _TAKEN_BACK
    | {"ended", "ended_empty", "stopped", "hurt", "lock_again", "no_lighter"}
    | {"how_many_after", "how_many_open"},
    State.REST: _AFTER
    | _LOAD
    | _WARM_UP
    | {"load_next"}
    | _MISFIT
    | _CHANGED
    | _UPCOMING
    | _AFTER_ALL
    | _WEIGHT
    | _LOGGING
    | _TAKEN_BACK
    | _IN_DOUBT
    | _EFFORT
    | _SUGGESTED
    | _ENDING
    | {"good_set", "empty_set", "unconfirmed", "not_medical", "rest_half", "rest_left", "rested"}
    | {"rest_soon", "rest_soon_warm_up", "rest_soon_exercise", "rest_paused"}
    | {"no_next_exercise", "one_more_set", "round_over", "one_more_round", "most_set"},
    State.SUMMARY: _AFTER
    | _LOAD
    | _MISFIT
    | (_WEIGHT - {"weight_next"})
    | _LOGGING
    | _TAKEN_BACK
    | _IN_DOUBT
    | {"finish"}
    | _EFFORT
    | {"ask_left", "big_step", "no_lighter"}
    | {
        "next_time",
        "held_longest",
        "agreed",
        "not_medical",
        "unconfirmed",
        "last_set",
        "last_empty",
    }
    | {"summary", "untrained", "moved", "record", "saved"},
}
"""Names of lines. The cues of a rep, the set-up checklist and the variations are not in it."""

_VARIED = frozenset(state for state, row in TABLE.items() if Intent.VARIATION in row)


@dataclass(frozen=True, slots=True)
class Sayable:
    """Something the coach may say."""

    place: tuple[str, str]
    """The table and key in an exercise's file: ("lines", "gate")."""
    wording: Wording
    states: frozenset[State]
    """The states in which it may be heard."""


def sayable(exercise: Exercise) -> Iterator[Sayable]:
    """Everything the coach may say while `exercise` is trained."""
    for name, wording in exercise.lines.items():
        states = frozenset(state for state, lines in SPOKEN.items() if name in lines)
        yield Sayable(("lines", name), wording, states)
    in_a_rep = frozenset({State.REP})
    for phase, opener in exercise.openers.items():
        yield Sayable(("openers", phase.value), opener.wording, in_a_rep)
    for cue in exercise.cues:
        yield Sayable(("cue", cue.id), cue.wording, in_a_rep)
    for item in exercise.setup:
        yield Sayable(("setup", item.id), item.wording, frozenset({State.SETUP}))
    for name, wording in exercise.variations.items():
        yield Sayable(("variations", name), wording, _VARIED)
