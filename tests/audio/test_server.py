"""What the sound server reports about its devices: over a real one."""

from __future__ import annotations

import pytest

from tests.support.virtual_sound_card import SoundCard, require
from voicecoach.audio.server import Server

pytestmark = [pytest.mark.audio, pytest.mark.real_time, pytest.mark.xdist_group("devices")]


def test_what_is_worn_on_the_ears_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    require()
    with SoundCard() as card:
        for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH"):
            monkeypatch.setenv(name, card.environment[name])
        for sink, form in (("cans", "headphone"), ("boom", "speaker")):
            properties = f"sink_properties=device.form_factor={form}"
            card.load("module-null-sink", f"sink_name={sink}", properties)
        route = Server().route()
        assert route is not None
        told = {place.name: place.worn for place in route.outputs.values()}
        assert (told["cans"], told["boom"]) == (True, False)


def test_without_a_server_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    assert Server().route() is None
