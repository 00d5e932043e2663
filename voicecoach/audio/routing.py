"""Where a stream belongs, and what it means when the sound server has moved it.

A server that loses a device moves its streams to another one and tells nobody. The
earbuds are gone then, and a loudspeaker may blare. But a lifter may also have chosen
another device, and that is no fault. What tells the two apart is whether the device
is still there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Place:
    """A device of the sound server."""

    name: str
    """The server's own."""
    title: str
    """As people know it."""
    serial: int
    """Another one each time the device comes back."""
    worn: bool = False
    """Whether it is an output in or on the ears, whose sound no microphone hears."""


class Finding(Enum):
    """What a look at a stream has found."""

    FINE = "it is where it was"
    MOVED = "its device is gone, and it runs on another one"
    STANDING_IN = "the device that it was opened on stands in for its own"
    CALL_BACK = "its own device is there, and it runs on another one"
    BACK = "it is back on its own device"
    CHOSEN = "somebody has moved it, so it belongs there"


class Home:
    """The device on which one stream belongs: where it first ran."""

    def __init__(self, named: bool) -> None:
        """`named`: whether the settings name the device; then nobody else chooses."""
        self._named = named
        self._stand_in = ""
        self.first = ""
        """The name of the device on which it was seen first."""
        self.place: Place | None = None
        """The device itself; None until the stream was seen."""
        self.away = False
        """Whether the stream was seen elsewhere because its device was gone."""

    def look(self, now: Place | None, there: Mapping[str, Place]) -> Finding:
        """The stream runs on `now` (None: nowhere), and `there` is every device by name."""
        if now is None:
            return Finding.FINE
        if self.place is None:
            self.place, self.first = now, now.name
            return Finding.FINE
        if now.name == self.place.name:
            self.place = now
            was_away, self.away, self._stand_in = self.away, False, ""
            return Finding.BACK if was_away else Finding.FINE
        own = there.get(self.place.name)
        if own is None:
            return self._elsewhere(now)
        if self._named or self.away or own.serial != self.place.serial:
            return Finding.CALL_BACK
        self.place = now
        return Finding.CHOSEN

    def _elsewhere(self, now: Place) -> Finding:
        if self.away and self._stand_in == now.name:
            return Finding.FINE
        opened_there = self.away and not self._stand_in
        self.away, self._stand_in = True, now.name
        return Finding.STANDING_IN if opened_there else Finding.MOVED

    def leave(self) -> None:
        """The stream is closed: wherever it is opened next, that was on purpose."""
        self._stand_in = ""
        self.away = self.place is not None
