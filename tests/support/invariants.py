"""What must always hold in a session, checked on its records.

By the names of lines and cues, which are the same in every language. The numbers are those of "What
always holds" in docs/architecture.md.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from voicecoach.core.cues import Outcome
from voicecoach.core.events import Entered, Intent, PhaseBegan, RepDone, SetOver, State
from voicecoach.core.plan import HOLD, LINES, SAMPLE_RATE, CueClass, Exercise, Phase, samples
from voicecoach.core.session import IN_A_SET
from voicecoach.core.session.spoken import SPOKEN
from voicecoach.core.workout import Retimed, SetBegan, WorkoutBegan, WorkoutOver

from .session_driver import SessionRun

LOG = ("log_waits", "log_written", "log_anew", "log_beside")
NEWS = (*LOG, "button_lost")

ASKS_TO_LOCK = ("ended", "ended_empty", "stopped", "hurt", "lock_again")


@dataclass(frozen=True)
class Stretch:
    """From sample `start` to before `end`."""

    start: int
    end: int

    def __contains__(self, at: int) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, repr=False)
class Drama:
    """A session and what was done to it."""

    performance: SessionRun
    exercise: Exercise
    """The exercise it began with."""
    language: str
    zeros: tuple[Stretch, ...]
    mute: tuple[Stretch, ...]
    """When nobody heard the coach."""
    closed: int | None = None
    """When the program was asked to end; None: it was not."""
    until: int = 1 << 60
    """When it ended, perhaps in the middle of something."""

    def unheard(self, at: int) -> bool:
        return any(at in stretch for stretch in self.mute)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self)[:8000])

    def __repr__(self) -> str:
        return (
            f"<{self.language} {self.exercise.id} {self.exercise.tempo}"
            f" zeros {self.zeros} mute {self.mute} {self.performance}>"
        )


Check = Callable[[Drama], None]
INVARIANTS: list[Check] = []


def invariant(check: Check) -> Check:
    """A condition that must hold after every session."""
    INVARIANTS.append(check)
    return check


def accepted(performance: SessionRun, *intents: Intent) -> list[int]:
    return [
        h.at
        for h in performance.heard
        if h.verdict.accepted and h.verdict.command and h.verdict.command.intent in intents
    ]


def state_at(performance: SessionRun, at: int) -> State:
    """The state before what happens at `at`."""
    return [e.to for e in performance.entered if e.at < at][-1]


def held(performance: SessionRun) -> bool:
    return any(isinstance(r, SetBegan) and r.tempo.startswith(HOLD) for r in performance.records)


def in_state(performance: SessionRun, state: State) -> list[Stretch]:
    bounds = [*[(e.at, e.to) for e in performance.entered], (1 << 60, State.SUMMARY)]
    return [Stretch(at, end) for (at, to), (end, _) in pairwise(bounds) if to is state]


@invariant
def invariant_1_stop_silences_the_pacing_within_100_ms(drama: Drama) -> None:
    performance = drama.performance
    for at in accepted(performance, Intent.STOP):
        before = state_at(performance, at)
        restarted = [e.at for e in performance.entered if e.to is State.COUNTDOWN and e.at > at]
        until = min(restarted, default=1 << 60)
        # What time brings at the same sample comes first: a tick of 24 ms.
        assert not [p for p in performance.phases if at < p.at < until]
        for cue in performance.cues():
            # The answer to one "stop" is not cut off by the next.
            answer = before is State.RACKING and cue.want.id in ("stopped", "hurt")
            if cue.at < at and cue.outcome is not Outcome.DROPPED and not answer:
                assert cue.end <= at + samples(0.1)
        if before in IN_A_SET and at + samples(0.5) <= drama.until:
            cues = [c for c in performance.cues("stopped") if c.at >= at]
            assert cues
            assert cues[0].at <= at + samples(0.5)


@invariant
def invariant_2_no_rep_starts_before_the_gate(drama: Drama) -> None:
    performance = drama.performance
    passed = False
    for entered in performance.entered:
        if entered.to is State.ARMED:
            passed = True
        elif entered.to is State.REP:
            assert passed
        elif entered.to in (State.RACKING, State.REST, State.READY, State.GATE):
            passed = False
    armed = accepted(performance, Intent.READY)
    assert all(e.at in armed for e in performance.entered if e.to is State.ARMED)


@invariant
def invariant_3_however_a_set_ends_the_catches_are_asked_for(drama: Drama) -> None:
    """At once, and again until confirmed or heard three times."""
    performance = drama.performance
    for over in performance.sets:
        assert [e for e in performance.entered if e.to is State.RACKING and e.at == over.at]
        if over.at + samples(0.5) > drama.until:
            continue
        left = min(
            (e.at for e in performance.entered if e.at > over.at and e.to is not State.RACKING),
            default=None,
        )
        asked = [
            cue
            for cue in performance.cues()
            if cue.want.id in ASKS_TO_LOCK
            and cue.want.kind is CueClass.SAFETY
            and cue.outcome is not Outcome.DROPPED
            and cue.at >= over.at
            and (left is None or cue.at <= left)
        ]
        # A line that sounds as the target is reached may finish, and an alarm comes first.
        until = asked[0].at if asked else left
        sounding = [
            c.end
            for c in performance.cues()
            if c.at < over.at < c.end
            or (c.want.urgent and until is not None and over.at <= c.at <= until)
        ]
        if not asked and left is None:
            # The program was killed while it was being said, or just before.
            assert performance.records[-1].at <= over.at + samples(5)
            continue
        if not asked:
            # She locked them by herself, and said so before the request could begin.
            assert left in accepted(performance, Intent.LOCKED)
            assert left <= max([over.at, *sounding]) + samples(0.5)
            continue
        assert asked[0].at <= max([over.at, *sounding]) + samples(0.5)
        confirmed = left in accepted(performance, Intent.LOCKED)
        if left is not None and not confirmed:
            heard = [
                cue
                for cue in asked
                if cue.outcome is Outcome.PLAYED and not drama.unheard(cue.end) and cue.end <= left
            ]
            assert len(heard) >= 3


def whole_reps(performance: SessionRun) -> list[tuple[int, int, int]]:
    """(set, first sample, end) of each rep that ran without interruption."""
    begun = [
        phase
        for before, phase in zip([None, *performance.phases], performance.phases, strict=False)
        if before is None or before.rep != phase.rep
    ]
    boundaries: list[PhaseBegan | Entered] = [*begun, *performance.entered]
    boundaries.sort(key=lambda record: record.at)
    done = {(r.at, r.n) for r in performance.reps}
    reps = []
    number = 0
    for this, following in pairwise(boundaries):
        if isinstance(this, Entered) and this.to is State.GATE:
            number += 1
        if isinstance(this, PhaseBegan) and any(
            n == this.rep and this.at < when <= following.at for when, n in done
        ):
            reps.append((number, this.at, following.at))
    return reps


@invariant
def invariant_4_knees_in_any_three_reps_head_in_any_four(drama: Drama) -> None:
    """Likewise each reminder of every exercise, as often as its script says. In a hold a breath
    counts as a rep."""
    performance = drama.performance
    by_set: dict[int, list[tuple[int, int]]] = {}
    for number, start, end in whole_reps(performance):
        by_set.setdefault(number, []).append((start, end))
    exercises = {r.exercise for r in performance.records if isinstance(r, SetBegan)}
    if exercises != {drama.exercise.id}:
        return  # another was chosen in between
    for cue in drama.exercise.cues:
        if cue.kind is not CueClass.SAFETY:
            continue
        assert cue.start <= cue.every + 1
        said = [c for c in performance.cues(cue.id) if c.outcome is not Outcome.DROPPED]
        for reps in by_set.values():
            for first in range(len(reps) - cue.every):
                window = reps[first : first + cue.every + 1]
                begun = [c for c in said if window[0][0] <= c.at < window[-1][1]]
                # What ended the set may have cut it.
                heard = [c.outcome is Outcome.PLAYED or c.end >= window[-1][1] for c in begun]
                assert any(heard), (cue.id, window)


@invariant
def invariant_5_deafness_is_said_within_two_seconds_and_again(drama: Drama) -> None:
    """And the pacing goes on."""
    performance = drama.performance
    for cue in performance.cues("deaf"):
        if cue.outcome is Outcome.DROPPED:
            # Only a speaking lifter, a lost output, or hearing that is back may remove the alarm.
            assert cue.at in hushes(drama) or cue.reason == "it hears again"
    told = [c.at for c in performance.cues() if c.want.id in ("deaf", "still_deaf")]
    for zeros in drama.zeros:
        for since in range(zeros.start, zeros.end - samples(45), samples(5)):
            assert any(since <= at <= since + samples(45) for at in told), since


def hushes(drama: Drama) -> set[int]:
    """Times at which even safety may be cut: a command, the end of a set, an output that is lost or
    back."""
    performance = drama.performance
    return {
        *(h.at for h in performance.heard if h.verdict.accepted),
        *(over.at for over in performance.sets),
        *(() if drama.closed is None else (drama.closed,)),
        *(at for mute in drama.mute for at in (mute.start, mute.end)),
        *(e.at for e in performance.entered if e.to in (State.PAUSED, State.REST_PAUSE)),
    }


@invariant
def invariant_6_after_pain_nothing_moves_until_the_lifter_starts_again(drama: Drama) -> None:
    performance = drama.performance
    for at in accepted(performance, Intent.PAIN):
        begun = [s for s in accepted(performance, Intent.START) if s > at]
        until = min(begun, default=1 << 60)
        assert not [p for p in performance.phases if at < p.at < until]
        if at + samples(0.5) > drama.until:
            continue
        cues = [c for c in performance.cues("hurt") if c.at >= at]
        assert cues
        assert cues[0].at <= at + samples(0.5)


@invariant
def invariant_7_cues_never_overlap_and_each_ends_once(drama: Drama) -> None:
    performance = drama.performance
    sounded = [c for c in performance.cues() if c.outcome is not Outcome.DROPPED]
    for earlier, later in pairwise(sounded):
        assert earlier.end <= later.at
    ends = Counter(cue.want.key for cue in performance.cues())
    assert set(ends.values()) <= {1}
    for cue in performance.cues():
        if cue.want.kind is CueClass.SAFETY and cue.outcome is Outcome.DROPPED:
            # Never for lack of room: only because something ended what it belonged to.
            assert cue.at in hushes(drama) or cue.reason == "it hears again", cue
        if cue.outcome is not Outcome.PLAYED:
            assert cue.reason


@invariant
def invariant_8_a_line_is_only_said_where_it_is_true(drama: Drama) -> None:
    """In the state whose line it is, however it was delayed: "repeat", an answer that waited."""
    performance = drama.performance
    own = {cue.id for cue in drama.exercise.cues}
    times = [entered.at for entered in performance.entered]
    for cue in performance.cues():
        line = cue.want.id
        if cue.outcome is Outcome.DROPPED or line not in LINES or line in own | DEVICES:
            continue
        # Lines planned on entering a state begin a little before their beat, so they belong to both
        # states.
        states = {
            performance.entered[max(0, bisect_right(times, at) - 1)].to
            for at in (cue.at, cue.want.at, cue.at + samples(0.3))
        }
        if State.REP in states:
            states |= {State.COUNTDOWN}
        if State.COUNTDOWN in states and not cue.want.told:
            states |= {State.REP}  # of the rep that it counts down to
        assert any(line in SPOKEN[state] for state in states), (cue, states)
        paced = in_state(performance, State.REP)
        if line in NEVER_IN_A_REP:
            assert not any(cue.at in rep for rep in paced), cue


DEVICES = {"hearing_moved", "sound_moved", "deaf_for_good"}
"""True in every state."""

NEVER_IN_A_REP = {
    *ASKS_TO_LOCK,
    *("gate", "gate_first", "release", "paused", "still_paused", "unconfirmed", "good_set"),
    *("empty_set", "last_empty"),
    *("gate_drop", "rest_pause", "rest_pause_soon", "breathe_in", "breathe_out"),
    *("setup_first", "setup_done", "announce", "announce_at", "announce_set", "rest_over"),
}
"""Lines of gate, release, pause and racking."""


@invariant
def invariant_9_no_rep_is_paced_that_nobody_hears(drama: Drama) -> None:
    for phase in drama.performance.phases:
        assert not drama.unheard(phase.at), phase


@invariant
def invariant_10_only_sound_proves_the_microphone(drama: Drama) -> None:
    for cue in drama.performance.cues("hearing"):
        since = cue.want.at - samples(0.1)
        assert not any(since in zeros for zeros in drama.zeros), cue


@invariant
def invariant_breath_goes_with_its_phase(drama: Drama) -> None:
    """In while lowering, out while lifting. The squat breathes in at the top, and while lowering if
    there is no top."""
    performance = drama.performance
    exercises = {r.exercise for r in performance.records if isinstance(r, SetBegan)}
    if drama.language != "en" or drama.exercise.id not in ("leg-press", "squat"):
        return
    if exercises != {drama.exercise.id}:
        return  # another was chosen in between
    into = {Phase.LOWER} if drama.exercise.id == "leg-press" else {Phase.TOP, Phase.LOWER}
    for cue in performance.played():
        if cue.want.kind is CueClass.BREATH:
            middle = (cue.at + cue.end) // 2
            phase = [p for p in performance.phases if p.at <= middle][-1].phase
            if cue.end - cue.at < samples(1):
                assert bool(re.search(r"\bin\b", cue.text.lower())) == (phase in into), cue


@invariant
def invariant_a_rest_pause_ends_and_its_reps_are_whole(drama: Drama) -> None:
    """After half a minute the weight is secured, if nothing else was said."""
    performance = drama.performance
    for wait in in_state(performance, State.REST_PAUSE):
        assert wait.end - wait.start <= samples(30) or wait.end == 1 << 60
        assert not [p for p in performance.phases if wait.start <= p.at < wait.end]


@invariant
def invariant_a_set_without_a_target_never_ends_by_itself(drama: Drama) -> None:
    for over in drama.performance.sets:
        assert over.target or over.ended_by != "target"


@invariant
def invariant_phases_lie_exactly_where_the_tempo_puts_them(drama: Drama) -> None:
    performance = drama.performance
    retimed = accepted(performance, Intent.SLOWER, Intent.FASTER)
    for phase, following in pairwise(performance.phases):
        length = following.at - phase.at
        if following.rep == phase.rep and not [at for at in retimed if phase.at <= at]:
            assert length % SAMPLE_RATE == 0 or [
                e for e in performance.entered if phase.at < e.at <= following.at
            ]


@invariant
def invariant_what_is_left_behind_is_a_log(drama: Drama) -> None:
    """A workout begins before it ends; a set begins once and ends once, with its reps and tempos in
    between."""
    kinds = (WorkoutBegan, WorkoutOver, SetBegan, SetOver, RepDone, Retimed)
    open_set = open_workout = False
    to_be_closed = False
    """One that broke off was opened for its catches, and a new one may begin in its place."""
    for record in (r for r in drama.performance.records if isinstance(r, kinds)):
        match record:
            case WorkoutBegan(carried_on=carried_on):
                assert not open_workout or to_be_closed
                open_workout, to_be_closed = True, carried_on
            case WorkoutOver():
                assert open_workout
                assert not open_set
                open_workout = False
            case SetBegan():
                assert open_workout
                assert not open_set
                open_set, to_be_closed = True, False
            case SetOver():
                assert open_set
                open_set = False
            case _:
                assert open_set


@invariant
def invariant_a_hold_is_breathed_through_and_lasts_as_long_as_it_says(drama: Drama) -> None:
    """Any three breaths are cued in both directions; a target that was reached took its time."""
    performance = drama.performance
    if not held(performance):
        return
    reps = whole_reps(performance)
    for first in range(len(reps) - 2):
        (number, start, _), _, (last, _, end) = reps[first : first + 3]
        for way in (Phase.LOWER, Phase.LIFT) if number == last else ():
            assert any(start - samples(0.2) <= c.at < end for c in performance.played(way.value))
    for over in performance.sets:
        if over.tempo.startswith(HOLD) and over.ended_by == "target":
            assert over.under_tension >= over.target * samples(5)


@invariant
def invariant_the_last_news_is_heard(drama: Drama) -> None:
    """Once no weight is held, somebody hears it, and nothing else needs to be said."""
    performance = drama.performance
    told = [c for c in performance.cues() if c.want.id in NEWS]
    if not told or drama.mute or performance.states[-1] not in (State.REST, State.READY):
        return
    last = max(told, key=lambda cue: cue.at)
    assert last.outcome is Outcome.PLAYED or drama.performance.heard


def check(drama: Drama) -> None:
    for each in INVARIANTS:
        each(drama)
