"""Work that may hang: its result, its failures, and nobody waits for it for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from voicecoach.speaking.timeout import TimedOutError, Timeout

LONG = 60.0


@pytest.fixture
def never() -> Iterator[threading.Event]:
    """Does not return while the test lasts."""
    event = threading.Event()
    yield event
    event.set()


def test_the_same_thread_does_it_whoever_asks() -> None:
    bounded = Timeout("worker", LONG)
    seen: list[int] = []
    asking = [
        threading.Thread(target=lambda: seen.append(bounded.do(threading.get_ident)))
        for _ in range(5)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(seen) == 5
    assert len(set(seen)) == 1
    assert threading.get_ident() not in seen


@pytest.mark.parametrize("fault", [KeyError("x"), TimeoutError("of its own"), SystemExit(3)])
def test_a_failure_is_whose_work_it_was_and_the_next_is_done(fault: BaseException) -> None:
    bounded = Timeout("worker", LONG)

    def fail() -> None:
        raise fault

    with pytest.raises(type(fault)) as raised:
        bounded.do(fail)
    assert raised.value is fault
    assert bounded.do(lambda: 7) == 7


def test_what_hangs_is_left_behind_once_and_for_all(never: threading.Event) -> None:
    bounded = Timeout("hung-for-a-test", 0.05)
    with pytest.raises(TimedOutError):
        bounded.do(never.wait)
    asked: list[int] = []
    for _ in range(20):
        with pytest.raises(TimedOutError):
            bounded.do(lambda: asked.append(1))
    assert [each.name for each in threading.enumerate()].count("hung-for-a-test") == 1
    assert asked == []


def test_who_waits_behind_what_hangs_is_let_go_too(never: threading.Event) -> None:
    bounded = Timeout("worker", 0.2)
    told: list[str] = []

    def ask() -> None:
        try:
            bounded.do(never.wait)
        except TimedOutError:
            told.append("hung")

    asking = [threading.Thread(target=ask, daemon=True) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(LONG)
    assert told == ["hung"] * 8


def test_a_thread_is_begun_only_when_it_is_needed() -> None:
    Timeout("needed-by-nobody", LONG)
    assert "needed-by-nobody" not in [each.name for each in threading.enumerate()]
