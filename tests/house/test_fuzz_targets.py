"""What benchmarks/fuzz gives to atheris: each target takes good inputs, and lets nothing pass."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from benchmarks.fuzz import targets
from voicecoach.history.report.moments import TraceError


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    targets._scratch.cache_clear()


@pytest.mark.parametrize("name", targets.TARGETS)
def test_a_target_takes_its_seeds_and_junk(name: str) -> None:
    target = targets.TARGETS[name]
    seeds = [*target.seeds()]
    assert seeds
    for data in (*seeds[:5], b"", b"\0", b"\xff" * 60, seeds[0][: len(seeds[0]) // 2]):
        target.run(data)


def test_an_error_that_is_not_the_proper_one_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(targets, "from_trace", broken)
    with pytest.raises(ZeroDivisionError):
        targets.TARGETS["trace"].run(b"{}")


def test_a_message_with_a_control_character_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*_: object) -> None:
        raise TraceError("two\nlines")

    monkeypatch.setattr(targets, "from_trace", told)
    with pytest.raises(AssertionError):
        targets.TARGETS["trace"].run(b"{}")
