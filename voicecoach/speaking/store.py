"""Finished clips on disk, so that a second start speaks at once.

One file a clip: a mark, a checksum of what follows, the beat, and 16-bit samples at
48 kHz. What was not used for longest goes when they take too much room. A cache is never
a reason to fail: what cannot be read is as good as not there, and what cannot be written
is not written.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import time
from pathlib import Path

import numpy as np

from voicecoach.pcm import Pcm, to_int16

from .mastering import from_steps

VERSION = 1
"""To be raised with every change to how clips are finished or their beats found."""

ROOM = 300_000_000
"""Bytes that the clips may take: some two thousand lines. A leg press set takes 25 million."""

_FRESH = 86_400.0
"""Seconds after which a use is noted again: not each one is worth a write to a memory card."""

_MARK = b"voicecoach clip\n"
_DIGEST = 32


class ClipStore:
    """The clips in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, voice: str, text: str) -> tuple[Pcm, int] | None:
        """Samples and beat of `text` in the voice of that name; None if not kept or damaged."""
        path = self.path(voice, text)
        try:
            whole = path.read_bytes()
        except OSError:
            return None
        digest = whole[len(_MARK) : len(_MARK) + _DIGEST]
        body = whole[len(_MARK) + _DIGEST :]
        if not whole.startswith(_MARK) or hashlib.sha256(body).digest() != digest:
            return None
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _FRESH:
                os.utime(path)
        (beat,) = struct.unpack_from("<I", body)
        return from_steps(np.frombuffer(body, "<i2", offset=4)), beat

    def extent(self, voice: str, text: str) -> tuple[int, int] | None:
        """Length and beat of a clip that is kept, both in samples, without reading its sound."""
        head = len(_MARK) + _DIGEST
        try:
            with self.path(voice, text).open("rb") as file:
                begins = file.read(head + 4)
                size = os.fstat(file.fileno()).st_size
        except OSError:
            return None
        if not begins.startswith(_MARK) or len(begins) < head + 4:
            return None
        (beat,) = struct.unpack_from("<I", begins, head)
        return (size - head - 4) // 2, beat

    def save(self, voice: str, text: str, pcm: Pcm, beat: int) -> None:
        """Keep a clip; a half-written one is never seen under its name."""
        body = struct.pack("<I", beat) + to_int16(pcm).tobytes()
        path = self.path(voice, text)
        partial = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(_MARK + hashlib.sha256(body).digest() + body)
            partial.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)

    def trim(self, room: int = ROOM) -> None:
        """Take out what was not used for longest, until `room` bytes are enough."""
        kept = []
        for path in (*self.folder.glob("*.clip"), *self.folder.glob("*.part")):
            with contextlib.suppress(OSError):
                known = path.stat()
                kept.append((known.st_mtime, known.st_size, path))
        taken = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if taken <= room:
                return
            with contextlib.suppress(OSError):
                path.unlink()
                taken -= size

    def path(self, voice: str, text: str) -> Path:
        """Where that clip is kept."""
        key = "\0".join((str(VERSION), voice, text))
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.clip"
