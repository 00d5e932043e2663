"""The mixer: clips at exact samples, cut with a short fade, under a ceiling.

All positions are absolute output samples (48 kHz, mono), counted from the first sample rendered.
The output depends only on what was played, cut and made louder or softer where, never on the block
size: each sample is the sum of the same products in the same order (that in which the clips
begin), and fades are looked up by absolute position. Not safe for two threads at once.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from voicecoach.pcm import Pcm

CEILING = -1.0
"""dBFS. No output sample is ever louder. A hard clip, because it must hold for anything; speech is
levelled to peaks of -3 dBFS, so alone it never reaches this."""

FADE = 960
"""Samples (20 ms): long enough to avoid a click, short enough to be silent at once."""


GLIDE = 4800
"""Samples (100 ms) over which everything gets louder or softer, without an audible step."""


@lru_cache(maxsize=8)
def _fade_out(length: int) -> Pcm:
    """A raised cosine from just below 1 to 0, shape (length,)."""
    steps = np.arange(1, length + 1) / length
    curve: Pcm = (0.5 + 0.5 * np.cos(np.pi * steps)).astype(np.float32)
    curve.flags.writeable = False
    return curve


@dataclass(slots=True)
class _Playing:
    """A clip, from the request until its last sample is out."""

    id: int
    pcm: Pcm
    at: int
    """Its first sample."""
    end: int
    """One past its last sample, with or without a cut."""
    gain: np.float32
    cut: int | None = None
    """Where its fade begins."""
    fade: int = 0

    def add_to(self, block: Pcm, origin: int) -> None:
        """Add the part of this clip that is in `block`, which begins at `origin`."""
        first = max(self.at, origin)
        last = min(self.end, origin + len(block))
        if first >= last:
            return
        part = self.pcm[first - self.at : last - self.at]
        if self.gain != 1.0:
            part = part * self.gain
        if self.cut is not None and last > self.cut:
            faded = max(first, self.cut)
            curve = _fade_out(self.fade)[faded - self.cut : last - self.cut]
            part = np.concatenate((part[: faded - first], part[faded - first :] * curve))
        block[first - origin : last - origin] += part


@dataclass(frozen=True, slots=True)
class _Level:
    """The gain of everything: it glides from `start` to `goal`, and stays there."""

    at: int
    """The first sample of the glide."""
    start: np.float32
    goal: np.float32

    def over(self, first: int, last: int) -> np.float32 | Pcm:
        """The gain of samples `first` to `last`, none of them before `at`."""
        way = _fade_out(GLIDE)[first - self.at : last - self.at]
        if not len(way):
            return self.goal
        gains = np.full(last - first, self.goal)
        gains[: len(way)] += (self.start - self.goal) * way
        return gains


class Mixer:
    """Adds clips into one mono stream of float32 at 48 kHz."""

    def __init__(self, ceiling: float = CEILING) -> None:
        """`ceiling` in dBFS, at most 0 (ValueError)."""
        if not ceiling <= 0.0:
            raise ValueError(f"a ceiling of {ceiling} dBFS: 0 or less would be right")
        self._ceiling = np.float32(10 ** (ceiling / 20))
        self._position = 0
        self._next_id = 0
        self._waiting: list[tuple[int, int]] = []
        """A heap of (first sample, id). Clips cut before they began stay in it, without effect."""
        self._clips: dict[int, _Playing] = {}
        """All clips that wait or sound."""
        self._sounding: list[_Playing] = []
        """Ordered by their first sample, then by id."""
        self._levels = deque([_Level(-GLIDE, np.float32(1.0), np.float32(1.0))])
        """The current one, and those to come."""

    @property
    def position(self) -> int:
        """The next sample to be rendered."""
        return self._position

    def play(self, pcm: Pcm, at: int, gain: float = 1.0) -> int:
        """Play `pcm` from sample `at`; returns the id to cut it by.

        The array is shared, not copied, and never modified: don't change it until it has been
        played. Raises ValueError if `at` has been rendered already, or if `pcm` is not a finite
        one-dimensional float32 array.
        """
        if at < self._position:
            raise ValueError(f"sample {at} is in the past, {self._position} comes next")
        if pcm.ndim != 1 or pcm.dtype != np.float32 or not np.isfinite(pcm).all():
            raise ValueError("a clip is a one-dimensional float32 array of finite samples")
        if not np.isfinite(gain):
            raise ValueError(f"a gain of {gain}: a finite number would be right")
        id = self._next_id
        self._next_id += 1
        self._clips[id] = _Playing(id, pcm, at, at + len(pcm), np.float32(gain))
        heapq.heappush(self._waiting, (at, id))
        return id

    def cut(self, id: int, at: int, fade: int = FADE) -> None:
        """End clip `id` with a fade of `fade` samples that begins at sample `at`.

        A clip that begins at `at` or later is not heard at all. A clip that has ended stays ended,
        and of two cuts the earlier one wins. Raises ValueError if `at` has been rendered already,
        if no such clip was ever played, or if `fade` is negative.
        """
        if at < self._position:
            raise ValueError(f"sample {at} is in the past, {self._position} comes next")
        if not 0 <= id < self._next_id:
            raise ValueError(f"no clip {id} was ever played")
        if fade < 0:
            raise ValueError(f"a fade of {fade} samples: 0 or more would be right")
        clip = self._clips.get(id)
        if clip is None or at >= clip.end or (clip.cut is not None and at >= clip.cut):
            return
        if at <= clip.at:
            # Nothing of it was rendered, because `at` is not in the past.
            clip.end = clip.at
            return
        clip.cut = at
        clip.fade = fade
        clip.end = min(clip.at + len(clip.pcm), at + fade)

    def forget_begun(self) -> None:
        """Silence all clips that have begun, from the next sample on and without a fade. Clips that
        begin with that sample or later are heard."""
        for clip in self._sounding:
            clip.end = self._position

    def level(self, gain: float, at: int) -> None:
        """From sample `at` on, glide to `gain` for everything (1 is unchanged), below the ceiling.

        It replaces glides that begin at `at` or later. Raises ValueError if `at` has been rendered
        already or `gain` is not a positive number: a coach is never silent.
        """
        if at < self._position:
            raise ValueError(f"sample {at} is in the past, {self._position} comes next")
        if not 0 < gain < float("inf"):
            raise ValueError(f"a gain of {gain}: a number above 0 would be right")
        while len(self._levels) > 1 and self._levels[-1].at >= at:
            self._levels.pop()
        before = self._levels[-1].over(at, at + 1)
        start = before if isinstance(before, np.float32) else before[0]
        self._levels.append(_Level(at, start, np.float32(gain)))

    def _adjust(self, block: Pcm, origin: int) -> None:
        """Apply the gain of everything to `block`, which begins at `origin`."""
        end = origin + len(block)
        while len(self._levels) > 1 and self._levels[1].at < origin:
            self._levels.popleft()
        if len(self._levels) == 1 and self._levels[0].start == self._levels[0].goal == 1.0:
            return
        following = [level.at for level in self._levels][1:]
        for level, until in zip(self._levels, [*following, end], strict=True):
            first, last = max(level.at, origin), min(until, end)
            if first < last:
                block[first - origin : last - origin] *= level.over(first, last)

    def render(self, n: int) -> Pcm:
        """The next `n` samples, in a new array; time moves on by `n`.

        Raises ValueError for a negative `n`.
        """
        if n < 0:
            raise ValueError(f"{n} samples: 0 or more would be right")
        origin = self._position
        end = self._position = origin + n
        block = np.zeros(n, np.float32)
        while self._waiting and self._waiting[0][0] < end:
            _, id = heapq.heappop(self._waiting)
            self._sounding.append(self._clips[id])
        if not self._sounding:
            return block
        for clip in self._sounding:
            clip.add_to(block, origin)
        self._adjust(block, origin)
        # The same as `np.clip`, which is slower for so few samples.
        np.minimum(block, self._ceiling, out=block)
        np.maximum(block, -self._ceiling, out=block)
        if any(clip.end <= end for clip in self._sounding):
            for clip in self._sounding:
                if clip.end <= end:
                    del self._clips[clip.id]
            self._sounding = [clip for clip in self._sounding if clip.end > end]
        return block
