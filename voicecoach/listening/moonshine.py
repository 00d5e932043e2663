"""The embedded English recogniser: voice activity cuts utterances, `scoring` says what
they may have been; here is decided when it is time to say so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import URGENT, Grammar, Utterance
from voicecoach.core.plan import SAMPLE_RATE

from .energy_gate import CHUNK, level
from .recogniser import OUTPUT_PER_INPUT
from .scoring import IN_DOUBT, Phrases, scorer
from .segments import PauseStage, Segment, Segmenter, longest
from .voice_activity import ForegroundActivity

_EARLY = 0.9
"""Confidence at which a phrase is reported before its pause is sure to be the end."""
_EARLY_URGENT = 0.7
"""The same for what can't wait, not even to see whether "stop" becomes "stopped"."""
_LIKELY = 0.3
"""Confidence from which an utterance that is over may be obeyed."""
_RESEMBLES = 0.05
"""Confidence below which what stands out of talk is nothing to speak of."""
_CHUNK = CHUNK * OUTPUT_PER_INPUT
_SAME_SAID, _SAME_END = 3 * _CHUNK, 2 * _CHUNK
"""Output samples by which a word cut in two ways may begin and end otherwise."""
_WHOLE = 2 * SAMPLE_RATE
"""Output samples by which the beginning of a command may stand out less than its end."""
_FAINT = SAMPLE_RATE * 3 // 10
"""Output samples that the last sound of a word may last unnoticed."""
_AMONG_VOICES = 2
"""The cut that is for rooms where others speak. In a quiet one it would cut "stop" out of
"stopped by"."""
_BEFORE = SAMPLE_RATE * 3 // 4
"""Output samples for which others have been heard where a voice has to be told from theirs."""
_AT_ONCE = 3.0
"""Looks at what is not over that may be taken one after the other, if there were none before.
Where hundreds of voices rise and fall a minute, only what is over is worth the computing."""
_ALONE = SAMPLE_RATE // 2
"""Output samples of pause behind which speech is looked at early in any case: so one speaks to
the coach, and nobody in a crowd."""
_SHORTEST, _SHORTEST_OUT = SAMPLE_RATE // 12, SAMPLE_RATE * 3 // 16
"""Output samples below which speech is no word, and what stands out of other sounds."""
_BLOW, _HARDLY = SAMPLE_RATE // 4, 0.6
"""Output samples below which what so hardly stands out of the last seconds is a blow: one
more of a drum in the music, which to the model is an "eight"."""


class Moonshine:
    """See `recogniser.Recogniser`; English, no download, one core."""

    name = "moonshine"

    def __init__(self, folder: Path, early: float = 1.0) -> None:
        """`folder` holds the weights (see `models.find_weights`). `early`: how often a second, in
        the long run, it may look at what is said before that is sure to be over. Where many
        people talk, such looks are half of all the computing."""
        self._early = early
        self._scorer = scorer(folder)
        self._segmenter = Segmenter(ForegroundActivity())
        self._phrases = self._scorer.phrases(Grammar({}))
        self._looks: deque[_Look] = deque(maxlen=9)
        self._quiet_since = -_ALONE
        """Output sample at which the last speech was over."""
        self._told: Segment | None = None
        """The last one that was over and no command."""
        self._ending: Utterance | None = None
        """What stood out, and may be the end of what is still being said."""
        self._patience = _AT_ONCE
        self._asked = 0
        """Output sample at which `_patience` was reckoned last."""

    def listen_for(self, grammar: Grammar) -> None:
        if grammar != self._phrases.grammar:
            self._phrases = self._scorer.phrases(grammar)
            self._segmenter.expect(longest(grammar.phrases))

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        return self._decide(self._segmenter.feed(pcm, at))

    def finish(self, at: int) -> list[Utterance]:
        heard = self._decide(self._segmenter.finish())
        self._looks.clear()
        self._told = self._ending = None
        # The next microphone may count from elsewhere.
        self._quiet_since, self._patience, self._asked = -_ALONE, _AT_ONCE, at
        return heard

    def opinion(self, said: int, end: int) -> Utterance | None:
        """See `recogniser.Consulted`."""
        there = [s for s in self._segmenter.under_way() if s.said <= end and said <= s.end]
        if not there:
            return None
        return self._hear(min(there, key=lambda s: abs(s.said - said) + abs(s.end - end)))

    def _decide(self, segments: Iterator[Segment]) -> list[Utterance]:
        heard = []
        for segment in segments:
            worth = self._worth(segment)
            if segment.pause is PauseStage.END and not segment.foreground:
                self._quiet_since = segment.end
            if not worth:
                continue
            utterance = self._hear(segment)
            over = segment.pause is PauseStage.END
            early = segment.pause is not PauseStage.FIRST and self._certain(utterance)
            likely = early or (over and _sureness(utterance) >= _LIKELY)
            if likely and self._an_end(utterance, segment):
                self._ending = utterance
            elif likely:
                heard.append(self._surest(utterance, segment, early))
                self._segmenter.cut(segment.end)
                self._ending = None
            elif over and not segment.foreground and self._ending is not None:
                # As a whole it is nothing: then it was what stands out of it.
                heard.append(self._ending)
                self._ending = None
            elif over and (not segment.foreground or _sureness(utterance) >= _RESEMBLES):
                # What stands out of talk and is like no command is a part of that talk.
                heard.append(utterance)
                self._told = segment
        return heard

    def _an_end(self, heard: Utterance, segment: Segment) -> bool:
        """Whether it stands out of speech that has begun a little before, and may be the end of
        another command: "four sets of ten" behind "leg press", "eighty kilos" behind "log"."""
        began = self._segmenter.began(0)
        return (
            segment.foreground
            and not _urgent(heard)
            and began is not None
            and 3 * _SAME_SAID < segment.said - began < _WHOLE
            and self._phrases.comes_after(heard.candidates[0].phrase)
        )

    def _surest(self, heard: Utterance, segment: Segment, early: bool) -> Utterance:
        """`heard`, or what `segment` is taken for if it is cut otherwise; once that is
        reported it is over, however it is cut."""
        others = [
            other
            for other in self._segmenter.under_way()
            if _same_beginning(other, segment) and self._counts(other)
        ]
        if not early:
            heard = max([heard, *map(self._hear, others)], key=_sureness)
        # The "s" of "hurts" hardly stands out, but it is speech.
        end = max((o.end for o in others if o.end - heard.end <= _FAINT), default=0)
        return replace(heard, end=max(heard.end, end))

    def _worth(self, segment: Segment) -> bool:
        """Whether to listen to `segment` now, or only when it is over."""
        settled = segment.pause >= PauseStage.SETTLED
        if segment.foreground and not self._counts(segment):
            return False
        if segment.foreground and settled and self._also_speech(segment):
            # As speech it comes in a moment, with its faint sounds.
            return False
        if segment.pause is PauseStage.END or (settled and not segment.foreground):
            return True
        if _too_short(segment) or (segment.foreground and not segment.clear):
            return False
        if self._known(segment, settled) is not None:
            return True
        alone = not segment.foreground and segment.said - self._quiet_since > _ALONE
        return alone or self._may_look(segment)

    def _may_look(self, segment: Segment) -> bool:
        """Whether there is a look left for what is not over."""
        now = segment.end + segment.pause * _CHUNK
        more = self._early * max(now - self._asked, 0) / SAMPLE_RATE
        self._patience = min(self._patience + more, _AT_ONCE)
        self._asked = now
        if self._patience < 1:
            return False
        self._patience -= 1
        return True

    def _counts(self, segment: Segment) -> bool:
        """Whether it was cut in a way that suits the room: others must have been speaking
        before it, if it is one for that."""
        began = self._segmenter.began(0)
        drowned = began is not None and segment.said - began > _BEFORE
        return drowned or segment.cut < _AMONG_VOICES

    def _also_speech(self, segment: Segment) -> bool:
        """Whether the same word, cut as speech, was told or is about to be."""
        told = [self._told] if self._told is not None else []
        return any(
            not other.foreground
            and _same_beginning(other, segment)
            and abs(other.end - segment.end) <= _FAINT
            for other in (*told, *self._segmenter.under_way())
        )

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
        heard = self._look(segment, thorough)
        if _a_blow(segment) and not _urgent(heard):
            return replace(heard, candidates=(), note="a blow, no louder than what sounded before")
        if thorough and segment.foreground and _sureness(heard) < _LIKELY:
            loudest = segment.loudest()
            if loudest is not None and not _too_short(loudest):
                part = self._look(loudest, thorough)
                # "Two sets of twelve" may be all that is loud of a longer one.
                if not self._unfinished(part):
                    heard = max(heard, part, key=_sureness)
        return heard

    def _unfinished(self, heard: Utterance) -> bool:
        """Whether it may be the beginning of another command."""
        best = heard.candidates[0] if heard.candidates else None
        return best is not None and self._phrases.goes_on(best.phrase, as_command=True)

    def _known(self, segment: Segment, thorough: bool) -> Utterance | None:
        """What came of it, if it was scored already."""
        looks = (look for look in self._looks if look.serves(segment, thorough, self._phrases))
        return next((look.heard for look in looks), None)

    def _look(self, segment: Segment, thorough: bool) -> Utterance:
        known = self._known(segment, thorough)
        if known is not None:
            return known
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
        thorough |= surest >= IN_DOUBT[1]
        self._looks.appendleft(
            _Look(segment.said, segment.end, heard, segment.cut, thorough, self._phrases)
        )
        return heard


@dataclass(frozen=True, slots=True)
class _Look:
    """What came of scoring a segment."""

    said: int
    end: int
    heard: Utterance
    cut: int
    thorough: bool
    phrases: Phrases

    def serves(self, segment: Segment, thorough: bool, phrases: Phrases) -> bool:
        """Whether scoring `segment` would say the same."""
        same = segment.cut == self.cut
        if not same and not _clear(self.heard):
            # In doubt it is worth while to score both.
            return False
        said, end = (0, 0) if same else (_SAME_SAID, _SAME_END)
        return (
            phrases is self.phrases
            and thorough <= self.thorough
            and abs(segment.said - self.said) <= said
            and abs(segment.end - self.end) <= end
        )


def _too_short(segment: Segment) -> bool:
    shortest = _SHORTEST_OUT if segment.foreground else _SHORTEST
    return segment.end - segment.said < shortest


def _a_blow(segment: Segment) -> bool:
    """Whether it is as short as a drum in the music and no louder than those before it."""
    return segment.standing_out < _HARDLY and segment.end - segment.said < _BLOW


def _same_beginning(a: Segment, b: Segment) -> bool:
    return abs(a.said - b.said) <= 3 * _SAME_SAID


def _sureness(heard: Utterance) -> float:
    """The confidence that a command was said, 0 to 1."""
    best = heard.candidates[0] if heard.candidates else None
    return best.confidence if best is not None and best.command is not None else 0.0


def _clear(heard: Utterance) -> bool:
    """Whether there is so little doubt that cutting it otherwise would change nothing."""
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
