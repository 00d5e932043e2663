"""Which lines the coach may be saying in each state, for whoever has to hear through them.

It repeats what the handlers do, so a test walks through sessions and compares. Lines
that "repeat" brings back from an earlier state are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..events import State

_ANYWHERE = frozenset(
    {
        *("deaf", "still_deaf", "hearing", "nothing_to_repeat", "quiet_on", "talk_on"),
        *("louder", "loudest", "softer", "softest"),
        *("log_waits", "log_written", "log_anew", "log_beside"),
    }
)
_SETTING = frozenset({"explain", "weight_set", "no_variation"})
"""What is answered while no weight is held, beside the new pace."""

_PACE = frozenset({"tempo_set", "slowest", "fastest", "slow_warning"})

_BEFORE = _ANYWHERE | _SETTING | _PACE | {"help", "how_many_before"}
_AFTER = _ANYWHERE | _SETTING | _PACE | {"help", "how_many_after"}
_IN_A_SET = _ANYWHERE | {"how_many"}

SPOKEN: Mapping[State, frozenset[str]] = {
    State.PROOF: _ANYWHERE | {"prove_stop", "stop_heard", "unproved", "help", "how_many_before"},
    State.CHOICE: _ANYWHERE | {"stop_heard", "choose"},
    State.READY: _BEFORE
    | {"rest_over", "reps_set", "nothing_done", "hurt_over", "nothing_to_stop"},
    State.SETUP: _BEFORE | {"setup_first", "setup_done"},
    State.GATE: _BEFORE
    | {"announce", "gate", "gate_first", "stop_heard", "setup_done", "reps_set"},
    State.ARMED: _BEFORE - {"help"} | {"release", "reps_set"},
    State.COUNTDOWN: _IN_A_SET,
    # What a tone answers there has no line.
    State.REP: (_IN_A_SET | _PACE | {"more", "half_way", "last_rep"})
    - {"louder", "softer", "tempo_set"},
    State.PAUSED: _IN_A_SET | _PACE | {"more", "paused", "still_paused"},
    State.RACKING: _ANYWHERE
    | {"ended", "ended_empty", "stopped", "hurt", "lock_again", "reps_logged", "weight_set"}
    | {"how_many_after"},
    State.REST: _AFTER
    | {"good_set", "unconfirmed", "not_medical", "rest_half", "rest_soon", "reps_logged"},
    State.SUMMARY: _AFTER | {"summary"},
}
"""Names of lines; the cues of a rep, the set-up checklist and the variations go beside them."""
