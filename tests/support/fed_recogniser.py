"""A recogniser that is fed a whole sound, block by block."""

from __future__ import annotations

from collections.abc import Sequence

from voicecoach.core.events import Utterance
from voicecoach.listening.recogniser import Recogniser

from .example_grammar import BAR
from .natural_speech import Sound


def listen(
    engine: Recogniser, sound: Sound, blocks: Sequence[int] | None = None
) -> list[Utterance]:
    """Everything heard in `sound`, fed in blocks of these sizes (320 each by default)."""
    heard: list[Utterance] = []
    first = 0
    for size in blocks or [320] * -(-len(sound) // 320):
        heard += engine.feed(sound[first : first + size], 3 * first)
        first += size
    return [*heard, *engine.finish(3 * len(sound))]


def accepted(heard: Sequence[Utterance]) -> list[str]:
    """The commands that pass the threshold, in order."""
    return [
        str(h.candidates[0].command)
        for h in heard
        if h.candidates and h.candidates[0].command and h.candidates[0].confidence >= BAR
    ]
