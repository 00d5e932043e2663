"""A whole session from a recording: what the lifter's earbuds would have played."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from voicecoach.pcm import Pcm

from ..core.plan import MICROPHONE_RATE
from .conversation import Conversation
from .cue_player import Record
from .voice_loop import QUANTUM, VoiceLoop

LONGEST_TAIL = 20 * 60 * MICROPHONE_RATE
"""Microphone samples after the recording's end at which the simulation ends in any case. A set of a
hundred reps is over by then; one without a target would go on for ever."""


def simulate(
    loop: VoiceLoop[Conversation],
    microphone: Pcm,
    block: int = MICROPHONE_RATE,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[tuple[Pcm, list[Record]]]:
    """Play `microphone`, mono at 16 kHz, shape (n,), through `loop`.

    Yields blocks of output at 48 kHz with what happened in them. If the recording ends in the
    middle of a set, the microphone counts as lost: the coach says so and keeps pacing to the end of
    the set, for `LONGEST_TAIL` at most. `block` is the number of microphone samples given to the
    loop at a time; it does not change the output. `progress` gets the number of microphone samples
    done so far.
    """
    for start in range(0, len(microphone), block):
        yield loop.process(microphone[start : start + block])
        progress(min(start + block, len(microphone)))
    loop.microphone_lost("the recording has ended")
    # One size, whatever `block` is, because it decides where the sound ends.
    nothing = np.zeros(QUANTUM, np.float32)
    tail = 0
    while tail == 0 or (not loop.settled and tail < LONGEST_TAIL):
        yield loop.process(nothing)
        tail += len(nothing)
