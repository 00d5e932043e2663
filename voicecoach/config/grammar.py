"""`languages/<language>/commands.toml`: sentence templates -> the phrase table.

Templates are in hassil's syntax: `(start|begin) [the] set`, `{reps} reps`. Each
is expanded into every phrase it stands for, with numbers in words and in
digits, so that recognisers know what to listen for and a parser is a look-up.
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
    whole,
)
from .plain import validated

MOST_PHRASES = 40_000
"""More take recognisers seconds to learn, and are a slip in a template anyway."""

_MOST_MADE = 3 * MOST_PHRASES
"""... those included that several templates make."""

_MOST_NUMBERS = 2000
"""Of a list: kilos by halves up to a thousand."""

_DEEPEST = 8
"""Brackets within brackets of a template; what is shipped has three."""

_EXERCISE = "exercise"
"""The list that the exercises themselves fill."""

_FELT = "felt"
"""The list of words for an effort, each with the number that it stands for."""

_HALVED = frozenset({"half_kilos", "half_number", "kilos", "pounds", "rpe"})
"""The lists of numbers that may be halves."""

_NUMBERS = frozenset().union(*SLOTS.values()) - {_EXERCISE, _FELT, "variation", "stance", "note"}
"""The lists of numbers, whether the language counts them or the file has words for them."""

NEEDED = (
    Intent.START,
    Intent.READY,
    Intent.LOCKED,
    Intent.STOP,
    Intent.PAUSE,
    Intent.RESUME,
    Intent.DONE,
)
"""What a set cannot do without, in any language."""


_ELSEWHERE = (Intent.EXERCISE, Intent.NUMBER, Intent.HALF)
"""What may be a decoy wherever it is not understood: "one" is no command while nothing is asked."""

_ASKED_FOR = {Intent.WEIGHT: Intent.ASK_WEIGHT, Intent.REPS: Intent.ASK_REPS}
"""What the coach can be made to ask for, and by what."""


class Range(Part):
    """Numbers, whole ones or halves, spoken as words or digits."""

    start: Annotated[float, halves(0, 9999)] = Field(alias="from", examples=[1])
    """The first number, a half or a whole one."""
    to: Annotated[float, halves(0, 9999)] = Field(examples=[30])
    """The last one."""
    step: Annotated[float, halves(0.5, 1000)] = Field(default=1, validate_default=True)
    """From one number to the next."""

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
    """A list with something in it."""
    if not isinstance(value, list | tuple) or not value:
        raise refused("this list is empty; write at least one number")
    if len(value) > _MOST_NUMBERS:
        raise refused(f"a list has up to {_MOST_NUMBERS} numbers; this one has {len(value)}")
    return tuple(value)


_NUMBER = whole(0, 9999)

Numbers = Annotated[
    tuple[Annotated[int, _NUMBER], ...],
    Takes(_listed, forms=({"type": "array", "items": _NUMBER.forms[0], "minItems": 1},)),
]
"""Whole numbers, one by one."""

_Values = Range | tuple[int, ...] | Mapping[str, str]


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
    """What sounds like a command and means nothing."""
    sounds_alike_ok: dict[Text, Texts] = Field(default={}, max_length=MOST_ENTRIES)
    """What a phrase may sound like without a word from `voicecoach check`."""
    pronounce: dict[Text, Text] = Field(
        default={}, max_length=MOST_ENTRIES, examples=[{"rdl": "romanian deadlift"}]
    )
    """What a word of a phrase sounds like, in other words: for names that are said as they are
    not written."""
    other_words: dict[
        Annotated[Text, choice("meaning", {intent.value: intent.value for intent in Intent})], Texts
    ] = Field(default={})
    """Phrases that this file does not use, but that would mean the same."""
    only_when_asked: Phrases = Field(default=(), examples=[["weight", "reps"]])
    """What is understood only once the coach has asked for it: numbers that are hard to hear
    beside other phrases."""
    lists: dict[Text, _List] = Field(default={}, max_length=50)
    """What may stand for each name in braces: numbers, or words and what they mean."""
    numbers: dict[Text, Texts] = Field(default={})
    """Which of the language's words for numbers each list takes, where it has several: feminine
    or native ones. A list that is not named takes all."""


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
    """What is wrong with one template."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    slots: tuple[tuple[str, int | float | str], ...] = ()

    def then(self, other: _Phrase) -> _Phrase:
        return _Phrase(self.text + other.text, self.slots + other.slots)


@dataclass(frozen=True, slots=True)
class Commands:
    """A command file, read."""

    phrases: PhraseTable
    warnings: tuple[str, ...]
    origins: Mapping[str, tuple[str | int, ...]]
    """Where each phrase comes from: the path of its template in the file."""
    alike_ok: Mapping[str, frozenset[str]]
    """What each phrase may sound like without a word from `lint`; all in normal form."""
    other_words: Mapping[Intent, tuple[str, ...]]
    """Phrases that the file does not use, but that would mean the same."""


_EFFORT = re.compile(r"[1-9](\.5)?|10")

Choices = Mapping[str, tuple[_Phrase, ...]]
"""What may stand for each list, with the slot that it fills."""


def read(
    document: Document,
    language: str,
    exercises: Mapping[str, str] | None = None,
    shipped_decoys: Collection[str] = (),
) -> Commands:
    """The phrase table of a command file, and what belongs to it.

    `exercises` are the spoken names of those that can be chosen, each with its id: the
    list "exercise", to which the file may add names. `shipped_decoys`: those that came with
    voicecoach; any other is the lifter's own. Raises ConfigError with every fault of the file.
    """
    layers = [document.layer((key,)) for key in document.data]
    shipped = [*shipped_decoys]
    whole = [document.data, document.files, layers, [*(exercises or {}).items()], shipped]
    held = json.dumps(whole, default=repr)
    return _read(_Asked(held, language, document, exercises or {}, shipped))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A command file with what is put into it; the same as one that holds the same."""

    held: str
    language: str
    document: Document = field(compare=False)
    exercises: Mapping[str, str] = field(compare=False)
    shipped_decoys: Sequence[str] = field(compare=False)


@lru_cache(maxsize=8)
def _read(asked: _Asked) -> Commands:
    # Kept, since phrases by the ten thousand take a second: `check` and `preview --watch`
    # read the same file again and again.
    file = validated(CommandsFile, asked.document)
    reading = _TemplateReading(asked.document, asked.language, file, asked.exercises)
    return reading.commands([*map(normal, asked.shipped_decoys)])


class _TemplateReading:
    def __init__(
        self,
        document: Document,
        language: str,
        file: _CommandsFile,
        exercises: Mapping[str, str],
    ) -> None:
        self._document = document
        self._file = file
        self._faults: list[Fault] = []
        self._warnings: list[str] = []
        self._lists = {**file.lists, _EXERCISE: _with_names(file.lists.get(_EXERCISE), exercises)}
        self._phrases: dict[str, Command] = {}
        self._origin: dict[str, tuple[str | int, ...]] = {}
        self._made = 0
        """Phrases, each as often as templates make it."""
        self._check_numbers()
        # Never mixed within one phrase: nobody's recogniser writes "tempo three 1 2".
        self._forms: tuple[Choices, ...] = (
            {
                name: _spoken(name, values, language, self._numbers(name, language))
                for name, values in self._lists.items()
            },
            {name: _written(name, values) for name, values in self._lists.items()},
        )

    def commands(self, shipped_decoys: Collection[str]) -> Commands:
        templates = [
            ((intent.value, n), intent, template)
            for intent in Intent
            for n, template in enumerate(getattr(self._file, intent.value))
        ]
        # What a file of the lifter's says goes before what it is laid over.
        for path, intent, template in sorted(templates, key=lambda each: self._layer(each[0])):
            try:
                self._add(path, intent, template)
            except _TemplateError as error:
                self._fault(path, str(error))
        self._check_needed()
        only_asked = [number for number in _ASKED_FOR if self._waits(number)]
        self._check_only_asked()
        self._check_felt()
        self._check_pronounced()
        for name in self._file.numbers:
            if name not in self._lists:
                hint = nearest(name, self._lists) or ""
                self._fault(("numbers", name), f'there is no list "{name}"{hint}')
        decoys = self._decoys(shipped_decoys)
        if self._faults:
            raise ConfigError(self._faults)
        # A number alone would be as hard to hear as those that wait for their question.
        idle = {Intent.NUMBER, Intent.HALF} if only_asked else set()
        silent = [i.value for i in Intent if not getattr(self._file, i.value) and i not in idle]
        file = self._document.fault((), "").file
        warnings = [f"{file}: no phrase for {listed(silent)}"] if silent else []
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
        # A text by itself stands for a list of one.
        return min(self._document.layer(path), self._document.layer(path[:1]))

    def _numbers(self, name: str, language: str) -> tuple[str, ...]:
        """Which of the language's words for numbers the list `name` takes; () for all."""
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
        count = sum(_size(expression, choices) for choices in self._forms)
        if count > MOST_PHRASES:
            shown = f"{count} phrases, more" if count < 10**9 else "more phrases"
            raise _TemplateError(
                f'"{template}" makes {shown} than {MOST_PHRASES}; '
                "narrow its lists or take out some options"
            )
        self._made += count
        if self._made > _MOST_MADE:
            raise _TemplateError(
                f"up to here the templates make more than {_MOST_MADE} phrases, most of them "
                "several times; narrow their lists or take out some options"
            )
        for choices in self._forms if slots else self._forms[:1]:
            for phrase in _expanded(expression, choices):
                self._enter(path, template, intent, phrase)
        if len(self._phrases) > MOST_PHRASES:
            raise _TemplateError(f"with this the file makes more than {MOST_PHRASES} phrases")

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
            raise _TemplateError(
                f'"{template}" may stand for no word at all; '
                "keep at least one word outside the brackets"
            )
        slots = phrase.slots if len(phrase.slots) < 2 else tuple(sorted(phrase.slots))
        command = Command(intent, slots)
        if twice := [a for (a, _), (b, _) in itertools.pairwise(slots) if a == b]:
            raise _TemplateError(f"{{{twice[0]}}} stands twice in one phrase; it has one value")
        known = self._phrases.setdefault(text, command)
        origin = self._origin.setdefault(text, path)
        if known is command or known == command:
            return
        if self._layer(origin) < self._layer(path):
            # A file above has another use for it.
            if intent in URGENT:
                self._fault(origin, f'"{text}" means {intent.value} and can mean nothing else')
            return
        if intent is Intent.EXERCISE:
            # What exercises are called is for their files to say, and may not harm this one.
            self._warnings.append(f'"{text}" is no name for an exercise: it means {known} already')
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
        """Whether `number` is understood only once it was asked for. Whoever asks must understand
        an answer, and what waits for a question must get one."""
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

    def _check_numbers(self) -> None:
        """What is counted with must be a number, and whole where there are no halves of it."""
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
                self._fault(path, "one word is wanted; write each word of a phrase by itself")
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
        # A lifter's own come besides those that came with voicecoach, or one word would cost all.
        decoys += [text for text in shipped if self._means_nothing(text)]
        return tuple(dict.fromkeys(decoys))

    def _means_nothing(self, text: str) -> bool:
        return text not in self._phrases or self._phrases[text].intent in _ELSEWHERE

    def _fault(self, path: tuple[str | int, ...], message: str) -> None:
        self._faults.append(self._document.fault(path, message))


def _with_names(given: _Values | None, names: Mapping[str, str]) -> Mapping[str, str]:
    """The names of the exercises, and the file's own for those."""
    own = given if isinstance(given, Mapping) else {}
    return {**{text: id for text, id in own.items() if id in names.values()}, **names}


def _numbers(values: Range | tuple[int, ...]) -> list[int | float]:
    """From the first to the last, counted in halves, where all of them are exact."""
    if isinstance(values, tuple):
        return list(dict.fromkeys(values))
    first, last, step = (round(2 * n) for n in (values.start, values.to, values.step))
    return [n // 2 if n % 2 == 0 else n / 2 for n in range(first, last + 1, step)]


def _spoken(
    name: str, values: _Values, language: str, forms: tuple[str, ...] = ()
) -> tuple[_Phrase, ...]:
    """A list as it is said: numbers in words, of all `forms` or of these."""
    if not isinstance(values, Mapping):
        return tuple(
            # Words apart, as they are in normal form: these stand in phrases by the thousand.
            _Phrase(text.replace("-", " "), ((name, number),))
            for number in _numbers(values)
            for text in numerals.spellings(number, language, forms)
        )
    return tuple(_Phrase(text, ((name, _worth(name, value)),)) for text, value in values.items())


def _worth(name: str, value: str) -> int | float | str:
    """What a word of the list `name` stands for: the number, in a list of numbers."""
    halved = r"\d{1,4}(\.[05])?" if name in _HALVED else r"\d{1,4}"
    if name not in _NUMBERS or not re.fullmatch(halved, value, re.ASCII):
        return value
    return int(float(value)) if float(value).is_integer() else float(value)


def _written(name: str, values: _Values) -> tuple[_Phrase, ...]:
    """A list as a transcript may write it: numbers in digits."""
    if not isinstance(values, Mapping):
        return tuple(_Phrase(str(number), ((name, number),)) for number in _numbers(values))
    return _spoken(name, values, "")


def _parsed(template: str) -> Expression:
    # Its brackets first: the parser goes as deep as they do.
    problem = _problem(template)
    if problem:
        raise _TemplateError(f"{quoted(template)} is no sentence template: {problem}")
    try:
        expression = parse_sentence(template).expression
    except (ParseError, AssertionError) as error:
        problem = str(error) or "nobody knows how to read it"
        raise _TemplateError(f"{quoted(template)} is no sentence template: {problem}") from None
    if any(isinstance(part, RuleReference) for part in _parts(expression)):
        raise _TemplateError(
            f'"{template}" is no sentence template: <rules> are not used here, only {{lists}}'
        )
    return expression


def _problem(template: str) -> str:
    """What is wrong with the brackets, "" if they are right."""
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
    """How many phrases `_expanded` would give, repetitions included."""
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
    """Every phrase that a template stands for."""
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
