"""One TOML file, or several laid over each other, that knows where each value came from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from . import toml_lines
from .faults import ConfigError, Fault
from .kinds import quoted

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")
_AT_END = re.compile(r"\s*\(at end of document\)$")


@dataclass(frozen=True, slots=True)
class _Origin:
    folder: Path
    name: str
    lines: Mapping[toml_lines.Path, int]

    def without(self, replaced: frozenset[toml_lines.Path]) -> _Origin:
        """This file, but for what stands at the paths in `replaced`."""
        lines = {
            path: line
            for path, line in self.lines.items()
            if not any(path[:n] in replaced for n in range(1, len(path) + 1))
        }
        return replace(self, lines=lines)


@dataclass(frozen=True, slots=True)
class Document:
    """What was read, and from which lines."""

    data: Mapping[str, Any]
    origins: tuple[_Origin, ...]
    """The files it was read from; the first one wins."""

    @classmethod
    def read(cls, folder: Path, name: str) -> Self:
        """Read `folder/name`, which faults call `name`. Raises ConfigError when it is no TOML
        file in UTF-8."""
        try:
            raw = (folder / name).read_bytes()
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}"
            raise ConfigError([Fault(name, 0, "", message, folder)]) from None
        try:
            text = raw.decode("utf-8-sig")  # some editors put a byte order mark in front
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            message = "this is not UTF-8 text; save the file with the encoding UTF-8"
            raise ConfigError([Fault(name, line, "", message, folder)]) from None
        try:
            data, lines = _parsed(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError([_syntax_fault(str(error), text, name, folder)]) from None
        return cls(data, (_Origin(folder, name, lines),))

    def over(self, below: Self, depth: int | None = None) -> Self:
        """This document laid over another: key by key, tables joined, the rest replaced.

        With a `depth` only tables above that level are joined; 1 is the top level.
        """
        replaced = frozenset(_replaced(self.data, below.data, depth))
        lower = (origin.without(replaced) for origin in below.origins)
        return type(self)(_joined(self.data, below.data, depth), (*self.origins, *lower))

    def laid_over(self, path: toml_lines.Path) -> str:
        """`file:line` of the value at `path`, if a file that lies over another one has it;
        else ""."""
        upper = (origin for origin in self.origins[:-1] if path in origin.lines)
        return next((f"{origin.name}:{origin.lines[path]}" for origin in upper), "")

    def on_top(self, path: toml_lines.Path) -> bool:
        """Whether the uppermost of its files has the value at `path`."""
        return path in self.origins[0].lines

    @property
    def files(self) -> tuple[str, ...]:
        """The files it was read from, as faults name them."""
        return tuple(origin.name for origin in self.origins)

    def fault(self, path: Iterable[str | int], message: str, *, missing: str = "") -> Fault:
        """A fault at `path`, on its line or on that of the nearest table around it.

        `missing` names a key that ought to be inside `path`.
        """
        wanted = tuple(path)
        while True:
            for origin in self.origins:
                if not wanted or wanted in origin.lines:
                    names = [part for part in (*wanted, missing) if part and isinstance(part, str)]
                    line = origin.lines.get(wanted, 1)
                    return Fault(origin.name, line, ".".join(names), message, origin.folder)
            wanted = wanted[:-1]

    def untranslated(self, table: str, name: str, text: str) -> Fault:
        """What to say of a text that stands in another file and not in `table` of this one, or
        of several the lowest: whoever lays a line over it has not the rest to translate."""
        there = table in self.data
        path, missing = ((table,), name) if there else ((), f"{table}.{name}".lstrip("."))
        message = f"not translated: it stays {quoted(text)}"
        lowest = replace(self, origins=self.origins[-1:])
        return lowest.fault(path, message, missing=missing)

    def path_to(self, names: Sequence[str]) -> tuple[str | int, ...] | None:
        """The path of the text at `names`, where a table in a list goes by its `id` and a text
        by itself may stand for a table; None where there is none."""
        path: list[str | int] = []
        value: Any = self.data
        for name in names:
            match value:
                case [dict(), *_]:
                    ids = [table.get("id") for table in value]
                    if name not in ids:
                        return None
                    path.append(ids.index(name))
                case dict() if name in value:
                    path.append(name)
                case dict():
                    return None
                case _:
                    break
            value = value[path[-1]]
        return tuple(path)

    def place(self, path: Iterable[str | int]) -> str:
        """`file:line` of a value, for a message about another one."""
        fault = self.fault(path, "")
        return f"{fault.file}:{fault.line}"


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[Mapping[str, Any], Mapping[toml_lines.Path, int]]:
    """The values and the lines of a file. Kept, since the same files are read again by what
    looks at them one by one, and whenever somebody edits one of them."""
    return tomllib.loads(text), toml_lines.key_lines(text)


def _joined(
    upper: Mapping[str, Any], lower: Mapping[str, Any], depth: int | None
) -> dict[str, Any]:
    joined = dict(lower)
    for key, value in upper.items():
        below = lower.get(key)
        if isinstance(value, dict) and isinstance(below, dict) and depth != 1:
            value = _joined(value, below, depth - 1 if depth is not None else None)
        joined[key] = value
    return joined


def _replaced(
    upper: Mapping[str, Any], lower: Mapping[str, Any], depth: int | None, at: tuple[str, ...] = ()
) -> Iterator[toml_lines.Path]:
    """Where `_joined` takes the upper value in place of a lower one."""
    for key in upper.keys() & lower.keys():
        value, below = upper[key], lower[key]
        if isinstance(value, dict) and isinstance(below, dict) and depth != 1:
            yield from _replaced(value, below, depth - 1 if depth is not None else None, (*at, key))
        else:
            yield (*at, key)


def _syntax_fault(error: str, text: str, name: str, folder: Path) -> Fault:
    line = len(text.splitlines()) or 1
    if found := _AT_LINE.search(error):
        line = int(found[1])
    problem = _AT_END.sub("", _AT_LINE.sub("", error))
    hint = '; texts stand in "quotes", numbers do not' if "Invalid value" in problem else ""
    return Fault(name, line, "", f"this line is not TOML: {problem}{hint}", folder)
