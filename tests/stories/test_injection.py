"""Something fails in a random live workout, in virtual time: the coach keeps its promises.

`python -m benchmarks.injection` runs as many seeds as are wanted. These here break each boundary
once, and every second pair of boundaries.
"""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest

from tests.support.aftermath import faults_after
from tests.support.boundaries import WAYS
from tests.support.injector import BROKEN, faults_of, injected, told
from tests.support.random_workout import LANGUAGES, drawn
from tests.support.session_driver import shipped
from voicecoach.audio.mixer import Mixer
from voicecoach.audio.playout import Playout
from voicecoach.history.journal import Journal
from voicecoach.history.projection import Projection
from voicecoach.runtime.trace import TraceFile
from voicecoach.runtime.voice_loop import VoiceLoop

pytestmark = pytest.mark.slow


SEEDS = (*range(len(WAYS)), *range(len(WAYS), len(BROKEN), 2), 1921)
"""The last one gave up hearing in quick reps, and two of them had no reminder."""


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_fails_the_promises_hold(seed: int) -> None:
    with injected(seed) as workout:
        assert not faults_after(workout), "\n".join(told(workout))


def test_every_boundary_fails_in_every_way_somewhere() -> None:
    seeds = range(2000)
    broken = {fault.way for seed in seeds for fault in faults_of(seed, drawn(seed))}
    assert broken == {way for ways in WAYS.values() for way in ways}
    plans = [drawn(seed) for seed in seeds]
    assert {plan.language for plan in plans} == {*LANGUAGES}
    assert {plan.exercise for plan in plans} == {"", *(e.id for e in shipped("en").offered)}


@pytest.mark.parametrize("seed", [3, 30])
def test_a_seed_gives_the_same_workout_again(seed: int) -> None:
    with injected(seed) as first, injected(seed) as second:
        assert first.fingerprint == second.fingerprint


def test_a_microphone_that_can_be_opened_and_gives_nothing_stays_dead() -> None:
    """It was "hearing again" with each opening, and alarms took the place of every reminder."""
    with injected(602) as workout:
        heard = [note for note in workout.machine.notes if note.startswith(("deaf", "hearing"))]
        assert heard == ["deaf: the sound card stopped coming", "hearing again"]
        assert not faults_after(workout)


def _late(play: Callable[..., int]) -> Callable[..., int]:
    return lambda self, pcm, at, gain=1.0: play(self, pcm, at + 1, gain)


def _but_the_second(rep: Callable[..., bool]) -> Callable[..., bool]:
    return lambda self, at, n: n != 2 and rep(self, at, n)


def _but_the_first(write: Callable[..., None]) -> Callable[..., None]:
    return lambda self, records, certain: write(self, records[1:], certain)


def _nothing(_: object) -> Callable[..., bool]:
    return lambda *_, **__: False


PLANTED: list[tuple[int, type, str, Callable[..., object], str]] = [
    (2, Mixer, "play", _late, "the sound of sample"),
    (2, Playout, "hush", _nothing, "the card went on"),
    (2, Projection, "_rep", _but_the_second, "trained was"),
    (2, TraceFile, "write", _but_the_first, "lines in the trace"),
    (2, VoiceLoop, "microphone_lost", _nothing, "deaf since"),
    (473, VoiceLoop, "sound_lost", _nothing, "invariant_9"),
    (85, Journal, "_keep_in_mind", _nothing, "nothing is said"),
]
"""A seed, what of the program is made wrong in it, and how, and what is then found."""


@pytest.mark.parametrize(("seed", "part", "name", "wrong", "found"), PLANTED)
def test_what_is_wrong_is_found(
    seed: int, part: type, name: str, wrong: Callable[..., object], found: str
) -> None:
    """So the checks can fail."""
    with patch.object(part, name, wrong(getattr(part, name))), injected(seed) as workout:
        assert any(found in each for each in faults_after(workout))
