"""A finding: something unwise in the files. Where, what, why it matters and what would be
better."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from ..config import Fault


class Kind(StrEnum):
    """The kind of a finding, for editors and statistics."""

    FAULT = "fault"
    """The files can't be used as they are."""
    IGNORED = "ignored"
    """A file that is not read where it is."""
    ALIKE = "alike"
    """Two commands of one state sound alike."""
    SILENCED = "silenced"
    """A decoy sounds the same as a command, and wins."""
    SPOKEN = "spoken"
    """A line of the coach contains a command that is understood while it is said."""
    ECHO = "echo"
    """A line of the coach sounds like a command that is understood while it is said."""
    ANSWER = "answer"
    """A line waits for an answer that it does not name."""
    LENGTHY = "lengthy"
    """A command takes too long to say."""
    SIGN = "sign"
    """A text has symbols that are not words."""
    UNKNOWN = "unknown"
    """The recogniser's model lacks a word."""
    MISSING = "missing"
    """A text has no translation."""
    LONG = "long"
    """A wording takes longer than the time it has."""
    ROOM = "room"
    """Something is never said because there is no time for it."""
    DROPPED = "dropped"
    """A text is not heard every time it is due."""
    BUSY = "busy"
    """The coach speaks too much."""
    NEVER = "never"
    """Something that never happens in a set."""
    SPARE = "spare"
    """A short wording that is never needed."""
    TEMPO = "tempo"
    """A rep takes too long."""
    LOAD = "load"
    """A weight of a program can't be loaded."""
    JUMP = "jump"
    """A program adds too much weight at once."""
    MUTE = "mute"
    """The voice in use can't say a text."""
    NOTE = "note"
    """Nothing to fix: what the files leave out."""


@dataclass(frozen=True, slots=True, order=True)
class LintFinding:
    """One line of the report."""

    file: str
    """Path inside its configuration folder; "" for none."""
    line: int
    """From 1; 0 for none."""
    key: str
    kind: Kind
    message: str
    """What is wrong, with both sides of a pair."""
    why: str = ""
    """Why it matters."""
    remedy: str = ""
    """What would be better."""
    other: str = ""
    """`file:line` of the other side of a pair."""
    folder: Path | None = field(default=None, compare=False)
    """The folder that `file` lies in."""

    @classmethod
    def at(
        cls,
        place: Fault,
        kind: Kind,
        message: str,
        why: str = "",
        remedy: str = "",
        other: str = "",
    ) -> Self:
        """A finding at the location of `place`; its message is ignored."""
        return cls(
            place.file, place.line, place.key, kind, message, why, remedy, other, place.folder
        )

    def __str__(self) -> str:
        where = self.file + (f":{self.line}" if self.line else "")
        place = " ".join(part for part in (where, self.key) if part)
        text = ": ".join(part for part in (place, self.message) if part)
        text += f": {self.why}" if self.why else ""
        return text + (f"; {self.remedy}" if self.remedy else "")
