"""How one voice sounds to one recogniser through one microphone, and what that changes.

A profile holds what the recogniser made of phrases that the coach asked for, and of the room while
nobody spoke: numbers, never sound. It gives each command a threshold of its own (`lowered`), never
above the one in the settings:

    wanted         the weakest of its tries that count (see `counts`), less STRAY
    floor          the higher of SHARE of the settings' threshold, and CLEAR above the best
                   that the room and this voice's other commands ever scored for it
    its threshold  wanted, but between the floor and the settings' threshold; the settings'
                   threshold if not even that would accept one of those tries

So if this voice gets 0.4 for a command, the command is obeyed unless something else that was heard
comes near. `benchmarks.enrolment` measures what a threshold at the floor costs in false alarms on
talk and noise; no profile can cost more. A hurried enrolment changes nothing, because a command
needs ENOUGH tries that were taken for it.
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
"""Tries that must count before a phrase's threshold changes. One in four later words is weaker than
the weakest of three (for any distribution), so STRAY is taken off."""

STRAY = 0.8
"""Logits of confidence taken off the weakest try. In one voice, the tries of a word it is weak in
spread by 1.1 logits in a quiet room and 2.3 in noise at 10 dB (four synthetic English voices,
`benchmarks.enrolment`). Taking off that much would put nearly every lowered threshold on its
floor."""

SHARE = 0.5
"""The lowest a threshold may become, as a share of the settings' one."""

CLEAR = 0.1
"""How far a threshold stays above everything else that was heard as its command, in confidence."""


@dataclass(frozen=True, slots=True)
class Try:
    """What a recogniser made of one utterance."""

    readings: tuple[tuple[str, float], ...]
    """(phrase, confidence 0 to 1), best first, decoys included."""
    free: str = ""
    """What an open recogniser would have written."""
    evidence: Mapping[str, float] = field(default_factory=dict)
    """The engine's figures behind the best reading (see `Utterance.evidence`)."""
    voice: Embedding = ()
    """Whose voice it was in. A profile keeps only the mean of these."""

    @classmethod
    def of(cls, heard: Utterance) -> Try:
        readings = tuple((each.phrase, each.confidence) for each in heard.candidates)
        return cls(readings, heard.free, dict(heard.evidence), heard.voice)

    def heard(self, table: PhraseTable) -> Utterance:
        """The try as an utterance again, with the meanings that `table` gives its phrases."""
        candidates = (Candidate(text, table.parse(text), sure) for text, sure in self.readings)
        return Utterance(0, 0, tuple(candidates), self.free, evidence=self.evidence)

    def confidence(self, command: Command, table: PhraseTable) -> float:
        """Confidence in `command`; 0 if no reading means it."""
        return max(
            (sure for text, sure in self.readings if table.parse(text) == command), default=0
        )

    def taken_for(self, table: PhraseTable) -> Command | None:
        """What the best reading means; None for a decoy, or without readings."""
        return table.parse(self.readings[0][0]) if self.readings else None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything heard in enrolments of one voice through one microphone."""

    recogniser: str
    """The source of the confidences, with the version of its calibration. Under another they mean
    nothing."""
    language: str
    tries: Mapping[str, tuple[Try, ...]]
    """By the phrase that was asked for, in normal form."""
    room: tuple[Try, ...] = ()
    """What was heard while nothing was asked."""
    voice: OwnVoice = NOBODY
    """Does not depend on recogniser or language."""

    def renewed(self, newer: Profile) -> Profile:
        """This profile with the tries of `newer`, which replace older tries of the same phrases.
        If recogniser or language differ, just `newer`."""
        newer = replace(newer, voice=self.voice.renewed(newer.voice))
        if (self.recogniser, self.language) != (newer.recogniser, newer.language):
            return newer
        return replace(newer, tries={**self.tries, **newer.tries})


def counts(each: Try, command: Command, table: PhraseTable, bars: Thresholds) -> bool:
    """Whether `each` was `command`, as far as can be told: taken for it, and so sure that some
    threshold would accept it. Anything else may have been a cough."""
    least = SHARE * bars.for_(command)
    return each.taken_for(table) == command and each.confidence(command, table) >= least


def fitted(profile: Profile, table: PhraseTable, bars: Thresholds) -> Thresholds:
    """`bars` with a lower threshold for each command that this voice gets too little for."""
    lowered: dict[Command, float] = {}
    for phrase, tries in profile.tries.items():
        command = table.parse(phrase)
        if command is None:
            continue  # the phrase is no longer in the command file
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
    """What to expect of one phrase in this voice."""

    phrase: str
    said: int
    """How often it was said when asked for."""
    missed: int
    """How many of those would not be obeyed."""
    rival: str
    """What most of those were taken for; "" if they were only weak."""
    bar: float
    """The threshold of its command now."""


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
