"""Was that a command? The one layer that stands above every recogniser.

A recogniser says what an utterance may have been and how probable it holds
that (`Utterance`). Whether it counts depends on more than the sound: on what makes
sense now, on what the coach itself was saying, on what was accepted a moment
ago. `judge` weighs that and always gives a reason: the trace shows why each
refused utterance was refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from .commands import PhraseTable, normal
from .events import URGENT, Candidate, Command, Intent, Utterance
from .own_voice import Embedding, alike
from .own_voice import bar as own_bar
from .plan import SAMPLE_RATE

ECHO_TAIL = 300 * SAMPLE_RATE // 1000
"""Samples after a spoken line within which its sound may still come back: a
loudspeaker across the room, a Bluetooth buffer and the recogniser's own edges."""

ECHO_EARLY = 350 * SAMPLE_RATE // 1000
"""Samples by which the echo of a word may be over sooner than the word: 200 ms where the
devices are quicker than believed, the rest for the edges of words, which are not sure."""

ECHO_LATE = ECHO_TAIL + ECHO_EARLY // 2
"""Samples by which it may begin later."""

ECHO_EDGE = 150 * SAMPLE_RATE // 1000
"""Samples by which both may be more, where only the letters of a line tell where its words
are."""

ECHO_LOUDER, ECHO_ALIKE, ECHO_AS_LOUD = 6.0, 3.0, 0.0
"""dB by which an utterance is louder than the coach alone: from the first on it is somebody's,
below the second it may well be the coach, below the third its own word is the coach's. Of 800
words and lines of an echo none had 6, one in a hundred 3, and one in four 0."""

SOFTER = 7.0
"""dB below the lifter's level from which on a voice among others is somebody else's."""

LIKE = 0.4
"""Of the bar of a live command: what is as sure as that may have been meant. In six minutes of
talk (readers, orders to a machine, wake words of others) not one of 76 utterances was, in a
set, at the gate or while the catches were asked for, nor at 0.2."""

TOO_LONG = 5 * SAMPLE_RATE
"""Samples: what goes on for longer, while an answer is waited for, is no answer, however many
words stand round it. Most sentences that are read aloud are longer."""

_SUREST = 0.95
"""No bar is raised above this."""

_LONGEST = 7
"""Words that a command has at most."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure one has to be. Confidences run from 0 to 1."""

    command: float = 0.5
    """What an ordinary command must reach."""
    stop: float = 0.3
    """What "stop", "pain" and "help" must reach: a miss is worse than a false alarm."""
    sure: float = 0.75
    """A number of which the recogniser is less sure is asked back before it is written down."""
    asked: float = 0.2
    """What the question for a number must reach, and what else an unasked number may have been:
    by mistake they cost no more than a "no"."""
    answer: float = 0.05
    """The same for the number that was asked for, which is asked back in doubt."""
    final: float = 0.1
    """How much more than an ordinary command what ends a set must reach: a set can be
    started again, but not gone on with."""
    margin: float = 0.15
    """By how much the best reading must lead the next command."""
    hold_off: int = SAMPLE_RATE // 2
    """Samples after an accepted command in which the same one is taken for its tail."""
    loudspeaker: bool = True
    """Whether the microphone may hear the coach."""
    lowered: Mapping[Command, float] = field(default_factory=dict)
    """What single commands must reach where that is less: see `profile.fitted`."""
    only: Embedding = ()
    """The voice whose commands count, but for the urgent ones; empty: everybody's do."""

    def for_(self, command: Command) -> float:
        """What `command` must reach."""
        bar = self.stop if command.intent in URGENT else self.command
        if command.intent in QUESTIONS:
            bar = min(bar, self.asked)
        if command.intent in FINAL:
            bar = min(bar + self.final, max(bar, _SUREST))
        return min(bar, self.lowered.get(command, bar))


FINAL = frozenset({Intent.DONE})
"""Commands that can't be undone and are not urgent."""

QUESTIONS = frozenset({Intent.ASK_WEIGHT, Intent.ASK_REPS})
"""Commands that lead to nothing but a question."""

_ALONE = frozenset({Intent.NUMBER, Intent.HALF})
"""Numbers without anything that they number."""

_SAID_ANYWHERE = frozenset({Intent.YES, Intent.NO}) | _ALONE
"""What people say to each other all the time, and so means nothing where it is not live."""

_SENSELESS = "makes no sense now"

_NUMBERS = frozenset({Intent.WEIGHT, Intent.REPS}) | _ALONE
"""Commands that are asked back in doubt once a number was asked for, and so need less."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line that the coach spoke, as far as it was heard."""

    text: str
    at: int
    end: int
    words: tuple[tuple[int, int], ...] = ()
    """First sample and end of each word of `normal(text)`, from `at` on; empty where nobody
    knows them."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about an utterance."""

    command: Command | None
    """What it was taken for, accepted or not; None when it was like no command."""
    phrase: str
    confidence: float
    accepted: bool
    reason: str
    """Why it was refused; "" when it was accepted."""
    others: tuple[Command, ...] = ()
    """What else of its kind it may have been, the most probable first."""
    doubt: Doubt | None = None
    """Why it may have been meant all the same, where it was refused."""


class Doubt(Enum):
    """Why what was refused may have been meant."""

    LIKE = auto()
    """It was like a command."""
    ECHO = auto()
    """It was a command, which the coach may have said itself."""


class Reply(StrEnum):
    """What a lifter hears of a refusal."""

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
    """What the coach let know of its refusal."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The last accepted command."""

    command: Command
    end: int
    """Where the utterance ended."""


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
) -> Verdict:
    """Decide about `heard` while the intents in `live` make sense.

    `spoken` are the coach's recent lines, `last` the last accepted command. `paced`:
    there may be weight on the lifter, and then an urgent command is never an echo. At
    any other time it is, if the coach's own line holds it: "Say: stop now" from a
    loudspeaker proves nothing, and there is nothing to stop.

    `waits`: an answer is waited for. `above`: dB by which it was louder than the coach
    alone could be there; None where nobody can tell. `softer`: dB by which it was softer than
    the lifter, and no louder than what sounded before; 0 where nobody can tell.
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
        return refused(f'sounds like "{best.phrase}", which is no command')
    if command.intent not in live:
        return refused(_SENSELESS)
    urgent = command.intent in URGENT
    expected = Intent.NUMBER in live and command.intent in _NUMBERS
    bar = bars.for_(command)
    if expected:
        bar = min(bar, bars.answer)
    elif urgent and softer >= SOFTER:
        # A lifter in pain may be soft. Then it has to be clear.
        bar = max(bar, bars.sure)
    if best.confidence < bar:
        return refused(f"not sure enough ({best.confidence:.2f} of {bar:.2f})")
    if not urgent:
        if other := rival(heard, bars, expected):
            return refused(f"could as well be {other}")
        if last is not None and last.command == command and heard.said - last.end < bars.hold_off:
            return refused("just done", None)
        if why := _somebody_else(heard, bars, spoken, softer):
            return refused(why, Doubt.LIKE)
    somebody = above is not None and above >= ECHO_LOUDER
    if bars.loudspeaker and not somebody and not (urgent and paced):
        certain = above is not None and above < ECHO_AS_LOUD
        if (echo := _echo(heard, bars, table, spoken)) is not None:
            return refused(f'the coach was saying "{echo.text}"', None if certain else Doubt.ECHO)
        if certain:
            # What a recogniser makes of the coach may be anything: "I heard you" was "I'm hurt".
            return refused("no louder than the coach, who was speaking", None)
    others = tuple(_of_its_kind(heard, command, bars, expected))
    return Verdict(command, best.phrase, best.confidence, True, "", others)


def _hopeless(
    heard: Utterance, live: frozenset[Intent], table: PhraseTable, waits: bool, coach: bool
) -> Verdict | None:
    """The refusal of what is no command whatever the bars: it makes no sense now, or was like
    none. `coach`: whether it may have been the coach."""
    meant = table.parse(heard.free)
    # A number alone is mostly the half of something: "eighty" of "eighty kilos".
    if meant is not None and meant.intent not in live | _ALONE:
        doubt = None if meant.intent in _SAID_ANYWHERE or coach else Doubt.LIKE
        return Verdict(meant, normal(heard.free), 0.0, False, _SENSELESS, doubt=doubt)
    if not heard.candidates:
        answer = heard.long and waits and heard.end - heard.said <= TOO_LONG
        doubt = Doubt.LIKE if answer and not coach else None
        return Verdict(None, heard.free, 0.0, False, heard.note or "no command", doubt=doubt)
    return None


def rival(heard: Utterance, bars: Thresholds, expected: bool = False) -> str:
    """What the utterance may as well have been, in words; "" where its best reading leads.
    `expected`: it is the number that was asked for."""
    best, *others = heard.candidates
    near = next(
        (
            other
            for other in others
            if other.command is not None
            and other.command != best.command
            # The one is asked back, and then the other: nobody has to choose between them.
            and not (expected and other.command.intent in _NUMBERS)
        ),
        None,
    )
    if near is not None and best.confidence - near.confidence < bars.margin:
        return f'"{near.phrase}"'
    # Phrases are ranked by how common they are, too: "done" comes before "don". What is
    # heard better by itself, and means nothing, leaves it in doubt all the same.
    other = next((c for c in others if c.command is None), None)
    if other is not None and other.confidence > best.confidence:
        return f'"{other.phrase}", which is no command'
    return ""


def _somebody_else(
    heard: Utterance, bars: Thresholds, spoken: Sequence[SpokenLine], softer: float
) -> str:
    """Why it is not the lifter's; "" where it may be.

    Whose voice it is nobody can tell while a loudspeaker speaks, which is a part of the sound.
    """
    if softer >= SOFTER:
        return f"{softer:.0f} dB softer than the lifter, among others"
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
    """The coach's own line that the utterance may be."""
    best = heard.candidates[0]
    # What it may as well be counts, too: "down" from the loudspeaker is never "done".
    near = [c for c in heard.candidates if best.confidence - c.confidence < bars.margin]
    return next((line for c in near for line in _echoes(heard, c, table, spoken)), None)


def _of_its_kind(
    heard: Utterance, command: Command, bars: Thresholds, expected: bool
) -> Iterator[Command]:
    """What else an accepted command may have been, the most probable first."""
    kind = _NUMBERS if expected else {command.intent}
    for other in heard.candidates[1:]:
        if (
            other.command is not None
            and other.command.intent in kind
            and (expected or other.confidence >= bars.asked)
        ):
            yield other.command


def _likeness(heard: Utterance, live: frozenset[Intent], bars: Thresholds) -> Doubt | None:
    """LIKE where some live command is nearly as sure as it must be."""
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
    """The coach's own lines that hold `reading` where it was heard.

    The echo of a word is all of that word: what began when the word was half over, or ended
    before it could be over, was said by somebody. What counts is what it means: the coach
    says "thirty reps" where the recogniser writes "30 reps".
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
    """Where each of `words` sounds in a line of so many samples, by its letters."""
    letter = length / max(1, sum(len(word) + 1 for word in words))
    place = 0.0
    for word in words:
        end = place + (len(word) + 1) * letter
        yield round(place), round(end)
        place = end
