"""Lines of the coach that contain a command, or sound like one, in a state that understands it.

With a loudspeaker, the microphone hears the coach. Words that the coach is saying are not taken
for the lifter's (`decision.judge`), but then the lifter can't say them either while the line
sounds; and in a set, "stop", "pain" and "help" are always obeyed, whoever says them. Words that
only sound like a command are not protected, unless they are among the decoys.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

import numpy as np

from ..config import Config
from ..core.commands import normal
from ..core.events import URGENT, State
from ..core.session import UNDER_LOAD
from .commands import Phrase, live
from .confusions import allowed, in_states
from .findings import Kind, LintFinding
from .near import near
from .pronouncing import IpaCache
from .remedies import Remedies
from .sounds import distance
from .spoken import MEANT, WrittenLine

CLAUSE_ALIKE = 0.3
"""Closer than this, what the coach says between two pauses is taken for a command."""

PART_ALIKE = 0.1
"""The same for some words among others, which are hardly ever heard alone."""


def echoes(
    config: Config,
    lines: Sequence[WrittenLine],
    phrases: Sequence[Phrase],
    said: IpaCache,
    remedies: Remedies,
    files: Container[str],
) -> Iterator[LintFinding]:
    """One finding for each line and command that it contains or sounds like, if either is in
    `files`."""
    # Numbers in lines are variables, so no line contains a phrase with a number.
    wordings = [phrase for phrase in phrases if not phrase.numbers]
    # The longest first: "slow down" before "down", if both are commands.
    wordings.sort(key=lambda phrase: -len(phrase.text))
    every = range(len(wordings))
    some = [n for n in every if wordings[n].place.file in files]
    weighed = [(line, every if line.place.file in files else some) for line in lines]
    weighed = [(line, numbers) for line, numbers in weighed if numbers]
    spaces = [phrase.text.count(" ") for phrase in wordings]
    runs = [dict(_runs(line, max(spaces[n] for n in numbers))) for line, numbers in weighed]
    said.learn((text for each in runs for text in each), config.spoken)
    near_by = _near_by(config, runs, wordings, said)
    spaced = [f" {phrase.text} " for phrase in wordings]
    for (line, numbers), windows in zip(weighed, runs, strict=True):
        seen = set()
        parts = "\n".join(f" {part} " for part in line.parts)
        alike: dict[int, list[str]] = defaultdict(list)
        for text in windows:
            for n in near_by.get(text, ()):
                alike[n].append(text)
        for n in numbers:
            held = spaced[n] in parts
            if not (held or n in alike):
                continue
            phrase = wordings[n]
            states = live(config, phrase.command.intent) & line.states
            if not states or phrase.command in seen:
                continue
            if phrase.command.intent in MEANT.get(line.name, ()):
                continue
            if held:
                if not _excused(config, line, phrase):
                    seen.add(phrase.command)
                    yield _spoken(line, phrase, states)
                continue
            like = _like(config, {text: windows[text] for text in alike[n]}, phrase, said)
            if like is not None:
                seen.add(phrase.command)
                yield _echo(line, phrase, like, states, remedies)


def _near_by(
    config: Config,
    runs: Iterable[Mapping[str, float]],
    phrases: Sequence[Phrase],
    said: IpaCache,
) -> Mapping[str, Sequence[int]]:
    """For each run of words, the indices of phrases of about its length that may sound like it."""
    texts = [*dict.fromkeys(text for each in runs for text in each)]
    decoys = frozenset(config.phrases.decoys)
    texts = [text for text in texts if text not in decoys]
    near_by: dict[str, list[int]] = defaultdict(list)
    pairs = near(
        [said.of(text, config.spoken) for text in texts],
        [said.of(phrase.text, config.language) for phrase in phrases],
        CLAUSE_ALIKE,
    )
    these = np.array([text.count(" ") for text in texts], int)
    those = np.array([phrase.text.count(" ") for phrase in phrases], int)
    n, m = pairs.T
    for text, phrase in pairs[np.abs(these[n] - those[m]) <= 1].tolist():
        near_by[texts[text]].append(phrase)
    return near_by


def _excused(config: Config, line: WrittenLine, phrase: Phrase) -> bool:
    """Whether the file allows the phrase in this line: it lists words of the line, which may
    include {variables}."""
    whole = f" {normal(line.text)} "
    fine = config.commands.alike_ok.get(phrase.text, frozenset())
    return any(f" {text} " in whole for text in fine)


def _runs(line: WrittenLine, spaces: int) -> Iterator[tuple[str, float]]:
    """Runs of up to one word more than a command with so many `spaces`, each with the distance
    below which it is taken for a command."""
    most = spaces + 2
    for clause in line.clauses:
        words = clause.split()
        if len(words) <= most:
            yield clause, CLAUSE_ALIKE
        for first in range(len(words)):
            for last in range(first + 1, min(len(words), first + most) + 1):
                if (first, last) != (0, len(words)):
                    yield " ".join(words[first:last]), PART_ALIKE


def _like(
    config: Config, windows: Mapping[str, float], phrase: Phrase, said: IpaCache
) -> str | None:
    """The part of a line that sounds most like `phrase`, None if none is close enough. `windows`:
    each part with its limit."""
    sounds = said.of(phrase.text, config.language)
    close = {}
    for text, within in windows.items():
        apart = distance(sounds, said.of(text, config.spoken), within)
        if apart < within and not allowed(config, phrase, text):
            close[text] = apart
    return min(close, key=lambda text: close[text], default=None)


def _spoken(line: WrittenLine, phrase: Phrase, states: frozenset[State]) -> LintFinding:
    where = f"{phrase.place.file}:{phrase.place.line}"
    loaded = states & frozenset(UNDER_LOAD)
    if phrase.command.intent in URGENT and loaded:
        why = f"over a loudspeaker the coach would end the set itself, {in_states(loaded)}"
    else:
        why = "over a loudspeaker it can't be told from yours while the line is said, " + in_states(
            states
        )
    return LintFinding.at(
        line.place,
        Kind.SPOKEN,
        f'"{line.text}" holds the command "{phrase.text}" ({phrase.command} at {where})',
        why,
        "say it in other words",
        where,
    )


def _echo(
    line: WrittenLine, phrase: Phrase, like: str, states: frozenset[State], remedies: Remedies
) -> LintFinding:
    where = f"{phrase.place.file}:{phrase.place.line}"
    better = remedies.instead_of(phrase)
    return LintFinding.at(
        line.place,
        Kind.ECHO,
        f'"{like}" in "{line.text}" sounds like the command "{phrase.text}"'
        f" ({phrase.command} at {where})",
        f"over a loudspeaker the coach may obey itself, {in_states(states)}",
        f'say it in other words, or add "{like}" to the decoys of {phrase.place.file}'
        + (f", or {better}" if better else ""),
        where,
    )
