"""A presenter or a foot switch, which the kernel shows as a keyboard.

The events are read as the kernel writes them (linux/input.h), which takes twenty lines. The library
for this, evdev, is published as source only and would need a compiler on every machine.
"""

from __future__ import annotations

import os
import select
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from voicecoach.core.buttons import Button

from .listener import Listener

_EVENT = struct.Struct("@llHHi")
"""Seconds, microseconds, type, code, value."""

_KEY, _DOWN = 1, 1
"""The type of a key's event, and its value when it goes down; 0 is up, 2 repeats."""

_GRAB = 0x40044590
"""EVIOCGRAB: nobody else gets the events, so that a press types nothing."""

_BACK = frozenset(
    {
        *(104, 105, 103, 158, 165),  # page up, left, up, back, previous song
        *(48, 52, 1),  # b and full stop, which blank the screen, and escape
        *(164, 119),  # play/pause
    }
)
"""Key codes that count as play/pause."""

_PLAY, _PAUSE = frozenset({200, 207}), frozenset({201})
"""Those of earbuds, which BlueZ shows as a keyboard, too. Every other key counts as next."""

_EVERY = 2.0
"""Seconds between two looks for a device that is not there."""

_WAIT = 0.2
"""Seconds in which `close` is noticed."""

DEVICES = Path("/dev/input")
NAMES = Path("/sys/class/input")
"""Where the kernel has devices, and their names."""


def names() -> list[str]:
    """What is plugged in and has keys, by the names that a clicker is chosen with."""
    return sorted({name for _, name in _named()})


def find(part: str) -> Path | None:
    """The device whose name has `part` in it, whatever its case; None if it is not there."""
    for device, name in _named():
        if part.casefold() in name.casefold():
            return DEVICES / device
    return None


def presses(data: bytes) -> Iterator[Button]:
    """The buttons that go down in `data`, which are whole events."""
    for _, _, kind, code, value in _EVENT.iter_unpack(data):
        if kind == _KEY and value == _DOWN:
            yield _button(code)


def _button(code: int) -> Button:
    if code in _PLAY:
        return Button.PLAY
    if code in _PAUSE:
        return Button.PAUSE
    return Button.PLAY_PAUSE if code in _BACK else Button.NEXT


class Clicker:
    """Reads the device whose name has `part` in it, whenever it is there."""

    def __init__(
        self, part: str, pressed: Callable[[Button], None], lost: Callable[[str], None]
    ) -> None:
        """`lost` is also told if the device can't be read, or is not there at first."""
        self._part = part
        self._listener = Listener(pressed, lost)
        self._listener.found()  # A device that never was there is missed, too.
        self._thread = threading.Thread(target=self._run, name="voicecoach-clicker", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.closing.set()
        self._thread.join(_EVERY)

    def _run(self) -> None:
        while not self._listener.closing.is_set():
            try:
                self._read(self._found())
            except OSError as fault:
                self._listener.lose(fault.strerror or str(fault))
            self._listener.closing.wait(_EVERY)

    def _found(self) -> Path:
        device = find(self._part)
        if device is None:
            raise FileNotFoundError(0, f'there is no device "{self._part}"')
        return device

    def _read(self, device: Path) -> None:
        """Until it is gone, which raises OSError, or `close`."""
        file = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
        try:
            with suppress(OSError):  # It is read all the same.
                _grab(file)
            self._listener.found()
            while not self._listener.closing.is_set():
                if not select.select([file], [], [], _WAIT)[0]:
                    continue
                data = os.read(file, 64 * _EVENT.size)
                if not data:
                    raise OSError(0, "the device is gone")
                for button in presses(data):
                    self._listener.press(button)
        finally:
            os.close(file)


def _named() -> Iterator[tuple[str, str]]:
    """Devices, such as event7, and their names."""
    for path in sorted(NAMES.glob("event*/device/name")):
        with suppress(OSError):
            yield path.parts[-3], path.read_text("utf-8", "replace").strip()


def _grab(file: int) -> None:
    if sys.platform != "win32":
        import fcntl

        fcntl.ioctl(file, _GRAB, 1)
