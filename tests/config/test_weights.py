"""`[weights]` of an exercise and `[warm_up]` of the settings: what is read, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from voicecoach.config import ConfigError, layers, load
from voicecoach.core.loading import PAIRS, Loading, Rack
from voicecoach.core.plan import samples
from voicecoach.core.workout import Unit, WarmUp

D = Decimal
SCRIPT = "exercises/leg-press.toml"


def loading(folder: Path, lines: str) -> Loading | None:
    text = (layers.shipped() / SCRIPT).read_text(encoding="utf-8")
    file = folder / SCRIPT
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        text.replace("[progression]", f"[weights]\n{lines}\n[progression]"), encoding="utf-8"
    )
    return load(folder=folder).exercise.loading


def test_a_newcomer_gets_bars_and_no_sled() -> None:
    known = {each.id: each.loading for each in load(offer=True).offered}
    bars = {name for name, there in known.items() if there is not None}
    assert bars == {"bench-press", "squat", "romanian-deadlift"}
    for name in bars:
        there = known[name]
        assert there is not None
        assert [(unit, rack.empty) for unit, rack in there.racks] == [
            (Unit.KG, D(20)),
            (Unit.LB, D(45)),
        ]


def test_a_sled_with_its_plates_and_pairs(tmp_path: Path) -> None:
    lines = 'sled = "47 kg"\nplates = ["5 kg", "20 kg"]\npairs = [1, 6]'
    rack = Rack(D(47), ((D(20), 6), (D(5), 1)))
    assert loading(tmp_path, lines) == Loading(((Unit.KG, rack),))


def test_pairs_are_one_number_or_left_out(tmp_path: Path) -> None:
    rack = Rack(D(20), ((D(20), PAIRS),))
    assert loading(tmp_path, 'bar = "20 kg"\nplates = "20 kg"') == Loading(((Unit.KG, rack),))


def test_a_stack_by_its_steps_or_as_a_list(tmp_path: Path) -> None:
    stack = Loading(((Unit.KG, Rack(stack=(D(5), D(10), D(15)))),))
    lines = 'stack = { from = "5 kg", to = "15 kg", step = "5 kg" }'
    assert loading(tmp_path, lines) == stack
    assert loading(tmp_path, 'stack = ["5 kg", "10 kg", "15 kg"]') == stack


def test_steps_and_the_own_weight(tmp_path: Path) -> None:
    assert loading(tmp_path, 'step = "2 kg"') == Loading(((Unit.KG, Rack(step=D(2))),))
    assert loading(tmp_path, "body = true") == Loading(body=True)
    assert loading(tmp_path, "") is None


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ('bar = "20 kg"\nsled = "47 kg"', 'write "bar" or "sled", not both'),
        ('bar = ["20 kg", "15 kg"]', '"bar" is one weight, or one for each unit, kg and lb'),
        ('plates = "20 kg"', 'the plates in kg need a "bar" or a "sled" in kg, too'),
        ('bar = "20 kg"\nplates = "45 lb"', 'the plates in lb need a "bar" or a "sled" in lb, too'),
        ('bar = "20 kg"\nplates = "20 kg"\nstep = "5 kg"', 'write "plates" or "step", not both'),
        ('bar = "20 kg"\nstack = ["5 kg"]', "a stack has no bar and no sled"),
        ('bar = "20 kg"\npairs = 3', '"pairs" tells how many plates there are'),
        ('bar = "20 kg"\nplates = ["20 kg", "20 kg"]', "a plate is there twice"),
        ('bar = "20 kg"\nplates = ["1.33 kg"]', "plates are multiples of 0.05 kg; 1.33 is not"),
        ('bar = "20 kg"\nplates = ["20 kg", "10 kg"]\npairs = [1, 2, 3]', "one for each of the 2"),
        ('stack = ["10 kg", "5 kg"]', "the weights of a stack go up, lightest first"),
        ('stack = ["10 kg", "15 lb"]', "the weights of a stack are in one unit, kg or lb"),
        ('stack = "10 kg"', "expected a list of weights, or { from"),
        ('stack = { from = "5 kg", to = "100 lb", step = "5 kg" }', "in one unit, kg or lb"),
        ('stack = { from = "5 kg", to = "1 kg", step = "5 kg" }', "a stack has 1 to 100 weights"),
        ('bar = "20 stone"', 'expected a weight, like "80 kg"'),
        ("pairs = 0", "expected a whole number from 1 to 12; this is the number 0"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    tmp_path: Path, lines: str, wanted: str
) -> None:
    with pytest.raises(ConfigError) as error:
        loading(tmp_path, lines)
    (fault,) = error.value.faults
    assert str(fault).startswith(f"{SCRIPT}:")
    assert " weights" in str(fault)
    assert wanted in str(fault)


def test_the_rule_of_a_warm_up(tmp_path: Path) -> None:
    assert load().settings.warm_up.rule() == WarmUp()
    settings = tmp_path / "voicecoach.toml"
    settings.write_text("[warm_up]\nsteps = [[50, 8]]\nrest = 30\n")
    assert load(folder=tmp_path).settings.warm_up.rule() == WarmUp(((50, 8),), samples(30))
    for steps in ("[]", "[[50]]", "[[50, 8], [40, 3]]", "[[true, 3]]", "[[100, 3]]", "5"):
        settings.write_text(f"[warm_up]\nsteps = {steps}\n")
        with pytest.raises(ConfigError, match=r"voicecoach.toml:2 warm_up.steps: expected pairs"):
            load(folder=tmp_path)
