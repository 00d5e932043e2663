"""Any value at any key of any file gives a list of faults, soon, in short lines.

The files are made as text, to include what a parser can't handle: numbers of thousands of digits,
thousands of brackets.
"""

from __future__ import annotations

import contextlib
import json
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voicecoach import config
from voicecoach.config import ConfigError, layers, schema
from voicecoach.config.bounds import MOST_BYTES
from voicecoach.config.document import Document
from voicecoach.config.plain import validated

FILES = {
    "exercise": "exercises/leg-press.toml",
    "workout": "workouts/leg-press.toml",
    "program": "programs/wave.toml",
    "commands": "languages/en/commands.toml",
    "messages": "languages/en/messages.toml",
    "translation": "languages/de/exercises/leg-press.toml",
    "voicecoach": "voicecoach.toml",
}
"""One shipped file of each kind."""

Keys = tuple[str | int, ...]


@cache
def keys(kind: str) -> list[Keys]:
    """Where a file of this kind may have a value, by its schema. Lists have a first element."""
    whole = schema.schema(kind)

    def inside(node: dict[str, Any], at: Keys) -> Iterator[Keys]:
        if len(at) > 5:
            return
        if "$ref" in node:
            node = whole["$defs"][node["$ref"].rsplit("/", 1)[1]]
        for name, child in node.get("properties", {}).items():
            yield (*at, name)
            yield from inside(child, (*at, name))
        for form in node.get("anyOf", []):
            yield from inside(form, at)
        if isinstance(items := node.get("items"), dict):
            yield (*at, 0)
            yield from inside(items, (*at, 0))
        if isinstance(values := node.get("additionalProperties"), dict):
            yield (*at, "some name")
            yield from inside(values, (*at, "some name"))

    return list(dict.fromkeys(inside(whole, ())))


class Raw(str):
    """A value as it is written in the file."""


HUGE = [
    *(Raw(sign + "9" * digits) for sign in ("", "-") for digits in (19, 24, 400, 5000, 100_000)),
    *map(Raw, ("1e400", "-1e400", "1e-400", "inf", "-inf", "nan", "0.1" + "0" * 5000 + "1")),
    *map(Raw, ("0x" + "f" * 5000, "0b" + "1" * 20_000, "1_0" * 2000, "1e" + "9" * 5000)),
    *(Raw("[" * deep + "1" + "]" * deep) for deep in (13, 200, 20_000)),
    *(Raw("{ a = " * deep + "1" + " }" * deep) for deep in (13, 200, 5_000)),
    Raw("{ " + "a." * 20_000 + "a = 1 }"),
    Raw("1979-05-27T07:32:00.999999+23:59"),
]
TEXTS = [
    "x" * 100_000,
    "word " * 20_000,
    "(" * 400 + "a" + ")" * 400,
    "[a] " * 240,
    "(a|b|c|d)" * 110,
    "(" + ";".join("abcdefghijklmnopqrstuvwxyz" * 10) + ")",
    "{kilos} {kilos} {pounds}",
    "{reps} " * 140,
    "\u001b[2J\u0007",
    "a\nb",
    "9" * 900 + " kg",
    "9-9-9-9",
    "99999999999-1-1-1",
    "{n:>999999999}",
    "{n!r:{n}}",
    "\u202e\u2066\U0001f3cb",
]
VALUES = st.one_of(
    st.sampled_from(HUGE),
    st.sampled_from(TEXTS),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(),
    st.sampled_from([["a"] * 20_000, [[1] * 5] * 3000, list(range(10_000)), [], [""]]),
    st.sampled_from([{}, {f"k{n}": "a" for n in range(10_000)}, {"x" * 5000: 1}]),
    st.fixed_dictionaries(
        {
            "from": st.sampled_from([0, 0.5, -1, 9999, Raw("nan")]),
            "to": st.sampled_from([1, 9999, 10**12, Raw("inf")]),
        },
        optional={"step": st.sampled_from([0.5, 1, 0, Raw("1e-9"), 10**9])},
    ),
    st.lists(st.sampled_from([*HUGE, *TEXTS, 1, True]), max_size=3),
)


def written(value: Any) -> str:
    """A value in TOML, on one line."""
    match value:
        case Raw():
            return str(value)
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case float():
            return repr(value)
        case str():
            return json.dumps(value).replace("\x7f", "\\u007f")
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{written(k)} = {written(v)}" for k, v in value.items()) + "}"
    raise TypeError(value)


def laid(data: Any, at: Keys, value: Any) -> Any:
    """`data` with `value` at a place, which is made if it is missing."""
    if not at:
        return value
    key, *rest = at
    if isinstance(key, int):
        elements = data if isinstance(data, list) else []
        return [laid(elements[0] if elements else {}, tuple(rest), value), *elements[1:]]
    table = data if isinstance(data, dict) else {}
    return {**table, key: laid(table.get(key), tuple(rest), value)}


PLAIN = {kind: Document.read(layers.shipped(), name).data for kind, name in FILES.items()}

SECONDS = 15.0
"""Processor time for all files of a configuration. Most of it is for the shipped ones."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


def faults(folder: Path, kind: str, text: str) -> list[config.Fault]:
    """The faults reported for a file of this kind, read as the coach reads it."""
    file = folder / FILES[kind]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    try:
        config.load("de" if kind == "translation" else "en", "leg-press", folder)
        return [*config.workout_faults(folder), *config.program_faults(folder)]
    except ConfigError as error:
        return list(error.faults)
    finally:
        file.unlink()


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, own: Path) -> None:
    monkeypatch.setattr(layers, "users", lambda: own / "nobody")


def told_soon(folder: Path, kind: str, text: str) -> list[config.Fault]:
    before = time.process_time()
    found = faults(folder, kind, text)
    assert time.process_time() - before < SECONDS
    for fault in found:
        assert str(fault).isprintable()
        assert len(str(fault)) < 2500
    assert len(found) < 200
    return found


@pytest.mark.parametrize("kind", FILES)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_huge_and_odd_values_at_any_key_are_read_or_refused(
    own: Path, kind: str, data: st.DataObject
) -> None:
    values: Any = PLAIN[kind]
    for _ in range(data.draw(st.integers(1, 2))):
        values = laid(values, data.draw(st.sampled_from(keys(kind))), data.draw(VALUES))
    lines = [f"{written(key)} = {written(value)}" for key, value in values.items()]
    told_soon(own, kind, "\n".join(lines) + "\n")


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("value", ["(" * 3000 + "a" + ")" * 3000, Raw("9" * 24), ["a"] * 600])
def test_each_key_refuses_what_no_person_writes(own: Path, kind: str, value: Any) -> None:
    # A value is read the same at any key, and reading it takes most of the time.
    (own / "x.toml").write_text(f"x = {written(value)}\n")
    read = Document.read(own, "x.toml")
    for at in keys(kind):
        lines = dict.fromkeys((at[:n] for n in range(1, len(at) + 1)), 1)
        origins = (replace(read.origins[0], lines=lines),)
        document = Document(laid({}, at, read.data["x"]), origins)
        with pytest.raises(ConfigError) as caught:
            validated(schema.KINDS[kind], document)
        named = ".".join(part for part in at if isinstance(part, str))
        # Other faults of the file are reported too.
        assert any(
            named.startswith(fault.key.rstrip(".")) and fault.key for fault in caught.value.faults
        )
        assert all(str(fault).isprintable() for fault in caught.value.faults)


HOSTILE = {
    "too large": "# " + "x" * MOST_BYTES,
    "a million keys": "".join(f"k{n} = 1\n" for n in range(1_000_000)),
    "50 MB of text": 'name = "' + "x" * 50_000_000 + '"\n',
    "dotted": "a." * 100_000 + "a = 1",
    "quotes that are escaped": 'x = "' + '\\"' * 100_000,
    "long texts that are escaped": 'x = """' + '\\"""' * 60_000,
    "one quote after the other": "x = " + "'" * 200_001,
    "open brackets": "x = " + "[\n" * 100_000,
    "many headers": "[[cue]]\n" * 30_000,
    "many tables": "".join(f"[t{n}]\n" for n in range(25_000)),
    "a table many times": "[lines]\n" * 25_000,
    "a key many times": "reps = 1\n" * 25_000,
    "many unknown keys": "".join(f"k{n} = 1\n" for n in range(20_000)),
    "many pairs on a line": "a = 1 " * 40_000,
    "commas": "x = 1" + "," * 200_000,
    "spaces": "x" + " " * 200_000 + "1",
    "many slips": "name = Row\n" * 20_000,
    "many exercises": '[[exercise]]\nexercise = "a"\n' * 9000,
    "nothing but nought": "\0" * 200_000,
}


@pytest.mark.parametrize("kind", ["exercise", "commands"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_soon_and_in_little_memory(
    own: Path, kind: str, name: str
) -> None:
    assert told_soon(own, kind, HOSTILE[name])


def test_reading_takes_little_memory(own: Path) -> None:
    for text in (HOSTILE["many unknown keys"], HOSTILE["many headers"], HOSTILE["dotted"]):
        tracemalloc.start()
        (own / "x.toml").write_text(text, encoding="utf-8")
        with contextlib.suppress(ConfigError):
            Document.read(own, "x.toml")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 200e6
