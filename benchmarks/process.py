"""What a process uses, as Linux counts it: memory, handles, threads, wake-ups and computing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Use:
    """One look at a process."""

    at: float
    """`time.monotonic`."""
    resident: float
    """MB in memory, with what it shares with others."""
    own: float
    """MB of it that no file backs: what a leak adds to."""
    handles: int
    """Open files, sockets and pipes."""
    threads: int
    woken: int
    """How often its threads have waited for something so far, and were woken."""
    cpu: float
    """Seconds of computing so far, with the system's for it."""


def use(pid: int) -> Use:
    """What `pid` uses now. Raises OSError if it has ended."""
    folder = Path("/proc") / str(pid)
    status = _fields(folder / "status")
    if "VmRSS" not in status:
        raise ProcessLookupError(f"{pid} has just ended")
    woken = 0
    for thread in (folder / "task").iterdir():
        try:
            woken += int(_fields(thread / "status")["voluntary_ctxt_switches"])
        except OSError:
            continue  # It has just ended.
    counted = (folder / "stat").read_text().rsplit(")", 1)[1].split()
    return Use(
        time.monotonic(),
        _megabytes(status["VmRSS"]),
        _megabytes(status["RssAnon"]) + _megabytes(status["RssShmem"]),
        len(os.listdir(folder / "fd")),
        int(status["Threads"]),
        woken,
        (int(counted[11]) + int(counted[12])) / _TICKS,
    )


def biggest_child(pid: int) -> Use | None:
    """What the largest of its children uses: a coach's recogniser. None if it has none now."""
    found = []
    for child in children(pid):
        with suppress(OSError):
            found.append(use(child))
    return max(found, key=lambda each: each.resident, default=None)


def children(pid: int) -> Iterator[int]:
    """The processes that `pid` has started and that still run."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent, *_ = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(parent) == pid and state != "Z":
                yield int(folder.name)


def _fields(path: Path) -> dict[str, str]:
    return dict(line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)


def _megabytes(kilobytes: str) -> float:
    return int(kilobytes.split()[0]) / 1024
