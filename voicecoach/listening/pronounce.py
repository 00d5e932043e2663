"""How words are pronounced: by a dictionary, and by their letters where it has none.

The file that it reads was made by `training.spelling` from the CMU Pronouncing Dictionary:
first lines "word S OW N D S", then, after an empty line, rules "letters S OW N D S": what the
letter in the middle sounds like among its neighbours. So it needs no library, and is the same on
every platform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

from .phonemes import NUMBER, SOUNDS, Pronunciation

AROUND = 3
"""Letters to either side that a rule may look at."""
EDGE = "_"
"""Stands for what is before and after a word."""
_MOST = 6
"""Ways to speak a phrase of which so many are followed: of long phrases' words the later ones'
ways first."""

_LETTERS = (
    "a eɪ;b b i;c s i;d d i;e i;f ɛ f;g d͡ʒ i;h eɪ t͡ʃ;i aɪ;j d͡ʒ eɪ;k k eɪ;l ɛ l;m ɛ m;n ɛ n;o oʊ;"
    "p p i;q k j u;r ɑ ɹ;s ɛ s;t t i;u j u;v v i;w d ʌ b ə l j u;x ɛ k s;y w aɪ;z z i"
)
_NAMES: Mapping[str, Pronunciation] = {
    letter: tuple(NUMBER[sound] for sound in sounds)
    for letter, *sounds in (entry.split() for entry in _LETTERS.split(";"))
}
_CODES = "".join(chr(ord("A") + number) for number in range(len(SOUNDS)))


def coded(sounds: Pronunciation) -> str:
    """Sounds as letters, one each, as the file holds them."""
    return "".join(_CODES[sound] for sound in sounds)


def decoded(code: str) -> Pronunciation:
    return tuple(_CODES.index(letter) for letter in code)


def contexts(word: str, at: int) -> Iterator[str]:
    """What a rule may say of a letter, from most neighbours to none: "__s[t]op_" and so on."""
    padded = EDGE * AROUND + word + EDGE * AROUND
    middle = at + AROUND
    for width in range(2 * AROUND, -1, -1):
        right = (width + 1) // 2
        before = padded[middle - (width - right) : middle]
        yield f"{before}[{word[at]}]{padded[middle + 1 : middle + 1 + right]}"


class Dictionary:
    """Words to sounds."""

    def __init__(self, text: str) -> None:
        """`text`: the whole file."""
        words, _, rules = text.partition("\n\n")
        # Looked up where it stands: to take a hundred thousand lines apart takes its time.
        self._words = f"\n{words}\n"
        self._rules = dict(line.split(" ", 1) for line in rules.splitlines() if " " in line)
        self._asked: dict[str, tuple[Pronunciation, ...]] = {}

    def phrase(self, text: str) -> list[tuple[Pronunciation, ...]]:
        """Every way in which a phrase may be spoken, word by word; the usual one first."""
        words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower().replace("\u2019", "'"))
        ways = [self.word(word) for word in words]
        return [way for _, way in zip(range(_MOST), product(*ways), strict=False)]

    def word(self, word: str) -> tuple[Pronunciation, ...]:
        """The ways to say a word, the usual one first."""
        if word not in self._asked:
            self._asked[word] = self._ways(word)
        return self._asked[word]

    def _ways(self, word: str) -> tuple[Pronunciation, ...]:
        known = self._known(word)
        if known:
            return known
        if word.endswith("'s") and self._known(word[:-2]):
            return tuple((*sounds, NUMBER["z"]) for sounds in self.word(word[:-2]))
        if not re.search("[aeiouy]", word):
            return (tuple(sound for letter in word for sound in _NAMES.get(letter, ())),)
        parts = self._compound(word)
        return (parts or self._spelt(word),)

    def knows(self, word: str) -> bool:
        """Whether the dictionary has it, so that nothing is guessed."""
        return bool(self._known(word))

    def _known(self, word: str) -> tuple[Pronunciation, ...]:
        at = self._words.find(f"\n{word} ")
        if at < 0:
            return ()
        line = self._words[at + 1 : self._words.index("\n", at + 1)]
        return tuple(decoded(code) for code in line.split()[1:])

    def _compound(self, word: str) -> Pronunciation:
        """Two words of four letters and more that are written as one."""
        for cut in range(len(word) - 4, 3, -1):
            first, second = self._known(word[:cut]), self._known(word[cut:])
            if first and second:
                return (*first[0], *second[0])
        return ()

    def _spelt(self, word: str) -> Pronunciation:
        sounds: list[int] = []
        for at in range(len(word)):
            rule = next((self._rules[c] for c in contexts(word, at) if c in self._rules), "-")
            sounds += decoded(rule.strip("-"))
        return tuple(sounds)
