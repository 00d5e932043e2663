"""Learning a voice: the coach says each command, the lifter repeats it three times.

    room -> asking <-> (the next phrase) -> telling -> over

ROOM     a greeting, then a few seconds of listening to the room.
ASKING   one phrase after the other. A short tone answers each try, a low one a try that was
         taken for something else. A phrase that is not said is asked for again, and then
         passed over. A phrase that would be missed is followed by another with its meaning.
TELLING  what would be missed or confused now, and what to say instead.
OVER     nothing more is said.

`TABLE` says what can be said in each stage, `_TIMED` what silence does. As in the session, `step`
and `advance` take an enrolment and return the next one with its effects, and nothing here reads a
clock. Nor is it known here how long the coach speaks: `LinesOver` reports the end of its lines, and
waiting begins then.

The result is a `profile`. It is kept, whole or in part, however the enrolment ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from .commands import PhraseTable
from .decision import Thresholds
from .events import (
    ButtonLost,
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
"""Utterances after which a phrase is passed over, even if too few were good."""

ROOM = 3 * SAMPLE_RATE
"""Samples of listening to the room."""

PATIENCE = 5 * SAMPLE_RATE
"""Samples of silence after which a phrase is asked for again, and then passed over."""

BREATH = SAMPLE_RATE // 2
"""Samples between the lifter's last try and the next phrase, so that the tone is heard by
itself."""

UNANSWERED = 2
"""After this many phrases in a row without a word, nobody is there or the coach hears nothing."""

LINES: Mapping[str, frozenset[str]] = {
    # name of a line: the variables its text may use
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
"""What can be said at any time, beside the phrase that is asked for."""


class Stage(Enum):
    ROOM = "room"
    ASKING = "asking"
    TELLING = "telling"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase to be learnt."""

    phrase: str
    """In normal form, as in the phrase table."""
    command: Command
    live: frozenset[Intent]
    """What else is understood where it is used, so that it is heard among the same rivals."""
    other: str = ""
    """Another phrase with the same meaning, in case this one fails in this voice."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An utterance that is no order to the enrolment."""

    heard: Utterance


@dataclass(frozen=True, slots=True)
class LinesOver:
    """The coach has said everything it had to say."""


Happening = Input | Attempt | LinesOver


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The state of an enrolment at one sample."""

    items: tuple[Item, ...]
    """Still to be asked for. The first is asked for now."""
    table: PhraseTable
    bars: Thresholds
    """From the settings, before anything is learnt."""
    lines: Mapping[str, Wording]
    learnt: Profile
    """So far."""
    asked: tuple[Item, ...] = ()
    """Phrases asked for already, in that order."""
    stage: Stage = Stage.ROOM
    now: int = 0
    due: int | None = None
    """When silence next changes something; None while the coach speaks."""
    speaking: bool = False
    """True while it waits for `LinesOver`."""
    tries: tuple[Try, ...] = ()
    """Of the current phrase."""
    reminded: bool = False
    unanswered: int = 0
    deaf: bool = False
    said: int = 0
    """How many lines were asked for. It makes their keys unique."""

    @property
    def next_due(self) -> int | None:
        return self.due

    @property
    def item(self) -> Item | None:
        """The phrase asked for now."""
        return self.items[0] if self.stage is Stage.ASKING and self.items else None


Turn = tuple[Enrolment, list[Effect]]


def begin(
    items: tuple[Item, ...],
    table: PhraseTable,
    bars: Thresholds,
    lines: Mapping[str, Wording],
    empty: Profile,
) -> Turn:
    """Begin an enrolment at sample 0 with a greeting. `items`: at least one. `empty`: a profile
    without tries, to be filled."""
    enrolment = Enrolment(items, table, bars, lines, empty)
    enrolment, said = _say(enrolment, "hello")
    return enrolment, [PhraseAsked(0, "", items[0].live), *said]


def step(enrolment: Enrolment, happened: Happening) -> Turn:
    """Handle `happened` at `enrolment.now`. What silence brings at that sample comes first."""
    enrolment, effects = _pass_time(enrolment, enrolment.now + 1)
    enrolment, more = _happen(enrolment, happened)
    return enrolment, [*effects, *more]


def advance(enrolment: Enrolment, to: int) -> Turn:
    """Let time pass until sample `to`: everything that silence changes before it happens."""
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
    """What to expect of each phrase that was asked for, with what was learnt."""
    bars = fitted(enrolment.learnt, enrolment.table, enrolment.bars)
    return tuple(
        outlook(item.phrase, enrolment.learnt.tries.get(item.phrase, ()), enrolment.table, bars)
        for item in enrolment.asked
    )


def fixed_texts(items: tuple[Item, ...], lines: Mapping[str, Wording]) -> tuple[str, ...]:
    """Every text known in advance, so that it can be rendered in advance."""
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
        case (
            SoundLost() | SoundBack() | SoundMoved() | LogTold() | ButtonLost() | Woke() | Doubted()
        ):
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
    """Without the readings that only an enrolment listens for: a workout has no such rivals."""
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
    """Handle a try of the current phrase, whatever the recogniser took it for."""
    if not heard.readings and not heard.free:
        return enrolment, []  # a noise, or talk
    item = enrolment.items[0]
    tries = (*enrolment.tries, heard)
    good = [each for each in tries if _is_good(each, item, enrolment)]
    answer = Tone(enrolment.now, "heard" if _is_good(heard, item, enrolment) else "refused")
    enrolment = replace(enrolment, tries=tries, unanswered=0, reminded=False)
    if len(good) < ENOUGH and len(tries) < TRIES:
        # Patience starts over, or starts when the coach has finished.
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
    """ "Skip": tries so far count, but no other phrase takes its place."""
    item, *rest = enrolment.items
    hush = _hush(enrolment)
    enrolment, effects = _go_on(replace(enrolment, items=(replace(item, other=""), *rest)))
    return enrolment, [hush, *effects]


def _go_on(enrolment: Enrolment) -> Turn:
    """Go to the next phrase. If this one would be missed, go to another with its meaning."""
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
    """Add the tries of the current phrase, if there is one, to what was learnt."""
    item, learnt = enrolment.item, enrolment.learnt
    if item is None:
        return enrolment
    if enrolment.tries:
        # Only good tries are surely in the lifter's voice.
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
    """ "Stop": what was learnt so far is kept, and reported."""
    hush = _hush(enrolment)
    enrolment, effects = _tell(_noted(enrolment))
    return enrolment, [hush, *effects]


def _start_again(enrolment: Enrolment) -> Turn:
    """Another microphone: what was learnt fits neither of the two."""
    hush = _hush(enrolment)
    voice = OwnVoice(enrolment.learnt.voice.network)
    empty = replace(enrolment.learnt, tries={}, room=(), voice=voice)
    enrolment = replace(enrolment, stage=Stage.TELLING, learnt=empty, asked=(), tries=())
    enrolment, said = _say(enrolment, "moved")
    return enrolment, [hush, *said]


def _fall_silent(enrolment: Enrolment) -> Turn:
    return replace(enrolment, stage=Stage.OVER, due=None, speaking=False), [_hush(enrolment)]


def _tell(enrolment: Enrolment) -> Turn:
    """Report what would be missed or confused now, and what to say instead."""
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
"""Samples within which a line must find its gap. Nothing is paced here."""


def _hush(enrolment: Enrolment) -> Hush:
    return Hush(enrolment.now, "the lifter has spoken")


# --- the tables ------------------------------------------------------------------------------

TABLE: Mapping[Stage, Mapping[Intent, Callable[[Enrolment], Turn]]] = {
    Stage.ROOM: {Intent.SKIP: _skip_room, Intent.STOP: _leave},
    Stage.ASKING: {Intent.SKIP: _pass_over, Intent.STOP: _leave},
    Stage.TELLING: {Intent.SKIP: _fall_silent, Intent.STOP: _fall_silent},
    Stage.OVER: {},
}
"""What each order does in each stage. Any other does nothing."""

_ATTEMPTED: Mapping[Stage, Callable[[Enrolment, Try], Turn]] = {
    Stage.ROOM: _hear_room,
    Stage.ASKING: _take,
    Stage.TELLING: _ignore,
    Stage.OVER: _ignore,
}
"""What any other utterance does."""

_TIMED: Mapping[Stage, Callable[[Enrolment], Turn]] = {
    Stage.ROOM: _ask_first,
    Stage.ASKING: _remind,
}
"""What silence does at `Enrolment.due`."""
