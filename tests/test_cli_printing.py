"""What C libraries write does not reach the terminal; what Python writes does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_WRITES = """
import os, sys
from voicecoach.cli.printing import libraries_silenced, say
with libraries_silenced():
    os.write(2, b"from a library\\n")
    say("from the coach")
os.write(2, b"afterwards\\n")
print("and Python", file=sys.stderr)
"""


def test_libraries_are_silenced_and_the_coach_is_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WRITES],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines() == ["from the coach", "afterwards", "and Python"]
