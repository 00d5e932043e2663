"""The read model: a workout, a set and a rep as the log keeps them.

What was planned is kept with what was done. Times of day are aware datetimes, with the UTC offset
of the place; durations are seconds. What an imported file does not tell is None or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from ..core.plan import HOLD, seconds_held
from ..core.workout import SetKind, Weight


@dataclass(frozen=True, slots=True)
class TempoChange:
    """From here on, the set was paced at another tempo."""

    at: float
    """Seconds since the set began."""
    tempo: str
    """`4-1-3-1`."""


@dataclass(frozen=True, slots=True)
class LoggedPause:
    at: float
    """Seconds since the set began."""
    lasted: float | None
    """Seconds until the next rep began; None if the set did not continue."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command as it was heard, and whether it was obeyed."""

    at: float
    """Seconds since the set began; since the workout began, if it belongs to no set."""
    said: str
    command: str
    """How it was understood: the intent's name in command files, with its slots."""
    accepted: bool
    why: str
    """Why it was refused, "" if it was accepted."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry of a set's timeline: a phase, a cue, a state or a command."""

    at: float
    """Seconds since the set began; negative before it."""
    until: float
    """The end of a cue's sound; otherwise the same as `at`."""
    kind: str
    """"phase", "cue", "state", "heard" or "refused"."""
    what: str
    """The phase or state, the cue's id in the script, or the command's intent."""
    text: str
    """What was said, by the coach or by the lifter; "" for phases and states."""
    outcome: str = ""
    """Only of a cue: "played", "cut" or "dropped"."""
    why: str = ""
    """Why it was cut, dropped or refused."""


@dataclass(frozen=True, slots=True)
class LoggedRep:
    number: int
    """In its set, from 1."""
    at: float
    """Seconds from the beginning of the set to the end of the lift."""


def amount(reps: int, planned_tempo: str, counted: int | None, tension: float | None) -> int:
    """Compute `LoggedSet.amount` from its parts."""
    if not planned_tempo.startswith(HOLD):
        return reps
    if counted == reps and tension is not None:
        return round(tension)
    return seconds_held(planned_tempo, reps) or 0


@dataclass(frozen=True, slots=True)
class LoggedSet:
    exercise: str
    """The name of its file, without .toml; if imported, the name in that file."""
    began: datetime
    reps: int
    """Reps done, as corrected by the lifter; of a hold, breaths."""
    weight: Weight | None = None
    """Done; None if none was said."""
    kind: SetKind = SetKind.WORK
    number: int = 1
    """From 1, among the sets of this exercise in the workout."""
    rpe: Decimal | None = None
    """Rating of perceived exertion, 1 to 10 in half steps."""
    notes: tuple[str, ...] = ()
    """Notes said, from the closed list."""
    comment: str = ""
    """Free text of an imported set, line breaks included."""

    failed: bool = False
    """Whether it went to failure."""
    rest_pauses: int = 0
    """How many breathers it had; they are in `pauses`, too."""
    counted: int | None = None
    """Reps that were paced, before any correction."""
    planned_reps: int | None = None
    """The target when the set began; 0: as many as possible."""
    target: int | None = None
    """The target when it ended, with added reps."""
    planned_weight: Weight | None = None
    planned_tempo: str = ""
    """At the beginning of the set."""
    tempo: str = ""
    """At its end; if imported, the tempo in the file."""
    tempos: tuple[TempoChange, ...] = ()
    """The changes from `planned_tempo` to `tempo`."""
    tension: float | None = None
    """Seconds of time under tension."""
    planned_tension: float | None = None
    """The time that the paced reps would have taken at `planned_tempo`."""
    pauses: tuple[LoggedPause, ...] = ()
    rest: float | None = None
    """Seconds of rest taken before it; None for the first set of a workout."""
    planned_rest: float | None = None
    """Seconds planned for that rest; None if it had no end."""
    lasted: float | None = None
    """Seconds from the first countdown to the end."""
    ended_by: str = ""
    """"target", "done", "stop" or "pain"; "broken off" if the program ended; "" while the set
    runs, and if unknown."""
    refused: tuple[Order, ...] = ()
    """Commands in the set that were understood but not obeyed."""

    extra: Mapping[str, str] = field(default_factory=dict)
    """Of a set in a superset: its number in the workout ("superset"), the "round", and what
    `circuits` needs. More from an imported file: "superset",
    "exercise note", "category", "assisted" (20 kg: taken off the lifter)."""
    key: str = ""
    """Identifies an imported set, and includes the exercise's name in its file; "" for a set
    trained here."""
    id: int = 0
    """In the log; 0 if not in it yet."""
    workout: int = 0
    """The id of its workout."""

    @property
    def held(self) -> bool:
        """Whether a position was held instead of reps done."""
        return self.planned_tempo.startswith(HOLD)

    @property
    def amount(self) -> int:
        """Reps; of a hold, seconds, measured or as the lifter corrected them."""
        return amount(self.reps, self.planned_tempo, self.counted, self.tension)

    def told(self, reps: int) -> int:
        """Convert `reps` to seconds if they are breaths."""
        return seconds_held(self.planned_tempo, reps) or 0 if self.held else reps


class Work(NamedTuple):
    """The figures of a set: the same values as in a `LoggedSet`, but fast to load."""

    exercise: str
    day: date
    """Local to the place where it was done."""
    kind: SetKind
    reps: int
    amount: int
    held: bool
    weight: Weight | None
    tension: float | None
    planned_tension: float | None
    rest: float | None
    planned_rest: float | None


@dataclass(frozen=True, slots=True)
class LoggedWorkout:
    began: datetime
    sets: tuple[LoggedSet, ...]
    """In the order in which they were done."""
    plan: str = ""
    """`core.workout.Workout.id`, "" for none."""
    name: str = ""
    """Only of an imported one."""
    comment: str = ""
    lasted: float | None = None
    """Seconds; None if unknown, and while it runs."""
    ended: str = ""
    """"over"; "closed" if it was interrupted and not continued; "" while it runs or can be
    continued."""
    source: str = ""
    """The format of the file that it was imported from ("strong"); "" for our own."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """As in a set."""
    key: str = ""
    """Identifies the workout in any log."""
    id: int = 0
    """In the log; 0 if not in it yet."""
