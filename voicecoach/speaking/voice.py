"""What a voice is: text in, sound out."""

from __future__ import annotations

from typing import Protocol

from voicecoach.pcm import Pcm


class VoiceError(Exception):
    """A voice that cannot speak, or not this text; the text says why, in one line."""


class SpeechEngine(Protocol):
    """A speech synthesiser with its settings."""

    @property
    def name(self) -> str:
        """Engine, voice and rate: whatever changes the sound changes this, since
        finished clips are cached under it. Also fit to be shown to people."""

    @property
    def sample_rate(self) -> int:
        """Of what `render` returns, in Hz."""

    def render(self, text: str) -> Pcm:
        """`text`, spoken, with or without silence around it. Raises VoiceError."""
