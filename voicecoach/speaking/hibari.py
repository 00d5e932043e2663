"""The natural English voice: hibari-tts, whose model is in its package."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

from voicecoach.pcm import Pcm

from .mastering import warmed
from .voice import VoiceError

SLOWEST = 0.5
FASTEST = 2.0
"""Factors on the voice's own pace; the model's limits."""

WARMEST = 6.0
"""dB of warmth, either way; beyond, the voice sounds muffled or thin."""

DEFAULT_SPEED = 1.0
DEFAULT_VOICE = "heart"


def installed() -> bool:
    """Whether the package is installed, without the half second that loading it takes."""
    return find_spec("hibari") is not None


class HibariVoice:
    """A `SpeechEngine`. The model is loaded for the first text."""

    sample_rate = 24_000

    def __init__(
        self, speed: float = DEFAULT_SPEED, voice: str = DEFAULT_VOICE, warmth: float = 0.0
    ) -> None:
        """`speed` from 0.5 to 2, `warmth` from -6 to 6 dB (see `mastering.warmed`), otherwise
        ValueError; VoiceError if not installed.

        `voice` is one of the package's. Only "heart" is included; the coach never downloads, so the
        others must be in hibari's own cache.
        """
        if not SLOWEST <= speed <= FASTEST:
            raise ValueError(f"a speed of {speed}; expected {SLOWEST} to {FASTEST:g}")
        if not -WARMEST <= warmth <= WARMEST:
            raise ValueError(f"a warmth of {warmth}; expected {-WARMEST:g} to {WARMEST:g}")
        if not installed():
            raise VoiceError(
                "hibari: not installed; pip install 'voicecoach[natural]' brings the natural voice"
            )
        self.name = f"hibari {voice} x{speed:g}" + (f" {warmth:+g} dB" if warmth else "")
        self._speed = speed
        self._warmth = warmth
        self._voice = voice
        self._speak: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """For another process, which loads its own model."""
        return {**vars(self), "_speak": None}

    def render(self, text: str) -> Pcm:
        """`text` at 24 kHz; the same text gives the same samples. Raises VoiceError."""
        try:
            if self._speak is None:
                self._speak = self._load()
            # The seed makes the voice's noise reproducible.
            pcm: Pcm = np.asarray(self._speak(text, speed=self._speed, seed=0), np.float32)
        except VoiceError:
            raise
        except Exception as fault:  # whatever fails, the next voice must speak
            raise VoiceError(f'hibari: failed at "{text}" ({fault})') from fault
        return warmed(pcm, self.sample_rate, self._warmth) if self._warmth else pcm

    def _load(self) -> Any:
        from hibari import Hibari, voices

        try:
            model = voices.voice_path(self._voice, download_missing=False)
        except ValueError as fault:
            raise VoiceError(
                f'hibari: no voice "{self._voice}"; it has {", ".join(voices.VOICES)}'
            ) from fault
        except FileNotFoundError as fault:
            raise VoiceError(
                f'hibari: the voice "{self._voice}" is not on this machine; "heart" is'
            ) from fault
        return Hibari(voice=self._voice, model=model)
