"""Reads what speech engines write to disk: WAV, and AIFF on macOS, as 16-bit samples.

Not the reader for sound files in general: these files come from a known writer, and Python's own
AIFF reader was removed in Python 3.13.
"""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np

from voicecoach.pcm import Pcm


def read_recording(path: Path) -> tuple[Pcm, int]:
    """Mono samples and their rate in Hz; no samples from a truncated file.

    Raises OSError, or ValueError if it is not a 16-bit WAV or AIFF.
    """
    with path.open("rb") as file:
        if file.read(4) == b"FORM":
            return _aiff(file.read())
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2:
                raise ValueError(f"{8 * file.getsampwidth()}-bit samples in {path.name}")
            raw = file.readframes(file.getnframes())
            complete = len(raw) == 2 * file.getnframes() * file.getnchannels()
            return _mono(raw if complete else b"", "<i2", file.getnchannels()), file.getframerate()
    except EOFError:
        return np.zeros(0, np.float32), 0
    except wave.Error as fault:
        raise ValueError(f"{path.name}: {fault}") from fault


def _mono(raw: bytes, kind: str, channels: int) -> Pcm:
    frames = np.frombuffer(raw, kind).reshape(-1, channels)
    pcm: Pcm = (frames.mean(axis=1) / 32768).astype(np.float32)
    return pcm


def _aiff(body: bytes) -> tuple[Pcm, int]:
    """Parses the chunks after "FORM" (Apple, AIFF-C draft, 1991)."""
    channels = bits = rate = 0
    kind = ">i2"
    sound = b""
    at = 8
    while at + 8 <= len(body):
        name, length = struct.unpack_from(">4sI", body, at)
        chunk = body[at + 8 : at + 8 + length]
        if name == b"COMM":
            channels, _, bits = struct.unpack_from(">hIh", chunk)
            # An 80-bit float: sign and exponent in 16 bits, then a 64-bit mantissa.
            exponent, mantissa = struct.unpack_from(">HQ", chunk, 8)
            rate = round(mantissa * 2.0 ** (exponent - 16383 - 63))
            if chunk[18:22] == b"sowt":
                kind = "<i2"
        elif name == b"SSND":
            (offset,) = struct.unpack_from(">I", chunk)
            sound = chunk[8 + offset :]
        at += 8 + length + length % 2
    if bits != 16 or channels < 1:
        raise ValueError(f"an AIFF file of {channels} channels with {bits} bits")
    return _mono(sound[: len(sound) // (2 * channels) * 2 * channels], kind, channels), rate
