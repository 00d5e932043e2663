"""What stands out of its background, with made-up sounds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voicecoach.listening.foreground import Foreground
from voicecoach.listening.gate import CHUNK

Sound = NDArray[np.float32]


def noise(chunks: int, decibels: float = -40.0) -> Sound:
    white = np.random.default_rng(3).standard_normal(chunks * CHUNK)
    return np.asarray(white * 10 ** (decibels / 20), np.float32)


def tone(chunks: int, hertz: float, decibels: float) -> Sound:
    t = np.arange(chunks * CHUNK) / 16_000
    return np.asarray(np.sin(2 * np.pi * hertz * t) * 10 ** (decibels / 20), np.float32)


def judged(sound: Sound) -> list[float]:
    foreground = Foreground()
    return [foreground(chunk) for chunk in sound.reshape(-1, CHUNK)]


@pytest.mark.parametrize("decibels", [-70.0, -40.0, -15.0])
def test_steady_noise_is_background_however_loud(decibels: float) -> None:
    assert max(judged(noise(100, decibels))) < 4


def test_what_is_ten_decibels_louder_in_all_bands_stands_out_by_ten() -> None:
    sound = noise(100)
    sound[80 * CHUNK : 85 * CHUNK] *= 10 ** (10 / 20)
    found = judged(sound)
    assert np.mean(found[80:85]) == pytest.approx(10, abs=2)
    assert max(found[8:80]) < 4


def test_a_loud_tone_in_one_band_does_not_stand_out() -> None:
    sound = noise(100)
    sound[80 * CHUNK : 85 * CHUNK] += tone(5, 1000, -10)
    assert max(judged(sound)[80:85]) < 6


def test_a_louder_noise_that_stays_becomes_the_background() -> None:
    sound = np.concatenate([noise(80), noise(80, -25.0)])
    found = judged(sound)
    assert found[80] > 10
    assert max(found[130:]) < 4


def test_a_drum_below_the_voice_is_not_noticed() -> None:
    sound = noise(100)
    sound[80 * CHUNK : 85 * CHUNK] += tone(5, 60, -10)
    assert max(judged(sound)[81:84]) < 4


def test_digital_silence_is_not_the_foreground() -> None:
    assert judged(np.zeros(20 * CHUNK, np.float32)) == [0.0] * 20
