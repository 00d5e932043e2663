"""How much a file may hold: more is no file that a person wrote, and is not read.

Whatever stands in a file, reading it takes a second or so and little memory. What a text or a
list may hold at most is with the kinds of values (`kinds`).
"""

from __future__ import annotations

import re

MOST_BYTES = 256 * 1024
"""The largest file that is shipped has 20 kB."""

DEEPEST = 12
"""Brackets in brackets, and names in a dotted key; the files here come to four."""

_LONGEST_NUMBER = 24
"""Characters. Python alone would take minutes over one of millions, and can't print it."""

_TOKEN = re.compile(
    r'#[^\n]*|"""(?:[^\\]|\\.)*?"""|' + r"'''.*?'''"
    r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'"
    r"|[][{}.,=\n]|[+-]?\d[\w+-]*|[\"']",
    re.DOTALL,
)


def excess(text: str) -> tuple[int, str] | None:
    """The first thing in `text` that is too much: its line, from 1, and what is the matter."""
    line, depth, names = 1, 0, 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in ('"', "'"):
            return None  # never closed: the parser comes no further, either
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
