"""What a screen needs to know, some twenty times a second; see `Screen`.

`live` makes the snapshots and calls the screen. A screen never reaches into the
running coach: it is shown values that don't change any more, and hands back
texts that count as if they had been said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..core.plan import Phase
from ..core.session import Session


@dataclass(frozen=True, slots=True)
class HeardLast:
    """The last utterance (or typed command) that was decided about."""

    at: int
    """Output samples: when it was decided."""
    text: str
    accepted: bool
    reason: str
    """Why it was refused; "" when it was accepted."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The workout as the ear has it now, not as it is already computed.

    Every time is in output samples (`core.plan.SAMPLE_RATE`) since the start.
    """

    at: int
    """What sounds now."""
    session: Session
    """State, tempo, target, reps done, set number, weight, end of the rest:
    everything that the core knows (`session.state`, `session.rest.end`, ...)."""
    phase: Phase | None
    """The phase under way; None outside a rep."""
    phase_begins: int
    """First sample of the phase; 0 outside a rep. In COUNTDOWN that of the countdown."""
    phase_ends: int
    """One past its last sample; it may move when the tempo is changed."""
    rep: int
    """The rep under way or, in a countdown, the one that comes; 0 outside a set."""
    saying: str
    """The line that sounds now; "" in between."""
    heard: HeardLast | None
    """The last verdict; None before the first."""
    level: float
    """Of the microphone over the last 50 ms, RMS in dBFS; -inf for digital silence."""
    deaf: str
    """Why the coach cannot hear; "" while it can."""
    mute: str
    """Why the coach cannot be heard (the output is gone); "" while it can."""
    under_runs: int
    """Blocks that the sound card had to fill with silence, so far."""


class Screen(Protocol):
    """Somebody who watches a live workout.

    `live` runs the coach in threads of its own and calls `show` from one of them,
    about twenty times a second. `show` returns at once (hand the snapshot over to
    your own thread, dropping older ones) and may raise nothing: a screen that is
    gone must not stop a set.
    """

    def show(self, snapshot: Snapshot) -> None: ...


Keys = Callable[[str], None]
"""Give a text to the coach as if it had been said ("stop", "one more"). From any
thread, at any time; a text that is no command now is refused like a spoken one, and
shows up as `Snapshot.heard`. `Live.say` is one."""
