"""Makes the snapshots for a screen: what the ear has now, not what is rendered ahead."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from voicecoach.pcm import Pcm

from ..core.decision import Decision
from ..core.events import Entered, PhaseBegan, State
from ..core.session import LEAD, Session
from .cue_player import Record
from .snapshot import HeardLast, Snapshot
from .workout_conversation import WorkoutLoop

_LEVEL_OVER = 3
"""Steps of 20 ms over which the microphone's level is measured."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """The state from output sample `at` on."""

    at: int
    session: Session
    phase: PhaseBegan | None
    countdown: int


class View:
    """Remembers the last moments of the loop. Only the loop's thread uses it."""

    def __init__(self, loop: WorkoutLoop) -> None:
        self._loop = loop
        self._moments = deque([_Moment(0, loop.conversation.session, None, 0)])
        self._heard: HeardLast | None = None
        self._power: deque[float] = deque([0.0], maxlen=_LEVEL_OVER)

    def feed(self, microphone: Pcm, records: Iterable[Record]) -> None:
        """Call after each step of the loop, with what went in, if anything, and what happened."""
        if len(microphone):
            self._power.append(float(np.dot(microphone, microphone)) / len(microphone))
        for record in records:
            last = self._moments[-1]
            match record:
                case PhaseBegan(at=at):
                    self._remember(_Moment(at, self._loop.conversation.session, record, 0))
                case Entered(at=at, to=State.COUNTDOWN):
                    self._remember(_Moment(at, self._loop.conversation.session, None, at + LEAD))
                case Entered(at=at, to=state) if state is not State.REP:
                    self._remember(_Moment(at, self._loop.conversation.session, None, 0))
                case Decision(at=at, verdict=verdict):
                    self._heard = HeardLast(at, verdict.phrase, verdict.accepted, verdict.reason)
                case _:
                    pass
        last = self._moments[-1]
        if self._loop.conversation.session is not last.session:
            self._remember(
                _Moment(
                    self._loop.position,
                    self._loop.conversation.session,
                    last.phase,
                    last.countdown,
                )
            )

    def snapshot(self, at: int, deaf: str, mute: str, under_runs: int) -> Snapshot:
        """What the ear has at output sample `at`."""
        while len(self._moments) > 1 and self._moments[1].at <= at:
            self._moments.popleft()
        moment = self._moments[0]
        session, phase, clock = moment.session, moment.phase, moment.session.set.clock
        begins, ends = moment.countdown, 0
        if phase is not None:
            begins = ends = phase.at
            if clock is not None and clock.rep == phase.rep:
                ends = clock.span(phase.phase)[1]
        elif moment.countdown and session.due is not None:
            ends = session.due
        power = sum(self._power) / len(self._power)
        return Snapshot(
            at=at,
            session=session,
            phase=phase.phase if phase else None,
            phase_begins=begins,
            phase_ends=ends,
            rep=phase.rep if phase else clock.rep if clock else 0,
            saying=self._loop.saying(at),
            heard=self._heard,
            level=10 * math.log10(power) if power > 0 else -math.inf,
            deaf=deaf or ("nothing but silence" if session.hearing.deaf_since is not None else ""),
            mute=mute,
            under_runs=under_runs,
        )

    def _remember(self, moment: _Moment) -> None:
        self._moments.append(moment)
