"""Who and what may be trained on: one function, asked of everything that goes in.

Half of all speakers and voices and a tenth of all words never go in, so that they can judge.
Which ones follows from their names alone: whoever measures elsewhere leaves out the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

_ENGINES = ("flite", "festival", "fest-", "espeak", "mbrola")
"""Synthetic voices that only judge, with all that they speak."""
_VOICES = ("jf_", "jm_")
"""Kokoro's Japanese voices, which judge as well."""
_KEPT_OF_TEN = 0


class RefusedError(ValueError):
    """Something that must only judge was about to be trained on."""


def number(name: str) -> int:
    """A name as a number that has nothing to do with what it names."""
    return int(sha256(name.encode()).hexdigest(), 16)


def spoken(text: str) -> tuple[str, ...]:
    """The words of a text as the rule counts them: small letters and apostrophes."""
    return tuple(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower().replace("\u2019", "'")))


def kept_word(word: str) -> bool:
    """Whether it is of the tenth of the vocabulary that judges."""
    return number(word.lower()) % 10 == _KEPT_OF_TEN


def kept_voice(name: str) -> bool:
    """Whether a voice or a speaker judges: half of them do, and some engines whole."""
    name = name.lower()
    return name.startswith(_VOICES) or any(e in name for e in _ENGINES) or number(name) % 2 == 1


def check(
    *, text: str | None = None, speakers: Iterable[str] = (), judges: frozenset[str] = frozenset()
) -> None:
    """Raises RefusedError if a sound must not be trained on.

    `text` is what is said, None where it is not known; `speakers` are the speaker's id, or
    every voice that a synthetic one is mixed of; `judges` are speakers that a benchmark beside
    this one listens to.
    """
    for name in speakers:
        if kept_voice(name):
            raise RefusedError(f"the voice {name!r} is kept for judging")
        if name in judges:
            raise RefusedError(f"{name!r} speaks in the benchmark")
    for word in spoken(text or ""):
        if kept_word(word):
            raise RefusedError(f"the word {word!r} is kept for judging")


def may_train(
    *, text: str | None = None, speakers: Iterable[str] = (), judges: frozenset[str] = frozenset()
) -> bool:
    """Whether `check` lets it pass."""
    try:
        check(text=text, speakers=speakers, judges=judges)
    except RefusedError:
        return False
    return True
