"""One thing that is unwise in the files: where, what, why it matters and what would be better."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from ..config import Fault


class Kind(StrEnum):
    """What a finding is about, for editors and for whoever counts."""

    FAULT = "fault"
    """The files can't be used as they are."""
    IGNORED = "ignored"
    """A file that nothing reads where it is."""
    ALIKE = "alike"
    """Two commands of one state sound alike."""
    SILENCED = "silenced"
    """A decoy sounds just like a command, and wins."""
    SPOKEN = "spoken"
    """A line of the coach holds a command that is understood while it is said."""
    ECHO = "echo"
    """A line of the coach sounds like a command that is understood while it is said."""
    ANSWER = "answer"
    """A line waits for an answer that it does not name."""
    LENGTHY = "lengthy"
    """A command takes too long to say."""
    SIGN = "sign"
    """A text has signs that are not for saying."""
    UNKNOWN = "unknown"
    """The recogniser's model lacks a word."""
    MISSING = "missing"
    """A text has no translation."""
    LONG = "long"
    """A wording takes longer than there is room for it."""
    ROOM = "room"
    """Something that is never said for want of room."""
    DROPPED = "dropped"
    """A text that is not heard each time it is due."""
    BUSY = "busy"
    """The coach speaks too much."""
    NEVER = "never"
    """Something that a set never comes to."""
    SPARE = "spare"
    """A short wording that is never needed."""
    TEMPO = "tempo"
    """A rep takes too long."""
    MUTE = "mute"
    """The voice in use can't say a text."""
    NOTE = "note"
    """Nothing to mend: what the files leave out."""


@dataclass(frozen=True, slots=True, order=True)
class LintFinding:
    """One line of the report."""

    file: str
    """Inside its configuration folder; "" for none."""
    line: int
    """From 1; 0 where there is none."""
    key: str
    kind: Kind
    message: str
    """What is the matter, with both sides of a pair."""
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
        """A finding at the place of `place`, whatever that says."""
        return cls(
            place.file, place.line, place.key, kind, message, why, remedy, other, place.folder
        )

    def __str__(self) -> str:
        where = self.file + (f":{self.line}" if self.line else "")
        place = " ".join(part for part in (where, self.key) if part)
        text = ": ".join(part for part in (place, self.message) if part)
        text += f": {self.why}" if self.why else ""
        return text + (f"; {self.remedy}" if self.remedy else "")
