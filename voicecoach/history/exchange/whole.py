"""The whole log as JSON: every field of its workouts and sets.

    {"format": "voicecoach log", "version": 1, "workouts": [{"began": ..., "sets": [...]}]}

The keys are the fields of `LoggedWorkout` and `LoggedSet`. Times are ISO 8601 with an offset,
durations seconds. A weight is `{"amount": "82.5", "unit": "kg"}`; amounts and RPEs are strings, so
that no program rounds them. What is unknown is null or empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from ...core.workout import Weight
from ..logged import LoggedPause, LoggedSet, LoggedWorkout, Order, TempoChange

VERSION = 1


def write(workouts: Iterable[LoggedWorkout]) -> str:
    """One workout per line."""
    lines = ",\n".join(
        json.dumps(_bare(workout), ensure_ascii=False, separators=(",", ":"))
        for workout in workouts
    )
    return f'{{"format":"voicecoach log","version":{VERSION},"workouts":[\n{lines}\n]}}\n'


_INSIDE = frozenset({"id", "workout"})
"""Fields that mean something only within one log."""


def _bare(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [_bare(each) for each in value]
    return {name: _bare(getattr(value, name)) for name in _NAMES[type(value)]}


_NAMES = {
    kind: [field.name for field in fields(kind) if field.name not in _INSIDE]
    for kind in (LoggedWorkout, LoggedSet, TempoChange, LoggedPause, Order, Weight)
}
