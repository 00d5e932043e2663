"""Lowers other programs while the coach speaks, and restores every volume afterwards.

It runs in its own process. The coach never waits for the sound server, and if the coach is killed
in the middle of a word, the pipe between the two ends and the music gets as loud as before.
PulseAudio's own module-role-ducking would act only on streams that name a role, which hardly any
program does, or on all streams while one of ours exists.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass

from .server import Neighbours, Playing

HOLD = 1.5
"""Seconds after a line within which the next one may begin without raising the music."""

LOOK_EVERY = 0.15
"""Seconds between two checks for new streams."""

_PATIENCE = 5.0
"""Seconds that the end of a workout waits until other programs are as loud as before. A busy
machine needs more than one."""

_STEP = 1 / 65536
"""The sound server's volume step."""


def lowered(volumes: tuple[float, ...], decibels: float) -> tuple[float, ...]:
    """`volumes` of a stream's channels, in the server's cubic scale, `decibels` lower."""
    factor = 10 ** (-decibels / 60)
    return tuple(round(volume * factor / _STEP) * _STEP for volume in volumes)


def can_duck() -> bool:
    """Whether there is a sound server that lists other programs' streams."""
    with closing(Neighbours(os.getpid())) as neighbours:
        return neighbours.there


@dataclass(frozen=True, slots=True)
class _Lowered:
    stream: Playing
    """As it was before."""
    to: tuple[float, ...]


class Ducker:
    """Tracks what it has lowered. If somebody else sets a stream's volume, it leaves it alone."""

    def __init__(self, neighbours: Neighbours, decibels: float) -> None:
        self._neighbours = neighbours
        self._decibels = decibels
        self._lowered: dict[int, _Lowered] = {}
        self._left: set[int] = set()
        """Streams that somebody else has set since."""
        self.down = False

    def lower(self) -> None:
        """Lower streams that are not lowered yet."""
        self.down = True
        there = {stream.index: stream for stream in self._neighbours.streams()}
        for index, stream in there.items():
            known = self._lowered.get(index)
            if known is not None:
                if stream.volumes != known.to:
                    del self._lowered[index]
                    self._left.add(index)
            elif index not in self._left:
                self._lower(stream, set(there))

    def _lower(self, stream: Playing, there: set[int]) -> None:
        to = lowered(stream.volumes, self._decibels)
        # A server remembers a program's volume, so its next stream may begin lowered.
        for gone in [index for index in self._lowered if index not in there]:
            known = self._lowered[gone]
            if (
                stream.memory
                and stream.memory == known.stream.memory
                and (stream.volumes == known.to)
            ):
                del self._lowered[gone]
                self._lowered[stream.index] = _Lowered(
                    Playing(stream.index, known.stream.volumes, stream.memory), known.to
                )
                return
        if self._neighbours.set(stream.index, to):
            self._lowered[stream.index] = _Lowered(stream, to)

    def restore(self) -> None:
        """Restore what was lowered, except where somebody else has set the volume."""
        there = {stream.index: stream for stream in self._neighbours.streams()}
        for index, known in self._lowered.items():
            stream = there.get(index)
            if stream is None:
                self._neighbours.remember(known.stream.memory, known.to, known.stream.volumes)
            elif stream.volumes == known.to:
                self._neighbours.set(index, known.stream.volumes)
        self._lowered.clear()
        self._left.clear()
        self.down = False


class Ducking:
    """The coach's end of the ducking process: it sends messages and never waits."""

    def __init__(self, decibels: float) -> None:
        """Lowers by `decibels`. Raises OSError if no process can be started."""
        self._told = 0.0
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(os.getpid()), str(decibels)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that closing the terminal does not end it
        )
        assert self._process.stdin is not None
        self._pipe = self._process.stdin.fileno()
        os.set_blocking(self._pipe, False)

    def speaking(self, seconds: float) -> None:
        """The coach is heard for `seconds` from about now. Callable from any thread."""
        until = time.monotonic() + seconds
        if until < self._told + LOOK_EVERY:
            return
        self._told = until
        with suppress(OSError):  # full or broken; never hold up a set for that
            os.write(self._pipe, f"{seconds:.2f}\n".encode())

    def close(self) -> None:
        """Restore everything, which takes some milliseconds, and seconds on a busy machine."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)


def _run(coach: int, decibels: float) -> None:
    """Lower and restore as standard input says, until it ends."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    ducker = Ducker(Neighbours(coach), decibels)
    until = 0.0
    try:
        while True:
            ready, _, _ = select.select([0], [], [], LOOK_EVERY if ducker.down else None)
            if ready:
                told = os.read(0, 4096)
                if not told:
                    return
                until = max(until, time.monotonic() + float(told.split()[-1]))
            now = time.monotonic()
            if now < until or (ducker.down and now < until + HOLD):
                ducker.lower()
            elif ducker.down:
                ducker.restore()
    finally:
        ducker.restore()


if __name__ == "__main__":
    _run(int(sys.argv[1]), float(sys.argv[2]))
