"""Detects a dead microphone. A quiet room never counts as one.

A connected microphone always gives some noise. Exact zeros for longer than a breath mean that it is
muted, unplugged or not connected. One thing looks the same: a headset or a sound server with a
noise gate, which gives zeros between words. A command understood among such zeros proves the gate;
from then on, only a long silence is worth a warning.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..core.events import HearingBack, HearingLost
from ..core.plan import SAMPLE_RATE

ZEROS_MEAN_DEAF = SAMPLE_RATE * 750 // 1000
"""Output samples of exact zeros after which the coach says so. The design allows two seconds from
the silence to the word; this leaves one second to find room, and a quarter for device buffers."""

GATED_ZEROS_MEAN_DEAF = 60 * SAMPLE_RATE
"""The same behind a noise gate: a lifter may well say nothing for half a minute."""

SOUND_MEANS_BACK = SAMPLE_RATE // 2
"""Output samples of uninterrupted signal after which hearing counts as restored."""

SHORTEST_WORD = SAMPLE_RATE // 10
"""Output samples of sound in the shortest command."""

ONE_PIECE = 3 * SAMPLE_RATE
"""Output samples of uninterrupted signal, longer than any command, that no gate lets through."""


class SilenceWatch:
    """Watches the microphone's samples. Time passes only by what is fed."""

    def __init__(self, deaf: bool = False) -> None:
        """`deaf`: start deaf, until there is sound."""
        self._silent = 0
        self._sounding = 0
        """Length of the last stretch of sound."""
        self._deaf = deaf
        self._zeros_seen = False
        self._gated = False

    def feed(self, pcm: NDArray[np.float32], lasting: int) -> HearingLost | HearingBack | None:
        """Take `pcm`, which lasts `lasting` output samples. Returns what it changes, if
        anything."""
        if pcm.any():
            if self._silent:
                self._sounding = 0
            self._sounding += lasting
            self._silent = 0
            if self._sounding >= ONE_PIECE:
                self._zeros_seen = False
            if self._deaf and self._sounding >= SOUND_MEANS_BACK:
                self._deaf = False
                return HearingBack()
            return None
        self._silent += lasting
        limit = GATED_ZEROS_MEAN_DEAF if self._gated else ZEROS_MEAN_DEAF
        if self._silent >= ZEROS_MEAN_DEAF // 4:
            self._zeros_seen = True
        if not self._deaf and self._silent >= limit:
            self._deaf = True
            return HearingLost("the microphone gives digital silence")
        return None

    @property
    def deaf(self) -> bool:
        """True if nothing was heard for too long."""
        return self._deaf

    def understood(self, since: int) -> HearingBack | None:
        """A command was accepted that began `since` output samples ago. If there was sound since,
        the microphone works, and earlier zeros came from a gate."""
        if self._silent >= since or self._sounding < SHORTEST_WORD:
            return None  # only sound proves a microphone
        if self._zeros_seen:
            self._gated = True
        self._silent = 0
        if self._deaf:
            self._deaf = False
            return HearingBack()
        return None
