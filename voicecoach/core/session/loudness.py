"""How loud the coach is: "louder" and "softer", in steps between two ends.

Its own loudness only, never the system's: the level at which speech is rendered is
0 dB. The mixer's ceiling holds whatever is asked for here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

STEP = 3.0
"""dB: clearly louder, and not yet a fright."""

SOFTEST = -12.0
"""dB. A safety cue has to be heard at it, in a gym."""

BEYOND = 9.0
"""dB by which the gain may exceed the ceiling. Speech is rendered with peaks 3 dB below
full scale, and the ceiling may then take 6 dB off them: hardly to be heard in speech."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """The coach's gain in dB, and how far it goes."""

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
