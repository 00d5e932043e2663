"""The acoustic network: microphone in, the probability of each sound out.

It was trained (`training/`) to write the sounds of the foreground's voice, and blanks for everybody
else, noise and music. Its memory of the stream goes in with each chunk and comes back with the
answer, so the cost per chunk is constant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import network
from .likelihood import Weights
from .phonemes import TOKENS

FRAME = 320
"""Microphone samples from one frame to the next: 20 ms."""
DELAY = 3
"""Frames of latency: the network hears a little of what follows before it reports a sound."""


class Acoustics:
    """One stream. The answers depend only on the samples, not on the blocks they come in."""

    def __init__(self, model: Path) -> None:
        """Raises ValueError for a network with other inputs, outputs or sounds than these."""
        self._session = network.load(model)
        audio, *memories = self._session.get_inputs()
        answer, *kept = self._session.get_outputs()
        frames = answer.shape[0]
        expected = ("audio", [1, frames * FRAME], [frames, TOKENS], len(memories))
        if (audio.name, audio.shape, answer.shape, len(kept)) != expected or frames < 1:
            raise ValueError(f"{model} does not hear {TOKENS} sounds, a frame of {FRAME} samples")
        self._chunk: int = frames * FRAME
        self._names = [each.name for each in memories]
        self._memory = [np.zeros(each.shape, np.float32) for each in memories]
        self._rest = np.zeros(0, np.float32)
        told = self._session.get_modelmeta().custom_metadata_map.get("calibration", "{}")
        self.calibration: Mapping[str, Weights] = json.loads(told)
        """Weights for `likelihood` from the model's metadata ("calibration", a JSON object); empty
        if it has none."""

    @property
    def chunk(self) -> int:
        """Frames that come out at once."""
        return self._chunk // FRAME

    def feed(self, pcm: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """`pcm`: mono, 16 kHz, shape (n,), any n. Returns the log-probabilities, shape (tokens,),
        of each frame that is complete. The n-th frame ever starts at sample (n - `DELAY`) *
        `FRAME`."""
        self._rest = np.concatenate([self._rest, pcm])
        frames: list[NDArray[np.float32]] = []
        while len(self._rest) >= self._chunk:
            audio, self._rest = self._rest[: self._chunk], self._rest[self._chunk :]
            known = dict(zip(self._names, self._memory, strict=True))
            answer, *self._memory = self._session.run(None, {"audio": audio[None], **known})
            frames += list(answer)
        return frames
