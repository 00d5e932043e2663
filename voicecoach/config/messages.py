"""`languages/<code>/messages.toml`: everything the coach says that no exercise words itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, create_model

from voicecoach.core.enrolment import LINES as ENROL
from voicecoach.core.plan import LINES, Language, Wording

from .document import Document
from .faults import Fault
from .kinds import Part, Text, Texts, refused, variables
from .numerals import cardinals
from .plain import validated

COUNTED_TO = 1000
"""Numbers below this are spoken in words; a coach counts no further."""

NEVER_SILENT = frozenset(
    {
        *("prove_stop", "stop_heard", "unproved"),
        *("interrupted", "choose", "gate", "gate_first", "release"),
        *("finish", "unsure", "undone", "not_noted", "rest_open"),
        *("paused", "still_paused"),
        *("ended", "ended_empty", "stopped", "lock_again", "unconfirmed", "hurt", "hurt_over"),
        *("deaf", "still_deaf", "deaf_for_good", "hearing", "hearing_moved", "sound_moved"),
        "no_voice",
    }
)
"""The lines that keep a lifter safe: these always have words."""


class Said(Part):
    """A wording: texts in turn, and if need be shorter ones."""

    say: Texts = Field(examples=["Hold."])
    short: Texts = ()

    def wording(self) -> Wording:
        return Wording(self.say, self.short)


SILENT = Said.model_construct(say=("",))
"""A line that its author has silenced."""


def as_said(value: object) -> object:
    """A line may be just its text, or a list of texts that take turns."""
    return value if isinstance(value, dict | Said) else {"say": value}


def _maybe_silent(value: object) -> object:
    return SILENT if value == "" else as_said(value)


def only(*allowed: str) -> AfterValidator:
    """Refuses a wording that uses another variable than `allowed`."""

    def check(said: Said) -> Said:
        if problem := variables((*said.say, *said.short), allowed):
            raise refused(problem)
        return said

    return AfterValidator(check)


def said_with(*allowed: str, silent: bool = False) -> Any:
    """The type of a line that may use the variables `allowed`, and may be silenced."""
    read = _maybe_silent if silent else as_said
    return Annotated[Said, BeforeValidator(read), only(*allowed)]


def _lines_model(name: str, required: bool) -> type[BaseModel]:
    """A table with a key for each line of the coach."""
    fields: dict[str, Any] = {}
    for line, allowed in LINES.items():
        kind = said_with(*allowed, silent=line not in NEVER_SILENT)
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
    """The lines that are worded in `lines`, by name."""
    worded = {name: getattr(lines, name) for name in LINES}
    return {name: said.wording() for name, said in worded.items() if said is not None}


def _with_number(text: str) -> str:
    if problem := variables([text], ["n"]):
        raise refused(problem)
    if "{n}" not in text:
        raise refused(f'"{text}" has no place for its number; put {{n}} where it is to be said')
    return text


def _with_number_or_silent(text: str) -> str:
    return _with_number(text) if text else ""


def _times(text: str) -> str:
    if problem := variables([text], ["n", "what"]):
        raise refused(problem)
    for needed in ("{n}", "{what}"):
        if needed not in text:
            raise refused(f'"{text}" has no place for {needed}')
    return text


class Units(Part):
    """Quantities with their unit."""

    kilos: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["{n} kilos"])
    pounds: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["{n} pounds"])
    seconds: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["{n} seconds"])
    minutes: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["{n} minutes"])
    hours: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["{n} hours"])
    days: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["{n} days"])
    today: Text = Field(examples=["earlier today"])
    yesterday: Text = Field(examples=["yesterday"])
    days_ago: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["{n} days ago"])
    reps: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["{n} reps"])
    effort: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["effort {n}"])
    half: Annotated[Text, AfterValidator(_with_number)] = Field(examples=["{n} and a half"])
    at: Annotated[Text, AfterValidator(_with_number)] = Field(examples=[", {n}"])
    times: Annotated[Text, AfterValidator(_times)] = Field(examples=["{n} times {what}"])


PhaseWords = Annotated[str, AfterValidator(_with_number_or_silent)]
"""A phase with its seconds, or "" where it is not said."""


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
    units: Units
    tempo: TempoWords


@dataclass(frozen=True, slots=True)
class Messages:
    """What the coach says in one language."""

    code: str
    """Which language, like `en`."""
    language: Language
    """How it says numbers and quantities."""
    lines: Mapping[str, Wording]
    """Every line of a workout, by name."""
    enrol: Mapping[str, Wording]
    """Every line of an enrolment."""
    untranslated: tuple[Fault, ...] = ()
    """The texts that the file leaves out, which are those of another language."""


def read(document: Document, language: str, below: Document | None = None) -> Messages:
    """A file of messages in `language`; what it leaves out is said as in `below`.

    Raises ConfigError with every fault of the file.
    """
    whole = document.over(below, 2) if below is not None else document
    file = validated(MessagesFile, whole)
    numbers = cardinals(language, COUNTED_TO)
    units, tempo = file.units.model_dump(), file.tempo.model_dump()
    enrol = {name: getattr(file.enrol, name).wording() for name in ENROL}
    missing = tuple(_missing(document, file)) if below is not None else ()
    return Messages(language, Language(numbers, units, tempo), wordings(file.lines), enrol, missing)


def _missing(document: Document, file: MessagesFile) -> Iterator[Fault]:
    """What `document` leaves out of `file`, each at its place."""
    for table, texts in file:
        given = document.data.get(table, {})
        for name, text in texts:
            if name not in given:
                says = text.say[0] if isinstance(text, Said) else text
                yield document.untranslated(table, name, says)
