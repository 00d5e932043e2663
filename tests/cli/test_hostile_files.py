"""Whatever lies where a command expects a file: one line with exit code 2, at once, and no file
elsewhere. Every option and argument that takes a path is tried, and a new one must be."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import click
import numpy as np
import pytest

from tests.support.cli_runner import Run
from tests.support.command_tree import commands
from voicecoach import cli
from voicecoach.audio import wav

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes and devices are Linux's")

SECONDS = 20
"""After which a command hangs."""

MEMORY = 16 << 30
"""Bytes of addresses; a device read to its end would take all."""

HERE = "HERE"

READ = {
    # command and option: a command line, with HERE for the path
    "log --log": "log --log HERE",
    "export --log": "export --format json --log HERE",
    "report --log": "report --log HERE",
    "import --log": "import good.csv --yes --unit kg --log HERE",
    "import file": "import HERE --yes",
    "report --trace": "report --trace HERE",
    "listen recording": "listen HERE",
    "simulate recording": "simulate HERE",
    "enroll --input": "enroll --input HERE",
    "check files": "check --no-measure HERE",
    "models get --from": "models get en-us --from HERE",
}

WRITTEN = {
    "report --out": "report --out HERE",
    "export --out": "export --format json --out HERE",
    "simulate --out": "simulate in.wav --voice pyttsx3 --out HERE",
    "simulate --events": "simulate in.wav --voice pyttsx3 --events HERE",
}

OTHERWISE = {
    # the same code as one above, or a folder, of which tests/config tries the contents
    *("simulate --log", "start --log", "start --out", "start --events", "enroll --out"),
    *("enroll --events", "demo --out", "demo --events", "preview --out", "preview --plot"),
    *(f"{each} --config" for each in ("start", "simulate", "enroll", "listen", "doctor", "log")),
    *(f"{each} --config" for each in ("preview", "check", "export", "import", "report")),
    *(f"models {each} --config" for each in ("list", "get", "verify", "remove")),
    *("new exercise --config", "schema --into"),
}


def takes_a_path() -> set[str]:
    return {
        f"{name} {each.opts[-1] if isinstance(each, click.Option) else each.name}"
        for name, command in commands(cli.command)
        for each in command.params
        if isinstance(each.type, click.Path)
    }


def test_every_path_is_tried() -> None:
    named = {each.replace(" -o", " --out") for each in takes_a_path()}
    assert {*READ, *WRITTEN} | OTHERWISE == named


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(path))


ROW = "2026-01-05 10:00:00,Legs,Squat,1,80,5\n"

MADE: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a socket": _socket,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "nothing but nought": lambda path: path.write_bytes(bytes(5000)),
    "no UTF-8": lambda path: path.write_bytes(b"caf\xe9 \xff\xfe\n" * 50),
    "brackets": lambda path: path.write_text("[" * 100_000),
    "objects": lambda path: path.write_text('{"a":' * 100_000),
    "a line without end": lambda path: path.write_text("," * 3_000_000),
}

NAMES = {"too long a name": "x" * 300, "too long a path": "y/" * 3000 + "z", "nowhere": "no/no"}


@pytest.fixture
def soon(nobody: Path) -> Iterator[None]:
    """Ends what takes too long, and what takes all memory."""

    def hangs(*_: int | FrameType | None) -> None:
        raise TimeoutError("it hangs")

    before, (soft, hard) = (
        signal.signal(signal.SIGALRM, hangs),
        resource.getrlimit(resource.RLIMIT_AS),
    )
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def told(run: Run, words: str, there: str) -> str:
    code, _, err = run(*(there if word == HERE else word for word in words.split()))
    assert code == 2, err
    assert "bug" not in err
    assert len(err.splitlines()) == 1 or "fault" in err, err
    assert len(err) < 600
    return err


@pytest.mark.parametrize("what", MADE)
@pytest.mark.parametrize("option", READ)
def test_what_is_no_such_file_is_one_line(
    run: Run, soon: None, tmp_path: Path, option: str, what: str
) -> None:
    there = tmp_path / "given"
    MADE[what](there)
    Path("good.csv").write_text("Date,Workout Name,Exercise Name,Set Order,Weight,Reps\n" + ROW)
    before = {each.name for each in tmp_path.iterdir()}
    told(run, READ[option], "given")
    after = {each.name for each in tmp_path.iterdir()}
    assert {each for each in after - before if not each.startswith("XDG_")} == set()


@pytest.mark.parametrize(
    ("option", "what"),
    [
        *((option, what) for option in WRITTEN for what in ("a folder", "a link to itself")),
        ("report --out", "a pipe"),
        ("export --out", "a pipe"),
    ],
)
def test_where_no_file_can_be_is_one_line(
    run: Run, soon: None, tmp_path: Path, option: str, what: str
) -> None:
    wav.write(Path("in.wav"), np.zeros(160, np.float32), 16_000)
    MADE[what](tmp_path / "given")
    told(run, WRITTEN[option], "given")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("option", ["log --log", "import file", "report --trace"])
def test_a_name_that_leads_nowhere_is_one_line(
    run: Run, soon: None, option: str, name: str
) -> None:
    told(run, READ[option], NAMES[name])


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("log --last 999999999999999999999999", "Invalid value for '--last': 9999"),
        ("report --since 0001-01-01", "--since: the calendar here has no 1-01-01"),
        ("report --out no/where.html", "no/where.html: the folder no does not exist; make it"),
    ],
)
def test_a_value_beyond_measure_is_one_line(run: Run, soon: None, words: str, line: str) -> None:
    assert told(run, words, "").startswith(line)


def test_a_name_that_is_no_text_is_no_exercise(run: Run, soon: None) -> None:
    code, _, err = run("log", "--exercise", os.fsdecode(b"\xff"))
    assert (code, "bug" in err) == (0, False)


def test_a_folder_that_is_gone(run: Run, soon: None, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    try:
        line = told(run, "log", "")
    finally:
        os.chdir(tmp_path)
    assert line == "This folder does not exist any more; go to another one first.\n"
