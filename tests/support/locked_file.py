"""A log that another program holds for a while."""

from __future__ import annotations

import subprocess
from contextlib import AbstractContextManager
from pathlib import Path

from .other_program import other_program

_LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
print("free", flush=True)
sys.stdin.readline()
"""


def locked(path: Path) -> AbstractContextManager[subprocess.Popen[str]]:
    """Another program holds the file. A line to it releases the file."""
    return other_program(_LOCKER, path, "locked")


def set_free(program: subprocess.Popen[str]) -> None:
    """Make the program that holds a file release it; return when it has."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write("\n")
    program.stdin.flush()
    assert program.stdout.readline() == "free\n"
