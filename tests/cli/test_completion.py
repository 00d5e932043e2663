"""A shell completes commands, and the names of the files that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli_runner import Run, mistake


def completed(*words: str, folder: Path) -> list[str]:
    """What bash is offered for the last of `words`."""
    ran = subprocess.run(
        [sys.executable, "-c", "from voicecoach.cli import main; main()"],
        env={
            "_VOICECOACH_COMPLETE": "bash_complete",
            "PYTHONPATH": str(Path.cwd()),
            "COMP_WORDS": " ".join(["voicecoach", *words]),
            "COMP_CWORD": str(len(words)),
            "XDG_CONFIG_HOME": str(folder),
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.partition(",")[2] for line in ran.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["sim"], ["simulate"]),
        (["models", ""], ["get", "list", "remove", "verify"]),
        (["start", "leg-"], ["leg-curl", "leg-extension", "leg-press"]),
        (["start", "--workout", "s"], ["supersets"]),
        (["start", "--program", "wa"], ["wave"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
    ],
)
def test_what_there_is_is_completed(words: list[str], offered: list[str], tmp_path: Path) -> None:
    assert completed(*words, folder=tmp_path) == offered


def test_an_exercise_of_ones_own_is_completed(tmp_path: Path) -> None:
    exercise = tmp_path / "voicecoach" / "exercises" / "sissy-squat.toml"
    exercise.parent.mkdir(parents=True)
    exercise.touch()
    assert completed("start", "sis", folder=tmp_path) == ["sissy-squat"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_to_add_is_printed_alone(shell: str, run: Run) -> None:
    code, out, err = run("completion", shell)
    assert code == 0
    assert re.fullmatch(rf".*_VOICECOACH_COMPLETE={shell}_source voicecoach\b.*\n", out)
    assert err.startswith("Add this to ~/.")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_understands_the_line(run: Run, tmp_path: Path) -> None:
    _, line, _ = run("completion", "bash")
    (tmp_path / "voicecoach").write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from voicecoach.cli import main; main()"\n'
    )
    (tmp_path / "voicecoach").chmod(0o755)
    ran = subprocess.run(
        ["bash", "-ec", f'PATH="{tmp_path}:$PATH"\n{line}\ncomplete -p voicecoach'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "-F _voicecoach_completion voicecoach" in ran.stdout


def test_a_shell_that_is_not_known_is_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert "fish_source" in run("completion")[1]
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    assert mistake(*run("completion")) == "which shell? Name one of bash, zsh, fish"
