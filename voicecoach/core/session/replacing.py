"""`dataclasses.replace`, a fifth of the time for a value with many fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # So that the types of what is changed are checked.
    from dataclasses import replace
else:

    def replace(value, /, **changes):
        """`value`, a dataclass, with `changes`."""
        kind = type(value)
        fields = _fields(kind)
        if fields is None:
            return dataclasses.replace(value, **changes)
        read, places, write = fields
        held = list(read(value))
        for name, changed in changes.items():
            if name not in places:
                raise TypeError(f"{kind.__name__} has no field {name!r}")
            held[places[name]] = changed
        copy = object.__new__(kind)
        # By the slots themselves: that it is frozen is for those who have it.
        for put, each in zip(write, held, strict=True):
            put(copy, each)
        return copy


_Fields = tuple[
    Callable[[Any], tuple[Any, ...]], dict[str, int], tuple[Callable[[Any, Any], None], ...]
]
"""What reads all fields, the place of each, and what writes each."""


@cache
def _fields(kind: type[Any]) -> _Fields | None:
    """None where there is more to a copy than its fields."""
    fields = dataclasses.fields(kind)
    names = [field.name for field in fields]
    slots = all(name in vars(kind).get("__slots__", ()) for name in names)
    if len(names) < 2 or not slots or hasattr(kind, "__post_init__"):
        return None
    if not all(field.init for field in fields):
        return None
    places = {name: place for place, name in enumerate(names)}
    return attrgetter(*names), places, tuple(getattr(kind, name).__set__ for name in names)


__all__ = ["replace"]
