"""The sound card, through PortAudio; the only place that knows sounddevice."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray


class NoSoundCard(Exception):  # noqa: N818 (named for what it tells)
    """Sound can't be played here; says why."""


def _portaudio() -> Any:
    try:
        import sounddevice
    except OSError as fault:
        # The wheel for Linux holds no PortAudio of its own.
        raise NoSoundCard("PortAudio is not installed (Debian: libportaudio2)") from fault
    return sounddevice


def look_for_output() -> None:
    """Raises NoSoundCard unless sound can be played."""
    sounddevice = _portaudio()
    try:
        sounddevice.check_output_settings(channels=1)
    except (sounddevice.PortAudioError, ValueError) as fault:
        raise NoSoundCard("there is no sound card") from fault


def play(pcm: NDArray[np.float32], rate: int, moments: Iterable[float]) -> Iterator[int]:
    """Play `pcm`, mono, shape (n,), at `rate` Hz on the default output.

    Gives the index of each of `moments` (seconds from the start, rising) when
    it is heard, and ends with the sound. Raises NoSoundCard when the card fails.
    """
    sounddevice = _portaudio()
    try:
        sounddevice.play(pcm, rate)
        start = time.monotonic()
        for index, moment in enumerate(moments):
            time.sleep(max(0.0, start + moment - time.monotonic()))
            yield index
        sounddevice.wait()
    except sounddevice.PortAudioError as fault:
        raise NoSoundCard(str(fault)) from fault
    finally:
        sounddevice.stop()
