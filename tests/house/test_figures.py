"""Every figure in the README and docs/ has something behind it that gives or tries it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.__main__ import MARK, PAGE, Run, chosen, command, earlier, machine, page
from benchmarks.catalogue import BENCHMARKS, CLAIMS

ROOT = Path(__file__).parents[2]

UNITS = "ms|s|seconds|minutes|MB|GB|dB|dBFS|%|times|of a core"
WORDS = "three|four|five|six|seven|eight|nine|ten"
FIGURE = re.compile(rf"\b\d[\d.,]* ({UNITS})\b|\b\d+ of (the )?\d+|\bof the ({WORDS}) in\b")

ELSEWHERE = {
    # Pages that say beside each figure what is behind it.
    *("docs/promises.md", "docs/figures.md", "docs/dependencies.md", "docs/coaching-sources.md"),
}


def figures(document: Path) -> Iterator[tuple[str, str]]:
    """The heading over each line with a figure, and the line; without code."""
    heading, fenced = "", False
    for line in document.read_text("utf-8").partition("<!-- below here")[0].splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and line.startswith("#"):
            heading = line.lstrip("# ")
        elif not fenced and FIGURE.search(re.sub(r"`[^`]*`|\"[^\"]*\"", "", line)):
            yield heading, line


PAGES = [
    each
    for each in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if each.relative_to(ROOT).as_posix() not in ELSEWHERE
]


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_each_figure_has_something_behind_it(document: Path) -> None:
    name = document.relative_to(ROOT).as_posix()
    bare = [f"{at}: {line}" for at, line in figures(document) if (name, at) not in CLAIMS]
    assert bare == [], "measure it and name it in CLAIMS of benchmarks/catalogue.py, or take it out"


def test_no_claim_is_left_of_a_figure_that_has_gone() -> None:
    there = {(p.relative_to(ROOT).as_posix(), at) for p in PAGES for at, _ in figures(p)}
    assert sorted(set(CLAIMS) - there) == []


@pytest.mark.parametrize("how", sorted(set(CLAIMS.values())))
def test_what_is_named_exists(how: str) -> None:
    run, _, names = how.partition("python -m benchmarks ")
    if names:
        assert set(names.split()) <= set(BENCHMARKS)
    else:
        assert (ROOT / run).is_file()


def test_each_benchmark_is_in_the_list_and_can_be_started() -> None:
    there = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    there |= {path.parent.name for path in (ROOT / "benchmarks").glob("*/__main__.py")}
    # One draws pictures; the others are no benchmarks.
    there -= {"__init__", "__main__", "catalogue", "process", "programs"}
    assert {each.module or name for name, each in BENCHMARKS.items()} == there
    assert chosen(["demo"], True) == ["demo"]
    assert chosen(["kills"], True) == []
    assert chosen(["only_me", "talk"], False) == []
    assert chosen(["only_me", "talk"], False, {"TEXT"}) == ["talk"]
    assert command("korean", BENCHMARKS["korean"], False).startswith(
        "python -m benchmarks.commands"
    )


def test_the_list_tells_how_long_each_takes() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(ran.stdout.splitlines()) == len(BENCHMARKS)


def test_a_busy_machine_gives_no_times() -> None:
    rows = (("a rep written", "2.1 ms", ""), ("reps lost", "0 of 101", "15 of 101"))
    run = Run("log", "python -m benchmarks.log", rows, 1.0)
    quiet, hurried = ("\n".join(page([run], each)) for each in (False, True))
    assert "| a rep written | 2.1 ms |" in quiet
    assert "2.1 ms" not in hurried
    assert "was busy" in hurried
    for made in (quiet, hurried):
        assert (
            "| reps lost | 0 of 101 | 15 of 101 (a log that writes each set at its end) |" in made
        )


def test_what_was_not_measured_again_stays_on_the_page() -> None:
    rows = (("reps lost", "0 of 101", "15 of 101"),)
    first = "\n".join(page([Run("log", "python -m benchmarks.log", rows, 1.0)]))
    both = "\n".join(
        page([Run("demo", "python -m benchmarks.demo", rows, 1.0)], before=earlier(first))
    )
    assert earlier(both).keys() == {"demo", "log"}
    assert earlier(both)["log"] == earlier(first)["log"]
    assert len(earlier(first)["log"]) == 2


def test_the_page_has_every_claim_and_the_machine() -> None:
    made = PAGE.read_text("utf-8").partition(MARK)[2]
    for (where, part), how in CLAIMS.items():
        assert f"| {where} | {part} | `{how}` |" in made, "python -m benchmarks --quick"
    for what, _ in machine():
        assert f"- {what}: " in made or what == "memory"
    for name, each in BENCHMARKS.items():
        assert each.asks in made, name
