"""`languages/<language>/commands.toml`: sentence templates -> the phrase table.

Templates are in hassil's syntax: `(start|begin) [the] set`, `{reps} reps`. Each is expanded into
all its phrases, with numbers in words and in digits. So recognisers know what to listen for, and
parsing is a look-up.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any

from hassil import parse_sentence
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.parser import ParseError
from pydantic import (
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    create_model,
    field_validator,
)

from voicecoach.core.commands import PhraseTable, normal
from voicecoach.core.events import SLOTS, URGENT, Command, Intent

from . import numerals
from .document import Document
from .faults import ConfigError, Fault, listed, nearest
from .fields import (
    MOST_ENTRIES,
    Part,
    Phrases,
    Takes,
    Text,
    Texts,
    choice,
    halves,
    quoted,
    refused,
)
from .plain import validated

MOST_PHRASES = 80_000
"""More take recognisers a second to learn, and come from a mistake in a template anyway."""

_MOST_MADE = 3 * MOST_PHRASES
"""The same, counting a phrase once for each template that makes it."""

_MOST_NUMBERS = 2000
"""Numbers in a list: kilos by halves up to a thousand."""

_DEEPEST = 8
"""Nested brackets in a template; the shipped ones have three."""

_EXERCISE = "exercise"
"""The list that is filled with the exercises' names."""

_STATIONS = ("station", "other")
"""Lists that are filled with one name of each exercise: a superset has two of them in one phrase,
and every further name multiplies."""

_SPARED: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({_EXERCISE}),
    frozenset({_EXERCISE, *_STATIONS}),
)
"""Names that sentences with numbers or other names do without, one after the other, if there are so
many exercises that the phrases would be too many. A name alone always chooses its exercise."""

_FELT = "felt"
"""The list of words for an effort, each with its number."""

_HALVED = frozenset(
    {"half_kilos", "half_number", "kilos", "pounds", "rpe", "step", "step_kilos", "step_pounds"}
)
"""Lists of numbers that may have halves."""

_FALLING = "falling"
"""The list of targets that differ by set."""

_WORDS = frozenset({_EXERCISE, *_STATIONS, _FELT, _FALLING, "variation", "stance", "note"})
"""Lists of words."""

_NUMBERS = frozenset().union(*SLOTS.values()) - _WORDS
"""Lists of numbers, either counted by the language or worded in the file."""

NEEDED = (
    Intent.START,
    Intent.READY,
    Intent.LOCKED,
    Intent.STOP,
    Intent.PAUSE,
    Intent.RESUME,
    Intent.DONE,
)
"""Commands that a set needs, in any language."""


_ELSEWHERE = (Intent.EXERCISE, Intent.NUMBER, Intent.HALF)
"""Intents whose phrases may also be decoys: "one" is not a command if no number was asked for."""

_ASKED_FOR = {Intent.WEIGHT: Intent.ASK_WEIGHT, Intent.REPS: Intent.ASK_REPS}
"""Numbers that the coach can ask for, and the intents that make it ask."""


class Range(Part):
    """Numbers, whole or halves, spoken in words or digits."""

    start: Annotated[float, halves(0, 9999)] = Field(alias="from", examples=[1])
    """The first number, whole or a half."""
    to: Annotated[float, halves(0, 9999)] = Field(examples=[30])
    """The last number."""
    step: Annotated[float, halves(0.5, 1000)] = Field(default=1, validate_default=True)
    """The difference from one number to the next."""

    @field_validator("to")
    @classmethod
    def _upwards(cls, to: float, info: ValidationInfo) -> float:
        if to < info.data.get("start", to):
            raise refused(f'"to" is below "from", so the list would be empty: {to:g}')
        return to

    @field_validator("step")
    @classmethod
    def _not_too_many(cls, step: float, info: ValidationInfo) -> float:
        if {"start", "to"} <= info.data.keys():
            count = int((info.data["to"] - info.data["start"]) / step) + 1
            if count > _MOST_NUMBERS:
                raise refused(
                    f"this makes a list of {count} numbers, more than {_MOST_NUMBERS}; "
                    'take a larger "step", or a smaller "to"'
                )
        return step


def _listed(value: object) -> tuple[object, ...]:
    """A list that is not empty."""
    if not isinstance(value, list | tuple) or not value:
        raise refused("this list is empty; write at least one number")
    if len(value) > _MOST_NUMBERS:
        raise refused(f"a list has up to {_MOST_NUMBERS} numbers; this one has {len(value)}")
    return tuple(value)


_NUMBER = halves(0, 9999)

Numbers = Annotated[
    tuple[Annotated[float, _NUMBER], ...],
    Takes(_listed, forms=({"type": "array", "items": _NUMBER.forms[0], "minItems": 1},)),
]
"""A list of numbers, whole or halves."""

_Values = Range | tuple[float, ...] | Mapping[str, str]


def _form(value: object) -> str:
    if isinstance(value, list | tuple):
        return "<numbers>"
    counted = isinstance(value, dict) and ("from" in value or "to" in value)
    return "<range>" if counted or isinstance(value, Range) else "<words>"


_List = Annotated[
    Annotated[Range, Tag("<range>")]
    | Annotated[Numbers, Tag("<numbers>")]
    | Annotated[dict[Text, Text], Field(max_length=MOST_ENTRIES), Tag("<words>")],
    Discriminator(_form),
]


class _CommandsFile(Part):
    decoys: Phrases = ()
    """Words that sound like a command but mean nothing."""
    sounds_alike_ok: dict[Text, Texts] = Field(default={}, max_length=MOST_ENTRIES)
    """Similar phrases that `voicecoach check` should not report."""
    pronounce: dict[Text, Text] = Field(
        default={}, max_length=MOST_ENTRIES, examples=[{"rdl": "romanian deadlift"}]
    )
    """A word of a phrase, respelled the way it sounds; for names that are not said as written."""
    other_words: dict[
        Annotated[Text, choice("meaning", {intent.value: intent.value for intent in Intent})], Texts
    ] = Field(default={})
    """Phrases that mean the same but are not in this file."""
    only_when_asked: Phrases = Field(default=(), examples=[["weight", "reps"]])
    """Numbers that are understood only after the coach has asked, because they are easily
    confused with other phrases."""
    lists: dict[Text, _List] = Field(default={}, max_length=50)
    """What each name in braces stands for: numbers, or words and their meanings."""
    numbers: dict[Text, Texts] = Field(default={})
    """The number words for each list, if the language has several kinds: feminine, native. By
    default, all."""


def _commands_model() -> type[_CommandsFile]:
    intents: dict[str, Any] = {
        intent.value: (
            Texts if intent in NEEDED else Phrases,
            Field(default=(), examples=[["start set"]]),
        )
        for intent in Intent
    }
    return create_model("CommandsFile", __base__=_CommandsFile, **intents)


CommandsFile = _commands_model()
"""The whole file: templates by intent, lists for their slots, decoys."""


class _TemplateError(Exception):
    """What is wrong with a template."""


class _TooManyError(_TemplateError):
    """It makes too many phrases."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    slots: tuple[tuple[str, int | float | str], ...] = ()

    def then(self, other: _Phrase) -> _Phrase:
        return _Phrase(self.text + other.text, self.slots + other.slots)


@dataclass(frozen=True, slots=True)
class Commands:
    """The contents of a command file."""

    phrases: PhraseTable
    warnings: tuple[str, ...]
    origins: Mapping[str, tuple[str | int, ...]]
    """The path in the file of each phrase's template."""
    alike_ok: Mapping[str, frozenset[str]]
    """Similar phrases that `lint` should not report; normalised."""
    other_words: Mapping[Intent, tuple[str, ...]]
    """Phrases that mean the same but are not in the file."""


_TARGET = re.compile(r"[1-9]\d?|100")
_EFFORT = re.compile(r"[1-9](\.5)?|10")

Choices = Mapping[str, tuple[_Phrase, ...]]
"""The phrases of each list, with the slots that they fill."""


def read(
    document: Document,
    language: str,
    exercises: Mapping[str, str] | None = None,
    shipped_decoys: Collection[str] = (),
) -> Commands:
    """The contents of a command file.

    `exercises`: spoken name -> id of the exercises to choose from; they fill the list "exercise",
    and the file may add names. `shipped_decoys`: voicecoach's own; all others are the lifter's.
    Raises ConfigError with all faults of the file.
    """
    layers = [document.layer((key,)) for key in document.data]
    shipped = [*shipped_decoys]
    whole = [document.data, document.files, layers, [*(exercises or {}).items()], shipped]
    held = json.dumps(whole, default=repr)
    return _read(_Asked(held, language, document, exercises or {}, shipped))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The arguments of `_read`, as a cache key: equal if their contents are."""

    held: str
    language: str
    document: Document = field(compare=False)
    exercises: Mapping[str, str] = field(compare=False)
    shipped_decoys: Sequence[str] = field(compare=False)


@lru_cache(maxsize=8)
def _read(asked: _Asked) -> Commands:
    # Cached: tens of thousands of phrases take a second, and `check` and `preview --watch` read
    # the same file repeatedly.
    file = validated(CommandsFile, asked.document)
    for spared in _SPARED[:-1]:
        reading = _TemplateReading(asked.document, asked.language, file, asked.exercises, spared)
        try:
            return reading.commands([*map(normal, asked.shipped_decoys)])
        except ConfigError:
            if not reading.too_many:
                raise
    reading = _TemplateReading(asked.document, asked.language, file, asked.exercises, _SPARED[-1])
    return reading.commands([*map(normal, asked.shipped_decoys)])


class _TemplateReading:
    def __init__(
        self,
        document: Document,
        language: str,
        file: _CommandsFile,
        exercises: Mapping[str, str],
        spared: frozenset[str],
    ) -> None:
        self._document = document
        self.too_many = False
        """Whether a template was refused because of how many phrases there are."""
        self._spared = spared
        self._cut: dict[Intent, None] = {}
        """Intents with a template that does without names."""
        self._file = file
        self._faults: list[Fault] = []
        self._warnings: list[str] = []
        self._lists = {**file.lists, _EXERCISE: _with_names(file.lists.get(_EXERCISE), exercises)}
        self._lists |= dict.fromkeys(_STATIONS, _one_name_each(exercises))
        self._phrases: dict[str, Command] = {}
        self._origin: dict[str, tuple[str | int, ...]] = {}
        self._made = 0
        """Phrases made, counting repetitions."""
        self._check_numbers()
        # Never mixed in one phrase: no recogniser writes "tempo three 1 2".
        self._forms: tuple[Choices, ...] = (
            {
                name: _spoken(name, values, language, self._numbers(name, language))
                for name, values in self._lists.items()
            },
            {name: _written(name, values) for name, values in self._lists.items()},
        )
        nameless: dict[str, tuple[_Phrase, ...]] = dict.fromkeys(spared, ())
        self._without = tuple({**choices, **nameless} for choices in self._forms)

    def commands(self, shipped_decoys: Collection[str]) -> Commands:
        templates = [
            ((intent.value, n), intent, template)
            for intent in Intent
            for n, template in enumerate(getattr(self._file, intent.value))
        ]
        # Upper layers come first, so that the lifter's file wins.
        for path, intent, template in sorted(templates, key=lambda each: self._layer(each[0])):
            try:
                self._add(path, intent, template)
            except _TemplateError as error:
                self.too_many |= isinstance(error, _TooManyError)
                self._fault(path, str(error))
        self._check_needed()
        only_asked = [number for number in _ASKED_FOR if self._waits(number)]
        self._check_only_asked()
        self._check_felt()
        self._check_falling()
        self._check_pronounced()
        for name in self._file.numbers:
            if name not in self._lists:
                hint = nearest(name, self._lists) or ""
                self._fault(("numbers", name), f'there is no list "{name}"{hint}')
        decoys = self._decoys(shipped_decoys)
        if self._faults:
            raise ConfigError(self._faults)
        # A bare number would be as easily confused as the ones that must be asked for.
        idle = {Intent.NUMBER, Intent.HALF} if only_asked else set()
        silent = [i.value for i in Intent if not getattr(self._file, i.value) and i not in idle]
        file = self._document.fault((), "").file
        warnings = [f"{file}: no phrase for {listed(silent)}"] if silent else []
        if self._cut:
            warnings.append(
                f"{file}: so many names of exercises would make more than {MOST_PHRASES} phrases; "
                f"{listed(intent.value for intent in self._cut)}: not understood with a name in "
                "the sentence; say the name by itself first, or write a plan in workouts/"
            )
        return Commands(
            PhraseTable(
                self._phrases,
                decoys,
                frozenset(decoys).difference(shipped_decoys),
                frozenset(only_asked),
                {normal(word): normal(said) for word, said in self._file.pronounce.items()},
            ),
            (*warnings, *dict.fromkeys(self._warnings)),
            self._origin,
            {
                normal(phrase): frozenset(map(normal, alike))
                for phrase, alike in self._file.sounds_alike_ok.items()
            },
            {Intent(name): words for name, words in self._file.other_words.items()},
        )

    def _layer(self, path: tuple[str | int, ...]) -> int:
        # A text counts as a list of one.
        return min(self._document.layer(path), self._document.layer(path[:1]))

    def _numbers(self, name: str, language: str) -> tuple[str, ...]:
        """The kinds of number words that the list `name` takes; () for all."""
        asked = self._file.numbers.get(name, ())
        known = numerals.forms(language)
        for form in asked:
            if form not in known:
                hint = nearest(form, known) or ";"
                message = f'"{language}" has no numbers of the form "{form}"{hint} '
                self._fault(("numbers", name), message + f"it has {listed(known) or 'none'}")
        return tuple(form for form in asked if form in known)

    def _add(self, path: tuple[str | int, ...], intent: Intent, template: str) -> None:
        expression = _parsed(template)
        slots = sorted({ref.list_name for ref in _references(expression)})
        self._check_slots(intent, slots)
        named = self._spared.intersection(slots)
        forms = self._without if named and len(slots) > 1 else self._forms
        if forms is self._without:
            self._cut[intent] = None
        count = sum(_size(expression, choices) for choices in forms)
        if count > MOST_PHRASES:
            shown = f"{count} phrases, more" if count < 10**9 else "more phrases"
            raise _TooManyError(
                f'"{template}" makes {shown} than {MOST_PHRASES}; '
                "narrow its lists or take out some options"
            )
        self._made += count
        if self._made > _MOST_MADE:
            raise _TooManyError(
                f"up to here the templates make more than {_MOST_MADE} phrases, most of them "
                "several times; narrow their lists or take out some options"
            )
        for choices in forms if slots else forms[:1]:
            for phrase in _expanded(expression, choices):
                self._enter(path, template, intent, phrase)
        if len(self._phrases) > MOST_PHRASES:
            raise _TooManyError(f"with this the file makes more than {MOST_PHRASES} phrases")

    def _check_slots(self, intent: Intent, slots: list[str]) -> None:
        allowed = sorted(SLOTS.get(intent, ()))
        for slot in slots:
            if slot not in allowed:
                may = (
                    f"it understands {listed('{' + name + '}' for name in allowed)}"
                    if allowed
                    else "it understands none"
                )
                hint = nearest(slot, allowed) or ";"
                raise _TemplateError(f"{intent.value} has no slot {{{slot}}}{hint} {may}")
            if slot not in self._lists:
                hint = nearest(slot, self._lists) or "; add it under [lists]"
                raise _TemplateError(f"there is no list for {{{slot}}}{hint}")

    def _enter(
        self, path: tuple[str | int, ...], template: str, intent: Intent, phrase: _Phrase
    ) -> None:
        text = normal(phrase.text)
        if not text:
            if "[" not in template:
                raise _TemplateError(f'"{template}" has no word that can be said')
            raise _TemplateError(
                f'"{template}" may stand for no word at all; '
                "keep at least one word outside the brackets"
            )
        slots = phrase.slots if len(phrase.slots) < 2 else tuple(sorted(phrase.slots))
        if len({value for name, value in slots if name in _STATIONS}) == 1:
            return  # nothing takes turns with itself
        command = Command(intent, slots)
        if twice := [a for (a, _), (b, _) in itertools.pairwise(slots) if a == b]:
            raise _TemplateError(f"{{{twice[0]}}} is in one phrase twice; it has one value")
        known = self._phrases.setdefault(text, command)
        origin = self._origin.setdefault(text, path)
        if known is command or known == command:
            return
        if self._layer(origin) < self._layer(path):
            # A file above uses the phrase for something else.
            if intent in URGENT:
                self._fault(origin, f'"{text}" means {intent.value} and can mean nothing else')
            return
        if intent is Intent.EXERCISE:
            # Exercises' names come from other files, which must not break this one.
            named = dict(command.slots).get("exercise", "")
            self._warnings.append(
                f'"{text}" is no name for an exercise ({named}): it means {known} already; '
                "give it another to choose it by voice"
            )
        else:
            raise _TemplateError(
                f'"{text}" is ambiguous: {known} at {self._document.place(origin)}, {command} here'
            )

    def _check_needed(self) -> None:
        meant = {command.intent for command in self._phrases.values()}
        for intent in NEEDED:
            if not getattr(self._file, intent.value):
                message = f'no phrase means "{intent.value}"; a set can\'t do without'
                self._faults.append(self._document.fault((), message, missing=intent.value))
            elif not self._faults and intent not in meant:
                message = "each of its phrases has another meaning now; give it one of its own"
                self._faults.append(self._document.fault((), message, missing=intent.value))

    def _waits(self, number: Intent) -> bool:
        """Whether `number` is understood only after a question. If the coach can ask, it must
        understand an answer; if a number needs a question, there must be a way to get one."""
        asks = _ASKED_FOR[number].value
        answers = getattr(self._file, number.value) or getattr(self._file, Intent.NUMBER.value)
        waits = number.value in self._file.only_when_asked
        if getattr(self._file, asks) and not answers:
            message = f'the coach would ask and understand no answer; word "{number.value}", too'
            self._fault((asks,), message)
        if waits and not getattr(self._file, asks):
            message = f'nobody could make the coach ask for "{number.value}"; word "{asks}", too'
            self._fault(("only_when_asked",), message)
        return waits

    def _check_only_asked(self) -> None:
        known = [number.value for number in _ASKED_FOR]
        for n, name in enumerate(self._file.only_when_asked):
            if name not in known:
                hint = nearest(name, known) or ";"
                message = f'the coach can\'t ask for "{name}"{hint} it can for {listed(known)}'
                self._fault(("only_when_asked", n), message)

    def _check_felt(self) -> None:
        felt = self._file.lists.get(_FELT)
        for word, value in felt.items() if isinstance(felt, Mapping) else ():
            if not _EFFORT.fullmatch(value):
                message = f'an effort is a text from "1" to "10", like "8.5"; this is "{value}"'
                self._fault(("lists", _FELT, word), message)

    def _check_falling(self) -> None:
        falling = self._file.lists.get(_FALLING)
        for words, value in falling.items() if isinstance(falling, Mapping) else ():
            targets = value.split()
            if len(targets) < 2 or not all(_TARGET.fullmatch(each) for each in targets):
                message = f'the targets of sets are a text like "12 10 8"; this is "{value}"'
                self._fault(("lists", _FALLING, words), message)

    def _check_numbers(self) -> None:
        """Values of number lists must be numbers, and whole unless the list allows halves."""
        for name, values in self._file.lists.items():
            if name not in _NUMBERS:
                continue
            kind = "a number" if name in _HALVED else "a whole number"
            if isinstance(values, Mapping):
                for word, value in values.items():
                    if _worth(name, value) == value:
                        message = f'"{word}" must stand for {kind}, like "2"; this is "{value}"'
                        self._fault(("lists", name, word), message)
            elif name not in _HALVED and any(number % 1 for number in _numbers(values)):
                self._fault(("lists", name), f"there are no halves of {name}: take whole numbers")

    def _check_pronounced(self) -> None:
        words = {word for phrase in self._phrases for word in phrase.split()}
        told: dict[str, str] = {}
        for written in self._file.pronounce:
            word, path = normal(written), ("pronounce", written)
            if len(word.split()) != 1:
                self._fault(path, "expected one word; write each word of a phrase by itself")
            elif told.setdefault(word, written) != written:
                self._fault(path, f'the same word as "{told[word]}"; take one of them out')
            elif word not in words:
                place = self._document.place(path)
                hint = nearest(word, words) or "; take the line out"
                self._warnings.append(f'{place}: no phrase has the word "{word}"{hint}')

    def _decoys(self, shipped: Iterable[str]) -> tuple[str, ...]:
        decoys = []
        for n, decoy in enumerate(self._file.decoys):
            text = normal(decoy)
            if not self._means_nothing(text):
                if self._layer(self._origin[text]) < self._layer(("decoys",)):
                    continue
                place = self._document.place(self._origin[text])
                self._fault(("decoys", n), f'the decoy "{text}" is a command at {place}')
            decoys.append(text)
        # The lifter's decoys add to the shipped ones; otherwise, one word would replace them all.
        decoys += [text for text in shipped if self._means_nothing(text)]
        return tuple(dict.fromkeys(decoys))

    def _means_nothing(self, text: str) -> bool:
        return text not in self._phrases or self._phrases[text].intent in _ELSEWHERE

    def _fault(self, path: tuple[str | int, ...], message: str) -> None:
        self._faults.append(self._document.fault(path, message))


def _with_names(given: _Values | None, names: Mapping[str, str]) -> Mapping[str, str]:
    """The exercises' names, and the names that the file adds."""
    own = given if isinstance(given, Mapping) else {}
    return {**{text: id for text, id in own.items() if id in names.values()}, **names}


def _one_name_each(names: Mapping[str, str]) -> Mapping[str, str]:
    """The first name of each exercise."""
    first: dict[str, str] = {}
    for text, id in names.items():
        first.setdefault(id, text)
    return {text: id for id, text in first.items()}


def _numbers(values: Range | tuple[float, ...]) -> list[int | float]:
    """From the first to the last, counted in halves, which are exact."""
    if isinstance(values, tuple):
        counted: Iterable[int] = (round(2 * n) for n in values)
    else:
        first, last, step = (round(2 * n) for n in (values.start, values.to, values.step))
        counted = range(first, last + 1, step)
    return [n // 2 if n % 2 == 0 else n / 2 for n in dict.fromkeys(counted)]


def _spoken(
    name: str, values: _Values, language: str, forms: tuple[str, ...] = ()
) -> tuple[_Phrase, ...]:
    """A list as it is said: numbers in words, in these `forms` or in all."""
    if not isinstance(values, Mapping):
        return tuple(
            # Hyphens split here, as in normal form, because there are thousands of phrases.
            _Phrase(text.replace("-", " "), ((name, number),))
            for number in _numbers(values)
            for text in numerals.spellings(number, language, forms)
        )
    return tuple(_Phrase(text, ((name, _worth(name, value)),)) for text, value in values.items())


def _worth(name: str, value: str) -> int | float | str:
    """The value of a word in the list `name`; a number if the list holds numbers."""
    halved = r"\d{1,4}(\.[05])?" if name in _HALVED else r"\d{1,4}"
    if name not in _NUMBERS or not re.fullmatch(halved, value, re.ASCII):
        return value
    return int(float(value)) if float(value).is_integer() else float(value)


def _written(name: str, values: _Values) -> tuple[_Phrase, ...]:
    """A list as a transcript may have it: numbers in digits."""
    if not isinstance(values, Mapping):
        return tuple(_Phrase(str(number), ((name, number),)) for number in _numbers(values))
    return _spoken(name, values, "")


def _parsed(template: str) -> Expression:
    # Check the brackets first: the parser recurses for each of them.
    problem = _problem(template)
    if problem:
        raise _TemplateError(f"{quoted(template)} is not a sentence template: {problem}")
    try:
        expression = parse_sentence(template).expression
    except (ParseError, AssertionError) as error:
        problem = str(error) or "it can't be parsed"
        raise _TemplateError(f"{quoted(template)} is not a sentence template: {problem}") from None
    if any(isinstance(part, RuleReference) for part in _parts(expression)):
        raise _TemplateError(
            f'"{template}" is not a sentence template: <rules> are not used here, only {{lists}}'
        )
    return expression


def _problem(template: str) -> str:
    """What is wrong with the brackets, "" if nothing is."""
    closing = {"(": ")", "[": "]", "{": "}", "<": ">"}
    open_: list[str] = []
    for letter in template:
        if letter in closing:
            open_.append(letter)
            if len(open_) > _DEEPEST:
                return f"it has more than {_DEEPEST} brackets within brackets"
        elif letter in closing.values():
            if not open_ or closing[open_[-1]] != letter:
                return f'"{letter}" closes nothing'
            open_.pop()
    return f'"{open_[-1]}" is never closed' if open_ else ""


def _parts(expression: Expression) -> Iterator[Expression]:
    yield expression
    if isinstance(expression, Group):
        for item in expression.items:
            yield from _parts(item)


def _references(expression: Expression) -> Iterator[ListReference]:
    return (part for part in _parts(expression) if isinstance(part, ListReference))


def _size(expression: Expression, choices: Choices) -> int:
    """How many phrases `_expanded` would return, counting repetitions."""
    match expression:
        case ListReference():
            return len(choices[expression.list_name])
        case Alternative():
            return sum(_size(item, choices) for item in expression.items)
        case Group():
            orders = (
                math.factorial(len(expression.items)) if isinstance(expression, Permutation) else 1
            )
            return orders * math.prod(_size(item, choices) for item in expression.items)
        case _:
            return 1


def _expanded(expression: Expression, choices: Choices) -> list[_Phrase]:
    """All phrases of a template."""
    match expression:
        case TextChunk():
            return [_Phrase(expression.original_text)]
        case ListReference():
            return list(choices[expression.list_name])
        case Alternative():
            return [phrase for item in expression.items for phrase in _expanded(item, choices)]
        case Permutation():
            orders = itertools.permutations(expression.items)
            return [phrase for items in orders for phrase in _sequence(items, choices)]
        case Group():
            return _sequence(expression.items, choices)
        case _:
            raise TypeError(f"unknown part of a template: {expression!r}")


def _sequence(items: Iterable[Expression], choices: Choices) -> list[_Phrase]:
    phrases = [_Phrase("")]
    for item in items:
        following = _expanded(item, choices)
        phrases = [phrase.then(more) for phrase in phrases for more in following]
    return phrases
