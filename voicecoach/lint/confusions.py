"""Commands that are understood in the same state and sound alike."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

import numpy as np

from ..config import Config, layers
from ..core.events import URGENT, Intent, State
from .commands import Phrase, live_together
from .findings import Kind, LintFinding
from .near import Pairs, distances, near
from .pronouncing import IpaCache
from .remedies import Remedies
from .sounds import distance

ALIKE = 0.4
"""Two commands closer than this may be confused. Of 45 pairs that the embedded recogniser confused,
30 are closer; it mishears a clip 9 % of the time for pairs below, and 0.06 % for those above
(benchmarks/confusability.py)."""


def alike(
    config: Config,
    phrases: Sequence[Phrase],
    said: IpaCache,
    remedies: Remedies,
    files: Container[str],
) -> Iterator[LintFinding]:
    """Pairs of phrases of different commands, at least one in `files`; for two templates, only
    the closest pair."""
    closest: dict[frozenset[tuple[str, int, str]], tuple[float, Phrase, Phrase]] = {}
    spoken = [said.of(phrase.text, config.language) for phrase in phrases]
    pairs = _comparable(config, phrases, files, near(spoken, spoken, ALIKE))
    all_apart = distances(spoken, spoken, pairs, ALIKE)
    close = all_apart < ALIKE
    for (n, m), apart in zip(pairs[close].tolist(), all_apart[close].tolist(), strict=True):
        a, b = phrases[n], phrases[m]
        if allowed(config, a, b.text):
            continue
        templates = frozenset((p.place.file, p.place.line, p.command.intent) for p in (a, b))
        known = closest.get(templates)
        if known is None or apart < known[0]:
            closest[templates] = apart, a, b
    for apart, a, b in closest.values():
        change = remedies.weaker(a, b)
        yield _pair(config, apart, change, b if change is a else a, remedies)


def _comparable(
    config: Config, phrases: Sequence[Phrase], files: Container[str], pairs: Pairs
) -> Pairs:
    """The `pairs` that must be told apart, each once. Vectorised, because it keeps one pair of a
    hundred."""
    n, m = pairs.T
    inside = np.array([phrase.place.file in files for phrase in phrases], bool)
    pairs = pairs[(n < m) & (inside[n] | inside[m])]
    n, m = pairs.T
    intents = {intent: number for number, intent in enumerate(Intent)}
    intent = np.array([intents[phrase.command.intent] for phrase in phrases], int)
    commands = {phrase.command: number for number, phrase in enumerate(phrases)}
    command = np.array([commands[phrase.command] for phrase in phrases], int)
    numbers = np.array([phrase.numbers for phrase in phrases], bool)
    same = (intent[n] == intent[m]) & ((command[n] == command[m]) | numbers[n])
    pairs = pairs[~same]
    n, m = pairs.T
    meet = np.zeros((len(intents), len(intents)), bool)
    for a, b in {*zip(intent[n].tolist(), intent[m].tolist(), strict=True)}:
        meet[a, b] = bool(live_together(config, [*Intent][a], [*Intent][b]))
    told: Pairs = pairs[meet[intent[n], intent[m]]]
    return told


def _pair(
    config: Config, apart: float, phrase: Phrase, other: Phrase, remedies: Remedies
) -> LintFinding:
    where = f"{other.place.file}:{other.place.line}"
    how = "just like" if not apart else "like"
    states = live_together(config, phrase.command.intent, other.command.intent)
    return LintFinding.at(
        phrase.place,
        Kind.ALIKE,
        f'"{phrase.text}" sounds {how} "{other.text}" ({other.command} at {where})',
        f"{_why(phrase, other)} {in_states(states)}",
        remedies.instead_of(phrase) or "choose words that differ more",
        where,
    )


def _why(a: Phrase, b: Phrase) -> str:
    urgent = next((p for p in (b, a) if p.command.intent in URGENT), None)
    if urgent is not None:
        return f'"{urgent.text}" may be missed, or happen unasked,'
    return "one will be taken for the other"


def silenced(
    config: Config, phrases: Sequence[Phrase], said: IpaCache, files: Container[str]
) -> Iterator[LintFinding]:
    """Decoys that sound the same as a command, if either is in `files`: the decoy competes with
    the command, and may win."""
    decoys = config.phrases.decoys
    said.learn(decoys, config.language)
    name = layers.of_language(config.language, "commands")
    document = config.documents[name]
    if name not in files:
        phrases = [phrase for phrase in phrases if phrase.place.file in files]
    ours = [said.of(decoy, config.language) for decoy in decoys]
    theirs = [said.of(phrase.text, config.language) for phrase in phrases]
    for n, m in near(ours, theirs, 0.0).tolist():
        decoy, phrase = decoys[n], phrases[m]
        apart = distance(ours[n], theirs[m], 0.0)
        if phrase.text == decoy:
            continue  # a number, which is a decoy only where it is not understood
        if not apart and not allowed(config, phrase, decoy):
            where = f"{phrase.place.file}:{phrase.place.line}"
            yield LintFinding.at(
                document.fault(("decoys", n), ""),
                Kind.SILENCED,
                f'the decoy "{decoy}" sounds just like "{phrase.text}"'
                f" ({phrase.command} at {where})",
                f'"{phrase.text}" would be refused as often as it is said',
                f'take "{decoy}" out',
                where,
            )


def allowed(config: Config, phrase: Phrase, text: str) -> bool:
    """Whether the file allows `phrase` to sound like `text`."""
    fine = config.commands.alike_ok
    return text in fine.get(phrase.text, ()) or phrase.text in fine.get(text, ())


def in_states(states: frozenset[State]) -> str:
    """Names of states, in a sentence."""
    names = [state.value for state in State if state in states]
    if len(names) == len(State):
        return "at any time"
    if len(names) == 1:
        return f"in the state {names[0]}"
    return f"in the states {', '.join(names[:-1])} and {names[-1]}"
