"""Numbers as programs write them in different countries.

"1,000" is a thousand in one file and one in the next. So the whole file is examined: does it
contain "82.5" or "82,5"? If a number is ambiguous and the file doesn't decide, the number is
rejected: a weight that is wrong by a factor of a thousand is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

_COLUMNS = re.compile(r"(weight|kgs?|lbs?|reps|rpe|distance|km|mi|seconds)\b.*")
"""Keys of the columns with numbers."""

_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,' \u00a0\u2009\u202f])\d{3})(?:\1\d{3}){0,3}", re.ASCII)
_DECIMAL = re.compile(r"(\d{1,12})[.,](\d{1,20})", re.ASCII)
_BOTH = "?"


class NoNumberError(ValueError):
    """The text says why, and what would be right."""


@dataclass(frozen=True, slots=True)
class Numerals:
    """How a file writes its numbers."""

    mark: str = ""
    """The decimal sign, "." or ","; "" if the file doesn't show it, "?" if it has both."""

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]]) -> Numerals:
        """What the cells of a table show; rows are keyed by column."""
        seen = set()
        for row in rows:
            for column, cell in row.items():
                if ("," in cell or "." in cell) and _COLUMNS.fullmatch(column):
                    seen.add(_mark(cell.strip().lstrip("-+\u2212"), column == "reps"))
        seen.discard("")
        return cls(_BOTH if len(seen) > 1 else "".join(seen))

    def number(self, text: str) -> Decimal:
        """Raises NoNumberError."""
        sign = "-" if text[:1] in ("-", "\u2212") else ""
        plain = text[1:] if text[:1] in ("-", "+", "\u2212") else text
        if plain.isascii() and plain.isdecimal() and len(plain) <= 12:
            return Decimal(sign + plain)
        if _is_one(plain):
            mark = plain[-4]
            if self.mark == _BOTH or (not self.mark and mark == ","):
                without, part = plain.replace(mark, ""), plain[-3:].rstrip("0") or "0"
                raise NoNumberError(
                    f"is {without} or {plain.replace(mark, '.')}, and the other numbers of the "
                    f"file don't tell which; expected {without} or {plain[:-4]}.{part}"
                )
            # If nothing else is known, "." is the decimal sign, as in programming languages.
            decimals = mark == (self.mark or ".")
            return Decimal(sign + plain.replace(mark, "." if decimals else ""))
        if _GROUPED.fullmatch(plain):
            return Decimal(sign + re.sub(r"\D", "", plain))
        head, mark, part = _last(plain)
        if mark and _GROUPED.fullmatch(head) and mark not in head and part.isdecimal():
            return Decimal(f"{sign}{re.sub(r'[^0-9]', '', head)}.{part}")
        if match := _DECIMAL.fullmatch(plain):
            return Decimal(f"{sign}{match[1]}.{match[2]}")
        raise NoNumberError("is not a number; expected 80 or 82.5")


def _is_one(text: str) -> bool:
    """Whether the number is ambiguous, like "1,000"."""
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text, re.ASCII) is not None


def _last(text: str) -> tuple[str, str, str]:
    """The part before the last sign, the sign, and the digits after it."""
    at = max(text.rfind("."), text.rfind(","))
    if at < 0 or not re.fullmatch(r"\d{1,20}", text[at + 1 :], re.ASCII):
        return text, "", ""
    return text[:at], text[at], text[at + 1 :]


def _mark(text: str, whole: bool) -> str:
    """The decimal sign that this number implies, "" for none. `whole`: the column has no
    decimals, so the comma in "1,500" separates thousands."""
    other = "." if "," in text else ","
    if _is_one(text):
        return other if whole and not text.endswith("000") else ""
    if _GROUPED.fullmatch(text):
        return other if "," in text or "." in text else ""
    head, mark, _ = _last(text)
    return mark if re.fullmatch(r"\d{1,12}", head, re.ASCII) or _GROUPED.fullmatch(head) else ""
