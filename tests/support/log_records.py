"""Workouts for the log's tests: records as a session leaves them, without a session, and how a
journal gets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from voicecoach.core.commands import normal
from voicecoach.core.cues import Ended, Outcome
from voicecoach.core.decision import Decision, Verdict
from voicecoach.core.events import (
    Command,
    CueRequest,
    Entered,
    Intent,
    PhaseBegan,
    RepDone,
    SetOver,
    State,
    Utterance,
)
from voicecoach.core.plan import SAMPLE_RATE, CueClass, Phase
from voicecoach.core.workout import (
    Amended,
    Entry,
    PlannedSet,
    Retimed,
    SetBegan,
    SetKind,
    Unit,
    Weight,
    WorkoutBegan,
    WorkoutOver,
)
from voicecoach.history.journal import Journal
from voicecoach.history.logged import LoggedSet, Work
from voicecoach.history.projection import Kept

MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=timezone(timedelta(hours=1)))

S = SAMPLE_RATE


def kilos(amount: str | int) -> Weight:
    return Weight(Decimal(amount), Unit.KG)


def heard(at: int, intent: Intent, accepted: bool = True) -> Decision:
    text = normal(intent.value)
    reason = "" if accepted else "makes no sense now"
    verdict = Verdict(Command(intent), text, 0.9, accepted, reason)
    return Decision(at, Utterance(at - S, at, ()), verdict)


def cue(at: int, text: str = "Down.") -> Ended:
    want = CueRequest(f"{text}/{at}", "down", CueClass.PHASE, (text,), at, at + S)
    return Ended(at, at + S // 2, want, text, Outcome.PLAYED, "")


@dataclass
class RecordMaker:
    """Makes the records of sets, one after another, and keeps the time."""

    at: int = 0
    number: int = 0

    def begin(self, plan: str = "legs", carried_on: bool = False) -> Iterator[Kept]:
        yield WorkoutBegan(self.at, plan, carried_on)

    def set(
        self,
        reps: int = 3,
        planned: PlannedSet | None = None,
        exercise: str = "leg-press",
        tempo: str = "3-1-2-1",
        ended_by: str = "target",
        slower_after: int | None = None,
        paused_after: int | None = None,
        refused: int = 0,
        rest: int = 90,
    ) -> Iterator[Kept]:
        """A set of `reps`, each of 7 s whatever `tempo` says, and the rest after it."""
        planned = planned or PlannedSet(3, SetKind.WORK, kilos(80), 90 * S)
        self.number += 1
        yield heard(self.at, Intent.START)
        yield SetBegan(self.at, exercise, self.number, planned, tempo)
        yield Entered(self.at, State.COUNTDOWN)
        self.at += 3 * S
        begun, tension = self.at, 0
        yield Entered(self.at, State.REP)
        for n in range(1, reps + 1):
            for phase, seconds in zip(Phase, (3, 1, 2, 1), strict=True):
                yield PhaseBegan(self.at, n, phase)
                yield cue(self.at, phase.value)
                self.at += seconds * S
                if phase is Phase.LIFT:
                    yield RepDone(self.at, n)
            for _ in range(refused):
                yield heard(self.at, Intent.EXPLAIN, accepted=False)
            if slower_after == n:
                yield heard(self.at, Intent.SLOWER)
                tempo = "4-1-3-1"
                yield Retimed(self.at, tempo)
            if paused_after == n and n < reps:
                yield heard(self.at, Intent.PAUSE)
                tension += self.at - begun
                yield Entered(self.at, State.PAUSED)
                self.at += 20 * S
                begun = self.at
        if reps:
            tension += self.at - begun
        yield SetOver(self.at, reps, planned.reps, tempo, tension, ended_by)
        yield Entered(self.at, State.RACKING)
        self.at += 2 * S
        yield heard(self.at, Intent.LOCKED)
        yield Entered(self.at, State.REST)
        self.at += rest * S

    def end(self) -> Iterator[Kept]:
        yield WorkoutOver(self.at)


def workout(sets: int = 2, reps: int = 3) -> list[Kept]:
    maker = RecordMaker()
    records = [*maker.begin()]
    for _ in range(sets):
        records += maker.set(reps)
    return [*records, *maker.end()]


WEIGHTS = st.builds(Weight, st.decimals("0.25", "400", places=2), st.sampled_from(Unit))
PLANNED = st.builds(
    PlannedSet,
    st.integers(1, 5),
    st.sampled_from(SetKind),
    st.none() | WEIGHTS,
    st.none() | st.integers(0, 300 * S),
    st.none() | WEIGHTS,
)
AMENDMENTS = st.builds(
    lambda back, change: (back, *change),
    st.integers(0, 3),
    st.one_of(
        st.tuples(st.just(Entry.REPS), st.none() | st.integers(0, 30)),
        st.tuples(st.just(Entry.WEIGHT), st.none() | WEIGHTS),
        st.tuples(st.just(Entry.RPE), st.none() | st.decimals("1", "10", places=1)),
        st.tuples(st.just(Entry.NOTE), st.none() | st.sampled_from(["left knee", "tired"])),
    ),
)


@st.composite
def workouts(draw: st.DrawFn) -> list[Kept]:
    """A typical workout, with corrections between its sets."""
    maker = RecordMaker()
    records = [*maker.begin(draw(st.sampled_from(["", "legs"])))]
    for _ in range(draw(st.integers(0, 4))):
        reps = draw(st.integers(0, 4))
        records += maker.set(
            reps,
            draw(PLANNED),
            draw(st.sampled_from(["leg-press", "leg-curl"])),
            ended_by=draw(st.sampled_from(["target", "done", "stop", "pain"])),
            slower_after=draw(st.none() | st.integers(1, 4)),
            paused_after=draw(st.none() | st.integers(1, 4)),
            refused=draw(st.integers(0, 2)),
            rest=draw(st.integers(0, 200)),
        )
        for back, entry, value in draw(st.lists(AMENDMENTS, max_size=3)):
            records.append(Amended(maker.at, back, entry, value))
    if draw(st.booleans()):
        records += maker.end()
    return records


def as_work(logged: LoggedSet) -> Work:
    """The same set, as the figures need it."""
    told = (getattr(logged, name) for name in Work._fields if name not in ("exercise", "day"))
    return Work(logged.exercise, logged.began.date(), *told)


def feed(journal: Journal, records: Iterable[Kept]) -> None:
    """Feed them one by one, as they happen."""
    for record in records:
        journal.feed([record], record.at)
