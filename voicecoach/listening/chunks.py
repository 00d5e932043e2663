"""Cuts a stream into the same chunks, whatever blocks it arrives in."""

from __future__ import annotations

import numpy as np

from voicecoach.pcm import Pcm

from .recogniser import OUTPUT_PER_INPUT

Chunk = tuple[Pcm, int]
"""Microphone samples, and the output sample at which the first of them was heard."""


class Chunks:
    """Chunks are counted from the first sample ever fed, so that nothing decided per chunk depends
    on the blocks."""

    def __init__(self, size: int) -> None:
        """`size`: microphone samples per chunk."""
        self._size = size
        self._rest = np.zeros(0, np.float32)
        self._rest_at = 0

    def feed(self, pcm: Pcm, at: int) -> list[Chunk]:
        """The chunks that a block of shape (n,), any n, completes. `at`: the output sample at which
        its first sample was heard. The time of each chunk is that of its own first sample."""
        if len(self._rest) == 0:
            self._rest_at = at
        before = len(self._rest)
        samples = np.concatenate([self._rest, pcm])
        whole = len(samples) // self._size * self._size
        starts = range(0, whole, self._size)
        chunks = [(samples[n : n + self._size], self._heard_at(n, before, at)) for n in starts]
        self._rest_at = self._heard_at(whole, before, at)
        self._rest = samples[whole:]
        return chunks

    def _heard_at(self, n: int, before: int, at: int) -> int:
        """When sample `n` was heard, if a block that began at `at` follows `before` samples."""
        return self._rest_at if n == 0 else at + OUTPUT_PER_INPUT * (n - before)

    def rest(self) -> list[Chunk]:
        """The rest at the end of the stream, shorter than a chunk; empty if nothing is left."""
        rest, self._rest = self._rest, np.zeros(0, np.float32)
        return [(rest, self._rest_at)] if len(rest) else []
