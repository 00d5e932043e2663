"""`workouts/<name>.toml`: what it makes, and the messages about mistakes in it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from voicecoach.config import ConfigError, load, workout_faults, workout_names
from voicecoach.core.plan import samples
from voicecoach.core.workout import Circuit, PlannedSet, SetKind, Sled, Station, Unit, Weight

GOOD = """\
name = "Mine"

[[exercise]]
exercise = "leg-press"

[[exercise.set]]
kind = "warm-up"
reps = 10
weight = "40 kg"
rest = 45

[[exercise.set]]
times = 2
weight = "82,5 kg"
"""


def test_the_shipped_one_is_three_sets_of_twelve_with_a_warm_up() -> None:
    assert "leg-press" in workout_names()
    workout = load(workout="leg-press").workout
    assert workout is not None
    (leg_press,) = workout.exercises
    assert [(each.kind, each.reps) for each in leg_press.sets] == [
        (SetKind.WARM_UP, 12),
        *[(SetKind.WORK, 12)] * 3,
    ]
    assert workout_faults() == []


def test_one_of_your_own(tmp_path: Path) -> None:
    (tmp_path / "workouts").mkdir()
    (tmp_path / "workouts" / "mine.toml").write_text(GOOD)
    loaded = load(folder=tmp_path, workout="mine")
    assert loaded.workout is not None
    assert (loaded.workout.id, loaded.workout.name) == ("mine", "Mine")
    assert loaded.exercise.id == "leg-press"
    assert [each.id for each in loaded.offered] == ["leg-press"]
    ((*sets,),) = (each.sets for each in loaded.workout.exercises)
    work = PlannedSet(12, SetKind.WORK, Weight(Decimal("82.5"), Unit.KG), None)
    assert sets == [
        PlannedSet(10, SetKind.WARM_UP, Weight(Decimal(40), Unit.KG), samples(45)),
        work,
        work,
    ]


SET = "[[exercise.set]]\n"

FAULTS = [
    (
        "reps = 10",
        "hold = 40",
        'workouts/mine.toml:8 exercise.set.hold: "leg-press" is counted in reps; write: reps = 10',
    ),
    # (text in GOOD, its replacement, the message about it)
    (
        '"leg-press"',
        '"leg-pres"',
        'workouts/mine.toml:4 exercise.exercise: no exercise "leg-pres", did you mean '
        '"leg-press"? there are: bench-press, lat-pulldown, leg-curl, leg-extension, leg-press, '
        "plank, romanian-deadlift, seated-row, squat",
    ),
    (
        '"warm-up"',
        '"warmup"',
        'workouts/mine.toml:7 exercise.set.kind: unknown kind of set "warmup", did you mean '
        '"warm-up"? there are "warm-up", "work", "drop"',
    ),
    (
        "reps = 10",
        "reps = 1000",
        "workouts/mine.toml:8 exercise.set.reps: expected a whole number from 1 to 100; "
        "this is the number 1000",
    ),
    (
        '"40 kg"',
        "40",
        'workouts/mine.toml:9 exercise.set.weight: expected a weight, like "80 kg" or "175 lb"; '
        "this is the number 40",
    ),
    (
        '"40 kg"',
        '"40"',
        'workouts/mine.toml:9 exercise.set.weight: expected a weight, like "80 kg" or "175 lb"; '
        'this is the text "40"',
    ),
    (
        '"40 kg"',
        '"40000 kg"',
        "workouts/mine.toml:9 exercise.set.weight: expected a weight from 0.5 to 1000 kg; "
        'this is the text "40000 kg"',
    ),
    (
        "rest = 45",
        "rest = 5000",
        "workouts/mine.toml:10 exercise.set.rest: expected a number of seconds from 0 to 1800; "
        "this is the number 5000",
    ),
    (
        "times = 2",
        "time = 2",
        'workouts/mine.toml:13 exercise.set.time: unknown key, did you mean "times"?',
    ),
    (
        'name = "Mine"\n',
        "\n",
        'workouts/mine.toml:1 name: this key is missing; add for example name = "Leg day"',
    ),
    (
        GOOD[GOOD.index(SET) :],
        "",
        "workouts/mine.toml:3 exercise.set: this key is missing; add for example [[exercise.set]]",
    ),
    (
        "times = 2",
        'times = 2\n\n[[exercise]]\nexercise = "leg-press"\n[[exercise.set]]',
        'workouts/mine.toml:16 exercise.exercise: "leg-press" is already there at '
        "workouts/mine.toml:4; put its sets together",
    ),
    (
        "times = 2",
        f"times = 20\n{SET}times = 20\n{SET}times = 20",
        "workouts/mine.toml:3 exercise: this makes 61 sets, more than 50; look at the numbers "
        "of times",
    ),
]


@pytest.mark.parametrize(("good", "bad", "said"), FAULTS)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, good: str, bad: str, said: str) -> None:
    assert good in GOOD
    (tmp_path / "workouts").mkdir()
    (tmp_path / "workouts" / "mine.toml").write_text(GOOD.replace(good, bad, 1))
    with pytest.raises(ConfigError) as refusal:
        load(folder=tmp_path, workout="mine")
    assert said in str(refusal.value).splitlines()
    assert said in [str(fault) for fault in workout_faults(tmp_path)]


def test_an_unknown_workout_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='no workout "leg-pres", did you mean "leg-press"'):
        load(workout="leg-pres")


def test_the_sled_and_its_plates(tmp_path: Path) -> None:
    settings = tmp_path / "voicecoach.toml"
    settings.write_text('[weights]\nsled = "47 kg"\nplate = "20 kg"\n')
    kg = [Weight(Decimal(amount), Unit.KG) for amount in (47, 20)]
    assert load(folder=tmp_path).settings.weights.sled_and_plates() == Sled(*kg)
    assert load().settings.weights.sled_and_plates() is None
    for wrong, said in (
        ('sled = "47 kg"', 'voicecoach.toml:1 weights: "sled" and "plate" go together'),
        (
            'sled = "47 kg"\nplate = "45 lb"',
            "voicecoach.toml:1 weights: sled and plate are weighed",
        ),
        ('sled = "47 stone"', 'voicecoach.toml:2 weights.sled: expected a weight, like "80 kg"'),
    ):
        settings.write_text(f"[weights]\n{wrong}\n")
        with pytest.raises(ConfigError) as refusal:
            load(folder=tmp_path)
        assert said in str(refusal.value)


PAIR = """\
name = "Pair"

[[superset]]
stations = ["lat-pulldown", "bench-press"]
rounds = 2
rest_between = 20

[[exercise]]
exercise = "plank"

[[exercise.set]]
hold = 40

[[exercise]]
exercise = "lat-pulldown"

[[exercise.set]]
reps = 12

[[exercise.set]]
reps = 10

[[exercise]]
exercise = "bench-press"

[[exercise.set]]
weight = "40 kg"
"""


def test_a_superset_has_a_set_of_each_station_in_each_round(tmp_path: Path) -> None:
    (tmp_path / "workouts").mkdir()
    (tmp_path / "workouts" / "mine.toml").write_text(PAIR)
    workout = load(folder=tmp_path, workout="mine").workout
    assert workout is not None
    _, pulldown, bench = workout.exercises
    assert [each.reps for each in pulldown.sets] == [12, 10]
    assert [each.weight for each in bench.sets] == [Weight(Decimal(40), Unit.KG)] * 2
    stations = (Station("lat-pulldown", 12), Station("bench-press", bench.sets[0].reps))
    assert workout.circuits == (Circuit(1, stations, 2, samples(20), None),)


PAIR_FAULTS = [
    # (text in PAIR, its replacement, the message about it)
    (
        '["lat-pulldown", "bench-press"]',
        '["lat-pulldown"]',
        "workouts/mine.toml:4 superset.stations: expected two or more exercises, like "
        '["lat-pulldown", "bench-press"]',
    ),
    (
        '["lat-pulldown", "bench-press"]',
        '["lat-pulldown", "bench-pres"]',
        'workouts/mine.toml:4 superset.stations: no [[exercise]] of this file is "bench-pres", '
        'did you mean "bench-press"? there are: plank, lat-pulldown, bench-press',
    ),
    (
        '["lat-pulldown", "bench-press"]',
        '["plank", "plank"]',
        'workouts/mine.toml:4 superset.stations: "plank" has a turn already; take one out',
    ),
    (
        '["lat-pulldown", "bench-press"]',
        '["plank", "bench-press"]',
        "workouts/mine.toml:4 superset.stations: its [[exercise]]s must stand side by side, in "
        'this order; they are at 1, 3: "plank", "bench-press"',
    ),
    (
        '["lat-pulldown", "bench-press"]',
        '["bench-press", "lat-pulldown"]',
        "workouts/mine.toml:4 superset.stations: its [[exercise]]s must stand side by side, in "
        'this order; they are at 2, 3: "lat-pulldown", "bench-press"',
    ),
    (
        "rounds = 2",
        "rounds = 3",
        'workouts/mine.toml:17 exercise.set: "lat-pulldown" has 2 sets, and its superset 3 '
        "rounds; write one set for all rounds, or one for each",
    ),
    (
        "rest_between = 20",
        "rest_between = 2",
        "workouts/mine.toml:6 superset.rest_between: expected a number of seconds from 5 to 600; "
        "this is the number 2",
    ),
    (
        'weight = "40 kg"',
        "rest = 60",
        "workouts/mine.toml:27 exercise.set.rest: its superset says how long the rests are: "
        '"rest_between" and "rest" there',
    ),
]


@pytest.mark.parametrize(("part", "wrong", "message"), PAIR_FAULTS)
def test_faults_of_a_superset(part: str, wrong: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "workouts").mkdir()
    (tmp_path / "workouts" / "mine.toml").write_text(PAIR.replace(part, wrong, 1))
    with pytest.raises(ConfigError) as caught:
        load(folder=tmp_path, workout="mine")
    assert [str(fault) for fault in caught.value.faults] == [message]
