"""The tones: at their level, distinguishable, and a tick's onset found to the sample."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from voicecoach.audio.tones import (
    ATTENTION,
    GO,
    HEARD,
    IN_DOUBT,
    REFUSED,
    REST_TICK,
    TONES,
    stand_in,
    tick,
)
from voicecoach.core.plan import CueClass, Phase

LEVELS = {IN_DOUBT: -27.0}
"""Tones that are softer than the others."""

TICKS = [tick(phase) for phase in Phase]


def spectrum(pcm: NDArray[np.float32]) -> NDArray[np.complex128]:
    return np.fft.rfft(pcm, 1 << 17)


def likeness(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """The largest normalised cross-correlation at any shift, 0 to 1."""
    found = np.fft.irfft(spectrum(a) * spectrum(b).conj())
    return float(np.abs(found).max() / np.sqrt((a @ a) * (b @ b)))


def test_there_is_a_sound_for_everything() -> None:
    assert set(TONES) == {
        *(GO, HEARD, REFUSED, IN_DOUBT, ATTENTION, REST_TICK),
        *TICKS,
        *(stand_in(kind) for kind in CueClass),
    }


@pytest.mark.parametrize("name", TONES)
def test_a_sound_has_its_level_and_cannot_be_written_to(name: str) -> None:
    pcm = TONES[name]
    level = 20 * np.log10(np.abs(pcm).max())
    assert level == pytest.approx(LEVELS.get(name, -30.0 if name in TICKS else -18.0), abs=0.01)
    assert pcm.dtype == np.float32
    assert not pcm.flags.writeable


@pytest.mark.parametrize("name", [name for name in TONES if name not in TICKS])
def test_a_tone_begins_and_ends_without_a_click(name: str) -> None:
    pcm = TONES[name]
    assert pcm[0] == 0.0
    assert abs(pcm[-1]) < 0.001


@pytest.mark.parametrize("name", TICKS)
def test_a_tick_begins_at_full_height_and_is_short(name: str) -> None:
    pcm = TONES[name]
    assert abs(pcm[0]) == np.abs(pcm).max()
    assert len(pcm) <= 48 * 30


def test_no_two_sounds_are_alike() -> None:
    for one, other in combinations(TONES, 2):
        assert likeness(TONES[one], TONES[other]) < 0.75, (one, other)
    for one, other in combinations(TICKS, 2):
        assert likeness(TONES[one], TONES[other]) < 0.4, (one, other)


def test_the_last_tone_of_the_countdown_is_higher_than_any_other() -> None:
    def pitch(name: str) -> float:
        return float(np.abs(spectrum(TONES[name])).argmax() * 48_000 / (1 << 17))

    assert pitch(GO) > 1.4 * max(pitch(name) for name in TONES if name not in (GO, *TICKS))


@pytest.mark.parametrize("name", TICKS)
def test_the_onset_of_a_tick_is_found_to_the_sample_under_speech(name: str) -> None:
    """Noise shaped like speech, 10 dB louder than the tick's peak."""
    rng = np.random.default_rng(3)
    frequencies = np.fft.rfftfreq(48_000, 1 / 48_000)
    # Long-term average speech falls by about 9 dB an octave above 500 Hz.
    shape = (np.maximum(frequencies, 500) / 500) ** -1.5
    speech = np.fft.irfft(np.fft.rfft(rng.normal(size=48_000)) * shape)
    speech *= 10 ** (-20 / 20) / speech.std()
    pcm = TONES[name]
    speech[20_011 : 20_011 + len(pcm)] += pcm
    # The matched filter in coloured noise whitens by the noise's spectrum first.
    template = np.fft.rfft(pcm, 48_000) / shape
    found = np.fft.irfft(np.fft.rfft(speech) / shape * template.conj())
    assert int(np.abs(found).argmax()) == 20_011
