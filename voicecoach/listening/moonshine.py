"""The embedded English recogniser: is this more like a live phrase than like anything else?

Voice activity cuts utterances; Moonshine's encoder hears each once; its decoder
then says how probable each live phrase is (`trie.search`) and what it would write
if it were free (`trie.spell`). A phrase far less probable than the free transcript
was not said. Phrases that the model likes to hear in mere noise are held against
what they score there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import Candidate, Command, Grammar, Heard
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE

from . import trie
from .confidence import confidence
from .gate import level
from .moonshine_model import Model
from .segments import Segment, Segmenter
from .spelling import MARKS, spellings
from .voice_activity import VoiceActivity

_PADDING, *_OTHER_PADDINGS = (round(s * MICROPHONE_RATE) for s in (0.3, 0.1, 0.6))
"""Zeros on each side of an utterance. Some are needed: 0.3 s took free transcripts of
single words from 43 to 77 right of 100. How many they are changes what the model makes
of a short word, so in doubt it is listened to again with others, and averaged."""
_IN_DOUBT = (0.05, 0.95)
"""Confidences of the best command between which an utterance is listened to again."""
_PEAK = 0.5
"""What an utterance's loudest sample is scaled to."""
_WITHIN = 12.0
"""Nats below the best phrase up to which others are scored: more than the noise
prior makes good."""
_MOST = 64
"""Prefixes read for one utterance at most: about 0.2 s on one core."""
_ALL = 1_000_000
"""More prefixes than any grammar has."""
_LONGEST = 12
"""Tokens of the free transcript."""
_PRIOR_SHARE = 0.4
"""How much of a phrase's log-probability on noise alone is taken off its score."""
_RECENT = 8
"""Grammars that are kept ready: about one for each state of a session."""
_CANDIDATES = 5
"""How many candidates are reported at most."""
_EARLY = 0.9
"""Confidence at which a phrase is reported before its pause is sure to be the end."""
_SHORTEST = SAMPLE_RATE // 12
"""Output samples of speech below which a sound is no word."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A command's figures in one utterance, its phrases together."""

    phrase: str
    """The most probable of its phrases."""
    command: Command | None
    score: float
    """Log-probability in the utterance."""
    prior: float
    """Log-probability of `phrase` where there is nothing but noise."""
    adjusted: float
    """`score` less a share of the prior: by this, commands are ranked."""


@dataclass(frozen=True, slots=True)
class _Listen:
    """What came of listening to an utterance once."""

    written: tuple[int, ...]
    """Tokens of the free transcript."""
    free: float
    """Its log-probability."""
    found: Mapping[int, float]
    """Log-probabilities of the phrases, by their numbers."""


class _Phrases:
    """A grammar made ready for the search."""

    def __init__(self, grammar: Grammar, model: Model) -> None:
        self.grammar = grammar
        self.texts = (*grammar.phrases, *grammar.decoys)
        self.spelt = {
            number: [model.tokenizer.encode(spelling) for spelling in spellings(text)]
            for number, text in enumerate(self.texts)
        }
        self.root = _tree(self.spelt, model)

    def command(self, number: int) -> Command | None:
        """What phrase `number` means; None for a decoy."""
        return self.grammar.phrases.get(self.texts[number])

    def goes_on(self, text: str) -> bool:
        """Whether some live phrase begins with `text` and means something else."""
        meant = self.grammar.phrases.get(text)
        return any(
            other.startswith(text + " ") and self.grammar.phrases.get(other) != meant
            for other in self.texts
        )


def _tree(spelt: Mapping[int, Sequence[tuple[int, ...]]], model: Model) -> trie.Node:
    """The tree of phrases, each in all its spellings and with each mark at its end."""
    marks = [(), *(model.tokenizer.encode(f"a{mark}")[1:] for mark in MARKS)]
    return trie.grow(
        ((*tokens, *mark), number)
        for number, ways in spelt.items()
        for tokens in ways
        for mark in marks
    )


class Scorer:
    """Scores utterances against a grammar; knows nothing of time or of the microphone."""

    def __init__(self, model: Model) -> None:
        self._model = model
        noise = np.random.default_rng(0).standard_normal(MICROPHONE_RATE).astype(np.float32)
        self._noise = model.listen(_prepared(noise, _PADDING))
        self._priors: dict[str, float] = {}
        self._recent: list[_Phrases] = []

    def phrases(self, grammar: Grammar) -> _Phrases:
        """`grammar` made ready; one used lately is ready already (8,000 phrases take 0.4 s)."""
        ready = next((p for p in self._recent if p.grammar == grammar), None)
        ready = ready or _Phrases(grammar, self._model)
        self._recent = [ready, *(p for p in self._recent if p is not ready)][:_RECENT]
        return ready

    def score(
        self, pcm: NDArray[np.float32], measured: Mapping[str, float], phrases: _Phrases
    ) -> tuple[tuple[Candidate, ...], str, dict[str, float]]:
        """Candidates for an utterance, best first, its free transcript and the evidence.

        `pcm`: mono, 16 kHz, shape (n,); `measured`: figures about it that the
        confidence needs besides, and that go into the evidence (see `confidence`).
        """
        listens = [self._listen(pcm, phrases, _PADDING)]
        result = self._judged(listens, measured, phrases)
        surest = max((c.confidence for c in result[0] if c.command), default=0.0)
        if _IN_DOUBT[0] < surest < _IN_DOUBT[1]:
            listens += [self._listen(pcm, phrases, padding) for padding in _OTHER_PADDINGS]
            result = self._judged(listens, measured, phrases)
        return result

    def _listen(self, pcm: NDArray[np.float32], phrases: _Phrases, padding: int) -> _Listen:
        utterance = self._model.listen(_prepared(pcm, padding))
        begun = utterance.begin()
        written, free = trie.spell(utterance, _LONGEST, begun)
        found = trie.search(utterance, phrases.root, _WITHIN, _MOST, begun)
        return _Listen(tuple(written), free, found)

    def _judged(
        self, listens: Sequence[_Listen], measured: Mapping[str, float], phrases: _Phrases
    ) -> tuple[tuple[Candidate, ...], str, dict[str, float]]:
        written = max(listens, key=lambda listen: listen.free).written
        free = sum(listen.free for listen in listens) / len(listens)
        readings = self._readings(_averaged([listen.found for listen in listens]), phrases)
        candidates = []
        evidence: dict[str, float] = {}
        for reading in readings[:_CANDIDATES]:
            rival = next((other for other in readings if other is not reading), None)
            figures = {
                "score": reading.score,
                "free": free,
                "prior": reading.prior,
                "margin": reading.adjusted - rival.adjusted if rival else _WITHIN,
                "tokens": len(self._model.tokenizer.encode(reading.phrase)),
                "written": len(written),
                **measured,
            }
            candidates.append(Candidate(reading.phrase, reading.command, confidence(figures)))
            evidence = evidence or figures
        return tuple(candidates), self._model.tokenizer.decode(written), evidence

    def _readings(self, found: dict[int, float], phrases: _Phrases) -> list[_Reading]:
        """The phrases found, those of one command together, best first."""
        self._learn_priors(found, phrases)
        readings: dict[Command | str, _Reading] = {}
        for number, score in found.items():
            text, command = phrases.texts[number], phrases.command(number)
            prior = self._priors[text]
            new = _Reading(text, command, score, prior, score - _PRIOR_SHARE * prior)
            old = readings.get(command or text)
            readings[command or text] = _together(old, new) if old else new
        return _ranked(readings.values())

    def _learn_priors(self, numbers: Iterable[int], phrases: _Phrases) -> None:
        """Score on mere noise those phrases that never were before."""
        new = {n: phrases.spelt[n] for n in numbers if phrases.texts[n] not in self._priors}
        if not new:
            return
        root = _tree(new, self._model)
        found = trie.search(self._noise, root, np.inf, _ALL, self._noise.begin())
        # Rounded, because the last digits depend on what else was scored in the same batch.
        self._priors |= {phrases.texts[n]: round(score, 2) for n, score in found.items()}


def _ranked(readings: Iterable[_Reading]) -> list[_Reading]:
    """Best first. A decoy is helped by its rarity no more than the best command is by
    its own: "boss" is rarer than "pause", and that must not make it the better guess."""
    readings = list(readings)
    best = max(
        (reading for reading in readings if reading.command is not None),
        key=lambda reading: reading.adjusted,
        default=None,
    )
    help_most = best.adjusted - best.score if best is not None else 0.0
    return sorted(
        (
            reading
            if reading.command is not None
            else replace(reading, adjusted=min(reading.adjusted, reading.score + help_most))
            for reading in readings
        ),
        key=lambda reading: -reading.adjusted,
    )


def _together(a: _Reading, b: _Reading) -> _Reading:
    """Two phrases of one command as one reading, under the better phrase."""
    first, second = (a, b) if a.adjusted >= b.adjusted else (b, a)
    return replace(
        first,
        score=float(np.logaddexp(first.score, second.score)),
        adjusted=float(np.logaddexp(first.adjusted, second.adjusted)),
    )


def _averaged(searches: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """The mean log-probability of every phrase found in any of `searches`; where one
    did not find it, it is no more probable than the edge of that search."""
    edges = [max(found.values(), default=0.0) - _WITHIN for found in searches]
    return {
        number: sum(found.get(number, edge) for found, edge in zip(searches, edges, strict=True))
        / len(searches)
        for number in dict.fromkeys(number for found in searches for number in found)
    }


def _prepared(pcm: NDArray[np.float32], padding: int) -> NDArray[np.float32]:
    """`pcm` scaled and padded the way the model hears best."""
    peak = float(np.abs(pcm).max())
    return np.pad(pcm * np.float32(_PEAK / max(peak, 1e-6)), padding)


class Moonshine:
    """See `recogniser.Recogniser`; English, no download, one core."""

    name = "moonshine"

    def __init__(self, folder: Path) -> None:
        """`folder` holds the weights (see `models.find_weights`)."""
        self._scorer = scorer(folder)
        self._segmenter = Segmenter(VoiceActivity())
        self._phrases = self._scorer.phrases(Grammar({}))
        self._looked: tuple[Segment, _Phrases, Heard] | None = None

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
            if segment.ended:
                heard.append(utterance)
            elif self._certain(utterance):
                heard.append(utterance)
                self._segmenter.cut()
        return heard

    def _certain(self, heard: Heard) -> bool:
        """Whether a first look is enough to act on."""
        best = heard.candidates[0] if heard.candidates else None
        return (
            best is not None
            and best.command is not None
            and best.confidence >= _EARLY
            and not self._phrases.goes_on(best.phrase)
        )

    def _hear(self, segment: Segment) -> Heard:
        if segment.talk:
            return Heard(segment.said, segment.end, (), note="talk, longer than any command")
        if segment.end - segment.said < _SHORTEST:
            return Heard(segment.said, segment.end, (), note="a noise, too short for a word")
        if self._looked is not None:
            before, phrases, heard = self._looked
            if (
                before.said == segment.said
                and before.end == segment.end
                and phrases is self._phrases
            ):
                return heard
        measured = {
            "duration": (segment.end - segment.said) / SAMPLE_RATE,
            "level": level(segment.pcm),
            "room": segment.room,
            "speech": segment.likeness,
        }
        candidates, free, evidence = self._scorer.score(segment.pcm, measured, self._phrases)
        heard = Heard(segment.said, segment.end, candidates, free, evidence=evidence)
        self._looked = segment, self._phrases, heard
        return heard


@lru_cache(maxsize=1)
def scorer(folder: Path) -> Scorer:
    """The scorer with the weights in `folder`, made once in a process."""
    return Scorer(Model(folder))
