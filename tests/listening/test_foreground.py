"""What stands out of its background, with made-up sounds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voicecoach.listening.energy_gate import CHUNK
from voicecoach.listening.foreground import Background, Foreground

Sound = NDArray[np.float32]


def noise(chunks: int, decibels: float = -40.0) -> Sound:
    white = np.random.default_rng(3).standard_normal(chunks * CHUNK)
    return np.asarray(white * 10 ** (decibels / 20), np.float32)


def tone(chunks: int, hertz: float, decibels: float) -> Sound:
    t = np.arange(chunks * CHUNK) / 16_000
    return np.asarray(np.sin(2 * np.pi * hertz * t) * 10 ** (decibels / 20), np.float32)


STEADY, VOICES = Background(share=0.4, chunks=62), Background(share=0.75, chunks=125)


def judged(sound: Sound, background: Background = STEADY) -> list[float]:
    foreground = Foreground(background)
    return [over for chunk in sound.reshape(-1, CHUNK) for over in foreground(chunk)]


def test_what_rises_and_falls_is_background_and_what_rises_above_that_is_not() -> None:
    """A few voices are sometimes soft, sometimes loud: loud for 0.3 s, as long as a word."""
    sound = noise(300)
    for first in range(0, 300, 20):
        sound[first * CHUNK : (first + 10) * CHUNK] *= 10 ** (10 / 20)
    sound[205 * CHUNK : 215 * CHUNK] = noise(10, -20)
    assert np.mean(judged(sound)[180:190]) > 6, "each rise stands out of what is steady"
    found = judged(sound, VOICES)
    assert max(np.mean(found[first : first + 10]) for first in range(130, 200)) < 3
    assert np.mean(found[205:215]) > 8


def test_each_background_is_judged_by_itself() -> None:
    sound = noise(40)
    sound[30 * CHUNK :] *= 4
    both = Foreground(STEADY, VOICES)
    together = [both(chunk) for chunk in sound.reshape(-1, CHUNK)]
    assert [list(each) for each in zip(*together, strict=True)] == [
        judged(sound),
        judged(sound, VOICES),
    ]


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
