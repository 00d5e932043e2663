"""Which voices to try, by the settings."""

from __future__ import annotations

from enum import StrEnum

from . import hibari, pyttsx
from .hibari import HibariVoice
from .pyttsx import PyttsxVoice
from .voice import SpeechEngine


class VoiceEngine(StrEnum):
    """What the settings can ask for."""

    AUTO = "auto"
    """The natural voice where it is installed and speaks the language, else the default one."""
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
    """The voices to try, best first; none of them is loaded yet.

    `rate` in words a minute is for pyttsx3, `speed` and `warmth` (dB) for hibari. `voice`
    names one of the chosen engine's voices; with `auto` it is pyttsx3's, whose voices are
    the system's. pyttsx3 always stands behind hibari. Raises ValueError for a rate, speed or
    warmth out of range and for a language that hibari was asked for and does not speak,
    VoiceError where hibari was asked for and is not installed.
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
            # Who names a voice of the system wants to hear that one.
            if english and voice is None and hibari.installed():
                return [HibariVoice(speed, warmth=warmth), plain]
            return [plain]
