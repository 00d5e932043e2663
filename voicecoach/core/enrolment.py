"""Learning a voice: the coach says each command, the lifter repeats it three times.

    room -> asking <-> (the next phrase) -> telling -> over

ROOM     a greeting, then a few seconds in which only the room is heard.
ASKING   one phrase after the other. A short tone answers each try, a low one a try that was
         taken for something else. What is not said is asked for again, and then passed
         over; a phrase that would be missed is followed by another with its meaning.
TELLING  what would be missed or confused now, and what to say instead.
OVER     nothing more is said.

`TABLE` says what can be said in each of them; `_TIMED` what silence does. As in the
session, `step` and `advance` take an enrolment and give the next one with what it wants
done, and nothing here asks what time it is. How long the coach speaks, nobody knows here
either: it is told when its lines are over (`LinesOver`), and waits from then on.

What is learnt is a `profile`; that is kept whole or in part, however it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from .commands import PhraseTable
from .decision import Thresholds
from .events import (
    Closing,
    Command,
    CommandGiven,
    CueRequest,
    Doubted,
    Effect,
    HearingBack,
    HearingGivenUp,
    HearingLost,
    HearingMoved,
    Hush,
    Input,
    Intent,
    LineEnded,
    LogTold,
    PhraseAsked,
    Say,
    SoundBack,
    SoundLost,
    SoundMoved,
    Tone,
    Utterance,
    Woke,
)
from .own_voice import OwnVoice
from .pacing import filled
from .plan import SAMPLE_RATE, CueClass, Wording
from .profile import ENOUGH, Outlook, Profile, Try, counts, fitted, outlook

__all__ = [
    "CONTROLS",
    "LINES",
    "TABLE",
    "Attempt",
    "Enrolment",
    "Item",
    "LinesOver",
    "Stage",
    "advance",
    "begin",
    "fixed_texts",
    "outlooks",
    "step",
]

TRIES = 6
"""Utterances after which a phrase is passed over, however few were taken for it."""

ROOM = 3 * SAMPLE_RATE
"""Samples for which the room is listened to."""

PATIENCE = 5 * SAMPLE_RATE
"""Samples of silence after which a phrase is asked for again, and then passed over."""

BREATH = SAMPLE_RATE // 2
"""Samples between the lifter's last try and the next phrase: the answering tone has its own."""

UNANSWERED = 2
"""Phrases in a row without a word after which nobody is there, or nothing is heard."""

LINES: Mapping[str, frozenset[str]] = {
    # name of a line: the variables that its text may hold
    "hello": frozenset(),
    "ask": frozenset({"phrase"}),
    "again": frozenset({"phrase"}),
    "other": frozenset({"phrase"}),
    "unheard": frozenset({"phrase"}),
    "deaf": frozenset(),
    "moved": frozenset(),
    "nothing": frozenset(),
    "all_well": frozenset(),
    "missed": frozenset({"phrase"}),
    "missed_say": frozenset({"phrase", "other"}),
    "confused": frozenset({"phrase", "rival"}),
    "confused_say": frozenset({"phrase", "rival", "other"}),
}
"""Every line of an enrolment, worded in `config/languages/<language>/messages.toml`."""

CONTROLS = frozenset({Intent.SKIP, Intent.STOP})
"""What can be said at any time beside the phrase that is asked for."""


class Stage(Enum):
    ROOM = "room"
    ASKING = "asking"
    TELLING = "telling"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase that is to be learnt."""

    phrase: str
    """In normal form, as it stands in the phrase table."""
    command: Command
    live: frozenset[Intent]
    """What else is understood where it is used: it is heard among the same rivals."""
    other: str = ""
    """Another phrase with the same meaning, for a voice in which this one fails."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something was said, or at least heard, that is no order to the enrolment."""

    heard: Utterance


@dataclass(frozen=True, slots=True)
class LinesOver:
    """Everything that was to be said has been said."""


Happening = Input | Attempt | LinesOver


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Everything that is known at one sample."""

    items: tuple[Item, ...]
    """Still to be asked for; the first is asked for now."""
    table: PhraseTable
    bars: Thresholds
    """Of the settings, before anything is learnt."""
    lines: Mapping[str, Wording]
    learnt: Profile
    """So far."""
    asked: tuple[Item, ...] = ()
    """What was asked for already, in that order."""
    stage: Stage = Stage.ROOM
    now: int = 0
    due: int | None = None
    """When silence changes something next; None while the coach speaks."""
    speaking: bool = False
    """Whether `LinesOver` is waited for."""
    tries: tuple[Try, ...] = ()
    """Of the phrase that is asked for."""
    reminded: bool = False
    unanswered: int = 0
    deaf: bool = False
    said: int = 0
    """How many lines were asked for: it keeps their keys apart."""

    @property
    def next_due(self) -> int | None:
        return self.due

    @property
    def item(self) -> Item | None:
        """What is asked for now."""
        return self.items[0] if self.stage is Stage.ASKING and self.items else None


Turn = tuple[Enrolment, list[Effect]]


def begin(
    items: tuple[Item, ...],
    table: PhraseTable,
    bars: Thresholds,
    lines: Mapping[str, Wording],
    empty: Profile,
) -> Turn:
    """An enrolment at sample 0, which greets. `items`: at least one; `empty`: a profile
    without tries, to be filled."""
    enrolment = Enrolment(items, table, bars, lines, empty)
    enrolment, said = _say(enrolment, "hello")
    return enrolment, [PhraseAsked(0, "", items[0].live), *said]


def step(enrolment: Enrolment, happened: Happening) -> Turn:
    """`happened`, at `enrolment.now`; what silence brings at that sample goes before."""
    enrolment, effects = _pass_time(enrolment, enrolment.now + 1)
    enrolment, more = _happen(enrolment, happened)
    return enrolment, [*effects, *more]


def advance(enrolment: Enrolment, to: int) -> Turn:
    """Time passes until sample `to`; everything that silence changes before `to` happens."""
    enrolment, effects = _pass_time(enrolment, to)
    return replace(enrolment, now=max(enrolment.now, to)), effects


def _pass_time(enrolment: Enrolment, to: int) -> Turn:
    effects: list[Effect] = []
    while enrolment.due is not None and enrolment.due < to:
        enrolment = replace(enrolment, now=max(enrolment.now, enrolment.due), due=None)
        enrolment, more = _TIMED[enrolment.stage](enrolment)
        effects += more
    return enrolment, effects


def outlooks(enrolment: Enrolment) -> tuple[Outlook, ...]:
    """What is to be expected of each phrase that was asked for, with what was learnt."""
    bars = fitted(enrolment.learnt, enrolment.table, enrolment.bars)
    return tuple(
        outlook(item.phrase, enrolment.learnt.tries.get(item.phrase, ()), enrolment.table, bars)
        for item in enrolment.asked
    )


def fixed_texts(items: tuple[Item, ...], lines: Mapping[str, Wording]) -> tuple[str, ...]:
    """Every text that is known beforehand, to be rendered before it is wanted."""
    phrases = [phrase for item in items for phrase in (item.phrase, item.other) if phrase]
    texts = [
        text
        for name, variables in LINES.items()
        for phrase in (phrases if variables == {"phrase"} else [""] if not variables else [])
        for text in filled(lines[name], 0, phrase=phrase)
    ]
    return tuple(dict.fromkeys(texts))


# --- what happens ----------------------------------------------------------------------------


def _happen(enrolment: Enrolment, happened: Happening) -> Turn:
    match happened:
        case CommandGiven(command):
            handler = TABLE[enrolment.stage].get(command.intent)
            return handler(enrolment) if handler is not None else (enrolment, [])
        case Attempt(heard):
            return _ATTEMPTED[enrolment.stage](enrolment, _tried(heard, enrolment.table))
        case LinesOver():
            return _wait(enrolment)
        case HearingLost() | HearingGivenUp():
            if enrolment.deaf or enrolment.stage in (Stage.TELLING, Stage.OVER):
                return enrolment, []
            return _say(replace(enrolment, deaf=True), "deaf")
        case HearingBack():
            return replace(enrolment, deaf=False), []
        case Closing():
            return _fall_silent(_noted(enrolment))
        case LineEnded():
            return enrolment, []
        case HearingMoved():
            if enrolment.stage in (Stage.TELLING, Stage.OVER):
                return enrolment, []
            return _start_again(enrolment)
        case SoundLost() | SoundBack() | SoundMoved() | LogTold() | Woke() | Doubted():
            return enrolment, []


def _wait(enrolment: Enrolment) -> Turn:
    """The coach has said its lines."""
    enrolment = replace(enrolment, speaking=False)
    match enrolment.stage:
        case Stage.ROOM:
            return replace(enrolment, due=enrolment.now + ROOM), []
        case Stage.ASKING:
            return replace(enrolment, due=enrolment.now + PATIENCE), []
        case Stage.TELLING | Stage.OVER:
            return replace(enrolment, stage=Stage.OVER), []


def _tried(heard: Utterance, table: PhraseTable) -> Try:
    """Without the readings that nothing but an enrolment has: no workout knows those rivals."""
    each = Try.of(heard)
    known = ((text, sure) for text, sure in each.readings if not _only_here(table.parse(text)))
    return replace(each, readings=tuple(known))


def _only_here(command: Command | None) -> bool:
    return command is not None and command.intent is Intent.SKIP


def _hear_room(enrolment: Enrolment, heard: Try) -> Turn:
    room = (*enrolment.learnt.room, heard)
    return replace(enrolment, learnt=replace(enrolment.learnt, room=room)), []


def _ignore(enrolment: Enrolment, heard: Try) -> Turn:
    return enrolment, []


def _take(enrolment: Enrolment, heard: Try) -> Turn:
    """The phrase that is asked for was said, or something that the recogniser took for it,
    or it was said and taken for something else."""
    if not heard.readings and not heard.free:
        return enrolment, []  # a noise, or talk
    item = enrolment.items[0]
    tries = (*enrolment.tries, heard)
    good = [each for each in tries if _is_good(each, item, enrolment)]
    answer = Tone(enrolment.now, "heard" if _is_good(heard, item, enrolment) else "refused")
    enrolment = replace(enrolment, tries=tries, unanswered=0, reminded=False)
    if len(good) < ENOUGH and len(tries) < TRIES:
        # Patience begins anew, or when the coach has ended.
        due = None if enrolment.speaking else enrolment.now + PATIENCE
        return replace(enrolment, due=due), [answer]
    enrolment, effects = _go_on(enrolment)
    return enrolment, [answer, *effects]


def _is_good(each: Try, item: Item, enrolment: Enrolment) -> bool:
    return counts(each, item.command, enrolment.table, enrolment.bars)


def _remind(enrolment: Enrolment) -> Turn:
    """Nobody has answered."""
    phrase = enrolment.items[0].phrase
    if not enrolment.reminded and not enrolment.deaf:
        return _say(replace(enrolment, reminded=True), "again", phrase=phrase)
    unanswered = 0 if enrolment.tries else enrolment.unanswered + 1
    enrolment = replace(enrolment, unanswered=unanswered)
    if enrolment.deaf or unanswered >= UNANSWERED:
        enrolment, said = _say(_noted(enrolment), "nothing")
        enrolment, effects = _tell(enrolment)
        return enrolment, [*said, *effects]
    said = []
    if not enrolment.tries:
        enrolment, said = _say(enrolment, "unheard", phrase=phrase)
    enrolment, effects = _go_on(enrolment)
    return enrolment, [*said, *effects]


def _pass_over(enrolment: Enrolment) -> Turn:
    """ "Skip": what was said of it so far counts, but no other phrase takes its place."""
    item, *rest = enrolment.items
    hush = _hush(enrolment)
    enrolment, effects = _go_on(replace(enrolment, items=(replace(item, other=""), *rest)))
    return enrolment, [hush, *effects]


def _go_on(enrolment: Enrolment) -> Turn:
    """To the next phrase; where this one would be missed, to another with its meaning."""
    item, *rest = enrolment.items
    enrolment = _noted(enrolment)
    last = outlooks(enrolment)[-1]
    line = "ask"
    if last.said and last.missed and item.other:
        rest = [replace(item, phrase=item.other, other=""), *rest]
        line = "other"
    enrolment = replace(enrolment, items=tuple(rest))
    return _ask(enrolment, line) if rest else _tell(enrolment)


def _noted(enrolment: Enrolment) -> Enrolment:
    """With the tries of the phrase that is asked for, if one is, among what was learnt."""
    item, learnt = enrolment.item, enrolment.learnt
    if item is None:
        return enrolment
    if enrolment.tries:
        # Anything else may have been in anybody's voice.
        good = [each.voice for each in enrolment.tries if _is_good(each, item, enrolment)]
        tries = {**learnt.tries, item.phrase: enrolment.tries}
        learnt = replace(learnt, tries=tries, voice=learnt.voice.heard(good))
    return replace(
        enrolment, learnt=learnt, asked=(*enrolment.asked, item), tries=(), reminded=False
    )


def _ask_first(enrolment: Enrolment) -> Turn:
    return _ask(replace(enrolment, stage=Stage.ASKING), "ask")


def _skip_room(enrolment: Enrolment) -> Turn:
    hush = _hush(enrolment)
    enrolment, effects = _ask_first(enrolment)
    return enrolment, [hush, *effects]


def _ask(enrolment: Enrolment, line: str) -> Turn:
    item = enrolment.items[0]
    asked = PhraseAsked(enrolment.now, item.phrase, item.live)
    enrolment, said = _say(enrolment, line, phrase=item.phrase)
    return enrolment, [asked, *said]


# --- the end ---------------------------------------------------------------------------------


def _leave(enrolment: Enrolment) -> Turn:
    """ "Stop": what was learnt so far is kept, and told."""
    hush = _hush(enrolment)
    enrolment, effects = _tell(_noted(enrolment))
    return enrolment, [hush, *effects]


def _start_again(enrolment: Enrolment) -> Turn:
    """Another microphone: what was learnt belongs to neither of the two."""
    hush = _hush(enrolment)
    voice = OwnVoice(enrolment.learnt.voice.network)
    empty = replace(enrolment.learnt, tries={}, room=(), voice=voice)
    enrolment = replace(enrolment, stage=Stage.TELLING, learnt=empty, asked=(), tries=())
    enrolment, said = _say(enrolment, "moved")
    return enrolment, [hush, *said]


def _fall_silent(enrolment: Enrolment) -> Turn:
    return replace(enrolment, stage=Stage.OVER, due=None, speaking=False), [_hush(enrolment)]


def _tell(enrolment: Enrolment) -> Turn:
    """What would be missed or confused now, and what to say instead."""
    enrolment = replace(enrolment, stage=Stage.TELLING, due=None)
    found = outlooks(enrolment)
    meant = {each.phrase: enrolment.table.phrases[each.phrase] for each in found}
    well = [each.phrase for each in found if each.said >= ENOUGH and not each.missed]
    effects: list[Effect] = []
    for each in found:
        if not each.missed:
            continue
        other = next((p for p in well if meant[p] == meant[each.phrase]), "")
        line = ("confused" if each.rival else "missed") + ("_say" if other else "")
        enrolment, said = _say(enrolment, line, phrase=each.phrase, rival=each.rival, other=other)
        effects += said
    if well and not effects:
        enrolment, effects = _say(enrolment, "all_well")
    if not enrolment.speaking:
        return replace(enrolment, stage=Stage.OVER), effects
    return enrolment, effects


# --- speech ----------------------------------------------------------------------------------


def _say(enrolment: Enrolment, line: str, **values: str) -> Turn:
    texts = filled(enrolment.lines[line], 0, **values)
    at = enrolment.now + (BREATH if line in ("ask", "other") else 0)
    want = CueRequest(
        key=f"{line}#{enrolment.said}",
        id=line,
        kind=CueClass.PROMPT,
        texts=texts,
        at=at,
        until=at + _WHENEVER,
    )
    return (
        replace(enrolment, said=enrolment.said + 1, due=None, speaking=True),
        [Say(enrolment.now, (want,))],
    )


_WHENEVER = 600 * SAMPLE_RATE
"""Samples within which a line finds its gap: nothing is paced here."""


def _hush(enrolment: Enrolment) -> Hush:
    return Hush(enrolment.now, "the lifter has spoken")


# --- the tables ------------------------------------------------------------------------------

TABLE: Mapping[Stage, Mapping[Intent, Callable[[Enrolment], Turn]]] = {
    Stage.ROOM: {Intent.SKIP: _skip_room, Intent.STOP: _leave},
    Stage.ASKING: {Intent.SKIP: _pass_over, Intent.STOP: _leave},
    Stage.TELLING: {Intent.SKIP: _fall_silent, Intent.STOP: _fall_silent},
    Stage.OVER: {},
}
"""What an order to the enrolment does; what is missing does nothing."""

_ATTEMPTED: Mapping[Stage, Callable[[Enrolment, Try], Turn]] = {
    Stage.ROOM: _hear_room,
    Stage.ASKING: _take,
    Stage.TELLING: _ignore,
    Stage.OVER: _ignore,
}
"""What anything else that was heard does."""

_TIMED: Mapping[Stage, Callable[[Enrolment], Turn]] = {
    Stage.ROOM: _ask_first,
    Stage.ASKING: _remind,
}
"""What silence does, when `Enrolment.due` comes."""
