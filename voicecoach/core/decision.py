"""Decides whether an utterance is a command, for every recogniser.

A recogniser says what an utterance may have been, and how probable each reading is (`Utterance`).
Whether it counts also depends on what makes sense now, on what the coach was saying, and on what
was accepted a moment ago. `judge` weighs these. It gives a reason for every refusal, for the trace.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from .commands import PhraseTable, normal
from .events import URGENT, Candidate, Command, Intent, Utterance
from .own_voice import Embedding, alike
from .own_voice import bar as own_bar
from .plan import SAMPLE_RATE

ECHO_TAIL = 300 * SAMPLE_RATE // 1000
"""Samples after a spoken line in which its sound may still come back: a loudspeaker across the
room, a Bluetooth buffer, the recogniser's inexact edges."""

ECHO_EARLY = 350 * SAMPLE_RATE // 1000
"""Samples by which the echo of a word may end before the word: 200 ms if the devices are quicker
than assumed, the rest because word edges are inexact."""

ECHO_LATE = ECHO_TAIL + ECHO_EARLY // 2
"""Samples by which the echo of a word may begin after the word."""

ECHO_EDGE = 150 * SAMPLE_RATE // 1000
"""Samples added to both if word places are only estimated from the letters of a line."""

ECHO_LOUDER, ECHO_ALIKE, ECHO_AS_LOUD = 6.0, 3.0, 0.0
"""dB by which an utterance is louder than the coach alone. From the first figure on, a person
spoke. Below the second, it may be the coach. Below the third, it is the coach. Of 800 echoed words
and lines, none reached 6, one in a hundred reached 3, and one in four reached 0."""

SOFTER = 7.0
"""dB below the lifter's level from which a voice among others counts as somebody else's."""

AGAIN = 4 * SAMPLE_RATE
"""Samples after an alarm that was too faint in which the same one needs no more than usual."""

LIKE = 0.4
"""Share of a live command's threshold. A refused utterance at or above it may have been meant. In
six minutes of talk (readers, orders to a machine, wake words of others), none of 76 utterances
reached it in a set, at the gate or while the coach asked for the catches; nor did any reach 0.2."""

TOO_LONG = 5 * SAMPLE_RATE
"""Samples. While the coach waits for an answer, a longer utterance is none, however many words are
around it. Most sentences that are read aloud are longer."""

_SUREST = 0.95
"""No threshold is raised above this."""

_LONGEST = 7
"""Words of the longest command."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The confidence that each kind of command must reach, 0 to 1."""

    command: float = 0.5
    """For an ordinary command."""
    stop: float = 0.3
    """For "stop", "pain" and "help": a miss is worse than a false alarm."""
    sure: float = 0.75
    """Below it, the coach reads a number back and asks before writing it down."""
    asked: float = 0.2
    """For questions like "log a weight", and for the other numbers an unasked number may have been.
    A mistake costs only a "no"."""
    answer: float = 0.05
    """For a number that the coach asked for. If unsure, the coach asks first."""
    final: float = 0.1
    """Added for a command that ends a set: a set can be started again, but not continued."""
    margin: float = 0.15
    """How far the best reading must lead the next command."""
    hold_off: int = SAMPLE_RATE // 2
    """Samples after an accepted command in which the same one counts as its tail."""
    loudspeaker: bool = True
    """True if the microphone may hear the coach."""
    lowered: Mapping[Command, float] = field(default_factory=dict)
    """Lower thresholds for single commands, see `profile.fitted`."""
    only: Embedding = ()
    """The voice that must give every command but the urgent ones; empty: anybody's counts."""

    def for_(self, command: Command, expected: bool = False) -> float:
        """The threshold of `command`; `expected`: the coach asked for a number, and it is one."""
        bar = self.stop if command.intent in URGENT else self.command
        if command.intent in QUESTIONS:
            bar = min(bar, self.asked)
        if command.intent in FINAL:
            bar = min(bar + self.final, max(bar, _SUREST))
        if expected:
            bar = min(bar, self.answer)
        return min(bar, self.lowered.get(command, bar))


FINAL = frozenset({Intent.DONE})
"""Commands that can't be undone and are not urgent."""

_BEGIN = frozenset({Intent.START, Intent.RESUME})
"""Commands after which there is weight on the lifter."""

QUESTIONS = frozenset({Intent.ASK_WEIGHT, Intent.ASK_REPS})
"""Commands that only make the coach ask something."""

_ALONE = frozenset({Intent.NUMBER, Intent.HALF})
"""Numbers without a unit."""

_SAID_ANYWHERE = frozenset({Intent.YES, Intent.NO}) | _ALONE
"""What people say to each other all the time. It means nothing unless it is live."""

_SENSELESS = "makes no sense now"

_NUMBERS = frozenset({Intent.WEIGHT, Intent.REPS}) | _ALONE
"""Once the coach has asked for a number, these need less: it asks back if unsure."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line that the coach spoke."""

    text: str
    at: int
    end: int
    words: tuple[tuple[int, int], ...] = ()
    """First sample and end of each word of `normal(text)`, relative to `at`; empty if unknown."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about an utterance."""

    command: Command | None
    """The command it was taken for, accepted or not; None if it was like no command."""
    phrase: str
    confidence: float
    accepted: bool
    reason: str
    """Why it was refused; "" if it was accepted."""
    others: tuple[Command, ...] = ()
    """What else of its kind it may have been, most probable first."""
    doubt: Doubt | None = None
    """Why a refused utterance may still have been meant."""


class Doubt(Enum):
    """Why a refused utterance may have been meant."""

    LIKE = auto()
    """It was like a command."""
    FAINT = auto()
    """It was an alarm, and too faint to be sure that it was the lifter's."""
    ECHO = auto()
    """It was a command, but the coach may have said it."""


class Reply(StrEnum):
    """How the coach answers a refused utterance."""

    NOTHING = ""
    TONE = "tone"
    QUESTION = "asked again"


@dataclass(frozen=True, slots=True)
class Decision:
    """An utterance and what was decided about it, at output sample `at`."""

    at: int
    heard: Utterance
    verdict: Verdict
    reply: Reply = Reply.NOTHING
    """How the coach answered a refusal."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The last accepted command."""

    command: Command
    end: int
    """Where its utterance ended."""
    said: int = 0
    """Where it began."""

    def shares(self, heard: Utterance) -> bool:
        """True if it is of the same sound, at least in part."""
        return self.said < heard.end and heard.said < self.end


def answers(live: Container[Intent]) -> frozenset[Intent]:
    """What answers the coach if it asks for a number; nothing otherwise."""
    return _NUMBERS if Intent.NUMBER in live else frozenset()


def judge(
    heard: Utterance,
    live: frozenset[Intent],
    table: PhraseTable,
    bars: Thresholds,
    spoken: Sequence[SpokenLine] = (),
    last: Accepted | None = None,
    paced: bool = False,
    waits: bool = False,
    above: float | None = None,
    softer: float = 0.0,
    faint: Accepted | None = None,
) -> Verdict:
    """Decide about `heard` while the intents in `live` make sense.

    `spoken` are the coach's recent lines, `last` is the last accepted command. `paced`: there may
    be weight on the lifter, so an urgent command never counts as an echo. At any other time it
    does, if the coach's own line contains it: "Say: stop now" from a loudspeaker proves nothing,
    and there is nothing to stop.

    `waits`: the coach waits for an answer. `above`: how many dB louder the utterance was than the
    coach alone could be; None if unknown. `softer`: how many dB softer it was than the lifter, if
    it also does not stand out from the sounds before it; 0 if unknown. `faint`: the last alarm that
    was refused with `Doubt.FAINT`.
    """
    coach = bars.loudspeaker and (above is None or above < ECHO_ALIKE)
    if (hopeless := _hopeless(heard, live, table, waits, coach)) is not None:
        return hopeless
    best = heard.candidates[0]
    command = best.command
    like = None if coach else _likeness(heard, live, bars)

    def refused(reason: str, doubt: Doubt | None = like) -> Verdict:
        return Verdict(command, best.phrase, best.confidence, False, reason, doubt=doubt)

    if command is None:
        return refused(f'sounds like "{best.phrase}", which is not a command')
    if command.intent not in live:
        return refused(_SENSELESS)
    urgent = command.intent in URGENT
    expected = command.intent in answers(live)
    bar = bars.for_(command, expected)
    if best.confidence < bar:
        return refused(f"not sure enough ({best.confidence:.2f} of {bar:.2f})")
    if not urgent and (other := rival(heard, bars, expected)):
        return refused(f"could as well be {other}")
    if last is not None and last.command == command and _just_done(heard, bars, last):
        return refused("just done", None)
    if urgent and best.confidence < bars.sure and _faint(heard, last, softer, faint):
        why = f"too faint for an alarm ({best.confidence:.2f} of {bars.sure:.2f})"
        return refused(why, None if coach and not paced else Doubt.FAINT)
    if not urgent and (why := _somebody_else(heard, bars, spoken, softer)):
        return refused(why, None if coach else Doubt.LIKE)
    somebody = above is not None and above >= ECHO_LOUDER
    if bars.loudspeaker and not somebody and not (urgent and paced):
        certain = above is not None and above < ECHO_AS_LOUD
        if (echo := _echo(heard, bars, table, spoken)) is not None:
            return refused(f'the coach was saying "{echo.text}"', None if certain else Doubt.ECHO)
        if certain:
            # A recogniser may make anything of the coach: "I heard you" became "I'm hurt".
            return refused("no louder than the coach, who was speaking", None)
    others = tuple(_of_its_kind(heard, command, bars, expected))
    return Verdict(command, best.phrase, best.confidence, True, "", others)


def _hopeless(
    heard: Utterance, live: frozenset[Intent], table: PhraseTable, waits: bool, coach: bool
) -> Verdict | None:
    """Refuse what no threshold would let in: it makes no sense now, or is like no command. `coach`:
    it may have been the coach."""
    meant = table.parse(heard.free)
    # A number alone is mostly half of something: "eighty" of "eighty kilos".
    if meant is not None and meant.intent not in live | _ALONE:
        doubt = None if meant.intent in _SAID_ANYWHERE or coach else Doubt.LIKE
        return Verdict(meant, normal(heard.free), 0.0, False, _SENSELESS, doubt=doubt)
    if not heard.candidates:
        answer = heard.long and waits and heard.end - heard.said <= TOO_LONG
        doubt = Doubt.LIKE if answer and not coach else None
        return Verdict(None, heard.free, 0.0, False, heard.note or "no command", doubt=doubt)
    return None


def rival(heard: Utterance, bars: Thresholds, expected: bool = False) -> str:
    """What the utterance may as well have been, in words; "" if its best reading leads. `expected`:
    it is the number that was asked for."""
    best, *others = heard.candidates
    near = next(
        (
            other
            for other in others
            if other.command is not None
            and other.command != best.command
            # Numbers that were asked for need no lead: the coach offers one, and then the other.
            and not (expected and other.command.intent in _NUMBERS)
        ),
        None,
    )
    if near is not None and best.confidence - near.confidence < bars.margin:
        return f'"{near.phrase}"'
    # Candidates are ranked by how common they are, too: "done" comes before "don". If a decoy fits
    # the sound better, the command stays in doubt.
    other = next((c for c in others if c.command is None), None)
    if other is not None and other.confidence > best.confidence:
        return f'"{other.phrase}", which is not a command'
    return ""


def _just_done(heard: Utterance, bars: Thresholds, last: Accepted) -> bool:
    """True if the same command was just obeyed. Of an alarm only the same sound is held off."""
    if last.command.intent in URGENT:
        return last.shares(heard)
    return heard.said - last.end < bars.hold_off


def _faint(heard: Utterance, last: Accepted | None, softer: float, before: Accepted | None) -> bool:
    """True if an alarm has to be clear: in a loud room it is softer than the lifter, or the command
    that began the load is in the same sound. Said again, it counts however faint it is: the lifter
    may be in pain."""
    alarm = heard.candidates[0].command
    same = before is not None and before.command == alarm and not before.shares(heard)
    if before is not None and same and heard.said - before.end < AGAIN:
        return False
    begun = last is not None and last.command.intent in _BEGIN and last.shares(heard)
    return softer >= SOFTER or begun


def _somebody_else(
    heard: Utterance, bars: Thresholds, spoken: Sequence[SpokenLine], softer: float
) -> str:
    """Why it is not the lifter's; "" if it may be.

    While a loudspeaker plays, the coach is part of the sound, so the voice can't be told.
    """
    if softer >= SOFTER:
        return f"{softer:.0f} dB softer than the lifter, in a loud room"
    if not bars.only or not heard.voice:
        return ""
    if bars.loudspeaker and any(
        line.at < heard.end and heard.said < line.end + ECHO_TAIL for line in spoken
    ):
        return ""
    likeness, wanted = alike(heard.voice, bars.only), own_bar(heard.end - heard.said)
    return f"another voice ({likeness:.2f} of {wanted:.2f})" if likeness < wanted else ""


def _echo(
    heard: Utterance, bars: Thresholds, table: PhraseTable, spoken: Sequence[SpokenLine]
) -> SpokenLine | None:
    """The coach's own line that the utterance may echo."""
    best = heard.candidates[0]
    # Close rivals count, too: "down" from the loudspeaker is never "done".
    near = [c for c in heard.candidates if best.confidence - c.confidence < bars.margin]
    return next((line for c in near for line in _echoes(heard, c, table, spoken)), None)


def _of_its_kind(
    heard: Utterance, command: Command, bars: Thresholds, expected: bool
) -> Iterator[Command]:
    """What else an accepted command may have been, most probable first."""
    kind = _NUMBERS if expected else {command.intent}
    for other in heard.candidates[1:]:
        if (
            other.command is not None
            and other.command.intent in kind
            and (expected or other.confidence >= bars.asked)
        ):
            yield other.command


def _likeness(heard: Utterance, live: frozenset[Intent], bars: Thresholds) -> Doubt | None:
    """LIKE if a live command nearly reaches its threshold."""
    like = any(
        each.command is not None
        and each.command.intent in live
        and each.confidence >= LIKE * bars.for_(each.command)
        for each in heard.candidates
    )
    return Doubt.LIKE if like else None


def _echoes(
    heard: Utterance, reading: Candidate, table: PhraseTable, spoken: Sequence[SpokenLine]
) -> Iterator[SpokenLine]:
    """The coach's own lines that contain `reading` where it was heard.

    An echo of a word is the whole word: an utterance that began in the middle of it, or ended too
    soon to hold it, came from a person. Meanings are compared, not spelling: the coach says "thirty
    reps", the recogniser writes "30 reps".
    """
    for said in spoken:
        words = normal(said.text).split()
        known = len(said.words) == len(words)
        places = said.words if known else tuple(_by_letters(words, said.end - said.at))
        edge = 0 if known else ECHO_EDGE
        for first, (begin, _) in enumerate(places):
            if heard.said > said.at + begin + ECHO_LATE + edge:
                continue
            for last in range(first, min(first + _LONGEST, len(words))):
                if heard.end < said.at + places[last][1] - ECHO_EARLY - edge:
                    break
                text = " ".join(words[first : last + 1])
                meant = reading.command is not None and table.parse(text) == reading.command
                if meant or text == reading.phrase:
                    yield said


def _by_letters(words: Sequence[str], length: int) -> Iterator[tuple[int, int]]:
    """Where each of `words` sounds in a line of `length` samples, estimated from its letters."""
    letter = length / max(1, sum(len(word) + 1 for word in words))
    place = 0.0
    for word in words:
        end = place + (len(word) + 1) * letter
        yield round(place), round(end)
        place = end
