"""The schemas that editors read: made from the models, true to them, and of use."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support.cli_runner import Run, mistake
from voicecoach.config import layers, schema

ROOT = layers.shipped()
FILES = sorted(ROOT.rglob("*.toml"))


def kind_of(file: Path) -> str:
    match file.relative_to(ROOT).parts:
        case ("voicecoach.toml",):
            return "voicecoach"
        case ("programs", _):
            return "program"
        case ("workouts", _):
            return "workout"
        case ("languages", _, "exercises", _):
            return "translation"
        case ("languages", _, name):
            return name.removesuffix(".toml")
        case _:
            return "exercise"


def name(file: Path) -> str:
    return "/".join(file.relative_to(ROOT).parts)


@cache
def validator(kind: str) -> Any:
    return jsonschema.Draft202012Validator(schema.schema(kind))


def wrong(file: Path, text: str) -> list[str]:
    return [error.message for error in validator(kind_of(file)).iter_errors(tomllib.loads(text))]


@pytest.mark.parametrize("kind", schema.KINDS)
def test_it_is_a_schema_and_the_one_that_is_shipped(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema(kind))
    file = ROOT / "schemas" / f"{kind}.json"
    assert file.read_text(encoding="utf-8") == schema.text(kind), (
        "run: voicecoach schema --into config"
    )


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_shipped_file_is_right_by_its_schema_and_says_where_it_is(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert wrong(file, text) == []
    first, _, _ = text.partition("\n")
    directive, _, where = first.partition(" ")
    assert directive == "#:schema"
    assert (file.parent / where).resolve() == ROOT / "schemas" / f"{kind_of(file)}.json"


LEG, COMMANDS, MESSAGES = (
    ROOT / "exercises" / "leg-press.toml",
    ROOT / "languages" / "en" / "commands.toml",
    ROOT / "languages" / "en" / "messages.toml",
)
SETTINGS, WORKOUT = ROOT / "voicecoach.toml", ROOT / "workouts" / "leg-press.toml"

PLANTED = {
    "a key that does not exist": (LEG, "every = 2", "evry = 2"),
    "a key left out": (LEG, 'secured_by = "catches"', ""),
    "a text for a number": (LEG, "reps = 12 ", 'reps = "many" '),
    "half a rep": (LEG, "reps = 12 ", "reps = 12.5 "),
    "no reps": (LEG, "reps = 12 ", "reps = 0 "),
    "a rest of an hour": (LEG, "rest = 90", "rest = 3600"),
    "a tempo of three numbers": (LEG, '"3-1-2-1"', '"3-1-2"'),
    "a phase that does not exist": (LEG, 'first = "lower"', 'first = "down"'),
    "a class that does not exist": (LEG, 'class = "encouragement"', 'class = "praise"'),
    "an empty text": (LEG, '"Hold."', '""'),
    "an empty list": (LEG, '["Soft knees.", "Knees bent."]', "[]"),
    "yes for true": (LEG, "count = true", 'count = "yes"'),
    "a step without its unit": (LEG, '["5 kg", "10 lb"]', '["5"]'),
    "three reps of a progression": (LEG, "[8, 12]", "[8, 10, 12]"),
    "a line that does not exist": (LEG, "\ngate = ", "\ngaet = "),
    "a variation without words": (LEG, 'narrow = "Feet', 'narrow = 3 # "Feet'),
    "a command that must be there": (
        COMMANDS,
        'stop = ["stop [(now|it)]", "stop stop [stop]", "stop the set"]',
        "stop = []",
    ),
    "a range without an end": (COMMANDS, "more = { from = 1, to = 5 }", "more = { from = 1 }"),
    "a number for a line": (MESSAGES, 'last_rep = "Last rep."', "last_rep = 7"),
    "a line of safety silenced": (MESSAGES, 'prove_stop = "First', 'prove_stop = "" # "First'),
    "a voice that does not exist": (SETTINGS, 'engine = "auto"\nrate', 'engine = "siri"\nrate'),
    "a pace beyond what can be followed": (SETTINGS, "rate = 190", "rate = 900"),
    "a kind of set that does not exist": (WORKOUT, '"warm-up"', '"warmup"'),
    "hundreds of sets": (WORKOUT, "times = 3", "times = 300"),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_mistake_is_wrong_by_the_schema(kind: str) -> None:
    file, old, new = PLANTED[kind]
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    assert wrong(file, text.replace(old, new))


def test_what_may_be_left_out_is_not_wanted() -> None:
    """A file of settings or messages is laid over the shipped one, key by key."""
    assert not list(validator("voicecoach").iter_errors({"voice": {"rate": 150}}))
    assert not list(validator("messages").iter_errors({"lines": {"quiet_on": ""}}))
    assert not list(validator("translation").iter_errors({}))


def properties(made: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key of a schema, with its description."""
    if isinstance(made, dict):
        for key, value in made.get("properties", {}).items():
            yield f"{at}.{key}", value
        for key, value in made.items():
            yield from properties(value, f"{at}.{key}" if at.endswith("$defs") else f"{at}/{key}")
    elif isinstance(made, list):
        for each in made:
            yield from properties(each, at)


@pytest.mark.parametrize("kind", ["exercise", "workout", "voicecoach", "commands"])
def test_every_key_is_explained(kind: str) -> None:
    made = schema.schema(kind)
    tables = made.get("$defs", {})
    for where, told in properties(made):
        if "Words" in where:
            continue  # four phases, as everywhere
        table = tables.get(told.get("$ref", "").rpartition("/")[2], {})
        assert "description" in told or "description" in table, where


def test_seconds_are_told_as_seconds() -> None:
    """The program keeps them in samples."""
    rest = schema.schema("exercise")["properties"]["rest"]
    assert (rest["default"], rest["maximum"]) == (90.0, 1800)
    assert "x-seconds" not in schema.text("exercise")


def test_the_command_shows_one_and_keeps_all(run: Run, tmp_path: Path) -> None:
    code, out, err = run("schema", "workout")
    assert (code, err) == (0, "")
    assert json.loads(out) == schema.schema("workout")
    code, out, _ = run("schema", "--into", tmp_path)
    assert (code, out) == (0, f"{tmp_path / 'schemas'}\n")
    assert {file.stem for file in (tmp_path / "schemas").iterdir()} == set(schema.KINDS)
    assert mistake(*run("schema", "recipe")).startswith('unknown kind of file "recipe"; ')
