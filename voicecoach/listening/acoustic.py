"""A microphone's samples to how probable each sound is, in a stream: the network's session.

The network hears chunks of CHUNK frames and gives back what it must remember. Blocks of any
size go in; what comes out never depends on how the samples were cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

CHUNK = 6
"""Frames of 20 ms that the network answers at once."""
SAMPLES = CHUNK * 320
"""Samples of a chunk, 16 kHz."""
DELAY = 3
"""Frames by which a sound is written later than it is heard."""


class Session(Protocol):
    """What is used of an onnxruntime session."""

    def run(self, names: Sequence[str] | None, feed: Mapping[str, Any]) -> Sequence[Any]: ...

    def get_inputs(self) -> Sequence[Any]: ...


class Acoustic:
    """One stream through the network."""

    def __init__(self, session: Session) -> None:
        """`session`: the first input is the audio, each further one a memory that starts at 0
        and comes back as an output, in the same order after the answer."""
        self._session = session
        first, *memories = session.get_inputs()
        self._audio: str = first.name
        self._shapes = {memory.name: tuple(memory.shape) for memory in memories}
        self._pending = np.zeros(0, np.float32)
        self._memory: dict[str, NDArray[np.float32]] = {}
        self.reset()

    def reset(self) -> None:
        """A new stream: what was heard is forgotten."""
        self._memory = {name: np.zeros(shape, np.float32) for name, shape in self._shapes.items()}
        self._pending = np.zeros(0, np.float32)

    def feed(self, pcm: NDArray[np.float32]) -> NDArray[np.float32]:
        """Takes samples, any number; gives (frames, TOKENS) log-probabilities of what is full."""
        self._pending = np.concatenate([self._pending, pcm])
        whole = len(self._pending) // SAMPLES * SAMPLES
        chunks = self._pending[:whole].reshape(-1, SAMPLES)
        self._pending = self._pending[whole:].copy()
        answers = [self._run(chunk[None]) for chunk in chunks]
        return np.concatenate(answers) if answers else np.zeros((0, 0), np.float32)

    def _run(self, chunk: NDArray[np.float32]) -> NDArray[np.float32]:
        answer, *memory = self._session.run(None, {self._audio: chunk, **self._memory})
        self._memory = dict(zip(self._memory, memory, strict=True))
        return np.asarray(answer, np.float32)
