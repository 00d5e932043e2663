"""How much of each shipped cue script is heard as written, at slow and quick tempos?

    python -m benchmarks.cues [--exercise NAME]... [--voice NAME]... [--json FILE]

One set of each exercise, with the reps of its file and nobody speaking, at its own tempo and at
each of TEMPOS, in each installed voice: the system's at 190 words a minute and the natural one. The
lengths are those of the rendered clips; the scheduler is that of a workout (`rehearsal.foresee`). A
hold has no tempo and is run once.

Cues are those of a rep: breath, phase, number, reminder, announcement. A cue is "full" if it came
as written, "short" if in its short wording, "moved" if it was heard in another phase than its
script says or off its beat, "dropped" if it was not heard. Seconds counted aloud make room for all
of these and are reported separately. No safety cue may be dropped: the exit code is 1 if one was.
Takes some seconds if the clips are cached, else a minute.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from voicecoach import config
from voicecoach.cli import assembly
from voicecoach.core.cues import MeasuredWording
from voicecoach.core.plan import CueClass, Exercise, Tempo
from voicecoach.preview import CueOutcome, Measure, foresee, tally
from voicecoach.speaking import hibari
from voicecoach.speaking.clips import Clipbook

TEMPOS = ("2-0-1-0", "3-1-2-1", "4-1-2-1", "5-2-3-1")


@dataclass(frozen=True)
class Row:
    """One set."""

    exercise: str
    tempo: str
    own: bool
    """Whether this is the exercise's own tempo."""
    voice: str
    reps: int
    cues: int
    full: int
    short: int
    moved: int
    dropped: int
    safety: int
    """Number of safety cues in the reps."""
    safety_dropped: int
    counted: int
    """Number of seconds to be counted aloud."""
    counted_dropped: int
    speech: float
    """Share of the set that is speech, 0 to 1."""


def voices() -> list[str]:
    return ["pyttsx3", *(["hibari"] if hibari.installed() else [])]


def measuring(clips: Clipbook) -> Measure:
    known: dict[str, MeasuredWording] = {}

    def measure(text: str, kind: CueClass) -> MeasuredWording:
        if text not in known:
            extent = clips.extent(text)
            if extent is None:
                raise SystemExit(f'no voice says "{text}": {"; ".join(clips.trouble)}')
            known[text] = MeasuredWording(text, *extent)
        return known[text]

    return measure


def tempos(exercise: Exercise) -> Iterator[tuple[Tempo, bool]]:
    """The exercise's own tempo, then the others."""
    yield exercise.tempo, True
    if exercise.held:
        return
    for text in TEMPOS:
        if (tempo := Tempo.parse(text)) != exercise.tempo:
            yield tempo, False


def rows(exercises: Sequence[Exercise], voice: str, measure: Measure) -> Iterator[Row]:
    for exercise in exercises:
        for tempo, own in tempos(exercise):
            gone = foresee(replace(exercise, tempo=tempo), measure)
            counted = tally(gone)
            yield Row(
                exercise.id,
                str(tempo),
                own,
                voice,
                gone.set_over.reps if gone.set_over is not None else 0,
                counted.cues,
                counted.outcomes[CueOutcome.FULL],
                counted.outcomes[CueOutcome.SHORT],
                counted.outcomes[CueOutcome.MOVED],
                counted.outcomes[CueOutcome.DROPPED],
                sum(cue.kind is CueClass.SAFETY for cue in gone.cues if cue.rep),
                counted.safety_lost,
                counted.counts,
                counted.counts_lost,
                round(counted.speech, 4),
            )


def table(found: Sequence[Row]) -> Iterator[str]:
    head = f"{'exercise':<18} {'tempo':<9} {'voice':<8} {'cues':>5} {'full':>6} {'short':>6}"
    yield f"{head} {'moved':>6} {'dropped':>8} {'safety':>7} {'lost':>5} {'speech':>7}"
    for row in found:
        yield line(f"{row.exercise:<18} {row.tempo + ('*' if row.own else ''):<9}", [row])
    yield "* its own tempo"
    yield ""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in found:
        if row.own:
            groups["own tempo", row.voice].append(row)
        if row.tempo in TEMPOS:
            groups[row.tempo, row.voice].append(row)
    for (tempo, _), group in sorted(groups.items(), key=lambda each: (each[0][1], each[0][0])):
        yield line(f"{f'all {len(group)}':<18} {tempo:<9}", group)


def line(head: str, group: Sequence[Row]) -> str:
    cues = sum(row.cues for row in group)

    def share(name: str) -> str:
        return f"{100 * sum(getattr(row, name) for row in group) / max(1, cues):.1f} %"

    speech = sum(row.speech for row in group) / len(group)
    return (
        f"{head} {group[0].voice:<8} {cues:>5} {share('full'):>6} {share('short'):>6} "
        f"{share('moved'):>6} {share('dropped'):>8} {sum(row.safety for row in group):>7} "
        f"{sum(row.safety_dropped for row in group):>5} {100 * speech:>5.0f} %"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--exercise", action="append", metavar="NAME")
    parser.add_argument("--voice", action="append", choices=["pyttsx3", "hibari"])
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args()
    loaded = config.load("en", offer=True)
    exercises = [each for each in loaded.offered if not asked.exercise or each.id in asked.exercise]
    found: list[Row] = []
    for voice in asked.voice or voices():
        clips = assembly.make_clips(loaded, voice)
        found += rows(exercises, voice, measuring(clips))
    print("\n".join(table(found)))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(row) for row in found], indent=1) + "\n")
    sys.exit(1 if any(row.safety_dropped for row in found) else 0)


if __name__ == "__main__":
    main()
