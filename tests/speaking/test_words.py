"""Where the words of a clip sound: its pauses against those of the text."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.session_driver import shipped
from voicecoach.cli import assembly
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.pcm import Pcm
from voicecoach.speaking.words import words


def sound(*spans: tuple[float, float], length: float) -> Pcm:
    """Noise in these spans of seconds, and nothing else."""
    pcm = np.zeros(round(length * SAMPLE_RATE), np.float32)
    for begin, end in spans:
        first, last = round(begin * SAMPLE_RATE), round(end * SAMPLE_RATE)
        pcm[first:last] = np.random.default_rng(1).normal(0.0, 0.1, last - first)
    return pcm


def seconds(text: str, pcm: Pcm) -> list[tuple[float, float]]:
    return [(a / SAMPLE_RATE, b / SAMPLE_RATE) for a, b in words(text, pcm)]


def test_a_word_behind_a_pause_begins_with_the_sound() -> None:
    pcm = sound((0.0, 1.3), (2.0, 2.6), length=2.6)
    found = seconds("Lock the safety catches. Say locked.", pcm)
    assert len(found) == 6
    assert found[3][1] == pytest.approx(1.3, abs=0.02)
    assert found[4][0] == pytest.approx(2.0, abs=0.02)
    assert found[5] == pytest.approx((2.22, 2.6), abs=0.05)


def test_a_pause_that_is_no_stop_and_a_stop_without_a_pause_mislead_nobody() -> None:
    # The closure of a "p" is 80 ms; there is no pause at the comma.
    pcm = sound((0.0, 0.7), (1.0, 2.6), (2.68, 2.8), length=2.8)
    found = seconds("Leg press. Three down, hold one, two up.", pcm)
    assert found[1][1] == pytest.approx(0.7, abs=0.02)
    assert found[2][0] == pytest.approx(1.0, abs=0.02)
    assert all(b - a > 0.1 for a, b in found)


@pytest.mark.parametrize("text", ["", "...", "Hm"])
def test_hardly_anything_has_hardly_any_words(text: str) -> None:
    assert len(words(text, sound((0.0, 0.2), length=0.2))) == len(text.strip(".").split())
    assert words(text, np.zeros(0, np.float32)) == ()


@pytest.mark.audio
@pytest.mark.parametrize("voice", ["hibari", "pyttsx3"])
def test_the_word_that_is_asked_for_is_the_last_one(voice: str) -> None:
    clips = assembly.make_clips(shipped(), voice)
    for text in (
        "Catches set? Back and head on the pad? Say ready.",
        "First a test. Say: stop now.",
    ):
        clip = clips.get(text)
        begin, end = clip.places()[-1]
        assert 0.15 < (end - begin) / SAMPLE_RATE < 0.6
        assert end == pytest.approx(len(clip.pcm), abs=SAMPLE_RATE // 50)
