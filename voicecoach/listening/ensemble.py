"""Two engines on one microphone.

Different things mislead them. A `Rule` says what becomes of two opinions of one utterance:

- `CONFIRMED`: what only one of them believes counts for little. For Vosk and Moonshine. How much
  better the two are than either was never measured: no Vosk model for a language that Moonshine
  hears could be had. The rule's figures are a judgement.
- `EITHER`: the one that is surer of a command is right. For the spotter and Moonshine, which
  miss different commands: together they miss a third fewer (benchmarks/RESULTS.md). Only if the
  spotter heard the same sound and finds a command hopeless, both count: from what bystanders say
  a language model makes likely sentences, and commands among them.

For "stop", one engine that is sure is enough under either rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.decision import URGENT, Thresholds
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
_EDGE = SAMPLE_RATE // 4
"""Output samples by which two engines differ about the end of one utterance."""
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
    answered: bool = False
    """Reported as a command before another grammar was listened for."""

    def covers(self, heard: Utterance) -> bool:
        """Whether `heard` is of no more sound than this."""
        return _same(self.heard, heard) and heard.end <= self.heard.end + _EDGE


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
        self._grammar: Grammar | None = None

    def listen_for(self, grammar: Grammar) -> None:
        if grammar != self._grammar:
            for opinion in self._opinions:
                # Of the same sound the other knows only what makes sense from now on.
                opinion.answered |= opinion.believed or (opinion.told and _reaches(opinion.heard))
        self._grammar = grammar
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
        at_once = _urgent(heard, self._at_once(engine))
        others = (o for o in self._opinions if o.engine != engine)
        if not at_once and any(o.answered and o.covers(heard) for o in others):
            return []
        theirs = (o for o in self._opinions if o.engine != engine and _same(o.heard, heard))
        other = next(theirs, None)
        if other is not None and other.believed:
            if _best(other.heard) == _best(heard):
                return []  # One utterance, which was reported.
            if not _urgent(heard, self._alone):
                note = f"{self._engines[other.engine].name} was sure of something else"
                return [Utterance(heard.said, heard.end, (), heard.free, note, heard.evidence)]
            other = None
        if other is not None:
            self._opinions.remove(other)
            # Weighed against the other's it may come second, and be lost.
            if not at_once:
                return [self._weighed(mine, other)]
        self._opinions.append(mine)
        mine.believed = at_once or self._sure(engine, heard)
        return [self._weighed(mine, None)] if mine.believed else []

    def _at_once(self, engine: int) -> float:
        """The confidence of an engine at which what can't wait is told at once."""
        return max(self._alone, self._rule.urgent[engine])

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
    """The candidates of the engine that is surer of a command. What the first heard and finds
    hopeless is pooled, and never dropped: it may have been meant, and is answered then."""
    first, second = opinions
    told = [heard.candidates for heard in opinions if heard is not None]
    if first is not None and second is not None:
        told[1] = tuple(_doubted(second.candidates, first.candidates))

    def sure(candidates: Sequence[Candidate]) -> tuple[bool, float]:
        best = candidates[0] if candidates else None
        if best is None or best.command is None:
            return False, -1.0
        return best.command.intent in URGENT and best.confidence >= _BARS.stop, best.confidence

    return max(told, key=sure, default=())


def _doubted(candidates: Sequence[Candidate], by: Sequence[Candidate]) -> Iterator[Candidate]:
    """One engine's candidates, each command less sure that is hopeless `by` the other."""
    for each in candidates:
        theirs = max((c.confidence for c in by if c.command == each.command), default=0.0)
        if each.command is None or theirs >= _HOPELESS:
            yield each
        else:
            less = min(each.confidence, pooled([each.confidence, _HOPELESS]))
            yield replace(each, confidence=less)


CONFIRMED = Rule(together, (1 - _UNHEARD, 1 - _UNHEARD))
"""One engine alone gets just to a half, the usual bar, if it is as sure as it must be to be
believed at once."""

_BARS = Thresholds()
"""As shipped: a "stop" that reaches its own comes before every ordinary command."""

_HOPELESS = 0.1
"""What is less sure than this is hopeless, and counts as this. Lower, and what would be obeyed
without it could be refused in silence. On the tuning half this rule took talk that was obeyed in
a set from 5 to 3 in 0.21 h, and wrong commands from 12 to 10 of 666; it cost two of them."""

EITHER = Rule(surest, (0.65, 0.95), (0.0, 0.95))
"""The first figure lies above every bar as shipped: what is less sure may be surer in the other's
ears. For the second 0.95 is certain, whatever the first makes of it."""


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


def _urgent(heard: Utterance, bar: float) -> bool:
    """Whether its best candidate can't wait and is as sure as `bar`."""
    best = heard.candidates[0] if heard.candidates else None
    if best is None or best.command is None:
        return False
    return best.command.intent in URGENT and best.confidence >= bar


def _reaches(heard: Utterance) -> bool:
    """Whether its best candidate is a command as sure as it must be."""
    best = heard.candidates[0] if heard.candidates else None
    if best is None or best.command is None:
        return False
    return best.confidence >= _BARS.for_(best.command)


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
