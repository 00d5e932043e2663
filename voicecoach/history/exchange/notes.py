"""What a format has no column for is kept in a bracket after the set's note, and read back.

    left knee [voicecoach: tempo 3-1-2-1; as 175 lb]

Only such a bracket, at the very end, is ever removed from a note; the rest stays exactly as it was
written. A tempo that people write themselves ("Tempo: 3121", "tempo 30X0") is understood and stays;
the bracket does not repeat it.

A text that a spreadsheet would take for a formula gets an apostrophe in front, as spreadsheets
do it themselves. In a note, the bracket says that the apostrophe is ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

NONE = "none"
"""The note gives a value, but the set has none."""

_PART = r"\d{1,2}(?:[.,]\d)?"
_TEMPO = re.compile(
    rf"\btempo\s*[:=]?\s*(?:({_PART})\s*-\s*({_PART})\s*-\s*({_PART}|x)\s*-\s*({_PART})"
    r"|(\d)(\d)([\dx])(\d))(?![\d.,-]*\d)",
    re.IGNORECASE | re.ASCII,
)
_RPE = re.compile(r"RPE ?[:@]? ?(10|[1-9](?:[.,]5)?)(?:[.,]0)?", re.IGNORECASE | re.ASCII)
_WARM_UP = re.compile(r"warm(?:[- ]?up)( set)?", re.IGNORECASE)

_BARE = r"[\w.+/ -]*[\w.+/-]"
_QUOTED = r'"(?:[^"\\\[]|\\.)*"'
# No "[" inside, so that text before our bracket can't be taken as part of it.
_ITEM = rf"(?:[a-z]+(?: (?:{_BARE}|{_QUOTED}))?)"
_OURS = re.compile(rf"\[voicecoach:(?: ({_ITEM}(?:; {_ITEM})*))?\]", re.DOTALL)
_ITEMS = re.compile(rf'([a-z]+)(?: ({_QUOTED}|[^;"]*))?(?:; |\Z)', re.DOTALL)

_FORMULA = re.compile("'*(?:\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")


def join(note: str, items: Mapping[str, str]) -> str:
    """A note's cell, with `items` in its bracket. Names are lower case; values are any text."""
    risky = _FORMULA.match(note) is not None
    if not items and not risky and split(note) == (note, {}):
        return note
    said = "; ".join(
        f"{name} {_written(value)}" if value else name for name, value in items.items()
    )
    ours = f"[voicecoach: {said}]" if said else "[voicecoach:]"
    return f"{apostrophe(note)} {ours}" if note else ours


def split(cell: str) -> tuple[str, dict[str, str]]:
    """The original note, and the items of its bracket."""
    at = cell.rfind("[")
    found = _OURS.fullmatch(cell, at) if at >= 0 else None
    if found is None:
        return cell, {}
    items: dict[str, str] = {}
    for name, value in _ITEMS.findall(found[1] or ""):
        items[name] = _read(value)
    return without_apostrophe(cell[:at].removesuffix(" ")), items


def _written(value: str) -> str:
    if re.fullmatch(_BARE, value) and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False).replace("[", "\\u005b")


def _read(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        read: Any = json.loads(value, strict=False)
    except ValueError:
        return value
    return read if isinstance(read, str) else value


def apostrophe(text: str) -> str:
    """The text, with an apostrophe if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def without_apostrophe(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def tempo_in(note: str) -> str:
    """The last tempo in a note, as `3-1-2-1`; "" for none."""
    tempo = ""
    for found in _TEMPO.finditer(note):
        tempo = "-".join(part.upper().replace(",", ".") for part in found.groups() if part)
    return tempo


def rpe_in(note: str) -> Decimal | None:
    """An RPE between two commas: "deep, RPE 8"."""
    found = [match[1] for part in _parts(note) if (match := _RPE.fullmatch(part))]
    return Decimal(found[-1].replace(",", ".")) if found else None


def warm_up_in(note: str) -> bool:
    """Whether "warm-up" stands by itself: not "my warm-up was too short"."""
    return any(_WARM_UP.fullmatch(part) for part in _parts(note))


def _parts(note: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,\n]", note)]
