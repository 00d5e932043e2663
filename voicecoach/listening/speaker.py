"""How a voice sounds, as numbers: the same for whatever it says, others for another voice.

The network is Resemblyzer's speaker encoder (GE2E, Apache-2.0); `training/voice.py` made the
file of it, and training/MODEL_CARD.md tells what it can do.
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
"""Of an embedding."""

PART = round(1.6 * MICROPHONE_RATE)
"""Samples at which the network looks at once, about, as in its training: most commands are one
part. Words of a second in two halves each let five times as many others through."""

_LOUDNESS = -30.0
"""dBFS of what the network was trained on."""

_BELOW, _SHARE = 30.0, 0.35
"""What is so many dB below the loudest, or less than this share of the way up to it from the
quietest tenth, is no speech."""

EDGE = MICROPHONE_RATE // 10
"""Samples around the speech that are looked at with it: some sounds are soft."""

_FRAME = MICROPHONE_RATE // 100

_ROOM_TIMES, _FLOOR = 1.5, 0.02
"""So many times what the room has in each band is taken out of it, but so much is left (spectral
subtraction: Boll, 1979; Berouti and others, 1979). Without it every third word of the enrolled
voice was refused where the room was 15 dB below it; with it, one of 100."""


class SpeakerEncoder:
    """The network, ready to run."""

    def __init__(self, model: Path | None = None) -> None:
        """The one that comes with the package, or `model`. Raises ValueError for what is missing
        or broken, and for a network that sees something else."""
        from . import network  # It is heavy, and who asks for `identity` needs none.

        model = model or SHIPPED
        try:
            self._session = network.load(model)
        except Exception as fault:  # Of the file's making; onnxruntime has many kinds.
            raise ValueError(f"{model} can't be loaded") from fault
        given, *others = self._session.get_inputs()
        if others or given.name != "mel" or given.shape[1:] != [BANDS]:
            raise ValueError(f"{model} does not see {BANDS} bands")

    def embedding(
        self, pcm: NDArray[np.float32], room: NDArray[np.float32] | None = None
    ) -> Embedding:
        """Of who speaks in `pcm` (mono, 16 kHz, shape (n,)), `NUMBERS` of length 1; empty for
        silence. `room`: how it sounds without speech, in the same form; None: not known."""
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
        """Once and twice in a row: the network was trained on 1.6 s, and both together tell more
        than either."""
        return self._run(power) + self._run(np.concatenate([power, power]))

    def _run(self, power: NDArray[np.float32]) -> NDArray[np.float64]:
        (numbers,) = self._session.run(None, {"mel": power})
        return np.asarray(numbers, np.float64)


def spoken(pcm: NDArray[np.float32]) -> NDArray[np.float32]:
    """`pcm` without what is before and behind its speech."""
    levels = decibels(pcm, _FRAME)
    if not len(levels):
        return pcm[:0]
    top, below = float(np.percentile(levels, 95)), float(np.percentile(levels, 10))
    loud = np.flatnonzero(levels >= max(top - _BELOW, below + _SHARE * (top - below)))
    first, last = int(loud[0]) * _FRAME, (int(loud[-1]) + 1) * _FRAME
    return pcm[max(0, first - EDGE) : last + EDGE]


def decibels(pcm: NDArray[np.float32], frame: int) -> NDArray[np.float64]:
    """The level of each whole `frame` samples, dBFS, at least -120."""
    whole = pcm[: len(pcm) // frame * frame].reshape(-1, frame).astype(np.float64)
    return np.asarray(10 * np.log10(np.maximum(np.square(whole).mean(axis=1), 1e-12)))


def identity() -> str:
    """Which network it is: the numbers of another mean something else. "" where there is none."""
    return sha256(SHIPPED.read_bytes()).hexdigest()[:8] if SHIPPED.is_file() else ""
