"""The doctor names each flaw of real gear, and finds none in clean speech."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import soxr

from benchmarks.commands import effort, gear
from tests.support.natural_speech import RATE, VOICES, Sound, at_level, hiss, say
from voicecoach.doctor.findings import Grade
from voicecoach.doctor.flaws import flaws
from voicecoach.doctor.soundcheck import judge_delay, judge_microphone
from voicecoach.pcm import from_int16, to_int16

SAID = ("start set", "slower", "stop")


def recording(voice: str, level: float = -26.0, room: float = -66.0) -> Sound:
    """Six seconds of somebody who follows the doctor's advice."""
    sound = hiss(6.0, room)
    for number, text in enumerate(SAID):
        word = at_level(say(text, voice), level)
        first = round((0.8 + 1.7 * number) * RATE)
        sound[first : first + len(word)] += word
    return sound


def from_card(sound: Sound) -> Sound:
    """In whole 16-bit steps."""
    return from_int16(to_int16(sound))


def through_48_khz(sound: Sound) -> Sound:
    """Most cards run at another rate, and the sound is converted on the way."""
    return np.asarray(soxr.resample(soxr.resample(sound, RATE, 48_000), 48_000, RATE), np.float32)


def unchanged(sound: Sound) -> Sound:
    return sound


CARDS = pytest.mark.parametrize("card", [unchanged, through_48_khz])


@CARDS
@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("level", [-14.0, -26.0, -45.0])
@pytest.mark.parametrize("room", [-80.0, -66.0, -50.0])
def test_clean_speech_has_no_flaw(
    voice: str, level: float, room: float, card: Callable[[Sound], Sound]
) -> None:
    assert [*flaws(from_card(card(recording(voice, level, room))))] == []


@CARDS
@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (gear.narrow, "telephone quality"),
        (gear.cvsd, "telephone quality"),
        (effort.mobile, "telephone quality"),
        (gear.hum, "mains hum in it (50 Hz"),
        (lambda sound: gear.hum(sound, 60.0), "mains hum in it (60 Hz"),
        (gear.zeroed, "pieces of the sound are lost"),
        (gear.repeated, "pieces of the sound are lost"),
        (effort.clipped, "waves are flattened"),
    ],
    ids=["8 kHz", "CVSD", "mobile", "50 Hz", "60 Hz", "zeroed", "repeated", "clipped"],
)
def test_each_flaw_is_named_with_what_to_do(
    voice: str, change: Callable[[Sound], Sound], words: str, card: Callable[[Sound], Sound]
) -> None:
    (found,) = flaws(from_card(card(change(recording(voice)))))
    assert found.grade is Grade.WARNING
    assert words in found.what
    assert found.remedy


def test_very_quiet_speech_is_soft_but_clear() -> None:
    for voice in VOICES:
        finding = judge_microphone(from_card(recording(voice, -45.0, -75.0)))
        assert (finding.grade, "soft" in finding.what) == (Grade.WARNING, True), finding
        assert finding.remedy


def test_silence_and_nothing_have_no_flaw() -> None:
    for sound in (np.zeros(0, np.float32), np.zeros(RATE * 3, np.float32), hiss(3.0, -60.0)):
        assert [*flaws(sound)] == []


@pytest.mark.parametrize(("seconds", "named"), [(None, False), (0.02, False), (0.2, True)])
def test_an_output_that_is_late_is_named(seconds: float | None, named: bool) -> None:
    assert bool([*judge_delay(seconds)]) is named


@pytest.mark.parametrize("steps", [0.2, 0.4, 0.6, 1.0, 3.0])
def test_a_microphone_that_hears_nobody_has_no_flaw_of_these(steps: float) -> None:
    """A few steps of noise look flat, and full of holes."""
    noise = np.random.default_rng(3).normal(0.0, steps / 32768, 6 * RATE).astype(np.float32)
    assert not [*flaws(from_card(noise))]
