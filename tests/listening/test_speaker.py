"""The network's view of a voice, and its embedding."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.natural_speech import RATE, at_level, hiss, say
from voicecoach.core.own_voice import LONG, NOBODY, SHORT, alike
from voicecoach.listening.mel import BANDS, HOP, WINDOW, mel
from voicecoach.listening.speaker import SpeakerEncoder


@pytest.fixture(scope="module")
def encoder() -> SpeakerEncoder:
    return SpeakerEncoder()


def test_a_sine_is_seen_as_librosa_sees_it() -> None:
    """Figures of librosa 0.11, `melspectrogram(sr=16000, n_fft=400, hop_length=160, n_mels=40)`."""
    sine = np.sin(2 * np.pi * 440 * np.arange(1600) / RATE).astype(np.float32)
    seen = mel(sine)
    assert seen.shape == (11, BANDS)
    np.testing.assert_allclose(seen[5, 4:7], [21.757, 164.3108, 17.8192], rtol=1e-5)
    assert seen[5, :4].max() < 1e-4
    assert seen[5, 7:].max() < 1e-4


def test_noise_is_seen_as_computed_by_hand() -> None:
    """A frame with the Fourier sum written out, and a band with its triangle."""
    noise = np.random.default_rng(4).standard_normal(2000).astype(np.float32)
    n = np.arange(WINDOW)
    window = np.sin(np.pi * n / WINDOW) ** 2
    frame = noise[6 * HOP - WINDOW // 2 : 6 * HOP + WINDOW // 2] * window
    power = [abs(np.sum(frame * np.exp(-2j * np.pi * k * n / WINDOW))) ** 2 for k in range(201)]
    # Below 1 kHz a mel is 66.7 Hz; the bands divide the range up to 8 kHz.
    step = (15 + 27 * np.log(8) / np.log(6.4)) / 41 * 200 / 3
    low, middle, high = 3 * step, 4 * step, 5 * step
    weights = np.interp(np.arange(201) * 40, [low, middle, high], [0, 2 / (high - low), 0])
    assert mel(noise)[6, 3] == pytest.approx(weights @ np.array(power), rel=1e-4)


def test_silence_is_nobody(encoder: SpeakerEncoder) -> None:
    assert encoder.embedding(np.zeros(RATE, np.float32)) == ()
    assert encoder.embedding(np.zeros(0, np.float32)) == ()


def test_it_is_of_length_one_and_the_same_each_time(encoder: SpeakerEncoder) -> None:
    sound = say("ready", "heart")
    first = encoder.embedding(sound)
    assert np.linalg.norm(first) == pytest.approx(1)
    assert encoder.embedding(sound) == first


@pytest.mark.audio
def test_a_voice_is_like_itself_and_unlike_another(encoder: SpeakerEncoder) -> None:
    known = NOBODY.heard(
        encoder.embedding(say(text, "heart"))
        for text in ("stop", "done", "pause", "slower", "one more", "ready")
    )
    for text in ("resume", "how many", "start set", "repeat that"):
        assert alike(encoder.embedding(say(text, "heart")), known.mean) > SHORT
        assert alike(encoder.embedding(say(text, "joe")), known.mean) < LONG


@pytest.mark.audio
def test_the_room_is_taken_out(encoder: SpeakerEncoder) -> None:
    sound = at_level(say("start set", "heart"), -26.0)
    clean = encoder.embedding(sound)
    room = hiss(2.0, -43.0)
    noisy = sound + room[-len(sound) :]
    with_room = alike(encoder.embedding(noisy, room[:RATE]), clean)
    assert with_room > 0.85
    assert with_room > alike(encoder.embedding(noisy), clean)
