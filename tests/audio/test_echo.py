"""The echo canceller: the coach goes, the lifter stays."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.session_driver import leg_press, shipped
from voicecoach.audio import echo
from voicecoach.audio.echo import BLOCK, EARLY, EchoCanceller, NoCancellerError
from voicecoach.audio.echo_path import EchoPath
from voicecoach.cli.assembly import make_canceller
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.listening.scripted import Scripted
from voicecoach.pcm import convert
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.silent import SilentClips

Pcm = NDArray[np.float32]
SECONDS = 12
LATENCY = SAMPLE_RATE * 360 // 1000


def babble(seconds: float, rate: int, seed: int) -> Pcm:
    """Noise that comes and goes like syllables, below a voice's upper edge."""
    random = np.random.default_rng(seed)
    n = round(seconds * rate)
    spectrum = np.fft.rfft(random.standard_normal(n))
    spectrum[np.fft.rfftfreq(n, 1 / rate) > 4000] = 0
    syllables = np.repeat(random.random(round(seconds * 5) + 1) > 0.4, rate // 5)[:n]
    noise = np.fft.irfft(spectrum, n) * syllables
    return np.asarray(0.1 * noise / noise.std(), np.float32)


def room(played: Pcm, late: float, gain: float = -10.0) -> Pcm:
    """What a microphone at 16 kHz hears of `played`, `late` seconds later, at `gain` dB."""
    random = np.random.default_rng(1)
    n = MICROPHONE_RATE // 10
    response = random.standard_normal(n) * np.exp(-7 * np.arange(n) / n)
    response[0] = 4.0
    response *= 10 ** (gain / 20) / np.sqrt((response**2).sum())
    dry = convert(played, SAMPLE_RATE, MICROPHONE_RATE)
    wet = np.convolve(dry, response)[: len(dry)]
    return np.concatenate([np.zeros(round(late * MICROPHONE_RATE)), wet])[: len(dry)].astype("f4")


def cleaned(canceller: EchoCanceller, microphone: Pcm, played: Pcm) -> Pcm:
    blocks = range(0, len(microphone) - BLOCK + 1, BLOCK)
    return np.concatenate(
        [
            canceller.clean(microphone[i : i + BLOCK], played[3 * i : 3 * (i + BLOCK)])
            for i in blocks
        ]
    )


def decibels(a: Pcm, b: Pcm) -> float:
    return float(10 * np.log10(np.sum(a.astype(float) ** 2) / np.sum(b.astype(float) ** 2)))


@pytest.mark.parametrize("late", [0.17, 0.36, 0.5])
def test_the_coach_goes_wherever_the_echo_falls(late: float) -> None:
    played = babble(SECONDS, SAMPLE_RATE, 2)
    heard = room(played, late)
    rest = cleaned(EchoCanceller(LATENCY), heard, played)
    settled = slice(6 * MICROPHONE_RATE, None)
    assert decibels(heard[settled], rest[settled]) > 25


@pytest.mark.parametrize("noise", [-80.0, -66.0, -50.0, -35.0])
@pytest.mark.parametrize("seed", range(3))
def test_without_an_echo_hardly_anything_is_added(noise: float, seed: int) -> None:
    """Through earbuds whose name does not say what they are, the coach must not hear itself."""
    played = babble(SECONDS, SAMPLE_RATE, seed)
    random = np.random.default_rng(seed)
    size = len(played) // 3
    microphone = (10 ** (noise / 20) * random.standard_normal(size)).astype(np.float32)
    path, reference = EchoPath(BLOCK, 25), convert(played, SAMPLE_RATE, MICROPHONE_RATE)
    blocks = range(0, size - BLOCK + 1, BLOCK)
    alone = np.concatenate(
        [path.remove(microphone[i : i + BLOCK], reference[i : i + BLOCK]) for i in blocks]
    )
    # 5 dB over a room of -66 dBFS, where it was 18. The second stage also puts in noise of its own,
    # of -64 dBFS.
    assert loudest(alone) < max(noise, -72.0) + 6
    assert loudest(cleaned(EchoCanceller(LATENCY), microphone, played)) < max(noise, -68.0) + 6


def loudest(sound: Pcm) -> float:
    """Level in dBFS of its loudest twentieth of a second."""
    parts = sound[: len(sound) // 800 * 800].reshape(-1, 800)
    return float(20 * np.log10(np.sqrt((parts.astype(float) ** 2).mean(1)).max()))


def test_the_lifter_stays() -> None:
    """Over the coach, and with nothing played."""
    played = babble(SECONDS, SAMPLE_RATE, 2)
    lifter = babble(SECONDS, MICROPHONE_RATE, 3)
    lifter[: 5 * MICROPHONE_RATE] = 0
    for sound in (played, np.zeros_like(played)):
        rest = cleaned(EchoCanceller(LATENCY), lifter + room(sound, 0.36), sound)
        spoken = slice(6 * MICROPHONE_RATE, None)
        assert -6 < decibels(rest[spoken], lifter[spoken]) < 2


def test_an_echo_that_moves_is_learnt_again() -> None:
    played = babble(2 * SECONDS, SAMPLE_RATE, 2)
    half = SECONDS * MICROPHONE_RATE
    for first, then in ((0.36, 0.38), (0.38, 0.36)):
        heard = room(played, then)
        heard[:half] = room(played, first)[:half]
        rest = cleaned(EchoCanceller(LATENCY), heard, played)
        settled = slice(half + 8 * MICROPHONE_RATE, None)
        assert decibels(heard[settled], rest[settled]) > 20


def test_the_path_takes_away_only_what_it_predicts() -> None:
    path = EchoPath(BLOCK, 5)
    lifter = babble(1, MICROPHONE_RATE, 3)
    silence = np.zeros(BLOCK, np.float32)
    for start in range(0, len(lifter), BLOCK):
        block = lifter[start : start + BLOCK]
        assert np.allclose(path.remove(block, silence), block, atol=1e-7)


def test_an_echo_that_comes_too_soon_is_within_the_margin() -> None:
    """The margin moves the reference before the sound, never after it."""
    assert EARLY < LATENCY
    played = babble(SECONDS, SAMPLE_RATE, 2)
    heard = room(played, (LATENCY - EARLY) / SAMPLE_RATE)
    rest = cleaned(EchoCanceller(LATENCY), heard, played)
    settled = slice(6 * MICROPHONE_RATE, None)
    assert decibels(heard[settled], rest[settled]) > 25


@pytest.mark.parametrize(
    ("setting", "loudspeaker", "installed", "cancels"),
    [
        ("auto", "auto", True, True),
        ("auto", True, True, True),
        ("auto", True, False, False),
        ("auto", False, True, False),
        ("off", True, True, False),
        ("on", False, True, True),
    ],
)
def test_earbuds_cost_nothing(
    setting: str,
    loudspeaker: bool | str,
    installed: bool,
    cancels: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(echo, "installed", lambda: installed)
    listening = shipped().settings.listening.model_copy(
        update={"echo": setting, "loudspeaker": loudspeaker}
    )
    assert (make_canceller(listening, LATENCY) is not None) == cancels


def test_on_without_the_package_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "installed", lambda: False)
    listening = shipped().settings.listening.model_copy(update={"echo": "on"})
    with pytest.raises(NoCancellerError, match=r"pip install 'voicecoach\[speaker\]'"):
        make_canceller(listening, LATENCY)


class Counting:
    """A canceller that only counts what it is given."""

    def __init__(self) -> None:
        self.blocks = 0

    def clean(self, microphone: Pcm, played: Pcm) -> Pcm:
        self.blocks += 1
        return microphone


def test_it_works_where_the_room_hears_the_coach_wherever_the_session_began() -> None:
    canceller = Counting()
    coach = workout_loop(
        leg_press(), shipped().phrases, Scripted([]), SilentClips(), canceller=canceller
    )
    for worn, blocks in ((True, 0), (False, 50), (True, 50), (False, 100)):
        coach.sound_worn(worn)
        for _ in range(50):
            coach.process(np.full(320, 1e-4, np.float32))
        assert canceller.blocks == blocks
