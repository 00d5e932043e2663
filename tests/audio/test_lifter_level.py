"""How loud the lifter is: `audio.lifter_level`."""

from __future__ import annotations

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

    def hears(self, decibels: float, seconds: float) -> tuple[int, int]:
        """Hear it; return when it began and ended, in output samples."""
        began = self._at
        for _ in range(round(seconds * 50)):
            self.level.hear(self._sound(decibels + self._gain), self._at)
            self._at += BLOCK
        return began, self._at

    def _sound(self, decibels: float) -> Pcm:
        sound = self._rng.standard_normal(BLOCK // 3) * 10 ** (decibels / 20)
        return np.asarray(sound, np.float32)


def room(around: float, gain: float = 0.0) -> Room:
    """A room in which the lifter was obeyed once, and which goes on sounding."""
    made = Room(gain)
    made.hears(around, 3.0)
    made.level.obeyed(*made.hears(LIFTER, 0.5))
    made.hears(around, 4.0)
    return made


def test_a_voice_among_others_is_softer_than_the_lifter() -> None:
    crowded = room(CROWD)
    assert crowded.level.softer(*crowded.hears(CROWD, 0.5)) == pytest.approx(10, abs=1)


def test_the_lifter_is_not_softer_than_usual() -> None:
    crowded = room(CROWD)
    assert crowded.level.softer(*crowded.hears(LIFTER, 0.5)) < 1


def test_a_whisper_in_a_quiet_room_stands_out() -> None:
    quiet = room(QUIET_ROOM)
    assert quiet.level.softer(*quiet.hears(-45.0, 0.5)) == 0


def test_one_word_of_the_lifter_counts_whatever_was_cut_out_with_it() -> None:
    """A segment among people who never pause begins and ends with their voices."""
    crowded = room(CROWD)
    began, _ = crowded.hears(CROWD, 1.5)
    crowded.hears(LIFTER, 0.3)
    _, ended = crowded.hears(CROWD, 1.0)
    assert crowded.level.softer(began, ended) < 1


def test_nobody_is_softer_than_a_lifter_who_is_not_known() -> None:
    unknown = Room()
    unknown.hears(CROWD, 4.0)
    assert unknown.level.softer(*unknown.hears(CROWD, 0.5)) == 0
    known = room(CROWD)
    known.level.forget()
    known.hears(CROWD, 4.0)
    assert known.level.softer(*known.hears(CROWD, 0.5)) == 0


def test_one_command_by_somebody_else_does_not_move_it() -> None:
    crowded = Room()
    for _ in range(3):
        crowded.hears(CROWD, 2.0)
        crowded.level.obeyed(*crowded.hears(LIFTER, 0.5))
    crowded.level.obeyed(*crowded.hears(CROWD, 0.5))
    crowded.hears(CROWD, 4.0)
    assert crowded.level.softer(*crowded.hears(CROWD, 0.5)) == pytest.approx(10, abs=1)


def test_what_was_never_heard_is_not_softer() -> None:
    crowded = room(CROWD)
    assert crowded.level.softer(samples(1000), samples(1001)) == 0


@given(st.floats(-30, 10), st.sampled_from((CROWD, QUIET_ROOM)), st.floats(-50, -20))
def test_how_much_the_microphone_amplifies_makes_no_difference(
    gain: float, around: float, said: float
) -> None:
    plain, amplified = room(around), room(around, gain)
    before, after = (each.level.softer(*each.hears(said, 0.5)) for each in (plain, amplified))
    assert before == pytest.approx(after, abs=0.01)
