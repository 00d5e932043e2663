"""How one voice sounds to one recogniser through one microphone, and what that changes.

A profile holds what the recogniser made of phrases that were said when they were asked
for, and of the room while nobody spoke: numbers, never sound. From it each command gets a
bar of its own (`lowered`), never above the one in the settings:

    wanted   the weakest of its tries that count (see `counts`), less STRAY
    floor    the higher of SHARE of the settings' bar, and CLEAR above the best that the
             room and this voice's other commands ever scored for it
    its bar  wanted, but between the floor and the settings' bar; the settings' bar where
             not even that would let one of those tries in

So a command that this voice gets 0.4 for is obeyed, unless something else that was heard
comes near. What a bar at the floor costs in false alarms on talk and noise is measured by
`benchmarks.enrolment`; no profile can cost more than that, and one that was made in a hurry
changes nothing, because a command counts only with ENOUGH tries that were taken for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .commands import PhraseTable
from .decision import Thresholds, judge
from .events import Candidate, Command, Intent, Utterance
from .own_voice import NOBODY, Embedding, OwnVoice

ENOUGH = 3
"""Tries that count, without which a phrase keeps the settings' bar. One in four of all words
to come is weaker than the weakest of three (that holds for any distribution), which is why
STRAY goes off it."""

STRAY = 0.8
"""Logits of confidence that go off the weakest try. One voice's tries of a word that it is
weak in spread by 1.1 logits in a quiet room and 2.3 in noise at 10 dB (four synthetic English
voices, `benchmarks.enrolment`); as much as that would put nearly every lowered bar on its floor."""

SHARE = 0.5
"""The least that a bar may become, as a share of what the settings ask."""

CLEAR = 0.1
"""Confidence by which a bar stays above everything else that was heard as its command."""


@dataclass(frozen=True, slots=True)
class Try:
    """What a recogniser made of one utterance."""

    readings: tuple[tuple[str, float], ...]
    """(phrase, confidence 0 to 1), best first; decoys are among them."""
    free: str = ""
    """What an open recogniser would have written."""
    evidence: Mapping[str, float] = field(default_factory=dict)
    """The engine's figures behind the best reading (see `Utterance.evidence`)."""
    voice: Embedding = ()
    """Whose voice it was in; a profile keeps only the mean of these."""

    @classmethod
    def of(cls, heard: Utterance) -> Try:
        readings = tuple((each.phrase, each.confidence) for each in heard.candidates)
        return cls(readings, heard.free, dict(heard.evidence), heard.voice)

    def heard(self, table: PhraseTable) -> Utterance:
        """It as an utterance again, with the meanings that `table` has for its phrases."""
        candidates = (Candidate(text, table.parse(text), sure) for text, sure in self.readings)
        return Utterance(0, 0, tuple(candidates), self.free, evidence=self.evidence)

    def confidence(self, command: Command, table: PhraseTable) -> float:
        """In `command`; 0 where that was not among the readings."""
        return max(
            (sure for text, sure in self.readings if table.parse(text) == command), default=0
        )

    def taken_for(self, table: PhraseTable) -> Command | None:
        """What the best reading means; None for a decoy or nothing."""
        return table.parse(self.readings[0][0]) if self.readings else None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that was heard in enrolments of one voice through one microphone."""

    recogniser: str
    """Whose confidences these are, with the version of their calibration: under another
    one they mean nothing."""
    language: str
    tries: Mapping[str, tuple[Try, ...]]
    """By the phrase that was asked for, in normal form."""
    room: tuple[Try, ...] = ()
    """What was heard while nobody was asked."""
    voice: OwnVoice = NOBODY
    """Whose voice it is, whatever recogniser and language."""

    def renewed(self, newer: Profile) -> Profile:
        """With what `newer` knows in place of what it knew about the same phrases."""
        newer = replace(newer, voice=self.voice.renewed(newer.voice))
        if (self.recogniser, self.language) != (newer.recogniser, newer.language):
            return newer
        return replace(newer, tries={**self.tries, **newer.tries})


def counts(each: Try, command: Command, table: PhraseTable, bars: Thresholds) -> bool:
    """Whether it was `command`, as far as can be told: taken for it, and so sure that some
    bar would let it in. Anything else may as well have been a cough."""
    least = SHARE * bars.for_(command)
    return each.taken_for(table) == command and each.confidence(command, table) >= least


def fitted(profile: Profile, table: PhraseTable, bars: Thresholds) -> Thresholds:
    """`bars` with one of its own for each command that this voice gets too little for."""
    lowered: dict[Command, float] = {}
    for phrase, tries in profile.tries.items():
        command = table.parse(phrase)
        if command is None:
            continue  # the phrase was taken out of the command file
        bar = _bar(command, tries, _others(command, profile, table), table, bars)
        if bar < bars.for_(command):
            lowered[command] = min(bar, lowered.get(command, 1.0))
    return replace(bars, lowered=lowered)


def _bar(
    command: Command, tries: tuple[Try, ...], others: float, table: PhraseTable, bars: Thresholds
) -> float:
    asked = bars.for_(command)
    own = [t.confidence(command, table) for t in tries if counts(t, command, table, bars)]
    if len(own) < ENOUGH:
        return asked
    floor = max(SHARE * asked, others + CLEAR)
    bar = min(asked, max(floor, _less(min(own), STRAY)))
    return bar if max(own) >= bar else asked


def _others(command: Command, profile: Profile, table: PhraseTable) -> float:
    """The best that anything else scored for `command`."""
    meant_otherwise: Iterable[Try] = (
        each
        for phrase, tries in profile.tries.items()
        if table.parse(phrase) != command
        for each in tries
    )
    return max(
        (each.confidence(command, table) for each in (*profile.room, *meant_otherwise)), default=0.0
    )


def _less(confidence: float, logits: float) -> float:
    sure = min(max(confidence, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(logits - math.log(sure / (1 - sure))))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of one phrase in this voice."""

    phrase: str
    said: int
    """How often it was said when it was asked for."""
    missed: int
    """How many of those would not be obeyed."""
    rival: str
    """What most of those were taken for; "" where they were only weak."""
    bar: float
    """What its command must reach now."""


def outlook(phrase: str, tries: tuple[Try, ...], table: PhraseTable, bars: Thresholds) -> Outlook:
    """What `bars` would have done with `tries` of `phrase`, which `table` must know."""
    command = table.phrases[phrase]
    missed = 0
    rivals: list[str] = []
    for each in tries:
        verdict = judge(each.heard(table), frozenset(Intent), table, bars)
        if verdict.accepted and verdict.command == command:
            continue
        missed += 1
        if each.readings and each.taken_for(table) != command:
            rivals.append(each.readings[0][0])
    rival = max(rivals, key=rivals.count) if rivals else ""
    return Outlook(phrase, len(tries), missed, rival, bars.for_(command))
