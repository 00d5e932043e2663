"""What may be trained on: one function that checks everything that goes in.

Half of all speakers and voices and a tenth of all words never go in, so that they can judge. Which
ones follows from their names alone, so anybody who measures elsewhere leaves out the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

_ENGINES = ("flite", "festival", "fest-", "espeak", "mbrola")
"""Synthetic voices that only judge, and all their speech."""
_VOICES = ("jf_", "jm_")
"""Kokoro's Japanese voices, which only judge too."""
_KEPT_OF_TEN = 0


class RefusedError(ValueError):
    """Something that must only judge was about to be trained on."""


def number(name: str) -> int:
    """A hash of the name as a number."""
    return int(sha256(name.encode()).hexdigest(), 16)


def spoken(text: str) -> tuple[str, ...]:
    """The words of a text as the rule counts them: lower-case letters and apostrophes."""
    return tuple(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower().replace("\u2019", "'")))


def kept_word(word: str) -> bool:
    """Whether it is in the tenth of the vocabulary that judges."""
    return number(word.lower()) % 10 == _KEPT_OF_TEN


def kept_voice(name: str) -> bool:
    """Whether a voice or a speaker judges: half of them do, and all voices of some engines."""
    name = name.lower()
    return name.startswith(_VOICES) or any(e in name for e in _ENGINES) or number(name) % 2 == 1


def check(
    *, text: str | None = None, speakers: Iterable[str] = (), judges: frozenset[str] = frozenset()
) -> None:
    """Raises RefusedError if a sound must not be trained on.

    `text`: what is said, None if it isn't known. `speakers`: the speaker's id, or every voice in a
    synthetic mix. `judges`: speakers that another benchmark listens to.
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
