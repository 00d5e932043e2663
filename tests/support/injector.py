"""Breaks one or two boundaries of a random workout, at random samples; all of it from a seed."""

from __future__ import annotations

import hashlib
import random
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from voicecoach.core.plan import SAMPLE_RATE

from .boundaries import WAYS, Way
from .random_workout import RandomWorkout, drawn
from .virtual_machine import VirtualMachine

BROKEN: tuple[tuple[str, ...], ...] = (
    *((name,) for name in WAYS),
    *combinations(WAYS, 2),
)
"""What is broken, in the order of the seeds: each boundary, and each pair."""

_IN_MEMORY = next((each for each in ("/dev/shm",) if Path(each).is_dir()), None)
"""Where a log is written without waiting for a disk, if there is such a place."""

LASTS = (0.3, 1.0, 3.0, 8.0, 20.0, None)
"""Seconds until a fault is mended; None: never."""


@dataclass(frozen=True)
class Fault:
    """What happens to a workout."""

    at: int
    """Output samples of virtual time since its beginning."""
    until: int | None
    """When it is mended, if it can be; None: never."""
    boundary: str
    way: Way

    def __str__(self) -> str:
        mended = "" if self.until is None else f", until {self.until / SAMPLE_RATE:.2f} s"
        return f"{self.at / SAMPLE_RATE:.2f} s: the {self.boundary} {self.way.name}{mended}"


@dataclass
class Injected:
    """A workout in which something broke."""

    plan: RandomWorkout
    faults: tuple[Fault, ...]
    machine: VirtualMachine
    spans: list[tuple[Fault, int, int | None]] = field(default_factory=list)
    """Each fault with the sample of the loop at which it began, and at which it was mended."""
    crash: str = ""
    """The traceback, if the program failed."""

    @property
    def harmless(self) -> bool:
        """Whether the workout must be the same as if nothing had failed."""
        clock = "clock" in {fault.boundary for fault in self.faults}
        harmless = all(fault.way.harmless for fault in self.faults)
        return harmless and (self.plan.boot_clock or not clock)

    @property
    def fingerprint(self) -> str:
        """The same for the same course of a workout: every record, every sample."""
        digest = hashlib.sha256()
        for record in self.machine.records:
            digest.update(repr(record).encode())
        digest.update(self.machine.sound.tobytes())
        return digest.hexdigest()[:12]


def faults_of(seed: int, plan: RandomWorkout) -> tuple[Fault, ...]:
    """What breaks in the workout of this seed, in order of time."""
    choice = random.Random(f"faults {seed}")
    found = []
    for boundary in BROKEN[seed % len(BROKEN)]:
        at = choice.randrange(round(0.9 * plan.seconds * SAMPLE_RATE))
        lasts = choice.choice(LASTS)
        until = None if lasts is None else at + round(lasts * SAMPLE_RATE)
        found.append(Fault(at, until, boundary, choice.choice(WAYS[boundary])))
    return tuple(sorted(found, key=lambda fault: fault.at))


@contextmanager
def injected(seed: int, well: bool = False) -> Iterator[Injected]:
    """The workout of `seed`, with its faults, in a folder that is there until the end of the
    context. `well`: the same workout, and nothing fails."""
    plan = drawn(seed)
    faults = faults_of(seed, plan)
    boundaries = {fault.boundary for fault in faults}
    with TemporaryDirectory(dir=_IN_MEMORY) as folder:
        machine = VirtualMachine(
            plan,
            Path(folder),
            cached=bool({"clip cache", "disk"} & boundaries),
            terminal="terminal" in boundaries,
        )
        found = Injected(plan, faults, machine)
        choice = random.Random(f"ways {seed}")
        for fault in () if well else faults:
            machine.at.append((fault.at, partial(_break, found, fault, choice)))
        try:
            machine.run()
        except Exception:
            found.crash = traceback.format_exc()
        try:
            yield found
        finally:
            # A minute of sound is large, and only a collection of garbage would free it.
            machine.forget()


def _break(found: Injected, fault: Fault, choice: random.Random) -> None:
    machine = found.machine
    begun = machine.loop.position
    mend = fault.way.breaks(machine, choice)
    place = len(found.spans)
    found.spans.append((fault, begun, None))
    if mend is None:
        return
    machine.mends.append(mend)
    if fault.until is None:
        return

    def mended() -> None:
        machine.mends.remove(mend)
        mend()
        found.spans[place] = (fault, begun, machine.loop.position)

    machine.at.append((fault.until, mended))
    machine.at.sort(key=lambda each: each[0])


def told(found: Injected) -> Iterator[str]:
    """What was tried, in lines."""
    plan = found.plan
    yield (
        f"seed {plan.seed}: {plan.language},"
        f" {plan.exercise or plan.workout or plan.program or 'chosen by voice'}, {plan.tempo},"
        f" {plan.seconds:.0f} s, {plan.ending.value}"
    )
    for fault in found.faults:
        yield f"    {fault}"
