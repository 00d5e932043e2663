"""Two engines on one microphone.

Different things mislead them. A `Rule` combines their two opinions of an utterance:

- `CONFIRMED`: what only one engine believes counts for little. For Vosk and Moonshine. How much
  better the two are than either was never measured, because no Vosk model for a language that
  Moonshine hears could be had. The rule's figures are a judgement.
- `EITHER`: the engine that is surer of a command is right. For the spotter and Moonshine, which
  miss different commands: together they miss a third fewer (benchmarks/RESULTS.md). Both count
  only if the spotter heard the same sound and finds a command hopeless: a language model turns
  bystanders' talk into likely sentences, and some of those are commands.

For "stop", one sure engine is enough under either rule. An engine that can be asked about the
other's sound (`recogniser.Consulted`) is asked, so that no command waits for an answer that would
change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.decision import Thresholds, answers, rival
from voicecoach.core.events import URGENT, Candidate, Command, Grammar, Intent, Utterance
from voicecoach.core.plan import SAMPLE_RATE

from .chunks import Chunks
from .energy_gate import CHUNK
from .log_odds import log_odds, probability
from .recogniser import OUTPUT_PER_INPUT, Consulted, KnowsItsWords, Recogniser

_UNHEARD = 0.03
"""The confidence that an engine's silence on a command counts as, under `CONFIRMED`."""
_WAIT = 7 * SAMPLE_RATE // 10
"""Output samples to wait for the other engine's opinion: Vosk may need 0.6 s of silence first."""
_REMEMBERED = 3 * SAMPLE_RATE
"""Output samples for which a reported utterance is remembered."""
_EDGE, _TAIL = SAMPLE_RATE // 4, 6 * SAMPLE_RATE // 10
"""How far the end of one utterance may differ between the engines, in output samples: if the later
one is another command, and if it holds no command."""
_MORE = SAMPLE_RATE // 8
"""How much longer a phrase has to be to say more than the one that was reported, in output samples:
the shortest word ("and a half" is longer)."""
_REPLACES = frozenset(
    {
        *(Intent.REPS, Intent.WEIGHT, Intent.LOG, Intent.RPE, Intent.CORRECT),
        *(Intent.PLATES, Intent.PIN, Intent.BODY, Intent.TEMPO, Intent.VARIATION, Intent.NOTE),
        *(Intent.PLAN, Intent.SUPERSET, Intent.ROUNDS, Intent.REST_FOR),
    }
)
"""Commands that set a value. The next one sets another."""
_CANDIDATES = 5
"""Maximum number of candidates reported."""

_SHIPPED = Thresholds()

Opinions = Sequence[Utterance | None]
"""Each engine's version of one utterance; None if it heard none."""
Deaf = Sequence[frozenset[Command]]
"""The commands that each engine has no words for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How two opinions become one."""

    weigh: Callable[[Opinions, Deaf, Thresholds, Collection[Intent]], tuple[Candidate, ...]]
    """The candidates of an utterance, best first. The last argument: see `decision.answers`."""
    sure: tuple[float, float]
    """Confidence of each engine, 0 to 1, at which an ordinary command is reported without waiting
    for the other."""
    urgent: tuple[float, float] = (0.0, 0.0)
    """The same for an urgent command, unless the decision layer demands more."""


@dataclass(slots=True)
class _Opinion:
    """One engine's version of an utterance."""

    engine: int
    heard: Utterance
    since: int
    """Output sample at which it arrived."""
    believed: bool = False
    """Reported as a command without the other's opinion."""
    part: bool = False
    """Not reported itself, but taken for part of one that was."""
    told: bool = False
    """Reported alone, since no other opinion came in time."""
    answered: bool = False
    """Reported as a command before the grammar changed."""

    def covers(self, heard: Utterance, edge: int) -> bool:
        """Whether `heard` is of the same sound, and ends at most `edge` samples later."""
        return _same(self.heard, heard) and heard.end <= self.heard.end + edge


class Ensemble:
    """See `recogniser.Recogniser`. Use it and both engines from one thread only."""

    def __init__(
        self, first: Recogniser, second: Recogniser, rule: Rule, bars: Thresholds = _SHIPPED
    ) -> None:
        """`bars`: the decision layer's thresholds."""
        self._engines = (first, second)
        self._bars = bars
        self._rule = rule
        self.name = f"{first.name} and {second.name}"
        self._deaf: tuple[frozenset[Command], frozenset[Command]] = (frozenset(), frozenset())
        self._chunks = Chunks(CHUNK)
        self._opinions: list[_Opinion] = []
        self._grammar: Grammar | None = None
        self._answers: Collection[Intent] = ()

    def listen_for(self, grammar: Grammar) -> None:
        if grammar != self._grammar:
            for opinion in self._opinions:
                # The other engine may still report this sound, but knows only the new grammar.
                opinion.answered |= opinion.believed or (
                    opinion.told and self._reaches(opinion.heard)
                )
        self._grammar = grammar
        first, second = self._engines
        for engine in self._engines:
            engine.listen_for(grammar)
        self._deaf = (_unhearable(first, grammar), _unhearable(second, grammar))
        self._answers = answers(grammar.intents)

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        for engine in self._engines:
            yield from engine.prepare(grammar)

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Utterance]:
        # Each engine gets the same chunks, so that the blocks don't decide whose opinion comes
        # first.
        return [
            heard
            for chunk, first in self._chunks.feed(pcm, at)
            for heard in self._hear(chunk, first)
        ]

    def finish(self, at: int) -> list[Utterance]:
        heard = [
            heard for chunk, first in self._chunks.rest() for heard in self._hear(chunk, first)
        ]
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
        """What to report when `engine` hears `heard`: both opinions, this one alone, or nothing
        yet."""
        mine = _Opinion(engine, heard, now)
        theirs = [o for o in self._opinions if o.engine != engine and _same(o.heard, heard)]
        if self._clearer(heard, theirs):
            mine.believed = True
            self._opinions.append(mine)
            return [self._weighed(mine, None)]
        at_once = self._at_once(engine, heard)
        if self._answered_before(heard, [o for o in theirs if o.answered], at_once):
            # This may end later than the opinion that was answered, so what the other engine makes
            # of that rest is no new utterance either.
            self._opinions.append(replace(mine, told=True, answered=True))
            return []
        other = next((o for o in theirs if not o.answered), None)
        if other is not None and other.believed:
            # What was taken for part of the last "stop" must not swallow the next one.
            same = _best(other.heard) == _best(heard)
            if same and not (at_once and other.part):
                self._opinions.append(replace(mine, believed=True, part=True))
                return []  # The same utterance, already reported.
            if self._says_more(heard, other.heard):
                mine.believed = True
                self._opinions.append(mine)
                return [self._weighed(mine, None)]
            if not _urgent(heard, self._bars.stop):
                note = f"{self._engines[other.engine].name} was sure of something else"
                return [Utterance(heard.said, heard.end, (), heard.free, note, heard.evidence)]
            other = None
        if other is not None:
            self._opinions.remove(other)
            # An urgent command is not weighed: it might come second and be lost.
            if not at_once:
                return [self._weighed(mine, other.heard)]
        self._opinions.append(mine)
        mine.believed = at_once or self._sure(engine, heard)
        if mine.believed:
            return [self._weighed(mine, None)]
        return self._agreed(mine)

    def _answered_before(self, heard: Utterance, answered: list[_Opinion], at_once: bool) -> bool:
        """Whether its sound was already obeyed under the previous grammar."""
        if at_once:
            return any(_best(each.heard) == _best(heard) for each in answered)
        # If it holds no command, it is longer only by a word that came out late.
        edge = _EDGE if self._reaches(heard) else _TAIL
        return any(each.covers(heard, edge) for each in answered)

    def _at_once(self, engine: int, heard: Utterance) -> bool:
        """Whether it is urgent and sure enough to be reported at once."""
        return _urgent(heard, max(self._bars.stop, self._rule.urgent[engine]))

    def _clearer(self, heard: Utterance, theirs: Sequence[_Opinion]) -> bool:
        """True if it is a clear alarm and what was reported of it was faint: the decision layer may
        have refused that. It knows what it has obeyed."""
        told = [each.heard for each in theirs if each.believed or each.told or each.answered]
        same = [each for each in told if _best(each) == _best(heard)]
        clear = self._bars.sure
        return _urgent(heard, clear) and bool(same) and max(map(_confidence, same)) < clear

    def _sure(self, engine: int, heard: Utterance) -> bool:
        """Whether to act on it before the other engine has said anything: the decision layer would
        obey it, and the other can hardly know better."""
        best = heard.candidates[0] if heard.candidates else None
        sure = self._rule.sure[engine]
        return self._reaches(heard) and best is not None and best.confidence >= sure

    def _reaches(self, heard: Utterance) -> bool:
        """Whether its best candidate is a command that reaches its threshold and is clear of its
        rival."""
        best = heard.candidates[0] if heard.candidates else None
        if best is None or best.command is None:
            return False
        clear = best.command.intent in URGENT or not rival(heard, self._bars)
        return clear and best.confidence >= self._bars.for_(best.command)

    def _says_more(self, heard: Utterance, before: Utterance) -> bool:
        """Whether it gives another value in a longer sound: "effort seven" was the beginning of
        "effort seven and a half". Then the session replaces the first value."""
        now, then = _best(heard), _best(before)
        longer = (heard.end - heard.said) - (before.end - before.said)
        return (
            now is not None
            and then is not None
            and now.intent in _REPLACES
            and now.intent is then.intent
            and longer >= _MORE
            and self._reaches(heard)
        )

    def _agreed(self, mine: _Opinion) -> list[Utterance]:
        """The utterance, if the other engine's opinion of the same sound changes nothing. That
        engine would report later or never, since it ends utterances elsewhere."""
        other = self._engines[1 - mine.engine]
        if not isinstance(other, Consulted) or not self._reaches(mine.heard):
            return []
        theirs = other.opinion(mine.heard.said, mine.heard.end)
        if theirs is None:
            return []
        weighed = self._weighed(mine, theirs)
        if _best(weighed) != _best(mine.heard) or not self._reaches(weighed):
            return []
        mine.believed = True
        return [weighed]

    def _overdue(self, now: int) -> list[Utterance]:
        """The opinions that found no counterpart in time."""
        overdue = [
            opinion
            for opinion in self._opinions
            if not (opinion.believed or opinion.told) and now >= opinion.since + _WAIT
        ]
        for opinion in overdue:
            opinion.told = True
        self._opinions = [o for o in self._opinions if now < o.since + _REMEMBERED]
        return [self._weighed(opinion, None) for opinion in overdue]

    def _weighed(self, one: _Opinion, other: Utterance | None) -> Utterance:
        """The utterance as it is reported."""
        opinions: list[Utterance | None] = [None, None]
        opinions[one.engine] = one.heard
        opinions[1 - one.engine] = other
        # If the other engine wasn't waited for, its silence doesn't count.
        candidates = (
            one.heard.candidates
            if one.believed
            else self._rule.weigh(opinions, self._deaf, self._bars, self._answers)
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


def together(
    opinions: Opinions,
    deaf: Deaf = (frozenset(), frozenset()),
    bars: Thresholds = _SHIPPED,
    asked: Collection[Intent] = (),
) -> tuple[Candidate, ...]:
    """The candidates of two engines as one list, best first. If an engine has no words for a
    command, its silence means nothing."""
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
    """Pools the probabilities of independent judges, 0 to 1: the mean of their log-odds.

    The result lies between the lowest and the highest, does not depend on their order, and grows
    with each.
    """
    odds = [log_odds(min(max(each, 0.001), 0.999)) for each in confidences]
    return probability(sum(odds) / len(odds))


def surest(
    opinions: Opinions,
    deaf: Deaf = (),
    bars: Thresholds = _SHIPPED,
    asked: Collection[Intent] = (),
) -> tuple[Candidate, ...]:
    """The candidates of the engine that is surer of a command. A "stop" that reaches its threshold
    comes before any ordinary command. A command that the first engine heard and finds hopeless is
    pooled, never dropped: it may have been meant, and then it gets an answer."""
    first, second = opinions
    told = [(heard.candidates, heard.candidates) for heard in opinions if heard is not None]
    if first is not None and second is not None:
        told[1] = tuple(_doubted(second.candidates, first.candidates)), second.candidates

    def sure(
        given: tuple[Sequence[Candidate], Sequence[Candidate]],
    ) -> tuple[bool, bool, bool, float]:
        best, alone = (candidates[0] if candidates else None for candidates in given)
        if best is None or best.command is None or alone is None:
            return False, False, False, -1.0
        urgent = best.command.intent in URGENT
        alarm = urgent and best.confidence >= bars.stop
        # Of two that would be refused, a "stop" that its engine would obey alone comes first.
        doubted = urgent and alone.confidence >= bars.stop
        obeyed = best.confidence >= bars.for_(best.command, best.command.intent in asked)
        return alarm, obeyed, doubted, best.confidence

    return max(told, key=sure, default=((), ()))[0]


def _doubted(candidates: Sequence[Candidate], by: Sequence[Candidate]) -> Iterator[Candidate]:
    """One engine's candidates; commands that are hopeless `by` the other become less sure."""
    for each in candidates:
        theirs = max((c.confidence for c in by if c.command == each.command), default=0.0)
        if each.command is None or theirs >= _HOPELESS:
            yield each
        else:
            less = min(each.confidence, pooled([each.confidence, _HOPELESS]))
            yield replace(each, confidence=less)


CONFIRMED = Rule(together, (1 - _UNHEARD, 1 - _UNHEARD))
"""The confidence at which one engine is believed at once. Pooled with the other's silence it comes
to exactly 0.5, the usual threshold."""

_HOPELESS = 0.1
"""A confidence below this is hopeless, and counts as this. With a lower value, a command that would
otherwise be obeyed could be refused in silence. On the tuning half this rule took obeyed talk in a
set from 5 to 3 in 0.21 h, and wrong commands from 12 to 10 of 666; it cost two of the 666."""

EITHER = Rule(surest, (0.65, 0.95), (0.0, 0.95))
"""0.65 is above every shipped threshold: below it, the second engine may be surer. 0.95 is certain
for the second, whatever the first makes of it."""


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
    """Whether the two are the same utterance: they overlap."""
    return a.said <= b.end and b.said <= a.end


def _urgent(heard: Utterance, bar: float) -> bool:
    """Whether its best candidate is urgent and reaches the threshold `bar`."""
    best = heard.candidates[0] if heard.candidates else None
    if best is None or best.command is None:
        return False
    return best.command.intent in URGENT and best.confidence >= bar


def _best(heard: Utterance) -> Command | None:
    return heard.candidates[0].command if heard.candidates else None


def _confidence(heard: Utterance) -> float:
    return heard.candidates[0].confidence if heard.candidates else 0.0


def _evidence(
    given: Sequence[tuple[Recogniser, Utterance]], candidates: Sequence[Candidate]
) -> Mapping[str, float]:
    """Each engine's own figures, and its confidence in the best candidate."""
    evidence: dict[str, float] = {}
    for engine, heard in given:
        if candidates:
            best = candidates[0].command or candidates[0].phrase
            evidence[engine.name] = next(
                (c.confidence for c in heard.candidates if (c.command or c.phrase) == best), 0.0
            )
        evidence |= {f"{engine.name}.{name}": value for name, value in heard.evidence.items()}
    return evidence
