"""Supervises the recogniser: restarts it when it fails, and finally switches to another engine."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .recogniser import Recogniser
from .worker import RecogniserWorker

_LAG = 1.0
"""Seconds that the recogniser may lag. With the sound that waits for the card, the coach reports a
lag within two."""

_CAUGHT_UP = 0.2
"""Seconds of lag below which it counts as keeping up again."""

_HUNG = 5.0
"""Seconds in which it finishes nothing although blocks wait, after which it is restarted. One that
is only slow is let be: loading the next one would take all the computing that it lacks."""

_SLOW = 30.0
"""Seconds of lag in a row after which it is restarted all the same, and finally replaced."""

_LOADING = 30.0
"""Seconds it may take to load."""

_PAUSE = 2.0
"""Seconds between two starts."""

_WELL = 5.0
"""Seconds of hearing after which earlier failures are forgotten."""

TRIES = 3
"""Failures in a row after which another engine takes over."""

_LATER = 30.0
"""Seconds between two starts after the recogniser was given up."""


class Supervisor:
    """Asked some hundred times a second; never waits."""

    def __init__(
        self, ear: RecogniserWorker, spare: Callable[[], Recogniser] | None, now: float
    ) -> None:
        """`spare` makes another engine, picklable as for `RecogniserWorker`; None if there is
        none."""
        self._ear = ear
        self._spare = spare
        self._started = now
        self._starting = False
        self._failures = 0
        self._well_since: float | None = None
        self._behind_since: float | None = None
        self._progress = (now, 0)
        """When it last finished a block, and its samples until then."""
        self.given_up = False
        """True once every engine has failed repeatedly."""

    def look(self, now: float) -> str:
        """Why the recogniser does not hear; "" if it does."""
        why, failed = self._judge(now)
        if why:
            self._well_since = None
        else:
            self._well_since = self._well_since or now
            if now - self._well_since > _WELL:
                self._failures = 0
            self.given_up = False
        if failed and not self._starting:
            self._start_again(now)
        return why

    def _judge(self, now: float) -> tuple[str, bool]:
        """What is wrong, and whether a restart would help."""
        ear = self._ear
        if not ear.alive:
            return f"the recogniser has failed {ear.trouble}".strip(), True
        if not ear.ready:
            return "the recogniser is starting", now - self._started > _LOADING
        lag = ear.behind
        if lag < _CAUGHT_UP or (lag < _LAG and self._behind_since is None):
            self._behind_since = None
            return "", False
        if ear.done != self._progress[1] or self._behind_since is None:
            self._progress = now, ear.done
        self._behind_since = self._behind_since or now
        hung = now - self._progress[0] > _HUNG or now - self._behind_since > _SLOW
        return "the recogniser is behind", hung

    def _start_again(self, now: float) -> None:
        if now - self._started < (_LATER if self.given_up else _PAUSE):
            return
        self._failures += 1
        make = None
        if self._failures > TRIES:
            make, self._spare = self._spare, None
            if make is not None:
                self._failures = 0
            else:
                self.given_up = True
        self._started, self._behind_since, self._starting = now, None, True
        threading.Thread(target=self._start, args=(make,), daemon=True).start()

    def _start(self, make: Callable[[], Recogniser] | None) -> None:
        try:
            self._ear.restart(make)
        finally:
            self._starting = False
