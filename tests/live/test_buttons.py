"""A live set with a headset's buttons, which go away in the middle of it."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.support.session_bus import Bus
from tests.support.virtual_sound_card import Coach, SoundCard, require

pytestmark = [
    *(pytest.mark.audio, pytest.mark.bus, pytest.mark.real_time),
    pytest.mark.xdist_group("buttons"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon (Debian)"),
]

SETTINGS = "[listening]\nprove_stop = false\n[buttons]\nheadset = true\n"


def test_a_set_is_started_paused_and_done_by_buttons_and_goes_on_without(tmp_path: Path) -> None:
    require()
    (tmp_path / "voicecoach.toml").write_text(SETTINGS)
    bus = Bus(tmp_path)
    with SoundCard() as card:
        card.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.address
        devices = ["--microphone", "mic", "--output", "earbuds", "--engine", "spotter"]
        quick = ["--voice", "pyttsx3", "--tempo", "1-1-1-1", "--no-log", "--config", str(tmp_path)]
        coach = Coach(card, *devices, *quick)
        try:
            at = coach.wait_for("Say ready", 60)
            coach.type("ready")
            at = coach.wait_for("Say start set", 20, at)
            bus.send("Next")
            at = coach.wait_for('"start set"', 10, at)
            at = coach.wait_for("1 lower", 20, at)
            bus.send("Pause")
            at = coach.wait_for("paused", 10, at)
            bus.send("Pause")  # Earbuds that are taken out again.
            bus.send("Play")  # They are in the ear again, and nothing goes on.
            time.sleep(1.0)
            assert '"resume"' not in coach.text()
            bus.send("PlayPause")
            at = coach.wait_for('"resume"', 10, at)
            at = coach.wait_for("lower", 20, at)
            bus.kill()
            coach.wait_for("the buttons are gone: the session's bus is gone", 10, at)
            at = coach.wait_for("2 lower", 30, at)
            coach.type("done")
            at = coach.wait_for("ended by done", 10, at)
            coach.type("locked")
            # In a set without room it waits for the catches.
            if "button is gone" not in coach.text():
                coach.wait_for("button is gone", 20, at)
            coach.signal(signal.SIGTERM)
            assert coach.end() == 0
        finally:
            coach.kill()
            bus.kill()
    assert coach.text().count('"resume"') == 1
