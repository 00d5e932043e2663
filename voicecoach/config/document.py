"""A TOML file, or several merged, that remembers where each value came from."""

from __future__ import annotations

import codecs
import textwrap
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from . import bounds, toml_lines
from .bounds import MOST_BYTES
from .faults import ConfigError, Fault
from .fields import quoted
from .slips import slips


@dataclass(frozen=True, slots=True)
class _Origin:
    folder: Path
    name: str
    lines: Mapping[toml_lines.Path, int]

    def without(self, replaced: frozenset[toml_lines.Path]) -> _Origin:
        """This file without the values at the paths in `replaced`."""
        lines = {
            path: line
            for path, line in self.lines.items()
            if not any(path[:n] in replaced for n in range(1, len(path) + 1))
        }
        return replace(self, lines=lines)


@dataclass(frozen=True, slots=True)
class Document:
    """The values, and the lines they came from."""

    data: Mapping[str, Any]
    origins: tuple[_Origin, ...]
    """The files it was read from; the first one wins."""

    @classmethod
    def read(cls, folder: Path, name: str) -> Self:
        """Read `folder/name`; faults call it `name`. Raises ConfigError if it is not a TOML file
        in UTF-8."""
        path = folder / name
        if path.is_dir() or path.is_fifo() or path.is_socket():
            # Reading from a pipe without a writer would block forever.
            raise ConfigError([Fault(name, 0, "", "not a file", folder)])
        try:
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}"
            raise ConfigError([Fault(name, 0, "", message, folder)]) from None
        try:
            data, lines = _parsed(_decoded(raw))
        except _UnreadableError as error:
            raise ConfigError(
                Fault(name, line, "", message, folder) for line, message in error.slips
            ) from None
        return cls(data, (_Origin(folder, name, lines),))

    def over(self, below: Self, depth: int | None = None) -> Self:
        """Merge this document over another, key by key: tables are joined, the rest replaced.

        With `depth`, only tables above that level are joined; 1 is the top level.
        """
        replaced = frozenset(_replaced(self.data, below.data, depth))
        lower = (origin.without(replaced) for origin in below.origins)
        return type(self)(_joined(self.data, below.data, depth), (*self.origins, *lower))

    def laid_over(self, path: toml_lines.Path) -> str:
        """`file:line` of the value at `path` if it overrides a lower file; otherwise ""."""
        upper = (origin for origin in self.origins[:-1] if path in origin.lines)
        return next((f"{origin.name}:{origin.lines[path]}" for origin in upper), "")

    def layer(self, path: toml_lines.Path) -> int:
        """The index of the file with the value at `path`, 0 for the top one; past the end if none
        has it."""
        held = (n for n, origin in enumerate(self.origins) if path in origin.lines)
        return next(held, len(self.origins))

    def on_top(self, path: toml_lines.Path) -> bool:
        """Whether the top file has the value at `path`."""
        return path in self.origins[0].lines

    @property
    def files(self) -> tuple[str, ...]:
        """The files it was read from, as faults name them."""
        return tuple(origin.name for origin in self.origins)

    def fault(self, path: Iterable[str | int], message: str, *, missing: str = "") -> Fault:
        """A fault at `path`, on its line or on that of the nearest table around it.

        `missing` names a key that should be inside `path`.
        """
        wanted = tuple(path)
        while True:
            for origin in self.origins:
                if not wanted or wanted in origin.lines:
                    parts = (*wanted, missing)
                    names = [_shown(part) for part in parts if part and isinstance(part, str)]
                    line = origin.lines.get(wanted, 1)
                    return Fault(origin.name, line, ".".join(names), message, origin.folder)
            wanted = wanted[:-1]

    def untranslated(self, table: str, name: str, text: str) -> Fault:
        """A fault for a text that `table` here lacks and another file has. It is reported for the
        lowest file: a file that overrides one line need not translate the rest."""
        there = table in self.data
        path, missing = ((table,), name) if there else ((), f"{table}.{name}".lstrip("."))
        message = f"not translated: it stays {quoted(text)}"
        lowest = replace(self, origins=self.origins[-1:])
        return lowest.fault(path, message, missing=missing)

    def path_to(self, names: Sequence[str]) -> tuple[str | int, ...] | None:
        """The path of the text at `names`, or None. A table in a list is found by its `id`; a
        text may stand in place of a table."""
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
        """`file:line` of a value, to mention in a fault of another."""
        fault = self.fault(path, "")
        return f"{fault.file}:{fault.line}"


def _shown(name: str) -> str:
    """A key for display: on one line, shortened, without control characters."""
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
    return textwrap.shorten(plain, 60, placeholder=" ...") if len(plain) > 60 else plain


class _UnreadableError(Exception):
    """The file is not TOML."""

    def __init__(self, *slips: tuple[int, str]) -> None:
        self.slips = slips
        """(line, from 1, or 0 for the whole file; message)"""


def _decoded(raw: bytes) -> str:
    """The text of a file. Raises _UnreadableError."""
    if len(raw) > MOST_BYTES:
        raise _UnreadableError((0, f"a file of more than {MOST_BYTES // 1024} kB is not read"))
    for sign, what in _NO_TEXTS.items():
        if raw.startswith(sign):
            message = f"this is {what}; save the file as plain text, with the encoding UTF-8"
            raise _UnreadableError((0, message))
    try:
        text = raw.decode("utf-8-sig")  # some editors write a byte order mark
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = "this is not UTF-8 text; save the file with the encoding UTF-8"
        raise _UnreadableError((line, message)) from None
    # Old Macintosh line ends look like any others in an editor.
    return text if "\n" in text else text.replace("\r", "\n")


_NO_TEXTS = {
    codecs.BOM_UTF16_LE: "text in UTF-16",
    codecs.BOM_UTF16_BE: "text in UTF-16",
    b"{\\rtf": "a document of a word processor (RTF)",
    b"PK\x03\x04": "a document of a word processor, or another zip file",
    b"%PDF": "a PDF",
}
"""What some programs write instead of plain text, by its first bytes."""


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[Mapping[str, Any], Mapping[toml_lines.Path, int]]:
    """The values and lines of a file. Cached, because some commands read the files one by one
    after loading them, or again after each edit. Raises _UnreadableError."""
    if found := bounds.excess(text):
        raise _UnreadableError(found)
    try:
        return tomllib.loads(text), toml_lines.key_lines(text)
    except tomllib.TOMLDecodeError:
        raise _UnreadableError(*slips(text)) from None


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
    """The paths at which `_joined` replaces a lower value."""
    for key in upper.keys() & lower.keys():
        value, below = upper[key], lower[key]
        if isinstance(value, dict) and isinstance(below, dict) and depth != 1:
            yield from _replaced(value, below, depth - 1 if depth is not None else None, (*at, key))
        else:
            yield (*at, key)
