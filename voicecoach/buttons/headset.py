"""The buttons of earbuds: a media player (`mpris`) in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec

from voicecoach.core.buttons import Button

from .listener import Listener

_EVERY = 5.0
"""Seconds between two tries to reach the bus."""


class NoButtonsError(Exception):
    """The headset's buttons can't be had; the text says what to do."""


def installed() -> bool:
    """Whether the extra is installed."""
    return find_spec("dbus_fast") is not None


class Headset:
    """A media player on the session's bus, as long as it is not closed."""

    def __init__(
        self,
        pressed: Callable[[Button], None],
        lost: Callable[[str], None],
        playing: Callable[[], bool] = lambda: True,
        bus: str = "",
    ) -> None:
        """`playing` is what the headset is told. `bus`: the address of the bus; "" is the session's
        own. Raises NoButtonsError if the extra is not installed, or the address leads over a
        network."""
        if not installed():
            raise NoButtonsError(
                "headset buttons need dbus-fast: pip install 'voicecoach[buttons]', "
                "or set headset = false"
            )
        self._bus = bus or os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
        if self._bus and not self._bus.startswith("unix:"):
            raise NoButtonsError(
                f"headset buttons need a session bus of this machine, not {self._bus}; "
                "set headset = false"
            )
        from .mpris import serve

        self._serve = serve
        self._playing = playing
        self._listener = Listener(pressed, lost)
        self._listener.found()  # A bus that never was there is missed, too.
        self._loop = asyncio.new_event_loop()
        self._closing = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="voicecoach-headset", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.closing.set()
        with suppress(RuntimeError):  # It is over already.
            self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(_EVERY)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._attend())

    async def _attend(self) -> None:
        while not self._closing.is_set():
            try:
                await self._serve(self._bus or None, self._listener, self._playing, self._closing)
            except (EOFError, ConnectionError):
                why = "the session's bus is gone"
            except Exception as fault:  # dbus-fast has many kinds. Pacing goes on without buttons.
                why = f"{type(fault).__name__} {fault}".strip()
            else:
                why = "the session's bus is gone"
            self._listener.lose(why)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), _EVERY)
