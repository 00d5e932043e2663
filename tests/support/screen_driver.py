"""Input for a screen: a running workout with a picture every so often, or a picture of each
state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from voicecoach.core import session as coach
from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import Thresholds
from voicecoach.core.events import CommandGiven, State
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE, Exercise, samples
from voicecoach.core.session import ALONE, Session
from voicecoach.core.workout import Visit
from voicecoach.listening.scripted import Scripted
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.snapshot import Snapshot
from voicecoach.runtime.view import View
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.silent import SilentClips

from .example_workouts import BROKEN
from .session_driver import BEGIN, QUIET, leg_curl, leg_press, shipped

AHEAD = samples(0.2)
"""How far ahead of the ear the engine renders, as in a live run."""


@dataclass
class WatchedWorkout:
    """A workout in a quiet room that advances as it is watched."""

    exercise: Exercise = field(default_factory=leg_press)
    phrases: PhraseTable = field(default_factory=lambda: shipped().phrases)
    words: Iterable[tuple[float, str]] = ()
    """What is heard, and at which second."""
    offered: tuple[Exercise, ...] = ()
    visit: Visit = ALONE
    prove_stop: bool = False
    records: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.loop = workout_loop(
            self.exercise,
            self.phrases,
            Scripted(self.words),
            SilentClips(),
            bars=Thresholds(loudspeaker=False),
            prove_stop=self.prove_stop,
            offered=self.offered,
            visit=self.visit,
        )
        self.view = View(self.loop)
        self.deaf = self.mute = ""
        self.level = QUIET

    @property
    def state(self) -> State:
        return self.loop.conversation.session.state

    def run(self, seconds: float) -> Snapshot:
        """Advance by this much; return what the screen then shows."""
        block = np.full(MICROPHONE_RATE // 50, self.level)
        for _ in range(round(50 * seconds)):
            _, new = self.loop.process(block)
            self.view.feed(block, new)
            self.records += new
        return self.snapshot()

    def snapshot(self) -> Snapshot:
        at = max(0, self.loop.position - AHEAD)
        return self.view.snapshot(at, self.deaf, self.mute, 0)

    def say(self, text: str) -> Snapshot:
        """Do what a key or a typed line does, at once."""
        self.loop.typed(text)
        _, records = self.loop.process(np.zeros(0, np.float32))
        self.view.feed(np.zeros(0, np.float32), records)
        self.records += records
        return self.snapshot()

    def frames(
        self, seconds: float, every: float = 0.1, until: Callable[[], bool] = lambda: False
    ) -> Iterator[Snapshot]:
        """A picture `every` so many seconds, for `seconds` or `until` a condition holds."""
        end = self.loop.position + round(seconds * SAMPLE_RATE)
        while self.loop.position < end and not until():
            yield self.run(every)


_RACK = (*BEGIN, (40.0, "done"))
_REST = (*_RACK, (42.0, "locked"))

_STAGED: dict[State, tuple[Sequence[tuple[float, str]], float]] = {
    State.PROOF: ((), 1),
    State.INTERRUPTED: ((), 1),
    State.CHOICE: ((), 1),
    State.READY: ((*BEGIN, (14.0, "done"), (15.0, "locked")), 17),
    State.SETUP: (((3.0, "set up"), (5.0, "next")), 7),
    State.GATE: ((), 2),
    State.ARMED: (BEGIN[:1], 9),
    State.COUNTDOWN: (BEGIN, 14.6),
    State.REP: (BEGIN, 16.25 + 6 * 7 + 1.9),
    State.PAUSED: ((*BEGIN, (40.0, "pause")), 42),
    State.REST_PAUSE: ((*BEGIN, (38.5, "breather")), 46),
    State.RACKING: (_RACK, 41),
    State.REST: (_REST, 50),
    State.SUMMARY: ((*_REST, (50.0, "done"), (51.0, "yes")), 53),
}
"""For each state, what is said at which seconds to reach it, and the second of the picture. After
`BEGIN` the countdown runs from 13.25 s, and the first rep begins at 16.25 s."""


@cache
def _session_at(
    words: tuple[tuple[float, str], ...], until: float, begins: State = State.GATE
) -> Session:
    """A session in which `words` are said at their seconds, at second `until`."""
    offered = (leg_press(), leg_curl()) if begins is State.CHOICE else ()
    visit = Visit(interrupted=BROKEN if begins is State.INTERRUPTED else None)
    session, _ = coach.begin(
        leg_press(), prove_stop=begins is State.PROOF, offered=offered, visit=visit
    )
    for at, word in words:
        command = shipped().phrases.parse(word)
        assert command is not None
        session, _ = coach.advance(session, samples(at))
        session, _ = coach.step(session, CommandGiven(command))
    session, _ = coach.advance(session, samples(until))
    return session


def snapshot(state: State, **changes: object) -> Snapshot:
    """A picture of `state` in a quiet workout, with `changes`."""
    words, until = _STAGED[state]
    begins = state if state in (State.PROOF, State.INTERRUPTED, State.CHOICE) else State.GATE
    session = _session_at(tuple(words), until, begins)
    assert session.state is state
    clock = session.set.clock
    phase, since, ends, rep = None, 0, 0, 0
    if session.state is State.REP and clock is not None:
        phase = clock.phase_at(session.now)
        since, ends = clock.span(phase)
        rep = clock.rep
    if session.state is State.COUNTDOWN and clock is not None:
        since, ends, rep = clock.start - 3 * SAMPLE_RATE, clock.start, clock.rep
    shown = Snapshot(
        at=session.now,
        session=session,
        phase=phase,
        phase_begins=since,
        phase_ends=ends,
        rep=rep,
        saying="",
        heard=None,
        level=-34.0,
        deaf="",
        mute="",
        under_runs=0,
    )
    return replace(shown, **changes)  # type: ignore[arg-type]
