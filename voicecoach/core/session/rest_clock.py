"""How long a rest is, and how long it has been."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class RestClock:
    """The time between two sets. Pauses make it longer."""

    begun: int
    """When it began, moved back by each sleep of the machine since: a rest goes by the wall
    clock."""
    length: int
    """Samples; 0: without an end."""
    paused: int | None = None
    """Since when."""
    held: int = 0
    """Samples of finished pauses."""

    @property
    def end(self) -> int | None:
        """When it ends; None if unknown."""
        known = self.length and self.paused is None
        return self.begun + self.held + self.length if known else None

    def rested(self, now: int) -> int:
        """Samples rested, without pauses."""
        return (now if self.paused is None else self.paused) - self.begun - self.held

    def left(self, now: int) -> int:
        """Samples until its end; 0 if there is none."""
        return max(0, self.length - self.rested(now))

    def sleep(self, length: int) -> RestClock:
        """Nothing ran for `length` samples. They count, unless it is paused."""
        return self if self.paused is not None else replace(self, begun=self.begun - length)

    def stretch(self, more: int, now: int) -> RestClock:
        """Lengthen by `more` samples. One without an end gets one `more` samples after `now`."""
        return replace(self, length=(self.length or self.rested(now)) + more)

    def last(self, length: int, now: int) -> RestClock:
        """Let it be `length` samples long in all, but not shorter than it has been."""
        return replace(self, length=max(length, self.rested(now)))

    def pause(self, now: int) -> RestClock:
        return self if self.paused is not None else replace(self, paused=now)

    def resume(self, now: int) -> RestClock:
        if self.paused is None:
            return self
        return replace(self, paused=None, held=self.held + now - self.paused)
