"""Typing mistakes in a TOML file: reported in plain words, on the right line, all at once."""

# The expected messages stand here as they are printed, each on a line of its own.
# ruff: noqa: E501

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voicecoach.config import ConfigError, layers
from voicecoach.config.document import Document
from voicecoach.config.slips import slips


def told(text: str) -> list[str]:
    return [f"{line}: {message}" for line, message in slips(text)]


SLIPS = [
    # quotes
    (
        'name = "Row\nreps = 1\n',
        '1: a quote that is opened here is not closed on the same line; write: name = "Row"',
    ),
    (
        'say = ["a", "b]  # two\nreps = 1\n',
        '1: a quote that is opened here is not closed on the same line; write: say = ["a", "b"]',
    ),
    ("name = “Row”\n", '1: these quotes are curly, not straight; write: name = "Row"'),
    ("say = „Halt.“\n", '1: these quotes are curly, not straight; write: say = "Halt."'),
    ("say = «Alto.»\n", '1: these quotes are curly, not straight; write: say = "Alto."'),
    (
        'say = "Say "ready" now."\n',
        r'1: a " inside a text needs a \ before it; write: say = "Say \"ready\" now."',
    ),
    ("say = 'don't'\n", '1: a " inside a text needs a \\ before it; write: say = "don\'t"'),
    ("name = Leg press\n", '1: a text goes in "quotes"; write: name = "Leg press"'),
    ("tempo = 3-1-2-1 # slow\n", '1: a text goes in "quotes"; write: tempo = "3-1-2-1"'),
    ("day = 2024-13-45\n", '1: a text goes in "quotes"; write: day = "2024-13-45"'),
    ("called = [split squat, lunge]\n", '1: a text goes in "quotes"; write: called = ["split squat", "lunge"]'),
    ('models = "C:\\Users"\n', '1: a \\ in a text is written twice; write: models = "C:\\\\Users"'),
    (
        'x = 1\nsay = """a\nb\nc = 2\n',
        '2: the text that """ opens here is never closed; end it with """ again',
    ),
    # A Cyrillic letter was to go in quotes, and then no such key was known.
    ("r\u0435ps = 10\n", '1: a key is one word in plain letters, or goes in "quotes"; write: reps = 10'),
    # words and numbers
    ("count = True\n", "1: expected true or false, in small letters; write: count = true"),
    ("duck = no\n", "1: expected true or false, in small letters; write: duck = false"),
    ("rest = 1,5\n", "1: decimals use a point; write: rest = 1.5"),
    ("rest = .5\n", "1: a number is written like 5, 0.5 or 12.25; write: rest = 0.5"),
    ("rest = 5.\n", "1: a number is written like 5, 0.5 or 12.25; write: rest = 5"),
    ("rest = 05\n", "1: a number is written like 5, 0.5 or 12.25; write: rest = 5"),
    ("rest = 90s\n", "1: a number goes without its unit; write: rest = 90"),
    ("rest = 90 seconds\n", "1: a number goes without its unit; write: rest = 90"),
    ("weight = 80 kg\n", '1: a weight is a text and goes in "quotes"; write: weight = "80 kg"'),
    ('add = [5 kg, "10 lb"]\n', '1: a weight is a text and goes in "quotes"; write: add = ["5 kg", "10 lb"]'),
    # signs
    ('name "Row"\n', '1: a = goes between a key and its value; write: name = "Row"'),
    ('name: "Row"\n', '1: a key is followed by a =; write: name = "Row"'),
    ("reps = 10;\n", "1: a line ends with its value, with nothing after it; write: reps = 10"),
    ("reps = 10,\n", "1: a line ends with its value, with nothing after it; write: reps = 10"),
    ("// legs\nreps = 1\n", "1: a comment begins with #; write: # legs"),
    ("reps = 8 // eight\n", "1: a comment begins with #; write: reps = 8 # eight"),
    ("name =\n", "1: there is no value after the =; write one, or take the line out"),
    ("half way from = 6\n", '1: a key is one word in plain letters, or goes in "quotes"; write: half_way_from = 6'),
    ("größe = 1\n", '1: a key is one word in plain letters, or goes in "quotes"; write: "größe" = 1'),
    ("a = 1 b = 2\n", "1: each key goes on a line of its own"),
    ("reps\u00a0=\u00a01\n", "1: a sign here only looks like a space, a comma or the like; write: reps = 1"),
    ("reps ＝ 1\n", "1: a sign here only looks like a space, a comma or the like; write: reps = 1"),
    ('say = "x\x07"\n', '1: an invisible control character is in this line; write: say = "x"'),
    ("\x00\x00\n", "1: an invisible control character is in this line, and nothing else; take it out"),
    # brackets
    ("[cue\nx = 1\n", "1: the brackets of this header don't match; write: [cue]"),
    ("[[cue]\nx = 1\n", "1: the brackets of this header don't match; write: [[cue]]"),
    ("[openers lower]\nx = 1\n", "1: the brackets of this header don't match; write: [openers.lower]"),
    (
        "[cue]\nx = 1\n[cue]\nx = 2\n[cue]\nx = 3\n",
        "3: [cue] is in line 1 already; where there may be several, head each with two brackets, [[cue]]; else put them together",
    ),
    ("[[cue]]\nx = 1\n[cue]\nx = 2\n", "3: where there are several, each is headed with two brackets: [[cue]]"),
    ("[cue]\nx = 1\n[[cue]]\nx = 2\n", "1: where there are several, each is headed with two brackets: [[cue]]"),
    ('say = ["a", "b"\nx = 1\n', '1: the list that "[" opens here is never closed; end it with "]"'),
    ('x = 1\nsay = [\n "a",\n "b",\n', '2: the list that "[" opens here is never closed; end it with "]"'),
    ('say = [\n "a" # one\n "b",\n]\n', "2: a comma is missing after this value"),
    ('say = ["a" "b"]\n', '1: commas go between the values of a list; write: say = ["a", "b"]'),
    ('say = ("a", "b")\n', '1: a list goes in [square brackets]; write: say = ["a", "b"]'),
    ("a = { b = 1,\n c = 2 }\n", "1: a table in braces goes on one line; or head it with its name in [brackets]"),
    ("a = { b = 1, }\n", "1: no comma goes after the last value in braces; write: a = { b = 1 }"),
    # twice
    ("a = 1\nb = 2\na = 3\n", '3: "a" is here a second time, the first is in line 1; take one of them out'),
    (
        "[[cue]]\nid = 1\n[[cue]]\nid = 2\nid = 3\n",
        '5: "id" is here a second time, the first is in line 4; take one of them out',
    ),
    ('lower = "x"\n[lower]\na = 1\n', "2: there is no room for [lower]: lower has a value already"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SLIPS)
def test_a_slip_is_told_on_its_line_with_what_would_be_right(text: str, expected: str) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(("text", "expected"), SLIPS)
def test_so_it_is_with_the_line_ends_of_windows(text: str, expected: str) -> None:
    assert told(text.replace("\n", "\r\n")) == [expected]


def test_all_slips_of_a_file_are_told_at_once() -> None:
    text = "\n".join(
        [
            "name = “Row”",
            "rest = 1,5",
            "[[cue]",
            'id = "a',
            "count = True",
            'say = ["x", "y"',
            "[lines]",
            "gate: 1",
        ]
    )
    assert [line for line, _ in slips(text)] == [1, 2, 3, 4, 5, 6, 8]


# --- any line of the shipped files ---------------------------------------------------------------

SPOILT: dict[str, Callable[[str], str]] = {
    "no closing quote": lambda line: re.sub(r'"(?=[^"]*$)', "", line, count=1),
    "curly quotes": lambda line: re.sub(r'"([^"]*)"', r"“\1”", line),
    "no quotes": lambda line: line.replace('"', ""),
    "a colon": lambda line: line.replace(" =", ":", 1),
    "no equals sign": lambda line: line.replace(" = ", " ", 1),
    "a semicolon": lambda line: line + ";",
    "a space that is none": lambda line: line.replace(" = ", "\u00a0= ", 1),
}
PLAIN = re.compile(r'[a-z_]+ = "(?![\d.]+")[^"#\\]*[^"#\\\W]\.?"')
"""A line with one text. A number would still be TOML without its quotes."""
LINES = [
    (file, n)
    for file in sorted(layers.shipped().rglob("*.toml"))
    for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    if PLAIN.fullmatch(line)
]


@pytest.mark.parametrize("spoil", SPOILT)
@settings(max_examples=60, deadline=None)
@given(place=st.sampled_from(LINES))
def test_a_spoilt_line_of_a_shipped_file_is_told_alone_and_in_its_place(
    spoil: str, place: tuple[Path, int]
) -> None:
    file, n = place
    lines = file.read_text(encoding="utf-8").splitlines()
    spoilt = SPOILT[spoil](lines[n - 1])
    text = "\n".join([*lines[: n - 1], spoilt, *lines[n:]])
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    ((line, message),) = slips(text)
    assert line == n
    assert "is not TOML" not in message


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.sampled_from("ab1=.,;:[]{}\"'#\\\n \u00a0“”\r\t-+_\x01\x85\x9b\u2028\u202e\u038b"),
        max_size=80,
    )
)
@example("# a\x01b\x9bc\n")
@example("a = 1\n[a\x01\x9b]\n")
def test_any_text_is_toml_or_has_slips(text: str) -> None:
    try:
        tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        found = slips(text)
        assert found
        for line, message in found:
            assert 1 <= line <= text.count("\n") + 1
            assert message.isprintable()
    else:
        assert not slips(text)


# --- files that are no text ------------------------------------------------------------------

PLAIN_TEXT = "save the file as plain text, with the encoding UTF-8"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("reps = 1\n".encode("utf-16"), f"x.toml: this is text in UTF-16; {PLAIN_TEXT}"),
        (
            b"{\\rtf1\\ansi reps = 1}",
            f"x.toml: this is a document of a word processor (RTF); {PLAIN_TEXT}",
        ),
        (
            b'a = 1\nname = "R\xf6w"\n',
            "x.toml:2: this is not UTF-8 text; save the file with the encoding UTF-8",
        ),
    ],
)
def test_a_file_that_an_editor_wrote_in_another_way(
    tmp_path: Path, raw: bytes, expected: str
) -> None:
    (tmp_path / "x.toml").write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        Document.read(tmp_path, "x.toml")
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    "raw", ["\ufeffa = 1\nb\t=\t2\n".encode(), b"a = 1\rb = 2\r", b"a = 1\r\nb = 2"]
)
def test_what_harms_nobody_is_read(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "x.toml").write_bytes(raw)
    assert Document.read(tmp_path, "x.toml").data == {"a": 1, "b": 2}
