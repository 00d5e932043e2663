"""Commands that are understood in the same state and sound alike."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from ..config import Config, layers
from ..core.decision import URGENT
from ..core.events import State
from .commands import Phrase, live_together
from .findings import Finding, Kind
from .near import near
from .pronouncing import Pronunciations
from .remedies import Remedies
from .sounds import distance

ALIKE = 0.4
"""Below this distance two commands may be taken for each other. Of 45 pairs that the embedded
recogniser confused, 30 lie below it; it mishears a clip 9 % of the time for pairs below, and
0.06 % for those above (benchmarks/confusability.py)."""


def alike(
    config: Config,
    phrases: Sequence[Phrase],
    said: Pronunciations,
    remedies: Remedies,
    files: Container[str],
) -> Iterator[Finding]:
    """Pairs of phrases of different commands, one of them in `files`; of two templates, the
    closest pair."""
    closest: dict[frozenset[tuple[str, int, str]], tuple[float, Phrase, Phrase]] = {}
    spoken = [said.of(phrase.text, config.language) for phrase in phrases]
    for n, m in near(spoken, spoken, ALIKE):
        if n >= m:
            continue  # each pair once
        a, b = phrases[n], phrases[m]
        if a.place.file not in files and b.place.file not in files:
            continue
        if a.command.intent is b.command.intent and (a.command == b.command or a.numbers):
            continue
        if not live_together(config, a.command.intent, b.command.intent) or allowed(
            config, a, b.text
        ):
            continue
        apart = distance(spoken[n], spoken[m], ALIKE)
        if apart < ALIKE:
            templates = frozenset((p.place.file, p.place.line, p.command.intent) for p in (a, b))
            known = closest.get(templates)
            if known is None or apart < known[0]:
                closest[templates] = apart, a, b
    for apart, a, b in closest.values():
        change = remedies.weaker(a, b)
        yield _pair(config, apart, change, b if change is a else a, remedies)


def _pair(
    config: Config, apart: float, phrase: Phrase, other: Phrase, remedies: Remedies
) -> Finding:
    where = f"{other.place.file}:{other.place.line}"
    how = "just like" if not apart else "like"
    states = live_together(config, phrase.command.intent, other.command.intent)
    return Finding.at(
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
    config: Config, phrases: Sequence[Phrase], said: Pronunciations, files: Container[str]
) -> Iterator[Finding]:
    """Decoys that sound just like a command, either of them in `files`: they are weighed
    against it, and may win."""
    decoys = config.phrases.decoys
    said.learn(decoys, config.language)
    name = layers.of_language(config.language, "commands")
    document = config.documents[name]
    if name not in files:
        phrases = [phrase for phrase in phrases if phrase.place.file in files]
    ours = [said.of(decoy, config.language) for decoy in decoys]
    theirs = [said.of(phrase.text, config.language) for phrase in phrases]
    for n, m in near(ours, theirs, 0.0):
        decoy, phrase = decoys[n], phrases[m]
        apart = distance(ours[n], theirs[m], 0.0)
        if phrase.text == decoy:
            continue  # a number, weighed only where it is no decoy
        if not apart and not allowed(config, phrase, decoy):
            where = f"{phrase.place.file}:{phrase.place.line}"
            yield Finding.at(
                document.fault(("decoys", n), ""),
                Kind.SILENCED,
                f'the decoy "{decoy}" sounds just like "{phrase.text}"'
                f" ({phrase.command} at {where})",
                f'"{phrase.text}" would be refused as often as it is said',
                f'take "{decoy}" out',
                where,
            )


def allowed(config: Config, phrase: Phrase, text: str) -> bool:
    """Whether the file says that it is no harm if `phrase` sounds like `text`."""
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
