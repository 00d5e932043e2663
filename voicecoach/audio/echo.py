"""The coach taken out of what the microphone hears, where a loudspeaker plays it.

Two stages, because each mends what the other does badly. A linear one (`echo_path`)
takes away what it can predict and leaves the lifter's voice alone, but needs some seconds
to learn a room and knows nothing of a loudspeaker that rattles. WebRTC's AEC3 (the package
pywebrtc-audio) takes away nearly all of what is left, at once, but with it a good part of
whoever speaks meanwhile. Of 38 commands over the coach's echo at -10 dB, 35 of which were
understood without it, AEC3 alone left 25, both together 35. `benchmarks/echo.py` has the rest.
"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.pcm import Converter, Pcm

from .echo_path import EchoPath

REMEDY = "pip install 'voicecoach[speaker]'"
"""What brings the package."""

BLOCK = MICROPHONE_RATE // 50
"""Microphone samples that are cleaned at a time: 20 ms, as many as the loop hands over."""

LONGEST = 25
"""Blocks within which an echo has come back and died away: half a second."""

EARLY = SAMPLE_RATE * 200 // 1000
"""Output samples by which an echo may come sooner than it is expected. One that comes
before its sound is beyond either stage: 10 ms are enough, and AEC3's 39 dB become 7."""

_CONVERTING = MICROPHONE_RATE * 40 // 1000
"""Microphone samples that the converter may hold back."""


class NoCancellerError(Exception):
    """The package is not installed; `str` is the one line for the user."""


def installed() -> bool:
    """Whether the package is there, without loading it."""
    return find_spec("pywebrtc_audio") is not None


class EchoCanceller:
    """Microphone and loudspeaker in, lifter out: blocks of 20 ms, nothing held back."""

    def __init__(self, latency: int) -> None:
        """`latency`: output samples after which a sound is expected back as microphone; it
        may come `EARLY` sooner and as much later. Raises NoCancellerError."""
        if not installed():
            raise NoCancellerError(
                f'listening.echo = "on", but no echo canceller is installed: {REMEDY}'
            )
        from pywebrtc_audio import EchoCanceller

        self._converter = Converter(SAMPLE_RATE, MICROPHONE_RATE)
        late = max(0, latency - EARLY) * MICROPHONE_RATE // SAMPLE_RATE
        self._waiting = np.zeros(max(late, _CONVERTING), np.float32)
        self._path = EchoPath(BLOCK, LONGEST)
        self._rest = EchoCanceller(MICROPHONE_RATE)

    def clean(self, microphone: Pcm, played: Pcm) -> Pcm:
        """`microphone`, shape (320,) at 16 kHz, without the echo of what was `played`.

        `played`: what the loudspeaker was given meanwhile, shape (960,) at 48 kHz.
        """
        waiting = np.concatenate([self._waiting, self._converter.feed(played)])
        reference, self._waiting = waiting[:BLOCK], waiting[BLOCK:]
        cleaned: Pcm = self._rest.process(self._path.remove(microphone, reference), reference)
        return cleaned
