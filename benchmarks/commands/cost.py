"""What an engine costs, measured in its own process; prints a line of JSON.

Seconds until the engine is loaded and until it knows the grammars of every state, and its peak
memory in MB, next to that of the process before. Run as a file, so that this package's voices do
not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach.cli import assembly
from voicecoach.config import load
from voicecoach.core.events import State
from voicecoach.core.session import listens_for


def measure(engine: str, language: str) -> dict[str, Any]:
    """The figures of `engine` with the commands of `language`, from a new process."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, __file__, engine, language],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def memory() -> float | None:
    """Peak memory of this process in MB, or None if the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")),
        None,
    )


def main(engine: str, language: str) -> None:
    config = load(exercise="leg-press", language=language)
    before = memory()
    began = time.perf_counter()
    recogniser = assembly.make_recogniser(config, engine)
    loaded = time.perf_counter()
    for state in State:
        recogniser.listen_for(config.phrases.grammar(listens_for(state)))
    known = time.perf_counter()
    rng = np.random.default_rng(0)
    for at in range(0, 48_000 * 10, 960):
        # Bursts of noise make the models run.
        loud = 0.2 if at // 48_000 % 2 else 0.0001
        recogniser.feed((loud * rng.standard_normal(320)).astype(np.float32), at)
    most = memory()
    print(
        json.dumps(
            {
                "load_s": round(loaded - began, 2),
                "grammars_s": round(known - loaded, 2),
                "memory_mb": None if most is None else round(most),
                "memory_before_mb": None if before is None else round(before),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
