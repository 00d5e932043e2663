"""Faults in a configuration: one line for each, all reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to fix, in words that the author of the file understands."""

    file: str
    """Path inside the configuration folder; "" if there is no file, as for an exercise that does
    not exist."""
    line: int
    """Line in the file, from 1; 0 for none."""
    key: str
    """Dotted, without list indices (`cue.every`); "" for the whole file."""
    message: str
    """What is wrong and what would be right."""
    folder: Path | None = field(default=None, compare=False)
    """The folder that `file` lies in, for a program that wants to open it."""

    def __str__(self) -> str:
        where = self.file + (f":{self.line}" if self.line else "")
        place = " ".join(part for part in (where, self.key) if part)
        return f"{place}: {self.message}" if place else self.message


class ConfigError(Exception):
    """An unusable configuration, with all faults of all files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


def listed(names: Iterable[str]) -> str:
    """Names as a list in a sentence."""
    return ", ".join(names)


def nearest(word: str, known: Iterable[str]) -> str:
    """`, did you mean "..."?` if a known word is similar, otherwise ""."""
    close = closest(word, known)
    return f', did you mean "{close}"?' if close else ""


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most similar to `word`, ignoring case; "" for none."""
    if len(word) > _LONGEST:
        return ""
    likely = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), list(likely), n=1, cutoff=0.6)
    return likely[close[0]] if close else ""


_LONGEST = 60
"""Characters of a word that is checked for a misspelling."""
