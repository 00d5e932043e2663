"""The interface of a voice: text in, sound out."""

from __future__ import annotations

from typing import Protocol

from voicecoach.pcm import Pcm


class VoiceError(Exception):
    """A voice that can't speak, or not this text; the text says why, in one line."""


class SpeechEngine(Protocol):
    """A speech synthesiser with its settings."""

    @property
    def name(self) -> str:
        """Engine, voice and rate. It must change whenever the sound does, because finished clips
        are cached under it. Also shown to people."""

    @property
    def sample_rate(self) -> int:
        """The rate of what `render` returns, in Hz."""

    def render(self, text: str) -> Pcm:
        """`text`, spoken, with or without silence around it. Raises VoiceError."""
