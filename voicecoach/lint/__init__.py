"""What works as written but will not work in a gym: words that a recogniser may confuse.

    findings = lint(config.load(language="en", offer=True), phonemes)

`config.load` tells what is wrong in the files; this tells, of files that are right, what
is unwise in them: two commands that sound alike and are understood in the same state, a
line of the coach that holds a command or sounds like one, waits for an answer that it does
not name or has signs that are no words, a command that takes too long to say, a word that
the recogniser's model does not know. Each finding has its
place, the reason and, where there is one, a better word.
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
    """Everything unwise in `config`, in the order of the files; if `files` are named, only
    what is compared with something in one of them.

    `pronounce` gives texts in IPA (`speaking.phonemes`); `missing` are the phrases which
    the recogniser cannot hear, with the words that its model lacks.
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
