"""Checks whether a recording of the earbuds holds what the trace says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach import config
from voicecoach.audio.tones import TONES, tick
from voicecoach.core.plan import SAMPLE_RATE, Phase
from voicecoach.speaking import catalogue
from voicecoach.speaking.clips import Clipbook

from .matched_filter import Pcm, matches, offsets

WITHIN = 0.25
"""Seconds around its place in which a tick or a line is searched. A busy machine may have to shift
the stream by this much between two cues; the next correction takes it back."""

_IS_IT = 0.5
"""Share of a line's own energy that a match must reach, as ticks and tones sound over it."""


@dataclass(frozen=True)
class Agreement:
    """What of a trace was found in a recording."""

    at: tuple[float, ...]
    """Seconds of the trace at which each phase begins."""
    ticks: tuple[float | None, ...]
    """For each phase, how many seconds later than in the trace its tick is in the recording; None
    if it is missing."""
    lines: tuple[tuple[str, bool], ...]
    """Each line that the trace says was played, and whether it is in the recording."""

    @property
    def delay(self) -> float:
        """Seconds from the trace's time to the recording's, common to everything that is exact."""
        return float(np.median([late for late in self.ticks if late is not None]))

    @property
    def errors(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Seconds by which each tick is off its place, without the common delay."""
        return np.array([late for late in self.ticks if late is not None]) - self.delay

    @property
    def missing(self) -> list[str]:
        """Phases and lines of the trace that are not in the recording, with their seconds."""
        phases = [f"{at} tick" for at, late in zip(self.at, self.ticks, strict=True) if not late]
        return phases + [text for text, found in self.lines if not found]


def clips_in(cache: Path) -> Clipbook:
    """The clips of the default system voice, as a coach left them in `cache`."""
    loaded = config.load("en", "leg-press")
    voice = loaded.settings.voice
    voices = catalogue.choose(
        catalogue.VoiceEngine("pyttsx3"), loaded.spoken, voice.rate, voice.speed, None
    )
    return Clipbook(voices, cache / "voicecoach" / "clips", {})


def agreement(events: Sequence[dict[str, Any]], sound: Pcm, clips: Clipbook) -> Agreement:
    """Compare `events` of a trace with `sound`, which was recorded from before its beginning."""
    phases = [event for event in events if event["type"] == "phase"]
    expected = [(phase["t"], TONES[tick(Phase(phase["phase"]))]) for phase in phases]
    ticks = offsets(sound, expected, within=WITHIN)
    delay = float(np.median([late for late in ticks if late is not None]))
    lines = []
    for event in events:
        if event["type"] == "cue" and event["outcome"] == "played":
            clip = clips.get(event["text"]).pcm
            lines.append(
                (f"{event['t']} {event['text']}", _is_there(sound, clip, event["t"] + delay))
            )
    return Agreement(tuple(at for at, _ in expected), tuple(ticks), tuple(lines))


def _is_there(sound: Pcm, clip: Pcm, at: float) -> bool:
    begin = max(0, round((at - WITHIN) * SAMPLE_RATE))
    around = sound[begin : round((at + WITHIN) * SAMPLE_RATE) + len(clip)]
    return bool(len(around) > len(clip) and matches(around, clip).max() > _IS_IT)
