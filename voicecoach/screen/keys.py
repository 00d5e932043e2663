"""The keys: each stands for a phrase, and the screen shows which.

A key has no command of its own. It gives the phrase that a lifter would say, so it can do nothing
that can't be said, and is refused whenever the phrase would be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..core.events import Intent, State
from ..core.hints import ASKED_FOR, Hint, Hints
from ..core.session import UNDER_LOAD, Session
from .lettering import cells

KEYS: Mapping[str, tuple[Intent, ...]] = {
    "enter": (Intent.READY, Intent.GO, Intent.RESUME, Intent.LOCKED, Intent.NEXT, Intent.START),
    "space": (Intent.PAUSE, Intent.RESUME),
    "s": (Intent.STOP,),
    "d": (Intent.DONE,),
    "-": (Intent.SLOWER,),
    "+": (Intent.FASTER,),
    "m": (Intent.MORE,),
    "h": (Intent.HOW_MANY,),
    "r": (Intent.REPEAT,),
    "q": (Intent.QUIET,),
    "t": (Intent.TALK,),
    "up": (Intent.LOUDER,),
    "down": (Intent.SOFTER,),
    "u": (Intent.SET_UP,),
    "e": (Intent.EXPLAIN,),
    "p": (Intent.PAIN,),
    "y": (Intent.YES,),
    "n": (Intent.NO,),
}
"""What each key means: the one that the state waits for, or else the first that makes sense. It is
given as a phrase of the command file."""

CHOOSING = "123456789"
"""The keys that say the name of the first, second, ... offered exercise."""

ALL = "?"
"""The key that shows all that can be said, and says nothing."""

EMERGENCY = "emergency"
"""Shown beside the words that end everything because somebody is in trouble."""

_ANSWERS = (Intent.YES, Intent.NO, Intent.NUMBER)
_IN_A_SET = (
    *(Intent.STOP, Intent.DONE, Intent.PAUSE, Intent.SLOWER, Intent.FASTER, Intent.HOW_MANY),
    *(Intent.MORE, Intent.PAIN, Intent.LOUDER, Intent.SOFTER, Intent.REPEAT),
)
_BETWEEN = (
    *(Intent.SKIP_REST, Intent.ADD_REST, Intent.HOW_LONG, Intent.WEIGHT, Intent.SKIP_WARM_UP),
    *(Intent.REPS, Intent.RPE, Intent.MORE_SETS, Intent.NEXT_EXERCISE, Intent.SET_UP),
    *(Intent.UNDO, Intent.FINISH, Intent.NOTE, Intent.PLAN, Intent.EXPLAIN),
)
"""What a lifter most needs to know."""


@dataclass(frozen=True, slots=True)
class KeyHint:
    """Something that can be said now, as the screen shows it."""

    phrase: str
    key: str = ""
    """The key that says it; "" for none."""
    aside: str = ""
    """What it is, if that must not be mistaken."""

    @property
    def runs(self) -> Runs:
        """As drawn: the key, then the phrase."""
        aside = f" ({self.aside})" if self.aside else ""
        shown = [(f" {self.key} ", True), (" ", False)] if self.key else []
        return (*shown, (f"{self.phrase}{aside}", False))


Runs = tuple[tuple[str, bool], ...]
"""Consecutive texts, and whether each is the name of a key."""


def wide(line: Runs) -> int:
    """Its width in cells."""
    return sum(cells(text) for text, _ in line)


def text_for(key: str, session: Session, hints: Hints) -> str | None:
    """What `key` says: a phrase that is understood now, or else one that will be refused with its
    reason. None for a key without a meaning."""
    if key in CHOOSING:
        offered = session.workout.offered[CHOOSING.index(key) :][:1]
        return hints.exercise(offered[0]) if offered else None
    waited, _ = ASKED_FOR.get(session.state, (None, ""))
    intents = sorted(KEYS.get(key, ()), key=lambda intent: intent is not waited)
    live = {hint.intent: hint.phrase for hint in hints.now(session)}
    understood = (live[intent] for intent in intents if intent in live)
    refused = (phrase for intent in intents if (phrase := hints.phrase(session, intent)))
    return next(understood, None) or next(refused, None)


def everything(session: Session, hints: Hints) -> tuple[KeyHint, ...]:
    """All that can be said now, shortest first."""
    return tuple(_offers(hints.now(session), session, hints))


def offers(session: Session, hints: Hints) -> tuple[KeyHint, ...]:
    """All that can be said now, most useful first."""
    rows = (_IN_A_SET, _BETWEEN) if session.state in UNDER_LOAD else (_BETWEEN, _IN_A_SET)
    first = hints.answer(session)
    choosing = (Intent.EXERCISE,) if session.state is State.CHOICE else ()
    order = [*_ANSWERS, *choosing, *(intent for row in rows for intent in row)]
    place = {intent: n for n, intent in reversed(list(enumerate(order)))}
    named = {hints.exercise(each): n for n, each in enumerate(session.workout.offered)}

    def rank(hint: Hint) -> tuple[int, ...]:
        asked = hint.phrase == first and not choosing
        return not asked, place.get(hint.intent, len(order)), named.get(hint.phrase, 0)

    return tuple(_offers(sorted(hints.now(session), key=rank), session, hints))


def _offers(found: Sequence[Hint], session: Session, hints: Hints) -> list[KeyHint]:
    keys = {text_for(key, session, hints): key for key in reversed([*KEYS, *CHOOSING])}
    return [
        KeyHint(hint.phrase, keys.get(hint.phrase, ""), _aside(hint, session)) for hint in found
    ]


def _aside(hint: Hint, session: Session) -> str:
    in_trouble = session.state in UNDER_LOAD and hint.intent is Intent.HELP
    return EMERGENCY if in_trouble or hint.intent is Intent.PAIN else ""
