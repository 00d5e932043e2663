"""A headset's buttons, over a real D-Bus of the test's own."""

from __future__ import annotations

import asyncio
import queue
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from voicecoach.buttons import headset
from voicecoach.buttons.headset import Headset, NoButtonsError
from voicecoach.core.buttons import Button

pytestmark = [
    pytest.mark.bus,
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon (Debian)"),
]

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


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    made = Bus(tmp_path)
    yield made
    made.kill()


def test_presses_arrive_as_they_were_meant(bus: Bus) -> None:
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()
    player = Headset(heard.put, heard.put, bus=bus.address)
    for member in ("PlayPause", "Next", "Pause", "Play", "Previous", "Stop"):
        bus.send(member)
    player.close()
    told = [heard.get_nowait() for _ in range(heard.qsize())]
    assert told == [Button.PLAY_PAUSE, Button.NEXT, Button.PAUSE, Button.PLAY]


def test_a_desktop_learns_that_it_plays_and_when_it_does_not(bus: Bus) -> None:
    playing = [True]
    player = Headset(lambda button: None, lambda why: None, lambda: playing[0], bus.address)
    properties = "org.freedesktop.DBus.Properties"
    (every,) = bus.send("GetAll", properties, PLAYER)
    assert every["PlaybackStatus"].value == "Playing"
    assert every["CanGoNext"].value is every["CanControl"].value is True
    watch = subprocess.Popen(
        ["dbus-monitor", "--address", bus.address, "member=PropertiesChanged"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert watch.stdout is not None
    watch.stdout.readline()
    bus.send("GetAll", properties, PLAYER)
    playing[0] = False
    for line in watch.stdout:
        if "Paused" in line:
            break
    watch.kill()
    watch.wait(5)
    watch.stdout.close()
    (status,) = bus.send("Get", properties, PLAYER, "PlaybackStatus")
    assert status.value == "Paused"
    (identity,) = bus.send("Get", properties, "org.mpris.MediaPlayer2", "Identity")
    assert identity.value == "voicecoach"
    player.close()


def test_a_bus_that_is_gone_is_told_once_and_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headset, "_EVERY", 0.05)
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()
    first = Bus(tmp_path)
    player = Headset(heard.put, heard.put, bus=f"unix:path={tmp_path}/bus")
    first.send("Next")
    assert heard.get(timeout=5) is Button.NEXT
    first.kill()
    assert heard.get(timeout=5) == "the session's bus is gone"
    time.sleep(0.2)
    assert heard.empty()
    (tmp_path / "bus").unlink(missing_ok=True)
    second = Bus(tmp_path)
    second.send("PlayPause")
    assert heard.get(timeout=5) is Button.PLAY_PAUSE
    player.close()
    second.kill()
    assert heard.empty()


def test_a_second_workout_does_not_take_the_buttons_of_the_first(bus: Bus) -> None:
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()
    first = Headset(heard.put, heard.put, bus=bus.address)
    bus.send("Next")
    assert heard.get(timeout=5) is Button.NEXT
    second = Headset(lambda button: None, heard.put, bus=bus.address)
    assert "another workout has the buttons" in str(heard.get(timeout=5))
    second.close()
    first.close()


def test_a_bus_that_leads_over_a_network_is_refused() -> None:
    with pytest.raises(NoButtonsError, match="of this machine, not tcp:"):
        Headset(lambda button: None, lambda why: None, bus="tcp:host=example.org,port=1")


def test_without_the_extra_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headset, "installed", lambda: False)
    with pytest.raises(NoButtonsError, match=r"pip install 'voicecoach\[buttons\]'"):
        Headset(lambda button: None, lambda why: None)
