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
from ..core.decision import HeardIt
from ..core.events import Asked, Entered, PhaseBegan, Place, RepDone, SetOver, Slept
from ..core.plan import HOLD, CueClass, Phase, seconds, seconds_held
from ..core.workout import Agreed, Amended, Retimed, SetBegan, WorkoutBegan, WorkoutOver
from .cue_player import Record

_BREATH = {Phase.LOWER: "in", Phase.LIFT: "out"}
"""What the phases of a hold are called."""


@dataclass(frozen=True, slots=True)
class Line:
    """One moment of a session."""

    at: int
    """Output samples."""
    who: str
    """"lifter", "coach", a state, or a rep and its phase."""
    text: str
    style: str
    """"lifter", "refused", "coach", "safety", "phase", "state" or "set"."""

    def __str__(self) -> str:
        return f"{seconds(self.at):8.2f}  {self.who:<10} {self.text}".rstrip()


class Timeline:
    """Turns records into lines; what is said within a phase stands on its line."""

    def __init__(self, details: bool = False) -> None:
        """With `details`, cues that were dropped or cut are told too, with the reason."""
        self._details = details
        self._held: list[tuple[int, int, int, Record]] = []
        self._count = 0
        self._line: Line | None = None
        self._words: list[str] = []
        self._breathing = False
        """Whether the set that runs is a hold."""

    def feed(self, records: Iterable[Record], certain: int) -> Iterator[Line]:
        """Take `records`; nothing before sample `certain` will come any more
        (`VoiceLoop.certain`). Gives the lines that are complete."""
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
            case Ended(at, _, want, text, outcome, reason):
                words = text
                if outcome is not Outcome.PLAYED:
                    if not self._details:
                        return
                    words = f"[{text} {outcome.value}: {reason}]"
                if self._line is not None and self._line.style == "phase":
                    self._words.append(words)
                    return
                yield from self._close()
                style = "safety" if want.kind is CueClass.SAFETY else "coach"
                yield Line(at, "coach", words, style)
            case HeardIt(at, _, verdict):
                yield from self._close()
                if verdict.accepted:
                    yield Line(at, "lifter", f'"{verdict.phrase}"', "lifter")
                else:
                    yield Line(at, "refused", f'"{verdict.phrase}": {verdict.reason}', "refused")
                # The phase goes on; what is said in the rest of it stands on its own lines.
            case Entered(at, to):
                yield from self._close()
                yield Line(at, to.value, "", "state")
            case SetOver(at, reps, target, tempo, under_tension, ended_by):
                yield from self._close()
                done = f"{reps} of {target} reps at {tempo}, {seconds(under_tension):.1f} s under "
                done += "tension"
                if (planned := seconds_held(tempo, target)) is not None:
                    done = f"{seconds(under_tension):.1f} of {planned} s held"
                yield Line(at, "set", f"{done}, ended by {ended_by}", "set")
            case Slept(at, length):
                yield from self._close()
                yield Line(at, "slept", f"{seconds(length):.1f} s", "state")
            case Asked(at, phrase):
                yield from self._close()
                yield Line(at, "asked", f'"{phrase}"' if phrase else "for silence", "state")
            case Amended(at, back, entry, value):
                yield from self._close()
                which = f"{back} sets before" if back else "the last set"
                yield Line(at, "log", f"{entry.value} of {which}: {value}", "state")
            case Agreed(at, exercise, target):
                yield from self._close()
                if target is None:
                    yield Line(at, "log", f"next {exercise}: nothing agreed", "state")
                    return
                what = f"{target.reps} breaths" if self._breathing else str(target.reps)
                weight = f" at {target.weight}" if target.weight is not None else ""
                yield Line(at, "log", f"next {exercise}: {what}{weight}", "state")
            case SetBegan(tempo=tempo):
                self._breathing = tempo.startswith(HOLD)
            case RepDone() | WorkoutBegan() | Retimed() | WorkoutOver():
                pass  # beside them stand the state, the command or the set, which tell as much

    def _close(self) -> Iterator[Line]:
        if self._line is not None:
            line = self._line
            yield Line(line.at, line.who, "  ".join(self._words), line.style)
        self._line, self._words = None, []


def _moment(record: Record) -> tuple[int, int]:
    """Where a record belongs: a cue on a beat to its beat, after what happens then."""
    if isinstance(record, Ended):
        if record.outcome is Outcome.PLAYED and record.want.place is Place.BEAT:
            return max(record.at, record.want.at), 1
        return record.at, 1
    return record.at, 0
