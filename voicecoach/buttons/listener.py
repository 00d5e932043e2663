"""What both kinds of buttons have in common."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from voicecoach.core.buttons import Button

BOUNCE = 0.4
"""Seconds in which the same button again is the same press. A worn switch closes twice."""


class Listener:
    """Where presses go. Called by one thread."""

    def __init__(
        self,
        pressed: Callable[[Button], None],
        lost: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`pressed` is told each button, and `lost` why none arrives any more. `clock` gives
        seconds."""
        self._pressed = pressed
        self._lost = lost
        self._clock = clock
        self._last: tuple[Button, float] | None = None
        self._there = False
        self.closing = threading.Event()

    def press(self, button: Button) -> None:
        now = self._clock()
        if self._last is not None and self._last[0] is button and now - self._last[1] < BOUNCE:
            return
        self._last = button, now
        if not self.closing.is_set():
            self._pressed(button)

    def found(self) -> None:
        """Presses arrive from now on."""
        self._there = True

    def lose(self, why: str) -> None:
        """They no longer do. Told once, until it is found again, and never on the way out."""
        there, self._there = self._there, False
        if there and not self.closing.is_set():
            self._lost(why)
