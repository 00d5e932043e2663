"""Finished clips on disk, so that the next start speaks at once.

One file per clip: a magic number, a checksum of what follows, the beat, and 16-bit samples at 48
kHz. When they take too much space, the least recently used ones are deleted. A cache is never a
reason to fail: a file that can't be read counts as missing, and one that can't be written is
skipped. The clips are their owner's alone: some of them say what somebody lifted, or felt.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import time
from pathlib import Path

import numpy as np

from voicecoach import private
from voicecoach.pcm import Pcm, to_int16

from .mastering import from_steps

VERSION = 1
"""Increase it with every change to how clips are finished or their beats found."""

ROOM = 300_000_000
"""Bytes for all clips: some two thousand lines. A leg press set takes 25 million."""

_FRESH = 86_400.0
"""Seconds after which a use is recorded again, to spare a memory card the writes."""

_MARK = b"voicecoach clip\n"
_DIGEST = 32


class ClipStore:
    """The clips in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, voice: str, text: str) -> tuple[Pcm, int] | None:
        """Samples and beat of `text` in the voice of that name; None if missing or damaged."""
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
        """Length and beat of a cached clip, both in samples, without reading its sound."""
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
        """Save a clip; a half-written one never appears under its name."""
        body = struct.pack("<I", beat) + to_int16(pcm).tobytes()
        path = self.path(voice, text)
        partial = path.with_suffix(f".{os.getpid()}.part")
        try:
            private.make_folder(self.folder)
            with open(partial, "wb", opener=private.opener) as file:
                file.write(_MARK + hashlib.sha256(body).digest() + body)
            partial.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)

    def trim(self, room: int = ROOM) -> None:
        """Delete the least recently used clips until the rest fits into `room` bytes."""
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
        """The clip's file."""
        key = "\0".join((str(VERSION), voice, text))
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.clip"
