"""What the coach has asked, and waits for an answer to.

There are two kinds. A *question* is answered by yes, no or a number: one is open at a time, and
what was heard in doubt while the catches are not locked is put off until they are. A *request* is
for what the state waits for: the catches, a choice, the stop word. It comes again until it is met.

`asking` asks and closes, `doubts` asks back what was not heard for sure, `wanted` asks for a
number, and `again` asks once more if the answer was not understood.
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
"""The same for "eighty kilos, noted", which needs none."""

YES_OR_NO = frozenset({Intent.YES, Intent.NO})
"""What is understood only while a question is open."""


class Question(Enum):
    """What can be answered by yes or no, or by a number; `session.ANSWERS` says what that does."""

    CARRY_ON = auto()
    FINISH = auto()
    READ_BACK = auto()
    UNSURE = auto()
    WEIGHT = auto()
    REPS = auto()
    GUESS = auto()
    """Is that the number that was asked for?"""
    NEXT_SET = auto()
    NEXT_TIME = auto()


ALONE: Mapping[Question, frozenset[Intent]] = {
    Question.WEIGHT: URGENT | {Intent.WEIGHT, Intent.NUMBER, Intent.HALF, Intent.NO},
    Question.REPS: URGENT | {Intent.REPS, Intent.NUMBER, Intent.NO},
    Question.GUESS: URGENT | YES_OR_NO,
}
"""Questions that the lifter has asked for, and all that is understood until they are answered:
whatever else is listened for, too, makes a number harder to hear."""


@dataclass(frozen=True, slots=True)
class NumberWanted:
    """A number that the coach asks for."""

    question: Question
    """WEIGHT or REPS."""
    means: Intent
    """The command that it makes: LOG where it is of the set that was over when it was asked."""
    unit: Unit = Unit.KG
    """Of a weight that is said without one."""
    refused: frozenset[Command] = frozenset()
    """What it is not, for that was asked back."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that is open."""

    question: Question
    until: int | None = None
    """The sample at which nobody waits for an answer any more; None: it stays open, or the
    line that asks it is not over yet."""
    line: str = ""
    """The key of the line that asks it, until that is over."""
    about: Command | None = None
    """What was probably said (UNSURE, GUESS)."""
    others: tuple[Command, ...] = ()
    """What it may have been instead."""
    wanted: NumberWanted | None = None
    """The number that was asked for (WEIGHT, REPS, GUESS)."""
    mends: bool = False
    """Whether it came while a number was read back, which the next one of its kind mends."""
    target: Target | None = None
    """What is suggested (NEXT_SET, NEXT_TIME)."""
    lines: tuple[CueRequest, ...] = ()
    """How it was asked."""

    def waiting(self, now: int) -> OpenQuestion:
        """Asked in full: an answer is waited for from `now` on."""
        wait = READ_BACK_FOR if self.question is Question.READ_BACK else OPEN_FOR
        return replace(self, line="", until=now + wait)


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything that the coach has asked at one sample."""

    open: OpenQuestion | None = None
    put_off: tuple[CommandGiven, ...] = ()
    """What is to be asked back as soon as the catches are locked."""
    asking: str = ""
    """The key of the line that requests what the state waits for, until that is over."""
    reminders: int = 0
    """How often that was requested, and heard."""
    doubts: int = 0
    """How often an answer, to a question or a request, was not believed."""

    @property
    def kind(self) -> Question | None:
        """Which question is open."""
        return self.open.question if self.open is not None else None

    @property
    def wanted(self) -> NumberWanted | None:
        """The number that is asked for, if one is."""
        return self.open.wanted if self.open is not None else None

    # --- a question ---------------------------------------------------------------------------

    def ask(self, question: OpenQuestion, now: int) -> Questions:
        """`question` is open, in place of any other. How long it waits is counted from the end
        of the line that asks it; from `now` if no line does."""
        return replace(self, open=question if question.line else question.waiting(now), doubts=0)

    def with_open(self, question: OpenQuestion | None) -> Questions:
        """`question` is open as it is, whatever was asked since."""
        return replace(self, open=question)

    def close(self) -> Questions:
        return replace(self, open=None, doubts=0)

    def asked_aloud(self, key: str, now: int) -> Questions:
        """The line `key` is over: if it was the open question, an answer can be waited for."""
        if self.open is None or not self.open.line or self.open.line != key.rstrip("+"):
            return self
        return replace(self, open=self.open.waiting(now))

    def sleep(self, length: int, now: int) -> Questions:
        """The patience with a question went on for `length` samples in which nothing ran."""
        if self.open is None or self.open.until is None:
            return self
        return replace(self, open=replace(self.open, until=max(now, self.open.until - length)))

    # --- what is put off ----------------------------------------------------------------------

    def put(self, said: CommandGiven) -> Questions:
        """`said` is asked back later, in place of what was to be of its kind."""
        kept = self.drop(said.command)
        return replace(kept, put_off=(*kept.put_off, said))

    def drop(self, command: Command) -> Questions:
        """Nothing of the same kind as `command` is asked back any more."""
        kind = _kind(command)
        left = tuple(each for each in self.put_off if _kind(each.command) != kind)
        return replace(self, put_off=left)

    def drop_last(self) -> Questions:
        return replace(self, put_off=self.put_off[:-1])

    def drop_first(self) -> Questions:
        return replace(self, put_off=self.put_off[1:])

    # --- a request ----------------------------------------------------------------------------

    def enter(self) -> Questions:
        """In another state, whose requests are its own; what is put off stays so."""
        return Questions(put_off=self.put_off)

    def request(self, key: str) -> Questions:
        """The line `key` requests what the state waits for."""
        return replace(self, asking=key, reminders=self.reminders + 1)

    def requested(self, heard: bool) -> Questions:
        """That line is over; if nobody `heard` it, it does not count."""
        return replace(self, asking="", reminders=self.reminders - (not heard))

    def start_over(self) -> Questions:
        """As if nothing had ever been requested in this state."""
        return replace(self, reminders=0)

    def doubt(self) -> Questions:
        """An answer was not believed."""
        return replace(self, doubts=self.doubts + 1)


def _kind(command: Command) -> Intent:
    """LOG is of weight or of reps."""
    if command.intent is not Intent.LOG:
        return command.intent
    return Intent.REPS if dict(command.slots).keys() & {"reps", "held"} else Intent.WEIGHT
