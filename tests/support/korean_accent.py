"""Korean with an American accent: espeak-ng's Korean sounds, mapped to the nearest English ones.

No natural Korean voice can be installed, but English-only voices can be given the sounds. The
result is a foreigner's Korean, from other throats than espeak-ng's.
"""

from __future__ import annotations

from collections.abc import Sequence

_BOTH = (
    *(("tʃh", "tʃ"), ("kh", "k"), ("th", "t"), ("ph", "p")),  # English aspirates at word starts
    *(("-", ""), ("q", "k"), ("tɕ", "tʃ"), ("dʑ", "dʒ"), ("ɕ", "ʃ"), ("ɫ", "l"), ("ɯ", "ʊ")),
)
_PIPER = (*_BOTH, ("ɐ", "ɑː"), ("o", "oʊ"), ("u", "uː"), ("i", "iː"), ("e", "eɪ"))
_HIBARI = (*_BOTH, ("ɐ", "ɑ"), ("o", "O"), ("e", "A"), ("ɾ", "T"))
_ONE_SIGN = (("tʃ", "ʧ"), ("dʒ", "ʤ"))
"""Pairs that hibari writes as one sign."""


def for_piper(phonemes: str) -> str:
    """Korean `phonemes` in the alphabet of an English piper voice."""
    return _respelt(phonemes, _PIPER)


def for_hibari(phonemes: str) -> str:
    """Korean `phonemes` in hibari's alphabet."""
    return _respelt(_respelt(phonemes, _HIBARI), _ONE_SIGN)


def _respelt(text: str, table: Sequence[tuple[str, str]]) -> str:
    """`text` read from the left, replacing at each position by the first entry that fits."""
    out, at = [], 0
    while at < len(text):
        found = next((pair for pair in table if text.startswith(pair[0], at)), None)
        out.append(found[1] if found else text[at])
        at += len(found[0]) if found else 1
    return "".join(out)
