"""Detects that the machine slept, or that the program stood still."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST = 2.0
"""Seconds that may pass between two calls on a machine that is merely busy."""

MOST = 7 * 86_400.0
"""Seconds of the longest sleep. If the clock says more, somebody has set it: the log would not take
a set that is years long."""


def passing() -> tuple[float, float]:
    """Two clocks in seconds: one that may stand still while the machine sleeps, and one that never
    does. If there is no such clock, the second is the time of day. If somebody sets that, a set is
    interrupted once at worst."""
    awake = time.monotonic()
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return awake, time.clock_gettime(boot) if boot is not None else time.time()


class SuspendWatch:
    """Called many times a second. Reports the times in which it could not be called."""

    def __init__(self, clocks: Callable[[], tuple[float, float]] = passing) -> None:
        self._clocks = clocks
        self._last = clocks()

    def slept(self) -> float:
        """Seconds since the last call if longer than `LONGEST`, and at most `MOST`; else 0."""
        now = self._clocks()
        gone = max(new - old for new, old in zip(now, self._last, strict=True))
        self._last = now
        return min(gone, MOST) if gone > LONGEST else 0.0
