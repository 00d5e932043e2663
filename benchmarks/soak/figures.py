"""What was counted over a long day, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.process import Use

WARM = 1 / 6
"""Share of the run that is not counted for slopes: everything is loaded and said once in it."""


@dataclass
class Counted:
    """Looks at one process, one a minute."""

    name: str
    looks: list[tuple[float, Use]] = field(default_factory=list)
    """Hours of workout, and what was used then."""

    def lines(self) -> Iterator[str]:
        if len(self.looks) < 3:
            yield f"{self.name}: too short to count"
            return
        first, last = self.looks[0][1], self.looks[-1][1]
        hours = self.looks[-1][0] - self.looks[0][0]
        most = max(look.handles for _, look in self.looks)
        yield (
            f"{self.name}: memory {first.resident:.0f} -> {last.resident:.0f} MB "
            f"(own {first.own:.0f} -> {last.own:.0f}), slope {self.slope():+.2f} MB/h; "
            f"handles {first.handles} -> {last.handles} (most {most}); "
            f"threads {first.threads} -> {last.threads}"
        )
        seconds = last.at - first.at
        yield (
            f"{self.name}: {(last.woken - first.woken) / seconds:.0f} wake-ups/s and "
            f"{(last.cpu - first.cpu) / seconds:.3f} of a core by the clock, "
            f"{(last.cpu - first.cpu) / hours:.0f} s of computing for each hour of workout"
        )

    def slope(self) -> float:
        """MB an hour of workout by which its own memory grows, after the warm-up."""
        warm = self.looks[0][0] + WARM * (self.looks[-1][0] - self.looks[0][0])
        kept = [(hours, look.own) for hours, look in self.looks if hours >= warm]
        hours, own = np.array(kept).T
        return float(np.polyfit(hours, own, 1)[0])

    def raw(self) -> list[dict[str, float]]:
        """For a file."""
        return [
            {
                "hours": hours,
                "resident": use.resident,
                "own": use.own,
                "handles": use.handles,
                "threads": use.threads,
                "woken": use.woken,
                "cpu": use.cpu,
            }
            for hours, use in self.looks
        ]


def files_in(folder: Path) -> tuple[int, int]:
    """How many files are below `folder`, and their bytes."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def sets_of(events: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """For each set in a trace, what happened from its countdown to its end."""
    sets: list[list[Mapping[str, Any]]] = []
    within = False
    for event in events:
        if event["type"] == "set began":
            sets.append([])
            within = True
        if within:
            sets[-1].append(event)
        within = within and event["type"] != "set"
    return sets


def off_the_clock(of_set: Sequence[Mapping[str, Any]]) -> float | None:
    """Seconds by which the last rep of a set begins too late, counted from its first by the plan;
    None if it was paused or its tempo changed, or it had fewer than two reps."""
    tempo = next(event["tempo"] for event in of_set if event["type"] == "set began")
    changed = any(
        event["type"] == "retimed"
        or (event["type"] == "state" and event["to"] not in ("countdown", "rep", "racking"))
        for event in of_set
    )
    begins: dict[int, float] = {}
    for event in of_set:
        if event["type"] == "phase":
            begins.setdefault(event["rep"], event["t"])
    if changed or len(begins) < 2:
        return None
    period = sum(float(part) for part in tempo.replace("X", "1").split("-"))
    first, last = min(begins), max(begins)
    return begins[last] - begins[first] - (last - first) * period
