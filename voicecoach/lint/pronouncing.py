"""Pronunciations, requested in bulk and cached."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from .sounds import Sounds, distance, sounds

Pronounce = Callable[[Sequence[str], str], list[str]]
"""Texts and their language -> each in IPA, words split by spaces; raises UnpronounceableError."""


class UnpronounceableError(Exception):
    """The pronunciation of a language is unknown; the text says why."""


class IpaCache:
    """The sounds of texts in several languages."""

    def __init__(self, pronounce: Pronounce) -> None:
        self._pronounce = pronounce
        self._known: dict[tuple[str, str], Sounds] = {}

    def learn(self, texts: Iterable[str], language: str) -> None:
        """Request `texts` in one go; separate requests would take a process each."""
        new = [text for text in dict.fromkeys(texts) if (text, language) not in self._known]
        if not new:
            return
        for text, ipa in zip(new, self._pronounce(new, language), strict=True):
            self._known[text, language] = sounds(ipa)

    def of(self, text: str, language: str) -> Sounds:
        """The sounds of `text`."""
        if (text, language) not in self._known:
            self.learn([text], language)
        return self._known[text, language]

    def apart(self, a: str, b: str, language: str, within: float = math.inf) -> float:
        """The distance of two texts of one language; see `sounds.distance`."""
        return distance(self.of(a, language), self.of(b, language), within)
