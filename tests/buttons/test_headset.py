"""A headset's buttons, over a real D-Bus of the test's own."""

from __future__ import annotations

import queue
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.session_bus import PLAYER, Bus
from voicecoach.buttons import headset
from voicecoach.buttons.headset import Headset, NoButtonsError
from voicecoach.core.buttons import Button

pytestmark = [
    pytest.mark.bus,
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon (Debian)"),
]


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
