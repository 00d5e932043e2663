"""Texts for the synthetic voices: single words, short rows of words, numbers, and plain sentences.

They teach sounds, so every kind of word should occur and none often. An everyday English frame
around a few random words has the small words, the reductions and the intonation of speech. It need
not make sense. Words that judge (see rules) never occur.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.lexicon import lexicon
from training.rules import kept_word, may_train

_COMMON = 20_000
"""Size of the vocabulary, by frequency, before the tenth that judges is taken out."""
_FRAMES = """
i think the * is * than the *
we * the * when the * was *
do you * the * or the *
can you * me the *, please
where did you * the *
what is the * of your *
it was a * * in the *
she * her * and went to the *
he said that they * the *
they are * with a * of *
there is no * for the * here
my * wants to * the *
don't * the * before you *
how much * do we * this week
if you * it, i will * the *
you should * your * every *
let me * the * for you
the * and the * are both *
why is the * so *
i have to * in the *, then *
this is not the * i *
give me a * and two *
is that * or *
that's * enough for *
who * the * last *
it's about * * from the *
we'll * it over the *
one more * and we can *
keep your * on the * and *
put the * next to the *
i'd like * with *, but no *
you can't * a * like that
when do the * * again
have you ever * a *
take the * out of the *
the * was too * to *
there were * * and * *
just * it, then * it back
nobody * what the * did
my * is at the *, i think
because the * is *, we *
oh, the *, the * was *
well, that * is mine
after the * we always *
did the * * today
some * are *, some are *
i'm * about the *
all right, * the *
they've * a * for us
""".strip().splitlines()

DIGITS, TEENS, TENS = map(
    str.split,
    (
        "oh zero one two three four five six seven eight nine",
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
    ),
)
_AFTER = ("", "", "", " and a half", " and a quarter", " point five", " hundred")
"""What may follow a number: mostly nothing."""


def vocabulary(size: int = _COMMON) -> list[str]:
    """Words with a known pronunciation that may be trained on, most frequent first."""
    from wordfreq import top_n_list

    known = lexicon()
    words = top_n_list("en", size)
    return [w for w in words if w.isalpha() and len(w) > 1 and w in known and not kept_word(w)]


def frames() -> list[str]:
    """The sentence frames without a word that judges; `*` is a random word."""
    return [f for f in _FRAMES if may_train(text=f)]


class Writer:
    """Makes up texts. They depend only on the given generator."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = list(words)
        weight = 1 / (50 + np.arange(len(words), dtype=float)) ** 0.5
        self._weight = np.cumsum(weight / weight.sum())
        self._frames = frames()
        self._digits, self._teens, self._tens, self._after = (
            [part for part in parts if may_train(text=part)]
            for parts in (DIGITS, TEENS, TENS, _AFTER)
        )

    def text(self, rng: np.random.Generator) -> str:
        """A single word (a quarter), two to six words or numbers among words (a fifth each), or a
        sentence."""
        kind = rng.random()
        if kind < 0.25:
            return self._word(rng)
        if kind < 0.45:
            return self._row(rng, int(rng.integers(2, 7)))
        if kind < 0.65:
            return self._numbers(rng)
        frame = self._frames[int(rng.integers(len(self._frames)))]
        parts = frame.split("*")
        filled = "".join(p + self._word(rng) for p in parts[:-1]) + parts[-1]
        return filled + ("." if rng.random() < 0.7 else "?" if rng.random() < 0.6 else "!")

    def _word(self, rng: np.random.Generator) -> str:
        at = int(np.searchsorted(self._weight, rng.random()))
        return self._words[min(at, len(self._words) - 1)]

    def _row(self, rng: np.random.Generator, words: int) -> str:
        return " ".join(self._word(rng) for _ in range(words))

    def _numbers(self, rng: np.random.Generator) -> str:
        """Some digits, or one number, often with a word or two before or behind it."""
        before = self._row(rng, int(rng.integers(0, 3)))
        behind = self._row(rng, int(rng.integers(0, 2)))
        if rng.random() < 0.5:
            said = " ".join(_any(rng, self._digits) for _ in range(int(rng.integers(1, 6))))
        else:
            said = self._number(rng) + _any(rng, self._after)
        return " ".join(part for part in (before, said, behind) if part)

    def _number(self, rng: np.random.Generator) -> str:
        kind = rng.random()
        if kind < 0.3:
            return _any(rng, self._digits)
        if kind < 0.5:
            return _any(rng, self._teens)
        return _any(rng, self._tens) + (f" {_any(rng, self._digits[2:])}" if kind < 0.8 else "")


def _any(rng: np.random.Generator, parts: Sequence[str]) -> str:
    return parts[int(rng.integers(len(parts)))]
