"""Converts between the values in the tables (see `schema`) and Python's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

from ..core.plan import samples, seconds
from ..core.workout import SetKind, Unit, Weight

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_EARLIEST, _LATEST = (
    (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
    for year in (1900, 2200)
)

HEAVIEST = 100_000
"""Limit of a weight, above and below zero."""

MOST = 1_000_000
"""Limit of a count (of reps, sets, seconds held)."""

LONGEST = 400 * 86_400
"""Limit of a duration, in seconds."""


_LINE = 200
"""Characters of `in_a_line` at most."""


def in_a_line(why: object) -> str:
    """A message that may quote a damaged file: in one line, shortened, without control
    characters."""
    text = str(why)
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return plain if len(plain) <= _LINE else f"{plain[: _LINE - 4]} ..."


class UnsoundError(ValueError):
    """A value in a row makes no sense; `str` says where and what."""


DAMAGE = (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, RecursionError)
"""What converting a nonsensical row may raise."""


@contextmanager
def sound(where: str) -> Iterator[None]:
    """Convert errors from reading a row to an UnsoundError that says `where`."""
    try:
        yield
    except DAMAGE as damage:
        raise UnsoundError(f"{where}: {damage}") from damage


def counts(numbers: Iterable[int | None]) -> None:
    """Raises UnsoundError unless each is a valid count or None."""
    for number in numbers:
        # SQLite checks types only when it writes.
        if number is not None and not (isinstance(number, int) and 0 <= number <= MOST):
            raise UnsoundError(f"{number} is no count")


def integers(values: Iterable[object]) -> None:
    """Raises UnsoundError unless each is a whole number that SQLite can hold."""
    for value in values:
        if not isinstance(value, int) or not -(2**63) <= value < 2**63:
            raise UnsoundError(f"{str(value)[:40]} is no whole number")


def texts(values: Iterable[object]) -> None:
    """Raises UnsoundError unless each is a text. SQLite checks types only when it writes."""
    for value in values:
        if not isinstance(value, str):
            raise UnsoundError(f"{str(value)[:40]} is no text")


def spans(lengths: Iterable[float | None]) -> None:
    """The same for durations in seconds."""
    for length in lengths:
        if length is not None and not 0 <= length <= LONGEST:
            raise UnsoundError(f"{length} s is no span of time")


@cache
def _epoch(offset: int) -> datetime:
    return _EPOCH.astimezone(timezone(timedelta(seconds=offset)))


def moment(micros: int, offset: int) -> datetime:
    """Microseconds since 1970, at `offset` seconds east of UTC. Raises UnsoundError."""
    _check(micros, offset)
    return _epoch(offset) + timedelta(microseconds=micros)


def _check(micros: int, offset: int) -> None:
    if not (_EARLIEST <= micros < _LATEST and -86_400 < offset < 86_400):
        raise UnsoundError(f"{micros} microseconds since 1970, {offset} s east, is no time")


def day_of(micros: int, offset: int) -> date:
    """The day of that moment, `offset` seconds east of UTC. Raises UnsoundError."""
    _check(micros, offset)
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


# A log of years has few different weights and ratings, but thousands of each.


@lru_cache(maxsize=4096)
def weight_of(amount: str | None, unit: str | None) -> Weight | None:
    """Raises UnsoundError."""
    number = decimal_of(amount)
    if number is None or unit is None:
        return None
    if unit not in _UNITS:
        raise UnsoundError(f'"{unit}" is not a unit')
    return Weight(number, _UNITS[unit])


def weight_columns(weight: Weight | None) -> tuple[str | None, str | None]:
    """The digits and the unit, as two columns."""
    return (None, None) if weight is None else (str(weight.amount), weight.unit.value)


@lru_cache(maxsize=4096)
def decimal_of(text: str | None) -> Decimal | None:
    """A weight's amount or a rating. Raises UnsoundError."""
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UnsoundError(f'"{text[:40]}" is not a number') from None
    # A short text like 1e999999999 would expand to a billion digits.
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _DIGITS or abs(number) > HEAVIEST:
        raise UnsoundError(f'"{text[:40]}" is not a number that can be meant')
    return number


_DIGITS = 30
"""Digits of a number, before or after the point."""

_UNITS = {unit.value: unit for unit in Unit}
_KINDS = {kind.value: kind for kind in SetKind}


def kind_of(text: str) -> SetKind:
    """Raises UnsoundError."""
    if text not in _KINDS:
        raise UnsoundError(f'"{text}" is not a kind of set')
    return _KINDS[text]


def text_of(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def seconds_of(count: int | None) -> float | None:
    return None if count is None else seconds(count)


def samples_of(span: float | None) -> int | None:
    return None if span is None else samples(span)


def extra_of(text: str) -> Mapping[str, str]:
    """Reads what `json_of` wrote. Raises UnsoundError, or an error that `sound` converts."""
    if text == "{}":
        return {}
    extra = json.loads(text)
    if not isinstance(extra, dict) or not all(isinstance(each, str) for each in extra.values()):
        raise UnsoundError("what stands beside it is no table of texts")
    return extra


def json_of(extra: Mapping[str, str]) -> str:
    return json.dumps(dict(extra), ensure_ascii=False, sort_keys=True)
