"""What no other program has a column for goes into the note of a set, and comes back from it.

    left knee; tempo 3-1-2-1; as 175 lb

The tempo, which people write there as well ("Tempo: 3121", "tempo 30X0"), and, in a file that
knows one unit only, a weight that was said in the other one.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ...core.workout import Unit, Weight
from .rows import unit_of

_PART = r"\d{1,2}(?:[.,]\d)?"
_TEMPO = re.compile(
    rf"\btempo\s*[:=]?\s*(?:({_PART})\s*-\s*({_PART})\s*-\s*({_PART}|x)\s*-\s*({_PART})"
    r"|(\d)(\d)([\dx])(\d))(?![\d.,-]*\d)",
    re.I,
)
_SAID = re.compile(r"\bas (\d{1,6}(?:\.\d{1,8})?) (kg|lb)\b")
_JOIN = "; "


def with_extras(note: str, tempo: str = "", said: Weight | None = None) -> str:
    """`note` with a tempo, and a weight as it was said where the file has another unit."""
    parts = [note] if note else []
    if tempo:
        parts.append(f"tempo {tempo}")
    if said is not None:
        parts.append(f"as {said.amount:f} {said.unit.value}")
    return _JOIN.join(parts)


def without_extras(text: str) -> tuple[str, str, Weight | None]:
    """The note alone, the tempo ("" for none), and the weight that was said (None for none).

    The last tempo that stands there counts.
    """
    tempo, said = "", None
    for found in list(_TEMPO.finditer(text))[-1:]:
        tempo = "-".join(part.upper().replace(",", ".") for part in found.groups() if part)
        text = _cut(text, found)
    for match in list(_SAID.finditer(text))[-1:]:
        unit = unit_of(match[2])
        assert unit is not None
        said = Weight(Decimal(match[1]), unit)
        text = _cut(text, match)
    return text, tempo, said


def _cut(text: str, found: re.Match[str]) -> str:
    before, after = text[: found.start()], text[found.end() :]
    before = before.removesuffix(_JOIN).rstrip()
    after = re.sub(r"\A[;,.\s]+", "", after)
    return before + _JOIN + after if before and after else before or after


def other_unit(weight: Weight | None, unit: Unit) -> Weight | None:
    """The weight, where it is not in `unit`."""
    return weight if weight is not None and weight.unit is not unit else None
