"""A program is gone through to its end, or for a year, as somebody would who does all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from .. import config as configuration
from ..config.document import Document
from ..core.plan import Exercise
from ..core.program import Program
from ..core.rehearsal import YEAR, Rehearsed, rehearse
from ..core.steps import MOST, nearest, step_of
from ..core.workout import SetKind, Unit, Weight
from .findings import Kind, LintFinding

OFF = Decimal("0.075")
"""Share of a weight by which what can be loaded may differ without a word."""


def rehearsed(exercises: Sequence[Exercise], folder: Path | None) -> Iterator[LintFinding]:
    """The findings in all programs that have no faults, one of each kind for an exercise."""
    for name in configuration.program_names(folder):
        found = configuration.program(name, exercises, folder)
        if found is not None:
            yield from _of(*found, {each.id: each for each in exercises})


def _of(
    program: Program, document: Document, exercises: Mapping[str, Exercise]
) -> Iterator[LintFinding]:
    for name, weight in program.start.items():
        loaded = nearest(exercises[name], weight) if name in exercises else weight
        if loaded != weight:
            message = f"{weight} can't be loaded"
            yield _finding(document, ("start", name), Kind.LOAD, message, f"write {loaded}")
    for name in program.exercises:
        steps = (step_of(exercises[name], unit, program.progress.add) for unit in Unit)
        if not exercises[name].held and not any(steps):
            message = "nothing says how much weight is added, so it never moves"
            remedy = f'write [progression] in exercises/{name}.toml, or "add" under [progress]'
            yield _finding(document, _place(document, name), Kind.NEVER, message, remedy)
    seen: set[tuple[str, Kind]] = set()
    before: dict[str, Weight] = {}
    for day in rehearse(program, exercises):
        for name, kind, message, remedy in (
            *_unloaded(program, exercises, day),
            *_jumps(exercises, day, before),
        ):
            if (name, kind) not in seen:
                seen.add((name, kind))
                yield _finding(document, _place(document, name), kind, message, remedy)
        before |= {name: lift.base for name, lift in day.lifts.items() if lift.base is not None}
    if not program.rounds and len(program.weeks) > YEAR:
        message = f"only the first {YEAR} weeks were rehearsed"
        yield _finding(document, (), Kind.NOTE, message, "")


_Told = tuple[str, Kind, str, str]


def _unloaded(
    program: Program, exercises: Mapping[str, Exercise], day: Rehearsed
) -> Iterator[_Told]:
    """Shares of a weight that are far from what can be loaded."""
    of = day.workout.day
    assert of is not None
    week = program.week(of.week)
    if week.deload:
        return  # it is light in any case
    for planned, each in zip(day.workout.exercises, week.days[of.day - 1].exercises, strict=True):
        base = day.lifts[each.exercise].base
        for made, wanted in zip(planned.sets, each.sets or week.sets, strict=False):
            if base is None or made.weight is None or wanted.percent is None:
                continue
            if made.kind is SetKind.WARM_UP:
                continue
            exact = base.amount * wanted.percent / 100 * week.load / 100
            if abs(made.weight.amount - exact) > OFF * exact:
                message = (
                    f"week {of.week}: {wanted.percent:f} percent of {base} are {exact:.4g} "
                    f"{base.unit.value}, but {made.weight} is the nearest that can be loaded"
                )
                remedy = f'a smaller step in exercises/{each.exercise}.toml [progression] "add"'
                yield each.exercise, Kind.LOAD, message, remedy


def _jumps(
    exercises: Mapping[str, Exercise], day: Rehearsed, before: Mapping[str, Weight]
) -> Iterator[_Told]:
    """Steps of more than a tenth."""
    of = day.workout.day
    assert of is not None
    for name, lift in day.lifts.items():
        last = before.get(name)
        if lift.base is None or last is None or last.unit is not lift.base.unit:
            continue
        share = lift.base.amount / last.amount - 1
        if share > MOST:
            message = (
                f"week {of.week}: from {last} to {lift.base} are {share:.0%} more; "
                "2 to 10% are advised"
            )
            yield name, Kind.JUMP, message, "a smaller step, or more reps before it"


def _place(document: Document, exercise: str) -> tuple[str | int, ...]:
    """Where the exercise is named first."""
    days = document.data.get("day")
    for d, day in enumerate(days if isinstance(days, list) else []):
        for n, each in enumerate(day["exercise"]):
            if each["exercise"] == exercise:
                return ("day", d, "exercise", n, "exercise")
    return ()


def _finding(
    document: Document, path: tuple[str | int, ...], kind: Kind, message: str, remedy: str
) -> LintFinding:
    return LintFinding.at(document.fault(path, ""), kind, message, remedy=remedy)
