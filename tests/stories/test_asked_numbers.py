"""A number asked for, said, asked back and logged: by voice, through real recognisers."""

from __future__ import annotations

import pytest

from benchmarks import asking
from tests.support.natural_speech import VOICES
from voicecoach.cli import assembly
from voicecoach.config import load
from voicecoach.core.events import Command, Intent

pytestmark = pytest.mark.audio


def weight(kilos: int) -> Command:
    return Command(Intent.WEIGHT, (("kilos", kilos),))


@pytest.mark.parametrize("voice", VOICES)
def test_in_english_a_number_alone_is_enough(voice: str) -> None:
    config = load("en", "leg-press")
    lifter = asking.Lifter(config.phrases, voice, "en")
    for kilos in (15, 50):
        number = Command(Intent.NUMBER, (("number", kilos),))
        ear = assembly.make_recogniser(config, "moonshine")
        talk = asking.converse(config, ear, lifter, Intent.ASK_WEIGHT, number)
        assert (talk.written, talk.refused) == (kilos, 0)


def test_in_korean_what_was_misheard_is_mended_by_a_no() -> None:
    config = load("ko", "leg-press")
    recogniser = assembly.make_recogniser(config, "vosk")
    lifter = asking.Lifter(config.phrases, "espeak, woman", "ko")
    talk = asking.converse(config, recogniser, lifter, Intent.ASK_WEIGHT, weight(35))
    assert (talk.written, talk.refused) == (35, 0)
