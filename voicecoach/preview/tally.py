"""A rehearsed set in numbers and words: how much of the script was heard as written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..core.plan import CueClass, seconds
from .outcomes import CueOutcome, Rehearsal, Told


@dataclass(frozen=True, slots=True)
class PreviewTally:
    """Figures of a set's reps. Counts that make room are kept apart from the cues."""

    outcomes: Mapping[CueOutcome, int]
    safety_lost: int
    """Safety cues that were not heard to their end. Anything but 0 is a fault."""
    counts: int
    """Seconds that were to be counted aloud."""
    counts_lost: int
    """Those that made room."""
    speech: float
    """Share of the time from the first rep to the last in which the coach speaks, 0 to 1."""

    @property
    def cues(self) -> int:
        return sum(self.outcomes.values())

    def share(self, outcome: CueOutcome) -> float:
        """Share of all cues, 0 to 1."""
        return self.outcomes[outcome] / self.cues if self.cues else 0.0


def tally(rehearsed: Rehearsal) -> PreviewTally:
    """Count what became of the cues of the reps."""
    in_reps = [cue for cue in rehearsed.cues if cue.rep]
    counts = [cue for cue in in_reps if cue.yields]
    cues = [cue for cue in in_reps if not cue.yields]
    return PreviewTally(
        {outcome: sum(cue.outcome is outcome for cue in cues) for outcome in CueOutcome},
        sum(cue.kind is CueClass.SAFETY and not cue.heard for cue in rehearsed.cues),
        len(counts),
        sum(not cue.heard for cue in counts),
        _speech(rehearsed),
    )


def _speech(rehearsed: Rehearsal) -> float:
    reps = [span for span in rehearsed.spans if span.rep]
    if not reps:
        return 0.0
    first, last = reps[0].at, reps[-1].until
    spoken = sum(
        max(0, min(cue.end, last) - max(cue.at, first)) for cue in rehearsed.cues if cue.heard
    )
    return spoken / (last - first)


@dataclass(frozen=True, slots=True)
class Loss:
    """A text that was not heard when it was due."""

    id: str
    """Of its cue, or the name of the line."""
    text: str
    reps: tuple[int, ...]
    """The reps in which it was lost; empty if it never had a turn."""
    when: str
    """The same in words: "rep 4"."""
    why: str


def losses(rehearsed: Rehearsal) -> Iterator[Loss]:
    """Every text that was dropped or cut, and every cue text that had no turn. Counts that make
    room for anything are left out."""
    held = rehearsed.exercise.held
    lost: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for cue in rehearsed.cues:
        if not cue.heard and not cue.yields:
            lost[cue.id, cue.text, cue.lost].append(cue.rep)
    for (name, text, why), reps in lost.items():
        # Each side has the same reps.
        once = list(dict.fromkeys(rep for rep in reps if rep))
        yield Loss(name, text, tuple(reps), _listed(once, held), why)
    for each in rehearsed.exercise.cues:
        said = [cue.full for cue in rehearsed.cues if cue.id == each.id]
        for text in each.wording.full:
            if not any(worded(text, full) for full in said):
                # Before the first rep, its variables have no values yet.
                why = "what it names is not known" if "{" in text else "it has no turn in this set"
                yield Loss(each.id, text, (), "", why)


_VARIABLE = re.compile(r"\{[^}]*\}")


def worded(template: str, text: str) -> bool:
    """Whether `text` is `template` with its variables filled in."""
    return bool(re.fullmatch(".+".join(map(re.escape, _VARIABLE.split(template))), text, re.I))


def account(rehearsed: Rehearsal) -> Iterator[str]:
    """What differs from the script: a line for each cue and reason, what was not said at all, and
    the totals."""
    groups: dict[tuple[str, str, str], list[Told]] = defaultdict(list)
    for cue in rehearsed.cues:
        if cue.why and not cue.yields:
            groups[cue.id, cue.outcome.value, cue.why].append(cue)
    for (name, _, why), cues in groups.items():
        texts = list(dict.fromkeys(f'"{cue.text}"' for cue in cues))
        reps = list(dict.fromkeys(cue.rep for cue in cues if cue.rep))
        yield f"{name}, {_listed(reps, rehearsed.exercise.held)}: {', '.join(texts)} {why}"
    for lost in losses(rehearsed):
        if not lost.reps:
            yield f'{lost.id}: "{lost.text}" is not said: {lost.why}'
    counted = tally(rehearsed)
    if not counted.cues:
        return
    shares = ", ".join(
        f"{counted.outcomes[outcome]} {word}"
        for outcome, word in (
            (CueOutcome.FULL, "as written"),
            (CueOutcome.SHORT, "short"),
            (CueOutcome.MOVED, "moved"),
            (CueOutcome.DROPPED, "dropped"),
        )
    )
    yield f"{counted.cues} cues in the reps: {shares}."
    if counted.counts:
        yield f"{counted.counts_lost} of {counted.counts} counted seconds made room for a cue."
    yield f"The coach speaks {100 * counted.speech:.0f} % of the set ({_minutes(rehearsed)})."


def _minutes(rehearsed: Rehearsal) -> str:
    reps = [span for span in rehearsed.spans if span.rep]
    return f"{seconds(reps[-1].until - reps[0].at):.0f} s"


def _listed(reps: list[int], held: bool) -> str:
    if not reps:
        return "outside the breaths" if held else "outside the reps"
    what = "breath" if held else "rep"
    return f"{what}{'' if len(reps) == 1 else 's'} {', '.join(map(str, reps))}"
