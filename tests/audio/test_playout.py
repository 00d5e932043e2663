"""What waits for the card. A stand-in for PortAudio's stream calls the callback by hand."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from voicecoach.audio import devices
from voicecoach.audio.playout import LEAD, Playout
from voicecoach.pcm import Pcm

CARD = 44_100


class Stream:
    """A card with its own rate that takes a block on request."""

    latency = 0.1

    def __init__(self, callback: Callable[..., None], samplerate: int, **_: Any) -> None:
        if samplerate != CARD:
            raise ValueError("no such rate")
        self._callback = callback

    def start(self) -> None: ...

    def block(self) -> Pcm:
        data = np.empty((round(devices.BLOCK * CARD), 1), np.float32)
        self._callback(data, len(data), None, None)
        return data[:, 0]


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> devices.Output:
    portaudio = SimpleNamespace(OutputStream=Stream, PortAudioError=OSError)
    monkeypatch.setattr(devices, "_portaudio", lambda: portaudio)
    device = devices.Device("a card", None, rate=CARD, default=True)
    monkeypatch.setattr(devices, "find", lambda name, direction: device)
    return devices.Output()


def test_what_was_hushed_does_not_count_as_lead(output: devices.Output) -> None:
    """It once did: after the first "stop" of a workout only 20 of the 160 ms were there."""
    delivery = Playout()
    delivery.begin(output)

    def fill() -> None:
        while delivery.hungry:
            delivery.take(np.full(960, 0.1, np.float32), silent=False)

    for _ in range(3):
        fill()
        waits = 0
        while output.queued:
            output._stream.block()
            waits += 1
        # The converter holds back some milliseconds.
        assert waits * devices.BLOCK >= LEAD / 48_000 - 0.02
        fill()
        delivery.hush()
        assert output.queued < LEAD // 2
