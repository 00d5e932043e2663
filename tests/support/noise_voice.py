"""A voice that costs nothing: each text is noise of its own, as long as a voice would take.

Noise, because no two stretches of it are alike: a clip is found in a sound exactly where it begins,
and nowhere else. Its clips need no mastering, which would take most of the time of a session. What
keeps, caches and replaces them is the program's own `Clipbook`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np

from voicecoach.core.plan import SAMPLE_RATE, samples
from voicecoach.pcm import Pcm
from voicecoach.speaking import clips
from voicecoach.speaking.mastering import whole_steps

BEAT = samples(0.03)

_NOISE = (0.1 * np.random.default_rng(7).standard_normal(30 * SAMPLE_RATE)).clip(-0.5, 0.5)
_NOISE = whole_steps(_NOISE.astype(np.float32))


class NoiseVoice:
    """A `SpeechEngine`."""

    sample_rate = SAMPLE_RATE

    def __init__(self, pace: float) -> None:
        """`pace`: seconds per character."""
        self.name = f"noise {pace}"
        self._pace = pace
        self.spoils: Callable[[Pcm], Pcm] = lambda pcm: pcm
        """What becomes of each text; it may raise."""

    def render(self, text: str) -> Pcm:
        n = samples(0.1 + self._pace * len(text))
        begin = zlib.crc32(text.encode()) % (len(_NOISE) - n)
        return self.spoils(_NOISE[begin : begin + n])


def _finished(pcm: Pcm, rate: int) -> Pcm | None:
    """As `mastering.finish`: None for silence, and for what is no sound."""
    return pcm if np.isfinite(pcm).all() and pcm.any() else None


@contextmanager
def unmastered() -> Iterator[None]:
    """In here, a clip is what the voice gave."""
    with (
        patch.object(clips, "finish", _finished),
        patch.object(clips, "find_beat", lambda pcm: BEAT),
    ):
        yield
