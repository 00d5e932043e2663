"""The command line, run in the tests' own process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voicecoach import cli

Run = Callable[..., tuple[int, str, str]]
"""Runs the command line with these words: exit code, output, errors. See `conftest.run`."""


def command_line(*words: str | Path) -> int:
    """`voicecoach` with `words`; its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["voicecoach", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code
