"""Numbers in words, in every language for which CLDR has spelling rules."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from unicode_rbnf import FormatPurpose, RbnfEngine

_CARDINAL = "spellout-cardinal"
_PLAIN = "numbering"
"""The form that every language has."""


@functools.cache
def _engine(language: str) -> RbnfEngine | None:
    try:
        return RbnfEngine.for_language(language)
    except ValueError:
        return None


def _texts(
    engine: RbnfEngine, number: float, language: str, rules: Iterable[str] = ()
) -> dict[str, str]:
    """`number` in words, by the library's rule names: all, or only `rules`."""
    found = engine.format_number(
        number, FormatPurpose.CARDINAL, ruleset_names=list(rules) or None
    ).text_by_ruleset
    if language != "ko":
        return found
    # Korean writes a number below ten thousand as one word, but the library splits it: "열 하나".
    return {rule: text.replace(" ", "") for rule, text in found.items()}


def known(language: str) -> bool:
    """Whether numbers can be spoken in `language`, a code like `en`."""
    return _engine(language) is not None


@functools.cache
def spellings(number: float, language: str, only: tuple[str, ...] = ()) -> tuple[str, ...]:
    """All ways to say `number`, the usual one first; () for an unknown language.

    Cardinals in all genders and cases, or with `only` in those `forms`; and common ways that CLDR
    lacks ("one hundred and five", "a hundred" in English; Korean split into words that recognisers
    know).
    """
    engine = _engine(language)
    if engine is None:
        return ()
    found = _texts(engine, number, language, [_rulesets(language)[form] for form in only])
    if only:
        found = {form: found[_rulesets(language)[form]] for form in only}
    book = dict.fromkeys(
        text for _, text in sorted(found.items(), key=lambda named: named[0] != _CARDINAL)
    )
    spoken = [form for text in book for form in (text, *_also(text, language))]
    return tuple(dict.fromkeys(spoken))


_KOREAN_HUNDRED = re.compile(r"(?<=백)(?=.)")
_KOREAN_TENS = re.compile(
    r"(?:(?<=[이삼사오육칠팔구]십)|(?<=열)|(?<=스물)|(?<=서른)|(?<=마흔)|(?<=쉰)|(?<=예순)"
    r"|(?<=일흔)|(?<=여든)|(?<=아흔))(?=.)"
)


def _also_in_korean(text: str) -> tuple[str, ...]:
    # "백오십오" -> "백 오십 오": models know the parts, but few compounds.
    tens = _KOREAN_TENS.sub(" ", text)
    forms = (tens, *(_KOREAN_HUNDRED.sub(" ", form) for form in (text, tens)))
    return tuple(dict.fromkeys(form for form in forms if form != text))


def _also(text: str, language: str) -> tuple[str, ...]:
    return _ALSO[language](text) if language in _ALSO else ()


def _also_in_german(text: str) -> tuple[str, ...]:
    # "einhundertfünf Komma fünf" -> "hundertfünfeinhalb", and "eins Komma fünf" -> "eineinhalb"
    whole = text.removesuffix(" Komma fünf")
    halves = [text]
    if text == "eins Komma fünf":
        halves = ["eineinhalb", "anderthalb"]
    elif whole not in (text, "null"):
        inflected = re.search(r"ein(e[nrsm]?)?$", whole)  # "eine Komma fünf" is "eins Komma fünf"
        halves = [] if inflected else [re.sub(r"eins$", "ein", whole) + "einhalb"]
    without = (re.sub(r"^ein(?=hundert)", "", half) for half in halves)
    return tuple(form for form in dict.fromkeys((*halves, *without)) if form != text)


def _also_in_spanish(text: str) -> tuple[str, ...]:
    # "uno coma cinco" -> "uno y medio", "una coma cinco" -> "una y media"
    whole = text.removesuffix(" coma cinco")
    if whole in (text, "cero") or re.search(r"\b(un|\w+ún)$", whole):
        return ()
    feminine = re.search(r"una$|cientas\b", whole)
    return (f"{whole} y {'media' if feminine else 'medio'}",)


_ENGLISH_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENGLISH_HUNDREDS = re.compile(rf"({'|'.join(_ENGLISH_UNITS)}) hundred ([\w-]+)")


def _also_in_english(text: str) -> tuple[str, ...]:
    # "one hundred five" -> "one hundred and five"; a round hundred takes no "and".
    if text.endswith(" point five"):
        whole = text.removesuffix(" point five")
        return tuple(
            dict.fromkeys(
                f"{form}{half}"
                for form in (whole, *_also_in_english(whole))
                for half in (" point five", " and a half")
                if f"{form}{half}" != text
            )
        )
    with_and = re.sub(r"\bhundred (?=\w)", "hundred and ", text)
    forms = [with_and] if with_and != text else []
    forms += [re.sub(r"^one (?=hundred)", "a ", form) for form in (text, with_and)]
    if short := _ENGLISH_HUNDREDS.fullmatch(text):
        # As lifters say it: "one twenty five", "two oh five".
        hundreds, rest = short.groups()
        forms.append(f"{hundreds} oh {rest}" if rest in _ENGLISH_UNITS else f"{hundreds} {rest}")
    return tuple(dict.fromkeys(form for form in forms if form != text))


_ALSO = {
    "en": _also_in_english,
    "de": _also_in_german,
    "es": _also_in_spanish,
    "ko": _also_in_korean,
}


@functools.cache
def cardinals(language: str, below: int, form: str = "") -> tuple[str, ...]:
    """The words for 0, 1, ... `below` - 1, in lower case; () if unknown.

    In one of the language's `forms`, or in the usual one.
    """
    engine = _engine(language)
    if engine is None:
        return ()
    rules = _rulesets(language)
    rule = rules[form] if form else _CARDINAL if _CARDINAL in rules.values() else rules[_PLAIN]
    return tuple(_texts(engine, number, language, [rule])[rule].lower() for number in range(below))


def forms(language: str) -> list[str]:
    """A language's kinds of number words: `feminine`, `native`, ..."""
    return list(_rulesets(language))


@functools.cache
def _rulesets(language: str) -> dict[str, str]:
    engine = _engine(language)
    if engine is None:
        return {}
    found = engine.format_number(1, FormatPurpose.CARDINAL).text_by_ruleset
    return {name.removeprefix("spellout-").removeprefix("cardinal-"): name for name in found}
