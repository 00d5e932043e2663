"""What a live workout leaves on the terminal when it is over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.example_workouts import WORK, kg
from tests.support.session_driver import leg_press
from voicecoach.cli import logbook
from voicecoach.cli.start import _came_to
from voicecoach.core import session as coach
from voicecoach.core.session.workout_so_far import Logged
from voicecoach.core.workout import DoneSet


@pytest.fixture
def session() -> coach.Session:
    session, _ = coach.begin(leg_press())
    done = DoneSet(WORK, 12, kg(80))
    logged = Logged("leg-press", done)
    return replace(session, workout=session.workout.end_set(logged).end_set(logged))


def test_the_terminal_keeps_what_the_workout_came_to_and_where_it_is(
    session: coach.Session, tmp_path: Path
) -> None:
    path = tmp_path / "my log.sqlite"
    book = logbook.opened(path)
    try:
        assert list(_came_to(session, book)) == [
            "2 sets, 24 reps",
            "Leg press  2 sets  24 reps  up to 80 kg",
            "1920 kg in all, warm-ups left out",
            f"Saved in {path}",
            f"Your report: voicecoach report -o report.html --log '{path}'",
        ]
        waiting = replace(session, workout=session.workout.wait_for_disk(True))
        assert not [line for line in _came_to(waiting, book) if "Saved" in line]
    finally:
        book.close()


def test_without_a_log_nothing_is_said_to_be_saved(session: coach.Session) -> None:
    assert len(list(_came_to(session, None))) == 3


def test_without_a_set_there_is_nothing_to_tell() -> None:
    session, _ = coach.begin(leg_press())
    assert list(_came_to(session, None)) == []
