"""A clicker: events as the kernel writes them, from a pipe in the place of the device."""

from __future__ import annotations

import os
import queue
import struct
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.buttons.clicker import Clicker, find, names, presses
from voicecoach.buttons.listener import BOUNCE, Listener
from voicecoach.core.buttons import Button

pytestmark = pytest.mark.skipif(
    struct.calcsize("@llHHi") != 24 or sys.platform != "linux",
    reason="the events are written as 64-bit Linux writes them",
)

# Page down and page up of a presenter, each pressed, held for one repeat and let go. Two numbers of
# time (zero here), then type, code and value. Each press begins with its scan code (type 4) and
# ends with a report (type 0).
RECORDED = bytes.fromhex(
    "00000000000000000000000000000000"
    "0400040051000700"  # scan code
    "00000000000000000000000000000000"
    "01006d0001000000"  # page down: down
    "00000000000000000000000000000000"
    "0000000000000000"
    "00000000000000000000000000000000"
    "01006d0002000000"  # repeats
    "00000000000000000000000000000000"
    "01006d0000000000"  # up
    "00000000000000000000000000000000"
    "0000000000000000"
    "00000000000000000000000000000000"
    "0100680001000000"  # page up: down
    "00000000000000000000000000000000"
    "0100680000000000"
)


def down(code: int) -> bytes:
    return struct.pack("@llHHi", 1, 2, 1, code, 1)


def test_a_press_is_a_key_that_goes_down() -> None:
    assert [*presses(RECORDED)] == [Button.NEXT, Button.PLAY_PAUSE]


@pytest.mark.parametrize(
    ("code", "button"),
    [
        *((28, Button.NEXT), (30, Button.NEXT), (163, Button.NEXT), (272, Button.NEXT)),
        *((164, Button.PLAY_PAUSE), (48, Button.PLAY_PAUSE)),
        *((200, Button.PLAY), (201, Button.PAUSE), (166, Button.PAUSE), (128, Button.PAUSE)),
    ],
)
def test_keys_count_as_the_button_that_they_are_like(code: int, button: Button) -> None:
    """Return, the "a" of a foot switch, next song, a mouse's button; play/pause, "b"."""
    assert [*presses(down(code))] == [button]


@pytest.mark.parametrize("code", [29, 42, 56, 113, 115, 116, 142])
def test_keys_that_mean_something_of_their_own_say_nothing(code: int) -> None:
    """Control, shift, alt, mute, louder, power, sleep."""
    assert [*presses(down(code))] == []


@given(st.lists(st.binary(min_size=24, max_size=24)).map(b"".join))
def test_no_event_is_too_odd(data: bytes) -> None:
    assert len([*presses(data)]) <= len(data) // 24


def test_a_switch_that_bounces_is_pressed_once() -> None:
    at = [0.0]
    pressed: list[Button] = []
    listener = Listener(pressed.append, lambda why: None, lambda: at[0])
    for now in (0.0, 0.02, BOUNCE - 0.01, BOUNCE):
        at[0] = now
        listener.press(Button.NEXT)
    listener.press(Button.PLAY)
    assert pressed == [Button.NEXT, Button.NEXT, Button.PLAY]


class Machine:
    """Devices and their names, as the kernel has them."""

    def __init__(self, folder: Path) -> None:
        self.devices, self.named = folder / "dev", folder / "sys"
        self.devices.mkdir()
        self.named.mkdir()
        self.heard: queue.SimpleQueue[object] = queue.SimpleQueue()

    def plug(self, device: str, name: str, keys: str = "1000000000007 ff800000000007ff") -> None:
        os.mkfifo(self.devices / device)
        its = self.named / device / "device"
        (its / "capabilities").mkdir(parents=True)
        (its / "capabilities" / "key").write_text(f"{keys}\n")
        (its / "name").write_text(f"{name}\n")

    def listen(self, part: str) -> Clicker:
        return Clicker(part, self.heard.put, self.heard.put)

    def write(self, device: str) -> int:
        """Open the other end, once it is read."""
        until = time.monotonic() + 5
        while True:
            try:
                return os.open(self.devices / device, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.01)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setattr("voicecoach.buttons.clicker.DEVICES", made.devices)
    monkeypatch.setattr("voicecoach.buttons.clicker.NAMES", made.named)
    made.plug("event0", "AT keyboard")
    made.plug("event12", "Logitech USB Presenter")
    return made


def test_a_device_is_found_by_a_part_of_its_name(machine: Machine) -> None:
    machine.plug("event3", "Logitech USB Presenter Mouse")
    machine.plug("event4", "HDA Intel PCH Headphone Jack", keys="0")
    assert names() == ["AT keyboard", "Logitech USB Presenter", "Logitech USB Presenter Mouse"]
    assert {each.name for each in find("presenter")} == {"event3", "event12"}
    assert find("pedal") == []


def test_all_parts_of_a_receiver_are_read(machine: Machine) -> None:
    machine.plug("event3", "Logitech USB Presenter Mouse")
    clicker = machine.listen("presenter")
    ends = [machine.write(each) for each in ("event3", "event12")]
    for end in ends:
        os.write(end, down(28))
        assert machine.heard.get(timeout=5) is Button.NEXT
        time.sleep(BOUNCE)
    clicker.close()
    for end in ends:
        os.close(end)


def test_presses_arrive_and_a_lost_device_is_told_once(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicecoach.buttons.clicker._EVERY", 0.05)
    clicker = machine.listen("Presenter")
    end = machine.write("event12")
    os.write(end, RECORDED)
    assert machine.heard.get(timeout=5) is Button.NEXT
    assert machine.heard.get(timeout=5) is Button.PLAY_PAUSE
    (machine.devices / "event12").rename(machine.devices / "gone")
    os.close(end)
    assert isinstance(machine.heard.get(timeout=5), str)
    time.sleep(0.2)
    assert machine.heard.empty()
    # It is plugged in again.
    (machine.devices / "gone").rename(machine.devices / "event12")
    end = machine.write("event12")
    os.write(end, down(28))
    assert machine.heard.get(timeout=5) is Button.NEXT
    clicker.close()
    os.close(end)
    assert machine.heard.empty()


def test_a_device_that_is_not_there_is_told(machine: Machine) -> None:
    clicker = machine.listen("pedal")
    assert machine.heard.get(timeout=5) == 'there is no device "pedal"'
    clicker.close()
