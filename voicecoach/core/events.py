"""Everything that comes into the session and everything that goes out of it.

Two closed unions of frozen dataclasses. `Input` is what can happen to a
session; `Effect` is what a session can want. Times are output samples
(`plan.SAMPLE_RATE`), counted from the start of the session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .plan import CueClass, Phase


class Intent(StrEnum):
    """What a lifter can mean. The values are the keys of `config/commands/*.toml`."""

    START = "start"
    READY = "ready"
    LOCKED = "locked"
    DONE = "done"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    SLOWER = "slower"
    FASTER = "faster"
    HOW_MANY = "how_many"
    MORE = "more"
    REPEAT = "repeat"
    SET_UP = "set_up"
    NEXT = "next"
    HELP = "help"
    QUIET = "quiet"
    TALK = "talk"
    PAIN = "pain"
    REPS = "reps"
    WEIGHT = "weight"
    TEMPO = "tempo"
    EXPLAIN = "explain"
    VARIATION = "variation"


SLOTS: Mapping[Intent, frozenset[str]] = {
    Intent.MORE: frozenset({"more"}),
    Intent.REPS: frozenset({"reps"}),
    Intent.WEIGHT: frozenset({"kilos", "pounds"}),
    Intent.TEMPO: frozenset({"lower", "bottom", "lift", "top"}),
    Intent.VARIATION: frozenset({"variation"}),
}
"""The slots that each intent understands; the others have none."""


@dataclass(frozen=True, slots=True)
class Command:
    """An intent with its slots, as one phrase of a command file expresses it."""

    intent: Intent
    slots: tuple[tuple[str, int | str], ...] = ()
    """(name, value) pairs in the order of their names, so that commands hash and compare."""

    def __str__(self) -> str:
        slots = ", ".join(f"{name} {value}" for name, value in self.slots)
        return f"{self.intent.value} ({slots})" if slots else self.intent.value


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a recogniser is to listen for, until told otherwise."""

    phrases: Mapping[str, Command]
    """Every live phrase (`commands.normal` form, numbers both in words and in
    digits) and what it means. Phrases of one command are variants of each other."""
    decoys: tuple[str, ...] = ()
    """Phrases that sound like commands and mean nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of an utterance."""

    phrase: str
    """As it stands in the grammar."""
    command: Command | None
    """What it means; None for a decoy."""
    confidence: float
    """0 to 1: how probable the engine holds it that just this was said. Each
    engine calibrates its own evidence, so that one bar fits all of them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance, as a recogniser reports it."""

    said: int
    """Output samples: when the speech began."""
    end: int
    """Output samples: when it ended."""
    candidates: tuple[Candidate, ...]
    """Best first, at most one for each command; empty when it was no phrase at all."""
    free: str = ""
    """What an open recogniser would write, "" where there is none."""
    note: str = ""
    """Why there are no candidates, in words ("talk, longer than any command")."""
    evidence: Mapping[str, float] = field(default_factory=dict)
    """The engine's own figures behind the confidence, for whoever tunes it."""
