"""`languages/<code>/messages.toml`: what the coach says unless an exercise has its own words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, create_model

from voicecoach.core.enrolment import LINES as ENROL
from voicecoach.core.language import Language
from voicecoach.core.plan import LINES, Wording, counted

from .document import Document
from .faults import ConfigError, Fault
from .fields import A_TEXT, SOME_TEXTS, Part, Takes, Texts, refused, variables
from .plain import validated
from .units import (
    Amount,
    Numbers,
    Units,
    idle_units,
    language,
    unknown_forms,
    unknown_units,
    with_number,
)

NEVER_SILENT = frozenset(
    {
        *("prove_stop", "stop_heard", "unproved"),
        *("interrupted", "choose", "gate", "gate_first", "release"),
        *("finish", "unsure", "undone", "cant_undo", "not_noted", "rest_open"),
        *("paused", "still_paused", "rest_pause", "reps_open", "gate_drop"),
        *("ended", "ended_empty", "stopped", "lock_again", "unconfirmed", "hurt", "hurt_over"),
        *("deaf", "still_deaf", "deaf_for_good", "hearing", "hearing_moved", "sound_moved"),
        "no_voice",
    }
)
"""Lines for the lifter's safety; they can't be silenced."""


class Said(Part):
    """A wording: texts that take turns, and optionally shorter ones."""

    say: Texts = Field(examples=["Hold."])
    """A text, or a list of texts that take turns."""
    short: Texts = ()
    """Said if "say" doesn't fit: a text, or one for each text of "say"."""

    def wording(self) -> Wording:
        return Wording(self.say, self.short)


SAID = (A_TEXT, SOME_TEXTS)
"""The forms of a wording in a file, besides a table."""

SILENT = Said.model_construct(say=("",))
"""A line that its author has silenced."""


def as_said(value: object) -> object:
    """A line may be just a text, or a list of texts that take turns."""
    return value if isinstance(value, dict | Said) else {"say": value}


def _maybe_silent(value: object) -> object:
    return SILENT if value == "" else as_said(value)


def only(*allowed: str, numbers: Collection[str] = ()) -> AfterValidator:
    """Rejects a wording with variables other than `allowed`; those in `numbers` may have a
    unit."""

    def check(said: Said) -> Said:
        if problem := variables((*said.say, *said.short), allowed, numbers):
            raise refused(problem)
        return said

    return AfterValidator(check)


def said_with(*allowed: str, numbers: Collection[str] = (), silent: bool = False) -> Any:
    """The type of a line with the variables `allowed`; `silent`: it may be silenced."""
    forms = (*SAID, {"const": ""}) if silent else SAID
    read = Takes(_maybe_silent if silent else as_said, forms=forms, itself=True)
    return Annotated[Said, read, only(*allowed, numbers=numbers)]


def _lines_model(name: str, required: bool) -> type[BaseModel]:
    """A table with a key for each of the coach's lines."""
    fields: dict[str, Any] = {}
    for line, allowed in LINES.items():
        kind = said_with(*allowed, numbers=counted(line), silent=line not in NEVER_SILENT)
        if required:
            fields[line] = (kind, Field(examples=["..."]))
        else:
            fields[line] = (kind | None, None)
    return create_model(name, __base__=Part, **fields)


AllLines = _lines_model("AllLines", required=True)
"""A wording for every line."""

SomeLines = _lines_model("SomeLines", required=False)
"""Wordings for the lines that an exercise says in its own words."""


def _enrol_model() -> type[BaseModel]:
    fields: dict[str, Any] = {
        line: (said_with(*allowed), Field(examples=["..."])) for line, allowed in ENROL.items()
    }
    return create_model("Enrol", __base__=Part, **fields)


Enrol = _enrol_model()
"""A wording for every line of an enrolment."""


def wordings(lines: BaseModel) -> dict[str, Wording]:
    """The lines that have a wording, by name."""
    worded = {name: getattr(lines, name) for name in LINES}
    return {name: said.wording() for name, said in worded.items() if said is not None}


def _with_number_or_silent(text: str) -> str:
    return with_number(text) if text else ""


PhaseWords = Annotated[str, AfterValidator(_with_number_or_silent)]
"""A phase with its seconds, or "" to leave it out."""


class TempoWords(Part):
    """The phases with their seconds; "" leaves one out."""

    lower: PhaseWords = Field(examples=["{n} down"])
    bottom: PhaseWords = Field(examples=["hold {n}"])
    lift: PhaseWords = Field(examples=["{n} up"])
    top: PhaseWords = Field(examples=[""])


class SomeTempoWords(Part):
    """The phases that an exercise words itself: nobody pulls a bar "up"."""

    lower: PhaseWords = ""
    bottom: PhaseWords = ""
    lift: PhaseWords = ""
    top: PhaseWords = ""


class MessagesFile(Part):
    """The whole file."""

    lines: AllLines  # type: ignore[valid-type]  # made from LINES, so mypy can't follow
    enrol: Enrol  # type: ignore[valid-type]  # the same
    hold: SomeLines = SomeLines()  # type: ignore[valid-type]  # the same
    numbers: Numbers = Numbers()
    units: Units
    tempo: TempoWords


@dataclass(frozen=True, slots=True)
class Messages:
    """What the coach says in one language."""

    code: str
    """The language code, like `en`."""
    language: Language
    """How it says numbers and quantities."""
    lines: Mapping[str, Wording]
    """All lines of a workout, by name."""
    holds: Mapping[str, Wording]
    """The lines that differ in a hold, by name."""
    enrol: Mapping[str, Wording]
    """All lines of an enrolment."""
    untranslated: tuple[Fault, ...] = ()
    """Texts that the file leaves out; they are in another language."""
    reworded: Mapping[str, str] = field(default_factory=dict)
    """`file:line` of lines that a file overrides, by name."""

    def lines_of(self, held: bool) -> Mapping[str, Wording]:
        """All lines of an exercise with reps or, if `held`, of a hold."""
        return {**self.lines, **self.holds} if held else self.lines


def read(document: Document, code: str, below: Document | None = None) -> Messages:
    """The messages in the language `code`, from one file or several merged; what they leave out
    comes from `below`.

    Raises ConfigError with all faults of the files.
    """
    whole = document.over(below, 2) if below is not None else document
    file = validated(MessagesFile, whole)
    lines, holds = wordings(file.lines), wordings(file.hold)
    faults = [
        *unknown_forms(whole, code, file.numbers, file.units),
        *idle_units(document, file.units, [*lines.values(), *holds.values()]),
    ]
    if faults:
        raise ConfigError(faults)
    words = language(code, file.numbers, file.units, file.tempo.model_dump())
    faults = [
        *unknown_units(whole, lines, words),
        *unknown_units(whole, holds, words, "hold"),
    ]
    if faults:
        raise ConfigError(faults)
    enrol = {name: getattr(file.enrol, name).wording() for name in ENROL}
    missing = tuple(_missing(document, file)) if below is not None else ()
    places = {name: document.laid_over(("lines", name)) for name in lines}
    reworded = {name: place for name, place in places.items() if place}
    return Messages(code, words, lines, holds, enrol, missing, reworded)


def _missing(document: Document, file: MessagesFile) -> Iterator[Fault]:
    """The texts of `file` that `document` leaves out, each at its place."""
    for table, texts in file:
        given = document.data.get(table, {})
        for name, text in texts if table != "numbers" else ():
            if text is not None and name not in given:
                match text:
                    case Said():
                        text = text.say[0]
                    case Amount():
                        text = text.other
                yield document.untranslated(table, name, text)
