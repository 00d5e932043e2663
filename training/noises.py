"""Gym noises, rooms and microphones, made from a random generator."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, lfilter, sosfilt

from training.sounds import RATE

Sound = NDArray[np.float32]
Rng = np.random.Generator


def level(sound: Sound) -> float:
    """RMS while something sounds in it: frames 30 dB below the loudest do not count."""
    frames = len(sound) // 320
    if not frames:
        return 1e-4
    power = (sound[: frames * 320].reshape(frames, 320) ** 2).mean(1)
    return float(np.sqrt(power[power >= power.max() / 1000].mean())) + 1e-6


def coloured(rng: Rng, n: int) -> Sound:
    """Noise in a random band: fans, treadmills, air, a rush of any kind."""
    low = float(np.exp(rng.uniform(np.log(40), np.log(1500))))
    high = min(7800.0, low * float(np.exp(rng.uniform(0.7, 4))))
    sos = butter(int(rng.integers(1, 3)), [low, high], "bandpass", fs=RATE, output="sos")
    rush = sosfilt(sos, rng.standard_normal(n))
    if rng.random() < 0.5:
        t = np.arange(n) / RATE
        rush *= 1 + rng.uniform(0, 0.6) * np.sin(2 * np.pi * rng.uniform(3, 40) * t)
        hum = rng.choice([50.0, 60.0]) * rng.uniform(0.9, 2)
        for k in range(1, 6):
            rush += rush.std() * rng.uniform(0, 1 / k) * np.sin(2 * np.pi * hum * k * t)
    return np.asarray(rush, np.float32)


def _put(sound: NDArray[np.float64], at: int, piece: NDArray[np.float64]) -> None:
    first, end = max(0, at), min(len(sound), at + len(piece))
    if end > first:
        sound[first:end] += piece[first - at : end - at]


def blows(rng: Rng, n: int) -> Sound:
    """Plates, stacks and dumb-bells put down."""
    out = 0.003 * rng.standard_normal(n)
    at = int(rng.uniform(0, RATE / 2))
    while at < n:
        t = np.arange(round(rng.uniform(0.05, 0.9) * RATE)) / RATE
        blow = np.zeros(len(t))
        for _ in range(int(rng.integers(2, 12))):
            tone = np.exp(rng.uniform(np.log(80), np.log(7000)))
            blow += rng.random() * np.sin(2 * np.pi * tone * t) * np.exp(-t * rng.uniform(5, 60))
        blow[:200] += rng.uniform(0, 4) * rng.standard_normal(len(blow[:200]))
        _put(out, at, rng.uniform(0.2, 1) * blow)
        at += int((rng.exponential(0.9) + 0.08) * RATE)
    return np.asarray(out, np.float32)


def beat(rng: Rng, n: int) -> Sound:
    """Drums and a bass, with or without chords, at any tempo."""
    out = np.zeros(n)
    step = 60 / rng.uniform(80, 180) / 2
    low, bright = rng.uniform(35, 110), rng.uniform(30, 120)
    roots = low * 2 ** (rng.integers(0, 12, 4) / 12)
    chords, hats = rng.uniform(0, 0.4), rng.uniform(0, 0.5)
    drum, bass = rng.uniform(0.3, 1), rng.uniform(0, 0.6)
    shift = rng.uniform(0, 8 * step)
    long = np.arange(round(step * RATE)) / RATE
    for k in range(int((n / RATE + shift) / step) + 1):
        at = round((k * step - shift) * RATE)
        root = roots[k // 8 % 4]
        if k % 2 == 0:
            t = np.arange(round(0.22 * RATE)) / RATE
            sweep = 2 * np.pi * (45 * t + 12 * (1 - np.exp(-t * 25)))
            _put(out, at, drum * np.sin(sweep) * np.exp(-t * rng.uniform(10, 18)))
        if k % 2 or rng.random() < 0.2:
            t = np.arange(round(0.06 * RATE)) / RATE
            _put(out, at, hats * rng.standard_normal(len(t)) * np.exp(-t * bright))
        if k % 4 == 2:
            t = np.arange(round(0.15 * RATE)) / RATE
            snare = rng.standard_normal(len(t)) + np.sin(2 * np.pi * 190 * t)
            _put(out, at, 0.6 * drum * snare * np.exp(-t * 25))
        wave = np.sin(2 * np.pi * root * long)
        _put(out, at, bass * np.sign(wave) * np.exp(-long * 4))
        for part in (4, 5, 6):
            tone = np.sin(2 * np.pi * root * part * long + part)
            _put(out, at, chords / 3 * np.sign(tone) * np.abs(tone) ** 0.5)
    return np.asarray(out + 1e-4 * rng.standard_normal(n), np.float32)


def tune(rng: Rng, n: int) -> Sound:
    """Instruments that play notes of a scale, struck or sustained, alone or over a beat."""
    out = np.zeros(n)
    scale = np.array([0, 2, 4, 5, 7, 9, 11] if rng.random() < 0.5 else [0, 2, 3, 5, 7, 8, 10])
    key = rng.uniform(0, 12)
    step = 60 / rng.uniform(70, 180) / rng.choice([1, 2, 2, 3, 4])
    for _ in range(int(rng.integers(1, 5))):
        octave = 55 * 2 ** ((key + 12 * rng.integers(0, 5)) / 12)
        parts = int(rng.integers(1, 12))
        bright, uneven = rng.uniform(0.3, 2.0), rng.uniform(0, 0.02)
        fade, soft = float(np.exp(rng.uniform(np.log(0.8), np.log(14)))), rng.uniform(0.002, 0.08)
        wave, busy = rng.uniform(0, 0.01), rng.uniform(0.3, 1)
        at, loud = -rng.uniform(0, step), rng.uniform(0.3, 1)
        degree = int(rng.integers(0, 7))
        while at < n / RATE:
            long = step * int(rng.choice([1, 1, 2, 2, 3, 4]))
            if rng.random() < busy:
                degree = int(np.clip(degree + rng.integers(-3, 4), 0, 13))
                pitch = octave * 2 ** ((scale[degree % 7] + 12 * (degree // 7)) / 12)
                t = np.arange(round(min(long * 1.5, 3.0) * RATE)) / RATE
                phase = 2 * np.pi * pitch * (t + wave * np.sin(2 * np.pi * 5.5 * t) / 35)
                note = np.zeros(len(t))
                for part in range(1, parts + 1):
                    if pitch * part < 7500:
                        tone = np.sin(phase * part * (1 + uneven * part))
                        note += part**-bright * tone * np.exp(-t * fade * part**0.3)
                note *= np.minimum(1, t / soft) * np.minimum(1, (t[-1] - t) / 0.03)
                _put(out, round(at * RATE), loud * note)
            at += long
    if rng.random() < 0.6:
        drums = beat(rng, n)
        out = out / (level(np.asarray(out, np.float32)) + 1e-9)
        out += rng.uniform(0.2, 1.5) * drums / level(drums)
    return np.asarray(out + 1e-4 * rng.standard_normal(n), np.float32)


def breath(rng: Rng, n: int) -> Sound:
    """Out of breath: in, out, in."""
    out = np.zeros(n)
    at = int(rng.uniform(-0.5, 0.8) * RATE)
    into = rng.random() < 0.5
    while at < n:
        length = round(rng.uniform(0.25, 1.3) * RATE)
        band = (500, 5000) if into else (200, 2600)
        low, high = band[0] * rng.uniform(0.6, 1.6), band[1] * rng.uniform(0.6, 1.4)
        sos = butter(1, [low, min(high, 7900)], "bandpass", fs=RATE, output="sos")
        rush = sosfilt(sos, rng.standard_normal(length))
        shape = np.sin(np.linspace(0, np.pi, length)) ** rng.uniform(0.7, 2)
        _put(out, at, rush * shape * rng.uniform(0.4, 1))
        at += length + int(rng.uniform(0.05, 0.8) * RATE)
        into = not into
    return np.asarray(out + 1e-4 * rng.standard_normal(n), np.float32)


def groans(rng: Rng, n: int) -> Sound:
    """Effort without words: voiced, through one vowel."""
    out = 0.002 * rng.standard_normal(n)
    at = int(rng.uniform(0, 1.5) * RATE)
    while at < n:
        t = np.arange(round(rng.uniform(0.2, 1.2) * RATE)) / RATE
        bend = 1 + rng.uniform(-0.4, 0.2) * t / t[-1] + 0.02 * rng.standard_normal()
        pitch = rng.uniform(80, 300)
        phase = 2 * np.pi * np.cumsum(pitch * bend) / RATE
        first, second = rng.uniform(350, 850), rng.uniform(800, 1800)
        voice = 0.1 * rng.standard_normal(len(t))
        for k in range(1, max(2, int(4000 / pitch))):
            tone = k * pitch
            gain = 1 / (1 + ((tone - first) / 120) ** 2) + 0.5 / (1 + ((tone - second) / 160) ** 2)
            voice += gain * np.sin(k * phase) / k**0.3
        edge = np.minimum(1, np.minimum(t, t[-1] - t) / rng.uniform(0.02, 0.15))
        _put(out, at, voice * edge * rng.uniform(0.4, 1) / (np.abs(voice).max() + 1e-9))
        at += len(t) + int(rng.uniform(0.4, 2.5) * RATE)
    return np.asarray(out, np.float32)


MADE: Sequence[Callable[[Rng, int], Sound]] = (coloured, blows, beat, tune, tune, breath, groans)


def room(rng: Rng, near: bool) -> Sound:
    """An impulse response: the direct path, some first reflections, and a decaying tail."""
    decay = rng.uniform(0.08, 0.35) if near else rng.uniform(0.2, 0.9)
    n = round(min(decay, 0.5) * RATE)
    t = np.arange(n) / RATE
    tail = rng.standard_normal(n) * np.exp(-6.9 * t / decay)
    tail = lfilter([1, rng.uniform(-0.3, 0.6)], [1], tail)
    tail[: round(rng.uniform(0.001, 0.012) * RATE)] = 0
    early = np.zeros(n)
    for _ in range(int(rng.integers(2, 8))):
        early[int(rng.uniform(0.001, 0.03) * RATE)] += rng.uniform(-0.5, 0.5)
    ratio = 10 ** (rng.uniform(0, 16) / 20) if near else 10 ** (rng.uniform(-8, 6) / 20)
    tail *= 1 / (ratio * np.sqrt((tail**2).sum()) + 1e-9)
    out = tail + early * rng.uniform(0, 0.8)
    out[0] += 1
    return np.asarray(out, np.float32)


def reverberate(sound: Sound, response: Sound) -> Sound:
    """`sound` in a room, at the same time."""
    return np.asarray(fftconvolve(sound, response)[: len(sound)], np.float32)


def microphone(rng: Rng, sound: Sound) -> Sound:
    """Another microphone: a spectral tilt, and a bump or a hole."""
    tilt = rng.uniform(-0.6, 0.75)
    out = lfilter([1, -tilt], [1], sound)
    if rng.random() < 0.5:
        edges = np.sort(np.exp(rng.uniform(np.log(100), np.log(7000), 2)))
        if edges[1] > 1.2 * edges[0]:
            sos = butter(1, edges, "bandpass", fs=RATE, output="sos")
            out = out + rng.uniform(-0.7, 2) * sosfilt(sos, out)
    return np.asarray(out, np.float32)


_CODECS = (
    *(("WAV", "GSM610", 8000), ("WAV", "ULAW", 8000), ("WAV", "ALAW", 8000)),
    *(("WAV", "IMA_ADPCM", 8000), ("WAV", "IMA_ADPCM", 16000), ("AU", "G721_32", 8000)),
    *(("AU", "G723_24", 8000), ("AU", "G721_32", 16000), ("AU", "G723_24", 16000)),
    *(("OGG", "OPUS", 16000), ("OGG", "VORBIS", 16000)),
)


def codec(rng: Rng, sound: Sound) -> Sound:
    """Through a telephone, headset or lossy file, as far as libsndfile has the codec.

    The delta codecs stand for CVSD and ADPCM at 16 kHz for mSBC, which libsndfile lacks.
    """
    kind, coding, rate = _CODECS[int(rng.integers(len(_CODECS)))]
    narrow = np.asarray(soxr.resample(sound, RATE, rate), np.float32) if rate != RATE else sound
    if rate == 8000 and rng.random() < 0.7:
        edges = [rng.uniform(100, 350), rng.uniform(3000, 3700)]
        narrow = sosfilt(butter(2, edges, "bandpass", fs=rate, output="sos"), narrow)
    stored = io.BytesIO()
    narrow = np.clip(narrow, -0.99, 0.99)
    soundfile.write(stored, narrow, rate, format=kind, subtype=coding)
    stored.seek(0)
    heard = soundfile.read(stored, dtype="float32")[0]
    heard = np.pad(heard, (0, max(0, len(narrow) - len(heard))))[: len(narrow)]
    if rate != RATE:
        heard = soxr.resample(heard, rate, RATE)
    return np.asarray(np.pad(heard, (0, max(0, len(sound) - len(heard))))[: len(sound)], np.float32)
