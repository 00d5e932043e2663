"""Everything that enters the session, and everything that leaves it.

Two closed unions of frozen dataclasses. `Input` is what can happen to a session, `Effect` is what a
session can ask for. Times are output samples (`plan.SAMPLE_RATE`), counted from the start of the
session.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Self

from .own_voice import Embedding
from .plan import CueClass, Phase
from .workout import WorkoutRecord


class Intent(StrEnum):
    """What a lifter can mean. The values are the keys of `config/languages/*/commands.toml`."""

    START = "start"
    READY = "ready"
    LOCKED = "locked"
    NOT_YET = "not_yet"
    """Not ready, or not locked: by itself, either is heard as its opposite."""
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
    """The coach asks for it, and then listens only for numbers."""
    ASK_REPS = "ask_reps"
    NUMBER = "number"
    """A number alone. Live only while the coach asks for one."""
    HALF = "half"
    """A number and a half. Live only while the coach asks for a weight."""
    LEFT = "left"
    """How many reps were left after a set. Live only while the coach asks for it."""
    TODAY = "today"
    """What is planned today?"""
    LAST_TIME = "last_time"
    STRONGER = "stronger"
    FINISH = "finish"
    SUPERSET = "superset"
    ROUNDS = "rounds"
    """Said after it, perhaps after a pause."""
    SKIP_STATION = "skip_station"
    END_ROUND = "end_round"
    OTHER_FIRST = "other_first"
    """The next two stations of a circuit are swapped."""
    PLATES = "plates"
    """A weight by its plates. Live only where an exercise has a bar or a sled."""
    PIN = "pin"
    """A weight by the pin's hole. Live only where an exercise has a stack."""
    BODY = "body"
    """What is added to the lifter's own weight. Live only where that is lifted."""
    WARM_UP = "warm_up"
    SKIP_WARM_UP = "skip_warm_up"
    """Live only while a warm-up comes."""
    SKIP = "skip"
    """Only in an enrolment: go on to the next phrase."""
    DROP = "drop"
    """A drop set: at once again, with less weight."""
    MOST = "most"
    """As many reps as possible, or as long as possible."""
    BREATHER = "breather"
    """A rest-pause: the next rep waits for some breaths."""
    GO = "go"
    """Go on after a breather. Live only in one: a word as short is heard in anything."""
    MISSED = "missed"
    """The last rep was not finished."""
    FAILURE = "failure"
    """The set went to failure."""
    HEAVIER = "heavier"
    """Add to the weight of the next set, by default one step of the exercise."""
    LIGHTER = "lighter"
    SAME = "same"
    """The weight of the last set again."""
    CORRECT = "correct"
    """Another number in place of the last one that was said."""
    DELETE = "delete"
    """The last set didn't count."""
    SKIP_SET = "skip_set"
    UPCOMING = "upcoming"
    """What comes next, and with what weight?"""
    REST_FOR = "rest_for"
    """How long the rest is to be, from its beginning."""


URGENT = frozenset({Intent.STOP, Intent.PAIN, Intent.HELP})
"""Commands that can't wait: they have the lowest threshold and work in every state. Said again,
they are never held off."""

IN_CIRCUIT = frozenset({Intent.ROUNDS, Intent.SKIP_STATION, Intent.END_ROUND, Intent.OTHER_FIRST})
"""Commands that are understood only while exercises take turns."""


_STEPS = frozenset({"step", "step_kilos", "step_pounds"})
"""How much heavier or lighter: in the unit that is lifted, or in the one that is named."""

SLOTS: Mapping[Intent, frozenset[str]] = {
    Intent.MORE: frozenset({"more"}),
    Intent.REPS: frozenset({"reps", "held"}),
    Intent.HEAVIER: _STEPS,
    Intent.LIGHTER: _STEPS,
    Intent.CORRECT: frozenset({"number", "half_number", "kilos", "half_kilos", "reps"}),
    Intent.REST_FOR: frozenset({"seconds", "minutes"}),
    Intent.WEIGHT: frozenset({"kilos", "half_kilos", "kilos_and_a_half", "pounds", "plates"}),
    Intent.TEMPO: frozenset({"lower", "bottom", "lift", "top"}),
    Intent.VARIATION: frozenset({"variation", "stance"}),
    Intent.EXERCISE: frozenset({"exercise"}),
    Intent.PLAN: frozenset({"exercise", "sets", "sets_of", "at_kilos", "holds_of", "falling"}),
    Intent.SUPERSET: frozenset({"station", "other", "rounds", "rounds_of"}),
    Intent.ROUNDS: frozenset({"rounds", "rounds_of"}),
    Intent.ADD_REST: frozenset({"seconds", "minutes", "more_minutes"}),
    Intent.LOG: frozenset(
        {
            *("reps", "held", "kilos", "half_kilos", "kilos_and_a_half", "pounds"),
            *("reps_at", "at_kilos", "lifted"),
        }
    ),
    Intent.NUMBER: frozenset({"number"}),
    Intent.HALF: frozenset({"half_number"}),
    Intent.RPE: frozenset({"rpe", "felt", "reserve"}),
    Intent.LEFT: frozenset({"left"}),
    Intent.NOTE: frozenset({"note"}),
    Intent.PLATES: frozenset({"a_side", "quarter", "empty"}),
    Intent.PIN: frozenset({"pin"}),
    Intent.BODY: frozenset({"added"}),
    Intent.WARM_UP: frozenset({"up_to", "up_to_kilos", "up_to_pounds"}),
}
"""The slots that each intent understands. Other intents have none."""


@dataclass(frozen=True, slots=True)
class Command:
    """An intent with its slots, as one phrase of a command file expresses it."""

    intent: Intent
    slots: tuple[tuple[str, int | float | str], ...] = ()
    """(name, value) pairs, sorted by name, so that commands hash and compare."""

    def __str__(self) -> str:
        slots = ", ".join(f"{name} {value}" for name, value in self.slots)
        return f"{self.intent.value} ({slots})" if slots else self.intent.value


@dataclass(frozen=True, eq=False)
class PhraseGroup:
    """Phrases that are live together, such as those of one intent.

    Groups compare by identity: many grammars share one, and a recogniser prepares it once.
    """

    phrases: Mapping[str, Command]
    """Each phrase (`commands.normal` form, numbers both in words and in digits) and its meaning."""
    intents: frozenset[Intent] = field(init=False)

    def __post_init__(self) -> None:
        intents = frozenset(command.intent for command in self.phrases.values())
        object.__setattr__(self, "intents", intents)


class _Joined(Mapping[str, Command]):
    """The phrases of several groups as one mapping, without a copy."""

    __slots__ = ("_groups",)

    def __init__(self, groups: Iterable[PhraseGroup]) -> None:
        self._groups = [group.phrases for group in groups]

    def __getitem__(self, phrase: str) -> Command:
        for group in self._groups:
            if phrase in group:
                return group[phrase]
        raise KeyError(phrase)

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._groups)

    def __len__(self) -> int:
        return sum(map(len, self._groups))


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a recogniser listens for, until told otherwise."""

    groups: tuple[PhraseGroup, ...]
    """Every live phrase is in one of them. Phrases of one command are variants of each other."""
    decoys: tuple[str, ...] = ()
    """Phrases that sound like commands and mean nothing."""
    own_decoys: tuple[str, ...] = ()
    """Decoys that the lifter wrote. Every engine uses these. The shipped ones are for engines that
    tend to hear likely sentences."""
    pronounce: Mapping[str, str] = field(default_factory=dict, hash=False)
    """How to pronounce a word, spelt in other words: {"rdl": "romanian deadlift"}."""

    @classmethod
    def of(cls, phrases: Mapping[str, Command], decoys: tuple[str, ...] = ()) -> Self:
        """A grammar of one group."""
        return cls((PhraseGroup(phrases),), decoys)

    @property
    def intents(self) -> frozenset[Intent]:
        """What is live."""
        return frozenset().union(*(group.intents for group in self.groups))

    @property
    def phrases(self) -> Mapping[str, Command]:
        """Every live phrase and its meaning."""
        return _Joined(self.groups)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of an utterance."""

    phrase: str
    """As in the grammar."""
    command: Command | None
    """What it means; None for a decoy."""
    confidence: float
    """Probability that exactly this was said, 0 to 1. Each engine calibrates its own evidence, so
    one threshold fits all."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """An utterance, as a recogniser reports it."""

    said: int
    """Output sample at which the speech began."""
    end: int
    """Output sample at which it ended."""
    candidates: tuple[Candidate, ...]
    """Best first, at most one for each command; empty if it was no phrase at all."""
    free: str = ""
    """What an open recogniser would write; "" if there is none."""
    note: str = ""
    """Why there are no candidates, in words ("talk, longer than any command")."""
    evidence: Mapping[str, float] = field(default_factory=dict)
    """The engine's figures behind the confidence, for tuning."""
    long: bool = False
    """Longer than any live command."""
    voice: Embedding = ()
    """Whose voice it is in (see `own_voice`); empty if nobody asked, or if it can't be told."""


# --- what comes into the session -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """The lifter gave a command, and the decision layer accepted it."""

    command: Command
    sure: bool = True
    """False: sure enough to be obeyed, but the coach asks before writing it down."""
    others: tuple[Command, ...] = ()
    """What it may have been instead, most probable first: other numbers of its kind."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """An utterance was not believed, but may have been meant."""

    echo: Command | None = None
    """The command it was, if the coach may have said it itself."""


@dataclass(frozen=True, slots=True)
class HearingLost:
    """The coach can't hear: microphone gone, digital silence, recogniser dead."""

    why: str


@dataclass(frozen=True, slots=True)
class HearingBack:
    """The coach hears again."""


@dataclass(frozen=True, slots=True)
class HearingMoved:
    """The coach hears through another microphone."""

    device: str
    """The device's name, as people know it."""


@dataclass(frozen=True, slots=True)
class HearingGivenUp:
    """The coach will not hear again, whatever was tried. Typed commands still count."""


@dataclass(frozen=True, slots=True)
class SoundLost:
    """The coach can't be heard: the output is gone, or the machine was asleep."""


@dataclass(frozen=True, slots=True)
class SoundBack:
    """The coach can be heard again."""


@dataclass(frozen=True, slots=True)
class SoundMoved:
    """The coach is heard through another device."""

    device: str
    """The device's name, as people know it."""


@dataclass(frozen=True, slots=True)
class LogTold:
    """Something happened to the log that the lifter should know."""

    line: str
    """The name of the line that says so."""


@dataclass(frozen=True, slots=True)
class ButtonLost:
    """The headset's or the clicker's buttons no longer reach the coach."""


@dataclass(frozen=True, slots=True)
class Woke:
    """The machine slept, or the program stood still: time has passed without output samples."""

    after: int
    """The missing time, in samples."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The program ends in three seconds or sooner, whatever is going on."""


@dataclass(frozen=True, slots=True)
class LineEnded:
    """A line is over: it was heard, or it was cut or dropped."""

    key: str
    """Of its `CueRequest`. If an alarm cut it and it was said again, the key ends in "+"."""
    heard: bool
    """To its end, by somebody. False if the output was lost."""


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
    | ButtonLost
    | Woke
    | LineEnded
    | Closing
)


# --- what goes out of the session ------------------------------------------------------------


class State(StrEnum):
    """Where the lifter is in a workout; `session.TABLE` has the transitions."""

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
    REST_PAUSE = "rest-pause"


class Placement(StrEnum):
    """How a cue is tied to time."""

    BEAT = "beat"
    """Its beat (the first vowel) falls on `CueRequest.at`."""
    END = "end"
    """It ends at `CueRequest.at`: a rep's number, if the next lowering follows at once."""
    GAP = "gap"
    """Anywhere between `CueRequest.at` and `CueRequest.until`, near `CueRequest.prefer`."""


@dataclass(frozen=True, slots=True)
class CueRequest:
    """Something the coach wants to say."""

    key: str
    """Unique for this request. Asking for a pending key again updates the request; if it already
    sounds, nothing changes."""
    id: str
    """Its name in the cue script or among the lines, for the trace."""
    kind: CueClass
    texts: tuple[str, ...]
    """Wordings with the variables filled in, longest first."""
    at: int
    until: int
    """When a gap cue must have ended. A cue on a beat takes a wording that ends by then, such as at
    the end of its phase, if it has one."""
    place: Placement = Placement.GAP
    prefer: int = 0
    """Where a gap cue is best heard; 0: as early as possible."""
    by: int = 0
    """When a prompt should have ended. If no gap comes before, others give way to it. 0:
    `until`."""
    priority: int = 50
    urgent: bool = False
    """True if it may cut the line that sounds."""
    yields: bool = False
    """True if a coaching line may take its place (the counts inside a phase)."""
    patient: bool = False
    """True if it only takes free room, and is dropped rather than displace others."""
    told: bool = False
    """True if the session is told what became of it (`LineEnded`)."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak these when there is room."""

    at: int
    wants: tuple[CueRequest, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """All cues of the running rep, and also of the next when it is near."""

    at: int
    wants: tuple[CueRequest, ...]
    known_until: int
    """No other cue on a beat will be asked for before this sample."""
    retimed: bool = False
    """Drop pending pacing cues that are not in `wants`."""


@dataclass(frozen=True, slots=True)
class Hush:
    """Be silent now: drop what waits, cut what sounds."""

    at: int
    reason: str
    cut: bool = True
    """False lets the sounding line end."""


@dataclass(frozen=True, slots=True)
class Unsay:
    """These lines are no longer true: drop those that wait, cut one that sounds."""

    at: int
    lines: frozenset[str]
    """By `CueRequest.id`."""
    reason: str


@dataclass(frozen=True, slots=True)
class Tone:
    """Play a tone of `audio.tones` with its first sample at `at`. Tones are not speech."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Gain:
    """From `at` on, everything the coach plays is this loud."""

    at: int
    decibels: float
    """0: as rendered."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The session entered another state."""

    at: int
    to: State


@dataclass(frozen=True, slots=True)
class PhaseBegan:
    at: int
    rep: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class RepDone:
    """A lift is done, and so rep number `n`; of a hold, a breath."""

    at: int
    n: int


@dataclass(frozen=True, slots=True)
class SetOver:
    at: int
    reps: int
    target: int
    """0: as many as possible."""
    tempo: str
    under_tension: int
    """Samples from the start of each rep to its end or interruption, summed over all reps."""
    ended_by: str
    """"target", "done", "stop", "pain" or "rest-pause", if that lasted too long."""
    rest_pauses: int = 0
    """How many there were."""


@dataclass(frozen=True, slots=True)
class Slept:
    """At `at`, `length` samples of time passed without output."""

    at: int
    length: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that makes no sense in this state. Nothing has changed."""

    at: int
    command: Command
    reason: str


@dataclass(frozen=True, slots=True)
class PhraseAsked:
    """In an enrolment: the lifter is asked for `phrase`, and `live` are its rivals."""

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
