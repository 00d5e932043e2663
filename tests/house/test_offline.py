"""Nothing leaves the machine. The kernel checks it, since libraries bypass Python's sockets.

onnxruntime reported its use to its makers until that was turned off.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.network_sandbox import KILLED
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


@pytest.mark.parametrize("voice", ["pyttsx3", "hibari"])
def test_a_set_opens_no_socket_to_anywhere(voice: str, tmp_path: Path) -> None:
    words: list[str | Path] = [
        "simulate",
        demo.RECORDING,
        "--exercise",
        "leg-press",
        "--engine",
        "moonshine",
    ]
    words += ["--voice", voice, "--out", tmp_path / "coach.wav"]
    ran = _run("-m", "tests.support.network_sandbox", *words)
    assert (ran.returncode, ran.stderr.count("Traceback")) == (0, 0)
    assert (tmp_path / "coach.wav").stat().st_size > 1_000_000


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
