"""The kinds of values that the files hold, each with an error that says what to write.

Every function makes a validator for a field of a model. It converts the value in the file to what
the program uses, or rejects it with a plain message.
"""

from __future__ import annotations

import datetime
import json
import re
import string
import textwrap
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError

from voicecoach.core.plan import samples
from voicecoach.core.workout import Unit, Weight

from .faults import listed, nearest


class Part(BaseModel):
    """A table of a file. Unknown keys and wrong types are rejected."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


@dataclass(frozen=True, slots=True)
class Takes(BeforeValidator):
    """Converts a value in the file, and describes it in a schema."""

    forms: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    """Accepted forms, as JSON Schemas."""
    itself: bool = False
    """Whether the annotated type is accepted, too."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        forms = [dict(form) for form in self.forms] + ([handler(core)] if self.itself else [])
        return forms[0] if len(forms) == 1 else {"anyOf": forms}


A_TEXT = {"type": "string", "pattern": r"\S"}
SOME_TEXTS = {"type": "array", "items": A_TEXT, "minItems": 1}
"""The forms of a text that is spoken."""


def refused(message: str) -> PydanticCustomError:
    """An error whose message is shown as it is."""
    # Passed as a value, because braces in the message would be taken for fields.
    return PydanticCustomError("refused", "{message}", {"message": message})


def quoted(text: str) -> str:
    """A text from a file, shortened and on one line, for a message."""
    whole = " ".join(text.split())
    if len(whole) > _QUOTED:
        cut = textwrap.shorten(whole[: 2 * _QUOTED], _QUOTED, placeholder="")
        whole = f"{cut or whole[:_QUOTED]} ..."
    return '"' + "".join(sign if sign.isprintable() else "\ufffd" for sign in whole) + '"'


_QUOTED = 76
"""Characters of a text that are shown."""


_SHOWN = 6
"""Numbers of a list that are shown in a message."""


def described(value: object) -> str:
    """The value in the file, for a message."""
    match value:
        case bool():
            return f"this is {str(value).lower()}"
        case int() | float():
            return f"this is the number {value}"
        case str() if re.fullmatch(r"\s*[+-]?\d+(\.\d+)?\s*", value):
            return f"this is the text {quoted(value)}; a number has no quotes around it"
        case str():
            return f"this is the text {quoted(value)}"
        case list() | tuple():
            short = len(value) <= _SHOWN and all(type(each) in (int, float) for each in value)
            return f"this is {json.dumps(value)}" if short and value else "this is a list"
        case dict():
            return "this is a table"
        case datetime.date() | datetime.time():
            return "this is a date or time"
        case _:
            return f"this is {value!r}"


def whole(low: int, high: int) -> Takes:
    """A whole number from `low` to `high`."""

    def read(value: object) -> int:
        wanted = f"expected a whole number from {low} to {high}; {described(value)}"
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise refused(wanted)
        return value

    return Takes(read, forms=({"type": "integer", "minimum": low, "maximum": high},))


def halves(low: float, high: float) -> Takes:
    """A number from `low` to `high`, in steps of a half."""

    def read(value: object) -> float:
        found = _number(value, low, high)
        if found * 2 != round(found * 2):
            raise refused(f"expected a whole number or a half; {described(value)}")
        return found

    return Takes(
        read,
        forms=({"type": "number", "minimum": low, "maximum": high, "multipleOf": 0.5},),
    )


def weighed(low: float = 0.5, high: float = 1000) -> Takes:
    """A weight written as "80 kg" or "172.5 lb", converted to a `Weight`."""

    def read(value: object) -> Weight:
        if not isinstance(value, str) or not (found := _WEIGHT.fullmatch(value)):
            known = f"this is the text {quoted(value)}" if isinstance(value, str) else ""
            # No number either: a weight is a text with its unit.
            raise refused(
                f'expected a weight, like "80 kg" or "175 lb"; {known or described(value)}'
            )
        amount, unit = Decimal(found[1].replace(",", ".")), Unit(found[2].lower())
        if not low <= amount <= Decimal(high):
            raise refused(
                f"expected a weight from {low:g} to {high:g} {unit.value}; {described(value)}"
            )
        return Weight(amount, unit)

    return Takes(read, forms=({"type": "string", "pattern": _WEIGHED},))


_WEIGHT = re.compile(r"\s*(\d{1,5}(?:[.,]\d{1,3})?)\s*(kg|lb)s?\s*", re.IGNORECASE)
_WEIGHED = r"^\s*\d{1,5}([.,]\d{1,3})?\s*([kK][gG]|[lL][bB])[sS]?\s*$"
"""The same, for a schema."""

IN_SECONDS = "x-seconds"
"""Marks, for `schema`, values written in seconds and kept in samples."""


def number(low: float, high: float, unit: str = "") -> Takes:
    """A number from `low` to `high`, with or without decimals."""

    def read(value: object) -> float:
        return _number(value, low, high, unit)

    return Takes(read, forms=({"type": "number", "minimum": low, "maximum": high},))


def seconds(low: float, high: float) -> Takes:
    """A time written in seconds, converted to output samples."""

    def read(value: object) -> int:
        return samples(_number(value, low, high, "seconds"))

    return Takes(
        read, forms=({"type": "number", "minimum": low, "maximum": high, IN_SECONDS: True},)
    )


def _number(value: object, low: float, high: float, unit: str = "") -> float:
    of = f" of {unit}" if unit else ""
    wanted = f"expected a number{of} from {low:g} to {high:g}; {described(value)}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refused(wanted)
    if not low <= value <= high:  # false for NaN, too
        raise refused(wanted)
    return value


def _code(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2,3}", value):
        raise refused(f'expected the code of a language, like "de"; {described(value)}')
    return value


code = Takes(_code, forms=({"type": "string", "pattern": "^[a-z]{2,3}$"},))
"""A language code, two or three lower-case letters."""


def choice(what: str, options: Mapping[str, Any]) -> Takes:
    """One of the words in `options`, converted to its value."""

    known = listed(quoted(option) for option in options)

    def read(value: object) -> object:
        if not isinstance(value, str):
            raise refused(f"expected a text, one of {known}; {described(value)}")
        if value not in options:
            hint = nearest(value, options) or ";"
            raise refused(f"unknown {what} {quoted(value)}{hint} there are {known}")
        return options[value]

    return Takes(read, forms=({"type": "string", "enum": list(options)},))


LONGEST_TEXT = 1000
"""Characters: a minute of speech. The longest shipped text has 221."""

MOST_ENTRIES = 500
"""Entries of a list or a table; the longest shipped one has 105."""


def _text(value: object) -> object:
    """A text that is not blank; line breaks become spaces."""
    if isinstance(value, str):
        value = " ".join(value.split())
        if not value:
            raise refused("this text is empty; write what is to be said, or take the line out")
    return _within(value)


def _within(value: object) -> object:
    """A text of reasonable length without control characters."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise refused(
                f"a text has up to {LONGEST_TEXT} characters; this one has {len(value)}: "
                f"{quoted(value)}"
            )
        control = next((sign for sign in value if unicodedata.category(sign) == "Cc"), "")
        if control:
            raise refused(f"this text has a control character (U+{ord(control):04X}); take it out")
    return value


Free = Annotated[str, Takes(_within, forms=({"type": "string"},))]
"""A text that may be empty."""


Text = Annotated[str, Takes(_text, forms=(A_TEXT,))]
"""A text that is not empty, with single spaces."""


def _one_or_many(value: object) -> object:
    """A single text counts as a list of one."""
    if isinstance(value, list):
        if not value:
            raise refused("this list is empty; write at least one text")
        if len(value) > MOST_ENTRIES:
            raise refused(f"a list has up to {MOST_ENTRIES} texts; this one has {len(value)}")
        return tuple(value)
    return (value,)


Texts = Annotated[
    tuple[Text, ...],
    Takes(_one_or_many, forms=(A_TEXT, SOME_TEXTS)),
]
"""One text, or a list of texts."""


Phrases = Annotated[
    tuple[Text, ...],
    Takes(
        lambda value: () if value == [] else _one_or_many(value),
        forms=(A_TEXT, {"type": "array", "items": A_TEXT}),
    ),
]
"""One text, a list of texts, or [] for none."""


_UNIT = re.compile(r"\w+")


def variables(texts: Iterable[str], allowed: Iterable[str], numbers: Collection[str] = ()) -> str:
    """What is wrong with the `{variables}` in `texts`, "" if nothing is.

    Variables in `numbers` may have a unit, as in `{left:reps}`.
    """
    known = sorted(allowed)
    for text in texts:
        try:
            fields = [field[1:] for field in string.Formatter().parse(text) if field[1] is not None]
        except ValueError:
            return f'"{text}" has a lone brace; variables are written like {{reps}}'
        for name, form, conversion in fields:
            if name in known:
                unit = name in numbers and _UNIT.fullmatch(form or "")
                if conversion or (form and not unit):
                    return f"{{{name}}} stands alone in its braces: no format, no conversion"
                continue
            braced = listed("{" + one + "}" for one in known)
            may = f"this text may use {braced}" if known else "this text can use none"
            hint = nearest(str(name), known) or ";"
            return f"unknown variable {{{name}}}{hint} {may}"
    return ""
