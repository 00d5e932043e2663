"""Gym noises made from a seed: the same sound each time, at the requested level.

Every maker returns a `Bed`: mono, 16 kHz, float32, without commands. None is recorded, so the
figures are the same on every machine. Real music comes from the folder of human speech, if given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.support.natural_speech import RATE

Sound = NDArray[np.float32]
_FRAME = RATE // 50


@dataclass(frozen=True, slots=True, eq=False)
class Bed:
    """A piece of noise, and the coach's lines in it."""

    sound: Sound
    lines: tuple[tuple[str, int, int], ...] = ()
    """Text, first and last sample of each of the coach's lines."""
    clean: Callable[[Sound, float], Sound] | None = None
    """What a canceller makes of a microphone's sound that holds this bed times a gain: see
    `echo`."""

    def cut(self, first: int, length: int) -> Bed:
        """`length` samples from `first` on; the bed is a loop."""
        turn = first % len(self.sound)
        rolled = np.roll(self.sound, -turn)
        loops = -(-length // len(rolled))
        sound = np.tile(rolled, loops)[:length]
        lines = [
            (text, at + loop * len(rolled) - turn, end + loop * len(rolled) - turn)
            for loop in range(loops + 1)
            for text, at, end in self.lines
        ]
        return Bed(sound, tuple(line for line in lines if line[2] > 0 and line[1] < length))


def seed(*parts: object) -> int:
    """A number that is the same for the same parts on every machine."""
    text = "\0".join(map(str, parts))
    return int.from_bytes(hashlib.blake2s(text.encode()).digest()[:4], "big")


def level(sound: Sound) -> float:
    """Level in dBFS while something sounds: pauses between words or clanks don't count."""
    padded = np.zeros(-(-len(sound) // _FRAME) * _FRAME)
    padded[: len(sound)] = sound
    power = np.mean(padded.reshape(-1, _FRAME) ** 2, axis=1)
    loud = power[power > power.max() / 1000]
    return float(10 * np.log10(np.mean(loud))) if len(loud) else -np.inf


def at_level(sound: Sound, decibels: float) -> Sound:
    """`sound` at `decibels` dBFS, as `level` measures it."""
    return np.asarray(sound * 10 ** ((decibels - level(sound)) / 20), np.float32)


# --- makers ----------------------------------------------------------------------------------


def beat(seconds: float, number: int) -> Bed:
    """Gym music: a drum at 128 a minute, cymbals, a bass and chords."""
    rng = np.random.default_rng(number)
    sound = np.zeros(round(seconds * RATE))
    step = 60 / 128 / 2
    roots = rng.choice([55.0, 49.0, 65.4, 73.4], 4)
    for n in range(int(seconds / step)):
        root = roots[n // 8 % 4]
        if n % 2 == 0:
            t = _time(0.25)
            _add(sound, n * step, np.sin(300 * (1 - np.exp(-t * 12)) + 300 * t) * np.exp(-t * 14))
        else:
            _add(sound, n * step, 0.25 * rng.standard_normal(800) * np.exp(-_time(0.05) * 80))
        t = _time(step)
        _add(sound, n * step, 0.35 * np.sign(np.sin(2 * np.pi * root * t)) * np.exp(-t * 5))
        if n % 8 == 0:
            t = _time(8 * step)
            chord = [np.sin(2 * np.pi * root * k * t + k) / 3 for k in (4, 5, 6, 8, 10)]
            _add(sound, n * step, 0.2 * np.sum(chord, axis=0) * (1 + 0.3 * np.sin(20 * t)))
    return Bed(np.asarray(sound, np.float32))


def clanks(seconds: float, number: int) -> Bed:
    """Plates and stacks: metal that rings now and then."""
    rng = np.random.default_rng(number)
    sound = 0.002 * rng.standard_normal(round(seconds * RATE))
    at = 0.2
    while at < seconds:
        t = _time(rng.uniform(0.2, 0.8))
        tones = rng.uniform(300, 6500, 9)
        blow = sum(np.sin(2 * np.pi * f * t) * np.exp(-t * rng.uniform(8, 40)) for f in tones)
        blow[:160] += 3 * rng.standard_normal(160)
        _add(sound, at, rng.uniform(0.3, 1.0) * blow / 9)
        at += rng.exponential(0.8) + 0.1
    return Bed(np.asarray(sound, np.float32))


def fan(seconds: float, number: int) -> Bed:
    """A fan or a treadmill: a rush, its blades, and the hum of its motor."""
    rng = np.random.default_rng(number)
    rush = _coloured(rng, round(seconds * RATE), 80, 3500)
    t = np.arange(len(rush)) / RATE
    hum = sum(np.sin(2 * np.pi * 50 * k * t) / k for k in (1, 2, 3, 4))
    return Bed(np.asarray(rush * (1 + 0.3 * np.sin(2 * np.pi * 23 * t)) + 0.4 * hum, np.float32))


def breathing(seconds: float, number: int) -> Bed:
    """A lifter out of breath: in through the nose, out through the mouth, every two seconds."""
    rng = np.random.default_rng(number)
    sound = np.zeros(round(seconds * RATE))
    at = 0.1
    while at < seconds:
        for length, low, high, loud in ((0.6, 700, 4000, 0.5), (0.9, 250, 2500, 1.0)):
            length *= rng.uniform(0.8, 1.3)
            breath = _coloured(rng, round(length * RATE), low, high)
            _add(sound, at, loud * breath * np.sin(np.linspace(0, np.pi, len(breath))) ** 1.5)
            at += length + rng.uniform(0.05, 0.3)
    return Bed(np.asarray(sound, np.float32))


def grunts(seconds: float, number: int) -> Bed:
    """Effort: voiced, without words, with falling pitch, through the formants of "uh"."""
    rng = np.random.default_rng(number)
    sound = 0.002 * rng.standard_normal(round(seconds * RATE))
    at = 0.3
    while at < seconds:
        t = _time(rng.uniform(0.25, 0.9))
        pitch = rng.uniform(90, 180) * (1 - 0.3 * t / t[-1]) * (1 + 0.02 * rng.standard_normal())
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        voice = np.zeros(len(t))
        for k in range(1, 25):
            hertz = k * float(np.mean(pitch))
            formants = sum(
                gain / (1 + ((hertz - centre) / width) ** 2)
                for centre, width, gain in ((620, 90, 1.0), (1200, 120, 0.5), (2500, 200, 0.2))
            )
            voice += formants * np.sin(k * phase) / k**0.3
        shape = np.minimum(t / 0.04, 1) * np.minimum((t[-1] - t) / 0.1, 1)
        rough = 0.15 * _coloured(rng, len(t), 300, 3000)
        _add(sound, at, rng.uniform(0.5, 1) * shape * (voice / np.abs(voice).max() + rough))
        at += t[-1] + rng.uniform(0.6, 2.5)
    return Bed(np.asarray(sound, np.float32))


def babble(
    seconds: float,
    number: int,
    said: Sequence[Sound],
    voices: int = 4,
    pauses: tuple[float, float] = (0.1, 0.6),
    loud: tuple[float, float] = (0.4, 1.0),
) -> Bed:
    """`voices` people at once, each going through the sentences `said` in another order, with
    `pauses` seconds between them, at a gain in `loud`."""
    rng = np.random.default_rng(number)
    sound = np.zeros(round(seconds * RATE))
    for _ in range(voices):
        at, gain = -rng.uniform(0, 2), rng.uniform(*loud)
        while at < seconds:
            for pick in rng.permutation(len(said)):
                sentence = said[int(pick)]
                _add(sound, max(at, 0.0), gain * at_level(sentence, -20))
                at += len(sentence) / RATE + rng.uniform(*pauses)
                if at >= seconds:
                    break
    return Bed(np.asarray(sound, np.float32))


def spoken(seconds: float, number: int, lines: Mapping[str, Sound]) -> Bed:
    """The coach, line after line, as a loudspeaker plays it."""
    rng = np.random.default_rng(number)
    sound = np.zeros(round(seconds * RATE))
    texts = list(lines)
    kept = []
    at = 0.2
    while texts and at < seconds:
        text = texts[int(rng.integers(len(texts)))]
        line = lines[text]
        first = round(at * RATE)
        if first + len(line) > len(sound):
            break
        _add(sound, at, line)
        kept.append((text, first, first + len(line)))
        at += len(line) / RATE + rng.uniform(0.3, 1.5)
    return Bed(np.asarray(sound, np.float32), tuple(kept))


MADE: Mapping[str, Callable[[float, int], Bed]] = {
    "beat": beat,
    "clanks": clanks,
    "fan": fan,
    "breathing": breathing,
    "grunts": grunts,
}
"""Makers that need only a length in seconds and a seed."""


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE)) / RATE


def _add(sound: NDArray[np.float64], at: float, more: NDArray[np.floating]) -> None:
    first = round(at * RATE)
    room = max(len(sound) - first, 0)
    sound[first : first + len(more)] += more[:room]


def _coloured(rng: np.random.Generator, n: int, low: float, high: float) -> NDArray[np.float64]:
    """Noise between `low` and `high` Hz with soft edges, power 1."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    hertz = np.fft.rfftfreq(n, 1 / RATE)
    spectrum *= 1 / (1 + (low / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / high) ** 4)
    noise = np.fft.irfft(spectrum, n)
    return np.asarray(noise / max(float(noise.std()), 1e-9))
