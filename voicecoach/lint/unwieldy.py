"""Commands that take too long to say. Under a weight, people manage a word or two.

And a command is heard only when it is over: with a "stop" that takes two seconds, nothing can be
silent within 100 ms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from ..core.events import URGENT, Intent
from .commands import Phrase
from .findings import Kind, LintFinding

_LOADED = frozenset(
    {
        *(Intent.DONE, Intent.PAUSE, Intent.LOCKED, Intent.RESUME),
        *(Intent.SLOWER, Intent.FASTER),
    }
)

_AT_MOST: Mapping[Intent, tuple[int, int]] = {
    **dict.fromkeys(URGENT, (3, 6)),
    **dict.fromkeys(_LOADED, (4, 9)),
}
"""Most words and syllables of a command said with a weight in the hands, or just put down: at four
or five syllables a second, a "stop" takes a second and a half, the others two."""

_ELSEWHERE = (8, 16)
"""The same between sets, for a command without a number. Speech of 2.75 s and more is taken for
talk, whatever it says."""

_SYLLABLE = re.compile(r"[aeiouyàáâäæåèéêëìíîïòóôöøùúûüýœ]+|[\uac00-\ud7a3]", re.IGNORECASE)
"""About one syllable per match in Latin letters; in Korean exactly one."""


def unwieldy(phrases: Sequence[Phrase], files: Collection[str]) -> Iterator[LintFinding]:
    """One finding for each command with such phrases, at the longest one."""
    by_place: dict[tuple[str, int, Intent], list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        if phrase.place.file in files and not _named(phrase) and _too_long(phrase):
            place = phrase.place
            by_place[place.file, place.line, phrase.command.intent].append(phrase)
    for (_, _, intent), long in by_place.items():
        others = [each for each in phrases if each.command.intent is intent and each not in long]
        yield _finding(max(long, key=_size), others)


def _finding(phrase: Phrase, others: Sequence[Phrase]) -> LintFinding:
    intent = phrase.command.intent
    words, syllables = _size(phrase)
    most = _most(intent)
    size = f"{words} words" if words > most[0] else f"about {syllables} syllables"
    shorter = min(others, key=_size, default=None)
    if intent in URGENT:
        why = "nobody can say it under a load, and it is heard no sooner than it is over"
    elif intent in _LOADED:
        why = "a lifter who holds a weight has no breath for it"
    else:
        why = "what takes longer than 2.7 seconds is taken for talk and not listened to"
    return LintFinding.at(
        phrase.place,
        Kind.LENGTHY,
        f'"{phrase.text}" ({intent.value}) has {size}',
        why,
        f'"{shorter.text}" does the same: take the long one out'
        if shorter
        else f"a word or two would do, {most[0]} at most",
    )


def _too_long(phrase: Phrase) -> bool:
    words, syllables = _size(phrase)
    most = _most(phrase.command.intent)
    return words > most[0] or syllables > most[1]


def _most(intent: Intent) -> tuple[int, int]:
    return _AT_MOST.get(intent, _ELSEWHERE)


def _named(phrase: Phrase) -> bool:
    """A phrase with a number or a name is as long as that makes it, so it is not checked."""
    return bool(phrase.command.slots) and phrase.command.intent not in _AT_MOST


def _size(phrase: Phrase) -> tuple[int, int]:
    return len(phrase.text.split()), len(_SYLLABLE.findall(phrase.text))
