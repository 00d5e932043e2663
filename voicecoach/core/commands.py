"""The phrase table: what a text means, and which phrases a recogniser must know.

The table is made from `config/languages/<language>/commands.toml`. It is the parser, the
recogniser's grammar and the source of the tests. A text is a command only if it is in the table,
word for word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from .effort import MOST_LEFT
from .events import Command, Grammar, Intent, PhraseGroup

_NORMAL = re.compile(r"\w+(?:(?: |(?<=\d)\.(?=\d))\w+)*")
"""Matches what is in normal form already, as most of the tens of thousands of phrases are."""

_NOT_SPOKEN = re.compile(r"(?:[^\w'.]|\.(?!\d)|(?<!\d)\.)+")


def normal(text: str) -> str:
    """The form in which texts are compared: lower case, one space between words.

    Punctuation is removed. Apostrophes inside words ("what's") and decimal points ("82.5") stay.
    """
    text = text.lower()
    if _NORMAL.fullmatch(text):
        return text
    words = (word.strip("'") for word in _NOT_SPOKEN.split(text.replace("’", "'")))
    return " ".join(word for word in words if word)


_DIGIT = re.compile(r"\d")


def _usual(numbers: Collection[float]) -> float:
    """The number that an example of this slot uses."""
    if _TEN in numbers:
        return _TEN
    return min((number for number in numbers if number > 1), default=min(numbers))


_TEN = 10


def _many(command: Command) -> bool:
    """Whether it is a bare number of more reps than anybody can tell were left."""
    ((_, value), *_) = command.slots or (("", 0),)
    return command.intent is Intent.NUMBER and not (isinstance(value, int) and value <= MOST_LEFT)


_ANSWERS = (Intent.YES, Intent.NO)


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """Every phrase of a language with its meaning. `config.grammar` makes it."""

    phrases: Mapping[str, Command]
    """Normal form -> meaning. Each number appears both in words and in digits."""
    decoys: tuple[str, ...] = ()
    """Phrases that sound like commands and mean nothing, in normal form."""
    own_decoys: frozenset[str] = frozenset()
    """The decoys that the lifter wrote."""
    only_asked: frozenset[Intent] = frozenset()
    """Intents that are listened for only while the coach asks for a number."""
    pronounce: Mapping[str, str] = field(default_factory=dict)
    """How to pronounce a word, spelt in other words."""
    _groups: Mapping[Intent, PhraseGroup] = field(init=False, repr=False, compare=False)
    """The phrases of each intent."""
    _few: PhraseGroup = field(init=False, repr=False, compare=False)
    """The numbers that answer how many reps were left."""
    _examples: dict[Intent, str] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """Cache of `examples`."""

    def __post_init__(self) -> None:
        groups: dict[Intent, dict[str, Command]] = defaultdict(dict)
        for phrase, command in self.phrases.items():
            groups[command.intent][phrase] = command
        numbers = groups.get(Intent.NUMBER, {})
        few = {phrase: each for phrase, each in numbers.items() if not _many(each)}
        made = {intent: PhraseGroup(phrases) for intent, phrases in groups.items()}
        object.__setattr__(self, "_groups", made)
        object.__setattr__(self, "_few", PhraseGroup(few))

    def parse(self, text: str) -> Command | None:
        """What `text` means, or None if it is not a command."""
        return self.phrases.get(normal(text))

    def grammar(self, live: Iterable[Intent]) -> Grammar:
        """What to listen for while only the intents in `live` make sense."""
        wanted = frozenset(live)
        # Not asked for a weight, but for how many reps were left: only small numbers.
        few = Intent.LEFT in wanted and Intent.HALF not in wanted
        if Intent.NUMBER not in wanted or few:
            wanted -= self.only_asked
        groups = tuple(
            self._few if few and intent is Intent.NUMBER else group
            for intent, group in self._groups.items()
            if intent in wanted
        )
        decoys = [d for d in self.decoys if not any(d in group.phrases for group in groups)]
        own = tuple(decoy for decoy in decoys if decoy in self.own_decoys)
        # If nothing is asked, "no" is ordinary talk.
        answers = _ANSWERS if wanted.isdisjoint(_ANSWERS) else ()
        for answer in answers:
            decoys += self._groups[answer].phrases if answer in self._groups else ()
        return Grammar(groups, tuple(dict.fromkeys(decoys)), own, self.pronounce)

    def examples(self) -> Mapping[Intent, str]:
        """The shortest phrase of each intent; of equally short ones, the first in the file. Its
        number suits the noun beside it: ten, or else the least above one ("one kilos" is wrong).
        Intents in `only_asked` are left out."""
        if not self._examples:
            self._examples.update(self._found_examples())
        return dict(self._examples)

    def _found_examples(self) -> Mapping[Intent, str]:
        numbers: dict[tuple[Intent, str], set[float]] = defaultdict(set)
        for command in self.phrases.values():
            for name, value in command.slots:
                if not isinstance(value, str):
                    numbers[command.intent, name].add(value)
        usual = {slot: _usual(values) for slot, values in numbers.items()}
        shortest: dict[Intent, str] = {}
        for phrase, command in self.phrases.items():
            intent = command.intent
            if _DIGIT.search(phrase):
                continue  # the same phrase is there in words
            if any(value != usual.get((intent, name), value) for name, value in command.slots):
                continue
            if intent not in shortest or phrase.count(" ") < shortest[intent].count(" "):
                shortest[intent] = phrase
        return {i: phrase for i, phrase in shortest.items() if i not in self.only_asked}
