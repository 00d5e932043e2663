"""Finds what is valid but will not work in a gym: words that a recogniser may confuse.

    findings = lint(config.load(language="en", offer=True), phonemes)

`config.load` reports what is invalid. This reports what is unwise in valid files: two commands
that sound alike and are understood in the same state; a line of the coach that contains a command
or sounds like one, that waits for an answer without naming it, or that has symbols instead of
words; a command that takes too long to say; a word that the recogniser's model does not know. Each
finding has its place, the reason and, if there is one, a better word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..config import Config
from .answers import unanswered
from .commands import Phrase, phrases_of
from .confusions import alike, silenced
from .echoes import echoes
from .findings import Kind, LintFinding
from .pronouncing import IpaCache, Pronounce
from .remedies import Remedies
from .signs import unspoken
from .spoken import lines_of
from .unwieldy import unwieldy
from .vocabulary import unheard

__all__ = ["Kind", "LintFinding", "Phrase", "Pronounce", "lint"]


def lint(
    config: Config,
    pronounce: Pronounce,
    missing: Mapping[str, tuple[str, ...]] | None = None,
    files: Collection[str] = (),
) -> list[LintFinding]:
    """Everything unwise in `config`, in the order of the files. If `files` are named, only
    comparisons with something in one of them.

    `pronounce` converts texts to IPA (`speaking.phonemes`); `missing`: phrases that the
    recogniser can't hear -> the words that its model lacks.
    """
    every = (name for document in config.documents.values() for name in document.files)
    concerned = frozenset(files or every)
    said = IpaCache(pronounce)
    phrases, lines = phrases_of(config), lines_of(config)
    said.learn([*(phrase.text for phrase in phrases), *config.phrases.decoys], config.language)
    remedies = Remedies(config, phrases, said, missing or {})
    found = [
        *alike(config, phrases, said, remedies, concerned),
        *silenced(config, phrases, said, concerned),
        *echoes(config, lines, phrases, said, remedies, concerned),
        *unanswered(config, lines, phrases, concerned),
        *unwieldy(phrases, concerned),
        *unspoken(lines, concerned),
        *unheard(phrases, missing or {}, remedies, config.language),
    ]
    return sorted(found)
