"""The value objects of a set, with every duration in samples.

Everything here is frozen, and independent of sound, files and clocks. Seconds become samples once,
when the configuration is read (`samples`). From then on, time is an integer count of output samples
at `SAMPLE_RATE`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .language import Language
from .loading import Loading
from .workout import Weight

SAMPLE_RATE = 48_000
"""Output samples per second. All times in the core are counts of these."""

MICROPHONE_RATE = 16_000
"""The rate recognisers hear, in Hz. One microphone sample is three output samples."""

LONGEST_SENSIBLE_REP = 10 * SAMPLE_RATE
"""Samples. 0.5-8 s a rep build muscle alike, and slower than 10 s is probably worse (Schoenfeld,
Ogborn & Krieger 2015), so the coach warns above this."""


def samples(seconds: float) -> int:
    """Seconds to output samples, rounded once."""
    return round(seconds * SAMPLE_RATE)


def seconds(count: int) -> float:
    """Output samples to seconds, rounded to the microsecond for people and traces."""
    return round(count / SAMPLE_RATE, 6)


class Phase(StrEnum):
    """The four parts of a rep, in the order of tempo notation.

    In a hold, a rep is a breath: breathing in is `LOWER`, breathing out is `LIFT`, and there are no
    other parts.
    """

    LOWER = "lower"
    """Eccentric: the weight comes down (or back)."""
    BOTTOM = "bottom"
    LIFT = "lift"
    """Concentric: the weight is moved."""
    TOP = "top"

    @property
    def following(self) -> Phase:
        order = tuple(Phase)
        return order[(order.index(self) + 1) % len(order)]


BREATH = (2 * SAMPLE_RATE, 3 * SAMPLE_RATE)
"""The default breath of a hold: samples in, and out."""

HOLD = "hold "
"""Prefix of a hold's tempo as text."""


def length_of(tempo: str) -> int | None:
    """Samples of a rep or a breath at `tempo`, as `str(Tempo)` writes it; None for any other
    text."""
    try:
        parts = [float(part) for part in tempo.removeprefix(HOLD).split("-")]
    except ValueError:
        return None
    return round(sum(parts) * SAMPLE_RATE)


def seconds_held(tempo: str, breaths: int) -> int | None:
    """Seconds that `breaths` breaths of a hold take; None if `tempo` is not a hold's."""
    length = length_of(tempo) if tempo.startswith(HOLD) else None
    return None if length is None else round(breaths * length / SAMPLE_RATE)


_DASHED = re.compile(r"\s*(\d{1,2})\s*-\s*(\d{1,2})\s*-\s*(\d{1,2}|[xX])\s*-\s*(\d{1,2})\s*")
_PACKED = re.compile(r"\s*(\d)(\d)(\d|[xX])(\d)\s*")

_SHORTEST_X = SAMPLE_RATE // 2
"""Samples."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How long each phase of a rep lasts, in samples (standard four-part notation).

    The order is always lowering, pause at the bottom, lifting, pause at the top. The exercise says
    which of them a rep starts with. `breath` makes the tempo of a hold, which never changes.
    """

    lower: int
    bottom: int
    lift: int
    top: int
    held: bool = False
    """True if a rep is a breath."""

    @classmethod
    def breath(cls, into: int, out: int) -> Tempo:
        """A hold, paced by breaths of `into` and `out` samples."""
        return cls(into, 0, out, 0, held=True)

    @classmethod
    def parse(cls, text: str, explosive: float = 1.0) -> Tempo:
        """Read `3-1-2-0`, `3120` or `30X0` (whole seconds).

        `X` lifts as fast as control allows: `explosive` seconds. Raises ValueError, with what would
        be right, for anything else.
        """
        found = _DASHED.fullmatch(text) or _PACKED.fullmatch(text)
        shown = "".join(sign for sign in text[:40] if sign.isprintable())
        if found is None:
            raise ValueError(
                f'"{shown}" is not a tempo; expected seconds of lowering, '
                "bottom, lifting and top, like 3-1-2-0, 3120 or 30X0"
            )
        lower, bottom, lift, top = found.groups()
        tempo = cls(
            samples(int(lower)),
            samples(int(bottom)),
            samples(explosive if lift in "xX" else int(lift)),
            samples(int(top)),
        )
        shortest = _SHORTEST_X if lift in "xX" else SAMPLE_RATE
        if tempo.lower < SAMPLE_RATE or tempo.lift < shortest:
            raise ValueError(
                f'"{shown}" is not a tempo: lowering and lifting take at least 1 s each, '
                "and an X 0.5 s"
            )
        return tempo

    def of(self, phase: Phase) -> int:
        """The length of `phase` in samples; a pause may be 0."""
        length: int = getattr(self, phase.value)
        return length

    @property
    def rep(self) -> int:
        """The length of a whole rep in samples."""
        return self.lower + self.bottom + self.lift + self.top

    def stretched(self, by: int) -> Tempo:
        """Change lowering and lifting by `by` samples each. Neither gets shorter than a second. An
        explosive lift, which is shorter already, stays: it is as fast as control allows."""

        def changed(length: int) -> int:
            return length if length < SAMPLE_RATE else max(SAMPLE_RATE, length + by)

        return replace(self, lower=changed(self.lower), lift=changed(self.lift))

    def __str__(self) -> str:
        """`3-1-2-1`, or `hold 2-3` with the seconds of a breath."""
        phases = (Phase.LOWER, Phase.LIFT) if self.held else tuple(Phase)
        parts = "-".join(f"{self.of(phase) / SAMPLE_RATE:g}" for phase in phases)
        return f"{HOLD}{parts}" if self.held else parts


class CueClass(StrEnum):
    """What a cue is for. This decides how it competes for the one line of speech."""

    SAFETY = "safety"
    """Must be heard: never dropped for lack of room, may displace anything else."""
    COUNT = "count"
    """A number on its second: now or never (see `cues.LATENESS`)."""
    PHASE = "phase"
    """What to do now: now or never."""
    BREATH = "breath"
    """In while lowering, out while lifting: with its phase or never."""
    PROMPT = "prompt"
    """A question, an answer or an instruction of the coach: in the next gap."""
    FORM = "form"
    """A point of technique: in the next gap. It may take the place of counts."""
    ENCOURAGEMENT = "encouragement"
    """Only if the line is free."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said: alternatives in turn, each with an optional short form.

    Texts are templates: `{rep}`, `{left}` and the like are filled in when spoken.
    """

    full: tuple[str, ...]
    short: tuple[str, ...] = ()

    def turn(self, n: int) -> tuple[str, ...]:
        """The texts to try the `n`-th time (from 0), longest first."""
        full = self.full[n % len(self.full)]
        return (full, self.short[n % len(self.short)]) if self.short else (full,)


@dataclass(frozen=True, slots=True)
class Cue:
    """A recurring reminder of a cue script: safety, form or encouragement."""

    id: str
    kind: CueClass
    wording: Wording
    phase: Phase | None
    """The phase in which it should be heard; None: any phase with room."""
    every: int = 1
    """1: each rep, 2: every other rep, and so on."""
    start: int = 1
    """The first rep (from 1) at which it is due."""
    last: int | None = None
    """The last rep at which it may be due; None: to the end of the set."""
    once: bool = False
    """Only at rep `start` of a set."""
    priority: int = 50
    """Breaks ties within a class: the lower number goes first."""

    def due(self, rep: int) -> bool:
        """Whether it is due in rep number `rep` (from 1)."""
        if rep < self.start or (self.last is not None and rep > self.last):
            return False
        if self.once:
            return rep == self.start
        return (rep - self.start) % self.every == 0

    def turn(self, rep: int) -> int:
        """How often it was due before rep `rep`, which picks the alternative."""
        return max(0, rep - self.start) // self.every


@dataclass(frozen=True, slots=True)
class Opener:
    """What is said as a phase begins, on its beat."""

    kind: CueClass
    wording: Wording
    learned: int
    """After this many reps, the short wording is enough."""
    ticks: bool
    """True if the seconds inside the phase are counted ("two", "three")."""


@dataclass(frozen=True, slots=True)
class SetupItem:
    """One point of the set-up checklist."""

    id: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Progression:
    """Double progression: first more reps at the same weight, then more weight. Of a hold, reps are
    breaths."""

    low: int
    """Reps at which a new weight begins."""
    high: int
    """Reps at which a weight has become too light, or a hold is long enough."""
    steps: tuple[Weight, ...]
    """The weight to add then, one for each unit."""
    by: int = 1
    """How many reps are added at a time."""
    left: int | None = None
    """More weight only if so many more reps were possible (see `effort`), and after each work set
    the coach asks for them. None: it does not ask."""


CUE_VARIABLES = frozenset({"rep", "left", "set", "sets", "weight", "next", "tempo", "name"})
"""The variables that a cue's text may use."""

COUNTED_VARIABLES = frozenset({"rep", "left", "set", "sets"})
"""Those that are numbers, and may take a unit: `{left:reps}`."""

KNOWN_VARIABLES = CUE_VARIABLES - {"sets", "weight", "next"}
"""Those that are known in every set. A cue that must be said may use no others."""

LINES: Mapping[str, frozenset[str]] = {
    # name of a line: the variables its text may use
    "prove_stop": frozenset(),
    "stop_heard": frozenset(),
    "unproved": frozenset(),
    "choose": frozenset({"choices"}),
    "interrupted": frozenset({"ago", "count"}),
    "announce": frozenset({"name", "reps", "tempo", "set", "weight"}),
    "announce_at": frozenset({"name", "reps", "tempo", "weight", "at"}),
    "announce_warm_up": frozenset({"name", "reps", "tempo", "weight", "at"}),
    "announce_set": frozenset({"name", "reps", "set", "of", "weight", "at"}),
    "announce_side": frozenset({"side", "reps"}),
    "announce_plan": frozenset({"name", "of", "reps", "tempo", "at"}),
    "announce_superset": frozenset({"stations", "rounds", "name", "reps", "tempo", "weight", "at"}),
    "announce_station": frozenset({"name", "round", "rounds", "reps", "weight", "at"}),
    "round_over": frozenset({"rest"}),
    "one_more_round": frozenset({"round"}),
    "gate": frozenset(),
    "gate_first": frozenset(),
    "release": frozenset(),
    "setup_first": frozenset(),
    "setup_done": frozenset(),
    "half_way": frozenset({"done", "left"}),
    "last_rep": frozenset({"done"}),
    "paused": frozenset({"done", "left"}),
    "still_paused": frozenset({"done", "left"}),
    "ended": frozenset({"done"}),
    "ended_empty": frozenset(),
    "stopped": frozenset({"done"}),
    "lock_again": frozenset(),
    "hurt": frozenset(),
    "hurt_over": frozenset(),
    "nothing_done": frozenset(),
    "nothing_to_stop": frozenset(),
    "good_set": frozenset({"done", "rest", "weight"}),
    "empty_set": frozenset({"rest"}),
    "unconfirmed": frozenset({"rest"}),
    "not_medical": frozenset(),
    "rest_half": frozenset({"left"}),
    "rest_soon": frozenset({"left", "set", "weight", "at"}),
    "rest_soon_warm_up": frozenset({"left", "weight", "at"}),
    "rest_soon_exercise": frozenset({"left", "next"}),
    "rest_over": frozenset({"set"}),
    "rest_open": frozenset(),
    "rest_left": frozenset({"left"}),
    "rest_paused": frozenset({"left"}),
    "rested": frozenset({"rested"}),
    "no_rest": frozenset(),
    "finish": frozenset(),
    "not_finished": frozenset(),
    "last_set": frozenset({"done", "weight"}),
    "last_empty": frozenset(),
    "no_next_exercise": frozenset(),
    "one_more_set": frozenset({"set"}),
    "summary": frozenset({"exercises", "sets", "reps"}),
    "untrained": frozenset(),
    "moved": frozenset({"weight"}),
    "record": frozenset({"name", "reps", "weight", "at"}),
    "saved": frozenset(),
    "how_many": frozenset({"done", "left"}),
    "how_many_before": frozenset({"reps"}),
    "how_many_after": frozenset({"done", "rest"}),
    "slowest": frozenset({"tempo"}),
    "fastest": frozenset({"tempo"}),
    "slow_warning": frozenset({"seconds"}),
    "no_tempo": frozenset({"name"}),
    "no_hold": frozenset({"name"}),
    "no_reps": frozenset({"name"}),
    "held_so_far": frozenset({"done", "left"}),
    "held_left": frozenset({"done", "left"}),
    "tempo_set": frozenset({"tempo"}),
    "more": frozenset({"left", "reps"}),
    "reps_set": frozenset({"reps"}),
    "reps_logged": frozenset({"reps"}),
    "weight_set": frozenset({"weight"}),
    "weight_next": frozenset({"weight"}),
    "no_sled": frozenset(),
    "no_weight": frozenset(),
    "no_lighter": frozenset(),
    "nothing_to_skip": frozenset(),
    "upcoming": frozenset({"name", "reps", "set", "weight", "at"}),
    "upcoming_warm_up": frozenset({"name", "reps", "weight", "at"}),
    "upcoming_drop": frozenset({"name", "reps", "weight", "at"}),
    "upcoming_exercise": frozenset({"next"}),
    "nothing_upcoming": frozenset(),
    "rpe_logged": frozenset({"rpe"}),
    "ask_left": frozenset(),
    "left_logged": frozenset({"left"}),
    "none_left": frozenset(),
    "big_step": frozenset({"percent", "weight"}),
    "program_today": frozenset({"program", "week", "day", "planned"}),
    "lighter_week": frozenset(),
    "today": frozenset({"planned"}),
    "no_plan": frozenset(),
    "note_logged": frozenset({"note"}),
    "no_set_yet": frozenset(),
    "ask_weight": frozenset(),
    "ask_pounds": frozenset(),
    "ask_reps": frozenset(),
    "unsure": frozenset({"heard"}),
    "not_noted": frozenset(),
    "undone": frozenset(),
    "nothing_to_undo": frozenset(),
    "cant_undo": frozenset(),
    "next_time": frozenset({"reps", "weight", "at", "next"}),
    "next_set": frozenset({"reps", "weight", "at", "next"}),
    "held_longest": frozenset({"reps", "weight", "at"}),
    "agreed": frozenset({"next"}),
    "last_time": frozenset({"ago", "sets"}),
    "no_last_time": frozenset({"name"}),
    "stronger": frozenset({"percent", "count"}),
    "weaker": frozenset({"percent", "count"}),
    "as_strong": frozenset({"count"}),
    "strength_unknown": frozenset({"count"}),
    "quiet_on": frozenset(),
    "talk_on": frozenset(),
    "louder": frozenset(),
    "softer": frozenset(),
    "loudest": frozenset(),
    "softest": frozenset(),
    "explain": frozenset({"name"}),
    "help": frozenset(),
    "options": frozenset({"commands"}),
    "nothing_to_repeat": frozenset(),
    "no_variation": frozenset({"name"}),
    "deaf": frozenset(),
    "still_deaf": frozenset(),
    "hearing": frozenset(),
    "hearing_moved": frozenset({"device"}),
    "deaf_for_good": frozenset(),
    "sound_moved": frozenset({"device"}),
    "log_waits": frozenset(),
    "log_written": frozenset(),
    "log_anew": frozenset(),
    "log_beside": frozenset(),
    "log_in_part": frozenset(),
    "button_lost": frozenset(),
    "no_voice": frozenset(),
    "announce_drop": frozenset({"name", "reps", "weight", "at"}),
    "announce_falling": frozenset({"name", "of", "each", "tempo"}),
    "gate_drop": frozenset(),
    "reps_open": frozenset(),
    "most_set": frozenset(),
    "how_many_open": frozenset({"done"}),
    "rest_pause": frozenset(),
    "breathe_in": frozenset(),
    "breathe_out": frozenset(),
    "rest_pause_soon": frozenset(),
    "missed": frozenset({"reps"}),
    "to_failure": frozenset({"reps"}),
    # plates and warm-up ramps
    "loaded": frozenset({"load"}),
    "load_next": frozenset({"weight", "load"}),
    "cant_load": frozenset({"heard"}),
    "no_such_load": frozenset({"name"}),
    "announce_ramp": frozenset({"next", "count"}),
    "no_ramp": frozenset({"next"}),
    "warm_up_skipped": frozenset(),
}
"""Every line the coach can say outside the cues, with the variables each may use.
`config/languages/<language>/messages.toml` words them all; an exercise may reword any."""


_COUNTED = frozenset(
    {
        *("reps", "done", "left", "set", "of", "seconds", "sets", "exercises", "percent", "count"),
        *("week", "day", "round", "rounds"),
    }
)
_IN_WORDS = {"last_time": "sets"} | {line: "left" for line in LINES if line.startswith("rest_")}
"""Line -> the variable that is words in it: the sets of a workout, the time left of a rest."""


def counted(line: str) -> frozenset[str]:
    """The variables of a line that are numbers, and may take a unit: `{left:reps}`."""
    return (LINES[line] & _COUNTED) - {_IN_WORDS.get(line, "")}


@dataclass(frozen=True, slots=True)
class Exercise:
    """A cue script: everything a coach says and does around one exercise."""

    id: str
    """The file's name, as the lifter would type it: `leg-press`."""
    name: str
    first: Phase
    """The phase with which a rep starts: LOWER for a sled, LIFT for a pulldown."""
    tempo: Tempo
    reps: int
    """The target of a set."""
    rest: int
    """Samples of rest after a set; 0: rest without a target."""
    countdown: int
    """Seconds counted down before the first rep."""
    openers: Mapping[Phase, Opener]
    cues: tuple[Cue, ...]
    lines: Mapping[str, Wording]
    """A wording for every name in `LINES`."""
    setup: tuple[SetupItem, ...]
    variations: Mapping[str, Wording]
    """What to do differently, by the name the lifter says: `high`, `wide`, ..."""
    language: Language
    called: tuple[str, ...] = ()
    """Other names by which the lifter may choose it."""
    progression: Progression | None = None
    """When to do more; None: the coach suggests nothing."""
    loading: Loading | None = None
    """What can be loaded; None: not known."""
    sides: tuple[str, ...] = ()
    """The sides that take turns in a set, as spoken ("Left leg"); empty: both at once."""
    variation_sides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The sides of variations that change them."""
    half_way_from: int = 6
    """Half-way is announced in sets of at least this many reps."""
    lock_every: int = field(default=8 * SAMPLE_RATE)
    """Samples between the reminders to lock the catches."""
    tempo_step: int = field(default=SAMPLE_RATE)
    """Samples that "slower" adds to lowering and to lifting, and "faster" takes away."""
    explosive: float = 1.0
    """Seconds of an "X" in a tempo."""
    phase_tick: bool = True
    """True if a soft tick marks each phase's first sample."""

    @property
    def held(self) -> bool:
        """True if a position is held. Its reps are breaths, and are told in seconds."""
        return self.tempo.held

    def told(self, reps: int) -> int:
        """The number the coach says for `reps`."""
        return round(reps * self.tempo.rep / SAMPLE_RATE) if self.held else reps

    def breaths(self, seconds: int) -> int:
        """The breaths of a hold of at least `seconds` seconds; at least 1."""
        return max(1, -(-seconds * SAMPLE_RATE // self.tempo.rep))
