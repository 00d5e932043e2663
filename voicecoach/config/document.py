"""One TOML file, or several laid over each other, that knows where each value came from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from . import toml_lines
from .faults import ConfigError, Fault

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")
_AT_END = re.compile(r"\s*\(at end of document\)$")


@dataclass(frozen=True, slots=True)
class _Origin:
    folder: Path
    name: str
    lines: Mapping[toml_lines.Path, int]


@dataclass(frozen=True, slots=True)
class Document:
    """What was read, and from which lines."""

    data: Mapping[str, Any]
    origins: tuple[_Origin, ...]
    """The files it was read from; the first one wins."""

    @classmethod
    def read(cls, folder: Path, name: str) -> Self:
        """Read `folder/name`. Raises ConfigError when it is no TOML file in UTF-8."""
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
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError([_syntax_fault(str(error), text, name, folder)]) from None
        return cls(data, (_Origin(folder, name, toml_lines.key_lines(text)),))

    def over(self, below: Self) -> Self:
        """This document laid over another: key by key, tables joined, the rest replaced."""
        return type(self)(_joined(self.data, below.data), self.origins + below.origins)

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

    def place(self, path: Iterable[str | int]) -> str:
        """`file:line` of a value, for a message about another one."""
        fault = self.fault(path, "")
        return f"{fault.file}:{fault.line}"


def _joined(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(lower)
    for key, value in upper.items():
        below = lower.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            value = _joined(value, below)
        joined[key] = value
    return joined


def _syntax_fault(error: str, text: str, name: str, folder: Path) -> Fault:
    line = len(text.splitlines()) or 1
    if found := _AT_LINE.search(error):
        line = int(found[1])
    problem = _AT_END.sub("", _AT_LINE.sub("", error))
    hint = '; texts stand in "quotes", numbers do not' if "Invalid value" in problem else ""
    return Fault(name, line, "", f"this line is not TOML: {problem}{hint}", folder)
