"""A machine that sleeps in a workout: rest and log follow the wall clock, a set waits.

The machine sleeps at any time, for any time, in every state.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.support.example_workouts import BROKEN, LEGS, LEGS_DAY, PAST
from tests.support.log_records import MORNING, RecordMaker, S
from tests.support.session_driver import (
    BEGIN,
    SessionRun,
    advance,
    asleep,
    begin,
    leg_curl,
    leg_press,
    run_session,
    sentence,
    shipped,
    step,
)
from voicecoach.core.events import (
    Command,
    CommandGiven,
    Effect,
    Entered,
    Intent,
    Say,
    SetOver,
    Slept,
    State,
    Tone,
    Woke,
)
from voicecoach.core.plan import SAMPLE_RATE, Exercise, samples
from voicecoach.core.session import Session
from voicecoach.core.workout import SetBegan, Visit
from voicecoach.history.journal import Journal
from voicecoach.history.log import Log
from voicecoach.history.projection import Kept
from voicecoach.runtime.trace import fields

REST = 30
"""Seconds of rest of the exercise used here."""


def exercise(rest: int = REST) -> Exercise:
    return leg_press("2-0-1-0", reps=3, rest=rest * S)


ON = {
    State.PROOF: Intent.STOP,
    State.INTERRUPTED: Intent.RESUME,
    State.CHOICE: Intent.READY,
    State.READY: Intent.START,
    State.SETUP: Intent.READY,
    State.GATE: Intent.READY,
    (State.GATE, State.SETUP): Intent.SET_UP,
    State.ARMED: Intent.START,
    (State.REP, State.PAUSED): Intent.PAUSE,
    State.PAUSED: Intent.RESUME,
    State.RACKING: Intent.LOCKED,
    State.REST: Intent.START,
    (State.REST, State.READY): None,
    (State.REST, State.SUMMARY): Intent.DONE,
}
"""What leads on from a state, or from one state to another."""


class Play:
    """A session of the core alone, and the wall-clock times of its effects."""

    def __init__(self, rest: int = REST, **how: object) -> None:
        self.session, effects = begin(exercise(rest), **how)
        self.wall = 0
        """Samples spent asleep."""
        self.effects: list[tuple[int, Effect]] = []
        self._keep(effects)

    def _keep(self, effects: Iterable[Effect]) -> None:
        self.effects += [(each.at + self.wall, each) for each in effects]

    def run(self, seconds: float) -> None:
        self.session, effects = advance(self.session, self.session.now + samples(seconds))
        self._keep(effects)

    def say(self, said: Intent | Command) -> None:
        command = Command(said) if isinstance(said, Intent) else said
        self.session, effects = step(self.session, CommandGiven(command))
        self._keep(effects)

    def sleep(self, seconds: float) -> None:
        self.session, effects = step(self.session, Woke(samples(seconds)))
        self._keep(effects)
        self.wall += samples(seconds)

    def to_rest(self) -> int:
        """Run through a set; return the wall-clock time at which the rest began."""
        for intent, seconds in ((Intent.READY, 1), (Intent.START, 14), (Intent.LOCKED, 0)):
            self.say(intent)
            self.run(seconds)
        return self.at(State.REST)

    def to(self, state: State) -> None:
        """Go to `state` as a lifter would."""
        for _ in range(60):
            if self.session.state is state:
                return
            now = self.session.state
            leads_on = ON.get((now, state), ON.get(now))
            if leads_on is not None:
                self.say(leads_on)
            if leads_on is None or self.session.state is not state:
                self.run(0.5)

    def at(self, state: State) -> int:
        """When it was last entered."""
        return [at for at, e in self.effects if isinstance(e, Entered) and e.to is state][-1]

    def where(self) -> State:
        return self.session.state

    def heard(self, since: int) -> list[tuple[int, str]]:
        """The ticks and lines since `since`, each with its second on the wall clock."""
        found = []
        for at, each in self.effects:
            names = [each.name] if isinstance(each, Tone) else []
            names += [want.id for want in each.wants] if isinstance(each, Say) else []
            found += [((at - since) // S, name) for name in names if at > since]
        return found


RESTING = ("tick rest", "rest_soon", "rest_half", "rest_over")


def test_a_rest_goes_by_the_wall() -> None:
    play = Play()
    began = play.to_rest()
    play.run(2)
    play.sleep(20)
    play.run(20)
    marks = [each for each in play.heard(began) if each[1] in RESTING]
    assert marks == [*((REST - 5 + n, "tick rest") for n in range(5)), (REST, "rest_over")]
    assert play.at(State.READY) == began + REST * S


def test_what_was_due_in_the_sleep_is_not_said_late() -> None:
    play = Play()
    began = play.to_rest()
    play.run(2)
    play.sleep(25.5)
    play.run(10)
    marks = [each for each in play.heard(began) if each[1] in RESTING]
    assert marks == [(28, "tick rest"), (29, "tick rest"), (30, "rest_over")]


def test_a_rest_that_ended_in_the_sleep_is_over_when_it_wakes() -> None:
    play = Play()
    began = play.to_rest()
    play.run(2)
    play.sleep(3600)
    play.run(1)
    assert play.where() is State.READY
    assert [each for each in play.heard(began) if each[1] in RESTING] == [(3602, "rest_over")]
    play.run(8)
    play.say(Intent.HOW_LONG)
    assert play.session.rest is not None
    assert play.session.rest.rested(play.session.now) == samples(3611)


def test_a_rest_that_is_paused_waits() -> None:
    play = Play()
    play.to_rest()
    play.run(10)
    play.say(Intent.PAUSE)
    play.sleep(3600)
    play.run(5)
    play.say(Intent.RESUME)
    play.run(19.9)
    assert play.where() is State.REST
    play.run(0.2)
    assert play.where() is State.READY


def test_a_yes_after_an_hour_is_no_answer() -> None:
    play = Play()
    play.to_rest()
    play.say(Intent.FINISH)
    assert play.session.questions.open is not None
    play.sleep(3600)
    play.run(0.1)
    play.say(Intent.YES)
    assert play.where() is State.READY


@pytest.mark.parametrize("after", [1.0, 3.5, 5.0])
def test_a_set_waits(after: float) -> None:
    play = Play()
    play.say(Intent.READY)
    play.run(1)
    play.say(Intent.START)
    play.run(after)
    play.sleep(20)
    assert play.where() is State.PAUSED
    done = play.session.set.done
    play.run(60)
    assert (play.where(), play.session.set.done) == (State.PAUSED, done)
    play.say(Intent.RESUME)
    play.run(14)
    assert play.where() is State.RACKING


def test_catches_are_asked_for_as_often_as_they_can_be_heard() -> None:
    play = Play()
    play.say(Intent.READY)
    play.run(1)
    play.say(Intent.START)
    play.run(14)
    assert play.where() is State.RACKING
    play.sleep(3600)
    assert play.where() is State.RACKING
    began = play.wall + play.session.now
    play.run(60)
    assert len([1 for _, name in play.heard(began) if name == "lock_again"]) == 2


SAID = [shipped().phrases.parse(sentence("en", intent)) for intent in Intent]
COMMANDS = [command for command in SAID if command is not None]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.floats(0.02, 25)),
        st.tuples(st.just("say"), st.sampled_from(COMMANDS)),
        st.tuples(st.just("to"), st.sampled_from([*State])),
        st.tuples(
            st.just("sleep"),
            st.tuples(st.sampled_from([*State]), st.floats(0.5, 60) | st.floats(60, 40_000)),
        ),
    ),
    max_size=30,
)
VISITS = st.sampled_from(
    [
        {},
        {"prove_stop": True},
        {"offered": (leg_press(reps=2), leg_curl())},
        {"offered": (leg_press(), leg_curl()), "visit": Visit(LEGS, PAST)},
        {"visit": Visit(interrupted=BROKEN)},
        {"offered": (leg_press(), leg_curl()), "visit": Visit(LEGS_DAY, PAST)},
    ]
)


def paced(session: Session) -> bool:
    return session.state in (State.COUNTDOWN, State.REP)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([0, 4, 20, 30, 90]), VISITS, STEPS)
def test_sleeps_of_any_length_in_every_state(
    rest: int, how: dict[str, object], steps: list[tuple[str, object]]
) -> None:
    play = Play(rest, **how)
    awake_at: list[int] = []
    for what, amount in steps:
        before = play.session
        match what, amount:
            case "run", float(seconds):
                play.run(seconds)
            case "say", Command() as command:
                play.say(command)
            case "to", State() as state:
                play.to(state)
            case "sleep", (State() as state, float(seconds)):
                play.to(state)
                before = play.session
                event(f"asleep in {before.state.value}")
                at = len(play.effects)
                play.sleep(seconds)
                after = play.session
                awake_at.append(after.now + play.wall)
                # A set waits where it was. Nothing else changes except by the passing of time.
                if paced(before):
                    assert after.state in (State.PAUSED, State.RACKING)
                else:
                    assert after.state in (before.state, State.READY)
                assert (after.set.done, after.set.number) == (before.set.done, before.set.number)
                assert after.now == before.now
                slept = [e for _, e in play.effects[at:] if isinstance(e, Slept)]
                assert slept == [Slept(before.now, samples(seconds))]
                if before.rest is not None and before.rest.paused is None:
                    assert after.rest is not None
                    gone = after.rest.rested(after.now) - before.rest.rested(before.now)
                    assert gone == samples(seconds)
                assert after.next_due is None or after.next_due >= after.now
    # Each line of a rest comes at its second on the wall clock, or at once after waking.
    session = play.session
    assert session.rest is None or session.rest.begun <= session.now
    for at, each in play.effects:
        if isinstance(each, Tone) and each.name == "tick rest":
            begun = [
                when
                for when, e in play.effects
                if isinstance(e, Entered) and e.to is State.REST and when <= at
            ]
            assert begun
            late = [when for when in awake_at if when <= at]
            assert not late or at >= max(late)


@st.composite
def sleepers(draw: st.DrawFn) -> tuple[SessionRun, list[float]]:
    """A set and its rest, during which the machine sleeps up to four times."""
    at = sorted(draw(st.lists(st.floats(1.0, 70.0), min_size=1, max_size=4, unique=True)))
    at = [one for one, after in pairwise([*at, 100.0]) if after - one > 2.0]
    sleeps = [
        (one, draw(st.floats(2, 30) | st.floats(30, 7200)), draw(st.sampled_from([0.0, 1.0])))
        for one in at
    ]
    words = [*BEGIN, (35.0, "resume"), (50.0, "resume"), (58.0, "done"), (60.0, "locked")]
    performance = run_session(
        words, 80, exercise=exercise(), happens=[e for nap in sleeps for e in asleep(*nap)]
    )
    return performance, [length for _, length, _ in sleeps]


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(sleepers())
def test_no_rep_moves_until_the_lifter_goes_on(slept: tuple[SessionRun, list[float]]) -> None:
    performance, lengths = slept
    assert len(performance.slept) == len(lengths)
    for each in performance.slept:
        begun = [e.at for e in performance.entered if e.to is State.COUNTDOWN]
        until = min((at for at in begun if at >= each.at), default=1 << 60)
        assert not [p for p in performance.phases if each.at <= p.at < until]


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(sleepers())
def test_the_log_has_the_time_of_the_wall(
    tmp_path_factory: pytest.TempPathFactory, slept: tuple[SessionRun, list[float]]
) -> None:
    performance, _ = slept
    path = tmp_path_factory.mktemp("slept") / "log.sqlite"
    records: list[Kept] = list(performance.records)
    journal = Journal(path, MORNING)
    journal.feed(records, records[-1].at)
    journal.close()

    def wall(record: SetBegan | SetOver) -> int:
        """Samples including those slept before, in order of events."""
        before = records[: records.index(record)]
        return record.at + sum(r.length for r in before if isinstance(r, Slept))

    began = [wall(r) for r in records if isinstance(r, SetBegan)]
    over = [wall(r) for r in records if isinstance(r, SetOver)]
    with Log(path) as log:
        sets = log.sets()
        told = [log.timeline(each.id) for each in sets]
    assert [each.began for each in sets] == [
        MORNING + timedelta(microseconds=at * 1_000_000 // S) for at in began
    ]
    assert [each.lasted for each in sets if each.ended_by] == pytest.approx(
        [(end - start) / S for start, end in zip(began, over, strict=False)], abs=1e-5
    )
    for moments in told:
        assert [each.at for each in moments] == sorted(each.at for each in moments)


def test_the_next_workout_of_a_session_that_slept(tmp_path: Path) -> None:
    maker = RecordMaker()
    records: list[Kept] = [*maker.begin(), *maker.set(), *maker.end()]
    records.append(Slept(maker.at, 3600 * S))
    maker.at += 60 * S
    at = maker.at / S + 3600
    records += [*maker.begin("arms"), *maker.set(2), Slept(maker.at, 7 * S)]
    records += [*maker.set(1), *maker.end()]
    journal = Journal(tmp_path / "log.sqlite", MORNING)
    for record in records:
        journal.feed([record], record.at)
    journal.close()
    with Log(tmp_path / "log.sqlite") as log:
        first, second = log.workouts()
    assert second.began == second.sets[0].began == MORNING + timedelta(seconds=at)
    assert second.sets[1].rest == pytest.approx(97)
    assert second.lasted == pytest.approx(maker.at / S + 3607 - at)
    assert first.lasted is not None
    assert first.lasted < 200


def test_one_that_is_carried_on_by_a_session_that_slept_before_it_was_asked(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log.sqlite"
    maker = RecordMaker()
    first = Journal(path, MORNING)
    for record in [*maker.begin(), *maker.set()]:
        first.feed([record], record.at)
    first.close()
    later = MORNING + timedelta(hours=1)
    journal = Journal(path, later)
    assert journal.interrupted is not None
    maker = RecordMaker(at=20 * S, number=1)
    journal.feed([Slept(10 * S, 600 * S), *maker.begin(carried_on=True), *maker.set()], maker.at)
    journal.close()
    with Log(path) as log:
        (one,) = log.workouts()
    assert one.sets[1].began == later + timedelta(seconds=620)


def test_the_trace_tells_of_it() -> None:
    assert fields(Slept(3 * SAMPLE_RATE, 20 * SAMPLE_RATE)) == {
        "t": 3.0,
        "type": "slept",
        "seconds": 20.0,
    }


def test_what_was_being_said_is_cut_and_the_set_paused() -> None:
    performance = run_session(BEGIN, 30, exercise=exercise(), happens=asleep(17.5, 600, 1.0))
    (nap,) = performance.slept
    assert [e.to for e in performance.entered if e.at == nap.at] == [State.PAUSED]
    said = [c for c in performance.cues() if c.at < nap.at < c.end]
    assert all(c.end - nap.at < samples(0.1) for c in said)
    assert said
