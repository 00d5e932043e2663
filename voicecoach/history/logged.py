"""A workout, a set and a rep as the log keeps them: the read model.

What was prescribed stands beside what was done. Times of the day are aware datetimes in
the UTC offset of the place where it was done; spans are seconds. What a log that was
imported from elsewhere does not tell is None or empty.
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
    """From here on the set was paced at another tempo."""

    at: float
    """Seconds since the set began."""
    tempo: str
    """`4-1-3-1`."""


@dataclass(frozen=True, slots=True)
class LoggedPause:
    at: float
    """Seconds since the set began."""
    lasted: float | None
    """Seconds until the next rep began; None where the set did not go on."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command, as it was heard and obeyed or not."""

    at: float
    """Seconds since the set began (or the workout, for one that belongs to no set)."""
    said: str
    command: str
    """What it was taken for: the intent's name, as command files have it, with its slots."""
    accepted: bool
    why: str
    """Why it was refused, "" when it was accepted."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something in a set's timeline: a phase, a cue, a state or a command."""

    at: float
    """Seconds since the set began; less than 0 before it."""
    until: float
    """For a cue the end of its sound; else the same as `at`."""
    kind: str
    """"phase", "cue", "state", "heard" or "refused"."""
    what: str
    """The phase or state, the cue's id in the script, or the command's intent."""
    text: str
    """What was said, by the coach or by the lifter; "" for phases and states."""
    outcome: str = ""
    """Of a cue: "played", "cut" or "dropped"."""
    why: str = ""
    """Why it was cut, dropped or refused."""


@dataclass(frozen=True, slots=True)
class LoggedRep:
    number: int
    """In its set, from 1."""
    at: float
    """Seconds from the beginning of the set to the end of the lift."""


def amount(reps: int, planned_tempo: str, counted: int | None, tension: float | None) -> int:
    """What `LoggedSet.amount` is, from its parts."""
    if not planned_tempo.startswith(HOLD):
        return reps
    if counted == reps and tension is not None:
        return round(tension)
    return seconds_held(planned_tempo, reps) or 0


@dataclass(frozen=True, slots=True)
class LoggedSet:
    exercise: str
    """The name of its file, without .toml; of an imported one, as the file had it."""
    began: datetime
    reps: int
    """Done, as the lifter corrected it; of a hold, breaths."""
    weight: Weight | None = None
    """Done; None where none was said."""
    kind: SetKind = SetKind.WORK
    number: int = 1
    """Among the sets of this exercise in its workout, from 1."""
    rpe: Decimal | None = None
    """Rating of perceived exertion, 1 to 10 in half steps."""
    notes: tuple[str, ...] = ()
    """Names of notes said, from the closed list."""
    comment: str = ""
    """Free text of an imported set, line breaks included."""

    counted: int | None = None
    """Reps that were paced, before any correction."""
    planned_reps: int | None = None
    """The target when the set began."""
    target: int | None = None
    """When it ended, with what was added on the way."""
    planned_weight: Weight | None = None
    planned_tempo: str = ""
    """At the beginning of the set."""
    tempo: str = ""
    """At its end; of an imported set, the one that it tells."""
    tempos: tuple[TempoChange, ...] = ()
    """How the one came from the other."""
    tension: float | None = None
    """Seconds of time under tension."""
    planned_tension: float | None = None
    """What the reps that were paced would have taken at `planned_tempo`."""
    pauses: tuple[LoggedPause, ...] = ()
    rest: float | None = None
    """Seconds of rest taken before it; None for the first set of a workout."""
    planned_rest: float | None = None
    """Seconds prescribed for that rest; None where it had no end."""
    lasted: float | None = None
    """Seconds from the first countdown to the end."""
    ended_by: str = ""
    """"target", "done", "stop" or "pain"; "broken off" when the program went away; ""
    while it runs and where it is not known."""
    refused: tuple[Order, ...] = ()
    """Commands that were understood in the set and not obeyed."""

    extra: Mapping[str, str] = field(default_factory=dict)
    """What an imported file told beyond this: "mark" (drop set, to failure), "superset" (its
    number), "exercise note", "category", "assisted" (20 kg: what was taken off the lifter)."""
    key: str = ""
    """Tells an imported set apart from all others, and what its exercise is called in that
    file; "" for one that was trained here."""
    id: int = 0
    """In the log; 0 for one that is not in it yet."""
    workout: int = 0
    """The id of its workout."""

    @property
    def held(self) -> bool:
        """Whether a position was held, in place of reps."""
        return self.planned_tempo.startswith(HOLD)

    @property
    def amount(self) -> int:
        """Reps or, of a hold, seconds: measured or, where the lifter corrected them, as said."""
        return amount(self.reps, self.planned_tempo, self.counted, self.tension)

    def told(self, reps: int) -> int:
        """So many reps, in seconds where they are breaths."""
        return seconds_held(self.planned_tempo, reps) or 0 if self.held else reps


class Work(NamedTuple):
    """A set as figures over years want it: the same as a `LoggedSet` tells, and quick to make."""

    exercise: str
    day: date
    """On which it was done, where it was done."""
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
    """Of an imported one."""
    comment: str = ""
    lasted: float | None = None
    """Seconds; None where it is not known, and while it runs."""
    ended: str = ""
    """"over", "closed" for one that was interrupted and not carried on, "" while it runs
    or could go on."""
    source: str = ""
    """The form of the file that it was imported from ("strong"); "" for our own."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """As for a set."""
    key: str = ""
    """Tells it apart from every other workout, in any log."""
    id: int = 0
    """In the log; 0 for one that is not in it yet."""
