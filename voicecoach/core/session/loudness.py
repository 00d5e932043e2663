"""How loud the coach is: "louder" and "softer" move it in steps, between two limits.

This is the coach's own loudness, never the system's. 0 dB is the level at which speech is rendered.
The mixer's ceiling always applies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

STEP = 3.0
"""dB: clearly louder, but not startling."""

SOFTEST = -12.0
"""dB. A safety cue at this level must still be heard in a gym."""

BEYOND = 9.0
"""dB by which the gain may exceed the ceiling. Speech is rendered with peaks 3 dB below full scale,
so the ceiling may take 6 dB off them, which is hardly audible in speech."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """The coach's gain and its limits, in dB."""

    gain: float = 0.0
    softest: float = SOFTEST
    loudest: float = BEYOND

    @classmethod
    def under(cls, ceiling: float, gain: float = 0.0) -> Self:
        """As near to `gain` as the range allows below a mixer's `ceiling` in dBFS."""
        loudest = ceiling + BEYOND
        softest = min(SOFTEST, loudest)
        return cls(min(max(gain, softest), loudest), softest, loudest)

    def changed(self, by: float) -> Self:
        return replace(self, gain=min(max(self.gain + by, self.softest), self.loudest))


NORMAL = Loudness()
