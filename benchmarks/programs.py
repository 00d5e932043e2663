"""Each shipped program, followed for a year by a made-up lifter, as a picture.

    python -m benchmarks.programs [FOLDER]

The lifter grows stronger, quickly at first, and has better and worse days. Who can't do all reps
does as many as there is strength for; who could do more says one rep too few (Halperin et al.
2022).
For each exercise the picture shows the heaviest work set of each day, the lifter's true maximum,
and below both the reps of the first work set. A lighter week is shaded. A ring is a day without all
reps.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from math import exp
from pathlib import Path

from voicecoach import config
from voicecoach.core.effort import MOST_LEFT, rpe_of
from voicecoach.core.plan import Exercise
from voicecoach.core.program import Program, ProgressRule
from voicecoach.core.rehearsal import YEAR, Rehearsed, rehearse
from voicecoach.core.workout import DoneSet, PlannedSet, SetKind, Unit, Weight

SEED = 17

STRENGTH = {
    "leg-press": (110, 220),
    "squat": (80, 140),
    "romanian-deadlift": (75, 130),
    "bench-press": (55, 90),
    "lat-pulldown": (55, 85),
    "seated-row": (55, 90),
    "leg-curl": (45, 70),
    "leg-extension": (60, 95),
}
"""The maximum in kg, at first and after years, of each exercise."""

WEEKS = 30.0
"""After so many weeks, two thirds of the difference are there."""

DAY_TO_DAY = 0.02
"""Standard deviation of a day's strength, as a share."""


@dataclass
class MadeUpLifter:
    """Does what it can, and says what was left."""

    random: random.Random = field(default_factory=lambda: random.Random(SEED))
    week: int = 1
    today: float = 0.0

    def maximum(self, exercise: str) -> float:
        first, last = STRENGTH[exercise]
        return first + (last - first) * (1 - exp(-self.week / WEEKS))

    def __call__(self, exercise: str, planned: PlannedSet) -> DoneSet:
        if planned.weight is None or planned.kind is SetKind.WARM_UP:
            return DoneSet(planned.kind, planned.reps, planned.weight, held=planned.weight is None)
        strength = self.maximum(exercise) * (1 + self.today)
        # Epley's formula, the other way round.
        possible = max(0, int(30 * (strength / float(planned.weight.kilograms) - 1) + 1e-9))
        reps = min(planned.reps, possible)
        left = max(0, possible - reps - 1)
        rpe = rpe_of(Decimal(left)) if left <= MOST_LEFT else Decimal(6)  # "easy"
        return DoneSet(planned.kind, reps, planned.weight, rpe)


def followed(
    program: Program, exercises: dict[str, Exercise]
) -> list[tuple[Rehearsed, dict[str, float]]]:
    """A year of `program`: each day, with the true maxima."""
    lifter = MadeUpLifter()
    share = 0.9 if program.progress.rule is ProgressRule.ROUND else 0.6
    start = {
        name: Weight(Decimal(round(share * first / 5) * 5), Unit.KG)
        for name, (first, _) in STRENGTH.items()
    }
    days = []
    for day in rehearse(program, exercises, lifter, start, YEAR):
        days.append((day, {name: lifter.maximum(name) for name in STRENGTH}))
        assert day.workout.day is not None
        lifter.week = day.workout.day.week
        lifter.today = lifter.random.gauss(0, DAY_TO_DAY)
    return days


# --- the picture -------------------------------------------------------------------------------

WIDTH, LEFT, RIGHT = 980, 175, 965
ROW, TOP = 130, 60
WEIGHT, MAXIMUM, REPS, MISSED, LIGHT = "#1d6fb8", "#999999", "#2e933c", "#d1495b", "#f3ead2"


@dataclass(frozen=True)
class Dot:
    """An exercise on a day."""

    week: float
    weight: float
    maximum: float
    reps: int
    missed: bool
    told: bool
    """True if the coach said that the step is a large one."""


def dots(days: Sequence[tuple[Rehearsed, dict[str, float]]], exercise: str) -> list[Dot]:
    found = []
    for day, maxima in days:
        of = day.workout.day
        assert of is not None
        for each in day.workout.exercises:
            work = [s for s in each.sets if s.kind is SetKind.WORK and s.weight is not None]
            if each.exercise != exercise or not work:
                continue
            done = [s for name, s in day.done.sets if name == exercise and s.kind is SetKind.WORK]
            missed = any(d.reps < p.reps for d, p in zip(done, work, strict=True))
            top = max(float(s.weight.kilograms) for s in work if s.weight is not None)
            place = of.week - 1 + (of.day - 1) / 7
            found.append(Dot(place, top, maxima[exercise], work[0].reps, missed, bool(each.step)))
    return found


def svg(
    program: Program, names: dict[str, str], days: Sequence[tuple[Rehearsed, dict[str, float]]]
) -> str:
    shown = [name for name in program.exercises if name in STRENGTH]
    height = TOP + ROW * len(shown) + 50
    body = [
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        _text(LEFT, 24, f"{program.name}: a year with made-up answers", size=16),
        _text(LEFT, 44, "heaviest work set", WEIGHT),
        _text(LEFT + 130, 44, "- - true maximum", MAXIMUM),
        _text(LEFT + 260, 44, "reps of the first work set", REPS),
        _text(LEFT + 440, 44, "o  reps missing", MISSED),
        _text(LEFT + 560, 44, "shaded: lighter week", "#8a6d1a"),
    ]
    for n, name in enumerate(shown):
        body += _row(names[name], dots(days, name), TOP + n * ROW, days)
    for week in range(0, YEAR + 1, 4):
        body.append(_text(_x(week), height - 28, str(week), anchor="middle"))
    body.append(_text((LEFT + RIGHT) / 2, height - 10, "weeks", anchor="middle"))
    lines = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' font-family="sans-serif">\n{lines}\n</svg>\n'
    )


def _row(
    name: str, found: Sequence[Dot], top: float, days: Sequence[tuple[Rehearsed, dict[str, float]]]
) -> Iterator[str]:
    low = min(dot.weight for dot in found) * 0.9
    high = max(max(dot.weight, dot.maximum) for dot in found) * 1.02
    bottom = top + ROW - 44

    def y(weight: float) -> float:
        return bottom - (bottom - top - 8) * (weight - low) / (high - low)

    light = {d.workout.day.week for d, _ in days if d.workout.day and d.workout.day.deload}
    for week in sorted(light):
        x, width = _x(week - 1), _x(week) - _x(week - 1)
        yield (
            f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="{ROW - 14}" fill="{LIGHT}"/>'
        )
    yield _text(8, top + 20, name, size=13)
    yield _text(8, top + 38, f"{found[0].weight:g} to {max(d.weight for d in found):g} kg", WEIGHT)
    for weight in (low, high):
        yield _text(LEFT - 6, y(weight) + 4, f"{weight:.0f}", anchor="end")
    yield _line([(_x(d.week), y(d.maximum)) for d in found], MAXIMUM, "5 4")
    yield _line([(_x(d.week), y(d.weight)) for d in found], WEIGHT)
    base = top + ROW - 18
    yield _line([(_x(d.week), base - 1.6 * d.reps) for d in found], REPS)
    fewest, most = min(dot.reps for dot in found), max(dot.reps for dot in found)
    reps = str(most) if fewest == most else f"{fewest} to {most}"
    yield _text(LEFT - 6, base, reps, REPS, "end")
    for dot in found:
        if dot.missed:
            yield (
                f'<circle cx="{_x(dot.week):.1f}" cy="{y(dot.weight):.1f}" r="3.5" fill="none"'
                f' stroke="{MISSED}" stroke-width="1.5"/>'
            )


def _x(week: float) -> float:
    return LEFT + (RIGHT - LEFT) * week / YEAR


def _line(places: Sequence[tuple[float, float]], colour: str, dash: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dashed}/>'


def _text(
    x: float, y: float, text: str, colour: str = "#333333", anchor: str = "start", size: int = 12
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    for name in config.program_names():
        loaded = config.load("en", program=name)
        assert loaded.program is not None
        exercises = {each.id: each for each in loaded.offered}
        days = followed(loaded.program, exercises)
        file = folder / f"program-{name}.svg"
        titles = {each.id: each.name for each in loaded.offered}
        file.write_text(svg(loaded.program, titles, days), encoding="utf-8")
        print(f"{file}: {len(days)} days")


if __name__ == "__main__":
    main()
