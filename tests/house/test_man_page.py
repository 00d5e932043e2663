"""The manual page says what the commands' help says, and man can read it."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def made() -> str:
    page = runpy.run_path(str(DOCS / "man_page.py"))["page"]()
    assert isinstance(page, str)
    return page


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
