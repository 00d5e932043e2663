"""How long a rest is, and how long it has been."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class RestClock:
    """The time between two sets. It may be paused, and then takes as much longer."""

    begun: int
    """When; earlier, for each sleep of the machine since, by as much: a rest goes by the wall."""
    length: int
    """Samples; 0 for one without an end."""
    paused: int | None = None
    """Since when."""
    held: int = 0
    """Samples of the pauses that are over."""

    @property
    def end(self) -> int | None:
        """When it is over, if that is known."""
        known = self.length and self.paused is None
        return self.begun + self.held + self.length if known else None

    def rested(self, now: int) -> int:
        """Samples, without the pauses."""
        return (now if self.paused is None else self.paused) - self.begun - self.held

    def left(self, now: int) -> int:
        """Samples until its end; 0 where there is none."""
        return max(0, self.length - self.rested(now))

    def sleep(self, length: int) -> RestClock:
        """`length` samples of the day passed while nothing ran: they count, unless it is paused."""
        return self if self.paused is not None else replace(self, begun=self.begun - length)

    def stretch(self, more: int, now: int) -> RestClock:
        """Longer by `more` samples; one without an end gets one so much after `now`."""
        return replace(self, length=(self.length or self.rested(now)) + more)

    def pause(self, now: int) -> RestClock:
        return self if self.paused is not None else replace(self, paused=now)

    def resume(self, now: int) -> RestClock:
        if self.paused is None:
            return self
        return replace(self, paused=None, held=self.held + now - self.paused)
