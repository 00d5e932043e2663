"""The embedded English recogniser: voice activity cuts segments, `scoring` says what they may have
been. This module decides when to report one.
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
"""Confidence at which a phrase is reported before its pause is surely the end."""
_EARLY_URGENT = 0.7
"""The same for an urgent command, which doesn't even wait to see whether "stop" becomes
"stopped"."""
_LIKELY = 0.3
"""Confidence from which a finished utterance may be obeyed."""
_RESEMBLES = 0.05
"""Confidence below which foreground in talk is not worth reporting."""
_CHUNK = CHUNK * OUTPUT_PER_INPUT
_SAME_SAID, _SAME_END = 3 * _CHUNK, 2 * _CHUNK
"""How much the two cuts of one word may differ at its beginning and its end, in output samples."""
_WHOLE = 2 * SAMPLE_RATE
"""How long before its foreground part a command may have begun, in output samples."""
_FAINT = SAMPLE_RATE * 3 // 10
"""How long a word's faint last sound may go unnoticed, in output samples."""
_AMONG_VOICES = 2
"""Number of the cut for rooms where others speak. In a quiet room it would cut "stop" out of
"stopped by"."""
_BEFORE = SAMPLE_RATE * 3 // 4
"""How long others must have been heard before a voice has to be told from theirs, in output
samples."""
_AT_ONCE = 3.0
"""Most early looks at unfinished speech that can be saved up and taken in a row. If hundreds of
voices rise and fall a minute, only finished speech is worth the computing."""
_ALONE = SAMPLE_RATE // 2
"""Output samples of pause after which speech always gets an early look: people pause before they
speak to the coach, and a crowd does not."""
_SHORTEST, _SHORTEST_OUT = SAMPLE_RATE // 12, SAMPLE_RATE * 3 // 16
"""Shortest word, in output samples: in speech, and in the foreground of other sounds."""
_BLOW, _HARDLY = SAMPLE_RATE // 4, 0.6
"""A sound shorter than this, in output samples, that stands out with less than this probability is
a thump: one more drum beat in the music, which the model hears as "eight"."""


class Moonshine:
    """See `recogniser.Recogniser`. English, no download, one core."""

    name = "moonshine"

    def __init__(self, folder: Path, early: float = 1.0) -> None:
        """`folder` holds the weights (see `models.find_weights`). `early`: how many early looks at
        unfinished speech it may take a second, in the long run. If many people talk, these are half
        of all the computing."""
        self._early = early
        self._scorer = scorer(folder)
        self._segmenter = Segmenter(ForegroundActivity())
        self._phrases = self._scorer.phrases(Grammar(()))
        self._looks: deque[_Look] = deque(maxlen=9)
        self._quiet_since = -_ALONE
        """Output sample at which the last speech ended."""
        self._told: Segment | None = None
        """The last finished segment that was no command."""
        self._ending: Utterance | None = None
        """A command in the foreground that may be the end of what is still being said."""
        self._patience = _AT_ONCE
        self._asked = 0
        """Output sample at which `_patience` was last updated."""

    def listen_for(self, grammar: Grammar) -> None:
        if grammar != self._phrases.grammar:
            self._phrases = self._scorer.phrases(grammar)
            self._segmenter.expect(longest(grammar.phrases))

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        return self._scorer.prepare(grammar)

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        return self._decide(self._segmenter.feed(pcm, at))

    def finish(self, at: int) -> list[Utterance]:
        heard = self._decide(self._segmenter.finish())
        self._looks.clear()
        self._told = self._ending = None
        # The next microphone may count from another sample.
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
                # The whole is no command, so its foreground part was.
                heard.append(self._ending)
                self._ending = None
            elif over and (not segment.foreground or _sureness(utterance) >= _RESEMBLES):
                # Foreground that resembles no command is part of the talk around it.
                heard.append(utterance)
                self._told = segment
        return heard

    def _an_end(self, heard: Utterance, segment: Segment) -> bool:
        """Whether it is the foreground of speech that began a little earlier, and may be the end of
        another command: "four sets of ten" after "leg press", "eighty kilos" after "log"."""
        began = self._segmenter.began(0)
        return (
            segment.foreground
            and not _urgent(heard)
            and began is not None
            and 3 * _SAME_SAID < segment.said - began < _WHOLE
            and self._phrases.comes_after(heard.candidates[0].phrase)
        )

    def _surest(self, heard: Utterance, segment: Segment, early: bool) -> Utterance:
        """`heard`, or the surest reading of the other cuts of the same word. The word is over once
        reported, so its end covers every cut."""
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
        """Whether to score `segment` now, or only when it is over."""
        settled = segment.pause >= PauseStage.SETTLED
        if segment.foreground and not self._counts(segment):
            return False
        if segment.foreground and settled and self._also_speech(segment):
            # It comes again in a moment, cut as speech and with its faint sounds.
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
        """Take an early look at unfinished speech, if one is left."""
        now = segment.end + segment.pause * _CHUNK
        more = self._early * max(now - self._asked, 0) / SAMPLE_RATE
        self._patience = min(self._patience + more, _AT_ONCE)
        self._asked = now
        if self._patience < 1:
            return False
        self._patience -= 1
        return True

    def _counts(self, segment: Segment) -> bool:
        """Whether its cut suits the room: the one for rooms where others speak counts only if they
        did so before it."""
        began = self._segmenter.began(0)
        drowned = began is not None and segment.said - began > _BEFORE
        return drowned or segment.cut < _AMONG_VOICES

    def _also_speech(self, segment: Segment) -> bool:
        """Whether the same word, cut as speech, was reported or is about to be."""
        told = [self._told] if self._told is not None else []
        return any(
            not other.foreground
            and _same_beginning(other, segment)
            and abs(other.end - segment.end) <= _FAINT
            for other in (*told, *self._segmenter.under_way())
        )

    def _certain(self, heard: Utterance) -> bool:
        """Whether it is sure enough to act on before its end is certain."""
        if not _clear(heard):
            return False
        return _urgent(heard) or not self._phrases.goes_on(heard.candidates[0].phrase)

    def _hear(self, segment: Segment) -> Utterance:
        if segment.talk:
            note = "talk, longer than any command"
            return Utterance(segment.said, segment.end, (), note=note, long=True)
        if _too_short(segment):
            return Utterance(segment.said, segment.end, (), note="a noise, too short for a word")
        # A segment is scored at its first pause, so that the result is ready when the pause has
        # lasted. One that has settled is scored with more care.
        thorough = segment.pause >= PauseStage.SETTLED
        heard = self._look(segment, thorough)
        if _a_blow(segment) and not _urgent(heard):
            return replace(heard, candidates=(), note="a blow, no louder than what sounded before")
        if thorough and segment.foreground and _sureness(heard) < _LIKELY:
            loudest = segment.loudest()
            if loudest is not None and not _too_short(loudest):
                part = self._look(loudest, thorough)
                # "Two sets of twelve" may be only the loud part of a longer command.
                if not self._unfinished(part):
                    heard = max(heard, part, key=_sureness)
        return heard

    def _unfinished(self, heard: Utterance) -> bool:
        """Whether it may be the beginning of another command."""
        best = heard.candidates[0] if heard.candidates else None
        return best is not None and self._phrases.goes_on(best.phrase, as_command=True)

    def _known(self, segment: Segment, thorough: bool) -> Utterance | None:
        """The earlier result, if it was scored already."""
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
        # If there is no doubt, more care changes nothing. What is hopeless may lack its soft end.
        thorough |= surest >= IN_DOUBT[1]
        self._looks.appendleft(
            _Look(segment.said, segment.end, heard, segment.cut, thorough, self._phrases)
        )
        return heard


@dataclass(frozen=True, slots=True)
class _Look:
    """The result of scoring a segment."""

    said: int
    end: int
    heard: Utterance
    cut: int
    thorough: bool
    phrases: Phrases

    def serves(self, segment: Segment, thorough: bool, phrases: Phrases) -> bool:
        """Whether scoring `segment` would give the same result."""
        same = segment.cut == self.cut
        if not same and not _clear(self.heard):
            # In doubt both cuts are worth scoring.
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
    """Whether it is as short as a drum beat in the music and no louder than those before."""
    return segment.standing_out < _HARDLY and segment.end - segment.said < _BLOW


def _same_beginning(a: Segment, b: Segment) -> bool:
    return abs(a.said - b.said) <= 3 * _SAME_SAID


def _sureness(heard: Utterance) -> float:
    """The confidence that a command was said, 0 to 1."""
    best = heard.candidates[0] if heard.candidates else None
    return best.confidence if best is not None and best.command is not None else 0.0


def _clear(heard: Utterance) -> bool:
    """Whether it is so sure that another cut would change nothing."""
    if _urgent(heard):
        return heard.candidates[0].confidence >= _EARLY_URGENT
    return _undisputed(heard) >= _EARLY


def _urgent(heard: Utterance) -> bool:
    """Whether its best candidate is urgent."""
    best = heard.candidates[0] if heard.candidates else None
    return best is not None and best.command is not None and best.command.intent in URGENT


def _undisputed(heard: Utterance) -> float:
    """`_sureness`, or 0 if another candidate has a higher confidence."""
    confidences = [candidate.confidence for candidate in heard.candidates]
    return _sureness(heard) if confidences and confidences[0] == max(confidences) else 0.0
