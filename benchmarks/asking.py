"""Whole conversations that log a number, in a language whose numbers are hard to hear.

    python -m benchmarks.asking [--language ko] [--voices N] [--numbers N] [--json FILE]

Before a set the lifter has the coach ask for a number ("무게 저장", in other words if that is not
heard), says it, answers the coach's guess with yes or no, and repeats what was not heard. Each of
the language's `VOICES` does so in a quiet room with earbuds, through the real loop and recogniser.
Reported: how often the number was logged, how often a wrong one was, and what it took if it was
right. For comparison: how often the bare number would have been understood, said once among
everything that is understood in a rest.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from statistics import fmean

import numpy as np

from benchmarks.commands import material
from tests.support.natural_speech import RATE, Sound, at_level, hiss
from voicecoach.cli import assembly
from voicecoach.config import Config, load
from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import Thresholds, judge
from voicecoach.core.events import Command, Intent, State
from voicecoach.core.session import Question, Session, listens_for
from voicecoach.core.workout import Entry, Unit
from voicecoach.listening.recogniser import Recogniser
from voicecoach.runtime.voice_loop import QUANTUM
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.silent import SilentClips

PATIENCE = 3.0
"""Seconds without an answer after which the lifter says it again."""
THINKING = 0.5
"""Seconds from the coach's question to the answer."""
MOST = 12
"""Number of utterances after which the lifter gives up."""
KILOS = (20, 25, 35, 40, 45, 50, 55, 60, 65, 75, 80, 95, 100, 120, 140)
REPS = (3, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 20, 22)


@dataclass(frozen=True)
class Talk:
    """A conversation about one number."""

    written: int | None
    """The number first logged; None if the lifter gave up."""
    spoke: int
    """How often the lifter spoke."""
    refused: int
    """How often the lifter said "no"."""
    seconds: float


@dataclass(frozen=True)
class Trial:
    voice: str
    what: str
    number: int
    talk: Talk
    without: bool
    """Whether the bare number would have been understood."""

    @property
    def right(self) -> bool:
        return self.talk.written == self.number


class Lifter:
    """Says a number in one voice."""

    def __init__(self, phrases: PhraseTable, voice: str, language: str) -> None:
        self._phrases = phrases
        self._say: Callable[[str], Sound] = lambda text: material.voiced(text, voice, 1.0, language)

    def words(self, command: Command, time: int = 0) -> Sound:
        """A phrase for `command`: the first, then another each time it is said in vain."""
        phrases = [
            text
            for text, meant in self._phrases.phrases.items()
            if meant == command and not any(map(str.isdigit, text))
        ]
        return self._say(phrases[time % len(phrases)])

    def answer(self, session: Session, ask: Intent, number: Command) -> Command:
        """What to say next."""
        asked = session.questions.open
        if asked is not None and asked.question in (Question.WEIGHT, Question.REPS):
            return number
        if asked is not None and asked.question is Question.GUESS:
            assert asked.about is not None
            right = [value for _, value in asked.about.slots] == [v for _, v in number.slots]
            return Command(Intent.YES if right else Intent.NO)
        return Command(ask)


def converse(
    config: Config, recogniser: Recogniser, lifter: Lifter, ask: Intent, number: Command
) -> Talk:
    """One conversation before a set, until a number is logged."""
    loop = workout_loop(
        config.exercise,
        config.phrases,
        recogniser,
        SilentClips(),
        bars=Thresholds(loudspeaker=False),
    )
    bed = hiss(20.0, -66.0)
    sound = np.zeros(0, np.float32)
    said: list[Intent] = []
    position = waited = tries = 0
    last: object = "nothing yet"
    while len(said) <= MOST and not loop.conversation.session.entries.made:
        asked = loop.conversation.session.questions.open
        if asked is not last:
            last, waited = asked, int((PATIENCE - THINKING) * RATE)
        if not len(sound) and loop.quiet:
            waited += QUANTUM
            if waited >= PATIENCE * RATE:
                answer = lifter.answer(loop.conversation.session, ask, number)
                in_vain = tries if answer.intent is ask else 0
                sound = at_level(lifter.words(answer, in_vain), -26.0)
                tries = in_vain + 1
                said.append(answer.intent)
                waited = 0
        block = bed[np.arange(position, position + QUANTUM) % len(bed)]
        block[: len(sound)] += sound[:QUANTUM]
        sound = sound[QUANTUM:]
        loop.process(block)
        position += QUANTUM
    written = _written(loop.conversation.session)
    return Talk(written, len(said), said.count(Intent.NO), position / RATE)


def _written(session: Session) -> int | None:
    """The number that was logged, kilos or reps."""
    if not session.entries.made:
        return None
    if session.entries.made[0].entry is Entry.REPS:
        return session.workout.target
    weight = session.workout.planned.weight
    return int(weight.amount) if weight is not None and weight.unit is Unit.KG else None


def alone(config: Config, recogniser: Recogniser, lifter: Lifter, number: Command) -> bool:
    """Whether the bare number is understood, said once among everything live in a rest."""
    live = listens_for(State.REST)
    table = PhraseTable(config.phrases.phrases, config.phrases.decoys)
    recogniser.listen_for(table.grammar(live))
    word = at_level(lifter.words(number), -26.0)
    sound = np.concatenate([np.zeros(RATE, np.float32), word, np.zeros(2 * RATE, np.float32)])
    sound += hiss(len(sound) / RATE, -66.0)[: len(sound)]
    heard = []
    for first in range(0, len(sound), QUANTUM):
        heard += recogniser.feed(sound[first : first + QUANTUM], 3 * first)
    heard += recogniser.finish(3 * len(sound))
    verdicts = [judge(each, live, table, Thresholds(loudspeaker=False)) for each in heard]
    return any(each.accepted and each.command == number for each in verdicts)


def measured(config: Config, voices: int | None, numbers: int | None) -> Iterator[Trial]:
    for voice in list(material.VOICES[config.language])[:voices]:
        lifter = Lifter(config.phrases, voice, config.language)
        for what, ask, intent, slot, values in (
            ("kilos", Intent.ASK_WEIGHT, Intent.WEIGHT, "kilos", KILOS),
            ("reps", Intent.ASK_REPS, Intent.REPS, "reps", REPS),
        ):
            for value in values[:numbers]:
                number = Command(intent, ((slot, value),))
                # A fresh recogniser: one that has heard later sound would be confused.
                talk = converse(config, assembly.make_recogniser(config, None), lifter, ask, number)
                without = alone(config, assembly.make_recogniser(config, None), lifter, number)
                yield Trial(voice, what, value, talk, without)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", default="ko")
    parser.add_argument("--voices", type=int, help="the first so many of them")
    parser.add_argument("--numbers", type=int, help="the first so many of them")
    parser.add_argument("--json", help="a file for every conversation")
    asked = parser.parse_args()
    trials = list(measured(load(asked.language, "leg-press"), asked.voices, asked.numbers))
    print("voice             what   talks  written  wrong  gave up  spoke  seconds  without")
    for voice in [*dict.fromkeys(trial.voice for trial in trials), "all"]:
        for what in ("kilos", "reps"):
            some = [t for t in trials if t.what == what and voice in (t.voice, "all")]
            if some:
                print(f"{voice:<17} {what:<6} {_row(some)}")
    if asked.json:
        with open(asked.json, "w", encoding="utf-8") as file:
            json.dump([asdict(trial) for trial in trials], file, ensure_ascii=False, indent=1)


def _row(trials: list[Trial]) -> str:
    right = [trial.talk for trial in trials if trial.right]
    none = sum(trial.talk.written is None for trial in trials)
    spoke = fmean([talk.spoke for talk in right] or [0])
    seconds = fmean([talk.seconds for talk in right] or [0])
    without = sum(trial.without for trial in trials)
    wrong = len(trials) - len(right) - none
    return (
        f"{len(trials):>5} {len(right):>8} {wrong:>6} {none:>8} {spoke:>6.1f} {seconds:>8.1f}"
        f" {without:>8}"
    )


if __name__ == "__main__":
    main()
