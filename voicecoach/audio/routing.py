"""Where a stream belongs, and what it means if the sound server has moved it.

A server that loses a device moves its streams to another one without notice. Then the earbuds are
gone, and a loudspeaker may blare. But the lifter may also have chosen another device, which is no
fault. The difference: the old device is still there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A device of the sound server."""

    name: str
    """The server's own name."""
    title: str
    """The name for people."""
    serial: int
    """Changes each time the device returns."""
    worn: bool = False
    """Whether it is an output in or on the ears, which no microphone hears."""


class Relocation(Enum):
    """The result of a look at a stream."""

    FINE = "it is where it was"
    MOVED = "its device is gone, and it runs on another one"
    STANDING_IN = "the device that it was opened on stands in for its own"
    CALL_BACK = "its own device is there, and it runs on another one"
    BACK = "it is back on its own device"
    CHOSEN = "somebody has moved it, so it belongs there"


class Routing:
    """The device on which one stream belongs: where it first ran."""

    def __init__(self, named: bool) -> None:
        """`named`: whether the settings name the device; then nothing else may change it."""
        self._named = named
        self._stand_in = ""
        self.first = ""
        """The name of the device on which it was first seen."""
        self.place: Endpoint | None = None
        """The device itself; None until the stream is seen."""
        self.away = False
        """Whether the stream was seen elsewhere because its device was gone."""

    def look(self, now: Endpoint | None, there: Mapping[str, Endpoint]) -> Relocation:
        """The stream runs on `now` (None: nowhere), and `there` has every device by name."""
        if now is None:
            return Relocation.FINE
        if self.place is None:
            self.place, self.first = now, now.name
            return Relocation.FINE
        if now.name == self.place.name:
            self.place = now
            was_away, self.away, self._stand_in = self.away, False, ""
            return Relocation.BACK if was_away else Relocation.FINE
        own = there.get(self.place.name)
        if own is None:
            return self._elsewhere(now)
        if self._named or self.away or own.serial != self.place.serial:
            return Relocation.CALL_BACK
        self.place = now
        return Relocation.CHOSEN

    def _elsewhere(self, now: Endpoint) -> Relocation:
        if self.away and self._stand_in == now.name:
            return Relocation.FINE
        opened_there = self.away and not self._stand_in
        self.away, self._stand_in = True, now.name
        return Relocation.STANDING_IN if opened_there else Relocation.MOVED

    def leave(self) -> None:
        """The stream is closed: wherever it is opened next, that is intended."""
        self._stand_in = ""
        self.away = self.place is not None
