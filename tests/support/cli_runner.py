"""The command line, run in the tests' own process: its mistakes, and files that it reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voicecoach import cli
from voicecoach.config.layers import shipped

Run = Callable[..., tuple[int, str, str]]
"""Runs the command line with these words: exit code, output, errors. See `conftest.run`."""


def command_line(*words: str | Path) -> int:
    """Run `voicecoach` with `words`; return its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["voicecoach", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def mistake(code: int, out: str, err: str) -> str:
    """The one line about a user's mistake."""
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    (line,) = err.strip().splitlines()
    return line


def configured(folder: Path, file: str, change: Callable[[str], str]) -> Path:
    """A --config folder with one shipped file, changed."""
    target = folder / "mine" / file
    target.parent.mkdir(parents=True)
    before = (shipped() / file).read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    target.write_text(after, encoding="utf-8")
    return folder / "mine"
