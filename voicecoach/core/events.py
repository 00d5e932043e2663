"""Everything that comes into the session and everything that goes out of it.

Two closed unions of frozen dataclasses. `Input` is what can happen to a
session; `Effect` is what a session can want. Times are output samples
(`plan.SAMPLE_RATE`), counted from the start of the session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .own_voice import Embedding
from .plan import CueClass, Phase
from .workout import WorkoutRecord


class Intent(StrEnum):
    """What a lifter can mean. The values are the keys of `config/languages/*/commands.toml`."""

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
    OPTIONS = "options"
    """What can be said now?"""
    QUIET = "quiet"
    TALK = "talk"
    LOUDER = "louder"
    SOFTER = "softer"
    EXERCISE = "exercise"
    PAIN = "pain"
    REPS = "reps"
    WEIGHT = "weight"
    TEMPO = "tempo"
    EXPLAIN = "explain"
    VARIATION = "variation"
    YES = "yes"
    NO = "no"
    PLAN = "plan"
    NEXT_EXERCISE = "next_exercise"
    MORE_SETS = "more_sets"
    SKIP_REST = "skip_rest"
    ADD_REST = "add_rest"
    HOW_LONG = "how_long"
    LOG = "log"
    RPE = "rpe"
    NOTE = "note"
    UNDO = "undo"
    ASK_WEIGHT = "ask_weight"
    """The coach is to ask for it, and then to listen for nothing but numbers."""
    ASK_REPS = "ask_reps"
    NUMBER = "number"
    """A number alone, live only while one is asked for."""
    HALF = "half"
    """The same with a half, live only while a weight is asked for."""
    LAST_TIME = "last_time"
    STRONGER = "stronger"
    FINISH = "finish"
    SKIP = "skip"
    """In an enrolment only: the coach is to go on to the next phrase."""


URGENT = frozenset({Intent.STOP, Intent.PAIN, Intent.HELP})
"""Commands that can't wait: they need the least to be obeyed, in every state, and are never held
off."""


SLOTS: Mapping[Intent, frozenset[str]] = {
    Intent.MORE: frozenset({"more"}),
    Intent.REPS: frozenset({"reps", "held"}),
    Intent.WEIGHT: frozenset({"kilos", "half_kilos", "kilos_and_a_half", "pounds", "plates"}),
    Intent.TEMPO: frozenset({"lower", "bottom", "lift", "top"}),
    Intent.VARIATION: frozenset({"variation", "stance"}),
    Intent.EXERCISE: frozenset({"exercise"}),
    Intent.PLAN: frozenset({"exercise", "sets", "sets_of", "at_kilos", "holds_of"}),
    Intent.ADD_REST: frozenset({"seconds"}),
    Intent.LOG: frozenset({"reps", "held", "kilos", "pounds"}),
    Intent.NUMBER: frozenset({"number"}),
    Intent.HALF: frozenset({"half_number"}),
    Intent.RPE: frozenset({"rpe", "felt"}),
    Intent.NOTE: frozenset({"note"}),
}
"""The slots that each intent understands; the others have none."""


@dataclass(frozen=True, slots=True)
class Command:
    """An intent with its slots, as one phrase of a command file expresses it."""

    intent: Intent
    slots: tuple[tuple[str, int | float | str], ...] = ()
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
    own_decoys: tuple[str, ...] = ()
    """Those of them that are the lifter's own. The shipped ones are for engines that hear likely
    sentences; these count with every engine."""
    pronounce: Mapping[str, str] = field(default_factory=dict)
    """What a word sounds like, in other words: {"rdl": "romanian deadlift"}."""


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
class Utterance:
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
    long: bool = False
    """Longer than any command that is listened for."""
    voice: Embedding = ()
    """Whose voice it is in (see `own_voice`); empty where nobody asked, or nobody can tell."""


# --- what comes into the session -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """The lifter gave a command, and the decision layer accepted it."""

    command: Command
    sure: bool = True
    """False: probable enough to be obeyed, and not enough to be written down unasked."""
    others: tuple[Command, ...] = ()
    """What it may have been instead, the most probable first: other numbers of its kind."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """What was said may have been meant, and was not believed."""

    echo: Command | None = None
    """The command that it was, where the coach may have said that itself."""


@dataclass(frozen=True, slots=True)
class HearingLost:
    """The coach cannot hear: microphone gone, digital silence, recogniser dead."""

    why: str


@dataclass(frozen=True, slots=True)
class HearingBack:
    """The coach hears again."""


@dataclass(frozen=True, slots=True)
class HearingMoved:
    """The coach hears through another microphone."""

    device: str
    """As people know it."""


@dataclass(frozen=True, slots=True)
class HearingGivenUp:
    """The coach will not hear any more, whatever was tried; what is typed still counts."""


@dataclass(frozen=True, slots=True)
class SoundLost:
    """The coach cannot be heard: the output is gone, or the machine was asleep."""


@dataclass(frozen=True, slots=True)
class SoundBack:
    """The coach can be heard again."""


@dataclass(frozen=True, slots=True)
class SoundMoved:
    """The coach is heard through another device."""

    device: str
    """As people know it."""


@dataclass(frozen=True, slots=True)
class LogTold:
    """Something has become of the log, and the lifter is to know."""

    line: str
    """The name of the line that says so."""


@dataclass(frozen=True, slots=True)
class Woke:
    """The machine slept, or the program stood still: so much of the day has passed for which
    there are no output samples."""

    after: int
    """Samples that it would have been."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The program ends within two seconds, whatever runs."""


@dataclass(frozen=True, slots=True)
class LineEnded:
    """A line is over: it was heard, or it was cut or dropped and never will be."""

    key: str
    """Of its `CueRequest`; one that was cut by an alarm and said again has a "+" behind it."""
    heard: bool
    """To its end, by somebody: not where the output was lost."""


Input = (
    CommandGiven
    | Doubted
    | HearingLost
    | HearingBack
    | HearingMoved
    | HearingGivenUp
    | SoundLost
    | SoundBack
    | SoundMoved
    | LogTold
    | Woke
    | LineEnded
    | Closing
)


# --- what goes out of the session ------------------------------------------------------------


class State(StrEnum):
    """Where the lifter is in a workout; `session.TABLE` says what leads where."""

    PROOF = "proof"
    INTERRUPTED = "interrupted"
    CHOICE = "choice"
    READY = "ready"
    SETUP = "setup"
    GATE = "gate"
    ARMED = "armed"
    COUNTDOWN = "countdown"
    REP = "rep"
    PAUSED = "paused"
    RACKING = "racking"
    REST = "rest"
    SUMMARY = "summary"


class Placement(StrEnum):
    """How a cue is tied to time."""

    BEAT = "beat"
    """Its beat (the first vowel) falls on `CueRequest.at`."""
    END = "end"
    """It ends at `CueRequest.at`: a rep's number before a lowering that follows at once."""
    GAP = "gap"
    """Anywhere between `CueRequest.at` and `CueRequest.until`, near `CueRequest.prefer`."""


@dataclass(frozen=True, slots=True)
class CueRequest:
    """Something the coach wants to say."""

    key: str
    """Unique for this one wish. Wanting a pending key again moves the wish; wanting
    one that has begun to sound changes nothing."""
    id: str
    """What it is in the cue script or among the lines, for the trace."""
    kind: CueClass
    texts: tuple[str, ...]
    """Filled-in wordings, longest first."""
    at: int
    until: int
    """When it must have ended, for a gap cue. One on a beat takes a wording that ends
    by then, such as the end of its phase, where it has one."""
    place: Placement = Placement.GAP
    prefer: int = 0
    """Where a gap cue is best heard; 0: as early as may be."""
    by: int = 0
    """When a prompt should have ended: where no gap comes before, others give way to it.
    0: `until`."""
    priority: int = 50
    urgent: bool = False
    """Whether it may cut what is being said."""
    yields: bool = False
    """Whether a coaching line may take its place (the counts inside a phase)."""
    patient: bool = False
    """Whether it takes only room that is free, and is given up rather than push others aside."""
    told: bool = False
    """Whether the session is told what became of it (`LineEnded`)."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak these when there is room."""

    at: int
    wants: tuple[CueRequest, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """The cues of the running rep and, once it nears, of the next: all of them."""

    at: int
    wants: tuple[CueRequest, ...]
    known_until: int
    """Nothing on a beat will be asked for before this sample beyond what stands here."""
    retimed: bool = False
    """Whether pending pacing cues that are not in `wants` any more are to be dropped."""


@dataclass(frozen=True, slots=True)
class Hush:
    """Be silent now: what waits is dropped, and what sounds is cut."""

    at: int
    reason: str
    cut: bool = True
    """False lets the line that sounds end."""


@dataclass(frozen=True, slots=True)
class Unsay:
    """These lines are true no more: one that waits is dropped, one that sounds is cut."""

    at: int
    lines: frozenset[str]
    """By `CueRequest.id`."""
    reason: str


@dataclass(frozen=True, slots=True)
class Tone:
    """Sound a tone of `audio.tones` with its first sample at `at`. Tones are no speech."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Gain:
    """From `at` on everything that the coach plays is this loud."""

    at: int
    decibels: float
    """0: as it was rendered."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The session is in another state."""

    at: int
    to: State


@dataclass(frozen=True, slots=True)
class PhaseBegan:
    at: int
    rep: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class RepDone:
    """A lift is done, and with it rep number `n`; in a hold a breath."""

    at: int
    n: int


@dataclass(frozen=True, slots=True)
class SetOver:
    at: int
    reps: int
    target: int
    tempo: str
    under_tension: int
    """Samples between the first sample of a rep and its end or interruption, all reps."""
    ended_by: str
    """"target", "done", "stop" or "pain"."""


@dataclass(frozen=True, slots=True)
class Slept:
    """Between what was before `at` and what comes from there on `length` samples more of the
    day have passed."""

    at: int
    length: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that makes no sense in this state; nothing has changed."""

    at: int
    command: Command
    reason: str


@dataclass(frozen=True, slots=True)
class PhraseAsked:
    """In an enrolment: the lifter is asked for `phrase`, which is heard among `live`."""

    at: int
    phrase: str
    """"" for silence."""
    live: frozenset[Intent]


Effect = (
    Say
    | Pace
    | Hush
    | Unsay
    | Tone
    | Gain
    | Entered
    | PhaseBegan
    | RepDone
    | SetOver
    | Slept
    | PhraseAsked
    | Refused
    | WorkoutRecord
)
