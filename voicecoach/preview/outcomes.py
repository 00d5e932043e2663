"""What became of each cue: full, shortened, moved or dropped, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ..core.cues import PAUSE, Ended, Outcome
from ..core.decision import Decision
from ..core.events import Entered, PhaseBegan, Placement, SetOver, State
from ..core.plan import CueClass, Exercise, Phase, seconds
from ..runtime.cue_player import Record


class CueOutcome(StrEnum):
    """The worst that happened to a cue. It may be both shortened and moved."""

    FULL = "full"
    SHORT = "short"
    MOVED = "moved"
    DROPPED = "dropped"
    """Not heard, or not to its end."""


_BREATH = {Phase.LOWER.value: "in", Phase.LIFT.value: "out"}


@dataclass(frozen=True, slots=True)
class CueSpan:
    """A phase of a rep, or a state in which no rep is paced."""

    at: int
    """Output samples."""
    until: int
    name: str
    rep: int
    """From 1; 0 outside reps."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing the coach had to say."""

    id: str
    """As in the cue script, or the name of the line."""
    kind: CueClass
    text: str
    """As it was said. If it was not, the full wording."""
    full: str
    """The longest wording asked for then."""
    at: int
    """Its first sample. If it was dropped, the sample from which it was wanted."""
    end: int
    rep: int
    """The rep it belongs to; 0 outside reps."""
    heard: bool
    """True if it was heard to its end."""
    yields: bool
    """True if it is a count that makes room for anything else."""
    shortened: str = ""
    """Why the short wording was said; "" if it was not."""
    moved: str = ""
    """Where it was wanted, and why it was not heard there; "" if it was."""
    lost: str = ""
    """Why it was dropped or cut; "" if it was not."""

    @property
    def outcome(self) -> CueOutcome:
        if not self.heard:
            return CueOutcome.DROPPED
        if self.moved:
            return CueOutcome.MOVED
        return CueOutcome.SHORT if self.shortened else CueOutcome.FULL

    @property
    def why(self) -> str:
        """All that differs from the script; "" if nothing does."""
        parts = (
            self.lost,
            f"moved {self.moved}" if self.moved else "",
            f"short: {self.shortened}" if self.shortened else "",
        )
        return "; ".join(filter(None, parts))


@dataclass(frozen=True)
class Rehearsal:
    """One set, as it went."""

    exercise: Exercise
    records: tuple[Record, ...]
    end: int
    """Total length in output samples."""
    length: Callable[[str], int]
    """How many samples the voice takes for a text."""

    @cached_property
    def spans(self) -> tuple[CueSpan, ...]:
        """The phases and states in order, without gaps."""
        changes: list[tuple[int, str, int]] = []
        for record in self.records:
            match record:
                case PhaseBegan(at, rep, phase):
                    changes.append((at, phase.value, rep))
                case Entered(at, to) if to is not State.REP:
                    changes.append((at, to.value, 0))
                case _:
                    pass
        changes.sort(key=lambda change: change[0])
        ends = [*(at for at, _, _ in changes[1:]), self.end]
        return tuple(
            CueSpan(at, end, name, rep)
            for (at, name, rep), end in zip(changes, ends, strict=True)
            if at < end
        )

    @cached_property
    def cues(self) -> tuple[Told, ...]:
        """Everything the coach had to say, in order of time."""
        ended = [record for record in self.records if isinstance(record, Ended)]
        told = [self._told(each, ended) for each in ended]
        return tuple(sorted(told, key=lambda each: (each.at, each.end)))

    @cached_property
    def set_over(self) -> SetOver | None:
        """How the set ended."""
        return next((r for r in self.records if isinstance(r, SetOver)), None)

    @cached_property
    def heard(self) -> tuple[Decision, ...]:
        """The lifter's answers."""
        return tuple(r for r in self.records if isinstance(r, Decision))

    def called(self, phase: str) -> str:
        """A phase or state in the lifter's words: in a hold, breathing in and out."""
        return _BREATH.get(phase, phase) if self.exercise.held else phase

    def span_at(self, at: int) -> CueSpan | None:
        """The phase or state at sample `at`."""
        return next((span for span in self.spans if span.at <= at < span.until), None)

    def longest_stretch(self, cue: Told, alone: bool = False) -> int:
        """The longest gap, in samples, that a cue had in its rep; with `alone`, counting only the
        openers and the number as taken."""
        each = next(
            r
            for r in self.records
            if isinstance(r, Ended) and r.want.id == cue.id and self._rep(r) == cue.rep
        )
        ended = [r for r in self.records if isinstance(r, Ended)]
        if alone:
            ended = [r for r in ended if r.want.place is not Placement.GAP]
        return _longest(_free(each.want.at, each.want.until, _others(each, ended)))

    # --- one cue ------------------------------------------------------------------------------

    def _told(self, each: Ended, ended: Sequence[Ended]) -> Told:
        want = each.want
        heard = each.outcome is Outcome.PLAYED
        at = max(want.at, want.prefer) if each.outcome is Outcome.DROPPED else each.at
        return Told(
            id=want.id,
            kind=want.kind,
            text=each.text,
            full=want.texts[0],
            at=at,
            end=at if each.outcome is Outcome.DROPPED else each.end,
            rep=self._rep(each),
            heard=heard,
            yields=want.yields,
            shortened=self._shortened(each, ended) if heard and each.text != want.texts[0] else "",
            moved=self._moved(each, ended) if heard else "",
            lost="" if heard else self._lost(each, ended),
        )

    def _rep(self, each: Ended) -> int:
        """A cue on a beat belongs to that beat, even if its first sound comes before."""
        want = each.want
        match want.place:
            case Placement.BEAT:
                at = want.at
            case Placement.END:
                at = want.at - 1
            case Placement.GAP:
                at = want.until - 1 if each.outcome is Outcome.DROPPED else each.at
        span = self.span_at(at)
        return span.rep if span is not None else 0

    def _shortened(self, each: Ended, ended: Sequence[Ended]) -> str:
        want = each.want
        full = self.length(want.texts[0])
        takes = f"the full wording takes {_two(full)} s"
        others = _others(each, ended)
        if want.place is Placement.GAP:
            room = _longest(_free(want.at, want.until, others))
        else:
            after = [o.at - PAUSE for o in others if o.at >= each.end]
            room = min([*after, max(want.until, each.end)]) - each.at
        return f"{takes}, the room is {_two(room)} s"

    def _moved(self, each: Ended, ended: Sequence[Ended]) -> str:
        want = each.want
        if want.place is not Placement.GAP:
            late = each.reason.removeprefix("late by ")
            return f"{late[1:]} early" if late.startswith("-") else each.reason
        wanted = self._phase_wanted(each)
        if wanted is None:
            return ""
        there = [span for span in self.spans if span.rep == wanted[0] and span.name == wanted[1]]
        if any(span.at <= each.at < span.until for span in there):
            return ""
        said_in = self.span_at(each.at)
        there_to = self.called(said_in.name) if said_in is not None else "after the set"
        name = self.called(wanted[1])
        place = f"from {name} to {there_to}"
        if not there:
            return f"{place}: {name} takes no time at this tempo"
        others = _others(each, ended)
        room = max(_longest(_free(span.at, span.until, others)) for span in there)
        short = min(self.length(text) for text in want.texts)
        if short > room:
            return f"{place}: {self._takes(want.texts, each.text)}, {name} has {_two(room)} s free"
        return f"{place}: the longer wording has room there"

    def _lost(self, each: Ended, ended: Sequence[Ended]) -> str:
        want = each.want
        why = f"{each.outcome.value}: {each.reason}"
        if each.outcome is not Outcome.DROPPED or want.place is not Placement.GAP:
            return why
        short = min(self.length(text) for text in want.texts)
        room = _longest(_free(want.at, want.until, _others(each, ended)))
        if short <= room:
            return why
        takes = self._takes(want.texts, want.texts[0])
        return f"{why}; {takes}, the longest stretch is {_two(room)} s"

    def _takes(self, texts: Sequence[str], shown: str) -> str:
        """How long the shortest of `texts` is; names it if another is `shown`."""
        short = min(texts, key=self.length)
        what = "it" if short == shown else f'even "{short}"'
        return f"{what} takes {_two(self.length(short))} s"

    def _phase_wanted(self, each: Ended) -> tuple[int, str] | None:
        """The rep and the phase that the script names for a reminder; None: any phase."""
        cue = next((cue for cue in self.exercise.cues if cue.id == each.want.id), None)
        if cue is None or cue.phase is None:
            return None
        span = self.span_at(each.want.at)
        return (span.rep, cue.phase.value) if span is not None else None


def _two(length: int) -> str:
    """Seconds with two decimals: tenths would hide by how little a word misses its room."""
    return f"{seconds(max(0, length)):.2f}"


def _others(each: Ended, ended: Sequence[Ended]) -> list[Ended]:
    """What else sounds and does not yield."""
    return [
        other
        for other in ended
        if other is not each and other.outcome is not Outcome.DROPPED and not other.want.yields
    ]


def _free(at: int, until: int, others: Sequence[Ended]) -> list[tuple[int, int]]:
    """The stretches between `at` and `until` in which none of `others` sounds."""
    free = []
    start = at
    for other in sorted(others, key=lambda other: other.at):
        if other.end + PAUSE <= start:
            continue
        if other.at - PAUSE >= until:
            break
        if other.at - PAUSE > start:
            free.append((start, other.at - PAUSE))
        start = max(start, other.end + PAUSE)
    if start < until:
        free.append((start, until))
    return free


def _longest(stretches: Sequence[tuple[int, int]]) -> int:
    return max((until - at for at, until in stretches), default=0)
