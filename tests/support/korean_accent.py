"""Korean in an American's mouth: its sounds, as espeak-ng writes them, by the nearest English ones.

No natural Korean voice can be installed, but voices that know English only can be told the
sounds. What comes out is a foreigner's Korean, from other throats than espeak-ng's.
"""

from __future__ import annotations

from collections.abc import Sequence

_BOTH = (
    *(("tʃh", "tʃ"), ("kh", "k"), ("th", "t"), ("ph", "p")),  # As English begins a word anyway.
    *(("-", ""), ("q", "k"), ("tɕ", "tʃ"), ("dʑ", "dʒ"), ("ɕ", "ʃ"), ("ɫ", "l"), ("ɯ", "ʊ")),
)
_PIPER = (*_BOTH, ("ɐ", "ɑː"), ("o", "oʊ"), ("u", "uː"), ("i", "iː"), ("e", "eɪ"))
_HIBARI = (*_BOTH, ("ɐ", "ɑ"), ("o", "O"), ("e", "A"), ("ɾ", "T"))
_ONE_SIGN = (("tʃ", "ʧ"), ("dʒ", "ʤ"))
"""What hibari writes as one sign."""


def for_piper(phonemes: str) -> str:
    """Korean `phonemes` in the alphabet of an English piper voice."""
    return _respelt(phonemes, _PIPER)


def for_hibari(phonemes: str) -> str:
    """Korean `phonemes` in hibari's alphabet."""
    return _respelt(_respelt(phonemes, _HIBARI), _ONE_SIGN)


def _respelt(text: str, table: Sequence[tuple[str, str]]) -> str:
    """`text` read from the left; at each place the first entry that fits is put."""
    out, at = [], 0
    while at < len(text):
        found = next((pair for pair in table if text.startswith(pair[0], at)), None)
        out.append(found[1] if found else text[at])
        at += len(found[0]) if found else 1
    return "".join(out)
