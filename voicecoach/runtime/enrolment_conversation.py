"""An enrolment as a conversation: `core.enrolment`, and what counts as an answer to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..core import enrolment as teacher
from ..core.commands import PhraseTable, normal
from ..core.decision import ECHO_TAIL, Accepted, Decision, Thresholds, Verdict, judge
from ..core.enrolment import CONTROLS, Attempt, Item, LinesOver, Stage
from ..core.events import (
    CommandGiven,
    Effect,
    Grammar,
    Input,
    Intent,
    PhraseAsked,
    State,
    Utterance,
)
from ..core.plan import SAMPLE_RATE, Wording
from ..core.profile import Outlook, Profile
from ..core.session import Question, listens_for
from ..listening.recogniser import Recogniser
from ..speaking.clips import Clips
from .conversation import Interpretation, Surroundings
from .voice_loop import Canceller, VoiceLoop

LEARNT = (
    *(Intent.STOP, Intent.DONE, Intent.PAUSE, Intent.RESUME, Intent.SLOWER, Intent.FASTER),
    *(Intent.HOW_MANY, Intent.MORE, Intent.REPEAT, Intent.QUIET, Intent.HELP, Intent.PAIN),
    *(Intent.READY, Intent.START, Intent.LOCKED),
)
"""Commands said in and around a set. They are learnt unless others are named."""

_WHERE = (State.REP, State.PAUSED, State.ARMED, State.GATE, State.RACKING, State.REST, *State)
"""The states in which a command may be heard, those where it matters most first."""


def items(
    phrases: PhraseTable,
    other_words: Mapping[Intent, Sequence[str]],
    only: Sequence[str] = (),
) -> tuple[Item, ...]:
    """The phrases to learn: the shortest of each of `LEARNT`, or `only` these.

    `other_words`: preferred phrases, by meaning. Raises ValueError for a phrase that is no command.
    """
    if not only:
        wanted = [phrase for intent in LEARNT if (phrase := _shortest(phrases, intent))]
    else:
        wanted = list(dict.fromkeys(map(normal, only)))
    return tuple(_item(phrase, phrases, other_words) for phrase in wanted)


def _shortest(phrases: PhraseTable, intent: Intent) -> str:
    """The phrase with the fewest words, the first of those in the file; "" if there is none."""
    its = [text for text in _said(phrases) if phrases.phrases[text].intent is intent]
    return min(its, key=lambda text: len(text.split()), default="")


def _said(phrases: PhraseTable) -> Iterator[str]:
    """The phrases as spoken: those in digits are there in words, too."""
    return (text for text in phrases.phrases if not any(sign.isdigit() for sign in text))


def _item(phrase: str, phrases: PhraseTable, other_words: Mapping[Intent, Sequence[str]]) -> Item:
    command = phrases.phrases.get(phrase)
    if command is None:
        raise ValueError(f'"{phrase}" is not a command; the command file has them all')
    better = [normal(text) for text in other_words.get(command.intent, ())]
    longest = sorted(_said(phrases), key=lambda text: -len(text.split()))
    same = (t for t in (*better, *longest) if t != phrase and phrases.phrases.get(t) == command)
    return Item(phrase, command, _live(command.intent, phrases), next(same, ""))


def _live(intent: Intent, phrases: PhraseTable) -> frozenset[Intent]:
    """All that is live where `intent` is. A number that is live only when asked for counts
    there."""
    where = [listens_for(state) for state in _WHERE if intent not in phrases.only_asked]
    where += [listens_for(State.READY, asked) for asked in (Question.WEIGHT, Question.REPS)]
    return next((live for live in where if intent in live), listens_for(State.READY))


class EnrolmentConversation:
    """One enrolment; see `core.enrolment` and `conversation.Conversation`."""

    afterwards = SAMPLE_RATE

    def __init__(
        self,
        items: tuple[Item, ...],
        phrases: PhraseTable,
        lines: Mapping[str, Wording],
        empty: Profile,
        *,
        bars: Thresholds | None = None,
    ) -> None:
        """`items`, `lines`, `empty`: see `enrolment.begin`. `bars`: thresholds without any lowered
        ones."""
        self._phrases = phrases
        self._bars = bars or Thresholds()
        self._grammars: dict[frozenset[Intent], Grammar] = {}
        self._live = items[0].live
        self._last: Accepted | None = None
        self._items = items
        self.enrolment, self._first = teacher.begin(items, phrases, self._bars, lines, empty)

    @property
    def learnt(self) -> Profile:
        """What was learnt so far."""
        return self.enrolment.learnt

    @property
    def outlooks(self) -> tuple[Outlook, ...]:
        """What to expect of the phrases asked for."""
        return teacher.outlooks(self.enrolment)

    @property
    def due(self) -> int | None:
        return self.enrolment.next_due

    @property
    def grammar(self) -> Grammar:
        return self._grammar(self._live)

    @property
    def settled(self) -> bool:
        return self.over

    @property
    def over(self) -> bool:
        return self.enrolment.stage is Stage.OVER

    @property
    def must_hear(self) -> bool:
        return self.enrolment.stage in (Stage.ROOM, Stage.ASKING)

    def grammars(self) -> Iterator[Grammar]:
        for live in dict.fromkeys([*(item.live for item in self._items), self._live]):
            yield self._grammar(live)

    def names(self, device: str) -> tuple[str, ...]:
        return ()

    def begin(self) -> list[Effect]:
        return self._noted(self._first)

    def pass_time(self, to: int) -> list[Effect]:
        self.enrolment, effects = teacher.advance(self.enrolment, to)
        return self._noted(effects)

    def happen(self, event: Input | Attempt | LinesOver) -> list[Effect]:
        self.enrolment, effects = teacher.step(self.enrolment, event)
        return self._noted(effects)

    def fall_silent(self, at: int) -> list[Effect]:
        if not self.enrolment.speaking:
            return []
        return [*self.pass_time(at), *self.happen(LinesOver())]

    def sound_worn(self, worn: bool) -> None:
        self._bars = replace(self._bars, loudspeaker=not worn)

    def decide(
        self, heard: Utterance, around: Surroundings
    ) -> Interpretation[CommandGiven | Attempt]:
        """An order to the enrolment, the coach's own echo, or an answer."""
        item = self.enrolment.item
        verdict = judge(heard, CONTROLS, self._phrases, self._bars, around.spoken, self._last)
        asked = item is not None and verdict.command == item.command
        if verdict.accepted and verdict.command is not None and not asked:
            return Interpretation(
                heard, verdict, CommandGiven(verdict.command), proves_hearing=True
            )
        live = item.live if item is not None else self._live
        verdict = judge(heard, live, self._phrases, self._bars)
        if self._bars.loudspeaker and heard.said < around.spoken_until + ECHO_TAIL:
            return Interpretation(heard, replace(verdict, accepted=False, reason=_TALKED), None)
        understood = item is not None and verdict.command == item.command
        return Interpretation(heard, verdict, Attempt(heard), understood)

    def read(self, text: str, at: int) -> Interpretation[CommandGiven]:
        command = self._phrases.parse(text)
        counts = command is not None and command.intent in CONTROLS
        reason = "" if counts else "only a voice can be learnt"
        verdict = Verdict(command, normal(text), 1.0, counts, reason)
        event = CommandGiven(command) if counts and command is not None else None
        return Interpretation(Utterance(at, at, (), free=text), verdict, event)

    def respond(self, decision: Interpretation[object], at: int) -> tuple[Decision, list[Effect]]:
        record = Decision(at, decision.heard, decision.verdict)
        match decision.event:
            case CommandGiven() | Attempt() as event:
                if isinstance(event, CommandGiven):
                    heard = decision.heard
                    self._last = Accepted(event.command, heard.end, heard.said)
                return record, [*self.pass_time(at), *self.happen(event)]
        return record, []

    def _noted(self, effects: list[Effect]) -> list[Effect]:
        """Listen for what is asked for."""
        for effect in effects:
            if isinstance(effect, PhraseAsked):
                self._live = effect.live
        return effects

    def _grammar(self, live: frozenset[Intent]) -> Grammar:
        if live not in self._grammars:
            self._grammars[live] = self._phrases.grammar(live | CONTROLS)
        return self._grammars[live]


_TALKED = "the coach was speaking"

EnrolmentLoop = VoiceLoop[EnrolmentConversation]


def enrolment_loop(
    items: tuple[Item, ...],
    phrases: PhraseTable,
    recogniser: Recogniser,
    clips: Clips,
    lines: Mapping[str, Wording],
    empty: Profile,
    *,
    bars: Thresholds | None = None,
    ceiling: float = -1.0,
    latency: int = 0,
    canceller: Canceller | None = None,
    punctual: bool = False,
) -> EnrolmentLoop:
    """An enrolment between a recogniser and a mixer: see `EnrolmentConversation`, `VoiceLoop`."""
    conversation = EnrolmentConversation(items, phrases, lines, empty, bars=bars)
    return VoiceLoop(
        conversation,
        recogniser,
        clips,
        ceiling=ceiling,
        latency=latency,
        canceller=canceller,
        punctual=punctual,
    )
