"""The embedded English recogniser: voice activity cuts utterances, `scoring` says what
they may have been; here is decided when it is time to say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.decision import URGENT
from voicecoach.core.events import Grammar, Heard
from voicecoach.core.plan import SAMPLE_RATE

from .gate import level
from .scoring import Phrases, scorer
from .segments import Pause, Segment, Segmenter
from .voice_activity import VoiceActivity

_EARLY = 0.9
"""Confidence at which a phrase is reported before its pause is sure to be the end."""
_EARLY_URGENT = 0.7
"""The same for what can't wait, not even to see whether "stop" becomes "stop it"."""
_SHORTEST = SAMPLE_RATE // 12
"""Output samples of speech below which a sound is no word."""


class Moonshine:
    """See `recogniser.Recogniser`; English, no download, one core."""

    name = "moonshine"

    def __init__(self, folder: Path) -> None:
        """`folder` holds the weights (see `models.find_weights`)."""
        self._scorer = scorer(folder)
        self._segmenter = Segmenter(VoiceActivity())
        self._phrases = self._scorer.phrases(Grammar({}))
        self._looked: tuple[tuple[int, int, bool, Phrases], Heard] | None = None

    def listen_for(self, grammar: Grammar) -> None:
        if grammar != self._phrases.grammar:
            self._phrases = self._scorer.phrases(grammar)

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Heard]:
        return self._decide(self._segmenter.feed(pcm, at))

    def finish(self, at: int) -> list[Heard]:
        return self._decide(self._segmenter.finish())

    def _decide(self, segments: Iterator[Segment]) -> list[Heard]:
        heard = []
        for segment in segments:
            utterance = self._hear(segment)
            if segment.pause is Pause.END:
                heard.append(utterance)
            elif segment.pause is not Pause.FIRST and self._certain(utterance):
                heard.append(utterance)
                self._segmenter.cut()
        return heard

    def _certain(self, heard: Heard) -> bool:
        """Whether it is enough to act on before its end is sure."""
        best = heard.candidates[0] if heard.candidates else None
        if best is None or best.command is None:
            return False
        if best.command.intent in URGENT:
            return best.confidence >= _EARLY_URGENT
        return best.confidence >= _EARLY and not self._phrases.goes_on(best.phrase)

    def _hear(self, segment: Segment) -> Heard:
        if segment.talk:
            return Heard(segment.said, segment.end, (), note="talk, longer than any command")
        if segment.end - segment.said < _SHORTEST:
            return Heard(segment.said, segment.end, (), note="a noise, too short for a word")
        # What is heard with the first pause is known when that has lasted, so that
        # computing costs no time; one that has settled is listened to with more care.
        thorough = segment.pause >= Pause.SETTLED
        look = segment.said, segment.end, thorough, self._phrases
        if self._looked is not None and self._looked[0] == look:
            return self._looked[1]
        measured = {
            "duration": (segment.end - segment.said) / SAMPLE_RATE,
            "level": level(segment.pcm),
            "room": segment.room,
            "speech": segment.likeness,
        }
        candidates, free, evidence = self._scorer.score(
            segment.pcm, measured, self._phrases, thorough
        )
        heard = Heard(segment.said, segment.end, candidates, free, evidence=evidence)
        self._looked = look, heard
        return heard
