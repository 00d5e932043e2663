"""English sounds as the spotter's network writes them, and words as rows of such sounds.

The sounds are the 39 of the CMU Pronouncing Dictionary, here as IPA signs. Two more tokens are no
sounds: the boundary between words, and the blank, which stands for everything but the foreground's
speech.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

ARPABET: Mapping[str, str] = {
    "AA": "ɑ",
    "AE": "æ",
    "AH": "ʌ",
    "AO": "ɔ",
    "AW": "aʊ",
    "AY": "aɪ",
    "EH": "ɛ",
    "ER": "ɝ",
    "EY": "eɪ",
    "IH": "ɪ",
    "IY": "i",
    "OW": "oʊ",
    "OY": "ɔɪ",
    "UH": "ʊ",
    "UW": "u",
    "B": "b",
    "CH": "t͡ʃ",
    "D": "d",
    "DH": "ð",
    "F": "f",
    "G": "g",
    "HH": "h",
    "JH": "d͡ʒ",
    "K": "k",
    "L": "l",
    "M": "m",
    "N": "n",
    "NG": "ŋ",
    "P": "p",
    "R": "ɹ",
    "S": "s",
    "SH": "ʃ",
    "T": "t",
    "TH": "θ",
    "V": "v",
    "W": "w",
    "Y": "j",
    "Z": "z",
    "ZH": "ʒ",
}
"""The dictionary's names, without stress, and their IPA signs."""
SCHWA = "ə"
"""AH without stress."""
SOUNDS: tuple[str, ...] = (*ARPABET.values(), SCHWA)
WORD = len(SOUNDS)
"""The token between two words."""
BLANK = WORD + 1
TOKENS = BLANK + 1
NUMBER: Mapping[str, int] = {sound: number for number, sound in enumerate(SOUNDS)}
VOWELS = frozenset((*range(NUMBER["b"]), NUMBER[SCHWA]))
"""Their numbers."""

Pronunciation = tuple[int, ...]
"""A word as numbers of `SOUNDS`."""
Pronounce = Callable[[str], Sequence[Pronunciation]]
"""Every pronunciation of a word; empty if nobody knows it."""


def from_arpabet(sounds: Iterable[str]) -> Pronunciation:
    """`["S", "T", "AA1", "P"]` as token numbers."""
    return tuple(
        NUMBER[SCHWA if sound == "AH0" else ARPABET[sound.rstrip("012")]] for sound in sounds
    )


_IPA: Mapping[str, tuple[str, ...]] = {
    # espeak-ng's signs for American English, if they differ.
    "ɚ": ("ɝ",),
    "ɜː": ("ɝ",),
    "ɐ": ("ə",),
    "ᵻ": ("ɪ",),
    "ɾ": ("t",),
    "ɡ": ("g",),
    "ɔːɹ": ("ɔ", "ɹ"),
    "oːɹ": ("ɔ", "ɹ"),
    "ɑːɹ": ("ɑ", "ɹ"),
    "ɑː": ("ɑ",),
    "ɔː": ("ɔ",),
    "iː": ("i",),
    "uː": ("u",),
    "tʃ": ("t͡ʃ",),
    "dʒ": ("d͡ʒ",),
    "r": ("ɹ",),
    "l̩": ("ə", "l"),
    "əl": ("ə", "l"),
    "n̩": ("ə", "n"),
    "ɛɹ": ("ɛ", "ɹ"),
    "ʔ": ("t",),
    "a": ("æ",),
    "o": ("oʊ",),
}


def from_ipa(text: str) -> Pronunciation:
    """A word in IPA as token numbers. Unknown signs are skipped."""
    signs = {**{sound: (sound,) for sound in SOUNDS}, **_IPA}
    longest = max(map(len, signs))
    row: list[int] = []
    at = 0
    text = text.replace("ˈ", "").replace("ˌ", "")
    while at < len(text):
        for length in range(longest, 0, -1):
            sounds = signs.get(text[at : at + length])
            if sounds:
                row += [NUMBER[sound] for sound in sounds]
                at += length
                break
        else:
            at += 1
    return tuple(row)
