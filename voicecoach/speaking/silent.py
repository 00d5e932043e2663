"""A voice without sound, for tests and rehearsals.

Every text lasts as long as a voice would take for it, so a session can run, be planned and be read
without a synthesiser.
"""

from __future__ import annotations

import numpy as np

from voicecoach.core.plan import CueClass, samples

from .clips import Clip


class SilentClips:
    """Replaces a `Clipbook`; never fails."""

    def __init__(self, pace: float = 0.055, beat: float = 0.03) -> None:
        """`pace`: seconds per character; 0.055 is near the system's voice at 190 words per minute.
        `beat`: seconds from the beginning of each text to its beat."""
        self._pace = pace
        self._beat = samples(beat)
        self._clips: dict[str, Clip] = {}

    def get(self, text: str, kind: CueClass = CueClass.PROMPT) -> Clip:
        """`text` as silence of the right length."""
        if text not in self._clips:
            pcm = np.zeros(samples(0.1 + self._pace * len(text)), np.float32)
            self._clips[text] = Clip(text, pcm, self._beat, spoken=True)
        return self._clips[text]

    def ready(self, text: str) -> bool:
        """Always."""
        return True
