"""How loud the lifter is: `audio.lifter_level`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.audio.lifter_level import BLOCK, LifterLevel
from voicecoach.core.plan import samples
from voicecoach.pcm import Pcm

QUIET_ROOM, CROWD, LIFTER = -65.0, -36.0, -26.0
"""Levels in dBFS."""


class Room:
    """A microphone: a speaker is noise at a level."""

    def __init__(self, gain: float = 0.0) -> None:
        self.level = LifterLevel()
        self._gain = gain
        self._at = 0
        self._rng = np.random.default_rng(3)

    def hears(self, decibels: float, seconds: float, coach: bool = False) -> tuple[int, int]:
        """When that began and ended, in output samples. `coach`: a loudspeaker plays meanwhile."""
        began = self._at
        for _ in range(round(seconds * 50)):
            self.level.hear(self._sound(decibels + self._gain), self._at, coach)
            self._at += BLOCK
        return began, self._at

    def obeys(self, decibels: float) -> None:
        self.level.obeyed(*self.hears(decibels, 0.5))

    def softer(self, decibels: float, seconds: float = 0.5) -> float:
        return self.level.softer(*self.hears(decibels, seconds))

    def _sound(self, decibels: float) -> Pcm:
        sound = self._rng.standard_normal(BLOCK // 3) * 10 ** (decibels / 20)
        return np.asarray(sound, np.float32)


def room(around: float, gain: float = 0.0, commands: Sequence[float] = (LIFTER,) * 3) -> Room:
    """A room that sounds on and on, in which these commands were obeyed."""
    made = Room(gain)
    for command in commands:
        made.hears(around, 3.0)
        made.obeys(command)
    made.hears(around, 4.0)
    return made


def test_a_voice_in_a_loud_room_is_softer_than_the_lifter() -> None:
    assert room(CROWD).softer(CROWD) == pytest.approx(10, abs=1)


def test_the_lifter_is_not_softer_than_usual() -> None:
    assert room(CROWD).softer(LIFTER) < 1


def test_a_whisper_in_a_quiet_room_stands_out() -> None:
    assert room(QUIET_ROOM).softer(-45.0) == 0


@pytest.mark.parametrize("before", [LIFTER - 8, LIFTER - 2])
def test_what_is_said_again_by_a_tired_lifter_stands_out_from_the_room(before: float) -> None:
    """And so does what comes behind a grunt or a plate."""
    quiet = room(QUIET_ROOM)
    quiet.hears(before, 0.6)
    quiet.hears(QUIET_ROOM, 0.3)
    assert quiet.softer(LIFTER - 8) == 0
    quiet.hears(QUIET_ROOM, 0.3)
    assert quiet.softer(LIFTER - 8) == 0


def test_the_coach_on_a_loudspeaker_is_nobody_to_stand_out_from() -> None:
    far = room(QUIET_ROOM)
    far.hears(LIFTER - 12, 2.0, coach=True)
    assert far.softer(LIFTER - 10) == 0


def test_one_word_of_the_lifter_counts_whatever_was_cut_out_with_it() -> None:
    """A segment among people who never pause begins and ends with their voices."""
    crowded = room(CROWD)
    began, _ = crowded.hears(CROWD, 1.5)
    crowded.hears(LIFTER, 0.3)
    _, ended = crowded.hears(CROWD, 1.0)
    assert crowded.level.softer(began, ended) < 1


def test_nobody_is_softer_than_a_lifter_who_is_not_known() -> None:
    assert room(CROWD, commands=()).softer(CROWD) == 0
    assert room(CROWD, commands=(LIFTER, LIFTER)).softer(CROWD) == 0
    moved = room(CROWD)
    moved.level.forget()
    moved.hears(CROWD, 4.0)
    assert moved.softer(CROWD) == 0


def test_who_was_not_heard_for_five_minutes_may_stand_elsewhere() -> None:
    crowded = room(CROWD)
    crowded.hears(CROWD, 285.0)
    assert crowded.softer(CROWD) == pytest.approx(10, abs=1)
    crowded.hears(CROWD, 10.0)
    assert crowded.softer(CROWD) == 0


@pytest.mark.parametrize("odd", [LIFTER + 12, CROWD])
def test_one_shout_or_one_command_of_somebody_else_does_not_move_it(odd: float) -> None:
    crowded = room(CROWD, commands=(odd, LIFTER, LIFTER))
    assert crowded.softer(LIFTER) < 1
    assert crowded.softer(CROWD) == pytest.approx(10, abs=1)


def test_a_command_behind_the_coach_tells_nothing_of_the_lifter() -> None:
    crowded = Room()
    for _ in range(3):
        crowded.hears(CROWD, 2.0)
        crowded.level.obeyed(*crowded.hears(LIFTER + 8, 0.5, coach=True))
    crowded.hears(CROWD, 3.0)
    assert crowded.softer(CROWD) == 0


def test_what_was_never_heard_is_not_softer() -> None:
    assert room(CROWD).level.softer(samples(1000), samples(1001)) == 0


@given(st.floats(-30, 10), st.sampled_from((CROWD, QUIET_ROOM)), st.floats(-50, -20))
def test_how_much_the_microphone_amplifies_makes_no_difference(
    gain: float, around: float, said: float
) -> None:
    plain, amplified = room(around).softer(said), room(around, gain).softer(said)
    assert plain == pytest.approx(amplified, abs=0.01)
