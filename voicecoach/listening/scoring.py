"""How probable each live phrase is in an utterance, next to everything else it may be.

Moonshine's encoder hears the utterance once. Its decoder then says how probable each live phrase is
(`trie.search`) and what it would write if it were free (`trie.spell`). A phrase far less probable
than the free transcript was not said. Phrases that the model tends to hear in mere noise are
discounted by what they score there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import Candidate, Command, Grammar, PhraseGroup
from voicecoach.core.plan import MICROPHONE_RATE

from . import trie
from .confidence import confidence
from .moonshine_model import MoonshineModel
from .priors import Priors
from .spelling import MARKS, spellings

_PADDING, *_OTHER_PADDINGS = (round(s * MICROPHONE_RATE) for s in (0.3, 0.1, 0.6))
"""Zeros on each side of an utterance, in samples. Some are needed: 0.3 s raised correct free
transcripts of single words from 43 to 77 of 100. The amount changes what the model makes of a short
word, so in doubt the word is scored again with the other paddings, and averaged."""
_SHORT = 5 * MICROPHONE_RATE // 2
"""Samples above which an utterance is scored only once: a sentence of five seconds would take a
second."""
IN_DOUBT = (0.1, 0.97)
"""An utterance is scored again if the confidence of its best command lies between these."""
_PEAK = 0.5
"""Peak to which an utterance is scaled."""
_WITHIN = 6.0
"""Beam width: phrases more than this many nats below the best (bonuses included) are not scored."""
_BLIND = 12.0
"""The same if the bonuses are not known in advance: more than they can make up for."""
_FEW = 300
"""Number of phrases up to which a grammar learns all its bonuses in advance, 6 ms each. With them
the search reads a third of the prefixes."""
_MOST, _PER_TOKEN = 64, 8
"""Most prefixes read per utterance, about 0.2 s on one core; or this many per token of the free
transcript if that is more: a plan of ten words has fifteen."""
_STRIDE = 1.0
"""Nats that a token of a long phrase may cost in a large grammar: in a clear voice it costs half of
that, in an unfamiliar one a little more."""
_ALL = 1_000_000
"""More prefixes than any grammar has."""
_LONGEST, _MARKS = 12, 4
"""Longest free transcript, in tokens: this many, or the longest phrase plus this many for marks. If
it were shorter, it would be more probable than a phrase that goes on."""
_AT_A_TIME = 16
"""Phrases whose priors are learnt in one batch. All that is read for them is kept meanwhile, 90 MB
for the phrases of a set."""
_PRIOR_SHARE = 0.45
"""Share of a phrase's log-probability on noise alone that is taken off its score: its bonus. From
0.55 on, a beat alone begins to sound like a command."""
_PRIORS = 1
"""Change this whenever `Scorer` gives other priors for the same phrases: it reads its own no
more."""
_DECOY_BONUS = 4.0
"""Largest bonus of a decoy in nats, about that of the commonest commands: "boss" is rarer than
"pause", and that must not make it the better guess."""
_PREPARED = 64
"""Number of prepared grammars kept, more than a session has. They share the groups that they are
made of."""
_CANDIDATES = 5
"""Maximum number of candidates reported."""


@dataclass(frozen=True, slots=True)
class WrittenReading:
    """A command's figures in one utterance, all its phrases together."""

    phrase: str
    """The most probable of its phrases."""
    command: Command | None
    score: float
    """Log-probability in the utterance."""
    prior: float
    """Log-probability of `phrase` on noise alone."""
    adjusted: float
    """`score` plus bonus. Commands are ranked by it."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the decoder makes of a sound."""

    free: str
    """The free transcript."""
    likelihood: float
    """Log-probability of the free transcript."""
    readings: tuple[WrittenReading, ...]
    """The live phrases found, most probable meaning first."""


@dataclass(frozen=True, slots=True)
class _Listen:
    """The result of scoring an utterance once."""

    written: trie.Prefix
    """Tokens of the free transcript."""
    free: float
    """Its log-probability."""
    found: Mapping[str, float]
    """Log-probabilities of the phrases found."""


class SpeltGroup:
    """A group of phrases with the tokens of each, in each of its spellings."""

    def __init__(self, texts: Iterable[str], spell: Callable[[str], Sequence[trie.Prefix]]) -> None:
        self.spelt = {text: spell(text) for text in texts}
        self.longest = max((len(way) for ways in self.spelt.values() for way in ways), default=0)
        """Tokens of the longest phrase."""

    def tree(
        self, marks: Sequence[trie.Prefix], bonuses: Mapping[str, float] | None = None
    ) -> trie.Tree:
        """The tree of its phrases, each in all its spellings and with each closing mark."""
        ways = ((tokens, text) for text, spelt in self.spelt.items() for tokens in spelt)
        return trie.Tree(ways, bonuses, marks)


class Phrases:
    """A grammar prepared for the search."""

    def __init__(
        self, grammar: Grammar, groups: Sequence[SpeltGroup] = (), trees: Sequence[trie.Tree] = ()
    ) -> None:
        """`groups` and their `trees`: those of the grammar, the last one of its decoys."""
        self.grammar = grammar
        self.few = _few(grammar)
        self.longest = max(_LONGEST, *(group.longest + _MARKS for group in groups), 0)
        """Most tokens that the free transcript may have."""
        self.within = _WITHIN if self.few else _BLIND
        self.trees = trees
        self._groups = groups

    @property
    def count(self) -> int:
        """The number of its phrases, decoys included."""
        return len(self.grammar.phrases) + len(self.grammar.decoys)

    def spelt(self, text: str) -> Sequence[trie.Prefix]:
        """The spellings of one of its phrases."""
        return next(group.spelt[text] for group in self._groups if text in group.spelt)

    def goes_on(self, text: str, as_command: bool = False) -> bool:
        """Whether some live phrase begins with `text` and means something else. `as_command`:
        whether some command does."""
        phrases = self.grammar.phrases
        meant = phrases.get(text)
        return any(
            # "rpe 8" goes on as "rpe 8.5".
            other.startswith((text + " ", text + ".")) and phrases.get(other) != meant
            for other in chain(phrases, () if as_command else self.grammar.decoys)
        )

    def comes_after(self, text: str) -> bool:
        """Whether some live command ends with `text` and means something else."""
        phrases = self.grammar.phrases
        meant = phrases.get(text)
        return any(other.endswith(f" {text}") and phrases[other] != meant for other in phrases)


def _few(grammar: Grammar) -> bool:
    return len(grammar.phrases) + len(grammar.decoys) <= _FEW


class Scorer:
    """Scores utterances against a grammar. Knows nothing of time or of the microphone."""

    def __init__(self, model: MoonshineModel) -> None:
        self._model = model
        noise = np.random.default_rng(0).standard_normal(MICROPHONE_RATE).astype(np.float32)
        self._noise = model.listen(_prepared(noise, _PADDING))
        self._priors = Priors()
        tokens = model.tokenizer.encode
        self._marks = [(), *(tokens(f"a{mark}")[1:] for mark in MARKS)]
        self._spelt: WeakKeyDictionary[PhraseGroup, SpeltGroup] = WeakKeyDictionary()
        # In a small grammar the bonuses of a group are known, in a large one they aren't.
        self._trees: WeakKeyDictionary[PhraseGroup, dict[bool, trie.Tree]] = WeakKeyDictionary()
        self.phrases = lru_cache(maxsize=_PREPARED)(self._prepared)
        """`grammar` prepared for the search."""

    def remember(self, folder: Path) -> None:
        """Keep in `folder` what is measured of phrases, and use what is there of this model."""
        self._priors.keep_in(folder / f"priors-{_PRIORS}-{self._model.identity}.json")

    def _spell(self, text: str) -> Sequence[trie.Prefix]:
        return [self._model.tokenizer.encode(spelling) for spelling in spellings(text)]

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        """See `recogniser.Recogniser`."""
        few = _few(grammar)
        for group in grammar.groups:
            if few not in self._trees.get(group, {}):
                self._prepare_group(group, few)
                yield
        self.phrases(grammar)
        yield

    def _prepare_group(self, group: PhraseGroup, few: bool) -> None:
        if group not in self._spelt:
            self._spelt[group] = SpeltGroup(group.phrases, self._spell)
            self._trees[group] = {}
        if few not in self._trees[group]:
            self._trees[group][few] = self._tree(self._spelt[group], few)

    def _prepared(self, grammar: Grammar) -> Phrases:
        few = _few(grammar)
        for group in grammar.groups:
            self._prepare_group(group, few)
        decoys = SpeltGroup(grammar.decoys, self._spell)
        trees = [*(self._trees[group][few] for group in grammar.groups)]
        trees.append(self._tree(decoys, few, decoys=True))
        self._priors.keep()
        return Phrases(grammar, [*(self._spelt[group] for group in grammar.groups), decoys], trees)

    def _tree(self, group: SpeltGroup, few: bool, decoys: bool = False) -> trie.Tree:
        if not few:
            return group.tree(self._marks)
        self._learn_priors(group.spelt)
        bonuses = {text: self._bonus(text, decoys) for text in group.spelt}
        return group.tree(self._marks, bonuses)

    def score(
        self,
        pcm: NDArray[np.float32],
        measured: Mapping[str, float],
        phrases: Phrases,
        thorough: bool = True,
    ) -> tuple[tuple[Candidate, ...], str, dict[str, float]]:
        """Candidates for an utterance, best first, its free transcript and the evidence.

        `pcm`: mono, 16 kHz, shape (n,). `measured`: other figures that the confidence needs and
        that go into the evidence (see `confidence`). `thorough`: score a short utterance again if
        in doubt.
        """
        listens = [self._listen(pcm, phrases, _PADDING)]
        result = self._judged(listens, measured, phrases)
        surest = max((c.confidence for c in result[0] if c.command), default=0.0)
        if thorough and len(pcm) <= _SHORT and IN_DOUBT[0] < surest < IN_DOUBT[1]:
            listens += [self._listen(pcm, phrases, padding) for padding in _OTHER_PADDINGS]
            result = self._judged(listens, measured, phrases)
        return result

    def opinion(self, pcm: NDArray[np.float32], phrases: Phrases) -> Opinion:
        """What `pcm` (mono, 16 kHz, shape (n,)) may be, scored once."""
        listen = self._listen(pcm, phrases, _PADDING)
        self._learn_priors({text: phrases.spelt(text) for text in listen.found})
        readings = self._readings(listen.found, phrases)
        free = self._model.tokenizer.decode(listen.written)
        return Opinion(free, listen.free, tuple(readings))

    def _listen(self, pcm: NDArray[np.float32], phrases: Phrases, padding: int) -> _Listen:
        utterance = self._model.listen(_prepared(pcm, padding))
        written, free = trie.spell(utterance, phrases.longest)
        most = max(_MOST, _PER_TOKEN * len(written))
        stride = 0.0 if phrases.few else _STRIDE
        found = trie.search(utterance, phrases.trees, phrases.within, most, stride)
        return _Listen(written, free, found)

    def _judged(
        self, listens: Sequence[_Listen], measured: Mapping[str, float], phrases: Phrases
    ) -> tuple[tuple[Candidate, ...], str, dict[str, float]]:
        written = max(listens, key=lambda listen: listen.free).written
        free = sum(listen.free for listen in listens) / len(listens)
        found = self._averaged([listen.found for listen in listens], phrases)
        self._learn_priors({text: phrases.spelt(text) for text in found})
        readings = self._readings(found, phrases)
        candidates = []
        evidence: dict[str, float] = {}
        for reading in readings[:_CANDIDATES]:
            rival = next((other for other in readings if other is not reading), None)
            figures = {
                "score": reading.score,
                "free": free,
                "prior": reading.prior,
                "margin": reading.adjusted - rival.adjusted if rival else _BLIND,
                "tokens": len(self._model.tokenizer.encode(reading.phrase)),
                "written": len(written),
                "live": phrases.count,
                **measured,
            }
            candidates.append(Candidate(reading.phrase, reading.command, confidence(figures)))
            evidence = evidence or figures
        return tuple(candidates), self._model.tokenizer.decode(written), evidence

    def _readings(self, found: Mapping[str, float], phrases: Phrases) -> list[WrittenReading]:
        """The phrases found, grouped by command, best first."""
        readings: dict[Command | str, WrittenReading] = {}
        for text, score in found.items():
            command = phrases.grammar.phrases.get(text)
            adjusted = score + self._bonus(text, command is None)
            new = WrittenReading(text, command, score, self._priors[text], adjusted)
            old = readings.get(command or text)
            readings[command or text] = _together(old, new) if old else new
        return sorted(readings.values(), key=lambda reading: -reading.adjusted)

    def _learn_priors(self, spelt: Mapping[str, Sequence[trie.Prefix]]) -> None:
        """Score phrases on mere noise, unless they were scored before."""
        waiting = sorted(text for text in spelt if text not in self._priors)
        while waiting:
            some, waiting = waiting[:_AT_A_TIME], waiting[_AT_A_TIME:]
            ways = ((tokens, text) for text in some for tokens in spelt[text])
            found = trie.search(self._noise, [trie.Tree(ways, None, self._marks)], np.inf, _ALL)
            self._noise.forget()
            # Rounded, because the last digits depend on what else was in the same batch.
            self._priors.update((text, round(score, 2)) for text, score in found.items())

    def _bonus(self, text: str, decoy: bool) -> float:
        """Nats that a phrase with a known prior gains."""
        bonus = -_PRIOR_SHARE * self._priors[text]
        return min(bonus, _DECOY_BONUS) if decoy else bonus

    def _averaged(
        self, searches: Sequence[Mapping[str, float]], phrases: Phrases
    ) -> dict[str, float]:
        """The log of the mean probability of every phrase found in any of `searches`. A search that
        missed it counts with the edge of its beam.

        Not the mean of the logs: in noise, a phrase that was said is usually clear in one of the
        searches, and one that was not said is clear in none.
        """

        def bonus(text: str) -> float:
            return self._bonus(text, text not in phrases.grammar.phrases) if phrases.few else 0.0

        promises = [
            max((score + bonus(text) for text, score in found.items()), default=0.0)
            for found in searches
        ]
        return {
            text: _mean(
                [
                    found.get(text, promise - phrases.within - bonus(text))
                    for found, promise in zip(searches, promises, strict=True)
                ]
            )
            for text in dict.fromkeys(text for found in searches for text in found)
        }


def _together(a: WrittenReading, b: WrittenReading) -> WrittenReading:
    """Two phrases of one command as one reading, under the better phrase."""
    first, second = (a, b) if a.adjusted >= b.adjusted else (b, a)
    return replace(
        first,
        score=float(np.logaddexp(first.score, second.score)),
        adjusted=float(np.logaddexp(first.adjusted, second.adjusted)),
    )


def _mean(logs: Sequence[float]) -> float:
    """The log of the mean of probabilities that are given as logs."""
    return float(np.logaddexp.reduce(logs)) - math.log(len(logs))


def _prepared(pcm: NDArray[np.float32], padding: int) -> NDArray[np.float32]:
    """`pcm` scaled and padded as the model hears best."""
    peak = float(np.abs(pcm).max())
    return np.pad(pcm * np.float32(_PEAK / max(peak, 1e-6)), padding)


@lru_cache(maxsize=1)
def scorer(folder: Path) -> Scorer:
    """The scorer with the weights in `folder`, made once per process."""
    return Scorer(MoonshineModel(folder))
