"""The figures of `benchmarks.only_me`, on known likenesses."""

from __future__ import annotations

import pytest

from benchmarks.only_me import Outcome, told, wilson
from voicecoach.core.own_voice import LONG, SECOND, SHORT

BETWEEN = (SHORT + LONG) / 2


def test_refused_and_obeyed_are_counted_with_what_nobody_could_tell() -> None:
    found = Outcome(
        own=((SHORT, 1), (BETWEEN, 1), (BETWEEN, SECOND), (None, 1)),
        others=((BETWEEN, 1), (None, 1), (0.9, 1)),
    )
    row = found.row(None)
    assert row == {
        "own": 4,
        "own_refused": 1,
        "others": 3,
        "others_obeyed": 2,
        "own_untold": 1,
        "others_untold": 1,
    }
    assert found.row(0.0)["own_refused"] == 0
    assert "of those judged 50.0" in told("", row)


@pytest.mark.parametrize(
    ("some", "of", "text"),
    [(0, 10, "0.0 (0.0-27.8)"), (5, 10, "50.0 (23.7-76.3)"), (0, 0, "-")],
)
def test_wilson(some: int, of: int, text: str) -> None:
    assert wilson(some, of) == text
