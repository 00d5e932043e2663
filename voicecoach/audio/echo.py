"""Removes the coach from the microphone's signal when a loudspeaker plays it.

Two stages, because each fixes the other's weakness. The linear one (`echo_path`) removes what it
can predict and leaves the lifter's voice alone, but it takes some seconds to learn a room, and
can't model a rattling loudspeaker. WebRTC's AEC3 (the package pywebrtc-audio) removes nearly all
of the rest at once, but with it much of a voice that speaks meanwhile. Of 38 commands over the
coach's echo at -10 dB, 35 of which were understood without it, AEC3 alone left 25, both together
35. `benchmarks/echo.py` has the rest.
"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.pcm import Converter, Pcm

from .echo_path import EchoPath

REMEDY = "pip install 'voicecoach[speaker]'"
"""The command that installs the package."""

BLOCK = MICROPHONE_RATE // 50
"""Microphone samples per call: 20 ms, as many as the loop delivers."""

LONGEST = 25
"""Blocks within which an echo returns and dies away: half a second."""

EARLY = SAMPLE_RATE * 200 // 1000
"""Output samples by which an echo may come earlier than expected. Neither stage can remove an echo
that comes before its sound: 10 ms are enough to turn AEC3's 39 dB into 7."""

_CONVERTING = MICROPHONE_RATE * 40 // 1000
"""Microphone samples that the converter may buffer."""


class NoCancellerError(Exception):
    """The package is not installed; `str` is the one line for the user."""


def installed() -> bool:
    """Whether the package is installed, without loading it."""
    return find_spec("pywebrtc_audio") is not None


class EchoCanceller:
    """Microphone and loudspeaker in, lifter out, in blocks of 20 ms without delay."""

    def __init__(self, latency: int) -> None:
        """`latency`: output samples until a sound is expected back in the microphone; it may come
        `EARLY` earlier and as much later. Raises NoCancellerError."""
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

        `played`: what the loudspeaker got meanwhile, shape (960,) at 48 kHz.
        """
        waiting = np.concatenate([self._waiting, self._converter.feed(played)])
        reference, self._waiting = waiting[:BLOCK], waiting[BLOCK:]
        cleaned: Pcm = self._rest.process(self._path.remove(microphone, reference), reference)
        return cleaned
