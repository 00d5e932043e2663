"""`dataclasses.replace`, a fifth of the time for a value with many fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # So that the types of what is changed are checked.
    from dataclasses import replace
else:

    def replace(value, /, **changes):
        """`value`, a dataclass with slots that makes nothing of its fields, with `changes`."""
        kind = type(value)
        read, places, write = _fields(kind)
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


@cache
def _fields(
    kind: type[Any],
) -> tuple[
    Callable[[Any], tuple[Any, ...]], dict[str, int], tuple[Callable[[Any, Any], None], ...]
]:
    """What reads all fields, the place of each, and what writes each."""
    names = [field.name for field in fields(kind)]
    assert len(names) > 1
    assert not hasattr(kind, "__post_init__")
    places = {name: place for place, name in enumerate(names)}
    return attrgetter(*names), places, tuple(getattr(kind, name).__set__ for name in names)


__all__ = ["replace"]
