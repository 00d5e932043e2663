"""The safety invariants of the design, over random sessions.

Each session is a random stream of commands, pauses of the microphone, tempos,
targets and voices from quick to slow, through the real engine with a silent
voice. What must hold whatever happens is checked on what was left behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from voicecoach.core.cues import Outcome
from voicecoach.core.events import Entered, Intent, PhaseBegan, RepDone, SetOver, State
from voicecoach.core.pacing import Talk
from voicecoach.core.plan import HOLD, SAMPLE_RATE, CueClass, Phase, samples
from voicecoach.core.workout import Retimed, SetBegan, Visit, WorkoutBegan, WorkoutOver

from .stage import BEGIN, Performance, leg_curl, leg_press, perform, plank
from .workouts import BROKEN, LEGS, PAST, SLED

WORDS = (
    (
        "start set ready locked done stop pause resume slower faster how_many one_more repeat "
        "set_up next help quiet talk_more pain dizzy ten_reps eighty_kilos tempo_three_one_two "
        "feet_high louder softer leg_press what_does_this_work yes no undo finish_the_workout "
        "next_exercise skip_rest one_more_set add_thirty_seconds pause_rest how_long log_ten_reps "
        "that_was_hard note_left_knee am_i_getting_stronger leg_press_four_sets_of_ten carry_on "
        "sled_plus_two_plates_a_side what_did_i_do_last_time forty_seconds "
        "plank_three_holds_of_thirty_seconds single_leg both_legs"
    )
    .replace("start set", "start_set")
    .split()
)

SECONDS = 75.0

words = st.lists(
    st.tuples(
        st.floats(14.0, SECONDS - 1, allow_nan=False).map(lambda s: round(s, 2)),
        st.sampled_from([word.replace("_", " ") for word in WORDS]),
    ),
    max_size=9,
)
"""Anything at any time; most sessions get through the gate first."""

tempos = st.sampled_from(["3-1-2-1", "3-1-2-0", "2-0-1-0", "1-0-1-0", "4-2-3-1", "30X0", "5-0-1-2"])


sleeps = st.lists(
    st.tuples(st.floats(1.0, SECONDS - 5), st.floats(2.0, 7200.0), st.sampled_from([0.0, 1.0])),
    max_size=2,
)
"""The machine sleeps; now and then the output is lost with it."""

VISITS: list[dict[str, Any]] = [
    {},
    {"offered": (leg_press(reps=2),)},
    {"offered": (leg_press(), leg_curl()), "visit": Visit(LEGS, PAST, sled=SLED)},
    {"visit": Visit(interrupted=BROKEN)},
]
"""Alone, with a choice, with a plan, with something that broke off."""


exercises = st.one_of(
    st.builds(leg_press, tempos, reps=st.integers(1, 9)),
    st.builds(plank, st.sampled_from([5, 20, 30, 45])),
)
"""With reps, and a position that is held."""


def held(performance: Performance) -> bool:
    return any(isinstance(r, SetBegan) and r.tempo.startswith(HOLD) for r in performance.records)


@st.composite
def sessions(draw: st.DrawFn) -> Performance:
    begin = BEGIN if draw(st.integers(0, 4)) else ()
    zeros = draw(st.sampled_from([(), ((20.0, 26.0),), ((30.0, 31.5), (40.0, 55.0))]))
    return perform(
        [*begin, *draw(words)],
        SECONDS,
        exercise=draw(exercises),
        zeros=zeros,
        pace=draw(st.sampled_from([0.03, 0.055, 0.075])),
        talk=draw(st.sampled_from(Talk)),
        sleeps=sorted(draw(sleeps), key=lambda sleep: sleep[0]),
        **draw(st.sampled_from(VISITS)),
    )


Check = Callable[[Performance], None]
INVARIANTS: list[Check] = []


def invariant(check: Check) -> Check:
    """One thing that must hold after every session."""
    INVARIANTS.append(check)
    return check


def accepted(performance: Performance, *intents: Intent) -> list[int]:
    return [
        h.at
        for h in performance.heard
        if h.verdict.accepted and h.verdict.command and h.verdict.command.intent in intents
    ]


def state_at(performance: Performance, at: int) -> State:
    """The state before what happens at `at`."""
    return [e.to for e in performance.entered if e.at < at][-1]


@invariant
def invariant_1_stop_silences_the_pacing_within_100_ms(performance: Performance) -> None:
    for at in accepted(performance, Intent.STOP):
        before = state_at(performance, at)
        restarted = [e.at for e in performance.entered if e.to is State.COUNTDOWN and e.at > at]
        until = min(restarted, default=1 << 60)
        assert not [p for p in performance.phases if at <= p.at < until]
        for cue in performance.cues():
            if cue.at < at and cue.outcome is not Outcome.DROPPED:
                assert cue.end <= at + samples(0.1)
        if before in (State.ARMED, State.COUNTDOWN, State.REP, State.PAUSED):
            said = [c for c in performance.cues("stopped") if c.at >= at]
            assert said
            assert said[0].at <= at + samples(0.5)


@invariant
def invariant_2_no_rep_starts_before_the_gate(performance: Performance) -> None:
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
def invariant_3_however_a_set_ends_the_catches_are_asked_for(performance: Performance) -> None:
    ends = [*performance.sets]
    for over in ends:
        racking = [e for e in performance.entered if e.to is State.RACKING and e.at == over.at]
        assert racking
        left = min(
            (e.at for e in performance.entered if e.at > over.at and e.to is not State.RACKING),
            default=None,
        )
        asked = [
            cue
            for cue in performance.cues()
            if any(words in cue.text.lower() for words in ("catches", "to the floor"))
            and cue.want.kind is CueClass.SAFETY
            and cue.outcome is not Outcome.DROPPED
            and cue.at >= over.at
            and (left is None or cue.at <= left)
        ]
        assert asked
        # A line that sounds as the target is reached may end.
        sounding = [c.end for c in performance.cues() if c.at < over.at < c.end]
        # An alarm that waited for its end comes before.
        alarms = [c for c in performance.cues() if c.want.urgent and over.at <= c.at <= asked[0].at]
        sounding += [c.end for c in alarms]
        assert asked[0].at <= max([over.at, *sounding]) + samples(0.5)
        locked = [at for at in accepted(performance, Intent.LOCKED) if at >= over.at]
        if left is not None and left not in locked:
            assert len(asked) >= 3


def whole_reps(performance: Performance) -> list[tuple[int, int, int]]:
    """(set, first sample, end) of each rep that ran from its beginning to its end in one piece."""
    boundaries = sorted(
        [(p.at, p) for p in performance.phases if p.phase is Phase.LOWER]
        + [(e.at, e) for e in performance.entered],
        key=lambda pair: pair[0],
    )
    done = {(r.at, r.n) for r in performance.reps}
    reps = []
    number = 0
    for (at, this), (end, _) in pairwise(boundaries):
        if isinstance(this, Entered) and this.to is State.GATE:
            number += 1
        if isinstance(this, PhaseBegan) and any(
            n == this.rep and at < when <= end for when, n in done
        ):
            reps.append((number, at, end))
    return reps


@invariant
def invariant_4_knees_in_any_three_reps_head_in_any_four(performance: Performance) -> None:
    """In a hold a rep is a breath, and it is the hips and the breathing."""
    often, seldom = ("hips", "breath") if held(performance) else ("knees", "head")
    by_set: dict[int, list[tuple[int, int]]] = {}
    for number, start, end in whole_reps(performance):
        by_set.setdefault(number, []).append((start, end))
    for reps in by_set.values():
        for cue, every in ((often, 3), (seldom, 4)):
            played = [c.at for c in performance.played(cue)]
            for first in range(len(reps) - every + 1):
                window = reps[first : first + every]
                assert any(window[0][0] <= at < window[-1][1] for at in played), (cue, window)


@invariant
def invariant_5_deafness_is_said_within_two_seconds_and_the_pacing_goes_on(
    performance: Performance,
) -> None:
    for cue in performance.cues("deaf"):
        if cue.outcome is Outcome.DROPPED:
            # Only the lifter, by speaking, may take the alarm away.
            assert cue.at in accepted(performance, *Intent)


@given(st.floats(17.0, 40.0), tempos)
@settings(max_examples=15, deadline=None)
@example(21.0, "1-0-1-0")
def test_5_digital_silence_in_a_set(since: float, tempo: str) -> None:
    performance = perform(
        BEGIN, 60, exercise=leg_press(tempo, reps=30), zeros=[(since, since + 10)]
    )
    said = [cue for cue in performance.played("deaf") if cue.at < samples(60)]
    assert len(said) == 1
    assert samples(since) < said[0].at <= samples(since + 2)
    paced = perform(BEGIN, 60, exercise=leg_press(tempo, reps=30))
    assert performance.phases == paced.phases


@invariant
def invariant_6_after_pain_nothing_moves_until_the_lifter_starts_again(
    performance: Performance,
) -> None:
    for at in accepted(performance, Intent.PAIN):
        begun = [s for s in accepted(performance, Intent.START) if s > at]
        until = min(begun, default=1 << 60)
        assert not [p for p in performance.phases if at <= p.at < until]
        said = [c for c in performance.cues("hurt") if c.at >= at]
        assert said
        assert said[0].at <= at + samples(0.5)


@invariant
def invariant_7_cues_never_overlap_and_each_ends_once(performance: Performance) -> None:
    sounded = [c for c in performance.cues() if c.outcome is not Outcome.DROPPED]
    for earlier, later in pairwise(sounded):
        assert earlier.end <= later.at
    ends = Counter(cue.want.key for cue in performance.cues())
    assert set(ends.values()) <= {1}
    for cue in performance.cues():
        if cue.want.kind is CueClass.SAFETY and cue.outcome is Outcome.DROPPED:
            # Never for room: only because a command, or a sleep, ended what it belonged to, or
            # because it is said anew.
            ended = [over.at for over in performance.sets]
            ended += [nap.at for nap in performance.slept]
            ended += [h.at for h in performance.heard if h.verdict.accepted]
            assert cue.at in ended or cue.reason == "nobody heard it"
        if cue.outcome is not Outcome.PLAYED:
            assert cue.reason


@invariant
def invariant_breath_goes_with_its_phase(performance: Performance) -> None:
    for cue in performance.played():
        if cue.want.kind is CueClass.BREATH:
            middle = (cue.at + cue.end) // 2
            phase = [p for p in performance.phases if p.at <= middle][-1].phase
            assert ("in" in cue.text.lower().split()[-1]) == (phase is Phase.LOWER), cue


@invariant
def invariant_phases_lie_exactly_where_the_tempo_puts_them(performance: Performance) -> None:
    retimed = accepted(performance, Intent.SLOWER, Intent.FASTER)
    for phase, following in pairwise(performance.phases):
        length = following.at - phase.at
        if following.rep == phase.rep and not [at for at in retimed if phase.at <= at]:
            assert length % SAMPLE_RATE == 0 or [
                e for e in performance.entered if phase.at < e.at <= following.at
            ]


@invariant
def invariant_what_is_left_behind_is_a_log(performance: Performance) -> None:
    """A workout is begun before it is over; a set is begun once, and over once, and its reps
    and tempos lie between."""
    kinds = (WorkoutBegan, WorkoutOver, SetBegan, SetOver, RepDone, Retimed)
    open_set = False
    open_workout = False
    for record in (r for r in performance.records if isinstance(r, kinds)):
        match record:
            case WorkoutBegan():
                assert not open_workout
                open_workout = True
            case WorkoutOver():
                assert open_workout
                assert not open_set
                open_workout = False
            case SetBegan():
                assert open_workout
                assert not open_set
                open_set = True
            case SetOver():
                assert open_set
                open_set = False
            case _:
                assert open_set


@invariant
def invariant_a_hold_is_breathed_through_and_lasts_as_long_as_it_says(
    performance: Performance,
) -> None:
    """In any three breaths both ways are heard; a target that was reached took its time."""
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


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(sessions())
def test_the_invariants_hold_in_any_session(performance: Performance) -> None:
    for check in INVARIANTS:
        check(performance)
