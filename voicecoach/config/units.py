"""How quantities are said: the tables `numbers`, `units` and `tempo` of a messages file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from voicecoach.core.language import Language, Quantity
from voicecoach.core.plan import Wording

from .document import Document
from .faults import Fault, listed, nearest
from .fields import Part, Takes, Text, refused, variables
from .numerals import cardinals, forms

COUNTED_TO = 1000
"""Numbers below this are spoken in words; a coach never counts further."""


def _only_number(text: str) -> str:
    if problem := variables([text], ["n"]):
        raise refused(problem)
    return text


def _no_number(text: str) -> str:
    if problem := variables([text], []):
        raise refused(problem)
    return text


def with_number(text: str) -> str:
    """Rejects a text without a place for its number."""
    if "{n}" not in _only_number(text):
        raise refused(f'"{text}" has no place for its number; put {{n}} where it is to be said')
    return text


def _times(text: str) -> str:
    if problem := variables([text], ["n", "what"]):
        raise refused(problem)
    for needed in ("{n}", "{what}"):
        if needed not in text:
            raise refused(f'"{text}" has no place for {needed}')
    return text


Numbered = Annotated[Text, AfterValidator(with_number)]
"""A text that contains `{n}`."""


def _behind(text: str) -> str:
    """Add a space before a word, since texts are stripped: "ten reps" + "with {n}"."""
    return f" {text}" if text[0].isalnum() or text[0] == "{" else text


class Amount(Part):
    """A quantity, in the forms that a language has for it."""

    other: Numbered = Field(examples=["{n} kilos"])
    one: Annotated[Text, AfterValidator(_only_number)] | None = Field(
        default=None, examples=["one kilo"]
    )
    half: Numbered | None = Field(default=None, examples=["{n} and a half kilos"])
    one_half: Annotated[Text, AfterValidator(_no_number)] | None = Field(
        default=None, examples=["one and a half kilos"]
    )
    only_half: Annotated[Text, AfterValidator(_no_number)] | None = Field(
        default=None, examples=["half a kilo"]
    )
    numbers: Text | None = Field(default=None, examples=["feminine"])


def _as_amount(value: object) -> object:
    """A single text serves for every number."""
    return value if isinstance(value, dict | Amount) else {"other": value}


Counted = Annotated[Amount, Takes(_as_amount, forms=({"type": "string"},), itself=True)]
"""A text with `{n}`, or a table of them: `one`, `half`, `one_half`, `only_half`, `other`."""


class Units(Part):
    """Quantities with their unit, and any others that lines use: `{left:reps}`."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Counted]

    kilos: Counted = Field(examples=["{n} kilos"])
    pounds: Counted = Field(examples=["{n} pounds"])
    seconds: Counted = Field(examples=["{n} seconds"])
    minutes: Counted = Field(examples=["{n} minutes"])
    hours: Counted = Field(examples=["{n} hours"])
    days: Counted = Field(examples=["{n} days"])
    today: Text = Field(examples=["earlier today"])
    yesterday: Text = Field(examples=["yesterday"])
    days_ago: Counted = Field(examples=["{n} days ago"])
    reps: Counted = Field(examples=["{n} reps"])
    effort: Counted = Field(examples=["effort {n}"])
    half: Numbered = Field(examples=["{n} and a half"])
    at: Annotated[Numbered, AfterValidator(_behind)] = Field(examples=[", {n}"])
    times: Annotated[Text, AfterValidator(_times)] = Field(examples=["{n} times {what}"])
    plate: Counted = Field(examples=["a {n}"])
    pin: Counted = Field(examples=["pin {n}"])
    both: Annotated[Text, AfterValidator(_times)] = Field(examples=["{what} and {n}"])
    a_side: Numbered = Field(examples=["{n} a side"])
    no_plates: Text = Field(examples=["no plates"])
    warm_up_to: Numbered = Field(examples=["a warm-up to {n}"])


_FRAMES = (
    *("today", "yesterday", "half", "at", "times"),
    *("both", "a_side", "no_plates", "warm_up_to"),
)
"""Keys that are not units."""


class Numbers(Part):
    """Which number words a language uses, by the forms in `numerals`."""

    usual: Text | None = Field(default=None, examples=["numbering"])
    counted: Text | None = Field(default=None, examples=["native"])


def language(code: str, numbers: Numbers, units: Units, tempo: Mapping[str, str]) -> Language:
    """How numbers and quantities are said in the language `code`."""

    def words(form: str | None) -> tuple[str, ...]:
        return cardinals(code, COUNTED_TO, form or numbers.usual or "")

    quantities = {}
    for name, says in units:
        if isinstance(says, Amount):
            special = words(says.numbers) if says.numbers else ()
            texts = (says.other, says.one or "", says.half or "")
            quantities[name] = Quantity(*texts, special, says.one_half or "", says.only_half or "")
        else:
            quantities[name] = Quantity(says)
    counts = words(numbers.counted) if numbers.counted else ()
    return Language(words(None), quantities, tempo, units.half, counts)


def unknown_forms(document: Document, code: str, numbers: Numbers, units: Units) -> Iterator[Fault]:
    """Forms of numbers that the language `code` lacks."""
    asked: list[tuple[tuple[str, ...], str | None]] = [
        (("numbers", "usual"), numbers.usual),
        (("numbers", "counted"), numbers.counted),
    ]
    asked += [
        (("units", name, "numbers"), says.numbers)
        for name, says in units
        if isinstance(says, Amount)
    ]
    known = forms(code)
    for path, form in asked:
        if form is not None and form not in known:
            hint = nearest(form, known) or ";"
            message = f'"{code}" has no numbers of the form "{form}"{hint} '
            yield document.fault(path, message + f"it has {listed(known) or 'none'}")


def unknown_units(
    document: Document, lines: Mapping[str, Wording], known: Language, table: str = "lines"
) -> Iterator[Fault]:
    """Units in the `lines` of `document`, from its `table`, that the language lacks."""
    countable = [name for name in known.units if name not in _FRAMES]
    for line, wording in lines.items():
        for unit in _units_in(wording):
            if unit not in countable:
                hint = nearest(unit, countable) or f"; there are {listed(countable)}"
                # A cue goes by its id.
                path = document.path_to((table, line)) or (table, line)
                yield document.fault(path, f'no unit "{unit}" under [units]{hint}')


def idle_units(document: Document, units: Units, wordings: Iterable[Wording]) -> Iterator[Fault]:
    """Units in `document` that no wording uses. Units of a lower file don't count: the line that
    used them may have been overridden."""
    used = {unit for wording in wordings for unit in _units_in(wording)}
    for name in units.model_extra or {}:
        if document.on_top(("units", name)) and name not in used:
            hint = nearest(name, Units.model_fields) or f"; a line would, as {{left:{name}}}"
            yield document.fault(("units", name), f"nothing uses this unit{hint}")


def _units_in(wording: Wording) -> list[str]:
    return [
        unit
        for text in (*wording.full, *wording.short)
        for _, name, unit, _ in Formatter().parse(text)
        if name and unit
    ]
