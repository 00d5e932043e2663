"""What a screen needs to know, some twenty times a second; see `Screen`.

`live` makes the snapshots and calls the screen. A screen never reaches into the running coach. It
gets values that don't change, and returns texts that count as said.
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
    """Output sample of the decision."""
    text: str
    accepted: bool
    reason: str
    """Why it was refused; "" if it was accepted."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The workout as the ear has it now, not as it is rendered ahead.

    Every time is in output samples (`core.plan.SAMPLE_RATE`) since the start.
    """

    at: int
    """The sample that sounds now."""
    session: Session
    """Everything that the core knows: state, tempo, target, reps done, set number, weight, end of
    the rest (`session.state`, `session.rest.end`, ...)."""
    phase: Phase | None
    """The current phase; None outside a rep."""
    phase_begins: int
    """First sample of the phase; 0 outside a rep. In COUNTDOWN, that of the countdown."""
    phase_ends: int
    """One past its last sample. It may move if the tempo changes."""
    rep: int
    """The current rep or, in a countdown, the next one; 0 outside a set."""
    saying: str
    """The line that sounds now; "" if none does."""
    heard: HeardLast | None
    """The last verdict; None before the first."""
    level: float
    """Microphone level over the last 60 ms, RMS in dBFS; -inf for digital silence."""
    deaf: str
    """Why the coach can't hear; "" while it can."""
    mute: str
    """Why the coach can't be heard (the output is gone); "" while it can."""
    under_runs: int
    """Blocks that the sound card has had to fill with silence so far."""


class Screen(Protocol):
    """A display of a live workout.

    `live` runs the coach in threads of its own and calls `show` from one of them, about twenty
    times a second. `show` must return at once (hand the snapshot to your own thread, and drop older
    ones) and must not raise: a broken screen must not stop a set.
    """

    def show(self, snapshot: Snapshot) -> None: ...


Keys = Callable[[str], None]
"""Gives a text to the coach as if it had been said ("stop", "one more"). Works from any thread, at
any time. A text that is not a command now is refused like a spoken one, and shows up as
`Snapshot.heard`. `Live.say` is one."""
