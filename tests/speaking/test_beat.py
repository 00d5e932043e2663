"""Beats: at the first vowel, however long the consonant before it."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.pcm import Pcm
from voicecoach.speaking.beat import find_beat
from voicecoach.speaking.hibari import HibariVoice
from voicecoach.speaking.mastering import finish
from voicecoach.speaking.pyttsx import PyttsxVoice
from voicecoach.speaking.voice import SpeechEngine


def vowel(seconds: float) -> Pcm:
    """Harmonics of 120 Hz, louder around 600 Hz."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    harmonics = 120.0 * np.arange(1, 20)
    weights = np.exp(-(((harmonics - 600) / 400) ** 2)) + 0.05
    tones = np.sin(2 * np.pi * harmonics[:, None] * time[None, :])
    return (0.05 * weights @ tones).astype(np.float32)


def fricative(seconds: float) -> Pcm:
    """Noise above 3 kHz."""
    noise = np.random.default_rng(2).normal(0, 0.1, round(seconds * SAMPLE_RATE))
    spectrum = np.fft.rfft(noise)
    spectrum[: round(3_000 * seconds)] = 0
    return np.fft.irfft(spectrum, len(noise)).astype(np.float32)


def beat(pcm: Pcm) -> float:
    """In milliseconds."""
    return find_beat(pcm) / SAMPLE_RATE * 1000


def test_a_word_that_begins_with_its_vowel_has_its_beat_there() -> None:
    assert beat(vowel(0.3)) < 5


@pytest.mark.parametrize("length", [0.06, 0.1, 0.14])
def test_a_fricative_moves_the_beat_by_its_length(length: float) -> None:
    word = np.concatenate((fricative(length), vowel(0.2)))
    assert beat(word) == pytest.approx(1000 * length, abs=8)


def test_the_first_syllable_counts_even_if_the_second_is_louder() -> None:
    word = np.concatenate((0.6 * vowel(0.1), fricative(0.06), vowel(0.2)))
    assert beat(word.astype(np.float32)) < 5


def test_a_level_changes_nothing() -> None:
    word = np.concatenate((fricative(0.1), vowel(0.2)))
    assert find_beat(word) == find_beat((word * 0.01).astype(np.float32))


def test_a_long_text_is_judged_by_its_beginning() -> None:
    word = np.concatenate((fricative(0.1), vowel(0.2), fricative(3.0), 4 * vowel(1.0)))
    assert beat(word.astype(np.float32)) == pytest.approx(100, abs=8)


def test_silence_has_its_beat_at_once() -> None:
    assert find_beat(np.zeros(4_800, np.float32)) == 0


@pytest.mark.audio
@pytest.mark.parametrize("voice", [PyttsxVoice(), HibariVoice()], ids=lambda voice: voice.name)
def test_counts_of_real_voices(voice: SpeechEngine) -> None:
    def count(word: str) -> float:
        pcm = finish(voice.render(word), voice.sample_rate)
        assert pcm is not None
        return beat(pcm)

    for word in ("three", "four", "six", "seven"):
        assert 60 <= count(word) <= 130, word
    for word in ("eight", "eleven"):
        assert count(word) <= 40, word
    for word in ("two", "ten"):
        assert 30 <= count(word) <= 75, word
