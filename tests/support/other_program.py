"""Another program at the same files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def other_program(script: str, path: Path, first: str) -> Iterator[subprocess.Popen[str]]:
    """A Python `script` with `path` as its argument, once it has printed the line `first`. It is
    killed in the end."""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == f"{first}\n"
        try:
            yield program
        finally:
            program.kill()
