"""Symbols that a coach should not say. One voice reads an emoji's name, another leaves it out.

What is a picture on the screen is "red heart" or "flexed biceps" in one voice, and nothing at all
in another.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator

from .findings import Kind, LintFinding
from .spoken import WrittenLine

_SIGNS = frozenset({"So", "Sk", "Cn", "Co"})
"""Unicode categories: pictures and other symbols, standalone accents, unassigned characters and
private use."""

_SPOKEN = frozenset({"°", "№"})
"""Symbols among these that every voice reads correctly."""

_ARROWS = range(0x2190, 0x2200)
"""Arrows; other mathematical symbols are spoken ("plus", "times")."""

_JOINING = frozenset({"\u200d", "\ufe0e", "\ufe0f"})
"""Characters that join or modify pictures."""


def unspoken(lines: Iterable[WrittenLine], files: Collection[str]) -> Iterator[LintFinding]:
    """The coach's texts with such symbols, each once."""
    for line in lines:
        signs = _signs_in(line.text)
        if signs and line.place.file in files:
            named = ", ".join(f"{sign} ({_name(sign)})" for sign in signs)
            without = " ".join(_without(line.text).split())
            yield LintFinding.at(
                line.place,
                Kind.SIGN,
                f'"{line.text}" has what is no word: {named}',
                "one voice reads its name aloud, another leaves it out",
                f'write "{without}"' if any(map(str.isalnum, without)) else "write it in words",
            )


def _signs_in(text: str) -> Iterable[str]:
    return dict.fromkeys(each for each in text if _is_sign(each))


def _is_sign(character: str) -> bool:
    if character in _SPOKEN:
        return False
    return unicodedata.category(character) in _SIGNS or ord(character) in _ARROWS


def _without(text: str) -> str:
    kept = (each for each in text if not _is_sign(each) and each not in _JOINING)
    return "".join(kept)


def _name(sign: str) -> str:
    return unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
