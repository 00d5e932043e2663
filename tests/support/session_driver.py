"""A session without sound: scripted words in, a readable timeline out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from voicecoach import config
from voicecoach.core import session as session_machine
from voicecoach.core.commands import PhraseTable
from voicecoach.core.cues import Ended, Outcome
from voicecoach.core.decision import Decision, Thresholds
from voicecoach.core.events import (
    Effect,
    Entered,
    Input,
    Intent,
    LineEnded,
    PhaseBegan,
    RepDone,
    Say,
    SetOver,
    Slept,
    State,
)
from voicecoach.core.pacing import Talkativeness
from voicecoach.core.plan import MICROPHONE_RATE, Exercise, Tempo, samples
from voicecoach.core.session import ALONE, Session, Turn
from voicecoach.core.workout import Visit
from voicecoach.listening.scripted import Scripted
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.simulate import simulate
from voicecoach.runtime.timeline import Timeline
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.silent import SilentClips

QUIET = np.float32(1e-3)
"""What the microphone gives while nobody speaks: never exact zeros."""

BEGIN = ((8.0, "ready"), (13.0, "start set"))
"""Passes the gate; the first rep begins at `FIRST_REP`."""

Event = tuple[float, str, str | int]
"""Something that happens to an engine: seconds, the name of its method, and the argument; "" for
none."""


FIRST_REP = samples(13.02 + 0.25 + 3.0)
"""13.0 s is heard at the end of its 20 ms."""


@cache
def shipped(language: str = "en") -> config.Config:
    """The shipped files of `language`."""
    return config.load(language, "leg-press", offer=True)


@cache
def _sentences(language: str) -> Mapping[Intent, tuple[str, ...]]:
    """Some sentences for each intent, spread over all that exist."""
    found: defaultdict[Intent, list[str]] = defaultdict(list)
    for phrase, command in shipped(language).phrases.phrases.items():
        found[command.intent].append(phrase)
    return {intent: tuple(all_[:: max(1, len(all_) // 12)]) for intent, all_ in found.items()}


def sentence(language: str, intent: Intent, which: int = 0) -> str:
    """One of some sentences that mean `intent`; "" if there is none."""
    there = _sentences(language).get(intent, ("",))
    return there[which % len(there)]


def asleep(at: float, length: float, deaf: float = 0.0) -> tuple[Event, ...]:
    """The machine falls asleep at `at` for this long. The output is back `deaf` after it woke; 0 if
    it was not lost. All in seconds. `live` learns of it between two quanta, as here."""
    at = round(at, 1)
    nap = (at, "slept", samples(length))
    return (nap, (at, "sound_lost", ""), (at + deaf, "sound_back", "")) if deaf else (nap,)


def leg_curl() -> Exercise:
    """Another exercise, in the leg press's words."""
    return leg_press("2-0-2-1", reps=3, id="leg-curl", name="Leg curl")


def leg_press(tempo: str = "3-1-2-1", reps: int = 12, **changes: object) -> Exercise:
    """The shipped script at another tempo or length."""
    script = replace(shipped().exercise, tempo=Tempo.parse(tempo), reps=reps)
    return replace(script, **changes)  # type: ignore[arg-type]


def plank(seconds: int = 40, **changes: object) -> Exercise:
    """The shipped hold with this length; a breath takes 5 s."""
    script = next(each for each in shipped().offered if each.id == "plank")
    return replace(script, reps=script.breaths(seconds), **changes)  # type: ignore[arg-type]


def begin(*args: Any, **kwargs: Any) -> Turn:
    """`session.begin`, with its lines heard at once: lines take no time here."""
    return _heard_out(*session_machine.begin(*args, **kwargs))


def step(session: Session, happened: Input) -> Turn:
    """`session.step`, likewise."""
    return _heard_out(*session_machine.step(session, happened))


def advance(session: Session, to: int) -> Turn:
    """`session.advance`, likewise."""
    effects: list[Effect] = []
    while (due := session.next_due) is not None and due < to:
        session, more = _heard_out(*session_machine.advance(session, due + 1))
        effects += more
    session, more = session_machine.advance(session, to)
    return session, [*effects, *more]


def _heard_out(session: Session, effects: list[Effect]) -> Turn:
    for said in [effect for effect in effects if isinstance(effect, Say)]:
        for want in said.wants:
            if want.told:
                session, more = session_machine.step(session, LineEnded(want.key, heard=True))
                effects = [*effects, *more]
    return session, effects


@dataclass(frozen=True, repr=False)
class SessionRun:
    """The records of a session."""

    records: tuple[Record, ...]
    sound: np.ndarray[tuple[int], np.dtype[np.float32]]

    def __repr__(self) -> str:
        return f"<the session\n{self.timeline()}>"

    def cues(self, id: str | None = None, outcome: Outcome | None = None) -> list[Ended]:
        """The cues in order of time, all or those with `id` as in the script."""
        found = [r for r in self.records if isinstance(r, Ended)]
        found.sort(key=lambda cue: cue.at)
        return [
            cue
            for cue in found
            if (id is None or cue.want.id == id) and (outcome is None or cue.outcome is outcome)
        ]

    def played(self, id: str | None = None) -> list[Ended]:
        return self.cues(id, Outcome.PLAYED)

    @property
    def phases(self) -> list[PhaseBegan]:
        return [r for r in self.records if isinstance(r, PhaseBegan)]

    @property
    def reps(self) -> list[RepDone]:
        return [r for r in self.records if isinstance(r, RepDone)]

    @property
    def sets(self) -> list[SetOver]:
        return [r for r in self.records if isinstance(r, SetOver)]

    @property
    def states(self) -> list[State]:
        return [r.to for r in self.records if isinstance(r, Entered)]

    @property
    def entered(self) -> list[Entered]:
        return [r for r in self.records if isinstance(r, Entered)]

    @property
    def heard(self) -> list[Decision]:
        return [r for r in self.records if isinstance(r, Decision)]

    @property
    def slept(self) -> list[Slept]:
        return [r for r in self.records if isinstance(r, Slept)]

    def timeline(self) -> str:
        """The session in readable form, with every cut and dropped cue."""
        timeline = Timeline(details=True)
        return "\n".join(map(str, [*timeline.feed(self.records, 0), *timeline.rest()])) + "\n"


def run_session(
    words: Iterable[tuple[float, str]],
    seconds: float,
    *,
    exercise: Exercise | None = None,
    zeros: Sequence[tuple[float, float]] = (),
    block: int = MICROPHONE_RATE,
    pace: float = 0.055,
    talk: Talkativeness = Talkativeness.NORMAL,
    offered: tuple[Exercise, ...] = (),
    phrases: PhraseTable | None = None,
    visit: Visit = ALONE,
    happens: Iterable[Event] = (),
) -> SessionRun:
    """Run a session of `seconds` in which `words` are heard at their seconds.

    `zeros`: spans, in seconds, in which the microphone gives digital silence. `pace`: seconds per
    character of the silent voice. `happens`: what else happens to the engine.
    """
    engine = workout_loop(
        exercise or leg_press(),
        phrases or shipped().phrases,
        Scripted(words),
        SilentClips(pace),
        bars=Thresholds(loudspeaker=False),
        talk=talk,
        offered=offered,
        visit=visit,
    )
    microphone = np.full(round(seconds * MICROPHONE_RATE), QUIET)
    for start, end in zeros:
        microphone[round(start * MICROPHONE_RATE) : round(end * MICROPHONE_RATE)] = 0
    records: list[Record] = []
    sound = []
    done = 0
    for at, name, argument in sorted(happens, key=lambda event: event[0]):
        until = round(at * MICROPHONE_RATE)
        out, new = engine.process(microphone[done:until])
        records += new
        sound.append(out)
        done = until
        getattr(engine, name)(*([argument] if argument else []))
    for out, new in simulate(engine, microphone[done:], block):
        records += new
        sound.append(out)
    return SessionRun(tuple(records), np.concatenate(sound))
