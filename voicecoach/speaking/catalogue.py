"""The voices to try, according to the settings."""

from __future__ import annotations

from enum import StrEnum

from . import hibari, pyttsx
from .hibari import HibariVoice
from .pyttsx import PyttsxVoice
from .voice import SpeechEngine


class VoiceEngine(StrEnum):
    """The voice engines in the settings."""

    AUTO = "auto"
    """The natural voice if it is installed and speaks the language, otherwise the default one."""
    PYTTSX3 = "pyttsx3"
    HIBARI = "hibari"


def choose(
    engine: VoiceEngine = VoiceEngine.AUTO,
    language: str = "en",
    rate: int = pyttsx.DEFAULT_RATE,
    speed: float = hibari.DEFAULT_SPEED,
    voice: str | None = None,
    warmth: float = 0.0,
) -> list[SpeechEngine]:
    """The voices to try, best first; none is loaded yet.

    `rate` (words per minute) is for pyttsx3, `speed` and `warmth` (dB) for hibari. `voice` names a
    voice of the chosen engine; with `auto`, of pyttsx3, which has the system's voices. pyttsx3
    always comes after hibari. Raises ValueError if a rate, speed or warmth is out of range, or if
    hibari is requested and does not speak the language; VoiceError if hibari is requested and not
    installed.
    """
    english = language.lower().split("-")[0] == "en"
    match engine:
        case VoiceEngine.PYTTSX3:
            return [PyttsxVoice(language, rate, voice)]
        case VoiceEngine.HIBARI:
            if not english:
                raise ValueError(f'hibari speaks English only, not "{language}"')
            natural = HibariVoice(speed, voice or hibari.DEFAULT_VOICE, warmth)
            return [natural, PyttsxVoice(language, rate)]
        case VoiceEngine.AUTO:
            plain = PyttsxVoice(language, rate, voice)
            # A user who names a voice of the system wants that one.
            if english and voice is None and hibari.installed():
                return [HibariVoice(speed, warmth=warmth), plain]
            return [plain]
