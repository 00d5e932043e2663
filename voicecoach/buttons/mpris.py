"""A media player that plays nothing, on D-Bus.

A desktop passes play/pause and next of a headset to a media player, by the interface MPRIS: to the
one that plays, so this one says that it does. Without a desktop, BlueZ's `mpris-proxy` passes them
on. Specification: https://specifications.freedesktop.org/mpris-spec/latest/
"""

# Without `from __future__ import annotations`: dbus-fast reads the annotations of what it exports,
# and takes the text "None" for a type.

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

from dbus_fast import DBusError, PropertyAccess, RequestNameReply
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from voicecoach.core.buttons import Button

from .listener import Listener

NAME = "org.mpris.MediaPlayer2.voicecoach"
PATH = "/org/mpris/MediaPlayer2"

_LOOK = 0.1
"""Seconds between two looks whether it plays."""

Texts = Annotated[list[str], DBusSignature("as")]

_READ = PropertyAccess.READ


class _Root(ServiceInterface):
    """What the player is."""

    def __init__(self) -> None:
        super().__init__("org.mpris.MediaPlayer2")

    @dbus_method()
    def Raise(self) -> None:  # noqa: N802  # the specification's names
        pass

    @dbus_method()
    def Quit(self) -> None:  # noqa: N802
        """A workout is ended by its lifter."""

    @dbus_property(_READ)
    def CanQuit(self) -> DBusBool:  # noqa: N802
        return False

    @dbus_property(_READ)
    def CanRaise(self) -> DBusBool:  # noqa: N802
        return False

    @dbus_property(_READ)
    def HasTrackList(self) -> DBusBool:  # noqa: N802
        return False

    @dbus_property(_READ)
    def Identity(self) -> DBusStr:  # noqa: N802
        return "voicecoach"

    @dbus_property(_READ)
    def SupportedUriSchemes(self) -> Texts:  # noqa: N802
        return []

    @dbus_property(_READ)
    def SupportedMimeTypes(self) -> Texts:  # noqa: N802
        return []


class _Player(ServiceInterface):
    """Its buttons."""

    def __init__(self, press: Callable[[Button], None], playing: Callable[[], bool]) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._press = press
        self._playing = playing
        self._told = self._status()

    @dbus_method()
    def PlayPause(self) -> None:  # noqa: N802
        self._press(Button.PLAY_PAUSE)

    @dbus_method()
    def Play(self) -> None:  # noqa: N802
        self._press(Button.PLAY)

    @dbus_method()
    def Pause(self) -> None:  # noqa: N802
        self._press(Button.PAUSE)

    @dbus_method()
    def Next(self) -> None:  # noqa: N802
        self._press(Button.NEXT)

    @dbus_method()
    def Previous(self) -> None:  # noqa: N802
        pass

    @dbus_method()
    def Stop(self) -> None:  # noqa: N802
        """A word, not a button."""

    @dbus_property(_READ)
    def PlaybackStatus(self) -> DBusStr:  # noqa: N802
        return self._status()

    @dbus_property(_READ)
    def CanGoNext(self) -> DBusBool:  # noqa: N802
        return True

    @dbus_property(_READ)
    def CanGoPrevious(self) -> DBusBool:  # noqa: N802
        return False

    @dbus_property(_READ)
    def CanPlay(self) -> DBusBool:  # noqa: N802
        return True

    @dbus_property(_READ)
    def CanPause(self) -> DBusBool:  # noqa: N802
        return True

    @dbus_property(_READ)
    def CanSeek(self) -> DBusBool:  # noqa: N802
        return False

    @dbus_property(_READ)
    def CanControl(self) -> DBusBool:  # noqa: N802
        return True

    def look(self) -> None:
        """Tell everybody if it plays no longer, or again."""
        if (status := self._status()) != self._told:
            self._told = status
            self.emit_properties_changed({"PlaybackStatus": status})

    def _status(self) -> str:
        return "Playing" if self._playing() else "Paused"


async def serve(
    address: str | None,
    listener: Listener,
    playing: Callable[[], bool],
    closing: asyncio.Event,
) -> None:
    """Pass on presses until the bus is gone or `closing` is set. Raises what dbus-fast does."""
    bus = await MessageBus(bus_address=address).connect()
    gone = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
    try:
        player = _Player(listener.press, playing)
        bus.export(PATH, _Root())
        bus.export(PATH, player)
        if await bus.request_name(NAME) is not RequestNameReply.PRIMARY_OWNER:
            raise DBusError("org.freedesktop.DBus.Error.Failed", "another workout has the buttons")
        listener.found()
        while not gone.done() and not closing.is_set():
            player.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), _LOOK)
        if gone.done():
            gone.result()
    finally:
        gone.cancel()
        bus.disconnect()
