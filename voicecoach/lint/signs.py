"""Signs that no coach should say: an emoji is read out by its name, or left out without a word.

What is a picture to the eye is "red heart" or "flexed biceps" to the ear, in one voice; in
another it is nothing at all, and each voice chooses for itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator

from .findings import Kind, LintFinding
from .spoken import WrittenLine

_SIGNS = frozenset({"So", "Sk", "Cn", "Co"})
"""Categories of Unicode: pictures and other symbols, accents that stand alone, what is not
assigned and what everybody assigns for themselves."""

_SPOKEN = frozenset({"°", "№"})
"""Of these, what every voice reads as it is meant."""

_ARROWS = range(0x2190, 0x2200)
"""Of the mathematical signs, which are spoken ("plus", "times"), those that point."""

_JOINING = frozenset({"\u200d", "\ufe0e", "\ufe0f"})
"""What stands between or behind pictures, and is none itself."""


def unspoken(lines: Iterable[WrittenLine], files: Collection[str]) -> Iterator[LintFinding]:
    """The texts of the coach that have such signs, each once."""
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
