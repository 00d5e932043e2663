"""What the coach says, with the place where it is written and the states in which it is heard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..config import Config, Fault
from ..core.commands import normal
from ..core.events import Intent, State
from ..core.plan import Exercise
from ..core.session.spoken import sayable

_VARIABLE = re.compile(r"\{[\w:]*\}")
_PAUSE = re.compile(r"[.,:;!?]+(?:\s|$)")


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """One text of the coach."""

    text: str
    """With its `{variables}`."""
    name: str
    """The line's name; "cue", "opener", "setup" or "variation" for an exercise's other texts."""
    states: frozenset[State]
    """The states in which it may be heard."""
    place: Fault
    short: bool = False
    """Whether it is said if the full wording doesn't fit."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The fixed text between the variables, normalised."""
        return tuple(filter(None, map(normal, _VARIABLE.split(self.text))))

    @property
    def clauses(self) -> tuple[str, ...]:
        """The parts, split where the voice pauses."""
        pieces = (piece for part in _VARIABLE.split(self.text) for piece in _PAUSE.split(part))
        return tuple(filter(None, map(normal, pieces)))


_EVERYTHING = frozenset(Intent)

ANSWERS: Mapping[str, Intent] = {
    **dict.fromkeys(("gate", "gate_first", "gate_drop", "unproved"), Intent.READY),
    **dict.fromkeys(("release", "hurt_over", "nothing_done"), Intent.START),
    **dict.fromkeys(("paused", "still_paused"), Intent.RESUME),
    "rest_pause": Intent.GO,
    **dict.fromkeys(("ended", "ended_empty", "stopped", "lock_again", "hurt"), Intent.LOCKED),
    "prove_stop": Intent.STOP,
    "setup_first": Intent.NEXT,
    "finish": Intent.YES,
}
"""The answer that each line waits for; the best-known lines come first."""

MEANT: Mapping[str, frozenset[Intent]] = {
    **{name: frozenset({intent}) for name, intent in ANSWERS.items()},
    "unconfirmed": frozenset({Intent.LOCKED}),
    "interrupted": frozenset({Intent.RESUME, Intent.FINISH}),
    "finish": frozenset({Intent.YES, Intent.NO}),
    "unproved": frozenset({Intent.STOP, Intent.READY}),
    **dict.fromkeys(("choose", "announce", "explain"), frozenset({Intent.EXERCISE})),
    "variation": frozenset({Intent.VARIATION}),
    "setup_first": frozenset({Intent.NEXT, Intent.SET_UP}),
    "still_paused": frozenset({Intent.RESUME, Intent.DONE}),
    "most_set": frozenset({Intent.DONE}),
    "rest_pause": frozenset({Intent.GO, Intent.RESUME}),
    **dict.fromkeys(("missed", "to_failure"), frozenset({Intent.FAILURE})),
    "louder": frozenset({Intent.LOUDER}),
    "softer": frozenset({Intent.SOFTER}),
    **dict.fromkeys(("help", "options"), _EVERYTHING),
}
"""Commands that a line tells the lifter to say, or repeats, so it may contain them."""


def lines_of(config: Config) -> list[WrittenLine]:
    """Everything that is said in the exercises on offer, each text once."""
    exercises = config.offered or (config.exercise,)
    return list(dict.fromkeys(line for exercise in exercises for line in _lines(config, exercise)))


def _lines(config: Config, exercise: Exercise) -> Iterator[WrittenLine]:
    for said in sayable(exercise):
        table, key = said.place
        name = key if table == "lines" else table.rstrip("s")
        for text in (*said.wording.full, *said.wording.short):
            short = text not in said.wording.full
            place = config.text_of(exercise.id, table, key, "short" if short else "say")
            yield WrittenLine(text, name, said.states, place, short)
