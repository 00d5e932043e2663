"""The line of each key, checked against what `tomllib` finds in the same text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.config import layers
from voicecoach.config.toml_lines import Path, key_lines


def paths(value: object, here: Path = ()) -> Iterator[Path]:
    """The path of every key, table and list element in a parsed document."""
    inside: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    for part, child in inside:
        yield (*here, part)
        yield from paths(child, (*here, part))


def lines_of(text: str) -> dict[Path, int]:
    found = dict(key_lines(text))
    assert set(found) == set(paths(tomllib.loads(text)))
    return found


@pytest.mark.parametrize("file", sorted(layers.shipped().rglob("*.toml")), ids=lambda f: f.name)
def test_finds_every_key_of_the_shipped_files(file: Any) -> None:
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    for path, line in lines_of(text).items():
        if isinstance(path[-1], str):
            assert path[-1] in lines[line - 1]


TRICKY = '''\
# a comment = "no key"
"quoted key" = 1
'literal.key' = 2        # [not.a.table]
a.b.c = """
two
lines # no comment
"""
a . "d" = 'single [ quotes'
"esc\\"aped\\u0041" = """ends in a quote\\""""
[table]
list = [ 1, "]", # no end ]
  [2, 3],
  { x = 1, y.z = "}" },
]
date = 1979-05-27 07:32:00
[table.inner."dotted.name"]
empty = []
[[many]]
n = 1
[many.sub]
k = true
[[many]]
n = 2
[[many.sub]]
k = false
[[many.sub]]
k = { }
'''


def test_knows_strings_comments_inline_tables_and_lists_of_tables() -> None:
    lines = lines_of(TRICKY)
    for path, line in {
        ("quoted key",): 2,
        ("literal.key",): 3,
        ("a", "b", "c"): 4,
        ("a", "d"): 8,
        ('esc"apedA',): 9,
        ("table",): 10,
        ("table", "list", 1): 11,
        ("table", "list", 2, 1): 12,
        ("table", "list", 3, "y", "z"): 13,
        ("table", "date"): 15,
        ("table", "inner", "dotted.name", "empty"): 17,
        ("many", 0, "sub", "k"): 21,
        ("many", 1): 22,
        ("many", 1, "sub", 1): 26,
        ("many", 1, "sub", 1, "k"): 27,
    }.items():
        assert lines[path] == line, path


def test_windows_line_ends_count_as_one_line() -> None:
    assert key_lines("a = 1\r\n\r\nb = 2\r\n") == {("a",): 1, ("b",): 3}


def test_four_and_five_quotes_close_a_long_string() -> None:
    assert lines_of('a = """x""""\nb = """y"""""\nc = \'\'\'z\'\'\'\'\nd = 1') == {
        ("a",): 1,
        ("b",): 2,
        ("c",): 3,
        ("d",): 4,
    }


# --- any document ----------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b-1", '"quo ted"', "'lit.eral'", '"h#sh"', '"\\u00e9\\n"'])
SCALARS = st.sampled_from(
    ["1", "-0.5", "true", "1979-05-27 07:32:00", '"text"', "'''x\n#y\n'''", '"""a\\"""b\n"""']
)
SPACE = st.sampled_from(["", " ", "\n", " # [c] = {\n", "\n\n"])


def values() -> st.SearchStrategy[str]:
    def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        lists = st.tuples(st.lists(inner, max_size=3), SPACE, SPACE).map(
            lambda made: "[" + made[1] + (made[2] + "," + made[1]).join(made[0]) + made[2] + "]"
        )
        tables = st.dictionaries(NAMES, inner, max_size=3).map(
            lambda made: "{ " + ", ".join(f"{k} = {v}" for k, v in made.items()) + " }"
        )
        return lists | tables

    return st.recursive(SCALARS, deeper, max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Tables and lists of tables, with their pairs, in any order; some are invalid."""
    text = ""
    for header in draw(
        st.lists(st.sampled_from(["", "[t]", "[t.u]", "[[l]]", "[[l.m]]", "[l.n]"]))
    ):
        text += header + draw(st.sampled_from(["\n", " # note\n"]))
        for name, value in draw(st.dictionaries(NAMES, values(), max_size=3)).items():
            dotted = draw(st.sampled_from(["", "x.", "x . y."]))
            text += f"{dotted}{name} = {value}{draw(st.sampled_from(['', ' # note']))}\n"
    return text


@settings(max_examples=60, deadline=None)
@given(documents())
def test_finds_just_the_keys_that_the_parser_finds(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for path, line in lines_of(text).items():
        if isinstance(path[-1], str) and path[-1].isalnum():
            assert path[-1] in text.splitlines()[line - 1]
