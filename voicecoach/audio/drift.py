"""Keeps the stream of samples in step with the wall clock, and the microphone with the stream.

The card's sample count is the workout's time. But an underrun delays all later samples, and two
cards never run equally fast. `Anchor` measures how late the stream is; `Intake` gives the loop
exactly as much microphone as it asks for. Both are given the time and never read a clock.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

import numpy as np

from voicecoach.core.plan import MICROPHONE_RATE
from voicecoach.pcm import Pcm

from .ring import Ring


class Anchor:
    """How late the stream is against the clock, compared with its beginning.

    A callback may be late, never early. So the measure is the lower envelope of its lateness over
    some seconds, compared with that of the first seconds.
    """

    def __init__(self, rate: int, window: float = 4.0, tolerance: float = 0.03) -> None:
        """`rate` of the stream in Hz; `window` and `tolerance` in seconds. A tolerance of 8 ms
        corrected what was only jitter."""
        self._rate = rate
        self._window = window
        self._tolerance = tolerance
        self._marks: deque[tuple[float, float]] = deque()
        """(time, lateness) of the callbacks of the window that may still be the lowest: no later
        one was as low. So the first is the lowest."""
        self._since: float | None = None
        self._base: float | None = None
        self._shifted = 0.0
        self.owed = 0.0
        """Seconds to leave out of the stream (negative: to insert)."""
        self.corrected = 0
        """Corrections begun so far."""

    def feed(self, marks: Iterable[tuple[float, int]]) -> None:
        """`marks`: (time in seconds, samples of the stream played before)."""
        for moment, samples in marks:
            self._mark(moment, moment - samples / self._rate - self._shifted)

    def _mark(self, now: float, lateness: float) -> None:
        while self._marks and self._marks[-1][1] >= lateness:
            self._marks.pop()
        self._marks.append((now, lateness))
        if self._since is None:
            self._since = now
        while self._marks[0][0] < now - self._window:
            self._marks.popleft()
        if self.owed or now - self._since < self._window:
            return
        lowest = self._marks[0][1]
        if self._base is None:
            self._base = lowest
        elif abs(lowest - self._base) > self._tolerance:
            self.owed = lowest - self._base
            self.corrected += 1

    def shift(self, seconds: float) -> None:
        """`seconds` of silence were just left out (negative: inserted)."""
        self._shifted += seconds
        self.owed -= seconds
        if abs(self.owed) < abs(seconds):
            # The rest is less than can be shifted, so measure again.
            self.owed = 0.0
            self._marks.clear()
            self._since = None


class Intake:
    """Microphone samples, exactly as many as requested, as recent as possible.

    If they come too slowly, noise quieter than any room is inserted; if too fast, some are dropped.
    Output samples are never touched.
    """

    MOST = MICROPHONE_RATE * 20 // 1000
    """Limit of the fewest waiting samples; with more, commands would arrive later than needed."""

    WINDOW = 2 * MICROPHONE_RATE
    """Samples over which the fewest waiting ones are counted."""

    def __init__(self) -> None:
        self._ring = Ring(4 * MICROPHONE_RATE)
        self._noise = np.random.default_rng(0).normal(0, 1e-5, MICROPHONE_RATE).astype(np.float32)
        self._fewest = 1 << 30
        self._taken = 0
        self.inserted = 0
        """Samples inserted so far."""
        self.dropped = 0
        """Samples dropped so far."""

    @property
    def waiting(self) -> int:
        return self._ring.filled

    def feed(self, pcm: Pcm) -> None:
        """Add samples from the microphone, at 16 kHz. What is no number becomes silence: it proves
        no microphone, and one such sample would stay in a recogniser's filters for ever."""
        if not math.isfinite(float(pcm.sum())):
            pcm = np.where(np.isfinite(pcm), pcm, np.float32(0))
        self.dropped += len(pcm) - self._ring.write(pcm)

    def take(self, n: int) -> Pcm:
        """The next `n` samples, at most one second."""
        pcm = self._noise[:n].copy()
        if self._ring.filled >= n:
            self._ring.read_into(pcm)
        else:
            self.inserted += n
        self._fewest = min(self._fewest, self._ring.filled)
        self._taken += n
        if self._taken >= self.WINDOW:
            if self._fewest > self.MOST:
                self._drop(self._fewest)
            self._fewest, self._taken = 1 << 30, 0
        return pcm

    def clear(self) -> None:
        """Drop what waits: it is from before a fault."""
        self._ring.read_into(np.empty(self._ring.filled, np.float32))
        self._fewest, self._taken = 1 << 30, 0

    def _drop(self, n: int) -> None:
        self._ring.read_into(np.empty(n, np.float32))
        self.dropped += n
