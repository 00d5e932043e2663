"""The phrases of a command file, few enough to compare each with each.

Numbers multiply phrases by hundreds, and all of a template sound alike; that is why the coach
repeats each number. So a few numbers represent all of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ..config import Config, Fault, layers
from ..core.commands import normal
from ..core.events import Command, Intent, State
from ..core.session import TABLE, Question, listens_for

_FIGURE = re.compile(r"[0-9]")

_NUMBERS = frozenset({*range(1, 11), 20, 50, 100})
"""The numbers that represent all. With several in a phrase, only the least and the greatest do."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say a command."""

    text: str
    """Normalised."""
    command: Command
    place: Fault
    """Where it is written."""

    @property
    def numbers(self) -> bool:
        """Whether it contains a number, or the stations of a superset: the coach repeats both, and
        exercises are compared by their names alone."""
        return any(
            isinstance(value, int | float) or name == "station"
            for name, value in self.command.slots
        )


def live_together(config: Config, a: Intent, b: Intent) -> frozenset[State]:
    """The states in which both are understood at the same time."""
    waits = config.phrases.only_asked & {a, b}
    both = _LIVE[a] & _LIVE[b]
    return frozenset(state for state, asked in both if asked is not None or not waits)


def live(config: Config, intent: Intent) -> frozenset[State]:
    """The states in which `intent` is understood."""
    return live_together(config, intent, intent)


_WHEN = [(state, None) for state in TABLE] + [
    (state, question)
    for state in TABLE
    for question in (Question.WEIGHT, Question.REPS)
    if Intent.ASK_WEIGHT in TABLE[state]
]
"""Each state, alone and with each number that may be asked for; then nothing else is understood."""

_LIVE: Mapping[Intent, frozenset[tuple[State, Question | None]]] = {
    intent: frozenset(
        (state, asked)
        for state, asked in _WHEN
        if intent in (listens_for(state) if asked is None else listens_for(state, asked))
    )
    for intent in Intent
}


def phrases_of(config: Config) -> list[Phrase]:
    """The phrases as they are spoken, with a few numbers, in the order of the file."""
    values: dict[tuple[Intent, str], set[float]] = defaultdict(set)
    for command in config.phrases.phrases.values():
        for name, value in command.slots:
            if isinstance(value, int | float):
                values[command.intent, name].add(value)
    extremes = {name: {min(occur), max(occur)} for name, occur in values.items()}
    usual = {name: (occur & _NUMBERS) or extremes[name] for name, occur in values.items()}
    kept = []
    for text, command in config.phrases.phrases.items():
        if _FIGURE.search(text):
            continue  # the same number is there in words
        numbers = [
            (command.intent, name, value)
            for name, value in command.slots
            if isinstance(value, int | float)
        ]
        few = extremes if len(numbers) > 1 else usual
        if all(value in few[intent, name] for intent, name, value in numbers) and not any(
            map(str.isdigit, text)
        ):
            kept.append(Phrase(text, command, _place(config, text, command)))
    return kept


def _place(config: Config, text: str, command: Command) -> Fault:
    """Where a phrase is written; an exercise's name, in the exercise's file."""
    if command.intent is Intent.EXERCISE:
        chosen = dict(command.slots).get("exercise")
        for exercise in config.offered:
            if exercise.id == chosen and text in map(normal, (exercise.name, *exercise.called)):
                key = "name" if normal(exercise.name) == text else "called"
                return config.text_of(exercise.id, key)
    document = config.documents[layers.of_language(config.language, "commands")]
    return document.fault(config.commands.origins[text], "")
