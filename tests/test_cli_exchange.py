"""`voicecoach export` and `voicecoach import`, as their user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from voicecoach.history.log import Log

from .commandline import Run
from .test_history_exchange import FITNOTES, HEVY, STRONG_6, STRONG_COMMA
from .test_history_merge import OWN


@pytest.fixture
def run(nobody: Path, run: Run) -> Run:
    """Runs the command line for somebody without files: exit code, output, errors."""
    return run


def logged() -> int:
    """The sets in the log."""
    path = Path("log.sqlite")
    if not path.exists():
        return 0
    with Log(path) as log:
        return len(log.sets())


def test_a_preview_then_the_import_then_nothing_new(run: Run) -> None:
    Path("hevy.csv").write_text(HEVY)
    code, shown, _ = run("import", "hevy.csv", "--log", "log.sqlite", "--dry-run")
    assert code == 0
    assert shown == (
        "hevy.csv: hevy, 1 workout, 4 sets, 2 exercises, 2024-03-28 to 2024-03-28\n"
        "  new         1 workout, 4 sets\n"
        "  exercises   Leg Press (Machine): is leg-press\n"
        "              Plank: is plank\n"
    )
    assert logged() == 0
    code, again, told = run("import", "hevy.csv", "--log", "log.sqlite", "--yes")
    assert (code, again) == (0, shown)
    assert told == "4 sets added to log.sqlite\n"
    code, shown, told = run("import", "hevy.csv", "--log", "log.sqlite", "--yes")
    assert (code, told) == (0, "Nothing is new.\n")
    assert "  there       4 sets\n" in shown
    assert logged() == 4


def test_without_a_terminal_nobody_is_asked_and_nothing_written(run: Run) -> None:
    Path("hevy.csv").write_text(HEVY)
    code, _, told = run("import", "hevy.csv", "--log", "log.sqlite")
    assert code == 2
    assert told == "Nothing is written; say --yes to add them, --dry-run only to look.\n"
    assert logged() == 0


def test_the_unit_has_to_be_said_where_the_file_has_none(run: Run) -> None:
    Path("strong.csv").write_text(STRONG_COMMA)
    code, _, told = run("import", "strong.csv", "--log", "log.sqlite", "--yes")
    assert code == 2
    assert told == (
        "strong.csv:1: the file does not say in which unit its weights are; "
        "say --unit kg or --unit lb\n"
    )
    assert run("import", "strong.csv", "--log", "log.sqlite", "--yes", "--unit", "lb")[0] == 0
    with Log(Path("log.sqlite")) as log:
        assert [str(each.weight) for each in log.sets()] == ["60 lb", "102.5 lb"]


def test_on_a_terminal_unit_and_consent_are_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("strong.csv").write_text(STRONG_COMMA)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    answers = iter(["stone", "kg", "y"])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(answers))
    code, _, told = run("import", "strong.csv", "--log", "log.sqlite")
    assert code == 0, told
    assert not [*answers]
    assert logged() == 2


def test_bad_rows_stop_the_import_unless_they_are_to_be_skipped(run: Run) -> None:
    Path("f.csv").write_text(FITNOTES.replace("175.0,lbs,10", "175.0,lbs,ten"))
    code, shown, told = run("import", "f.csv", "--log", "log.sqlite", "--yes")
    assert code == 2
    assert "  left out    1 set without repetitions, 1 row that can't be read\n" in shown
    assert told == (
        'f.csv:2 Reps: "ten" is no number; right would be 80 or 82.5\n'
        "Nothing is written. Put these right, or say --skip-faults to take the rest.\n"
    )
    assert logged() == 0
    code, _, _ = run("import", "f.csv", "--log", "log.sqlite", "--yes", "--skip-faults")
    assert (code, logged()) == (0, 1)


def test_an_exercise_by_another_name(run: Run) -> None:
    Path("f.csv").write_text(FITNOTES.replace("Leg Press", "Beinpresse"))
    _, shown, _ = run("import", "f.csv", "--log", "log.sqlite", "--dry-run")
    assert "Beinpresse: keeps its name" in shown
    same = ("--map", "Beinpresse=leg-press")
    _, shown, _ = run("import", "f.csv", "--log", "log.sqlite", "--yes", *same)
    assert "Beinpresse: is leg-press" in shown
    code, _, told = run("import", "f.csv", "--map", "Beinpresse")
    assert code == 2
    assert told == '--map: "Beinpresse"; right would be --map "Leg Press (Machine)=leg-press"\n'


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("import", "nothing.csv"), "nothing.csv: cannot be read (No such file or directory)\n"),
        (("import", "empty.csv"), "empty.csv: the file is empty; a line with the names of the"),
        (("import", "x.csv", "--format", "hevy"), "x.csv:1: no hevy file: the column start_time"),
        (("export", "--format", "hevy", "-o", "no/x.csv"), "no/x.csv: cannot be written (No su"),
    ],
)
def test_what_cant_be_read_or_written_is_one_line(
    run: Run, words: tuple[str, ...], line: str
) -> None:
    Path("empty.csv").touch()
    Path("x.csv").write_text(STRONG_6)
    code, _, told = run(*words)
    assert code == 2
    assert told.startswith(line)
    assert told.count("\n") == 1


@pytest.mark.parametrize("form", ["strong", "hevy", "fitnotes"])
def test_what_is_exported_is_known_when_it_comes_back(run: Run, form: str) -> None:
    Path("hevy.csv").write_text(HEVY)
    run("import", "hevy.csv", "--log", "log.sqlite", "--yes")
    code, _, told = run("export", "--format", form, "-o", "out.csv", "--log", "log.sqlite")
    assert (code, told) == (0, "4 sets of 1 workout: out.csv\n")
    _, shown, told = run("import", "out.csv", "--log", "log.sqlite", "--yes")
    assert f"out.csv: {form}, 1 workout, 4 sets" in shown
    assert "Leg press: is leg-press" in shown
    assert told == "Nothing is new.\n"


def test_sets_without_a_rep_are_told_of(run: Run) -> None:
    with Log(Path("log.sqlite"), create=True) as log:
        log.add([OWN])
    words = ("export", "--log", "log.sqlite", "-o", "out", "--format")
    assert run(*words, "strong")[2] == "2 sets of 1 workout (1 without a rep left out): out\n"
    assert run(*words, "json")[2] == "3 sets of 1 workout: out\n"


def test_json_to_the_standard_output(run: Run) -> None:
    Path("f.csv").write_text(FITNOTES)
    run("import", "f.csv", "--log", "log.sqlite", "--yes")
    code, told, _ = run("export", "--format", "json", "--log", "log.sqlite")
    assert code == 0
    (workout,) = json.loads(told)["workouts"]
    assert [each["weight"]["unit"] for each in workout["sets"]] == ["lb", "kg"]


def test_an_empty_log_is_exported_as_an_empty_table(run: Run) -> None:
    code, told, _ = run("export", "--format", "strong", "--log", "log.sqlite")
    assert code == 0
    assert told.count("\n") == 1
    assert not Path("log.sqlite").exists()
