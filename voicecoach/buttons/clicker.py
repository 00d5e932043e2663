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
from contextlib import ExitStack, suppress
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
        *(104, 105, 103, 158, 165, 168),  # page up, left, up, back, previous song, rewind
        *(48, 52, 1),  # b and full stop, which blank the screen, and escape
        *(164, 119),  # play/pause
    }
)
"""Key codes that count as play/pause."""

_PLAY, _PAUSE = frozenset({200, 207}), frozenset({201, 128, 166})
"""Those of earbuds, which BlueZ shows as a keyboard, too: play; pause and stop."""

_NO_PRESS = frozenset(
    {
        *(29, 42, 54, 56, 97, 100, 125, 126),  # control, shift, alt and the system's key
        *(58, 69, 70),  # the three locks
        *(113, 114, 115, 248),  # mute, softer, louder, the microphone's mute
        *(116, 142, 143),  # power, sleep, wake
        *(224, 225),  # the screen's brightness
    }
)
"""Keys that say nothing. Every other key counts as next: a foot switch may send any."""

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


def find(part: str) -> list[Path]:
    """The devices whose name has `part` in it, whatever its case. A receiver is often several: a
    keyboard, a mouse and a control."""
    return [DEVICES / device for device, name in _named() if part.casefold() in name.casefold()]


def presses(data: bytes) -> Iterator[Button]:
    """The buttons that go down in `data`, which are whole events."""
    for _, _, kind, code, value in _EVENT.iter_unpack(data):
        if kind == _KEY and value == _DOWN and code not in _NO_PRESS:
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

    def _found(self) -> list[Path]:
        devices = find(self._part)
        if not devices:
            raise FileNotFoundError(0, f'there is no device "{self._part}"')
        return devices

    def _read(self, devices: list[Path]) -> None:
        """Until one is gone, which raises OSError, or `close`."""
        with ExitStack() as stack:
            files = []
            for device in devices:
                files.append(os.open(device, os.O_RDONLY | os.O_NONBLOCK))
                stack.callback(os.close, files[-1])
                with suppress(OSError):  # It is read all the same.
                    _grab(files[-1])
            self._listener.found()
            while not self._listener.closing.is_set():
                for file in select.select(files, [], [], _WAIT)[0]:
                    data = os.read(file, 64 * _EVENT.size)
                    if not data:
                        raise OSError(0, "the device is gone")
                    for button in presses(data):
                        self._listener.press(button)


def _named() -> Iterator[tuple[str, str]]:
    """Devices with keys, such as event7, and their names."""
    for path in sorted(NAMES.glob("event*/device/name")):
        with suppress(OSError):
            # Hexadecimal numbers, whose bits are keys; a socket for headphones has none.
            keys = (path.parent / "capabilities" / "key").read_text("utf-8", "replace")
            if keys.replace("0", "").split():
                yield path.parts[-3], path.read_text("utf-8", "replace").strip()


def _grab(file: int) -> None:
    if sys.platform != "win32":
        import fcntl

        fcntl.ioctl(file, _GRAB, 1)
