"""`check` goes through each program: what can't be loaded, what jumps, what never moves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from voicecoach.config import load_exercises
from voicecoach.lint.findings import Kind, LintFinding
from voicecoach.lint.programs import rehearsed

TEXT = """\
name = "Mine"

[progress]
rule = "{rule}"
add = ["{add}"]

[start]
leg-press = "{start}"

[[day]]
name = "A"

[[day.exercise]]
exercise = "leg-press"

[[week]]

[[week.set]]
reps = 8
percent = {percent}
"""


def written(
    folder: Path,
    text: str,
    start: str,
    add: str = "5 kg",
    percent: int = 100,
    rule: str = "linear",
) -> None:
    (folder / "programs").mkdir()
    told = text.format(rule=rule, add=add, start=start, percent=percent)
    (folder / "programs" / "mine.toml").write_text(told)


def found(
    folder: Path, start: str, add: str = "5 kg", percent: int = 100, rule: str = "linear"
) -> list[LintFinding]:
    written(folder, TEXT, start, add, percent, rule)
    told = rehearsed(load_exercises(), folder)
    return [each for each in told if each.file == "programs/mine.toml"]


def test_the_shipped_ones_are_clean() -> None:
    assert [*rehearsed(load_exercises(), None)] == []


def test_a_large_step_is_told_with_its_week(tmp_path: Path) -> None:
    (jump,) = found(tmp_path, "20 kg")
    assert jump.kind is Kind.JUMP
    assert (jump.line, jump.key) == (14, "day.exercise.exercise")
    assert jump.message == "week 2: from 20 kg to 25 kg are 25% more; 2 to 10% are advised"


def test_a_first_weight_that_cannot_be_loaded(tmp_path: Path) -> None:
    load, *_ = found(tmp_path, "61 kg")
    assert (load.kind, load.line, load.message) == (Kind.LOAD, 8, "61 kg can't be loaded")
    assert load.remedy == "write 60 kg"


def test_a_share_that_is_far_from_what_can_be_loaded(tmp_path: Path) -> None:
    (load,) = (each for each in found(tmp_path, "50 kg", percent=25) if each.kind is Kind.LOAD)
    assert load.message.startswith("week 1: 25 percent of 50 kg are 12.5 kg, but 15 kg is the")


def test_what_never_moves(tmp_path: Path) -> None:
    """An exercise without a step of its own, in a program without one."""
    still = [replace(each, progression=None) for each in load_exercises()]
    written(tmp_path, TEXT.replace('add = ["{add}"]\n', ""), "60 kg")
    never = [each for each in rehearsed(still, tmp_path) if each.file == "programs/mine.toml"]
    assert [each.kind for each in never] == [Kind.NEVER]
