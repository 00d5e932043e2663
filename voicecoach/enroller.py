"""An enrolment between a recogniser and a mixer: the same path as a workout's, live or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .core import enrolment as teacher
from .core.commands import PhraseTable, normal
from .core.decision import ECHO_TAIL, Bars, HeardIt, Verdict, judge
from .core.enrolment import CONTROLS, Attempt, Item, LinesOver, Stage
from .core.events import Asked, Effect, Grammar, Heard, Input, Intent, Spoke, State
from .core.plan import Wording
from .core.profile import Outlook, Profile
from .core.session import Question, listens_for
from .intercom import Canceller, Intercom
from .listening.recogniser import Recogniser
from .speaking.clips import Clips

LEARNT = (
    *(Intent.STOP, Intent.DONE, Intent.PAUSE, Intent.RESUME, Intent.SLOWER, Intent.FASTER),
    *(Intent.HOW_MANY, Intent.MORE, Intent.REPEAT, Intent.QUIET, Intent.HELP, Intent.PAIN),
    *(Intent.READY, Intent.START, Intent.LOCKED),
)
"""What is said in and around a set, and so what is learnt unless something else is named."""

_WHERE = (State.REP, State.PAUSED, State.ARMED, State.GATE, State.RACKING, State.REST, *State)
"""Where a command is heard, if in several states: where it matters most."""


def items(
    phrases: PhraseTable,
    other_words: Mapping[Intent, Sequence[str]],
    only: Sequence[str] = (),
) -> tuple[Item, ...]:
    """What is to be learnt: the shortest phrase of each of `LEARNT`, or `only` these phrases.

    `other_words`: phrases that are better than others, by meaning. Raises ValueError for a
    phrase that is no command.
    """
    if not only:
        wanted = [phrase for intent in LEARNT if (phrase := _shortest(phrases, intent))]
    else:
        wanted = list(dict.fromkeys(map(normal, only)))
    return tuple(_item(phrase, phrases, other_words) for phrase in wanted)


def _shortest(phrases: PhraseTable, intent: Intent) -> str:
    """By its words, the first of those in the file; "" where there is none."""
    its = [text for text in _said(phrases) if phrases.phrases[text].intent is intent]
    return min(its, key=lambda text: len(text.split()), default="")


def _said(phrases: PhraseTable) -> Iterator[str]:
    """The phrases as they are said: those in digits stand there in words, too."""
    return (text for text in phrases.phrases if not any(sign.isdigit() for sign in text))


def _item(phrase: str, phrases: PhraseTable, other_words: Mapping[Intent, Sequence[str]]) -> Item:
    command = phrases.phrases.get(phrase)
    if command is None:
        raise ValueError(f'"{phrase}" is no command; see the command file for what is')
    better = [normal(text) for text in other_words.get(command.intent, ())]
    longest = sorted(_said(phrases), key=lambda text: -len(text.split()))
    same = (t for t in (*better, *longest) if t != phrase and phrases.phrases.get(t) == command)
    return Item(phrase, command, _live(command.intent, phrases), next(same, ""))


def _live(intent: Intent, phrases: PhraseTable) -> frozenset[Intent]:
    """All that is understood where `intent` is; a number that waits for its question, after it."""
    where = [listens_for(state) for state in _WHERE if intent not in phrases.only_asked]
    where += [listens_for(State.READY, asked) for asked in (Question.WEIGHT, Question.REPS)]
    return next((live for live in where if intent in live), listens_for(State.READY))


class Enroller(Intercom):
    """One enrolment; see `core.enrolment`."""

    def __init__(
        self,
        items: tuple[Item, ...],
        phrases: PhraseTable,
        recogniser: Recogniser,
        clips: Clips,
        lines: Mapping[str, Wording],
        empty: Profile,
        *,
        bars: Bars | None = None,
        ceiling: float = -1.0,
        latency: int = 0,
        canceller: Canceller | None = None,
    ) -> None:
        """`items`, `lines`, `empty`: see `enrolment.begin`; `bars` without any that are
        lowered. `ceiling`, `latency`, `canceller`: see `Intercom`."""
        super().__init__(recogniser, clips, ceiling=ceiling, latency=latency, canceller=canceller)
        self._phrases = phrases
        self._bars = bars or Bars()
        self._grammars: dict[frozenset[Intent], Grammar] = {}
        self._live = items[0].live
        self._items = items
        self.enrolment, effects = teacher.begin(items, phrases, self._bars, lines, empty)
        self._carry_out(effects)

    @property
    def learnt(self) -> Profile:
        """What is known by now."""
        return self.enrolment.learnt

    @property
    def outlooks(self) -> tuple[Outlook, ...]:
        """What is to be expected of what was asked for."""
        return teacher.outlooks(self.enrolment)

    @property
    def settled(self) -> bool:
        return self.over

    @property
    def over(self) -> bool:
        return self.enrolment.stage is Stage.OVER and self.quiet

    @property
    def _must_hear(self) -> bool:
        return self.enrolment.stage in (Stage.ROOM, Stage.ASKING)

    def prepare(self) -> None:
        """Let the recogniser see every grammar once, before anything has to be in time."""
        for live in dict.fromkeys([*(item.live for item in self._items), self._live]):
            self._recogniser.listen_for(self._grammar(live))

    def sound_worn(self, worn: bool) -> None:
        super().sound_worn(worn)
        self._bars = replace(self._bars, loudspeaker=not worn)

    def typed(self, text: str) -> None:
        command = self._phrases.parse(text)
        counts = command is not None and command.intent in CONTROLS
        reason = "" if counts else "only a voice can be learnt"
        heard = Heard(self.position, self.position, (), free=text)
        self._obey(heard, Verdict(command, normal(text), 1.0, counts, reason))

    # --- the enrolment -----------------------------------------------------------------------

    @property
    def _due(self) -> int | None:
        return self.enrolment.next_due

    def _pass_time(self, to: int) -> list[Effect]:
        self.enrolment, effects = teacher.advance(self.enrolment, to)
        return effects

    def _happen(self, event: Input) -> list[Effect]:
        self.enrolment, effects = teacher.step(self.enrolment, event)
        return effects

    def _listen(self) -> None:
        super()._listen()
        if self.enrolment.speaking and self.quiet:
            self._tell(LinesOver())

    def _tell(self, event: Attempt | LinesOver) -> None:
        self._carry_out(self._pass_time(self.position))
        self.enrolment, effects = teacher.step(self.enrolment, event)
        self._carry_out(effects)

    def _decide(self, heard: Heard) -> None:
        """An order to the enrolment, the coach's own echo, or an answer."""
        spoken = tuple(self._said)
        item = self.enrolment.item
        verdict = judge(heard, CONTROLS, self._phrases, self._bars, spoken)
        if verdict.accepted and not (item and verdict.command == item.command):
            self._understood(heard)
            self._obey(heard, verdict)
            return
        live = item.live if item is not None else self._live
        verdict = judge(heard, live, self._phrases, self._bars)
        if self._bars.loudspeaker and heard.said < self.spoken_until + ECHO_TAIL:
            verdict = Verdict(verdict.command, verdict.phrase, verdict.confidence, False, _TALKED)
            self._records.append(HeardIt(self.position, heard, verdict))
            return
        before = len(self._records)
        if item is not None and verdict.command == item.command:
            self._understood(heard)
        self._tell(Attempt(heard))
        self._records.insert(before, HeardIt(self.position, heard, verdict))

    def _obey(self, heard: Heard, verdict: Verdict) -> None:
        before = len(self._records)
        if verdict.accepted and verdict.command is not None:
            self._step(Spoke(verdict.command))
        self._records.insert(before, HeardIt(self.position, heard, verdict))

    def _carry_out_own(self, effect: Effect) -> None:
        if isinstance(effect, Asked):
            self._records.append(effect)
            self._live = effect.live
            self._recogniser.listen_for(self._grammar(effect.live))

    def _grammar(self, live: frozenset[Intent]) -> Grammar:
        if live not in self._grammars:
            self._grammars[live] = self._phrases.grammar(live | CONTROLS)
        return self._grammars[live]


_TALKED = "the coach was speaking"
