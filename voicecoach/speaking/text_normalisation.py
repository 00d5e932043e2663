"""How a text is read aloud: a voice gets it without digits and abbreviations.

Voices differ in how they read "80 kg" or "RDL"; the plain one says "k g". Script authors need not
care: quantities are put into the language's own words, and the settings can respell any other
word. The text on the screen stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from voicecoach.core.language import Language

_UNITS: Mapping[str, str] = {
    "kg": "kilos",
    "lb": "pounds",
    "lbs": "pounds",
    "s": "seconds",
    "sec": "seconds",
    "min": "minutes",
    "h": "hours",
}
"""Abbreviations, and the quantity of each in `Language.units`."""

_TEMPO = re.compile(r"(?<![\w-])\d{1,2}(?:-(?:\d{1,2}|[xX])){3}(?![\w-])")
_NUMBER = re.compile(
    rf"(?<![\w.,/:-])(\d+(?:[.,]\d+)?)(?:\s*({'|'.join(_UNITS)}))?(?![\w/:-])(?![.,]\d)"
)


class TextNormaliser:
    """Converts texts to what a voice gets; picklable."""

    def __init__(self, language: Language, instead: Mapping[str, str] | None = None) -> None:
        """`instead`: words and what is read for them, ignoring case. They are matched as whole
        words, longest first, before anything else."""
        self._language = language
        self._instead = {word.casefold(): read for word, read in (instead or {}).items()}
        words = sorted(map(re.escape, self._instead), key=len, reverse=True)
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        if self._instead:
            text = self._words.sub(lambda found: self._instead[found[0].casefold()], text)
        text = _TEMPO.sub(self._tempo, text)
        return _NUMBER.sub(self._quantity, text)

    def _tempo(self, found: re.Match[str]) -> str:
        return ", ".join(
            self._language.number(int(part)) if part.isdigit() else part
            for part in found[0].split("-")
        )

    def _quantity(self, found: re.Match[str]) -> str:
        amount = Decimal(found[1].replace(",", "."))
        unit = _UNITS.get(found[2] or "")
        if unit is None or unit not in self._language.units:
            rest = found[0][len(found[1]) :]
            return self._language.amount(amount) + rest
        return self._language.quantity(unit, amount)
