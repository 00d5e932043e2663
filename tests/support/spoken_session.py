"""A whole session on real parts, from a recording of what the lifter says: its trace, its sound and
its log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import soundfile
import soxr
from moonshine_voice import ModelArch, Transcriber

from voicecoach.core.plan import MICROPHONE_RATE
from voicecoach.listening import models

from .cli_runner import command_line
from .natural_speech import RATE, at_level, say, timeline

Said = tuple[float, str, str]
"""Seconds, what the lifter says, and its meaning to the coach."""


@dataclass(frozen=True)
class SpokenSession:
    trace: list[dict[str, Any]]
    sound: Path
    """What the lifter hears."""
    log: Path

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The events of one type."""
        return [event for event in self.trace if event["type"] == kind]

    def cues(self, id: str) -> list[dict[str, Any]]:
        """Those that were heard to their end."""
        return [c for c in self.of("cue") if c["id"] == id and c["outcome"] == "played"]

    @property
    def understood(self) -> list[str]:
        """The commands that were obeyed, in order."""
        return [each["command"] for each in self.of("heard") if each["accepted"]]

    def transcribed(self, first: float, last: float) -> str:
        """What is heard from second `first` to `last`, by a recogniser that knows nothing of it."""
        sound, rate = soundfile.read(self.sound, dtype="float32")
        words = sound[round(first * rate) : round(last * rate)]
        pcm = soxr.resample(words, rate, MICROPHONE_RATE).tolist()
        transcriber = Transcriber(str(models.find_weights()), ModelArch.TINY)
        lines = transcriber.transcribe_without_streaming(pcm, MICROPHONE_RATE).lines
        return " ".join(line.text for line in lines)


def coached(
    folder: Path,
    name: str,
    said: Sequence[Said],
    seconds: float,
    voices: Sequence[str],
    *words: str,
) -> SpokenSession:
    """`voicecoach simulate` with the configuration in `folder` and these `words`. The `voices` take
    turns. All sessions of a folder share a log."""
    spoken = [
        (float(at), at_level(say(text, voices[n % len(voices)]), -20))
        for n, (at, text, _) in enumerate(said)
    ]
    recording, sound, events = (folder / f"{name}.{end}" for end in ("wav", "out.wav", "jsonl"))
    soundfile.write(recording, timeline(spoken, seconds), RATE)
    log = folder / "log.sqlite"
    simulate = ("simulate", recording, "--config", folder, "--voice", "hibari")
    assert not command_line(*simulate, *words, "--out", sound, "--events", events, "--log", log)
    return SpokenSession([json.loads(line) for line in events.read_text().splitlines()], sound, log)
