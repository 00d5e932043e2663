"""The stream is held to the clock, the microphone to the stream."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.audio.drift import Anchor, Intake
from voicecoach.audio.ring import Ring
from voicecoach.pcm import Pcm

RATE = 48_000
BLOCK = 960


def marks(
    begin: float, seconds: float, late: float = 0.0, speed: float = 1.0, jitter: float = 0.0
) -> list[tuple[float, int]]:
    """Callbacks of a card, one every 20 ms, from `begin` on the clock."""
    random = np.random.default_rng(0)
    count = round(seconds / 0.02)
    first = round(begin / 0.02)
    return [
        ((first + n) * 0.02 / speed + late + jitter * random.random(), (first + n) * BLOCK)
        for n in range(count)
    ]


def test_jitter_is_no_reason_to_correct() -> None:
    anchor = Anchor(RATE)
    anchor.feed(marks(0, 60, jitter=0.2))
    assert anchor.owed == 0
    assert anchor.corrected == 0


@given(st.lists(st.floats(0.0, 0.3), min_size=250, max_size=600))
@settings(max_examples=30)
def test_the_lowest_lateness_of_the_window_counts(late: list[float]) -> None:
    """As if each callback of the last four seconds were looked at again."""
    anchor = Anchor(RATE)
    moments = [(0.02 * n + each, n * BLOCK) for n, each in enumerate(late)]
    moments = [(max(at for at, _ in moments[: n + 1]), n * BLOCK) for n in range(len(moments))]
    base: float | None = None
    for n, (now, samples) in enumerate(moments):
        anchor.feed([(now, samples)])
        window = [at - n * 0.02 for n, (at, _) in enumerate(moments[: n + 1]) if at >= now - 4.0]
        if anchor.owed:
            assert base is not None
            assert anchor.owed == pytest.approx(min(window) - base)
            return
        if now - moments[0][0] >= 4.0:
            base = min(window) if base is None else base
            assert abs(min(window) - base) <= 0.03 + 1e-9


def test_an_under_run_is_owed_and_paid_back_in_silence() -> None:
    anchor = Anchor(RATE)
    anchor.feed(marks(0, 10, jitter=0.01))
    anchor.feed(marks(10, 5, late=0.1, jitter=0.01))
    assert anchor.owed == pytest.approx(0.1, abs=0.01)
    paid = 0
    while anchor.owed >= 0.02:
        anchor.shift(0.02)
        paid += 1
    assert paid in (4, 5)
    anchor.feed(marks(15, 20, late=0.1, jitter=0.01))
    assert anchor.owed == 0
    assert anchor.corrected == 1, "once is enough"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_silence(value: float) -> None:
    """Which the coach takes for a dead microphone, and no recogniser keeps."""
    intake = Intake()
    intake.feed(np.array([0.25, value, -0.5, 0.0], np.float32))
    assert intake.take(4).tolist() == [0.25, 0.0, -0.5, 0.0]


def test_a_card_that_runs_fast_gets_silence_put_in() -> None:
    anchor = Anchor(RATE)
    anchor.feed(marks(0, 100, speed=1.001))
    assert anchor.owed < -0.03


@pytest.mark.parametrize("speed", [0.9999, 1.0001])
def test_two_clocks_an_hour_apart_stay_within_the_tolerance(speed: float) -> None:
    anchor = Anchor(RATE)
    shifted = 0.0
    worst = 0.0
    for minute in range(60):
        for mark in marks(minute * 60, 60, speed=speed):
            anchor.feed([mark])
            while abs(anchor.owed) >= 0.02:
                step = 0.02 if anchor.owed > 0 else -0.02
                anchor.shift(step)
                shifted += step
        late = (minute + 1) * 60 * (1 / speed - 1) - shifted
        worst = max(worst, abs(late))
    assert worst < 0.06


def tone(n: int, begin: int = 0) -> Pcm:
    return np.asarray(np.arange(begin + 1, begin + n + 1) / 1_000_000, np.float32)


def test_a_microphone_in_time_is_passed_on_untouched() -> None:
    intake = Intake()
    intake.feed(tone(320))
    got = []
    for n in range(500):
        intake.feed(tone(320, 320 + 320 * n))
        got.append(intake.take(320))
    assert (np.concatenate(got) == tone(500 * 320)).all()
    assert intake.inserted == intake.dropped == 0


def test_a_microphone_that_is_late_is_waited_for_with_a_whisper() -> None:
    intake = Intake()
    quiet = intake.take(320)
    assert 0 < np.abs(quiet).max() < 1e-3
    intake.feed(tone(320))
    assert (intake.take(320) == tone(320)).all()
    assert intake.inserted == 320


@pytest.mark.parametrize("extra", [1, -1])
def test_drift_of_a_microphone_never_lets_it_fall_behind(extra: int) -> None:
    """One sample more or less per block is far more than any real clock drifts."""
    intake = Intake()
    for n in range(20_000):
        intake.feed(tone(320 + extra, n))
        intake.take(320)
        assert intake.waiting < Intake.MOST + Intake.WINDOW // 320 + 640
    assert (intake.dropped > 0) == (extra > 0)
    assert (intake.inserted > 0) == (extra < 0)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 90)), max_size=60))
def test_a_ring_gives_back_what_it_took(moves: list[tuple[bool, int]]) -> None:
    ring = Ring(100)
    count = 0
    expected: list[float] = []
    for write, n in moves:
        if write:
            pcm = np.arange(count, count + n, dtype=np.float32)
            taken = ring.write(pcm)
            assert taken == min(n, 100 - len(expected))
            expected += pcm[:taken].tolist()
            count += n
        else:
            out = np.full(n, -1, np.float32)
            got = ring.read_into(out)
            assert out[:got].tolist() == expected[:got]
            assert (out[got:] == -1).all()
            expected = expected[got:]
        assert ring.filled == len(expected)


def test_what_waits_is_faded_and_forgotten_and_what_comes_next_is_soon_read() -> None:
    ring = Ring(64)
    ring.read_into(np.zeros(ring.write(np.ones(40, np.float32)), np.float32))
    ring.write(np.ones(50, np.float32))
    ring.drop(10, 10)
    ring.write(np.ones(5, np.float32))
    out = np.zeros(55, np.float32)
    assert ring.read_into(out) == 25
    assert (np.diff(out[:11]) < 0).all()
    assert (out[10:20] == 0).all()
    assert (out[20:25] == 1).all()


def test_what_is_less_than_the_fade_is_only_faded() -> None:
    ring = Ring(64)
    ring.write(np.ones(5, np.float32))
    ring.drop(10, 10)
    out = np.zeros(8, np.float32)
    assert ring.read_into(out) == 5
    assert (np.diff(out[:5]) < 0).all()
