"""Presses reach a workout as phrases, and the doctor knows the devices."""

from __future__ import annotations

import os
import queue
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.session_driver import shipped
from tests.support.session_steps import reach
from voicecoach.buttons import clicker, headset
from voicecoach.cli import buttons
from voicecoach.cli.mistakes import Mistake
from voicecoach.config.settings import ButtonsPart, PressesPart
from voicecoach.core.events import State
from voicecoach.doctor.findings import Grade

PRESENTER = ButtonsPart(clicker="presenter", next=PressesPart(rest_pause="go"))


def never(*_: object) -> None:
    raise AssertionError("nothing was pressed, and nothing was lost")


@pytest.fixture
def presenter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A device that can be read; what is written to the path is pressed."""
    name = tmp_path / "event3" / "device" / "name"
    name.parent.mkdir(parents=True)
    name.write_text("USB Presenter\n")
    (name.parent / "capabilities").mkdir()
    (name.parent / "capabilities" / "key").write_text("c00000000 0 0 0\n")
    device = tmp_path / "dev" / "event3"
    device.parent.mkdir()
    os.mkfifo(device)
    monkeypatch.setattr(clicker, "DEVICES", device.parent)
    monkeypatch.setattr(clicker, "NAMES", tmp_path)
    return device


@pytest.mark.parametrize(("state", "phrase"), [(State.REP, "done"), (State.REST_PAUSE, "go")])
def test_a_press_counts_as_said(presenter: Path, state: State, phrase: str) -> None:
    heard: queue.SimpleQueue[str] = queue.SimpleQueue()
    with ExitStack() as stack:
        session = reach(state)
        buttons.listen(stack, PRESENTER, shipped().phrases, lambda: session, heard.put, never)
        pressed = os.open(presenter, os.O_RDWR | os.O_NONBLOCK)
        os.write(pressed, bytes(16) + bytes.fromhex("01001c0001000000"))
        assert heard.get(timeout=5) == phrase
        stack.close()
        os.close(pressed)


def test_without_buttons_nothing_listens() -> None:
    with ExitStack() as stack:
        session = reach(State.REP)
        buttons.listen(stack, ButtonsPart(), shipped().phrases, lambda: session, never, never)
        assert [*buttons.examined(ButtonsPart())] == []


def test_a_headset_without_the_extra_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headset, "installed", lambda: False)
    session = reach(State.REP)
    asked, phrases = ButtonsPart(headset=True), shipped().phrases
    with ExitStack() as stack, pytest.raises(Mistake, match=r"voicecoach\[buttons\]"):
        buttons.listen(stack, asked, phrases, lambda: session, never, never)


def test_the_doctor_names_the_clicker_or_what_there_is_instead(presenter: Path) -> None:
    (found,) = buttons.examined(PRESENTER)
    assert (found.grade, str(found)) == (Grade.OK, f"ok       clicker: {presenter}")
    (missing,) = buttons.examined(ButtonsPart(clicker="pedal"))
    assert str(missing) == ('warning  clicker: there is no "pedal" - choose one of: USB Presenter')
    (bus,) = buttons.examined(ButtonsPart(headset=True))
    assert bus.grade is Grade.OK
