"""A session as a person reads it: one line a moment, the words beside the phase.

      14.25  coach      Three. Two. One.
      17.25  1 lower    Down, breathe in. two three
      20.25  1 bottom   Hold.

The same lines are printed by the command line and kept as goldens by the tests.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..core.cues import Ended, Outcome
from ..core.decision import Decision
from ..core.events import Entered, PhaseBegan, PhraseAsked, Placement, RepDone, SetOver, Slept
from ..core.plan import HOLD, CueClass, Phase, seconds, seconds_held
from ..core.workout import (
    Agreed,
    Amended,
    Retimed,
    SetBegan,
    Target,
    WorkoutBegan,
    WorkoutOver,
)
from .cue_player import Record

_BREATH = {Phase.LOWER: "in", Phase.LIFT: "out"}
"""Names of a hold's phases."""

_Alone = Decision | Entered | SetOver | Slept | PhraseAsked | Amended | Agreed


@dataclass(frozen=True, slots=True)
class Line:
    """One moment of a session."""

    at: int
    """Output samples."""
    who: str
    """ "lifter", "coach", a state, or a rep and its phase."""
    text: str
    style: str
    """ "lifter", "refused", "coach", "safety", "phase", "state" or "set"."""

    def __str__(self) -> str:
        return f"{seconds(self.at):8.2f}  {self.who:<10} {self.text}".rstrip()


class Timeline:
    """Turns records into lines. What is said within a phase is on its line."""

    def __init__(self, details: bool = False) -> None:
        """With `details`, dropped and cut cues are shown too, with the reason."""
        self._details = details
        self._held: list[tuple[int, int, int, Record]] = []
        self._count = 0
        self._line: Line | None = None
        self._words: list[str] = []
        self._breathing = False
        """True if the running set is a hold."""

    def feed(self, records: Iterable[Record], certain: int) -> Iterator[Line]:
        """Take `records`; nothing before sample `certain` will follow (`VoiceLoop.certain`). Yields
        the complete lines."""
        for record in records:
            self._count += 1
            heapq.heappush(self._held, (*_moment(record), self._count, record))
        yield from self._upto(certain)

    def rest(self) -> Iterator[Line]:
        """The lines that are still open."""
        yield from self._upto(1 << 62)
        yield from self._close()

    def _upto(self, at: int) -> Iterator[Line]:
        while self._held and self._held[0][0] < at:
            yield from self._tell(heapq.heappop(self._held)[3])

    def _tell(self, record: Record) -> Iterator[Line]:
        match record:
            case PhaseBegan(at, rep, phase):
                yield from self._close()
                name = _BREATH.get(phase, "") if self._breathing else phase.value
                self._line = Line(at, f"{rep} {name}", "", "phase")
            case Ended():
                yield from self._speak(record)
            case SetBegan(tempo=tempo):
                self._breathing = tempo.startswith(HOLD)
            case RepDone() | WorkoutBegan() | Retimed() | WorkoutOver():
                pass  # shown by the state, the command or the set
            case _:
                # A phase goes on after a command. What is said in the rest of it gets lines of its
                # own.
                yield from self._close()
                yield self._alone(record)

    def _speak(self, cue: Ended) -> Iterator[Line]:
        """A line of the coach, beside its phase if one runs."""
        words = cue.text
        if cue.outcome is not Outcome.PLAYED:
            if not self._details:
                return
            words = f"[{cue.text} {cue.outcome.value}: {cue.reason}]"
        if self._line is not None and self._line.style == "phase":
            self._words.append(words)
            return
        yield from self._close()
        style = "safety" if cue.want.kind is CueClass.SAFETY else "coach"
        yield Line(cue.at, "coach", words, style)

    def _alone(self, record: _Alone) -> Line:
        """A moment with a line of its own."""
        match record:
            case Decision(at, _, verdict):
                if verdict.accepted:
                    return Line(at, "lifter", f'"{verdict.phrase}"', "lifter")
                return Line(at, "refused", f'"{verdict.phrase}": {verdict.reason}', "refused")
            case Entered(at, to):
                return Line(at, to.value, "", "state")
            case SetOver():
                return Line(record.at, "set", f"{_done(record)}, ended by {record.ended_by}", "set")
            case Slept(at, length):
                return Line(at, "slept", f"{seconds(length):.1f} s", "state")
            case PhraseAsked(at, phrase):
                return Line(at, "asked", f'"{phrase}"' if phrase else "for silence", "state")
            case Amended(at, back, entry, value):
                which = f"{back} sets before" if back else "the last set"
                return Line(at, "log", f"{entry.value} of {which}: {value}", "state")
            case Agreed(at, exercise, target):
                return Line(at, "log", f"next {exercise}: {self._agreed(target)}", "state")

    def _agreed(self, target: Target | None) -> str:
        if target is None:
            return "nothing agreed"
        what = f"{target.reps} breaths" if self._breathing else str(target.reps)
        return f"{what} at {target.weight}" if target.weight is not None else what

    def _close(self) -> Iterator[Line]:
        if self._line is not None:
            line = self._line
            yield Line(line.at, line.who, "  ".join(self._words), line.style)
        self._line, self._words = None, []


def _done(over: SetOver) -> str:
    """What was done in a set: its reps, or how long it was held."""
    tension = f"{seconds(over.under_tension):.1f}"
    if (planned := seconds_held(over.tempo, over.target)) is not None:
        return f"{tension} of {planned} s held" if over.target else f"{tension} s held"
    reps = f"{over.reps} of {over.target}" if over.target else f"{over.reps}"
    breathers = f", rest-pauses: {over.rest_pauses}" if over.rest_pauses else ""
    return f"{reps} reps at {over.tempo}, {tension} s under tension{breathers}"


def _moment(record: Record) -> tuple[int, int]:
    """When a record is shown: a cue on a beat at its beat, after what else happens then."""
    if isinstance(record, Ended):
        if record.outcome is Outcome.PLAYED and record.want.place is Placement.BEAT:
            return max(record.at, record.want.at), 1
        return record.at, 1
    return record.at, 0
