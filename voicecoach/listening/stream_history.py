"""The last eight seconds of a microphone: its samples, and the network's frames of them.

Frames are counted from the first ever. Frame n covers sound frame n - `DELAY`, because the network
hears a little of what follows before it answers.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from .acoustics import DELAY, FRAME
from .phonemes import BLANK, WORD
from .spotter import MEMORY

BREATH, GAP = 150, 10
"""A breath is speech without a pause of `GAP` frames (0.2 s). It is followed back over at most
`BREATH` frames (3 s)."""

ROOM = 150
"""Frames (3 s) before a phrase that give the level of the room."""

LEAD, TAIL = 10, 12
"""Frames (0.2 and 0.24 s) of sound kept with a phrase, before and after it."""


class StreamHistory:
    """What is known of the stream so far. Answers depend on no later sample."""

    def __init__(self) -> None:
        self.count = 0
        """Frames so far."""
        self.pause = 0
        """Frames since the last one with speech."""
        self._frames: deque[NDArray[np.float32]] = deque(maxlen=MEMORY)
        self._sound: deque[NDArray[np.float32]] = deque(maxlen=MEMORY)
        self._levels: deque[float] = deque(maxlen=MEMORY)
        self._heard = 0
        """Sound frames so far."""

    def add_sound(self, pcm: NDArray[np.float32]) -> None:
        """Whole frames of the microphone, shape (k * `FRAME`,)."""
        frames = pcm.reshape(-1, FRAME)
        power = np.maximum(np.square(frames).mean(axis=1), 1e-12)
        self._sound.extend(frames)
        self._levels.extend(10 * np.log10(power))
        self._heard += len(frames)

    def add(self, frame: NDArray[np.float32]) -> None:
        """Log-probabilities of a frame, shape (tokens,)."""
        self._frames.append(frame)
        self.count += 1
        self.pause = 0 if _speech(frame[None])[0] > 0.5 else self.pause + 1

    def last(self, most: int) -> list[NDArray[np.float32]]:
        """The last frames, at most `most`."""
        return list(self._frames)[-most:]

    def frames(self, first: int, end: int) -> NDArray[np.float32]:
        """The frames from `first` to before `end` that are still known."""
        oldest = self.count - len(self._frames)
        return np.array(
            [self._frames[n - oldest] for n in range(max(first, oldest), min(end, self.count))]
        )

    def spoken(self, first: int, end: int) -> float:
        """Share of the frames that hold speech, 0 to 1."""
        frames = self.frames(max(0, first), end)
        return float(_speech(frames).mean()) if len(frames) else 0.0

    def breath(self, end: int, since: int) -> int:
        """The frame, `since` or later, at which the breath up to frame `end` began; at most
        `BREATH` before it."""
        oldest = self.count - len(self._frames)
        first = at = end
        while at > max(oldest, since, end - BREATH) and first - at < GAP:
            at -= 1
            if _speech(self._frames[at - oldest][None])[0] > 0.5:
                first = at
        return first

    def speech(self, first: int, end: int) -> tuple[int, int]:
        """The first of these frames with speech, and the one after the last; twice `first` if there
        is none, or if they are no longer known."""
        first = max(first, self.count - len(self._frames))
        frames = self.frames(first, end)
        said = np.flatnonzero(_speech(frames) > 0.5) if len(frames) else np.zeros(0, int)
        return (first + int(said[0]), first + int(said[-1]) + 1) if len(said) else (first, first)

    def rise(self, first: int, end: int) -> float:
        """dB by which these frames are louder than the room before them."""
        levels = np.array(self._levels)
        oldest = DELAY + self._heard - len(levels)
        first, end = max(0, first - oldest), max(1, end - oldest)
        before = levels[max(0, first - ROOM) : first]
        room = np.median(before) if len(before) > ROOM // 6 else levels[:end].min()
        return float(np.percentile(levels[first:end], 80) - room)

    def sound(self, first: int, end: int) -> NDArray[np.float32]:
        """The samples of these frames, with a little before and after them, shape (n,)."""
        sound = list(self._sound)
        oldest = self._heard - len(sound)
        first = max(0, first - DELAY - LEAD - oldest)
        end = min(end - DELAY + TAIL, self.count) - oldest
        return np.concatenate(sound[first : max(first + 1, end)])


def _speech(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probability of speech in each frame, shape (n,)."""
    return np.asarray(1 - np.exp(frames[:, BLANK]) - np.exp(frames[:, WORD]))
