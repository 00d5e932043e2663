"""What the coach has asked, and waits for.

There are two kinds. A *question* is answered by yes, no or a number. One is open at a time; an
unsure number heard before the catches are locked is put off until they are. A *request* is for what
the state waits for: the catches, a choice, the stop word. It is repeated until it is met.

`asking` asks and closes, `doubts` asks about unsure readings, `wanted` asks for a number, and
`again` repeats a question whose answer was not understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from ...events import URGENT, Command, CommandGiven, CueRequest, Intent
from ...plan import SAMPLE_RATE
from ...workout import Target, Unit

OPEN_FOR = 15 * SAMPLE_RATE
"""Samples for which a question waits: "yes" to a neighbour a minute later is no answer."""

READ_BACK_FOR = 8 * SAMPLE_RATE
"""The same for "eighty kilos, noted", which needs no answer."""

YES_OR_NO = frozenset({Intent.YES, Intent.NO})
"""What is understood only while a question is open."""


class Question(Enum):
    """What yes, no or a number can answer; `session.ANSWERS` says what they do."""

    CARRY_ON = auto()
    FINISH = auto()
    READ_BACK = auto()
    UNSURE = auto()
    WEIGHT = auto()
    REPS = auto()
    GUESS = auto()
    """Was that the number the coach asked for?"""
    NEXT_SET = auto()
    NEXT_TIME = auto()
    LEFT = auto()
    """How many reps were left?"""


ALONE: Mapping[Question, frozenset[Intent]] = {
    Question.WEIGHT: URGENT | {Intent.WEIGHT, Intent.PLATES, Intent.NUMBER, Intent.HALF, Intent.NO},
    Question.REPS: URGENT | {Intent.REPS, Intent.NUMBER, Intent.NO},
    Question.GUESS: URGENT | YES_OR_NO,
}
"""Questions that the lifter requested, and the only intents live until they are answered: each
further phrase makes a number harder to recognise."""


ONLY_WHILE: Mapping[Question, frozenset[Intent]] = {
    Question.LEFT: frozenset({Intent.LEFT, Intent.NUMBER})
}
"""What is live while a question is open, and at no other time."""


@dataclass(frozen=True, slots=True)
class NumberWanted:
    """A number that the coach asks for."""

    question: Question
    """WEIGHT or REPS."""
    means: Intent
    """The command it becomes: LOG if it belongs to the set that was over when it was asked for."""
    unit: Unit = Unit.KG
    """For a weight said without a unit."""
    refused: frozenset[Command] = frozenset()
    """Readings that the lifter has already said no to."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An open question."""

    question: Question
    until: int | None = None
    """The sample at which it closes unanswered; None: it stays open, or its line is not over
    yet."""
    line: str = ""
    """The key of the line that asks it, until that line is over."""
    about: Command | None = None
    """What was probably said (UNSURE, GUESS)."""
    others: tuple[Command, ...] = ()
    """What it may have been instead."""
    wanted: NumberWanted | None = None
    """The number asked for (WEIGHT, REPS, GUESS)."""
    mends: bool = False
    """True if a number was being read back when it was asked. The next number of that kind corrects
    it."""
    target: Target | None = None
    """What the coach suggests (NEXT_SET, NEXT_TIME)."""
    lines: tuple[CueRequest, ...] = ()
    """How it was asked."""

    def waiting(self, now: int) -> OpenQuestion:
        """Asked in full: wait for an answer from `now` on."""
        wait = READ_BACK_FOR if self.question is Question.READ_BACK else OPEN_FOR
        return replace(self, line="", until=now + wait)


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything that the coach has asked at one sample."""

    open: OpenQuestion | None = None
    put_off: tuple[CommandGiven, ...] = ()
    """What to ask about as soon as the catches are locked."""
    put_off_last: bool = False
    """True if that came after the open question."""
    asking: str = ""
    """The key of the line that makes the request, until that line is over."""
    reminders: int = 0
    """How often the request was made and heard."""
    doubts: int = 0
    """How often an answer, to a question or a request, was not believed."""

    @property
    def kind(self) -> Question | None:
        """Which question is open."""
        return self.open.question if self.open is not None else None

    @property
    def wanted(self) -> NumberWanted | None:
        """The number the coach asks for, if any."""
        return self.open.wanted if self.open is not None else None

    # --- a question ---------------------------------------------------------------------------

    def ask(self, question: OpenQuestion, now: int) -> Questions:
        """Open `question` in place of any other. Its time runs from the end of its line, or from
        `now` if it has no line."""
        question = question if question.line else question.waiting(now)
        return replace(self, open=question, put_off_last=False, doubts=0)

    def with_open(self, question: OpenQuestion | None) -> Questions:
        """Open `question` unchanged; None closes it."""
        return replace(self, open=question)

    def close(self) -> Questions:
        return replace(self, open=None, doubts=0)

    def asked_aloud(self, key: str, now: int) -> Questions:
        """The line `key` is over. If it asked the open question, the wait for an answer begins."""
        if self.open is None or not self.open.line or self.open.line != key.rstrip("+"):
            return self
        return replace(self, open=self.open.waiting(now))

    def sleep(self, length: int, now: int) -> Questions:
        """Nothing ran for `length` samples. They count as time for the answer."""
        if self.open is None or self.open.until is None:
            return self
        return replace(self, open=replace(self.open, until=max(now, self.open.until - length)))

    # --- what is put off ----------------------------------------------------------------------

    def put(self, said: CommandGiven) -> Questions:
        """Put off asking about `said`. It replaces what was put off of its kind."""
        kept = self.drop(said.command)
        return replace(kept, put_off=(*kept.put_off, said), put_off_last=True)

    @property
    def newest(self) -> Command | None:
        """What was put off last; None if the number in the open question was said later."""
        if not self.put_off or (self.open is not None and not self.put_off_last):
            return None
        return self.put_off[-1].command

    def drop(self, command: Command) -> Questions:
        """Drop what was put off of the same kind as `command`."""
        kind = _kind(command)
        left = tuple(each for each in self.put_off if _kind(each.command) != kind)
        return replace(self, put_off=left)

    def drop_last(self) -> Questions:
        return replace(self, put_off=self.put_off[:-1], put_off_last=False)

    def drop_first(self) -> Questions:
        return replace(self, put_off=self.put_off[1:])

    # --- a request ----------------------------------------------------------------------------

    def enter(self) -> Questions:
        """Enter another state. Requests belong to the old one; what is put off stays."""
        return Questions(put_off=self.put_off)

    def request(self, key: str) -> Questions:
        """The line `key` makes the state's request."""
        return replace(self, asking=key, reminders=self.reminders + 1)

    def requested(self, heard: bool) -> Questions:
        """That line is over. If nobody `heard` it, it does not count."""
        return replace(self, asking="", reminders=self.reminders - (not heard))

    def start_over(self) -> Questions:
        """Count the requests of this state from zero."""
        return replace(self, reminders=0)

    def doubt(self) -> Questions:
        """An answer was not believed."""
        return replace(self, doubts=self.doubts + 1)


def _kind(command: Command) -> Intent:
    """LOG is about either weight or reps."""
    if command.intent in (Intent.PLATES, Intent.PIN, Intent.BODY):
        return Intent.WEIGHT
    if command.intent is not Intent.LOG:
        return command.intent
    return Intent.REPS if dict(command.slots).keys() & {"reps", "held"} else Intent.WEIGHT
