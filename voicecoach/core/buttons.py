"""What the buttons of a headset or a clicker say.

A button has no command of its own. It says a phrase, as a key of the screen does, so it can do
nothing that can't be said, and is refused whenever the phrase would be. None says "stop", pain or
help: those are words, which need no hand and no battery.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from .events import Intent, State
from .hints import Hints
from .session import Session


class Button(StrEnum):
    """What can be pressed."""

    PLAY_PAUSE = "play_pause"
    """Of earbuds. Of a clicker, the way back and the blank screen."""
    PLAY = "play"
    PAUSE = "pause"
    """Like play/pause, but one way only: earbuds pause when they are taken out of the ear, and play
    when they are put in again. So "play" says nothing: it may not start a rep."""
    NEXT = "next"
    """Of earbuds. Of a clicker or a foot switch, every other key."""


_WAITING = frozenset({State.PAUSED, State.REST_PAUSE})

Presses = Mapping[Button, Mapping[State, str]]
"""The phrase that play/pause and next say in a state, as the lifter chose; "" for none."""

USUAL: Mapping[Button, Mapping[State, Intent]] = {
    Button.PLAY_PAUSE: {
        State.COUNTDOWN: Intent.PAUSE,
        State.REP: Intent.PAUSE,
        State.PAUSED: Intent.RESUME,
    },
    Button.NEXT: {
        State.READY: Intent.START,
        State.ARMED: Intent.START,
        State.REP: Intent.DONE,
        State.REST: Intent.START,
    },
}
"""What the buttons say where the lifter chose nothing. No press answers the questions of the gate
or of the catches: whoever presses twice has not looked at them."""


def playing(session: Session) -> bool:
    """What a headset is told, so that it sends "play" after a pause, and else "pause"."""
    return session.state not in _WAITING


def said(button: Button, session: Session, chosen: Presses, hints: Hints) -> str | None:
    """What `button` says now; None for nothing."""
    if button is Button.PLAY or (button is Button.PAUSE and session.state in _WAITING):
        return None
    if button is not Button.NEXT:
        button = Button.PLAY_PAUSE
    phrase = chosen.get(button, {}).get(session.state)
    if phrase is not None:
        return phrase or None
    intent = USUAL[button].get(session.state)
    return hints.phrase(session, intent) if intent is not None else None
