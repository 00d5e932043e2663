"""Limits on a file. A file beyond them was not written by a person, and is not read.

With them, reading any file takes about a second and little memory. Limits on a text or a list are
in `fields`.
"""

from __future__ import annotations

import re

MOST_BYTES = 256 * 1024
"""The largest shipped file has 20 kB."""

DEEPEST = 12
"""Nested brackets, and names in a dotted key; the shipped files have up to four."""

_LONGEST_NUMBER = 24
"""Characters. Python would take minutes to parse a number of millions, and can't print it."""

_TOKEN = re.compile(
    r'#[^\n]*|"""(?:[^\\]|\\.)*?"""|' + r"'''.*?'''"
    r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'"
    r"|[][{}.,=\n]|[+-]?\d[\w+-]*|[\"']",
    re.DOTALL,
)


def excess(text: str) -> tuple[int, str] | None:
    """The first thing in `text` that exceeds a limit: its line, from 1, and a message."""
    line, depth, names = 1, 0, 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in ('"', "'"):
            return None  # never closed, so the parser stops here, too
        if sign in ("[", "{"):
            depth += 1
        elif sign in ("]", "}"):
            depth = max(0, depth - 1)
        if sign == ".":
            names += 1
        elif sign[0] in "[]{},=\n#":
            names = 0
        if depth > DEEPEST or names > DEEPEST:
            what = "brackets in brackets" if depth > DEEPEST else "names joined with dots"
            return line, f"more than {DEEPEST} {what} are not read"
        if sign[0] in "+-0123456789" and len(sign) > _LONGEST_NUMBER:
            return line, f"a number of {len(sign)} characters is not read; write a smaller one"
        line += sign.count("\n")
    return None
