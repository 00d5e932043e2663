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
from .events import Command, Grammar, Intent

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


_ANSWERS = frozenset({Intent.YES, Intent.NO})


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
    _places: Mapping[Intent, list[tuple[int, str]]] = field(init=False, repr=False, compare=False)
    """The phrases of each intent, with their positions in `phrases`. Few of tens of thousands are
    live."""
    _examples: dict[Intent, str] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """Cache of `examples`."""

    def __post_init__(self) -> None:
        places: dict[Intent, list[tuple[int, str]]] = defaultdict(list)
        for place, (phrase, command) in enumerate(self.phrases.items()):
            places[command.intent].append((place, phrase))
        object.__setattr__(self, "_places", dict(places))

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
        phrases = {phrase: self.phrases[phrase] for phrase in self._of(wanted)}
        if few:
            phrases = {phrase: each for phrase, each in phrases.items() if not _many(each)}
        # If nothing is asked, "no" is ordinary talk.
        answers = self._of(_ANSWERS) if not wanted & _ANSWERS else ()
        decoys = [decoy for decoy in self.decoys if decoy not in phrases]
        own = tuple(decoy for decoy in decoys if decoy in self.own_decoys)
        return Grammar(phrases, tuple(dict.fromkeys([*decoys, *answers])), own, self.pronounce)

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

    def _of(self, intents: Iterable[Intent]) -> list[str]:
        """The phrases of `intents`, in table order."""
        found = sorted(each for intent in intents for each in self._places.get(intent, ()))
        return [phrase for _, phrase in found]
