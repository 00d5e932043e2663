"""Keeps a device open: watches it, and reopens it for as long as needed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from .devices import Input, NoSoundCardError, Output

Stream = TypeVar("Stream", Input, Output)

LOOK_EVERY = 0.1
"""Seconds between two checks of a device."""

RETRY_EVERY = 0.25
"""Seconds between two attempts to open it."""

_ASLEEP = 1.0
"""Seconds without a check after which this program itself must have stood still."""


class Reconnector(Generic[Stream]):
    """One stream, in its own thread, because opening and closing may take seconds."""

    def __init__(
        self, open_it: Callable[[], Stream], trouble: Callable[[Stream, float], str], first: Stream
    ) -> None:
        """`open_it` raises NoSoundCardError; `trouble` says what is wrong with a stream, "" if
        nothing is, given the seconds without an expected callback; `first` is open already."""
        self._open: Callable[[], Stream] = open_it
        self._trouble: Callable[[Stream, float], str] = trouble
        self.stream: Stream | None = first
        """The open stream; None if there is none."""
        self.why = ""
        """Why there is none."""
        self.reopened = 0
        self._missed = 0
        self._let_go = False
        self._awake_since = self._looked = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True, name="voicecoach-reconnect")
        self._thread.start()

    @property
    def missed(self) -> int:
        """Callbacks with too few samples or too little room, in all streams so far."""
        stream = self.stream
        return self._missed + (stream.missed if stream is not None else 0)

    def end(self) -> None:
        """Begin to close the stream for good."""
        self._ended.set()

    def close(self) -> None:
        """Close the stream for good, within half a second."""
        self.end()
        self._thread.join(0.5)

    def let_go(self, seconds: float) -> bool:
        """Close the stream and open none until `resume`. Whether it was closed within
        `seconds`."""
        self._let_go = True
        until = time.monotonic() + seconds
        while self.stream is not None and time.monotonic() < until:
            time.sleep(0.02)
        return self.stream is None

    def resume(self) -> None:
        """Open a stream again."""
        self._let_go = False

    def _keep(self) -> None:
        while not self._ended.wait(LOOK_EVERY if self.stream is not None else RETRY_EVERY):
            self.look()
        if self.stream is not None:
            self.stream.close()

    def look(self) -> None:
        """Look at the stream once, or try to open one; in the thread that keeps it."""
        now = time.monotonic()
        if now - self._looked > _ASLEEP:
            self._awake_since = now
        if self.stream is not None:
            self._watch(self.stream, now)
        elif not self._let_go:
            self._try_to_open()
        self._looked = time.monotonic()

    def _watch(self, stream: Stream, now: float) -> None:
        silent = now - max(stream.called, self._awake_since)
        why = (
            "the list of devices is being refreshed"
            if self._let_go
            else self._trouble(stream, silent)
        )
        if why:
            self.why, self.stream = why, None
            stream.close()
            self._missed += stream.missed

    def _try_to_open(self) -> None:
        try:
            self.stream = self._open()
        except NoSoundCardError as fault:
            self.why = str(fault)
        else:
            self.why = ""
            self.reopened += 1
