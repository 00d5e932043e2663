"""English words as the sounds that the network should write: the product's own dictionary."""

from __future__ import annotations

from functools import cache

from voicecoach.listening.phonemes import Pronunciation, from_arpabet
from voicecoach.listening.pronunciation import DICTIONARY


@cache
def lexicon() -> dict[str, tuple[Pronunciation, ...]]:
    """Every word's pronunciations, the usual one first."""
    words = {}
    for line in DICTIONARY.read_text(encoding="utf-8").splitlines():
        word, _, said = line.partition(" ")
        words[word] = tuple(from_arpabet(way.split()) for way in said.split(", "))
    return words
