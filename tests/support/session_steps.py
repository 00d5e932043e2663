"""A session step by step: brought into a state and given commands; and what it says.

Lines take no time here; see `session_driver.step`.
"""

from __future__ import annotations

from dataclasses import replace

from voicecoach.core.events import Command, CommandGiven, Effect, Intent, Say, State
from voicecoach.core.plan import samples
from voicecoach.core.session import Session
from voicecoach.core.workout import DoneSet, Interrupted, SetKind, Visit

from .session_driver import advance, begin, leg_curl, leg_press, step

SLOTS: dict[Intent, tuple[tuple[str, int | float | str], ...]] = {
    Intent.MORE: (("more", 1),),
    Intent.REPS: (("reps", 10),),
    Intent.WEIGHT: (("kilos", 80),),
    Intent.TEMPO: (("lower", 3), ("bottom", 1), ("lift", 2)),
    Intent.VARIATION: (("variation", "high"),),
    Intent.EXERCISE: (("exercise", "leg-press"),),
    Intent.PLAN: (("exercise", "leg-press"), ("sets", 4), ("sets_of", 10)),
    Intent.SUPERSET: (("other", "leg-curl"), ("station", "leg-press")),
    Intent.ROUNDS: (("rounds", 2), ("rounds_of", 10)),
    Intent.ADD_REST: (("seconds", 30),),
    Intent.LOG: (("reps", 9),),
    Intent.RPE: (("rpe", 8.5),),
    Intent.LEFT: (("left", 2),),
    Intent.NOTE: (("note", "left knee"),),
}

CURL = replace(leg_curl(), reps=9)
"""The other exercise besides the leg press."""

_BROKEN = Interrupted("", (("leg-press", DoneSet(SetKind.WORK, 12)),), 20)
"""A workout that broke off after a set."""

_WAY: dict[State, list[tuple[float, Intent | None]]] = {
    State.GATE: [],
    State.SETUP: [(1.0, Intent.SET_UP)],
    State.PROOF: [],
    State.INTERRUPTED: [(0.1, None)],
    State.CHOICE: [],
    State.ARMED: [(1.0, Intent.READY)],
    State.COUNTDOWN: [(1.0, Intent.READY), (1.0, Intent.START)],
    State.REP: [(1.0, Intent.READY), (1.0, Intent.START), (5.0, None)],
    State.PAUSED: [(1.0, Intent.READY), (1.0, Intent.START), (5.0, Intent.PAUSE)],
    State.REST_PAUSE: [
        (1.0, Intent.READY),
        (1.0, Intent.START),
        (5.0, Intent.BREATHER),
        (7.0, None),
    ],
    State.RACKING: [(1.0, Intent.READY), (1.0, Intent.START), (12.0, Intent.STOP)],
    State.REST: [
        (1.0, Intent.READY),
        (1.0, Intent.START),
        (12.0, Intent.DONE),
        (1.0, Intent.LOCKED),
    ],
    State.READY: [(1.0, Intent.STOP)],
    State.SUMMARY: [(1.0, Intent.STOP), (1.0, Intent.DONE), (1.0, Intent.YES)],
}
"""What leads to each state: seconds to wait, then a command."""


def say(session: Session, intent: Intent) -> tuple[Session, list[Effect]]:
    """Give a command, with example values for its slots."""
    return step(session, CommandGiven(Command(intent, SLOTS.get(intent, ()))))


def wait(session: Session, seconds: float) -> tuple[Session, list[Effect]]:
    """Let `seconds` pass in silence."""
    return advance(session, session.now + samples(seconds))


def reach(state: State) -> Session:
    """A session in `state`, with two exercises to choose from."""
    offered = (leg_press(), CURL) if state is State.CHOICE else ()
    broken = _BROKEN if state is State.INTERRUPTED else None
    session, _ = begin(
        leg_press(),
        prove_stop=state is State.PROOF,
        offered=offered,
        visit=Visit(interrupted=broken),
    )
    workout = replace(session.workout, offered=(leg_press(), CURL))
    session = replace(session, workout=workout)
    for seconds, intent in _WAY[state]:
        session, _ = wait(session, seconds)
        if intent is not None:
            session, _ = say(session, intent)
    assert session.state is state
    return session


def lines_said(effects: list[Effect]) -> list[str]:
    """The lines by their names in the script."""
    return [want.id for effect in effects if isinstance(effect, Say) for want in effect.wants]


def texts(effects: list[Effect]) -> list[str]:
    """The lines as they are spoken if there is time."""
    said = (want for effect in effects if isinstance(effect, Say) for want in effect.wants)
    return [want.texts[0] for want in said]
