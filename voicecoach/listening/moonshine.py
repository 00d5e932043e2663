"""The embedded English recogniser: voice activity cuts utterances, `scoring` says what
they may have been; here is decided when it is time to say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import URGENT, Grammar, Utterance
from voicecoach.core.plan import SAMPLE_RATE

from .energy_gate import CHUNK, level
from .recogniser import OUTPUT_PER_INPUT
from .scoring import IN_DOUBT, Phrases, scorer
from .segments import PauseStage, Segment, Segmenter, longest
from .voice_activity import VoiceActivity

_EARLY = 0.9
"""Confidence at which a phrase is reported before its pause is sure to be the end."""
_EARLY_URGENT = 0.7
"""The same for what can't wait, not even to see whether "stop" becomes "stopped"."""
_CHUNK = CHUNK * OUTPUT_PER_INPUT
_ALONE = SAMPLE_RATE // 2
"""Output samples of pause behind which speech is looked at early in any case: so one speaks to
the coach, and nobody in a crowd."""
_AT_ONCE = 3.0
"""Other looks at what is not over that may be taken one after the other, if there were none
before. If hundreds of voices rise and fall a minute, only what is over is worth the computing."""
_SHORTEST = SAMPLE_RATE // 12
"""Output samples below which speech is no word."""


class Moonshine:
    """See `recogniser.Recogniser`; English, no download, one core."""

    name = "moonshine"

    def __init__(self, folder: Path, early: float = 1.0) -> None:
        """`folder` holds the weights (see `models.find_weights`). `early`: how often a second, in
        the long run, it may look at what is said before that is sure to be over. Where many
        people talk, such looks are half of all the computing."""
        self._early = early
        self._scorer = scorer(folder)
        self._segmenter = Segmenter(VoiceActivity())
        self._phrases = self._scorer.phrases(Grammar({}))
        self._last: _Look | None = None
        self._quiet_since = -_ALONE
        """Output sample at which the last speech was over."""
        self._patience = _AT_ONCE
        self._asked = 0
        """Output sample at which `_patience` was reckoned last."""

    def listen_for(self, grammar: Grammar) -> None:
        if grammar != self._phrases.grammar:
            self._phrases = self._scorer.phrases(grammar)
            self._segmenter.expect(longest(grammar.phrases))

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        return list(self._decide(self._segmenter.feed(pcm, at)))

    def finish(self, at: int) -> list[Utterance]:
        return list(self._decide(self._segmenter.finish()))

    def opinion(self, said: int, end: int) -> Utterance | None:
        """See `recogniser.Consulted`."""
        now = self._segmenter.under_way()
        there = now is not None and now.said <= end and said <= now.end
        return self._hear(now) if now is not None and there else None

    def _decide(self, segments: Iterator[Segment]) -> Iterator[Utterance]:
        for segment in segments:
            if not self._worth(segment):
                continue
            heard = self._hear(segment)
            over = segment.pause is PauseStage.END
            early = segment.pause is not PauseStage.FIRST and self._certain(heard)
            if early:
                self._segmenter.cut(segment.end)
            if early or over:
                self._quiet_since = segment.end
                yield heard

    def _worth(self, segment: Segment) -> bool:
        """Whether to listen to `segment` now, or only when it is over."""
        if segment.pause >= PauseStage.SETTLED:
            return True
        if _too_short(segment):
            return False
        known = self._last is not None and self._last.serves(segment, False, self._phrases)
        return known or segment.said - self._quiet_since > _ALONE or self._may_look(segment)

    def _may_look(self, segment: Segment) -> bool:
        """Whether there is a look left for what is not over."""
        now = segment.end + segment.pause * _CHUNK
        more = self._early * (now - self._asked) / SAMPLE_RATE
        self._patience = min(self._patience + more, _AT_ONCE)
        self._asked = now
        if self._patience < 1:
            return False
        self._patience -= 1
        return True

    def _certain(self, heard: Utterance) -> bool:
        """Whether it is enough to act on before its end is sure."""
        if not _clear(heard):
            return False
        return _urgent(heard) or not self._phrases.goes_on(heard.candidates[0].phrase)

    def _hear(self, segment: Segment) -> Utterance:
        if segment.talk:
            note = "talk, longer than any command"
            return Utterance(segment.said, segment.end, (), note=note, long=True)
        if _too_short(segment):
            return Utterance(segment.said, segment.end, (), note="a noise, too short for a word")
        # What is heard with the first pause is known when that has lasted, so that
        # computing costs no time; one that has settled is listened to with more care.
        thorough = segment.pause >= PauseStage.SETTLED
        if self._last is not None and self._last.serves(segment, thorough, self._phrases):
            return self._last.heard
        measured = {
            "duration": (segment.end - segment.said) / SAMPLE_RATE,
            "level": level(segment.pcm),
            "room": segment.room,
            "speech": segment.likeness,
        }
        candidates, free, evidence = self._scorer.score(
            segment.pcm, measured, self._phrases, thorough
        )
        heard = Utterance(segment.said, segment.end, candidates, free, evidence=evidence)
        surest = max((c.confidence for c in candidates if c.command), default=0.0)
        # Where there is no doubt, more care changes nothing.
        self._last = _Look(heard, thorough or surest >= IN_DOUBT[1], self._phrases)
        return heard


@dataclass(frozen=True, slots=True)
class _Look:
    """What came of scoring a segment."""

    heard: Utterance
    thorough: bool
    phrases: Phrases

    def serves(self, segment: Segment, thorough: bool, phrases: Phrases) -> bool:
        """Whether scoring `segment` would say the same."""
        return (
            phrases is self.phrases
            and thorough <= self.thorough
            and (segment.said, segment.end) == (self.heard.said, self.heard.end)
        )


def _too_short(segment: Segment) -> bool:
    return segment.end - segment.said < _SHORTEST


def _sureness(heard: Utterance) -> float:
    """The confidence that a command was said, 0 to 1."""
    best = heard.candidates[0] if heard.candidates else None
    return best.confidence if best is not None and best.command is not None else 0.0


def _clear(heard: Utterance) -> bool:
    """Whether there is so little doubt that its end, once it is sure, will change nothing."""
    if _urgent(heard):
        return heard.candidates[0].confidence >= _EARLY_URGENT
    return _undisputed(heard) >= _EARLY


def _urgent(heard: Utterance) -> bool:
    """Whether it is most likely what can't wait."""
    best = heard.candidates[0] if heard.candidates else None
    return best is not None and best.command is not None and best.command.intent in URGENT


def _undisputed(heard: Utterance) -> float:
    """`_sureness`; 0 where something else is held for more probable, taken by itself."""
    confidences = [candidate.confidence for candidate in heard.candidates]
    return _sureness(heard) if confidences and confidences[0] == max(confidences) else 0.0
