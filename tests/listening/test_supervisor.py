"""A recogniser that fails is restarted, another engine takes over, or it is given up."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import pytest

from voicecoach.listening.recogniser import Recogniser
from voicecoach.listening.scripted import Scripted
from voicecoach.listening.supervisor import TRIES, Supervisor
from voicecoach.listening.worker import RecogniserWorker

pytestmark = [pytest.mark.real_time, pytest.mark.xdist_group("devices")]

WORKS = partial(Scripted, [(0.01, "stop")])


def fails() -> Recogniser:
    raise RuntimeError("no model today")


class Clock:
    """Runs four times as fast as real time: the supervisor's pauses are long."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self) -> float:
        return 4 * (time.monotonic() - self._began)


def mind(minder: Supervisor, clock: Callable[[], float], until: Callable[[str], bool]) -> str:
    """Ask again and again until `until` accepts the answer."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        why = minder.look(clock())
        if until(why):
            return why
        time.sleep(0.02)
    raise AssertionError(minder.look(clock()))


def test_another_engine_takes_over_when_the_first_cannot_be_brought_back() -> None:
    clock = Clock()
    with closing(RecogniserWorker(fails)) as ear:
        minder = Supervisor(ear, WORKS, clock())
        mind(minder, clock, lambda why: not why)
        assert ear.restarts > TRIES
        assert not minder.given_up


def test_a_recogniser_that_never_comes_back_is_given_up() -> None:
    clock = Clock()
    with closing(RecogniserWorker(fails)) as ear:
        minder = Supervisor(ear, None, clock())
        why = mind(minder, clock, lambda why: minder.given_up)
        assert "no model today" in why or "starting" in why


def test_a_recogniser_that_was_killed_is_the_same_one_again() -> None:
    with closing(RecogniserWorker(WORKS)) as ear:
        minder = Supervisor(ear, fails, time.monotonic())
        assert ear.wait(30)
        assert not minder.look(time.monotonic())
        assert ear.pid is not None
        os.kill(ear.pid, signal.SIGKILL)
        mind(minder, time.monotonic, lambda why: "failed" in why)
        mind(minder, time.monotonic, lambda why: not why)
        assert ear.restarts == 1
        assert not minder.given_up


@dataclass
class Lagging:
    """A recogniser that is behind, and finishes so many samples a second."""

    speed: int
    now: float = 0.0
    alive: bool = True
    ready: bool = True
    trouble: str = ""
    behind: float = 2.0
    restarted: float | None = None

    @property
    def done(self) -> int:
        return round(self.speed * self.now)

    def restart(self, make: object) -> None:
        if self.restarted is None:
            self.restarted = self.now


def restarted_at(ear: Lagging) -> float | None:
    """When a supervisor restarts it within a minute, in seconds."""
    minder = Supervisor(ear, None, 0.0)  # type: ignore[arg-type]
    while ear.now < 60 and ear.restarted is None:
        ear.now += 0.1
        assert minder.look(ear.now) == "the recogniser is behind"
        if minder._starting:
            time.sleep(0.05)
    return ear.restarted


def test_a_recogniser_that_hangs_is_restarted_and_one_that_is_slow_is_let_be() -> None:
    hangs, slow = restarted_at(Lagging(speed=0)), restarted_at(Lagging(speed=8000))
    assert hangs == pytest.approx(5.2, abs=0.3)
    assert slow == pytest.approx(30.2, abs=0.3)
