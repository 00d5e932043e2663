"""Sound as it comes from real gear: earbuds in a call, radio that loses packets, hum.

CVSD is what an earbud without wide band speech sends at 8 kHz: a bit for each of 64,000 samples a
second, whose step grows while the bits repeat (Bluetooth core specification, vol. 2, part B, 9.2).
mSBC (16 kHz) is the real codec if BlueZ's `sbcenc` and `sbcdec` are installed (Debian: sbc-tools);
without them, nothing stands in. Each packet holds 7.5 ms.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import soundfile
import soxr

from benchmarks.commands.noises import Sound, at_level
from tests.support.natural_speech import RATE

PACKET = RATE * 75 // 10_000
"""Samples in a packet: 7.5 ms at 16 kHz."""
LOST = 0.1
"""Share of the packets that are lost."""
HUM = -40.0
"""Level of the hum in dBFS: 14 dB below speech, so that everybody would notice it."""
_SPEECH = -26.0

_AU_HEADER = 24
"""Bytes."""
_NARROW, _BITS = 8_000, 64_000
"""Hz of an earbud's call, and bits a second of CVSD."""
_LEAST, _MOST = 10.0, 1280.0
"""Smallest and largest step of CVSD, in 16-bit steps."""
_STEP_DECAY, _DECAY = 1 - 1 / 1024, 1 - 1 / 32
"""How fast the step and the accumulator fall back."""
_AGREE = 4
"""So many equal bits make the step grow."""


def narrow(sound: Sound) -> Sound:
    """As a card that runs at 8 kHz gives it."""
    return _wide(soxr.resample(sound, RATE, _NARROW))


def cvsd(sound: Sound) -> Sound:
    """Through CVSD and back, at 8 kHz, as an earbud's call."""
    at_bits = soxr.resample(soxr.resample(sound, RATE, _NARROW), _NARROW, _BITS)
    coded = _cvsd(at_bits.astype(np.float64) * 32767) / 32767
    return _wide(soxr.resample(coded.astype(np.float32), _BITS, _NARROW))


def _cvsd(
    wave: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What the decoder makes of the bits for `wave`, both in 16-bit steps at 64 kHz."""
    out = np.empty_like(wave)
    estimate, step, history = 0.0, _LEAST, 0
    for n, value in enumerate(wave.tolist()):
        up = value >= estimate
        history = (history << 1 | up) & ((1 << _AGREE) - 1)
        if history in (0, (1 << _AGREE) - 1):
            step = min(step + _LEAST, _MOST)
        else:
            step = max(step * _STEP_DECAY, _LEAST)
        estimate = min(max((estimate + (step if up else -step)), -32768.0), 32767.0)
        out[n] = estimate
        estimate *= _DECAY
    return out


def can_msbc() -> bool:
    return all(map(shutil.which, ("sbcenc", "sbcdec")))


def msbc(sound: Sound) -> Sound:
    """Through BlueZ's mSBC and back, 16 kHz."""
    with tempfile.TemporaryDirectory() as name:
        plain, coded, back = (Path(name) / each for each in ("a.au", "a.msbc", "b.au"))
        soundfile.write(plain, sound, RATE, subtype="PCM_16", format="AU", endian="BIG")
        with coded.open("wb") as file:
            subprocess.run(["sbcenc", "-m", str(plain)], stdout=file, check=True)
        subprocess.run(["sbcdec", "-m", "-f", str(back), str(coded)], check=True)
        # Its header says that it is empty.
        heard = np.frombuffer(back.read_bytes()[_AU_HEADER:], ">i2")
    return heard.astype(np.float32) / np.float32(32768)


def hum(sound: Sound, hertz: float = 50.0) -> Sound:
    """With the mains in it: 50 or 60 Hz and its even multiples, as from a bad ground."""
    t = np.arange(len(sound)) / RATE
    buzz = sum(np.sin(2 * np.pi * hertz * k * t + k) / k for k in (1, 2, 3, 4, 6))
    gain = 10 ** (HUM / 20) / float(np.std(buzz))
    return np.asarray(at_level(sound, _SPEECH) + gain * buzz, np.float32)


def zeroed(sound: Sound) -> Sound:
    """A tenth of its packets lost, with silence in their place."""
    return _lost(sound, repeat=False)


def repeated(sound: Sound) -> Sound:
    """A tenth of its packets lost, with the packet before in their place."""
    return _lost(sound, repeat=True)


def _lost(sound: Sound, repeat: bool) -> Sound:
    packets = np.resize(sound, (-(-len(sound) // PACKET), PACKET)).copy()
    packets.reshape(-1)[len(sound) :] = 0
    lost = np.random.default_rng(len(sound)).random(len(packets)) < LOST
    for n in np.flatnonzero(lost):
        packets[n] = packets[n - 1] if repeat and n else 0.0
    return np.asarray(packets.reshape(-1)[: len(sound)], np.float32)


def _wide(sound: Sound) -> Sound:
    return np.asarray(soxr.resample(sound, _NARROW, RATE), np.float32)


KINDS: Mapping[str, Callable[[Sound], Sound]] = MappingProxyType(
    {
        "8 kHz": narrow,
        "CVSD": cvsd,
        **({"mSBC": msbc} if can_msbc() else {}),
        "hum 50 Hz": hum,
        "hum 60 Hz": lambda sound: hum(sound, 60.0),
        "a tenth lost": zeroed,
        "a tenth repeated": repeated,
    }
)
"""What is done to a clip, by kind. Clipped and quiet speech are among `effort.KINDS`."""
