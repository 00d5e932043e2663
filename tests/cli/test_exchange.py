"""`voicecoach export` and `voicecoach import`, as their user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli_runner import Run
from tests.support.exchanged_sets import OWN
from tests.support.sample_files import FITNOTES, HEVY, STRONG_6, STRONG_COMMA
from voicecoach.history.log import Log

pytestmark = pytest.mark.usefixtures("nobody")


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
    assert (code, told) == (0, "Nothing new.\n")
    assert "  there       4 sets\n" in shown
    assert logged() == 4


def test_without_a_terminal_nobody_is_asked_and_nothing_written(run: Run) -> None:
    Path("hevy.csv").write_text(HEVY)
    code, _, told = run("import", "hevy.csv", "--log", "log.sqlite")
    assert code == 2
    assert told == "Nothing was written. Use --yes to import, or --dry-run to look only.\n"
    assert logged() == 0


def test_the_unit_has_to_be_said_where_the_file_has_none(run: Run) -> None:
    Path("strong.csv").write_text(STRONG_COMMA)
    code, _, told = run("import", "strong.csv", "--log", "log.sqlite", "--yes")
    assert code == 2
    assert told == (
        "strong.csv:1: the file does not say which unit its weights are in; "
        "use --unit kg or --unit lb\n"
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
    assert '              f.csv:4: "Cycling" is a distance, without repetitions\n' in shown
    assert told == (
        'f.csv:2 Reps: "ten" is not a number; expected 80 or 82.5\n'
        "Nothing was written. Correct these rows, or use --skip-faults to import the rest.\n"
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
    # A mistyped name mapped nothing, in silence.
    _, _, told = run("import", "f.csv", "--log", "log.sqlite", "--yes", "--map", "Beinprese=squat")
    assert told.startswith(
        '--map "Beinprese=squat": the file has no "Beinprese", did you mean "Beinpresse"? it has: '
    )
    code, _, told = run("import", "f.csv", "--map", "Beinpresse")
    assert code == 2
    assert (
        told == '--map "Beinpresse": expected NAME=EXERCISE, like "Leg Press (Machine)=leg-press"\n'
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("import", "nothing.csv"), "nothing.csv: cannot be read (No such file or directory)\n"),
        (("import", "empty.csv"), "empty.csv: the file is empty; a line with the names of the"),
        (("import", "x.csv", "--format", "hevy"), "x.csv:1: no hevy file: the column start_time"),
        (
            ("export", "--format", "hevy", "-o", "no/x.csv"),
            "no/x.csv: the folder no does not exist; ",
        ),
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
    assert told == "Nothing new.\n"


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
    code, told, _ = run("export", "--format", "strong")
    assert code == 0
    assert told.count("\n") == 1
    assert not Path("log.sqlite").exists()


STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,"
    "Workout Notes,RPE\n"
)


def test_edits_in_the_other_program_are_shown_and_taken_over(run: Run) -> None:
    def day(day: int, *sets: str) -> str:
        start = f"2024-02-0{day} 18:00:00,Legs,1h,Squat"
        return "".join(f"{start},{n},{one},0,0,,,\n" for n, one in enumerate(sets, 1))

    words = ("import", "s.csv", "--log", "log.sqlite", "--unit", "kg", "--yes")
    Path("s.csv").write_text(STRONG + day(1, "100,5", "110,5", "120,5") + day(2, "90,5"))
    assert run(*words)[0] == 0
    Path("s.csv").write_text(STRONG + day(1, "60,8", "100,5", "112.5,5", "120,5") + day(2, "90,5"))
    code, shown, told = run(*words)
    assert (code, told) == (0, "1 set added, 1 set changed in log.sqlite\n")
    assert "  new         1 workout, 1 set\n" in shown
    assert "  changed     1 set that you changed there\n" in shown
    assert "              2024-02-01 squat 110 kg x 5: now Squat 112.5 kg x 5\n" in shown
    Path("s.csv").write_text(STRONG + day(1, "60,8", "112.5,5") + day(3, "95,5"))
    _, shown, told = run(*words)
    assert "  removed     2 sets that you removed there\n" in shown
    assert "              2024-02-01 squat 100 kg x 5\n" in shown
    assert "  missing     1 workout not in the file: kept; --mirror removes them\n" in shown
    assert told == "1 set added, 2 sets removed in log.sqlite\n"
    with Log(Path("log.sqlite")) as log:
        assert [str(each.weight) for each in log.sets()] == ["60 kg", "112.5 kg", "90 kg", "95 kg"]
    assert run(*words, "--mirror")[2] == "1 set removed in log.sqlite\n"
    assert logged() == 3


def test_mirror_needs_a_file_without_faults(run: Run) -> None:
    rows = [f"2024-02-0{n} 18:00:00,Legs,1h,Squat,1,100,5,0,0,,,\n" for n in range(1, 5)]
    words = ("import", "s.csv", "--log", "log.sqlite", "--unit", "kg", "--yes")
    Path("s.csv").write_text(STRONG + "".join(rows))
    run(*words)
    Path("s.csv").write_text(STRONG + rows[0] + rows[1].replace("100", "heavy") + rows[3])
    code, _, told = run(*words, "--skip-faults", "--mirror")
    assert (code, told) == (2, "1 row can't be read; --mirror needs a file without faults.\n")
    assert logged() == 4


def test_a_map_moves_the_one_that_it_names(run: Run) -> None:
    names = [f"Bench Press ({each})" for each in ("Barbell", "Dumbbell", "Smith Machine")]
    rows = [f"2024-02-05 18:00:00,Push,1h,{name},1,50,5,0,0,,,\n" for name in names]
    Path("s.csv").write_text(STRONG + "".join(rows))
    words = ("import", "s.csv", "--log", "log.sqlite", "--unit", "kg", "--yes")
    run(*words)
    with Log(Path("log.sqlite")) as log:
        assert log.exercises() == [names[1], names[2], "bench-press"]
    code, _, told = run(*words, "--map", f"{names[1]}=dumbbell-bench")
    assert (code, told) == (0, "1 set changed in log.sqlite\n")
    with Log(Path("log.sqlite")) as log:
        assert log.exercises() == [names[2], "bench-press", "dumbbell-bench"]


def test_marks_and_notes_are_shown_and_go_on_to_other_programs(run: Run) -> None:
    row = '"1";"2024-02-05 18:00:00";"Legs";"3600";"Squat";'
    Path("s.csv").write_text(
        STRONG_6.partition("\n")[0]
        + f'\n{row}"Note";"";"";"";"";"";"heels raised";""\n{row}"D";"80.0";"8";"";"";"";"";""\n'
        + f'{row}"F";"-20";"6";"";"";"";"";""\n'
    )
    assert run("import", "s.csv", "--log", "log.sqlite", "--yes")[0] == 0
    _, shown, _ = run("log", "--log", "log.sqlite")
    assert "squat     D      8  80 kg" in shown
    assert "heels raised" in shown
    assert "to failure; 20 kg taken off; heels raised" in shown
    for form in ("strong", "hevy", "fitnotes"):
        run("export", "--format", form, "-o", "out.csv", "--log", "log.sqlite")
        assert run("import", "out.csv", "--log", "log.sqlite", "--yes")[2] == "Nothing new.\n"
    _, told, _ = run("export", "--format", "strong", "--log", "log.sqlite")
    assert [line.split(";")[5] for line in told.splitlines()[1:]] == ["Note", "D", "F"]


def test_what_a_spreadsheet_would_run_is_harmless_and_comes_back(run: Run) -> None:
    evil = "=cmd|' /C calc'!A0"
    Path("s.csv").write_text(
        f'{STRONG}2023-01-02 10:11:12,{evil},1h,"=HYPERLINK(""http://x"")",1,80,12,0,0,=1+1,@SUM(1),8\n'
    )
    run("import", "s.csv", "--log", "log.sqlite", "--yes", "--unit", "kg")
    for form, lost in (("strong", 0), ("hevy", 0), ("fitnotes", 1)):
        run("export", "--format", form, "-o", "out.csv", "--log", "log.sqlite")
        text = Path("out.csv").read_text()
        for delimiter in ',;"':
            assert not any(f"{delimiter}{sign}" in text for sign in "=@")
        other = f"{form}.sqlite"
        assert run("import", "out.csv", "--log", other, "--yes")[0] == 0
        with Log(Path(other)) as log:
            ((one,),) = [workout.sets for workout in log.workouts()]
            (workout,) = log.workouts()
        assert (one.exercise, one.comment) == ('=HYPERLINK("http://x")', "=1+1")
        if not lost:
            assert (workout.name, workout.comment) == (evil, "@SUM(1)")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2023-01-02 10:11:12,L,1h,X,1,1e-999999,12,0,0,,,8", "Weight: "),
        (f"2023-01-02 10:11:12,L,{'9' * 5000},X,1,80,12,0,0,,,8", "Duration: "),
        (f"2023-01-02 10:11:12,L,1h,X,1,{'9' * 5000},12,0,0,,,8", "Weight: "),
        (f"2023-01-02 10:11:12,L,1h,X,1,80,{'9' * 5000},0,0,,,8", "Reps: "),
        ("2023-01-02 10:11:12,L,1h,X,1,80,99999,0,0,,,8", "Reps: "),
        ("2023-01-02 10:11:12,L,1h,X,1,99999,9,0,0,,,8", "Weight: "),
        (f"2023-01-02 10:11:12,L,1h,{'x' * 5000},1,80,9,0,0,,,8", "Exercise Name: "),
        (f"2023-01-02 10:11:12,L,1h,X,1,80,9,0,0,{'x' * 10_001},,8", "Notes: "),
        (f"2023-01-02 10:11:12,L,1h,X,1,80,9,0,0,{'x' * 200_000},,8", "a cell of more than"),
        ("0001-01-01 00:00:00,L,1h,X,1,80,12,0,0,,,8", "Date: "),
        ("9999-12-31 23:59:59,L,1h,X,1,80,12,0,0,,,8", "Date: "),
        ("2023-01-02 10:11:12,L,1h,X,\x1b[31mQ,80,12,0,0,,,8", 'Set Order: "\\x1b[31mQ"'),
    ],
)
def test_a_hostile_row_is_one_line_however_often_it_comes(run: Run, row: str, says: str) -> None:
    Path("s.csv").write_text(STRONG + f"{row}\n" * 50)
    code, _, told = run("import", "s.csv", "--log", "log.sqlite", "--yes", "--unit", "kg")
    assert code == 2
    first, second = told.splitlines()
    assert says in first
    assert first.startswith("s.csv:2")
    assert first.endswith("; so are lines 3-51")
    assert len(first) < 200
    assert second.startswith("Nothing was written.")
    assert logged() == 0


def test_a_unit_that_is_not_needed_is_told(run: Run) -> None:
    Path("f.csv").write_text(FITNOTES)
    _, shown, _ = run("import", "f.csv", "--log", "log.sqlite", "--yes", "--unit", "kg")
    assert "  unit        --unit is ignored: the file names its own\n" in shown
