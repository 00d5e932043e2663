"""Time that passes only when a program sleeps, so that a live workout is as repeatable as a
simulated one.

`VirtualTime` stands for the module `time` in the modules of `IN`. Each sleep lasts one tick, in
which whatever else there is (a sound card, a lifter, a fault) has its turn: everything is in one
thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from voicecoach.audio import devices, reconnect
from voicecoach.cli import logbook
from voicecoach.listening import supervisor
from voicecoach.runtime import live, suspend

TICK = 0.02
"""Seconds: the block of the sound card, and a step of the voice loop."""

MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)

IN = (live, suspend, devices, reconnect)


class VirtualTime:
    """What the program's parts use of the module `time`."""

    def __init__(self, boot_clock: bool = True) -> None:
        """`boot_clock`: whether the system has a clock that goes on in a sleep and can't be set."""
        self.CLOCK_BOOTTIME = 7 if boot_clock else None
        self.tick: Callable[[], None] = lambda: None
        """Called for each sleep, when its time has passed."""
        self.ticks = 0
        self._skipped = 0.0
        self._asleep = 0.0
        self._set = 0.0

    def sleep(self, seconds: float) -> None:
        """One tick, whatever was asked for: the machine is busy."""
        self.ticks += 1
        self.tick()

    def monotonic(self) -> float:
        return 1000.0 + self.ticks * TICK + self._skipped

    def clock_gettime(self, which: int) -> float:
        return self.monotonic() + self._asleep

    def time(self) -> float:
        """The time of day, in seconds since 1970."""
        return MORNING.timestamp() - 1000.0 + self.clock_gettime(0) + self._set

    def now(self) -> datetime:
        """The same, as the program's logbook asks for it."""
        return MORNING + timedelta(seconds=self.time() - MORNING.timestamp())

    def skip(self, seconds: float) -> None:
        """The program stands still."""
        self._skipped += seconds

    def fall_asleep(self, seconds: float) -> None:
        """The machine sleeps: `monotonic` stands still, too."""
        self._asleep += seconds

    def set(self, seconds: float) -> None:
        """Somebody sets the time of day forward, or back if negative."""
        self._set += seconds


class VirtualEvent(Event):
    """An event that nobody hurries: who waits for it sleeps."""

    def __init__(self, clock: VirtualTime) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.sleep(timeout or 0.0)
        return True


class _AtOnce:
    """Stands for a thread: its work is done when it starts."""

    def __init__(self, target: Callable[..., object], args: tuple[Any, ...], daemon: bool) -> None:
        self._target, self._args = target, args

    def start(self) -> None:
        self._target(*self._args)


@contextmanager
def in_virtual_time(clock: VirtualTime) -> Iterator[None]:
    """A live workout that is run in here has this time and no threads."""
    with ExitStack() as stack:
        for module in IN:
            stack.enter_context(patch.object(module, "time", clock))
        stack.enter_context(patch.object(logbook, "now", clock.now))
        stack.enter_context(patch.object(supervisor, "threading", SimpleNamespace(Thread=_AtOnce)))
        yield
