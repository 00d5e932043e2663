"""`voicecoach report`, as its user meets it."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.support.cli_runner import Run
from tests.support.sample_files import HEVY, TRACE

pytestmark = pytest.mark.usefixtures("nobody")


@pytest.fixture
def cached(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def imported(run: Run) -> None:
    Path("hevy.csv").write_text(HEVY + HEVY.split("\n", 1)[1].replace("28 Mar", "2 Apr"))
    assert run("import", "hevy.csv", "--log", "log.sqlite", "--yes")[0] == 0


def test_a_report_of_all_and_of_one_exercise(run: Run, cached: Path) -> None:
    imported(run)
    Path("set.jsonl").write_text(TRACE)
    code, _, told = run("report", "--log", "log.sqlite", "--trace", "set.jsonl")
    assert (code, told) == (0, "the report: report.html\n")
    text = Path("report.html").read_text(encoding="utf-8")
    assert "<h2>Leg press</h2>" in text
    assert "set.jsonl: leg-press, set 1" in text
    assert "2024-03-28" in text
    words = ("--exercise", "Leg Press", "--since", "2024-04-01", "-o", "one.html")
    assert run("report", "--log", "log.sqlite", *words)[0] == 0
    text = Path("one.html").read_text(encoding="utf-8")
    assert "2024-04-02" in text
    assert "2024-03-28" not in text


def test_the_charts_code_is_bundled_once(run: Run, cached: Path) -> None:
    assert run("report", "-o", "a.html")[0] == 0
    (kept,) = (cached / "voicecoach" / "charts").iterdir()
    kept.write_text("/* kept */")
    assert run("report", "-o", "b.html")[0] == 0
    assert "/* kept */" in Path("b.html").read_text(encoding="utf-8")
    kept.unlink()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--exercise", "squat"), 'no set of "squat" is logged; there are: leg-press, plank\n'),
        (("--trace", "hevy.csv"), "hevy.csv:1: not a line of a trace; expected "),
        (("--trace", "none"), "none: cannot be read (No such file or directory)\n"),
        (("-o", "no/report.html"), "no/report.html: the folder no does not exist; make"),
    ],
)
def test_a_mistake_is_one_line(run: Run, cached: Path, words: tuple[str, ...], line: str) -> None:
    imported(run)
    code, _, told = run("report", "--log", "log.sqlite", *words)
    assert code == 2
    assert told.startswith(line)
    assert told.count("\n") == 1


@pytest.mark.parametrize("how", ["no package", "broken package", "no template"])
def test_without_what_it_is_made_with_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    if how == "no package":

        def missing(name: str) -> str:
            raise metadata.PackageNotFoundError(name)

        monkeypatch.setattr("importlib.metadata.version", missing)
    else:
        missing_one = "vl_convert" if how == "broken package" else "jinja2"
        monkeypatch.setitem(sys.modules, missing_one, None)
    code, _, told = run("report")
    assert code == 2
    assert told == ("the report's charts need one more package: pip install 'voicecoach[report]'\n")
    assert not Path("report.html").exists()
