"""Nothing leaves the machine. The kernel checks it, since libraries bypass Python's sockets.

onnxruntime reported its use to its makers until that was turned off.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.support.command_tree import leaves
from tests.support.network_sandbox import BEGUN, EACH, ENDED, KILLED
from voicecoach import cli
from voicecoach.audio import wav
from voicecoach.cli import demo

pytestmark = [
    pytest.mark.audio,
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's"),
]

ROOT = Path(__file__).parents[2]


def _run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_set_opens_no_socket_to_anywhere(tmp_path: Path) -> None:
    """With the natural voice; the demo below has the other one."""
    words: list[str | Path] = ["simulate", demo.RECORDING, "--exercise", "leg-press"]
    words += ["--engine", "moonshine", "--voice", "hibari", "--out", tmp_path / "coach.wav"]
    ran = _run("-m", "tests.support.network_sandbox", *words)
    assert (ran.returncode, ran.stderr.count("Traceback")) == (0, 0)
    assert (tmp_path / "coach.wav").stat().st_size > 1_000_000


COACH = ("--voice", "pyttsx3")

MAY_USE_IT = {"models get"}

COMMANDS: dict[str, tuple[int | None, tuple[str, ...]]] = {
    # command: its exit code here (None: as the machine is), and what follows it. Live sessions
    # are in tests/live, where all of them run in this sandbox, too.
    "start": (2, ("leg-press", "--plain", "--microphone", "nobody's", "--engine", "spotter")),
    "completion": (0, ("bash",)),
    "demo": (0, ("--no-play", "--out", "demo.wav", *COACH)),
    "simulate": (0, ("in.wav", "--log", "log.sqlite", *COACH)),
    "enroll": (0, ("--input", "in.wav", "--only", "stop", *COACH)),
    "listen": (0, ("in.wav",)),
    "doctor": (None, ("--no-sound", *COACH)),
    "models list": (0, ()),
    "models verify": (0, ()),
    "models remove": (2, ("en", "--yes")),
    "new exercise": (0, ("lunge", "--config", "mine")),
    "preview": (0, ("leg-press", "--reps", "1", "-o", "set.wav", "--plot", "set.svg", *COACH)),
    "check": (0, ("--no-measure",)),
    "schema": (0, ("workout",)),
    "import": (0, ("strong.csv", "--unit", "kg", "--yes")),
    "log": (0, ()),
    "export": (0, ("--format", "hevy", "-o", "out.csv")),
    "report": (0, ()),
    "forget": (0, ("--yes",)),
}

STRONG = """Date,Workout Name,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,RPE
2026-01-05 10:00:00,Legs,Squat,1,80,5,0,0,,
"""


def test_every_command_is_tried() -> None:
    assert {*COMMANDS} == leaves(cli.command) - MAY_USE_IT


def test_no_command_opens_a_socket_to_anywhere(nobody: Path, tmp_path: Path) -> None:
    wav.write(Path("in.wav"), np.zeros(16_000, np.float32), 16_000)
    Path("strong.csv").write_text(STRONG)
    lines = {name: (*name.split(), *more) for name, (_, more) in COMMANDS.items()}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.support.network_sandbox", EACH],
        input=json.dumps([*lines.values()]),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in ran.stdout.splitlines() if line.startswith((BEGUN, ENDED))]
    assert ran.returncode == 0, f"{told[-1]}\n{ran.stderr}"
    assert "Traceback" not in ran.stderr
    codes = [int(line.removeprefix(ENDED)) for line in told if line.startswith(ENDED)]
    for (name, (wanted, _)), code in zip(COMMANDS.items(), codes, strict=True):
        assert code in ((0, 2) if wanted is None else (wanted,)), f"{name}: {code}\n{ran.stderr}"


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_whoever_tries_is_killed(family: str) -> None:
    forbidden = "from tests.support.network_sandbox import forbid_internet; forbid_internet()"
    tries = f"import socket; {forbidden}; socket.socket"
    assert _run("-c", f"{tries}(socket.{family})").returncode == KILLED
    assert _run("-c", f"{tries}(socket.AF_UNIX)").returncode == 0


def test_the_recogniser_s_runtime_keeps_no_identifier(tmp_path: Path) -> None:
    """It wrote one, with a database of what to send, as soon as it was loaded."""
    loads = "import voicecoach, onnxruntime; onnxruntime.get_available_providers()"
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"} | home
    subprocess.run([sys.executable, "-c", loads], cwd=ROOT, env=environment, check=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
