"""The set that comes, runs, or was the last: how far it is, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..pacing import RepClock


@dataclass(frozen=True, slots=True)
class SetInProgress:
    """One set, from its gate to the gate of the next."""

    number: int = 1
    """Among those of its exercise, from 1."""
    setup_at: int = 0
    """The point of the checklist that is read, from 0."""
    done: int = 0
    """Reps whose lift is done."""
    clock: RepClock | None = None
    """The running rep; in COUNTDOWN the one that comes. None outside of both."""
    attempt: int = 0
    """How many runs of reps were begun, over all sets: it keeps cue keys apart."""
    resumed_at: int | None = None
    """The rep with which the set went on after a pause."""
    begun: int = 0
    """First sample of the running stretch of reps."""
    under_tension: int = 0
    """Samples of the earlier stretches."""
    last_breath: int = 0
    """Samples of the breath in which a hold ended."""
    recorded: bool = False
    """Whether it runs, and has a `SetBegan`."""
    hurt: bool = False
    """Whether pain or a call for help ended it."""
    rest_after: int = 0
    """Samples of rest that the last set earned; 0 for one without an end."""

    def next(self, number: int) -> SetInProgress:
        """Another set, of which nothing is done yet."""
        return SetInProgress(
            number,
            setup_at=self.setup_at,
            attempt=self.attempt,
            begun=self.begun,
            rest_after=self.rest_after,
        )

    def read_setup(self, point: int) -> SetInProgress:
        return replace(self, setup_at=point)

    # --- its reps -----------------------------------------------------------------------------

    def count_down(self, clock: RepClock, resumed: bool) -> SetInProgress:
        """Reps begin with that of `clock`, or go on if it is `resumed` after a pause."""
        return replace(
            self,
            resumed_at=clock.rep if resumed else None,
            attempt=self.attempt + 1,
            clock=clock,
            begun=clock.start,
        )

    def record(self) -> SetInProgress:
        return replace(self, recorded=True)

    def pace(self, clock: RepClock) -> SetInProgress:
        """The rep that runs is that of `clock`."""
        return replace(self, clock=clock)

    def count(self, reps: int) -> SetInProgress:
        """So many are done."""
        return replace(self, done=reps)

    def strain(self, now: int) -> SetInProgress:
        """The running stretch of reps ends: it counts as time under tension."""
        return replace(self, under_tension=self.under_tension + now - self.begun)

    def pause(self) -> SetInProgress:
        return replace(self, clock=None)

    # --- its end ------------------------------------------------------------------------------

    def breathe(self, samples: int) -> SetInProgress:
        """A hold ends, so many `samples` after the last whole breath."""
        return replace(self, last_breath=samples)

    def end(self, rest_after: int, hurt: bool) -> SetInProgress:
        """It is over, and earns so many samples of rest; `hurt`: by pain, or a call for help."""
        return replace(self, clock=None, rest_after=rest_after, recorded=False, hurt=hurt)

    def hurting(self) -> SetInProgress:
        return replace(self, hurt=True)

    def correct(self, reps: int) -> SetInProgress:
        """The lifter says how many were done; of a hold, in whole breaths."""
        return replace(self, done=reps, last_breath=0)
