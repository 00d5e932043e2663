"""A ring buffer of samples between a sound card's callback and the rest of the program.

One thread writes, another reads; neither waits for the other, and nothing is allocated after the
beginning. Each side moves only its own counter, and only after the samples are in place, so no
lock is needed.
"""

from __future__ import annotations

import numpy as np

from voicecoach.pcm import Pcm


class Ring:
    """Mono float32 samples, first in, first out, for one writer and one reader."""

    def __init__(self, size: int) -> None:
        """`size`: its capacity in samples."""
        self._samples = np.zeros(size, np.float32)
        self.written = 0
        """Samples written so far."""
        self.read = 0
        """Samples read so far."""

    @property
    def filled(self) -> int:
        """Samples that wait to be read."""
        # If `drop` interrupts a read, the reader may be ahead for a moment.
        return max(0, self.written - self.read)

    def write(self, pcm: Pcm) -> int:
        """Take as much of `pcm` as fits; returns the number of samples."""
        size = len(self._samples)
        n = min(len(pcm), size - self.filled)
        start = self.written % size
        first = min(n, size - start)
        self._samples[start : start + first] = pcm[:first]
        self._samples[: n - first] = pcm[first:n]
        self.written += n
        return n

    def read_into(self, out: Pcm) -> int:
        """Fill `out` from its beginning with what there is; returns the number of samples."""
        size = len(self._samples)
        n = min(len(out), self.filled)
        start = self.read % size
        first = min(n, size - start)
        out[:first] = self._samples[start : start + first]
        out[first:n] = self._samples[: n - first]
        self.read += n
        return n

    def drop(self, fade: int, bridge: int) -> None:
        """Fade what waits within `fade` samples and drop the rest, except `bridge` samples of
        silence until more is written.

        Called by the writer. What the reader takes meanwhile may miss the fade; it is faded or
        not, never garbled.
        """
        begin = self.read
        end = min(self.written, begin + fade + bridge)
        positions = np.arange(begin, end)
        gain = np.clip(1 - (positions - begin) / max(1, fade), 0, 1).astype(np.float32)
        self._samples[positions % len(self._samples)] *= gain
        # The reader may already be further than what is left for it.
        self.written = max(end, self.read)
