"""The set that is next, runs, or was the last: how far it is, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..pacing import RepClock


@dataclass(frozen=True, slots=True)
class SetInProgress:
    """One set, from its gate to the gate of the next."""

    number: int = 1
    """Among the sets of its exercise, from 1."""
    setup_at: int = 0
    """The current point of the checklist, from 0."""
    done: int = 0
    """Reps whose lift is done."""
    clock: RepClock | None = None
    """The running rep; in COUNTDOWN, the next one; otherwise None."""
    attempt: int = 0
    """How often reps were begun or resumed, over all sets. It makes cue keys unique."""
    resumed_at: int | None = None
    """The rep at which the set resumed after a pause."""
    begun: int = 0
    """First sample of the running stretch of reps."""
    under_tension: int = 0
    """Samples of the earlier stretches."""
    last_breath: int = 0
    """Samples of the breath in which a hold ended."""
    recorded: bool = False
    """True if it runs and has a `SetBegan`."""
    broken_off: bool = False
    """True if it belongs to a workout that broke off, whose catches may still be open."""
    over: bool = False
    """True from its end until its catches are locked. Pain in a rest asks for the catches, too, and
    ends no set."""
    hurt: bool = False
    """True if pain or a call for help ended it."""
    rest_after: int = 0
    """Samples of rest after the last set; 0: without an end."""
    last_target: int | None = None
    """The target of the last set; None before the first."""
    breather: bool = False
    """True if a rest-pause follows the running rep."""
    rest_pauses: int = 0
    """How many there were."""
    breathing_since: int = 0
    """When the last one began."""

    def next(self, number: int) -> SetInProgress:
        """The next set, with nothing done yet."""
        return SetInProgress(
            number,
            setup_at=self.setup_at,
            attempt=self.attempt,
            begun=self.begun,
            rest_after=self.rest_after,
            last_target=self.last_target,
        )

    def read_setup(self, point: int) -> SetInProgress:
        return replace(self, setup_at=point)

    # --- its reps -----------------------------------------------------------------------------

    def count_down(self, clock: RepClock, resumed: bool) -> SetInProgress:
        """Begin reps with that of `clock`, or go on with it if `resumed` after a pause."""
        return replace(
            self,
            resumed_at=clock.rep if resumed else None,
            attempt=self.attempt + 1,
            clock=clock,
            begun=clock.start,
        )

    def record(self, number: int) -> SetInProgress:
        """Begin its record. At the gate the number may have changed: "zero reps" there, or "undo"
        of it, is about the set before."""
        return replace(self, recorded=True, number=number)

    def pace(self, clock: RepClock) -> SetInProgress:
        """Run the rep of `clock`."""
        return replace(self, clock=clock)

    def count(self, reps: int) -> SetInProgress:
        """Set how many reps are done."""
        return replace(self, done=reps)

    def strain(self, now: int) -> SetInProgress:
        """Add the running stretch of reps, which ends now, to the time under tension."""
        return replace(self, under_tension=self.under_tension + now - self.begun)

    def pause(self) -> SetInProgress:
        return replace(self, clock=None, breather=False)

    def want_breather(self) -> SetInProgress:
        """Let a rest-pause follow the running rep."""
        return replace(self, breather=True)

    def breather_from(self, now: int) -> SetInProgress:
        """Begin a rest-pause."""
        return replace(self.pause(), rest_pauses=self.rest_pauses + 1, breathing_since=now)

    # --- its end ------------------------------------------------------------------------------

    def breathe(self, samples: int) -> SetInProgress:
        """A hold ends, `samples` after the last whole breath."""
        return replace(self, last_breath=samples)

    def end(self, rest_after: int, hurt: bool, target: int) -> SetInProgress:
        """End the set, with `rest_after` samples of rest; `hurt`: by pain, or a call for help."""
        ended = replace(self, clock=None, rest_after=rest_after, recorded=False, hurt=hurt)
        return replace(ended, last_target=target, over=True)

    def leave(self) -> SetInProgress:
        """Its catches are locked, or nobody answered."""
        return replace(self, over=False)

    def break_off(self, reps: int) -> SetInProgress:
        """The last set of a workout that broke off, with its `reps`: its catches come first."""
        return replace(self, broken_off=True, done=reps)

    def hurting(self) -> SetInProgress:
        return replace(self, hurt=True)

    def correct(self, reps: int) -> SetInProgress:
        """The lifter says how many were done; of a hold, in whole breaths."""
        return replace(self, done=reps, last_breath=0)
