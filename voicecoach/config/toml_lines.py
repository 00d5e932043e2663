"""The line of each key in a TOML file.

`tomllib` says what a file holds, not where. This walks a text that `tomllib` has accepted, so it
only follows the structure and checks nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple

Path = tuple[str | int, ...]
"""Where a value is: names of keys, and indices in lists."""

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    # Longest opening first. Up to two quotes may come right before the closing three.
    re.compile(r'"""(?:[^\\]|\\.)*?"""(?:""?(?!"))?', re.DOTALL),
    re.compile(r"'''.*?'''(?:''?(?!'))?", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_SCALAR = re.compile(r"[^,\]}\n#]+")
_ESCAPE = re.compile(r'\\(?:(["\\bfnrt])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))')
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def key_lines(text: str) -> Mapping[Path, int]:
    """The line (from 1) of every key, table and list element in `text`.

    `text` must be valid TOML; otherwise the result is undefined. An implied table (`a` in
    `[a.b]`) has the line where it is first implied.
    """
    return _Walk(text.replace("\r\n", "\n")).lines


class _Key(NamedTuple):
    names: tuple[str, ...]
    start: int
    """Offset of the first name in the text."""


class _Walk:
    """One pass over a document; `at` is the offset of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._newlines = [found.start() for found in re.finditer("\n", text)]
        self._counted: dict[Path, int] = {}
        """The number of elements so far in lists made of [[headers]]."""
        self._document()

    def _document(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        """[table] or [[list of tables]]: the path of the table it opens."""
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        key = self._key()
        self.at += 2 if many else 1
        path: Path = ()
        for depth, name in enumerate(key.names, start=1):
            path = (*path, name)
            if depth == len(key.names) and many:
                self._counted[path] = self._counted.get(path, 0) + 1
            self._mark(path, key.start)
            if path in self._counted:
                # Inside a list of tables, a header means the last one.
                path = (*path, self._counted[path] - 1)
                self._mark(path, key.start)
        return path

    def _pair(self, table: Path) -> None:
        """`key = value`, where the key may be dotted."""
        key = self._key()
        path = table
        for name in key.names:
            path = (*path, name)
            self._mark(path, key.start)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in "\"'":
            self._string()
        else:
            self._skip(_SCALAR)

    def _list(self, path: Path) -> None:
        self.at += 1
        position = 0
        self._skip(_BLANK)
        while self.text[self.at] != "]":
            self._mark((*path, position), self.at)
            self._value((*path, position))
            position += 1
            self._skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _key(self) -> _Key:
        """A bare, quoted or dotted key, with the space around it."""
        self._skip(_SPACE)
        start = self.at
        names = [self._name()]
        self._skip(_SPACE)
        while self.text[self.at] == ".":
            self.at += 1
            self._skip(_SPACE)
            names.append(self._name())
            self._skip(_SPACE)
        return _Key(tuple(names), start)

    def _name(self) -> str:
        opening = self.text[self.at]
        if opening in "\"'":
            raw = self._string()[1:-1]
            return _ESCAPE.sub(_unescape, raw) if opening == '"' else raw
        return self._skip(_BARE_KEY)

    def _string(self) -> str:
        found = next(found for form in _STRINGS if (found := form.match(self.text, self.at)))
        self.at = found.end()
        return found[0]

    def _skip(self, what: re.Pattern[str]) -> str:
        found = what.match(self.text, self.at)
        if found is None:
            raise ValueError(f"not valid TOML at character {self.at}")
        self.at = found.end()
        return found[0]

    def _mark(self, path: Path, offset: int) -> None:
        if path not in self.lines:
            self.lines[path] = bisect_left(self._newlines, offset) + 1


def _unescape(found: re.Match[str]) -> str:
    plain, short, long = found.groups()
    return _ESCAPED[plain] if plain else chr(int(short or long, 16))
