"""The sounds that are not speech, made once at 48 kHz.

Levels are peaks in dBFS; for a sine, that is also its level by AES17. Tones are about as loud as
the speech (-20 LUFS), ticks well below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.plan import SAMPLE_RATE, CueClass, Phase
from voicecoach.pcm import Pcm

TONE_LEVEL = -18.0
TICK_LEVEL = -30.0
QUIET_LEVEL = -27.0

_RAMP = 0.005
"""Seconds of fade at both ends of a tone: no click, but still a clear beginning."""

_TICK_LENGTH = 0.024
"""Seconds. A shorter one is heard as a bare click, without a change of pitch to tell it by."""


def _levelled(wave: NDArray[np.float64], level: float) -> Pcm:
    pcm: Pcm = (wave * (10 ** (level / 20) / np.abs(wave).max())).astype(np.float32)
    pcm.flags.writeable = False
    return pcm


def _note(frequency: float, seconds: float, overtone: float = 0.0) -> NDArray[np.float64]:
    """A sine with an octave at `overtone` times its amplitude, faded at both ends."""
    n = round(seconds * SAMPLE_RATE)
    angle = 2 * np.pi * frequency * np.arange(n) / SAMPLE_RATE
    edge = round(_RAMP * SAMPLE_RATE)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    envelope = np.ones(n)
    envelope[:edge] = ramp
    envelope[-edge:] = ramp[::-1]
    return (np.sin(angle) + overtone * np.sin(2 * angle)) * envelope


def _tone(
    notes: Iterable[tuple[float, float]], overtone: float = 0.0, level: float = TONE_LEVEL
) -> Pcm:
    """Notes (Hz, seconds) in sequence; 0 Hz is a rest."""
    parts = [
        _note(frequency, seconds, overtone) if frequency else np.zeros(round(seconds * SAMPLE_RATE))
        for frequency, seconds in notes
    ]
    return _levelled(np.concatenate(parts), level)


def _tick(frequencies: Iterable[float]) -> Pcm:
    """A decaying chirp through `frequencies` (Hz), evenly spaced in time.

    It begins at full amplitude in its first sample and sweeps several kHz. So a matched filter
    finds its onset to the sample even under speech; it would find a steady tone only to a few
    periods.
    """
    points = np.fromiter(frequencies, np.float64)
    n = round(_TICK_LENGTH * SAMPLE_RATE)
    frequency = np.interp(np.linspace(0, len(points) - 1, n), np.arange(len(points)), points)
    angle = np.concatenate(([0.0], np.cumsum(2 * np.pi * frequency / SAMPLE_RATE)[:-1]))
    return _levelled(np.cos(angle) * np.exp(-4 * np.arange(n) / n), TICK_LEVEL)


GO = "go"
"""The last tone of the countdown, on the first rep's first sample."""
HEARD = "heard"
"""A command was understood."""
REFUSED = "refused"
"""A command was understood but makes no sense now."""
IN_DOUBT = "in doubt"
"""What was heard may have been a command."""
ATTENTION = "attention"
"""Something needs the lifter: a lost microphone, an unanswered question."""


REST_TICK = "tick rest"
"""One of the last seconds of a rest."""


def tick(phase: Phase) -> str:
    """The name of the tick that marks the first sample of `phase`."""
    return f"tick {phase.value}"


def stand_in(kind: CueClass) -> str:
    """The name of the tone that replaces a cue if no voice can speak it."""
    return f"cue {kind.value}"


TONES: Mapping[str, Pcm] = MappingProxyType(
    {
        REST_TICK: _tone([(880, 0.03)], overtone=0.3),
        # Two octaves above the other tones, and long: unmistakable.
        GO: _tone([(1760, 0.22)], overtone=0.5),
        HEARD: _tone([(880, 0.05), (1175, 0.06)]),
        REFUSED: _tone([(392, 0.09), (0, 0.03), (392, 0.09)], overtone=0.3),
        # One short note with a dip, not to startle anybody: it may have been talk.
        IN_DOUBT: _tone([(523, 0.06), (466, 0.09)], level=QUIET_LEVEL),
        ATTENTION: _tone([(784, 0.14), (523, 0.14), (784, 0.14), (523, 0.18)], overtone=0.3),
        # The pitch moves like the weight: down, round the bottom, up, over the top. Each passes
        # above 12 kHz, where voices have no energy, so it can be found there.
        tick(Phase.LOWER): _tick([16000, 1500]),
        tick(Phase.BOTTOM): _tick([15000, 1000, 15000]),
        tick(Phase.LIFT): _tick([2500, 16000]),
        tick(Phase.TOP): _tick([3500, 16000, 3500]),
        # The more important a cue is, the more insistent its tone.
        stand_in(CueClass.SAFETY): _tone([(988, 0.12), (740, 0.12)] * 3, overtone=0.5),
        stand_in(CueClass.COUNT): _tone([(1047, 0.07)]),
        stand_in(CueClass.PHASE): _tone([(698, 0.16)], overtone=0.3),
        stand_in(CueClass.BREATH): _tone([(349, 0.12), (440, 0.2)]),
        stand_in(CueClass.PROMPT): _tone([(587, 0.12), (784, 0.18)], overtone=0.3),
        stand_in(CueClass.FORM): _tone([(587, 0.12), (440, 0.18)], overtone=0.3),
        stand_in(CueClass.ENCOURAGEMENT): _tone([(523, 0.07), (659, 0.07), (784, 0.1)]),
    }
)
"""Every sound by name; the arrays are read-only."""
