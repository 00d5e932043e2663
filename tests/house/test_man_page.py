"""The manual page says what the commands' help says, and man can read it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def made() -> str:
    """In a process of its own: click keeps a command's `--help` as it was when it was first run."""
    script = f"import runpy; print(runpy.run_path({str(DOCS / 'man_page.py')!r})['page'](), end='')"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return ran.stdout


def test_it_is_current(made: str) -> None:
    kept = (DOCS / "voicecoach.1").read_text(encoding="utf-8")
    assert kept == made, "run python docs/man_page.py"


def test_it_tells_no_folder_of_the_machine_it_was_made_on(made: str) -> None:
    assert str(Path.home()) not in made


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff")
def test_man_can_read_it(made: str) -> None:
    ran = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-P-cbou"],
        input=made,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
    for words in ("voicecoach start", "--microphone NAME", "        voicecoach demo", "FILES"):
        assert words in ran.stdout.replace("\N{HYPHEN}", "-").replace("\N{MINUS SIGN}", "-")
