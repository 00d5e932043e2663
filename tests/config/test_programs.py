"""`programs/<name>.toml`: what it makes, and the messages about mistakes in it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.example_workouts import kg
from voicecoach.config import ConfigError, load, program_faults, program_names
from voicecoach.core.program import ProgramSet, ProgressRule
from voicecoach.core.rehearsal import YEAR, rehearse
from voicecoach.core.workout import SetKind

GOOD = """\
name = "Mine"
rounds = 2

[progress]
rule = "linear"
left = 1
add = ["2,5 kg", "5 lb"]

[start]
leg-press = "60 kg"

[[day]]
name = "A"

[[day.exercise]]
exercise = "leg-press"

[[day.exercise]]
exercise = "plank"

[[day.exercise.set]]
times = 2
hold = 30

[[week]]
tempo = "3-1-2-1"

[[week.set]]
kind = "warm-up"
reps = 8
percent = 50

[[week.set]]
times = 2
reps = 5
rpe = 8

[[week]]
days = ["A", "A"]
deload = true
load = 80
most_sets = 1

[[week.set]]
reps = 5
"""


def written(folder: Path, text: str) -> Path:
    (folder / "programs").mkdir()
    (folder / "programs" / "mine.toml").write_text(text, encoding="utf-8")
    return folder


def test_one_of_your_own(tmp_path: Path) -> None:
    loaded = load(folder=written(tmp_path, GOOD), program="mine")
    program = loaded.program
    assert program is not None
    assert [each.id for each in loaded.offered] == ["leg-press", "plank"]
    assert (program.id, program.name, program.rounds) == ("mine", "Mine", 2)
    assert program.start == {"leg-press": kg(60)}
    assert (program.progress.rule, program.progress.left) == (ProgressRule.LINEAR, 1)
    first, light = program.weeks
    assert (len(first.days), len(light.days)) == (1, 2)
    assert first.sets == (
        ProgramSet(8, SetKind.WARM_UP, Decimal(50)),
        *(ProgramSet(5, rpe=Decimal("8")),) * 2,
    )
    assert first.days[0].exercises[1].sets == (ProgramSet(6),) * 2  # breaths of five seconds
    assert (light.deload, light.load, light.most_sets) == (True, Decimal(80), 1)


def test_the_shipped_ones_differ_in_kind_and_go_through_a_year() -> None:
    assert program_names() == ["double", "linear", "wave"]
    assert program_faults() == []
    rules = set()
    for name in program_names():
        loaded = load(program=name)
        assert loaded.program is not None
        rules.add(loaded.program.progress.rule)
        days = [*rehearse(loaded.program, {each.id: each for each in loaded.offered})]
        assert days[-1].workout.day is not None
        assert days[-1].workout.day.week == YEAR
    assert rules == set(ProgressRule)


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(ConfigError) as error:
        load(program="linaer")
    told = 'no program "linaer", did you mean "linear"? there are: double, linear, wave'
    assert str(error.value) == told


FAULTS = [
    # (text in GOOD, its replacement, the message about it)
    (
        'kind = "warm-up"',
        'kind = "drop"',
        'programs/mine.toml:29 week.set.kind: unknown kind of set "drop"',
    ),
    (
        '[[day.exercise]]\nexercise = "leg-press"',
        '[[day.exercise]]\nexercise = "leg-pres"',
        'programs/mine.toml:16 day.exercise.exercise: no exercise "leg-pres", did you mean',
    ),
    (
        'exercise = "plank"',
        'exercise = "leg-press"',
        'programs/mine.toml:19 day.exercise.exercise: "leg-press" is already there at',
    ),
    (
        "hold = 30",
        "reps = 30",
        "programs/mine.toml:23 day.exercise.set.reps: this exercise is held; write its seconds",
    ),
    (
        "rpe = 8",
        "hold = 8",
        "programs/mine.toml:36 week.set.hold: a hold's seconds belong to its exercise",
    ),
    (
        "rpe = 8",
        "rpe = 8\npercent = 70",
        "programs/mine.toml:36 week.set.rpe: a set has a percentage or an RPE",
    ),
    (
        "rpe = 8",
        "rpe = 8.3",
        "programs/mine.toml:36 week.set.rpe: expected a whole number or a half",
    ),
    (
        '["A", "A"]',
        '["A", "B"]',
        'programs/mine.toml:39 week.days: no day "B"; there are: A',
    ),
    (
        '"3-1-2-1"',
        '"3-1-2"',
        'programs/mine.toml:26 week.tempo: "3-1-2" is not a tempo',
    ),
    (
        'rule = "linear"',
        'rule = "liner"',
        'programs/mine.toml:5 progress.rule: unknown rule "liner", did you mean "linear"?',
    ),
    (
        'rule = "linear"\n',
        "",
        'programs/mine.toml:4 progress.rule: this key is missing; add for example rule = "linear"',
    ),
    (
        'leg-press = "60 kg"',
        'leg-press = "60"',
        "programs/mine.toml:10 start.leg-press: expected a weight",
    ),
    (
        'leg-press = "60 kg"',
        'leg-curls = "60 kg"',
        'programs/mine.toml:10 start.leg-curls: no exercise "leg-curls", did you mean "leg-curl"?',
    ),
    (
        "most_sets = 1\n\n[[week.set]]\nreps = 5\n",
        "most_sets = 1\n",
        'programs/mine.toml:16 day.exercise.exercise: "leg-press" has no sets here',
    ),
    (
        "left = 1",
        "left = 9",
        "programs/mine.toml:6 progress.left: expected a whole number from 0 to 5",
    ),
]


@pytest.mark.parametrize(("good", "bad", "told"), FAULTS)
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(
    tmp_path: Path, good: str, bad: str, told: str
) -> None:
    assert GOOD.count(good) == 1
    folder = written(tmp_path, GOOD.replace(good, bad))
    with pytest.raises(ConfigError) as error:
        load(folder=folder, program="mine")
    assert any(str(fault).startswith(told) for fault in error.value.faults), str(error.value)
    assert [*map(str, program_faults(folder))] == [*map(str, error.value.faults)]
