"""The coach as a user with a loudspeaker has it: through a room, and cancelled.

A canceller learns the room from what the coach says. So before the measured sound begins, it hears
some seconds of the same coach, in the same room and at the same level.
"""

from __future__ import annotations

import numpy as np
import soxr

from benchmarks.commands.noises import Bed, Sound, at_level, level
from tests.support.natural_speech import RATE
from tests.support.simulated_room import Room
from voicecoach.audio.echo import BLOCK, EchoCanceller
from voicecoach.core.plan import SAMPLE_RATE

LEARNING = 8 * RATE
"""Samples that the canceller hears first."""
PLAYED = -20.0
"""Level of the coach at the loudspeaker, in dBFS."""
LATE = SAMPLE_RATE * 60 // 1000
"""Output samples from the loudspeaker to the microphone."""
_BACK = LATE * RATE // SAMPLE_RATE


def cancelled(bed: Bed, first: int, length: int) -> Bed:
    """`length` samples of `bed` from `first` on as a room returns them, at the same level, with a
    canceller that removes them from whatever else is heard."""
    whole = -(-(LEARNING + length) // BLOCK) * BLOCK
    piece = bed.cut(first - LEARNING, whole)
    played = np.asarray(soxr.resample(at_level(piece.sound, PLAYED), RATE, SAMPLE_RATE), np.float32)
    given = played.reshape(-1, SAMPLE_RATE * BLOCK // RATE)
    room = Room(0.0, LATE)
    heard = []
    for part in given:
        room.play(part)
        heard.append(room.microphone())
    # The mean level of the echo is that of the bed, wherever the piece was cut.
    loss = 10 ** (level(bed.sound) / 20) / 10 ** (PLAYED / 20)
    echo = np.concatenate(heard) * np.float32(loss)

    def clean(microphone: Sound, gain: float) -> Sound:
        canceller = EchoCanceller(LATE)
        padded = gain * echo
        padded[LEARNING : LEARNING + length] = microphone
        blocks = zip(padded.reshape(-1, BLOCK), given, strict=True)
        cleaned = np.concatenate([canceller.clean(block, part) for block, part in blocks])
        return cleaned[LEARNING : LEARNING + length]

    lines = tuple(
        (text, at - LEARNING + _BACK, end - LEARNING + _BACK) for text, at, end in piece.lines
    )
    such = tuple(line for line in lines if line[2] > 0 and line[1] < length)
    return Bed(echo[LEARNING : LEARNING + length], such, clean)
