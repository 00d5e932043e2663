"""Has this machine slept, or this program stood still?"""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST = 2.0
"""Seconds between two looks that may pass on a machine that is merely busy."""


def passing() -> tuple[float, float]:
    """Two clocks in seconds: one that may stand still while the machine sleeps, and one
    that never does. Where no such clock is to be had the second is the time of day, which
    somebody may set: the worst of it is a set that is interrupted once."""
    awake = time.monotonic()
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return awake, time.clock_gettime(boot) if boot is not None else time.time()


class Asleep:
    """Asked many times a second; tells of the times in which nobody could ask."""

    def __init__(self, clocks: Callable[[], tuple[float, float]] = passing) -> None:
        self._clocks = clocks
        self._last = clocks()

    def slept(self) -> float:
        """Seconds since the last call, if they were too many; else 0."""
        now = self._clocks()
        gone = max(new - old for new, old in zip(now, self._last, strict=True))
        self._last = now
        return gone if gone > LONGEST else 0.0
