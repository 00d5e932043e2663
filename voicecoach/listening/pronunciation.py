"""How English words are pronounced, as rows of the network's sounds.

The words of the CMU Pronouncing Dictionary come with the package (`assets/cmudict.txt`). Others are
put together from two known ones ("pulldown"), spelt out if they are short ("rpe"), or looked up
elsewhere. The author of a file may also give the pronunciation of a word.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from .phonemes import Pronounce, Pronunciation, from_arpabet, from_ipa

DICTIONARY = Path(__file__).parents[1] / "assets" / "cmudict.txt"
"""One word a line, sorted by bytes, followed by its pronunciations, separated by commas."""

SPELT = 3
"""Longest unknown word, in letters, that is spelt out."""

PART = 3
"""Fewest letters in each half of a compound word."""

Elsewhere = Callable[[str], str]
"""A word in IPA, or "" if it is unknown."""


def respelt(pronounce: Pronounce, own: Mapping[str, str]) -> Pronounce:
    """`pronounce`, except for words that sound like other words: {"rdl": "romanian deadlift"}.

    If the other words can't be pronounced, the word is pronounced as written, so that no phrase is
    lost.
    """

    def said(word: str) -> Sequence[Pronunciation]:
        if word not in own:
            return pronounce(word)
        parts = [pronounce(part)[:1] for part in own[word].split()]
        if not parts or not all(parts):
            return pronounce(word)
        return (sum((part[0] for part in parts), ()),)

    return said


class Pronunciations:
    """Every pronunciation of a word."""

    def __init__(self, elsewhere: Elsewhere = lambda word: "") -> None:
        self._elsewhere = elsewhere
        self._known: dict[str, tuple[Pronunciation, ...]] = {}

    def __call__(self, word: str) -> tuple[Pronunciation, ...]:
        """The usual pronunciation first; empty if the word is unknown."""
        if word not in self._known:
            self._known[word] = self._find(word)
        return self._known[word]

    def _find(self, word: str) -> tuple[Pronunciation, ...]:
        found = self._look_up(word)
        if found:
            return found
        for at in range(len(word) - PART, PART - 1, -1):
            both = self._together((word[:at], word[at:]))
            if both:
                return both
        if len(word) <= SPELT:
            return self._together(tuple(word))
        said = from_ipa(self._elsewhere(word))
        return (said,) if said else ()

    def _together(self, words: Sequence[str]) -> tuple[Pronunciation, ...]:
        """The usual pronunciations of `words`, joined."""
        said = [self._look_up(word)[:1] for word in words]
        return (sum((each[0] for each in said), ()),) if said and all(said) else ()

    def _look_up(self, word: str) -> tuple[Pronunciation, ...]:
        """Binary search in the sorted dictionary."""
        text, key = self._dictionary, word.encode()
        low, high = 0, len(text)
        while low < high:
            middle = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = text.find(b"\n", middle)
            name, _, said = text[middle:end].partition(b" ")
            if name == key:
                rows = said.decode().split(", ")
                return tuple(from_arpabet(row.split()) for row in rows)
            if name < key:
                low = end + 1
            else:
                high = middle
        return ()

    @cached_property
    def _dictionary(self) -> mmap.mmap:
        with DICTIONARY.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
