"""Values as they stand in the tables (see `schema`), and as everybody else knows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache, lru_cache

from ..core.plan import samples, seconds
from ..core.workout import Unit, Weight

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _epoch(offset: int) -> datetime:
    return _EPOCH.astimezone(timezone(timedelta(seconds=offset)))


def moment(micros: int, offset: int) -> datetime:
    """Microseconds since 1970, at `offset` seconds east of UTC."""
    return _epoch(offset) + timedelta(microseconds=micros)


def day_of(micros: int, offset: int) -> date:
    """On which day that was, `offset` seconds east of UTC."""
    return _day((micros // 1_000_000 + offset) // 86_400)


@lru_cache(maxsize=4096)
def _day(since_1970: int) -> date:
    return _EPOCH.date() + timedelta(days=since_1970)


def micros(moment: datetime) -> int:
    """Microseconds since 1970. Raises ValueError for a naive datetime."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no UTC offset")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def offset_of(moment: datetime) -> int:
    """Seconds east of UTC."""
    return (moment.utcoffset() or timedelta()) // timedelta(seconds=1)


# A log of years has few weights and ratings, each of them thousands of times.


@lru_cache(maxsize=4096)
def weight_of(amount: str | None, unit: str | None) -> Weight | None:
    if amount is None or unit is None:
        return None
    return Weight(Decimal(amount), Unit(unit))


def weight_columns(weight: Weight | None) -> tuple[str | None, str | None]:
    """The digits and the unit."""
    return (None, None) if weight is None else (str(weight.amount), weight.unit.value)


@lru_cache(maxsize=4096)
def decimal_of(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def text_of(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def seconds_of(count: int | None) -> float | None:
    return None if count is None else seconds(count)


def samples_of(span: float | None) -> int | None:
    return None if span is None else samples(span)


def json_of(extra: Mapping[str, str]) -> str:
    return json.dumps(dict(extra), ensure_ascii=False, sort_keys=True)
