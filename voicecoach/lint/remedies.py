"""Finds a better word: one with the same meaning that sounds like no other command."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence

from ..config import Config
from ..config.grammar import NEEDED
from ..core.commands import normal
from ..core.events import URGENT, Intent
from .commands import Phrase, live_together
from .pronouncing import IpaCache

_CLEAR = 0.7
"""The least distance from every other command that makes a word worth a change."""


class Remedies:
    """Alternatives to a phrase."""

    def __init__(
        self,
        config: Config,
        phrases: Sequence[Phrase],
        said: IpaCache,
        unheard: Container[str],
    ) -> None:
        """`unheard`: phrases that the recogniser can't hear, so they are no remedy."""
        self._config = config
        self._unheard = unheard
        self._phrases = phrases
        self._said = said
        self._known: dict[Phrase, tuple[str, bool] | None] = {}

    def weaker(self, a: Phrase, b: Phrase) -> Phrase:
        """Which of two to change: the one that a set needs less, or else the one with a better
        word."""

        def order(phrase: Phrase) -> tuple[int, bool, str]:
            rank = _rank(phrase.command.intent)
            return rank, bool(self.instead_of(phrase)), phrase.command.intent.value

        return max(a, b, key=order)

    def instead_of(self, phrase: Phrase) -> str:
        """What to do about `phrase`, "" if no better word is known."""
        if phrase.numbers or phrase.command.slots:
            return ""
        better = self._better(phrase)
        if better is None:
            return ""
        word, there = better
        if there:
            return f'take "{phrase.text}" out: "{word}" means the same and sounds like no other'
        return f'say "{word}" instead, which sounds like no other'

    def _better(self, phrase: Phrase) -> tuple[str, bool] | None:
        """The alternative farthest from all others, and whether the file has it already."""
        if phrase not in self._known:
            self._known[phrase] = self._look(phrase)
        return self._known[phrase]

    def _look(self, phrase: Phrase) -> tuple[str, bool] | None:
        intent = phrase.command.intent
        own = [p.text for p in self._phrases if p.command == phrase.command and p != phrase]
        # Not a phrase with only an optional word more: "paws set" is no better than "paws".
        own = [text for text in own if text not in self._unheard]
        own = [text for text in own if phrase.text not in text and text not in phrase.text]
        suggested = map(normal, self._config.commands.other_words.get(intent, ()))
        candidates = dict.fromkeys([*own, *(text for text in suggested if text not in own)])
        self._said.learn(candidates, self._config.language)
        far = {text: self._room(text, intent) for text in candidates}
        best = max(far, key=lambda text: far[text], default=None)
        if best is None or far[best] < _CLEAR:
            return None
        return best, best in own

    def _room(self, text: str, intent: Intent) -> float:
        """The least distance of `text` from other commands that are understood with `intent`."""
        language = self._config.language
        others = [
            p.text
            for p in self._phrases
            if p.command.intent is not intent
            and live_together(self._config, p.command.intent, intent)
        ]
        if text in others:
            return 0.0
        room = math.inf
        for other in others:
            room = min(room, self._said.apart(text, other, language, room))
        return room if others else 1.0


def _rank(intent: Intent) -> int:
    if intent in URGENT:
        return 0
    return 1 if intent in NEEDED else 2
