"""Speaker embeddings: alike for everything that one voice says, different for other voices.

The network is Resemblyzer's speaker encoder (GE2E, Apache-2.0), converted by `training/voice.py`.
training/MODEL_CARD.md says how well it works.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.own_voice import Embedding
from voicecoach.core.plan import MICROPHONE_RATE

from .mel import BANDS, mel

SHIPPED = Path(__file__).parents[1] / "assets" / "voice.onnx"

NUMBERS = 256
"""Size of an embedding."""

PART = round(1.6 * MICROPHONE_RATE)
"""Approximate samples per part that the network sees at once, as in its training. Most commands are
one part. Splitting words of a second in two halves let through five times as many other voices."""

_LOUDNESS = -30.0
"""Level of the network's training data, in dBFS."""

_BELOW, _SHARE = 30.0, 0.35
"""A frame is no speech if it is this many dB below the loudest, or less than this share of the way
from the quietest tenth up to the loudest."""

EDGE = MICROPHONE_RATE // 10
"""Samples around the speech that are kept, because some sounds are soft."""

_FRAME = MICROPHONE_RATE // 100

_ROOM_TIMES, _FLOOR = 1.5, 0.02
"""Spectral subtraction (Boll, 1979; Berouti and others, 1979): this many times the room's power is
subtracted in each band, but at least this share is left. Without it every third word of the
enrolled voice was refused where the room was 15 dB below it; with it, one of 100."""


class SpeakerEncoder:
    """The network, ready to run."""

    def __init__(self, model: Path | None = None) -> None:
        """Load `model`, by default the one in the package. Raises ValueError if it is missing or
        broken, or has other inputs."""
        from . import network  # Imported here because it is heavy and `identity` doesn't need it.

        model = model or SHIPPED
        try:
            self._session = network.load(model)
        except Exception as fault:  # The file is at fault; onnxruntime raises many kinds.
            raise ValueError(f"{model} can't be loaded") from fault
        given, *others = self._session.get_inputs()
        if others or given.name != "mel" or given.shape[1:] != [BANDS]:
            raise ValueError(f"{model} does not see {BANDS} bands")

    def embedding(
        self, pcm: NDArray[np.float32], room: NDArray[np.float32] | None = None
    ) -> Embedding:
        """The embedding of the speaker in `pcm` (mono, 16 kHz, shape (n,)): `NUMBERS` values of
        length 1; empty for silence. `room`: the room without speech, in the same form; None:
        unknown."""
        speech = spoken(pcm)
        loud = float(np.sqrt(np.mean(np.square(speech)))) if len(speech) else 0.0
        if loud == 0.0:
            return ()
        gain = np.float32(10 ** (_LOUDNESS / 20) / loud)
        noise = np.zeros(BANDS, np.float32)
        if room is not None and len(room):
            noise = np.float32(_ROOM_TIMES) * mel(room * gain).mean(axis=0)
        total = np.zeros(1)
        for part in np.array_split(speech, max(1, round(len(speech) / PART))):
            power = mel(part * gain)
            total = total + self._seen(np.maximum(power - noise, _FLOOR * power))
        return tuple(map(float, total / np.linalg.norm(total)))

    def _seen(self, power: NDArray[np.float32]) -> NDArray[np.float64]:
        """Run the network on the part once and on the part repeated: it was trained on 1.6 s, and
        both results together tell more than either."""
        return self._run(power) + self._run(np.concatenate([power, power]))

    def _run(self, power: NDArray[np.float32]) -> NDArray[np.float64]:
        (numbers,) = self._session.run(None, {"mel": power})
        return np.asarray(numbers, np.float64)


def spoken(pcm: NDArray[np.float32]) -> NDArray[np.float32]:
    """`pcm` trimmed to its speech."""
    levels = decibels(pcm, _FRAME)
    if not len(levels):
        return pcm[:0]
    top, below = float(np.percentile(levels, 95)), float(np.percentile(levels, 10))
    loud = np.flatnonzero(levels >= max(top - _BELOW, below + _SHARE * (top - below)))
    first, last = int(loud[0]) * _FRAME, (int(loud[-1]) + 1) * _FRAME
    return pcm[max(0, first - EDGE) : last + EDGE]


def decibels(pcm: NDArray[np.float32], frame: int) -> NDArray[np.float64]:
    """The level of each `frame` samples, in dBFS, at least -120. An incomplete frame is dropped."""
    whole = pcm[: len(pcm) // frame * frame].reshape(-1, frame).astype(np.float64)
    return np.asarray(10 * np.log10(np.maximum(np.square(whole).mean(axis=1), 1e-12)))


def identity() -> str:
    """Identifies the network, since embeddings of two networks don't compare; "" if there is
    none."""
    return sha256(SHIPPED.read_bytes()).hexdigest()[:8] if SHIPPED.is_file() else ""
