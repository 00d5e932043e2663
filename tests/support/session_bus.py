"""A D-Bus of the tests' own, with a desktop on it that passes on a headset's buttons."""

from __future__ import annotations

import asyncio
import subprocess
import time
from pathlib import Path
from typing import Any

NAME, PATH = "org.mpris.MediaPlayer2.voicecoach", "/org/mpris/MediaPlayer2"
PLAYER = f"{NAME.rpartition('.')[0]}.Player"


class Bus:
    """A session bus; a desktop is on it."""

    def __init__(self, folder: Path) -> None:
        address = f"unix:path={folder}/bus"
        command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
        self._daemon = subprocess.Popen(
            [*command, f"--address={address}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._daemon.stdout is not None
        self.address = self._daemon.stdout.readline().strip()

    def kill(self) -> None:
        self._daemon.kill()
        self._daemon.wait(5)
        if self._daemon.stdout is not None:
            self._daemon.stdout.close()

    def send(self, member: str, interface: str = PLAYER, *body: str) -> Any:
        """Call a method, as a desktop does; wait for the player if it is not there yet."""
        return asyncio.run(self._send(interface, member, body))

    async def _send(self, interface: str, member: str, body: tuple[str, ...]) -> Any:
        from dbus_fast import Message, MessageType
        from dbus_fast.aio import MessageBus

        desktop = await MessageBus(bus_address=self.address).connect()
        message = Message(NAME, PATH, interface, member, signature="s" * len(body), body=[*body])
        until = time.monotonic() + 5
        reply = await desktop.call(message)
        while reply is not None and "ServiceUnknown" in str(reply.error_name):
            assert time.monotonic() < until
            await asyncio.sleep(0.02)
            reply = await desktop.call(message)
        desktop.disconnect()
        assert reply is not None
        assert reply.message_type is MessageType.METHOD_RETURN, reply.body
        return reply.body
