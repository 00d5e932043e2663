"""A hold in the files: its seconds and its breath, and what is wrong with them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from voicecoach.config import ConfigError, layers, load
from voicecoach.core.plan import Progression, samples
from voicecoach.core.workout import PlannedSet, Unit, Weight

PLANK = "exercises/plank.toml"

FAULTS = [
    # (text in the shipped plank, its replacement, the message about it)
    (
        "{done:seconds}. Knees",
        "{done:reps}. Knees",
        "lines.ended: {done:reps} counts seconds in a hold; write {done:seconds}",
    ),
    (
        "Keep breathing.",
        "Breathe, {left:reps}.",
        "cue.say: {left:reps} counts seconds in a hold; write {left:seconds}",
    ),
    (
        "hold = 40",
        "hold = 42",
        "hold: a hold is a whole number of breaths, of 5 seconds each; this is 42; near it: 40, 45",
    ),
    (
        "hold = 40",
        "hold = 3",
        "hold: expected a number of seconds from 5 to 600; this is the number 3",
    ),
    (
        "breath = [2, 3]",
        "breath = [1, 1]",
        "breath: expected two numbers of seconds, in and out, like [2, 3], 3 or more together; "
        "this is [1, 1]",
    ),
    (
        "breath = [2, 3]",
        "breath = [true, 4]",
        "breath: expected two numbers of seconds, in and out, like [2, 3], 3 or more together; "
        "this is a list",
    ),
    (
        "hold = 40",
        'hold = 40\ntempo = "3-1-2-1"',
        "tempo: this is for reps; here a position is held, for as long as hold says",
    ),
    (
        "hold = 40",
        'first = "lower"\ntempo = "3-1-2-1"\nreps = 8',
        "breath: this is for a hold; reps have their tempo\n"
        'progression.add: this key is missing; add for example add = "5 kg"\n'
        "progression.reps: this key is missing; add for example reps = [8, 12]\n"
        "progression.seconds: this is for a hold; here are reps\n"
        "progression.more: this is for a hold; here are reps",
    ),
    (
        "seconds = [40, 60]",
        "reps = [8, 12]",
        "progression.seconds: this key is missing; add for example seconds = [30, 60]\n"
        "progression.reps: this is for reps; here a position is held: write seconds",
    ),
    (
        "seconds = [40, 60]",
        "seconds = [60, 40]",
        "progression.seconds: expected two numbers of seconds, like [30, 60]; this is [60, 40]",
    ),
    (
        "more = 5",
        "more = 0",
        "progression.more: expected a number of seconds from 1 to 60; this is the number 0",
    ),
]


@pytest.mark.parametrize(("good", "bad", "said"), FAULTS)
def test_a_mistake_in_a_hold_is_told(tmp_path: Path, good: str, bad: str, said: str) -> None:
    text = (layers.shipped() / PLANK).read_text(encoding="utf-8")
    assert good in text
    (tmp_path / "exercises").mkdir()
    (tmp_path / PLANK).write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load("en", "plank", folder=tmp_path)
    assert [str(fault).partition(" ")[2] for fault in refusal.value.faults] == said.split("\n")


def test_a_hold_has_a_rule_for_when_it_grows(tmp_path: Path) -> None:
    """In whole breaths, of 5 s here. A file without the rule gets no suggestion."""
    rule = load("en", "plank").exercise.progression
    assert rule == Progression(8, 12, (), 1)
    text = (layers.shipped() / PLANK).read_text(encoding="utf-8")
    (tmp_path / "exercises").mkdir()
    changed = text.replace("seconds = [40, 60]\nmore = 5", 'seconds = [30, 88]\nadd = "2.5 kg"')
    (tmp_path / PLANK).write_text(changed, encoding="utf-8")
    rule = load("en", "plank", folder=tmp_path).exercise.progression
    assert rule == Progression(6, 18, (Weight(Decimal("2.5"), Unit.KG),), 1)
    without = text.replace("[progression]\nseconds = [40, 60]\nmore = 5\n", "")
    (tmp_path / PLANK).write_text(without, encoding="utf-8")
    assert load("en", "plank", folder=tmp_path).exercise.progression is None


def test_a_breath_of_another_length(tmp_path: Path) -> None:
    text = (layers.shipped() / PLANK).read_text(encoding="utf-8")
    (tmp_path / "exercises").mkdir()
    changed = text.replace("breath = [2, 3]", "breath = [2.5, 3.5]").replace(
        "hold = 40", "hold = 60"
    )
    (tmp_path / PLANK).write_text(changed, encoding="utf-8")
    exercise = load("en", "plank", folder=tmp_path).exercise
    assert (exercise.tempo.rep, exercise.reps, str(exercise.tempo)) == (
        samples(6),
        10,
        "hold 2.5-3.5",
    )


def test_the_lines_of_a_hold_take_the_place_of_the_general_ones() -> None:
    lines = load("en", "plank").exercise.lines
    assert lines["how_many"].full == ("{done:seconds}, {left} to go.",)
    assert lines["half_way"] == load("en", "leg-press").exercise.lines["half_way"]


@pytest.mark.parametrize("language", ["en", "de", "es", "ko"])
def test_no_line_tells_the_time_of_a_hold_in_reps(language: str) -> None:
    """Whatever the language words for a hold. Only with reps is a next set suggested."""
    lines = load(language, "plank").exercise.lines
    wrong = {name for name, said in lines.items() if any(":reps}" in text for text in said.full)}
    assert wrong <= {"next_set"}


def test_a_workout_tells_how_long_a_hold_is() -> None:
    workout = load("en", workout="full-body").workout
    assert workout is not None
    plank = workout.exercises[-1]
    assert plank.exercise == "plank"
    assert plank.sets == (PlannedSet(8, rest=samples(60)),) * 2
