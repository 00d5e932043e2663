"""How alike two pronunciations sound: an edit distance over phonetic features.

A sound is its place and manner of articulation and its voicing, or its height, backness and
rounding. Changing one into another costs more, the better an ear (and a recogniser) can tell them
apart: little for "b" and "p", a lot for "s" and "o". Leaving out a sound that is hardly heard
costs little: the "k" at the end of "lock", the second half of a diphthong.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

_VOWELS: Mapping[str, tuple[float, float, float]] = {
    # height (0 close, 1 open), backness (0 front, 1 back), rounding
    "i": (0, 0, 0),
    "y": (0, 0, 1),
    "ɨ": (0, 0.5, 0),
    "ʉ": (0, 0.5, 1),
    "ɯ": (0, 1, 0),
    "u": (0, 1, 1),
    "ɪ": (0.2, 0.15, 0),
    "ʏ": (0.2, 0.15, 1),
    "ᵻ": (0.25, 0.4, 0),
    "ʊ": (0.2, 0.85, 1),
    "e": (0.35, 0, 0),
    "ø": (0.35, 0, 1),
    "ɘ": (0.4, 0.5, 0),
    "ɵ": (0.4, 0.5, 1),
    "ɤ": (0.4, 1, 0),
    "o": (0.4, 1, 1),
    "ə": (0.5, 0.5, 0),
    "ɚ": (0.5, 0.5, 0),
    "ɛ": (0.65, 0.05, 0),
    "œ": (0.65, 0.05, 1),
    "ɜ": (0.6, 0.5, 0),
    "ɝ": (0.6, 0.5, 0),
    "ʌ": (0.7, 0.65, 0),
    "ɔ": (0.7, 1, 1),
    "æ": (0.85, 0.1, 0),
    "ɐ": (0.8, 0.5, 0),
    "a": (1, 0.35, 0),
    "ɑ": (1, 0.9, 0),
    "ɒ": (1, 1, 1),
}

_PLACES: Mapping[str, float] = {
    # from the lips (0) to the throat (1)
    **dict.fromkeys("pbmɸβʋ", 0.0),
    **dict.fromkeys("fvɱ", 0.1),
    **dict.fromkeys("θð", 0.2),
    **dict.fromkeys("tdnszlrɾɹ", 0.3),
    **dict.fromkeys("ʃʒɻɖʈʂʐ", 0.4),
    **dict.fromkeys("ɕʑçʝɲʎjcɟ", 0.5),
    **dict.fromkeys("kɡgxɣŋɫɰ", 0.8),
    **dict.fromkeys("qχʁʀɴ", 0.9),
    **dict.fromkeys("hɦʔħ", 1.0),
    "w": 0.2,
}

_STOPS, _AFFRICATES, _FRICATIVES, _NASALS, _LATERALS, _RHOTICS, _GLIDES = range(7)

_MANNERS: Mapping[str, int] = {
    **dict.fromkeys("pbtdkɡgqʔʈɖcɟ", _STOPS),
    **dict.fromkeys("fvθðszʃʒɕʑçʝxɣχhɦħɸβʂʐ", _FRICATIVES),
    **dict.fromkeys("mɱnɲŋɴ", _NASALS),
    **dict.fromkeys("lʎɫ", _LATERALS),
    **dict.fromkeys("rɾɹɻʁʀ", _RHOTICS),
    **dict.fromkeys("wjɰʋ", _GLIDES),
}

_BETWEEN_MANNERS: Mapping[frozenset[int], float] = {
    frozenset({_STOPS, _AFFRICATES}): 0.25,
    frozenset({_STOPS, _FRICATIVES}): 0.4,
    frozenset({_STOPS, _NASALS}): 0.5,
    frozenset({_AFFRICATES, _FRICATIVES}): 0.2,
    frozenset({_LATERALS, _RHOTICS}): 0.3,
    frozenset({_LATERALS, _GLIDES}): 0.3,
    frozenset({_RHOTICS, _GLIDES}): 0.25,
    frozenset({_NASALS, _LATERALS}): 0.4,
    frozenset({_NASALS, _RHOTICS}): 0.5,
    frozenset({_NASALS, _GLIDES}): 0.5,
}
_OTHER_MANNERS = 0.7
_OBSTRUENTS = frozenset({_STOPS, _AFFRICATES, _FRICATIVES})
"""Sounds that are voiced or voiceless; all others are voiced."""
_FORCED = frozenset({_STOPS, _FRICATIVES})
_VOICED = frozenset("bdɡgvðzʒʑʝɣβɦʐɖɟʁ")
_SIBILANTS = frozenset("szʃʒɕʑʂʐ")

_GLIDE_VOWELS = {"j": "iɪ", "w": "uʊ", "ɹ": "ɚɝ", "ɰ": "ɯ"}
"""Consonants that hardly differ from some vowels."""


_LEAST = 0.4
"""The least weight of a sound."""

_AFFRICATED = frozenset({"tʃ", "dʒ", "tɕ", "dʑ"})

_FORCES = frozenset("h-")
"""How espeak-ng marks aspirated and tense sounds; the mark follows the sound."""


@dataclass(frozen=True, slots=True, eq=False)
class Phone:
    """One sound of a pronunciation. Made by `_sound`, so that equal ones are identical: they are
    looked up by the million."""

    letter: str
    """In IPA, without length or stress; an affricate by its second half."""
    affricate: bool = False
    force: str = ""
    """"h" for an aspirated stop, "-" for a tense one, which Korean distinguishes."""
    weight: float = 1.0
    """The cost of leaving it out, from 0 to 1."""


_sound = cache(Phone)


@dataclass(frozen=True, slots=True)
class Sounds:
    """A pronunciation."""

    each: tuple[Phone, ...]
    weight: float
    """The sum of the sounds' weights."""


@lru_cache(maxsize=20_000)
def sounds(ipa: str) -> Sounds:
    """The sounds of a pronunciation in IPA; other characters are skipped."""
    each = tuple(sound for word in ipa.split() for sound in _word(word))
    return Sounds(each, sum(sound.weight for sound in each))


def distance(a: Sounds, b: Sounds, within: float = math.inf) -> float:
    """0 for the same sounds; 2 and more for words that have nothing in common.

    The cost of changing one into the other, divided by the root of their length: long phrases
    have more to tell them apart, but a word that differs stays different beside words that agree
    ("four more", "talk more"). Above `within` the result is infinite, which is much faster.
    """
    root = math.sqrt((a.weight + b.weight) / 2)
    most = within * root
    if not root or abs(len(a.each) - len(b.each)) * _LEAST > most:
        return math.inf if root else 0.0
    row = [0.0]
    for right in b.each:
        row.append(row[-1] + right.weight)
    for left in a.each:
        diagonal, row[0] = row[0], row[0] + left.weight
        for n, right in enumerate(b.each, start=1):
            changed = diagonal + change(left, right)
            diagonal = row[n]
            row[n] = min(changed, diagonal + left.weight, row[n - 1] + right.weight)
        if min(row) > most:
            return math.inf
    return row[-1] / root if row[-1] <= most else math.inf


@cache
def _word(ipa: str) -> tuple[Phone, ...]:
    return tuple(_weighed(tuple(_letters(ipa))))


def _letters(word: str) -> Iterator[Phone]:
    letters = "".join(c for c in word if c in _VOWELS or c in _MANNERS or c in _FORCES)
    n = 0
    while n < len(letters):
        affricate = letters[n : n + 2] in _AFFRICATED
        n += affricate
        letter, after = letters[n], letters[n + 1 : n + 2]
        force = after if after in _FORCES and _MANNERS.get(letter) in _FORCED else ""
        n += 1 + len(force)
        if letter != "-":
            yield _sound(letter, affricate, force, 1.0)


def _weighed(word: Sequence[Phone]) -> Iterator[Phone]:
    """The sounds of a word, weighted by their position."""
    for n, sound in enumerate(word):
        after_vowel = n > 0 and word[n - 1].letter in _VOWELS
        weight = _weight(sound, after_vowel, n == len(word) - 1)
        yield _sound(sound.letter, sound.affricate, sound.force, weight)


def _weight(sound: Phone, after_vowel: bool, last: bool) -> float:
    if sound.letter in _VOWELS:
        if after_vowel and sound.letter in "ɪʊ":  # the end of a diphthong
            return _LEAST
        return 0.7 if sound.letter in "əᵻɐ" else 1.0
    if sound.letter == "h" or (after_vowel and sound.letter in "ɹwj"):
        return _LEAST
    if last:
        return _LEAST if _manner(sound) == _STOPS else 0.6
    return 0.8


def _manner(sound: Phone) -> int:
    return _AFFRICATES if sound.affricate else _MANNERS[sound.letter]


@cache
def change(a: Phone, b: Phone) -> float:
    """The cost of changing `a` into `b`: never more than leaving out one and adding the other."""
    if a.letter in _VOWELS and b.letter in _VOWELS:
        apart = _between_vowels(a.letter, b.letter)
    elif a.letter in _VOWELS or b.letter in _VOWELS:
        consonant, vowel = (b, a) if a.letter in _VOWELS else (a, b)
        apart = 0.3 if vowel.letter in _GLIDE_VOWELS.get(consonant.letter, "") else 2.0
    else:
        apart = _between_consonants(a, b)
    return min(apart * (a.weight + b.weight) / 2, a.weight + b.weight)


def _between_vowels(a: str, b: str) -> float:
    height, back, rounding = (abs(x - y) for x, y in zip(_VOWELS[a], _VOWELS[b], strict=True))
    return min(1.0, 1.0 * height + 0.6 * back + 0.15 * rounding)


def _between_consonants(a: Phone, b: Phone) -> float:
    manners = frozenset({_manner(a), _manner(b)})
    apart = 0.8 * abs(_PLACES[a.letter] - _PLACES[b.letter])
    if len(manners) > 1:
        apart += _BETWEEN_MANNERS.get(manners, _OTHER_MANNERS)
    if (a.letter in _VOICED) != (b.letter in _VOICED) and manners <= _OBSTRUENTS:
        apart += 0.15
    if (a.letter in _SIBILANTS) != (b.letter in _SIBILANTS):
        apart += 0.2
    if a.force != b.force:
        apart += 0.1
    return min(1.0, apart)
