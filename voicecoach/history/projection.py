"""Turns a session's records into the sets of a workout.

Pure: records in, no files. Times are samples since the workout began, by the wall clock: if the
machine sleeps, or the workout is interrupted and continued, later records are shifted by the gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..core.cues import Ended
from ..core.decision import Decision
from ..core.events import Entered, PhaseBegan, PhraseAsked, RepDone, SetOver, Slept, State
from ..core.plan import HOLD, length_of
from ..core.workout import (
    Agreed,
    Amended,
    Circuit,
    DoneSet,
    Entry,
    PlannedSet,
    Retimed,
    SetBegan,
    Target,
    Weight,
    WorkoutBegan,
    WorkoutOver,
)

Kept = (
    WorkoutBegan
    | SetBegan
    | PhaseBegan
    | RepDone
    | Retimed
    | SetOver
    | Amended
    | Agreed
    | Entered
    | Decision
    | Ended
    | WorkoutOver
    | Slept
    | PhraseAsked
)
"""The records that the log keeps; none from an enrolment."""


_FOREVER = 1 << 62

BROKEN_OFF = "broken off"
"""`ended_by` of a set during which the program ended."""


@dataclass(slots=True, kw_only=True)
class SetAccount:
    """One set so far."""

    position: int
    """In the workout, from 1."""
    exercise: str
    number: int
    planned: PlannedSet
    planned_tempo: str
    at: int
    """When its countdown began."""
    rest: int | None = None
    """Rest taken before it."""
    planned_rest: int | None = None
    """Rest planned before it; 0 if it had no end."""
    until: int | None = None
    """When it was over; None while it runs."""
    target: int = 0
    counted: int = 0
    """Paced reps."""
    corrected: int | None = None
    """Reps as the lifter said; None if not corrected."""
    circuit: Circuit | None = None
    round: int = 0
    """In its circuit, from 1."""
    weight: Weight | None = None
    rpe: Decimal | None = None
    failed: bool = False
    """Whether it went to failure."""
    rest_pauses: int = 0
    notes: list[str] = field(default_factory=list)
    tempo: str = ""
    tension: int = 0
    ended_by: str = ""
    reps: list[tuple[int, int]] = field(default_factory=list)
    """(number, time at which the lift ended)"""
    tempos: list[tuple[int, str]] = field(default_factory=list)
    pauses: list[tuple[int, int | None]] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Reps done."""
        return self.counted if self.corrected is None else self.corrected

    @property
    def planned_tension(self) -> int | None:
        """The time that the paced reps would have taken at the planned tempo."""
        rep = length_of(self.planned_tempo)
        return None if rep is None else rep * self.counted


@dataclass(frozen=True, slots=True)
class Uttered:
    """A command that was understood."""

    position: int
    """Of the running set, 0 for none."""
    at: int
    said: str
    command: str
    accepted: bool
    why: str


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the timeline; see `logged.Moment`."""

    at: int
    until: int
    kind: str
    what: str
    text: str = ""
    outcome: str = ""
    why: str = ""


class Projection:
    """A workout, built from its records."""

    def __init__(self, shift: int = 0) -> None:
        """`shift`: samples to add to the time of each record."""
        self.begun = False
        self.plan = ""
        self.over: int | None = None
        self.last = 0
        """Time of the last record."""
        self.sets: list[SetAccount] = []
        self.commands: list[Uttered] = []
        self.moments: list[Happened] = []
        self.agreed: list[tuple[int, str, Target | None]] = []
        self.touched: set[int] = set()
        """Positions of the sets that changed; the writer clears it."""
        self._shifts = [(-_FOREVER, shift)]
        """(sample of the session, shift from there on in samples)"""
        self._running: SetAccount | None = None
        self._since: int | None = None
        """The start of the current stretch of reps."""
        self._before = 0
        """Time under tension of earlier stretches."""
        self._rest_from: int | None = None

    def go_on(self, shift: int) -> None:
        """Continue after an interruption, with a new `shift` in samples. No rest is timed across
        the interruption."""
        self._shifts = [(-_FOREVER, shift)]
        self._rest_from = None

    def feed(self, record: Kept) -> bool:
        """Take a record, in the session's order. Whether it must be written at once: a rep, a
        command, or the start or end of something."""
        if not isinstance(record, Ended | WorkoutBegan):
            self.last = max(self.last, self._when(record.at))
        match record:
            case WorkoutBegan() | WorkoutOver() | Agreed() | Slept():
                self._frame(record)
                return True
            case SetBegan():
                self._begin(record)
                return True
            case RepDone(at, n):
                return self._rep(self._when(at), n)
            case Retimed(at, tempo):
                return self._retime(self._when(at), tempo)
            case SetOver():
                return self._end(record)
            case Amended():
                return self._amend(record)
            case Entered(at, to):
                return self._enter(at, to)
            case PhaseBegan():
                self._move(record)
                return False
            case Decision():
                return self._hear(record)
            case Ended(at, end, want, text, outcome, reason):
                self._draw(at, end, "cue", want.id, text, outcome.value, reason)
                return False
            case PhraseAsked():
                return False

    def _frame(self, record: WorkoutBegan | WorkoutOver | Agreed | Slept) -> None:
        """Records that belong to the workout, not to a set."""
        match record:
            case WorkoutBegan(workout=plan, carried_on=carried_on):
                self.begun, self.over = True, None
                self.plan = self.plan if carried_on else plan
            case WorkoutOver(at):
                self.over = self._when(at)
            case Agreed(at, exercise, target):
                self.agreed.append((self._when(at), exercise, target))
            case Slept(at, length):
                self._shifts.append((at, self._shifts[-1][1] + length))

    def _when(self, at: int) -> int:
        """Convert sample `at` of the session to a time of the workout. Earlier shifts are kept,
        because a cue is recorded at its end, and the machine may have slept since it began."""
        return at + next(shift for since, shift in reversed(self._shifts) if since <= at)

    # --- the set -----------------------------------------------------------------------------

    def _begin(self, began: SetBegan) -> None:
        at = self._when(began.at)
        before = self.sets[-1] if self.sets else None
        if self._running is not None:  # Can't happen; but never leave a set without an end.
            self._running.until = at
        self._running = SetAccount(
            position=len(self.sets) + 1,
            exercise=began.exercise,
            number=began.number,
            planned=began.planned,
            planned_tempo=began.tempo,
            at=at,
            rest=None if self._rest_from is None else at - self._rest_from,
            planned_rest=before.planned.rest if before is not None else None,
            target=began.planned.reps,
            weight=began.planned.weight,
            tempo=began.tempo,
            circuit=began.circuit,
            round=began.round,
        )
        self.sets.append(self._running)
        self.touched.add(self._running.position)
        self._since, self._before = None, 0

    def _move(self, began: PhaseBegan) -> None:
        """A phase begins; the first one also begins a stretch of reps."""
        self._draw(began.at, began.at, "phase", began.phase.value)
        if self._running is not None and self._since is None:
            self._since = self._when(began.at)
            self._resume(self._since)

    def _rep(self, at: int, n: int) -> bool:
        running = self._running
        if running is None:
            return False
        running.counted = n
        running.reps.append((n, at))
        if self._since is not None:
            running.tension = self._before + at - self._since
        return self._touch(running)

    def _retime(self, at: int, tempo: str) -> bool:
        running = self._running
        if running is None or tempo == running.tempo:
            return False
        running.tempo = tempo
        running.tempos.append((at, tempo))
        return self._touch(running)

    def _end(self, over: SetOver) -> bool:
        running = self._running
        if running is None:
            return False
        at = self._when(over.at)
        running.until = self._rest_from = at
        running.counted = over.reps
        running.target = over.target
        running.tempo = over.tempo
        running.tension = over.under_tension
        running.ended_by = over.ended_by
        running.rest_pauses = over.rest_pauses
        self._running = self._since = None
        return self._touch(running)

    def _enter(self, at: int, to: State) -> bool:
        self._draw(at, at, "state", to.value)
        at = self._when(at)
        if to is State.REST:
            self._rest_from = at
        running = self._running
        if running is None:
            return True  # The log must know when the catches are locked.
        if to not in (State.PAUSED, State.REST_PAUSE):
            return False
        if to is State.REST_PAUSE:
            running.rest_pauses += 1
        elif running.pauses and running.pauses[-1][1] is None:
            return self._touch(running)  # a rest-pause that became a pause
        if self._since is not None:
            self._before += at - self._since
            running.tension = self._before
            self._since = None
        running.pauses.append((at, None))
        return self._touch(running)

    def _resume(self, at: int) -> None:
        """A rep begins, which ends a pause."""
        running = self._running
        if running is not None and running.pauses and running.pauses[-1][1] is None:
            running.pauses[-1] = (running.pauses[-1][0], at)
            self._touch(running)

    def _amend(self, amended: Amended) -> bool:
        if amended.back >= len(self.sets):
            return False
        done = self.sets[-1 - amended.back]
        value = amended.value
        match amended.entry:
            case Entry.REPS:
                done.corrected = value if isinstance(value, int) else None
            case Entry.WEIGHT:
                done.weight = value if isinstance(value, Weight) else None
            case Entry.RPE:
                done.rpe = Decimal(value) if isinstance(value, int | Decimal) else None
            case Entry.NOTE:
                done.notes = value.split(", ") if isinstance(value, str) else []
            case Entry.FAILURE:
                done.failed = bool(value)
        return self._touch(done)

    def _touch(self, changed: SetAccount) -> bool:
        self.touched.add(changed.position)
        return True

    # --- what was said -----------------------------------------------------------------------

    def _hear(self, record: Decision) -> bool:
        verdict = record.verdict
        kind = "heard" if verdict.accepted else "refused"
        intent = verdict.command.intent.value if verdict.command is not None else ""
        self._draw(record.at, record.at, kind, intent, verdict.phrase, why=verdict.reason)
        if verdict.command is None:
            return False
        position = self._running.position if self._running is not None else 0
        self.commands.append(
            Uttered(
                position,
                self._when(record.at),
                verdict.phrase,
                str(verdict.command),
                verdict.accepted,
                verdict.reason,
            )
        )
        return True

    def _draw(
        self,
        at: int,
        until: int,
        kind: str,
        what: str,
        text: str = "",
        outcome: str = "",
        why: str = "",
    ) -> None:
        when = self._when(at)
        self.moments.append(Happened(when, when + until - at, kind, what, text, outcome, why))


def done_sets(sets: Sequence[SetAccount]) -> Iterator[tuple[str, DoneSet]]:
    """The sets of a workout, each with its exercise. A side always has a note."""
    parts = of_one_number([(each.exercise, each.number) if each.notes else None for each in sets])
    for each, part in zip(sets, parts, strict=True):
        held = each.planned_tempo.startswith(HOLD)
        yield (
            each.exercise,
            DoneSet(
                *(each.planned.kind, each.done, each.weight, each.rpe, held, part, each.failed),
                toward=each.planned.toward,
            ),
        )


def of_one_number(sets: Sequence[tuple[str, int] | None]) -> list[bool]:
    """Which sets are only part of one; left and right share a number. Each item is an exercise
    and a number, or None if the set is known to be whole."""
    return [each is not None and each in sets[n:] for n, each in enumerate(sets, start=1)]
