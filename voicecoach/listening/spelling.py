"""How the English model would write a phrase.

The model writes sentences: an initial capital, a mark at the end, commas between counted numbers.
Phrases come in lower case without marks (`commands.normal`).
"""

from __future__ import annotations

import re

MARKS = (".", ",", "!", "?")
"""Marks that may end a sentence, besides none."""

_DIGIT_RUN = re.compile(r"\d(?: [\dx])+\b")
_WORD_RUN = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|x)"
    r"(?: (?:zero|one|two|three|four|five|six|seven|eight|nine|ten|x))+\b"
)
_LETTERS = re.compile(r"\brpe\b")
"""Said letter by letter."""
_I = re.compile(r"\bi\b")


def spellings(phrase: str) -> tuple[str, ...]:
    """The ways to write `phrase`, without the mark at the end."""
    texts = [phrase]
    if _DIGIT_RUN.search(phrase):
        texts += [
            _DIGIT_RUN.sub(lambda run, joint=joint: run[0].replace(" ", joint), phrase)  # type: ignore[misc]
            for joint in ("-", "", ", ")
        ]
    if _WORD_RUN.search(phrase):
        texts.append(_WORD_RUN.sub(lambda run: run[0].replace(" ", ", "), phrase))
    if _LETTERS.search(phrase):
        texts = [
            _LETTERS.sub(lambda run, dot=dot: dot.join([*run[0].upper(), ""]).rstrip(), text)  # type: ignore[misc]
            for text in texts
            for dot in ("", ".", ". ")
        ]
    return tuple(_I.sub("I", text[:1].upper() + text[1:]) for text in texts)
