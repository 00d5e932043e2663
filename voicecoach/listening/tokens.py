"""The tokenizer of Moonshine's English models: byte-pair encoding over pieces with U+2581.

`tokenizer.bin` is a list of length-prefixed byte strings: id 0 is unknown, 1 the start, 2 the end,
3 to 258 the single bytes, then the pieces in the order in which they were learned, which is also
the order of merging.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

START, END = 1, 2
_FIRST_BYTE, _FIRST_PIECE = 3, 259
_SPACE = "▁"


def _read(data: bytes) -> list[bytes]:
    """The byte strings of `data`, each after its length (two bytes from 128 on)."""
    strings, at = [], 0
    while at < len(data):
        length = data[at]
        at += 1
        if length >= 128:
            length += (data[at] - 1) * 128
            at += 1
        strings.append(data[at : at + length])
        at += length
    return strings


class Tokenizer:
    """Text to token ids as the model would write it, and back."""

    def __init__(self, path: Path) -> None:
        self._strings = _read(path.read_bytes())
        self._ids: dict[str, int] = {}
        for number, string in enumerate(self._strings[_FIRST_PIECE:], _FIRST_PIECE):
            self._ids.setdefault(string.decode(errors="replace"), number)
        self._word = lru_cache(maxsize=20_000)(self._merge)

    def encode(self, text: str) -> tuple[int, ...]:
        """The ids of `text`, without start and end.

        Pieces never span a space, so words are encoded one by one and cached.
        """
        return tuple(number for word in text.split() for number in self._word(_SPACE + word))

    def _merge(self, word: str) -> tuple[int, ...]:
        """Merge neighbours, earliest learned piece first, until none can be merged."""
        parts = list(word)
        while len(parts) > 1:
            ranks = [self._ids.get(a + b) for a, b in pairwise(parts)]
            known = [(rank, i) for i, rank in enumerate(ranks) if rank is not None]
            if not known:
                break
            _, i = min(known)
            parts[i : i + 2] = [parts[i] + parts[i + 1]]
        ids: list[int] = []
        for part in parts:
            if part in self._ids:
                ids.append(self._ids[part])
            else:
                ids += [_FIRST_BYTE + byte for byte in part.encode()]
        return tuple(ids)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`, without start, end and other special tokens."""
        data = b""
        for number in ids:
            if _FIRST_BYTE <= number < _FIRST_PIECE:
                data += bytes([number - _FIRST_BYTE])
            elif number >= _FIRST_PIECE:
                data += self._strings[number]
        return data.decode(errors="replace").replace(_SPACE, " ").strip()
