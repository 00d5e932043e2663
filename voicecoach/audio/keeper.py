"""Keeps a device open: watches it, and opens it again for as long as it takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from .devices import Input, NoSoundCard, Output

Stream = TypeVar("Stream", Input, Output)

LOOK_EVERY = 0.1
"""Seconds between two looks at a device."""

RETRY_EVERY = 0.5
"""Seconds between two attempts to open it."""


class Keeper(Generic[Stream]):
    """One stream, in a thread of its own, since opening and closing may take seconds."""

    def __init__(
        self, open_it: Callable[[], Stream], trouble: Callable[[Stream], str], first: Stream
    ) -> None:
        """`open_it` raises NoSoundCard; `trouble` says what is wrong with a stream, "" if
        nothing is; `first` is open already."""
        self._open: Callable[[], Stream] = open_it
        self._trouble: Callable[[Stream], str] = trouble
        self.stream: Stream | None = first
        """The open stream; None while there is none."""
        self.why = ""
        """Why there is none."""
        self.reopened = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True, name="voicecoach-keeper")
        self._thread.start()

    def close(self) -> None:
        """Close the stream for good, within half a second."""
        self._ended.set()
        self._thread.join(0.5)

    def _keep(self) -> None:
        while not self._ended.wait(LOOK_EVERY if self.stream is not None else RETRY_EVERY):
            if self.stream is not None:
                why = self._trouble(self.stream)
                if why:
                    broken, self.why, self.stream = self.stream, why, None
                    broken.close()
                continue
            try:
                self.stream = self._open()
            except NoSoundCard as fault:
                self.why = str(fault)
            else:
                self.why = ""
                self.reopened += 1
        if self.stream is not None:
            self.stream.close()
