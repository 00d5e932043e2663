"""What was said in a span of the stream: every live phrase it may be, with a probability.

The first pass, `spotter`, only says where to look. Here each reading of a span is judged by all
that is known: how its sounds fit, what was said around it and, in doubt, what a second opinion
makes of the same sound. `likelihood` turns that into one probability.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import Candidate, Command, Grammar

from .alignment import Reading, aligned
from .likelihood import UNWRITTEN, Sounded, Weights, Written, likelihood
from .phonemes import VOWELS, Pronounce, Pronunciation
from .phrase_graph import Automaton, PhraseGraph
from .pronunciation import respelt
from .readings import readings
from .scoring import Opinion, Phrases
from .stream_history import StreamHistory

EDGE = 6
"""Frames by which a reading may begin or end away from the span's edges."""

BEFORE, AFTER, TALK = 20, 8, 100
"""Frames just before and after a span, and long before it, in which speech by the same voice
suggests talk."""

CLEAR, HOPELESS = 0.98, 0.02
"""Likelihoods beyond which no second opinion is asked for."""

_DIGIT = re.compile(r"\d")

_LONG, _LIKE_A_PHRASE = 100, 0.1
"""A span longer than this, in frames (2 s), is mostly talk. Its second opinion is asked for only if
its sounds are at least this likely a phrase; a plan or a weight always was, even in noise of 10
dB."""

_OTHERS = 5
"""Meanings that the second opinion may add, at most."""


class SecondOpinion(Protocol):
    """A recogniser that doesn't work by single sounds: see `scoring.Scorer`."""

    def phrases(self, grammar: Grammar) -> Phrases:
        """A grammar prepared for it."""

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        """See `recogniser.Recogniser`."""

    def opinion(self, pcm: NDArray[np.float32], phrases: Phrases) -> Opinion:
        """What `pcm` (16 kHz, shape (n,)) may be."""


class PreparedGroup:
    """A group of phrases prepared for spotting. Phrases in digits are left out: the same phrases
    are there in words."""

    def __init__(self, phrases: Mapping[str, Command]) -> None:
        self.in_words: defaultdict[Command, list[str]] = defaultdict(list)
        for phrase, command in phrases.items():
            if not _in_digits(phrase):
                self.in_words[command].append(phrase)
        self.automaton = _automaton(chain.from_iterable(self.in_words.values()))


class LiveGrammar:
    """A grammar prepared for spotting."""

    def __init__(
        self, grammar: Grammar, groups: Sequence[PreparedGroup], pronounce: Pronounce
    ) -> None:
        """`groups`: those of the grammar. Raises ValueError if no phrase can be pronounced."""
        self.grammar = grammar
        self._groups = groups
        decoys = _automaton(decoy for decoy in grammar.decoys if not _in_digits(decoy))
        automata = [*(group.automaton for group in groups), decoys]
        self.graph = PhraseGraph(automata, respelt(pronounce, grammar.pronounce))

    def meaning(self, phrase: str) -> Command | str:
        """The command that `phrase` means, or the phrase itself if it means nothing."""
        return self.grammar.phrases.get(phrase, phrase)

    def said(self, reading: Command | str) -> Sequence[str]:
        """The phrases, in words, with this meaning."""
        if isinstance(reading, str):
            return (reading,)
        return [said for group in self._groups for said in group.in_words.get(reading, ())]

    def goes_on(self, phrase: str) -> bool:
        """Whether another phrase begins with it."""
        automaton = self.graph.automaton
        node = automaton.root
        for word in phrase.split():
            node = automaton.follow(node)[word]
        return automaton.goes_on(node)

    def may_begin_another(self, phrase: str) -> bool:
        """Whether it sounds like the first word of other phrases: "pain" differs from the "pin" of
        "pin seven" by one vowel."""
        said = self.graph.spoken.get(phrase, ())
        return any(_one_vowel_apart(mine, other) for mine in said for other in self._beginnings)

    @cached_property
    def _beginnings(self) -> Sequence[Pronunciation]:
        """The pronunciations of every word with which a longer phrase begins."""
        automaton = self.graph.automaton
        first = automaton.follow(automaton.root).items()
        words = [word for word, node in first if automaton.goes_on(node)]
        return [said for word in words for said in self.graph.spoken[word]]


@dataclass(frozen=True, slots=True)
class SpeechSpan:
    """Frames of the stream in which a phrase may have been said."""

    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A reading of a span with all that is known of it."""

    stretch: SpeechSpan
    candidate: Candidate
    sounded: Sounded
    written: Written | None
    free: str
    """Free transcript of the second opinion; "" if it was not asked."""


class _Around(TypedDict):
    """The fields of `Sounded` that describe the sounds around a span."""

    before: float
    after: float
    talk: float
    led: float
    went_on: float
    rise: float


class Rescorer:
    """Weighs the readings of spans of one stream."""

    def __init__(
        self,
        history: StreamHistory,
        weights: Mapping[str, Weights],
        second: SecondOpinion | None,
    ) -> None:
        self._history, self._weights, self._second = history, weights, second
        self._opinions: deque[tuple[tuple[SpeechSpan, LiveGrammar], Opinion]] = deque(maxlen=4)
        """The last opinions, each with what it is of."""

    def hypotheses(
        self, live: LiveGrammar, stretch: SpeechSpan, since: int, ask: bool = False
    ) -> list[Hypothesis]:
        """The readings of a span. `since`: the frame up to which everything was reported. `ask`:
        always ask for a second opinion."""
        first, end = stretch.first - EDGE // 2, stretch.end + EDGE // 2
        frames = self._history.frames(max(0, first), min(self._history.count, end))
        # The best of each meaning; a phrase that means nothing is a meaning of its own.
        found: dict[Command | str, Reading] = {}
        for reading in readings(live.graph, frames, EDGE):
            found.setdefault(live.meaning(reading.phrase), reading)
        around = self._around(stretch, since)
        weighed = self._weighed(live, found, stretch, around, None)
        if self._second is None or not (ask or _in_doubt(weighed, stretch)):
            return weighed
        opinion = self._opinion(self._second, live, stretch)
        written = (other.command or other.phrase for other in opinion.readings[:_OTHERS])
        phrases = chain.from_iterable(map(live.said, written))
        for new in aligned(phrases, live.graph.spoken, frames, EDGE):
            meaning = live.meaning(new.phrase)
            if meaning not in found or new.score > found[meaning].score:
                found[meaning] = new
        return self._weighed(live, found, stretch, around, opinion)

    def _around(self, stretch: SpeechSpan, since: int) -> _Around:
        history, first, end = self._history, stretch.first, stretch.end
        return _Around(
            before=history.spoken(first - BEFORE, first - 1),
            after=history.spoken(end + 1, end + AFTER),
            talk=history.spoken(first - TALK, first - BEFORE),
            led=first - history.breath(first, since),
            went_on=max(0, history.count - history.pause - end),
            rise=history.rise(first, end),
        )

    def _weighed(
        self,
        live: LiveGrammar,
        found: Mapping[Command | str, Reading],
        stretch: SpeechSpan,
        around: _Around,
        opinion: Opinion | None,
    ) -> list[Hypothesis]:
        weighed = []
        for meaning, reading in found.items():
            rival = max((o.fit for m, o in found.items() if m != meaning), default=-9.0)
            sounded = Sounded(
                fit=reading.fit,
                worst=min(reading.words),
                sounds=reading.sounds,
                margin=reading.fit - rival,
                pace=(stretch.end - stretch.first) / reading.sounds,
                live=len(live.grammar.phrases),
                **around,
            )
            command = meaning if isinstance(meaning, Command) else None
            written = None if opinion is None else _written(opinion, command, reading.phrase)
            sure = likelihood(sounded, written, self._weights)
            candidate = Candidate(reading.phrase, command, sure)
            free = opinion.free if opinion is not None else ""
            weighed.append(Hypothesis(stretch, candidate, sounded, written, free))
        return weighed

    def _opinion(self, second: SecondOpinion, live: LiveGrammar, stretch: SpeechSpan) -> Opinion:
        """Asked once per span."""
        for (of, under), opinion in self._opinions:
            if of == stretch and under is live:
                return opinion
        sound = self._history.sound(stretch.first, stretch.end)
        new = second.opinion(sound, second.phrases(live.grammar))
        self._opinions.append(((stretch, live), new))
        return new


def _one_vowel_apart(one: Pronunciation, other: Pronunciation) -> bool:
    """Whether they differ only by one vowel in the place of another."""
    differ = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return len(one) == len(other) and len(differ) == 1 and VOWELS.issuperset(differ[0])


def _automaton(phrases: Iterable[str]) -> Automaton:
    return Automaton(phrase.split() for phrase in phrases)


def _in_digits(phrase: str) -> bool:
    return _DIGIT.search(phrase) is not None


def _in_doubt(weighed: Sequence[Hypothesis], stretch: SpeechSpan) -> bool:
    """Whether a second opinion may change the result."""
    surest = max((each.candidate.confidence for each in weighed), default=0.0)
    hopeless = _LIKE_A_PHRASE if stretch.end - stretch.first > _LONG else HOPELESS
    return hopeless < surest < CLEAR


def _written(opinion: Opinion, command: Command | None, phrase: str) -> Written:
    """The second opinion of one reading."""
    for mine in opinion.readings:
        if mine.command == command if command is not None else mine.phrase == phrase:
            rival = max((o.adjusted for o in opinion.readings if o is not mine), default=-1e9)
            margin = mine.adjusted - rival
            return Written(mine.score, opinion.likelihood, margin, mine.prior)
    return UNWRITTEN
