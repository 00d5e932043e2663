"""Two engines on one microphone.

Different things mislead them. A `Rule` says what becomes of two opinions of one utterance:

- `CONFIRMED`: what only one of them believes counts for little. For Vosk and Moonshine. How much
  better the two are than either was never measured: no Vosk model for a language that Moonshine
  hears could be had. The rule's figures are a judgement.
- `EITHER`: the one that is surer of a command is right. For the spotter and Moonshine, which
  miss different commands: together they miss a third fewer (benchmarks/RESULTS.md). Only if the
  spotter heard the same sound and finds it hopeless, Moonshine must be nearly certain: from what
  bystanders say a language model makes likely sentences, and commands among them.

For "stop", one engine that is sure is enough under either rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.decision import URGENT
from voicecoach.core.events import Candidate, Command, Grammar, Utterance
from voicecoach.core.plan import SAMPLE_RATE

from .energy_gate import CHUNK
from .log_odds import log_odds, probability
from .recogniser import OUTPUT_PER_INPUT, KnowsItsWords, Recogniser

_UNHEARD = 0.03
"""What an engine's silence on a command counts as, if the other has to confirm it."""
_WAIT = 7 * SAMPLE_RATE // 10
"""Output samples for which the other engine's opinion is waited for: Vosk may want 0.6 s of
silence before it has one."""
_REMEMBERED = 3 * SAMPLE_RATE
"""Output samples for which an utterance is known to have been reported."""
_CANDIDATES = 5
"""How many candidates are reported at most."""


Opinions = Sequence[Utterance | None]
"""What each of two engines made of an utterance; None if it heard none."""
Deaf = Sequence[frozenset[Command]]
"""The commands that each has no words for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How two opinions become one."""

    weigh: Callable[[Opinions, Deaf], tuple[Candidate, ...]]
    """The candidates of an utterance, best first."""
    sure: tuple[float, float]
    """Confidence of each engine, 0 to 1, at which an ordinary command is told at once, without
    waiting for the other."""
    urgent: tuple[float, float] = (0.0, 0.0)
    """The same of what can't wait, if the decision layer demands no more."""


@dataclass(slots=True)
class _Opinion:
    """What one engine made of an utterance."""

    engine: int
    heard: Utterance
    since: int
    """Output sample at which it came."""
    believed: bool = False
    """Reported as a command without the other's opinion."""
    told: bool = False
    """Reported, since the other had none in time."""


class Ensemble:
    """See `recogniser.Recogniser`; use it, and with it both engines, from one thread only."""

    def __init__(self, first: Recogniser, second: Recogniser, alone: float, rule: Rule) -> None:
        """`alone`: the confidence of either engine, 0 to 1, at which what can't wait is
        reported at once: what the decision layer demands of it."""
        self._engines = (first, second)
        self._alone = alone
        self._rule = rule
        self.name = f"{first.name} and {second.name}"
        self._deaf: tuple[frozenset[Command], frozenset[Command]] = (frozenset(), frozenset())
        self._rest = np.zeros(0, np.float32)
        self._rest_at = 0
        self._opinions: list[_Opinion] = []

    def listen_for(self, grammar: Grammar) -> None:
        first, second = self._engines
        for engine in self._engines:
            engine.listen_for(grammar)
        self._deaf = (_unhearable(first, grammar), _unhearable(second, grammar))

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        # Which opinion comes first must not depend on the blocks, so each engine gets the
        # same chunks, counted from the first sample ever fed.
        if len(self._rest) == 0:
            self._rest_at = at
        before = len(self._rest)
        samples = np.concatenate([self._rest, pcm])
        whole = len(samples) // CHUNK
        heard: list[Utterance] = []
        for start in range(0, whole * CHUNK, CHUNK):
            first = self._rest_at if start == 0 else at + OUTPUT_PER_INPUT * (start - before)
            heard += self._hear(samples[start : start + CHUNK], first)
        if whole:
            self._rest_at = at + OUTPUT_PER_INPUT * (whole * CHUNK - before)
        self._rest = samples[whole * CHUNK :]
        return heard

    def finish(self, at: int) -> list[Utterance]:
        heard = self._hear(self._rest, self._rest_at) if len(self._rest) else []
        self._rest = np.zeros(0, np.float32)
        for number, engine in enumerate(self._engines):
            for opinion in engine.finish(at):
                heard += self._take(number, opinion, at)
        return heard + self._overdue(at + _WAIT)

    def _hear(self, chunk: NDArray[np.float32], at: int) -> list[Utterance]:
        heard = []
        now = at + OUTPUT_PER_INPUT * len(chunk)
        for number, engine in enumerate(self._engines):
            for opinion in engine.feed(chunk, at):
                heard += self._take(number, opinion, now)
        return heard + self._overdue(now)

    def _take(self, engine: int, heard: Utterance, now: int) -> list[Utterance]:
        """`heard` by one engine: with the other's opinion, alone, or not yet."""
        mine = _Opinion(engine, heard, now)
        theirs = (o for o in self._opinions if o.engine != engine and _same(o.heard, heard))
        other = next(theirs, None)
        if other is not None and other.believed:
            if _best(other.heard) == _best(heard):
                return []  # One utterance, which was reported.
            if not self._urgent(engine, heard):
                note = f"{self._engines[other.engine].name} was sure of something else"
                return [Utterance(heard.said, heard.end, (), heard.free, note, heard.evidence)]
            other = None
        if other is not None:
            self._opinions.remove(other)
            # Weighed against the other's it may come second, and be lost.
            if not self._urgent(engine, heard):
                return [self._weighed(mine, other)]
        self._opinions.append(mine)
        mine.believed = self._urgent(engine, heard) or self._sure(engine, heard)
        return [self._weighed(mine, None)] if mine.believed else []

    def _urgent(self, engine: int, heard: Utterance) -> bool:
        """Whether it is acted on whatever the other engine says."""
        best = heard.candidates[0] if heard.candidates else None
        return (
            best is not None
            and best.command is not None
            and best.command.intent in URGENT
            and best.confidence >= max(self._alone, self._rule.urgent[engine])
        )

    def _sure(self, engine: int, heard: Utterance) -> bool:
        """Whether it is acted on where the other engine has said nothing yet."""
        best = heard.candidates[0] if heard.candidates else None
        sure = self._rule.sure[engine]
        return best is not None and best.command is not None and best.confidence >= sure

    def _overdue(self, now: int) -> list[Utterance]:
        """The opinions that no other came to in time."""
        overdue = [
            opinion
            for opinion in self._opinions
            if not (opinion.believed or opinion.told) and now >= opinion.since + _WAIT
        ]
        for opinion in overdue:
            opinion.told = True
        self._opinions = [o for o in self._opinions if now < o.since + _REMEMBERED]
        return [self._weighed(opinion, None) for opinion in overdue]

    def _weighed(self, one: _Opinion, other: _Opinion | None) -> Utterance:
        """The utterance as it is reported."""
        opinions: list[Utterance | None] = [None, None]
        opinions[one.engine] = one.heard
        opinions[1 - one.engine] = other.heard if other else None
        # Where nobody was asked, nobody counts as silent.
        candidates = (
            one.heard.candidates if one.believed else self._rule.weigh(opinions, self._deaf)
        )
        given = [(e, h) for e, h in zip(self._engines, opinions, strict=True) if h is not None]
        return Utterance(
            min(h.said for _, h in given),
            max(h.end for _, h in given),
            candidates,
            next((h.free for _, h in given if h.free), ""),
            "; ".join(f"{e.name}: {h.note}" for e, h in given if h.note),
            _evidence(given, candidates),
            all(h.long for _, h in given),
        )


def together(opinions: Opinions, deaf: Deaf = (frozenset(), frozenset())) -> tuple[Candidate, ...]:
    """The candidates of two engines as one list, best first. An engine's silence on a command
    that it has no words for means nothing."""
    readings: dict[Command | str, Candidate] = {}
    sure: list[dict[Command | str, float]] = [{}, {}]
    for number, heard in enumerate(opinions):
        for candidate in heard.candidates if heard else ():
            key = candidate.command or candidate.phrase
            readings.setdefault(key, candidate)
            sure[number].setdefault(key, candidate.confidence)
    weighed = []
    for key, reading in readings.items():
        known = [
            sure[number].get(key, _UNHEARD)
            for number in (0, 1)
            if key in sure[number] or reading.command not in deaf[number]
        ]
        urgent = reading.command is not None and reading.command.intent in URGENT
        confidence = max(known) if urgent else pooled(known)
        weighed.append(Candidate(reading.phrase, reading.command, confidence))
    return tuple(sorted(weighed, key=lambda each: -each.confidence)[:_CANDIDATES])


def pooled(confidences: Sequence[float]) -> float:
    """One probability from those of independent judges, 0 to 1: the mean of their log odds.

    It lies between the lowest and the highest, whatever their order, and grows with each.
    """
    odds = [log_odds(min(max(each, 0.001), 0.999)) for each in confidences]
    return probability(sum(odds) / len(odds))


def surest(opinions: Opinions, deaf: Deaf = ()) -> tuple[Candidate, ...]:
    """The candidates of the engine that is surer of a command; but what the first finds hopeless,
    the second must be certain of."""
    first, second = opinions
    if first is not None and second is not None and second.candidates:
        best = second.candidates[0]
        mine = (c.confidence for c in first.candidates if c.command == best.command)
        if best.confidence < _CERTAIN and max(mine, default=0.0) < _HOPELESS:
            return first.candidates

    def sure(candidates: Sequence[Candidate]) -> float:
        best = candidates[0] if candidates else None
        return best.confidence if best is not None and best.command is not None else -1.0

    return max((heard.candidates for heard in opinions if heard is not None), key=sure, default=())


CONFIRMED = Rule(together, (1 - _UNHEARD, 1 - _UNHEARD))
"""One engine alone gets just to a half, the usual bar, if it is as sure as it must be to be
believed at once."""

_HOPELESS, _CERTAIN = 0.1, 0.95
"""On the tuning half this rule took talk that was obeyed in a set from 5 to 3 in 0.21 h, and wrong
commands from 12 to 8 of 666; it cost three of them."""

EITHER = Rule(surest, (0.65, _CERTAIN), (0.0, _CERTAIN))
"""The first figure lies above every bar as shipped: what is less sure may be surer in the other's
ears."""


def _unhearable(engine: Recogniser, grammar: Grammar) -> frozenset[Command]:
    """The commands of `grammar` that `engine` has no words for."""
    if not isinstance(engine, KnowsItsWords):
        return frozenset()
    unknown = engine.unknown_words(grammar)
    hearable = {
        command
        for phrase, command in grammar.phrases.items()
        if phrase not in unknown and not any(sign.isdigit() for sign in phrase)
    }
    return frozenset(grammar.phrases.values()) - hearable


def _same(a: Utterance, b: Utterance) -> bool:
    """Whether the two are about one utterance: they overlap."""
    return a.said <= b.end and b.said <= a.end


def _best(heard: Utterance) -> Command | None:
    return heard.candidates[0].command if heard.candidates else None


def _evidence(
    given: Sequence[tuple[Recogniser, Utterance]], candidates: Sequence[Candidate]
) -> Mapping[str, float]:
    """Each engine's own figures, and how sure it was of what came out best."""
    evidence: dict[str, float] = {}
    for engine, heard in given:
        if candidates:
            best = candidates[0].command or candidates[0].phrase
            evidence[engine.name] = next(
                (c.confidence for c in heard.candidates if (c.command or c.phrase) == best), 0.0
            )
        evidence |= {f"{engine.name}.{name}": value for name, value in heard.evidence.items()}
    return evidence
