"""Whatever a file holds: is it read, or refused with the one error that becomes one line?

    python -m benchmarks.fuzz [TARGET]... [--minutes 5] [--into FOLDER]

atheris (`pip install 'voicecoach[fuzz]'`) changes good inputs byte by byte, and keeps each that
reaches a new branch. The targets are in `targets.py`. An input fails if anything but the proper
error comes out of it, if it takes longer than 20 s, or if the process takes more than 2 GB. It is
kept as FOLDER/TARGET/crash-..., and `python -m benchmarks.fuzz.child TARGET FILE` runs it again.
What was learnt stays in FOLDER, and the next run goes on from there. The exit code is 1 if an
input failed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.fuzz.targets import TARGETS, Target

SLOW, MEMORY = 20, 2000
"""Seconds and MB that no input may take."""


def fuzzed(name: str, target: Target, minutes: float, into: Path) -> tuple[int, int, str]:
    """How many inputs were tried, how many branches were reached, and what failed ("" for
    nothing)."""
    corpus = into / name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch:
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "benchmarks.fuzz.child", name, str(corpus)),
                *(f"-max_total_time={round(minutes * 60)}", f"-max_len={target.longest}"),
                *(f"-timeout={SLOW}", f"-rss_limit_mb={MEMORY}", "-print_final_stats=1"),
                *("-use_value_profile=1", f"-artifact_prefix={into / name}/"),
            ],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=os.environ | {"TMPDIR": scratch},
        )
    said = ran.stdout + ran.stderr
    tried = re.search(r"number_of_executed_units: (\d+)", said)
    reached = re.findall(r"cov: (\d+)", said)
    failed = ""
    if ran.returncode:
        (into / name / "output.txt").write_text(said)
        kept = re.search(r"Test unit written to (\S+)", said)
        failed = kept[1] if kept else f"exit code {ran.returncode}, see {into / name}/output.txt"
    return int(tried[1]) if tried else 0, int(reached[-1]) if reached else 0, failed


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("target", nargs="*", help=", ".join(TARGETS))
    arguments.add_argument("--minutes", type=float, default=5.0, help="for each target")
    arguments.add_argument("--into", type=Path)
    given = arguments.parse_args()
    unknown = [name for name in given.target if name not in TARGETS]
    if unknown:
        arguments.error(f"unknown target {unknown[0]}; there are {', '.join(TARGETS)}")
    into = given.into or Path(tempfile.mkdtemp(prefix="voicecoach-fuzz-"))
    print(f"What is found stays in {into}", flush=True)
    failures = 0
    for name in given.target or TARGETS:
        tried, reached, failed = fuzzed(name, TARGETS[name], given.minutes, into)
        print(f"{name:10}{tried:>10} inputs {reached:>7} branches   {failed or 'ok'}", flush=True)
        failures += bool(failed)
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
