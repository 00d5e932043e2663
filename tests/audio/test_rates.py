"""Sample rates: a stream gives the same as the whole, and sounds stay where they were."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.pcm import Converter, convert

RATES = [(8_000, 16_000), (22_050, 48_000), (24_000, 48_000), (48_000, 16_000), (16_000, 16_000)]


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_the_blocks_never_change_the_output(from_hz: int, to_hz: int) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 4_001).astype(np.float32)
    whole = convert(noise, from_hz, to_hz)
    assert len(whole) == round(4_001 * to_hz / from_hz)
    converter = Converter(from_hz, to_hz)
    parts = [converter.feed(block) for block in np.split(noise, [1, 2, 700, 700, 3_900])]
    parts.append(converter.feed(np.zeros(0, np.float32), last=True))
    assert np.array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_a_sound_stays_where_it_was(from_hz: int, to_hz: int) -> None:
    pulse = np.hanning(from_hz // 100)
    pcm = np.zeros(from_hz, np.float32)
    pcm[from_hz // 2 : from_hz // 2 + len(pulse)] = pulse
    converted = convert(pcm, from_hz, to_hz)
    found = int(converted.argmax()) / to_hz
    assert found == pytest.approx(int(pcm.argmax()) / from_hz, abs=1.5 / min(from_hz, to_hz))


def test_what_is_above_the_new_band_is_gone() -> None:
    high = np.sin(2 * np.pi * 12_000 * np.arange(48_000) / 48_000).astype(np.float32)
    assert np.abs(convert(high, 48_000, 16_000)[500:-500]).max() < 1e-4
