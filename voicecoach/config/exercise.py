"""`exercises/<name>.toml`: the cue script of an exercise -> `core.plan.Exercise`.

A script may change every word, time, priority and frequency. But it can't drop safety by accident:
safety cues recur through the whole set, the lines that open and end a set name what holds the
weight, and a script that replaces a shipped one keeps its safety cues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from voicecoach.core.language import Language
from voicecoach.core.plan import (
    BREATH,
    COUNTED_VARIABLES,
    CUE_VARIABLES,
    KNOWN_VARIABLES,
    Cue,
    CueClass,
    Exercise,
    Opener,
    Phase,
    Progression,
    SetupItem,
    Tempo,
    Wording,
    samples,
)
from voicecoach.core.workout import Weight

from .document import Document
from .faults import ConfigError, Fault, listed
from .fields import (
    A_TEXT,
    Part,
    Takes,
    Text,
    Texts,
    choice,
    code,
    described,
    refused,
    seconds,
    variables,
    weighed,
    whole,
)
from .messages import SAID, Messages, Said, SomeLines, SomeTempoWords, as_said, only, wordings
from .plain import validated
from .units import unknown_units
from .weights import LoadPart

OWN_LANGUAGE = "en"
"""The language of a script that does not give one."""

RAREST_REMINDER = 6
"""Reps. A safety cue comes at least this often; otherwise it reminds of nothing."""

LEAST_BREATH = 3
"""Seconds of a breath in a hold; in a shorter one there is no time for a word."""

SECURED = ("gate", "ended", "ended_empty", "stopped", "hurt", "lock_again")
"""The lines that must name what holds the weight."""

NAMING = (*SECURED, "gate_first", "release", "paused", "unconfirmed")
"""The general lines that also name it. They are wrong if it is called something else."""


_MOST_SIDES = 4

_SIDES = (
    {"type": "array", "items": A_TEXT, "minItems": 2, "maxItems": _MOST_SIDES},
    {"type": "array", "maxItems": 0},
)


def _sides(value: object) -> object:
    """None, or several sides that the lifter can tell apart."""
    if isinstance(value, list | tuple) and len(value) > _MOST_SIDES:
        raise refused(f"a set has up to {_MOST_SIDES} sides; here are {len(value)}")
    if isinstance(value, list | tuple) and len(value) == 1:
        raise refused(
            'a set with sides has two or more, like ["Left leg", "Right leg"]; '
            "write [] if both work at once; here is one"
        )
    if isinstance(value, list | tuple):
        # They are told apart by ear.
        heard = [side.casefold() if isinstance(side, str) else side for side in value]
        twice = next((value[n] for n, side in enumerate(heard) if side in heard[:n]), None)
        if twice is not None:
            raise refused(f'each side needs a name of its own; "{twice}" is there twice')
        return tuple(value)
    raise refused(
        'expected a list of the sides in turn, like ["Left leg", "Right leg"], or [] for both; '
        f"{described(value)}"
    )


Sides = Annotated[tuple[Text, ...], Takes(_sides, forms=_SIDES)]
"""The sides that take turns in a set, as spoken; () if both work at once."""


class VariationPart(Said):
    """What to do differently, and on which sides in turn."""

    sides: Sides | None = None
    """Sides that take turns, like "Left leg" and "Right leg"; none for both at once."""


Variation = Annotated[VariationPart, Takes(as_said, forms=SAID, itself=True), only()]
"""What to do differently; without variables."""

_PHASES: Mapping[str, Phase] = {phase.value: phase for phase in Phase}
_FIRST: Mapping[str, Phase] = {phase.value: phase for phase in (Phase.LOWER, Phase.LIFT)}
"""A rep begins with a movement, not a pause."""


class Worded(Part):
    """A text that is spoken. It may use variables only if it is said in a rep."""

    allowed: ClassVar[frozenset[str]] = frozenset()

    say: Texts = Field(examples=["Hold."])
    """A text, or a list of texts that take turns."""
    short: Texts = ()
    """Said if "say" doesn't fit: a text, or one for each text of "say"."""

    @field_validator("say", "short")
    @classmethod
    def _no_other_variables(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        if problem := variables(texts, cls.allowed, COUNTED_VARIABLES):
            raise refused(problem)
        return texts

    @field_validator("short")
    @classmethod
    def _shorter(cls, short: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for n, text in enumerate(short):
            say: tuple[str, ...] = info.data.get("say", ())
            if say and len(text) > len(say[n % len(say)]):
                raise refused(f'"{text}" is longer than "{say[n % len(say)]}"')
        return short

    def wording(self) -> Wording:
        return Wording(self.say, self.short)


class OpenerWords(Worded):
    """What is said when a phase begins."""

    allowed = KNOWN_VARIABLES


class OpenerPart(OpenerWords):
    """What is said when a phase begins, when it is shortened, and whether it is counted."""

    kind: Annotated[
        CueClass, choice("class", {"phase": CueClass.PHASE, "breath": CueClass.BREATH})
    ] = Field(alias="class", examples=["breath"])
    """"breath" tells to breathe, "phase" what to do."""
    short_after: Annotated[int, whole(0, 100)] = 2
    """After this many reps, "short" is said."""
    count: bool = Field(default=False, examples=[True])
    """Whether the phase's seconds are counted aloud: "two", "three"."""

    def opener(self) -> Opener:
        return Opener(self.kind, self.wording(), self.short_after, self.count)


class Openers(Part):
    """An opener for each phase; pauses need none."""

    lower: OpenerPart
    bottom: OpenerPart | None = None
    lift: OpenerPart
    top: OpenerPart | None = None


class CueWords(Worded):
    """What a reminder says."""

    allowed = CUE_VARIABLES


class CuePart(CueWords):
    """A recurring reminder."""

    id: Text = Field(examples=["knees"])
    """Your own name for it, unique in the file."""
    kind: Annotated[
        CueClass,
        choice(
            "class",
            {k.value: k for k in (CueClass.SAFETY, CueClass.FORM, CueClass.ENCOURAGEMENT)},
        ),
    ] = Field(alias="class", examples=["form"])
    """"safety" is always heard, "form" needs a gap, "encouragement" the time that is left."""
    phase: Annotated[Phase | None, choice("phase", {**_PHASES, "any": None})] = Field(
        examples=["top"]
    )
    """The phase of the rep in which it is said, or as near to it as possible."""
    every: Annotated[int | None, whole(1, 100)] = None
    """It comes every so many reps; by default, in each. A safety cue at least every 6."""
    start: Annotated[int, whole(1, 100)] = Field(default=1, alias="from")
    """The first rep in which it comes."""
    last: Annotated[int, whole(1, 100)] | None = None
    """The last rep in which it may come; by default, no limit."""
    once: bool = Field(default=False, examples=[True])
    """Whether it comes only in the rep "from"."""
    priority: Annotated[int, whole(0, 99)] = 50
    """If two cues of a class want the same gap, the lower number gets it."""

    # In each of these, `info.data` holds the valid ones of the keys above.

    @field_validator("every")
    @classmethod
    def _often_enough(cls, every: int, info: ValidationInfo) -> int:
        if info.data.get("kind") is CueClass.SAFETY and every > RAREST_REMINDER:
            raise refused(
                f"a safety cue comes at least every {RAREST_REMINDER} reps; this is {every}"
            )
        return every

    @field_validator("start")
    @classmethod
    def _early_enough(cls, start: int, info: ValidationInfo) -> int:
        latest = info.data.get("every") or RAREST_REMINDER
        if info.data.get("kind") is CueClass.SAFETY and start > latest:
            raise refused(
                f'a safety cue begins in its first round, by rep {latest} ("every"); '
                f"this is {start}"
            )
        return start

    @field_validator("last")
    @classmethod
    def _to_the_end(cls, last: int | None, info: ValidationInfo) -> int | None:
        if last is not None and info.data.get("kind") is CueClass.SAFETY:
            raise refused('a safety cue goes on to the end of the set; take "last" out')
        if last is not None and last < info.data.get("start", last):
            raise refused(f'"last" comes before "from", so this would never be said: {last}')
        return last

    @field_validator("once")
    @classmethod
    def _again_and_again(cls, once: bool, info: ValidationInfo) -> bool:
        if once and info.data.get("kind") is CueClass.SAFETY:
            raise refused('a safety cue comes again and again; take "once" out')
        return once

    def cue(self) -> Cue:
        return Cue(
            self.id,
            self.kind,
            self.wording(),
            self.phase,
            self.every or 1,
            self.start,
            self.last,
            self.once,
            self.priority,
        )


def _pair(kind: str, least: int, most: int) -> dict[str, Any]:
    """The JSON Schema of two numbers."""
    items = {"type": kind, "minimum": least, "maximum": most}
    return {"type": "array", "items": items, "minItems": 2, "maxItems": 2}


def _two(value: object, least: int, most: int) -> tuple[float, float] | None:
    """`value` if it is a list of two numbers from `least` to `most`."""
    match value:
        case [bool(), _] | [_, bool()]:
            return None
        case [int() | float() as one, int() | float() as other] if (
            least <= one <= most and least <= other <= most
        ):
            return one, other
    return None


_SPAN = _pair("integer", 1, 100)
_SECONDS = _pair("number", 5, 600)
_BREATH = _pair("number", 1, 10)


def _span(value: object) -> tuple[int, int]:
    match _two(value, 1, 100):
        case [int() as low, int() as high] if low < high:
            return low, high
    raise refused(f"expected two numbers of reps, like [8, 12]; {described(value)}")


def _seconds(value: object) -> tuple[int, int]:
    match _two(value, 5, 600):
        case [low, high] if low < high:
            return samples(low), samples(high)
    raise refused(f"expected two numbers of seconds, like [30, 60]; {described(value)}")


def _breath(value: object) -> tuple[int, int]:
    match _two(value, 1, 10):
        case [into, out] if into + out >= LEAST_BREATH:
            return samples(into), samples(out)
    raise refused(
        "expected two numbers of seconds, in and out, like [2, 3], "
        f"{LEAST_BREATH} or more together; {described(value)}"
    )


def _many(value: object) -> tuple[object, ...]:
    if isinstance(value, list) and len(value) > _MOST_STEPS:
        raise refused(f"expected one weight for each unit; here are {len(value)}")
    if value == []:
        raise refused('expected a weight, like "5 kg", or one for each unit; the list is empty')
    return tuple(value) if isinstance(value, list) else (value,)


_MOST_STEPS = 4


class SetupPart(Worded):
    """One point of the set-up checklist."""

    id: Text = Field(examples=["feet"])
    """Your own name for it, unique in the file."""


_STEP = weighed(0.5, 100)

Added = Annotated[Weight, _STEP]
ADD = Takes(_many, forms=(*_STEP.forms, {"type": "array", "items": _STEP.forms[0]}))
"""One step, or one for each unit."""


_LONGER = seconds(1, 60)


class ProgressionPart(Part):
    """When to do more."""

    reps: Annotated[tuple[int, int], Takes(_span, forms=(_SPAN,))] | None = Field(
        None, examples=[[8, 12]]
    )
    """Reps with a new weight, and reps at which it has become too light."""
    seconds: Annotated[tuple[int, int], Takes(_seconds, forms=(_SECONDS,))] | None = Field(
        None, examples=[[30, 60]]
    )
    """In a hold, instead of reps: seconds with a new weight, and seconds that are long enough."""
    more: Annotated[int, _LONGER] = samples(5)
    """In a hold, how many seconds it gets longer each time, in whole breaths."""
    add: Annotated[tuple[Added, ...], ADD] = Field((), examples=["5 kg"])
    """The weight that is then added, or one for each unit you train in. Without one, a
    hold is long enough then."""
    left: Annotated[int, whole(0, 5)] | None = None
    """More weight only if so many more reps were possible. After each work set, the coach asks how
    many were left."""

    def progression(self, tempo: Tempo) -> Progression:
        """The rule, in reps or in breaths of this `tempo`."""
        if self.seconds is None:
            assert self.reps is not None
            return Progression(*self.reps, self.add, left=self.left)
        low, high, by = (-(-each // tempo.rep) for each in (*self.seconds, self.more))
        return Progression(low, high, self.add, by)


class ExerciseFile(Part):
    """The whole file."""

    name: Text = Field(examples=["Leg press"])
    """What the coach calls it, and what you say to choose it."""
    called: Texts = ()
    """Other names to choose it by."""
    language: Annotated[str, code] = Field(default=OWN_LANGUAGE, examples=["de"])
    """The language of the texts."""
    first: Annotated[Phase, choice("phase", _FIRST)] | None = Field(None, examples=["lower"])
    """How a rep begins: "lower" if the weight goes down first, "lift" if it goes up."""
    explosive: Annotated[int, seconds(0.5, 3.0)] = samples(1)
    """Seconds that "X" in the tempo stands for."""
    tempo: Tempo | None = Field(None, examples=["3-1-2-1"])
    """Seconds of lowering, pause at the bottom, lifting, pause at the top, like "3-1-2-1"; a rep
    takes at most 10."""
    reps: Annotated[int, whole(1, 100)] | None = Field(None, examples=[12])
    """Reps in a set."""
    hold: Annotated[int, seconds(5, 600)] | None = Field(None, examples=[40])
    """Seconds to hold a position, instead of first, tempo and reps."""
    breath: Annotated[tuple[int, int], Takes(_breath, forms=(_BREATH,))] = BREATH
    """In a hold: seconds of breathing in, and out."""
    rest: Annotated[int, seconds(0, 1800)] = samples(90)
    """Seconds of rest after a set; 0 for no limit."""
    countdown: Annotated[int, whole(2, 10)] = 3
    """Seconds counted down before the first rep."""
    half_way_from: Annotated[int, whole(4, 100)] = 6
    """Half-way is announced in sets of at least this many reps."""
    lock_every: Annotated[int, seconds(4, 60)] = samples(8)
    """Seconds between the reminders to secure the weight after a set."""
    tempo_step: Annotated[int, seconds(0.5, 3)] = samples(1)
    """Seconds that "slower" adds and "faster" removes."""
    secured_by: Text = Field(examples=["catches"])
    """What holds the weight between sets. Each line that opens or ends a set says this word."""
    tempo_words: SomeTempoWords = SomeTempoWords()
    """The tempo in this exercise's own words."""
    openers: Openers
    """What is said when each phase begins."""
    cue: list[CuePart] = Field(default=[], max_length=100)
    """Reminders; at least one is of class "safety"."""
    setup: list[SetupPart] = Field(default=[], max_length=50)
    """The points of the set-up checklist."""
    progression: ProgressionPart | None = None
    """When the coach suggests more."""
    weights: LoadPart = LoadPart()
    """What can be loaded: the bar or the sled, the plates, the stack."""
    sides: Sides = ()
    """Sides that take turns, like "Left leg" and "Right leg"."""
    variations: dict[Text, Variation] = Field(default={}, max_length=100)
    """What to do differently, by the name you ask for."""
    lines: SomeLines = SomeLines()  # type: ignore[valid-type]  # made from LINES
    """The coach's lines in this exercise's own words."""

    @field_validator("tempo", mode="before")
    @classmethod
    def _tempo(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            raise refused(f'expected a text, like "3-1-2-1"; {described(value)}')
        try:
            return Tempo.parse(
                " ".join(value.split()), info.data.get("explosive", samples(1)) / samples(1)
            )
        except ValueError as error:
            raise refused(str(error)) from None

    @property
    def held(self) -> bool:
        """Whether a position is held instead of reps done."""
        return self.hold is not None

    def unknown_units(self, document: Document, known: Language) -> Iterator[Fault]:
        """Units in a cue or an opener that the language lacks."""
        cues = {part.id: part.wording() for part in self.cue}
        yield from unknown_units(document, cues, known, "cue")
        openers = {phase.value: getattr(self.openers, phase.value) for phase in Phase}
        said = {phase: part.wording() for phase, part in openers.items() if part is not None}
        yield from unknown_units(document, said, known, "openers")

    def target(self) -> tuple[Phase, Tempo, int]:
        """The phase that begins a rep, the tempo, and the reps; of a hold, the breaths."""
        if self.hold is not None:
            tempo = Tempo.breath(*self.breath)
            return Phase.LOWER, tempo, self.hold // tempo.rep
        assert self.first is not None
        assert self.tempo is not None
        assert self.reps is not None
        return self.first, self.tempo, self.reps


@dataclass(frozen=True, slots=True)
class Script:
    """A cue script that is valid in itself; it still needs the general lines."""

    document: Document
    file: ExerciseFile

    def lines(self, messages: Messages) -> Mapping[str, Wording]:
        """Every line, in the script's language, which is that of `messages`.

        Raises ConfigError if the lines don't name what holds the weight.
        """
        own = wordings(self.file.lines)
        general = messages.lines_of(self.file.held)
        lines = {**general, **own}
        # A line copied from the general ones may name the wrong thing, too.
        must = [name for name in NAMING if name in SECURED or own.get(name) == general.get(name)]
        faults = [
            *unsecured(
                self.document, self.file.secured_by, lines, own, messages.reworded, must, NAMING
            ),
            *unknown_units(self.document, own, messages.language),
            *self.file.unknown_units(self.document, messages.language),
        ]
        if faults:
            raise ConfigError(faults)
        return lines

    def exercise(
        self, name: str, language: Language, lines: Mapping[str, Wording], tick: bool
    ) -> Exercise:
        """The exercise `name` with its `lines`; numbers are said as in `language`."""
        file = self.file
        tempo_words = {**language.tempo, **file.tempo_words.model_dump(exclude_unset=True)}
        first, tempo, reps = file.target()
        return Exercise(
            id=name,
            name=file.name,
            first=first,
            tempo=tempo,
            reps=reps,
            rest=file.rest,
            countdown=file.countdown,
            openers={phase: _opener(getattr(file.openers, phase.value)) for phase in Phase},
            cues=tuple(part.cue() for part in file.cue),
            lines=lines,
            setup=tuple(SetupItem(part.id, part.wording()) for part in file.setup),
            variations={name: said.wording() for name, said in file.variations.items()},
            language=replace(language, tempo=tempo_words),
            called=file.called,
            loading=file.weights.loading(),
            sides=file.sides,
            variation_sides={
                name: said.sides for name, said in file.variations.items() if said.sides is not None
            },
            progression=file.progression.progression(tempo) if file.progression else None,
            half_way_from=file.half_way_from,
            lock_every=file.lock_every,
            tempo_step=file.tempo_step,
            explosive=file.explosive / samples(1),
            phase_tick=tick,
        )


def read(document: Document, shipped: Document | None = None) -> Script:
    """The cue script in `document`; `shipped` is the one it replaces, if any.

    Raises ConfigError with all faults of the file.
    """
    faults = [*_repeated(document), *_neither_or_both(document)]
    if shipped is not None:
        faults += _dropped(document, shipped)
    try:
        file = validated(ExerciseFile, document)
    except ConfigError as error:
        raise ConfigError([*faults, *error.faults]) from None
    faults += must_be_known(document, {part.id: part for part in file.cue}, file)
    if file.hold is not None and file.hold % sum(file.breath):
        faults.append(document.fault(("hold",), _between_breaths(file.hold, sum(file.breath))))
    if not any(part.kind is CueClass.SAFETY for part in file.cue):
        message = (
            'no cue is of class "safety"; '
            "write at least one reminder that comes round for the whole set"
        )
        faults.append(document.fault(("cue",), message))
    if faults:
        raise ConfigError(faults)
    return Script(document, file)


def must_be_known(
    document: Document, worded: Mapping[str, Worded], script: ExerciseFile
) -> Iterator[Fault]:
    """Safety cues with a variable that may be unknown when they are due. `worded`: their words
    in `document`, by id."""
    for part in script.cue:
        words = worded.get(part.id) if part.kind is CueClass.SAFETY else None
        texts = (*words.say, *words.short) if words is not None else ()
        if problem := variables(texts, KNOWN_VARIABLES, COUNTED_VARIABLES):
            path = document.path_to(("cue", part.id, "say")) or ("cue",)
            yield document.fault(path, f"{problem}; a safety cue is said whatever is known")


def _neither_or_both(document: Document) -> Iterator[Fault]:
    """A set has either reps or a hold."""
    held = "hold" in document.data
    for key, example in _OF_REPS.items():
        if held and key in document.data:
            message = "this is for reps; here a position is held, for as long as hold says"
            yield document.fault((key,), message)
        elif not held and key not in document.data and example:
            message = f"this key is missing; add for example {key} = {example}"
            yield document.fault((), message, missing=key)
    if held:
        yield from _counted_as_reps(document)
    if not held and "breath" in document.data:
        yield document.fault(("breath",), "this is for a hold; reps have their tempo")
    rule = document.data.get("progression")
    if not isinstance(rule, dict):
        return
    wanted = {"seconds": "[30, 60]"} if held else {"reps": "[8, 12]", "add": '"5 kg"'}
    for key in ("reps",) if held else ("seconds", "more"):
        if key in rule:
            instead = "here a position is held: write seconds" if held else "here are reps"
            message = f"this is for {'reps' if held else 'a hold'}; {instead}"
            yield document.fault(("progression", key), message)
    for key, example in wanted.items():
        if key not in rule:
            message = f"this key is missing; add for example {key} = {example}"
            yield document.fault(("progression",), message, missing=key)


def _counted_as_reps(document: Document) -> Iterator[Fault]:
    """Texts of a hold whose seconds are called reps."""
    lines, cues = document.data.get("lines"), document.data.get("cue")
    said: list[tuple[tuple[str, ...], object]] = []
    said += [(("lines", name), each) for name, each in _items(lines)]
    for cue in cues if isinstance(cues, list) else ():
        id = str(dict(_items(cue)).get("id", ""))
        said += [(("cue", id, key), each) for key, each in _items(cue) if key in ("say", "short")]
    for path, each in said:
        if wrong := _SECONDS_AS_REPS.search(str(each)):
            message = f"{wrong[0]} counts seconds in a hold; write {{{wrong[1]}:seconds}}"
            yield document.fault(document.path_to(path) or path[:1], message)


def _items(table: object) -> list[tuple[str, object]]:
    return [*table.items()] if isinstance(table, dict) else []


_SECONDS_AS_REPS = re.compile(r"\{(left|done|reps):reps\}")

_OF_REPS = {
    "first": '"lower"',
    "tempo": '"3-1-2-1"',
    "reps": "12",
    **dict.fromkeys(("explosive", "tempo_step"), ""),
}
"""Keys that make no sense in a hold, each with an example if reps require it."""


def _between_breaths(hold: int, breath: int) -> str:
    """The message for a hold that ends in the middle of a breath."""
    whole = hold // breath
    near = listed(f"{n * breath / samples(1):g}" for n in (whole, whole + 1) if n)
    return (
        f"a hold is a whole number of breaths, of {breath / samples(1):g} seconds each; "
        f"this is {hold / samples(1):g}; near it: {near}"
    )


def _opener(part: OpenerPart | None) -> Opener:
    return part.opener() if part is not None else Opener(CueClass.PHASE, Wording(()), 0, False)


def _tables(document: Document, key: str) -> list[tuple[int, dict[str, Any]]]:
    """The tables of a list and their indices, in a document that may be invalid."""
    found = document.data.get(key)
    elements = found if isinstance(found, list) else []
    return [(n, element) for n, element in enumerate(elements) if isinstance(element, dict)]


def _repeated(document: Document) -> Iterator[Fault]:
    """Ids identify cues in a trace, so they must be unique."""
    for key in ("cue", "setup"):
        seen: dict[object, int] = {}
        for n, table in _tables(document, key):
            name = table.get("id")
            if isinstance(name, str) and seen.setdefault(name, n) != n:
                before = document.place((key, seen[name], "id"))
                yield document.fault((key, n, "id"), f'"{name}" is already the id at {before}')


def _safety(document: Document) -> dict[str, None]:
    tables = [table for _, table in _tables(document, "cue")]
    return {str(table.get("id")): None for table in tables if table.get("class") == "safety"}


def _dropped(document: Document, shipped: Document) -> Iterator[Fault]:
    kept = _safety(document)
    for name in _safety(shipped):
        if name not in kept:
            yield document.fault(
                ("cue",),
                f'the safety cue "{name}" is missing; word it and time it as you like, '
                f'but a script in place of the shipped one keeps it (class = "safety")',
            )


def unsecured(
    document: Document,
    held_by: str,
    lines: Mapping[str, Wording],
    own: Mapping[str, Wording],
    reworded: Mapping[str, str],
    must: Sequence[str] = SECURED,
    general: Sequence[str] = SECURED,
) -> Iterator[Fault]:
    """`lines` that open or end a set without naming what holds the weight. `own`: those that
    `document` words itself; of these, `must` are checked. `general`: lines that are wrong here
    unless they name it ("hook in the catches" helps nobody with a bar). `reworded`: where files
    override general lines."""
    for name in (name for name in must if name in own and name in lines):
        for text in _without(held_by, lines[name]):
            yield document.fault(
                ("lines", name),
                f'"{text}" does not say "{held_by}" (see secured_by); '
                "it may be short, but names what holds the weight",
            )
    untrue = [
        f"{name} (at {reworded[name]})" if name in reworded else name
        for name in general
        if name in lines and name not in own and _without(held_by, lines[name])
    ]
    if untrue:
        several = len(untrue) > 1
        yield document.fault(
            ("secured_by",),
            f"the general line{'s' if several else ''} {listed(untrue)} "
            f'{"do" if several else "does"} not say "{held_by}"; '
            f"word {'them' if several else 'it'} here, under [lines]",
        )


def _without(held_by: str, wording: Wording) -> list[str]:
    """The texts that don't name what holds the weight."""
    texts = (*wording.full, *wording.short)
    return [text for text in texts if held_by.lower() not in text.lower()]
