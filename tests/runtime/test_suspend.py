"""A machine that slept, with clocks that the test sets."""

from __future__ import annotations

from voicecoach.history.values import spans
from voicecoach.runtime.suspend import MOST, SuspendWatch, passing


def test_a_sleep_shows_on_the_clock_that_never_stands_still() -> None:
    moments = iter([(0.0, 100.0), (0.01, 100.01), (0.02, 3700.0), (0.03, 3700.01)])
    asleep = SuspendWatch(lambda: next(moments))
    assert [asleep.slept() for _ in range(3)] == [0.0, 3599.99, 0.0]


def test_a_program_that_stood_still_has_slept_too() -> None:
    moments = iter([(0.0, 100.0), (6.0, 106.0)])
    asleep = SuspendWatch(lambda: next(moments))
    assert asleep.slept() == 6.0


def test_a_clock_that_is_set_back_is_no_sleep() -> None:
    moments = iter([(0.0, 100.0), (0.01, 50.0), (0.02, 50.01)])
    asleep = SuspendWatch(lambda: next(moments))
    assert [asleep.slept(), asleep.slept()] == [0.0, 0.0]


def test_a_clock_that_is_set_years_forward_is_a_sleep_that_the_log_can_take() -> None:
    moments = iter([(0.0, 100.0), (0.01, 40_000_100.0)])
    slept = SuspendWatch(lambda: next(moments)).slept()
    assert slept == MOST
    spans([50 * slept])


def test_both_clocks_run() -> None:
    first, second = passing(), passing()
    assert all(later >= earlier for earlier, later in zip(first, second, strict=True))
