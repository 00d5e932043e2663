"""Whether the coach hears the lifter, and whether anybody hears the coach."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..plan import SAMPLE_RATE

DEAF_EVERY = 30 * SAMPLE_RATE
"""Samples between reminders that the coach still can't hear."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """The state of the microphone and the output at one sample."""

    deaf_since: int | None = None
    """The sample since which the coach can't hear; None if it can."""
    due: int | None = None
    """The sample at which it says so again; None if it does not."""
    unheard: bool = False
    """True if nobody hears the coach."""

    def lost(self, now: int) -> Hearing:
        """The coach can't hear from `now` on, and says so again and again."""
        return replace(self, deaf_since=now, due=now + DEAF_EVERY)

    def given_up(self, now: int) -> Hearing:
        """It will not hear again. No reminders: nobody can change it."""
        since = now if self.deaf_since is None else self.deaf_since
        return replace(self, deaf_since=since, due=None)

    def back(self) -> Hearing:
        return replace(self, deaf_since=None, due=None)

    def reminded(self, now: int) -> Hearing:
        """It said at `now` that it still can't hear."""
        return replace(self, due=now + DEAF_EVERY)

    def without_reminders(self) -> Hearing:
        return replace(self, due=None)

    def sound_lost(self) -> Hearing:
        return replace(self, unheard=True)

    def sound_back(self) -> Hearing:
        return replace(self, unheard=False)
