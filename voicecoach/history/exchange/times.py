"""Dates, times and durations, as the programs write them; none names a zone."""

from __future__ import annotations

import re
from datetime import datetime

from .table import BadCell, Row, quoted

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""In English whatever the computer speaks: part of Hevy's format."""

_CLOCK = (
    r"(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[AaPp][Mm])?)?"
)
_FORMS = tuple(
    re.compile(date + _CLOCK)
    for date in (
        r"(?P<day>\d{1,2})\.? (?P<month>[A-Za-z]{3})[a-z]*\.?,? (?P<year>\d{4})",
        r"(?P<month>[A-Za-z]{3})[a-z]*\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
    )
)
_DURATION = re.compile(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+)\s*s(?:ec)?)?", re.I)


def moment(row: Row, column: str) -> datetime:
    """`2024-03-28 17:29:42` (or less of it), `28 Mar 2024, 17:29`, `Mar 28, 2024, 5:29 PM`.

    Midnight where the cell has a date only. A zone is left out: what counts is the time
    that the lifter's clock showed.
    """
    text = row[column]
    try:
        return _moment(text)
    except ValueError:
        right = "right would be 2024-03-28 17:29:00"
        what = f"{quoted(text)} is no date that is known" if text else "the date is missing"
        raise BadCell(column, f"{what}; {right}") from None


def _moment(text: str) -> datetime:
    for form in _FORMS:
        if match := form.fullmatch(text):
            part = match.groupdict()
            month = MONTHS.index(part["month"].capitalize()) + 1
            hour = int(part["hour"] or 0)
            if half := part["half"]:
                if not 1 <= hour <= 12:
                    raise ValueError(text)
                hour = hour % 12 + (12 if half.casefold() == "pm" else 0)
            minute, second = int(part["minute"] or 0), int(part["second"] or 0)
            return datetime(int(part["year"]), month, int(part["day"]), hour, minute, second)
    if not re.match(r"\d{4}-\d\d-\d\d(?!\d)", text):
        raise ValueError(text)  # fromisoformat also reads weeks and bare digits
    # "2015-10-16 12:04:26 +0000" is how Strong once wrote it.
    return datetime.fromisoformat(re.sub(r" (?=[+-]\d\d:?\d\d$)", "", text)).replace(
        tzinfo=None, microsecond=0
    )


def as_hevy(start: datetime) -> str:
    """`28 Mar 2024, 17:29`."""
    return f"{start.day} {MONTHS[start.month - 1]} {start.year}, {start:%H:%M}"


def duration(row: Row, column: str) -> int | None:
    """Seconds: `3480`, `58m`, `1h 5m`, `45s`, `0:58:00` or `58:00`; None for an empty cell."""
    text = row[column]
    if not text:
        return None
    if re.fullmatch(r"\d+", text):
        return int(text)
    if re.fullmatch(r"(\d+:)?\d{1,2}:\d{2}", text):
        total = 0
        for part in text.split(":"):
            total = total * 60 + int(part)
        return total
    if match := _DURATION.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return hours * 3600 + minutes * 60 + seconds
    raise BadCell(column, f"{quoted(text)} is no duration; right would be 3480, 1h 5m or 0:58:00")
