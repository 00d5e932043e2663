"""Finished clips: they begin with their sound and have equal loudness."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.pcm import Pcm, to_int16
from voicecoach.speaking.hibari import HibariVoice
from voicecoach.speaking.mastering import (
    LOUDNESS,
    PEAK,
    finish,
    from_steps,
    limit,
    loudness,
    trim,
)
from voicecoach.speaking.pyttsx import PyttsxVoice
from voicecoach.speaking.voice import SpeechEngine

CUES = ["two", "six", "Hold.", "Down, breathe in.", "Up, breathe out.", "Set the safety catches."]


def tone(seconds: float, rate: int = SAMPLE_RATE, level: float = 0.1) -> Pcm:
    steps = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * 600 * steps)).astype(np.float32)


def silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def decibels(value: float) -> float:
    return float(20 * np.log10(value))


@pytest.mark.audio
@pytest.mark.parametrize("text", CUES)
@pytest.mark.parametrize(
    "voice", [PyttsxVoice(rate=150), PyttsxVoice(rate=220), HibariVoice()], ids=lambda v: v.name
)
def test_speech_is_equally_loud_and_below_the_peak(voice: SpeechEngine, text: str) -> None:
    pcm = finish(voice.render(text), voice.sample_rate)
    assert pcm is not None
    assert loudness(pcm) == pytest.approx(LOUDNESS, abs=0.2)
    assert decibels(np.abs(pcm).max()) < PEAK + 0.01


@pytest.mark.parametrize("length", [0.05, 0.2, 0.41, 0.79, 0.81, 3.0])
@pytest.mark.parametrize("level", [0.0002, 0.01, 0.9])
def test_any_length_and_level_is_brought_to_one_loudness(length: float, level: float) -> None:
    pcm = finish(tone(length, 24_000, level), 24_000)
    assert pcm is not None
    assert loudness(pcm) == pytest.approx(LOUDNESS, abs=1.0)


def test_a_clip_begins_and_ends_with_its_sound() -> None:
    # Faint noise as engines leave it around their speech.
    noise = np.random.default_rng(0).normal(0, 1e-6, SAMPLE_RATE).astype(np.float32)
    noise[12_000:36_000] += tone(0.5)
    pcm = trim(noise)
    assert pcm is not None
    assert len(pcm) == pytest.approx(24_000, abs=10)
    assert abs(pcm[0]) < 0.001
    assert abs(pcm[-1]) < 0.001


def test_a_faint_consonant_is_not_trimmed_away() -> None:
    breath = np.random.default_rng(0).normal(0, 0.003, 4_800).astype(np.float32)
    pcm = trim(np.concatenate((silence(0.2), breath, tone(0.3, level=0.5))))
    assert pcm is not None
    assert len(pcm) == pytest.approx(4_800 + 14_400, abs=20)


@pytest.mark.parametrize(
    "pcm",
    [silence(0), silence(1), np.full(100, np.nan, np.float32), tone(0.001)],
    ids=["empty", "silent", "NaN", "a click"],
)
def test_what_holds_no_sound_makes_no_clip(pcm: Pcm) -> None:
    assert finish(pcm, SAMPLE_RATE) is None


def test_the_limiter_holds_the_peak_and_changes_nothing_far_from_it() -> None:
    pcm = tone(0.5)
    pcm[12_000] = 2.0
    limited = limit(pcm)
    assert decibels(np.abs(limited).max()) < PEAK + 0.001
    assert np.array_equal(limited[:11_000], pcm[:11_000])
    assert np.array_equal(limited[13_000:], pcm[13_000:])
    factor = limited[11_000:13_000] / np.where(pcm[11_000:13_000] == 0, 1, pcm[11_000:13_000])
    assert np.abs(np.diff(factor[np.abs(pcm[11_000:13_000]) > 0.01])).max() < 0.05


def test_the_limiter_leaves_alone_what_is_below_the_peak() -> None:
    pcm = tone(0.1)
    assert limit(pcm) is pcm


def test_sixteen_bits_keep_a_finished_clip_as_it_is() -> None:
    pcm = finish(tone(0.3), SAMPLE_RATE)
    assert pcm is not None
    assert np.array_equal(from_steps(to_int16(pcm)), pcm)
    assert not pcm.flags.writeable
