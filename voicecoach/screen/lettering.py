"""Letters tall enough to be read from across the gym, drawn in terminal cells.

Every letter is a drawing of five by seven dots. A dot at scale 1 is half a cell high and one cell
wide, which is about square. Larger scales multiply it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

DOTS = 7
"""Dots from the top to the bottom of a letter."""

_SHEETS = (
    (
        "0123456789",
        """
        .###. ..#.. .###. ##### ...#. ##### ..##. ##### .###. .###.
        #...# .##.. #...# ...#. ..##. #.... .#... ....# #...# #...#
        #...# ..#.. ....# ..#.. .#.#. ####. #.... ...#. #...# #...#
        #...# ..#.. ...#. ...#. #..#. ....# ####. ..#.. .###. .####
        #...# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....#
        #...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ...#.
        .###. .###. ##### .###. ...#. .###. .###. .#... .###. .##..
        """,
    ),
    (
        "ABCDEFGHIJ",
        """
        .###. ####. .###. ###.. ##### ##### .###. #...# .###. ..###
        #...# #...# #...# #..#. #.... #.... #...# #...# ..#.. ...#.
        #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#.
        ##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#.
        #...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#.
        #...# #...# #...# #..#. #.... #.... #...# #...# ..#.. #..#.
        #...# ####. .###. ###.. ##### #.... .#### #...# .###. .##..
        """,
    ),
    (
        "KLMNOPQRST",
        """
        #...# #.... #...# #...# .###. ####. .###. ####. .#### #####
        #..#. #.... ##.## #...# #...# #...# #...# #...# #.... ..#..
        #.#.. #.... #.#.# ##..# #...# #...# #...# #...# #.... ..#..
        ##... #.... #.#.# #.#.# #...# ####. #...# ####. .###. ..#..
        #.#.. #.... #...# #..## #...# #.... #.#.# #.#.. ....# ..#..
        #..#. #.... #...# #...# #...# #.... #..#. #..#. ....# ..#..
        #...# ##### #...# #...# .###. #.... .##.# #...# ####. ..#..
        """,
    ),
    (
        'UVWXYZ?!."',
        """
        #...# #...# #...# #...# #...# ##### .###. #.... ..... #.#..
        #...# #...# #...# #...# #...# ....# #...# #.... ..... #.#..
        #...# #...# #...# .#.#. #...# ...#. ....# #.... ..... #.#..
        #...# #...# #.#.# ..#.. .#.#. ..#.. ...#. #.... ..... .....
        #...# #...# #.#.# .#.#. ..#.. .#... ..#.. #.... ##... .....
        #...# .#.#. #.#.# #...# ..#.. #.... ..... ..... ##... .....
        .###. ..#.. .#.#. #...# ..#.. ##### ..#.. #.... ..... .....
        """,
    ),
    (
        ":-'/+,",
        """
        ..... ..... #.... ..... ..... .....
        ##... ..... #.... ....# ..#.. .....
        ##... ..... #.... ...#. ..#.. .....
        ..... ##### ..... ..#.. ##### .....
        ##... ..... ..... .#... ..#.. ##...
        ##... ..... ..... #.... ..... .#...
        ..... ..... ..... ..... ..... #....
        """,
    ),
)

_SPACE = 2
"""Dots between words."""


@cache
def _drawings() -> dict[str, tuple[str, ...]]:
    """The rows of dots of each letter, without the empty columns to its right.

    Digits keep all five columns, so that a changing number does not move.
    """
    found = {" ": (" " * _SPACE,) * DOTS}
    for letters, sheet in _SHEETS:
        rows = [row.split() for row in sheet.split("\n") if row.strip()]
        for index, letter in enumerate(letters):
            drawing = [row[index].replace(".", " ") for row in rows]
            width = 5 if letter.isdigit() else max(len(row.rstrip()) for row in drawing)
            found[letter] = tuple(row[:width] for row in drawing)
    return found


def plain(text: str) -> str:
    """`text` in the available letters: capitals without accents, straight quotes."""
    decomposed = unicodedata.normalize("NFD", text.upper().replace("’", "'"))
    return unicodedata.normalize(
        "NFC", "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    )


def drawable(text: str) -> bool:
    """Whether there are drawings for all of `text`. Hangul has none, for example."""
    return all(sign in _drawings() for sign in plain(text))


@lru_cache(maxsize=8192)
def cells(text: str) -> int:
    """Terminal columns that `text` takes. East Asian wide letters take two."""
    if _NARROW.fullmatch(text):
        return len(text)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)


_NARROW = re.compile("[ -ſ░▀▄█]*")
"""Most texts: European letters, and the drawing blocks."""


def cut(text: str, columns: int) -> str:
    """`text`, or as much of it as fits in `columns` cells, with an ellipsis."""
    if cells(text) <= columns:
        return text
    while text and cells(text) >= columns:
        text = text[:-1]
    return f"{text}…"


def wrapped(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns` cells, broken between words. A longer word is broken,
    too."""
    lines: list[str] = []
    for word in text.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= columns:
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for sign in word:
            if cells(lines[-1]) + cells(sign) > columns:
                lines.append("")
            lines[-1] += sign
    return lines


def centred(line: str, columns: int) -> str:
    """`line`, centred in `columns` cells."""
    spare = max(0, columns - cells(line))
    return " " * (spare // 2) + line + " " * (spare - spare // 2)


def width(text: str, scale: int) -> int:
    """Cells that `text` takes at `scale`. Raises KeyError if it isn't `drawable`."""
    return scale * max(0, sum(len(_drawings()[sign][0]) + 1 for sign in plain(text)) - 1)


def height(scale: int) -> int:
    """Rows that a line of letters takes at `scale`."""
    return -(-DOTS * scale // 2)


@lru_cache(maxsize=512)
def draw(text: str, scale: int) -> tuple[str, ...]:
    """`text` in rows of full and half blocks, all equally long."""
    signs = [_drawings()[sign] for sign in plain(text)]
    dots = [" ".join(sign[row] for sign in signs) for row in range(DOTS)]
    wide = ["".join(dot * scale for dot in row) for row in dots for _ in range(scale)]
    if len(wide) % 2:
        wide.append(" " * len(wide[0]))
    halves = {"  ": " ", "# ": "▀", " #": "▄", "##": "█"}
    return tuple(
        "".join(halves[above + below] for above, below in zip(upper, lower, strict=True))
        for upper, lower in zip(wide[::2], wide[1::2], strict=True)
    )


LARGEST = 8
"""The largest scale: letters of 28 rows, which leaves room for more than the number."""


@lru_cache(maxsize=512)
def at(text: str, columns: int, scale: int) -> tuple[str, ...] | None:
    """`text` drawn at `scale`, over several lines if necessary. None if it has no drawings, or if a
    word is wider than `columns`."""
    if not text.strip() or not drawable(text):
        return None
    lines = _wrapped(text, columns, scale)
    if lines is None:
        return None
    drawn: list[str] = []
    for line in lines:
        # An empty row between lines: at an even scale, letters fill all of theirs.
        if drawn and DOTS * scale % 2 == 0:
            drawn.append("")
        drawn += draw(line, scale)
    return tuple(drawn)


def _wrapped(text: str, columns: int, scale: int) -> list[str] | None:
    """`text` in lines of at most `columns`; None if a word is longer."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if width(longer, scale) <= columns and lines:
            lines[-1] = longer
        elif width(word, scale) <= columns:
            lines.append(word)
        else:
            return None
    return lines
