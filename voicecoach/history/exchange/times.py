"""Dates, times and durations, as the programs write them; none names a zone."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from .months import ENGLISH, month_of
from .table import CellError, Row, quoted

YEARS = range(1950, 2101)
"""Years that a workout may have."""

LONGEST = 31 * 24 * 3600
"""Seconds: a month. A workout that nobody ended may be so long."""

_CLOCK = (
    r"(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[AaPp][Mm])?)?"
)
_FORMS = tuple(
    re.compile(date + _CLOCK, re.ASCII)
    for date in (
        r"(?P<day>\d{1,2})\.? (?:de )?(?P<month>[^\s,.]{1,12})\.?,? (?:de )?(?P<year>\d{4})",
        r"(?P<month>[^\W\d]{3,12})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
        r"(?P<year>\d{4})[年년] ?(?P<month>\d{1,2}[月월]) ?(?P<day>\d{1,2})[日일]",
    )
)
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?",
    re.ASCII,
)
_DURATION = re.compile(
    r"(?:(\d{1,7})\s*h)?\s*(?:(\d{1,7})\s*m(?:in)?)?\s*(?:(\d{1,7})\s*s(?:ec)?)?",
    re.IGNORECASE | re.ASCII,
)


def moment(row: Row, column: str) -> datetime:
    """`2024-03-28 17:29:42` (or less of it), `28 Mar 2024, 17:29`, `Mar 28, 2024, 5:29 PM`, the
    month in any of the languages of `months`.

    Midnight if the cell has only a date. A zone is ignored: what counts is the time that the
    lifter's clock showed.
    """
    text = row[column]
    try:
        found = _moment(text)
    except ValueError:
        right = "expected 2024-03-28 17:29:00"
        what = f"{quoted(text)} is not a known date" if text else "the date is missing"
        raise CellError(column, f"{what}; {right}") from None
    if found.year not in YEARS:
        raise CellError(
            column,
            f"{quoted(text)} is not a workout's date; expected one from {YEARS[0]} to {YEARS[-1]}",
        )
    return found


def timed(row: Row, column: str) -> bool:
    """Whether the cell has a time of day, too."""
    return ":" in row[column]


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    if _ISO.fullmatch(text):  # fromisoformat also reads weeks and bare digits
        # Strong once wrote "2015-10-16 12:04:26 +0000".
        return datetime.fromisoformat(re.sub(r" (?=[+-]\d\d:?\d\d$)", "", text)).replace(
            tzinfo=None, microsecond=0
        )
    for form in _FORMS:
        if match := form.fullmatch(text):
            part = match.groupdict()
            month = month_of(part["month"])
            if month is None:
                raise ValueError(text)
            hour = int(part["hour"] or 0)
            if half := part["half"]:
                if not 1 <= hour <= 12:
                    raise ValueError(text)
                hour = hour % 12 + (12 if half.casefold() == "pm" else 0)
            minute, second = int(part["minute"] or 0), int(part["second"] or 0)
            return datetime(int(part["year"]), month, int(part["day"]), hour, minute, second)
    raise ValueError(text)


def as_hevy(start: datetime) -> str:
    """`28 Mar 2024, 17:29`."""
    return f"{start.day} {ENGLISH[start.month - 1]} {start.year}, {start:%H:%M}"


def duration(row: Row, column: str) -> int | None:
    """Seconds: `3480`, `58m`, `1h 5m`, `45s`, `0:58:00` or `58:00`; None for an empty cell."""
    text = row[column]
    if not text:
        return None
    total = 0
    if re.fullmatch(r"\d{1,7}(?:\.0)?", text, re.ASCII):
        total = int(text.removesuffix(".0"))
    elif re.fullmatch(r"(\d{1,4}:)?\d{1,2}:\d{2}", text, re.ASCII):
        for part in text.split(":"):
            total = total * 60 + int(part)
    elif match := _DURATION.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        total = hours * 3600 + minutes * 60 + seconds
    else:
        raise CellError(
            column, f"{quoted(text)} is not a duration; expected 3480, 1h 5m or 0:58:00"
        )
    if total > LONGEST:
        raise CellError(column, f"{quoted(text)} is longer than a month; expected 3480 or 1h 5m")
    return total
