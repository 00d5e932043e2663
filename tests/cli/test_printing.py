"""What is printed: in any locale, without control codes for a terminal, and without the messages of
C libraries.
"""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.log_records import MORNING, kilos
from voicecoach.cli.printing import harmless
from voicecoach.core.workout import SetKind
from voicecoach.history.log import Log
from voicecoach.history.logged import LoggedSet, LoggedWorkout

ROOT = Path(__file__).parents[2]

_WRITES = """
import os, sys
from voicecoach.cli.printing import libraries_silenced, say
with libraries_silenced():
    os.write(2, b"from a library\\n")
    say("from the coach")
os.write(2, b"afterwards\\n")
print("and Python", file=sys.stderr)
"""


_READER_GONE = """
import os, sys
from voicecoach.cli.printing import print_out, unless_gone
read, write = os.pipe()
os.dup2(write, 1)
os.close(read)
for _ in range(2):
    unless_gone(lambda: print_out("a line"))
sys.stderr.write("the set goes on")
sys.stderr.flush()
os._exit(0)
"""


def test_a_pipe_that_nobody_reads_any_more_ends_no_set() -> None:
    run = subprocess.run([sys.executable, "-c", _READER_GONE], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "the set goes on")


def test_a_pipe_that_nobody_reads_any_more_ends_another_command_without_a_word() -> None:
    command = [sys.executable, "-m", "voicecoach", "models", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == 1


def test_libraries_are_silenced_and_the_coach_is_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WRITES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines() == ["from the coach", "afterwards", "and Python"]


# --- what commands a terminal ----------------------------------------------------------------


@given(st.text())
def test_nothing_is_printed_that_commands_a_terminal(text: str) -> None:
    shown = harmless(text)
    kinds = {unicodedata.category(letter) for letter in shown if letter not in "\n\t"}
    assert "Cc" not in kinds
    assert not {"\u202e", "\u2066", "\u2028"} & set(shown)
    # Nothing else is taken away.
    plain = "".join(letter for letter in text if unicodedata.category(letter)[0] in "LNPSM")
    assert all(letter in shown for letter in plain)


EVIL = "\x1b[2J\x1b]0;pwned\x07\x9b31m\u202eé한\x7f"

EVERY = [
    ["log"],
    ["log", "--json"],
    ["export", "--format", "json"],
    ["export", "--format", "strong"],
    ["log", "--exercise", EVIL],
    ["simulate", f"{EVIL}.wav"],
    ["models", EVIL],
    ["log", f"--{EVIL}"],
    ["check", "--no-measure", "{folder}/exercises/evil.toml"],
    ["check", "--no-measure", "--json", "{folder}/exercises/evil.toml"],
    ["import", "{folder}/evil.csv", "--dry-run", "--unit", "kg"],
    ["import", "{folder}/wrong.csv", "--unit", "kg"],
    ["preview", EVIL, "--config", "{folder}"],
]
"""Commands that print what is in a file, or what they were given."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of somebody malicious, or of a program that wrote nonsense."""
    evil = LoggedSet(EVIL, MORNING, 5, kilos(80), SetKind.WORK, comment=EVIL, notes=(EVIL,))
    with Log(tmp_path / "log.sqlite", create=True) as log:
        log.add([LoggedWorkout(MORNING, (evil,), name=EVIL, comment=EVIL)])
    (tmp_path / "exercises").mkdir()
    script = (ROOT / "config/exercises/leg-press.toml").read_text()
    (tmp_path / "exercises" / "evil.toml").write_text(
        script.replace('name = "Leg press"', 'name = "\\u001b[2Jé한"', 1)
        + '[[cue]]\nid = "\\u001b[2J"\nphase = "top"\nsay = "\\u009b31m"\n"evry\\u001b" = 2\n'
    )
    heads = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,RPE,Notes\n"
    row = f'2024-01-02 10:00:00,{EVIL},1h,{EVIL},1,80,5,8,"{EVIL}"\n'
    (tmp_path / "evil.csv").write_text(heads + row)
    (tmp_path / "wrong.csv").write_text(heads + row.replace(",80,", f",{EVIL},"))
    return tmp_path


_ALL = """
import json, sys
from voicecoach.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv = ["voicecoach", *words]
    try:
        main()
    except SystemExit as ended:
        sys.stdout.flush()
        print("ended:", ended.code, flush=True)
"""


def on_a_terminal(
    commands: list[list[str]], folder: Path, environment: Mapping[str, str]
) -> list[bytes]:
    """What each command writes on a terminal, both streams; `folder` holds the log."""
    ours, its = pty.openpty()
    logs = ["--log", str(folder / "log.sqlite")]
    words = [
        [
            *(word.replace("{folder}", str(folder)) for word in command),
            *(logs if command[0] in ("log", "export", "import") else ()),
        ]
        for command in commands
    ]
    with subprocess.Popen(
        [sys.executable, "-c", _ALL, json.dumps(words)],
        stdin=subprocess.DEVNULL,
        stdout=its,
        stderr=its,
        cwd=ROOT,
        env={**os.environ, "TERM": "dumb", "XDG_DATA_HOME": str(folder), **environment},
    ):
        os.close(its)
        written = b""
        while True:
            try:
                written += os.read(ours, 65536)
            except OSError:
                break
    os.close(ours)
    *each, rest = re.split(rb"ended: \d+\r\n", written)
    assert not rest, written.decode(errors="replace")
    assert len(each) == len(commands)
    for text in each:
        assert b"Traceback" not in text, text.decode(errors="replace")
        assert b"own fault" not in text, text.decode(errors="replace")
    return each


def test_no_command_lets_a_file_command_the_terminal(folder: Path) -> None:
    for words, written in zip(EVERY, on_a_terminal(EVERY, folder, {}), strict=True):
        text = written.decode()
        kinds = {each for each in text if unicodedata.category(each) == "Cc"}
        assert kinds <= {*"\r\n\t"}, (words, text)
        assert "\u202e" not in text
        assert re.search(r"x1b|u\+?001b|\ufffd", text.lower()), (words, text)


# --- locales ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C.ISO-8859-1", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii"},
    ],
    ids=["C.ISO-8859-1", "cp1252", "ascii"],
)
def test_a_terminal_that_lacks_a_letter_shows_a_question_mark(
    locale: dict[str, str], folder: Path
) -> None:
    commands = [
        ["log"],
        ["export", "--format", "strong"],
        ["import", str(folder / "evil.csv"), "--unit", "kg", "--yes"],
        ["log", "--exercise", "한"],
    ]
    for words, written in zip(commands, on_a_terminal(commands, folder, locale), strict=True):
        assert b"?" in written, words
    with Log(folder / "log.sqlite") as log:
        assert len(log.sets()) == 2
        assert all("한" in name for name in log.exercises())


def test_what_a_program_reads_is_utf_8_in_any_locale(folder: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from voicecoach.cli import main; main()", "export"),
            *("--format", "json", "--log", str(folder / "log.sqlite")),
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert "한" in done.stdout.decode()
