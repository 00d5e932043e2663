"""Other programs, lowered while the coach speaks: over a real sound server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.virtual_sound_card import LOUD, Music, SoundCard, require
from voicecoach.audio.ducking import HOLD, Ducker, Ducking, lowered
from voicecoach.audio.server import Neighbours, Playing

pytestmark = [pytest.mark.audio, pytest.mark.real_time, pytest.mark.xdist_group("devices")]


@pytest.fixture(scope="module")
def card() -> Iterator[SoundCard]:
    require()
    with SoundCard() as card:
        card.load("module-stream-restore")
        yield card


@pytest.fixture
def here(card: SoundCard, monkeypatch: pytest.MonkeyPatch) -> SoundCard:
    """The server that this process finds."""
    for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH"):
        monkeypatch.setenv(name, card.environment[name])
    return card


@pytest.fixture
def play(card: SoundCard) -> Iterator[Callable[[], Music]]:
    playing: list[Music] = []

    def begin() -> Music:
        playing.append(Music(card))
        return playing[-1]

    yield begin
    for music in playing:
        music.close()


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def lowered_by(ducking: Ducking, music: Music) -> bool:
    """Whether `music` is lowered while the coach speaks. The process that does it needs seconds to
    start on a busy machine, and lowers nothing for a line that is over by then."""

    def lower() -> bool:
        ducking.speaking(1.0)
        return music.volume() < LOUD

    return within(20, lower)


def test_music_is_lower_while_the_coach_speaks_and_exactly_as_before_afterwards(
    here: SoundCard, play: Callable[[], Music]
) -> None:
    music = play()
    ducking = Ducking(12.0)
    assert lowered_by(ducking, music)
    low = music.volume()
    assert (low / LOUD) ** 3 == pytest.approx(10 ** (-12 / 20), rel=0.01)
    later = play()
    ducking.speaking(1.5)
    assert within(5, lambda: later.volume() == low), "what begins meanwhile is lowered too"
    assert music.volume() == low
    assert within(4 + HOLD, lambda: (music.volume(), later.volume()) == (LOUD, LOUD))
    ducking.close()


def test_between_two_lines_it_does_not_come_up(here: SoundCard, play: Callable[[], Music]) -> None:
    music = play()
    ducking = Ducking(12.0)
    assert lowered_by(ducking, music)
    for _ in range(4):
        time.sleep(0.3 + HOLD / 2)
        assert music.volume() < LOUD
        ducking.speaking(0.3)
    ducking.close()
    assert music.volume() == LOUD


def test_a_volume_that_somebody_sets_meanwhile_is_left_alone(
    here: SoundCard, play: Callable[[], Music]
) -> None:
    music = play()
    ducking = Ducking(12.0)
    assert lowered_by(ducking, music)
    music.set(20_000)
    time.sleep(0.5)
    ducking.speaking(0.5)
    time.sleep(0.5)
    ducking.close()
    assert music.volume() == 20_000
    music.set(LOUD)


_SPEAKS = """
import time
from voicecoach.audio.ducking import Ducking
ducking = Ducking(12.0)
ducking.speaking(60)
print(flush=True)
time.sleep(60)
"""


def test_a_coach_that_is_killed_in_the_middle_of_a_word_leaves_the_music_as_it_was(
    here: SoundCard, play: Callable[[], Music]
) -> None:
    music = play()
    coach = here.popen(sys.executable, "-c", _SPEAKS, stdout=subprocess.PIPE)
    assert within(20, lambda: music.volume() < LOUD)
    coach.kill()
    coach.communicate()
    assert within(5, lambda: music.volume() == LOUD)


def test_a_song_that_ends_while_it_is_low_makes_the_next_one_no_lower(
    here: SoundCard, play: Callable[[], Music]
) -> None:
    """The server remembers a program's last volume and gives it to its next stream."""
    music = play()
    ducker = Ducker(Neighbours(os.getpid()), 12.0)
    ducker.lower()
    low = music.volume()
    assert low < LOUD
    music.close()
    assert within(5, lambda: not Neighbours(os.getpid()).streams())
    ducker.restore()
    following = Music(here, volume=LOUD)
    try:
        ducker.lower()
        assert following.volume() == low
        ducker.restore()
        assert following.volume() == LOUD
    finally:
        following.close()


class Remembering(Neighbours):
    """A server with one program, whose next stream starts at the volume its last one had."""

    def __init__(self) -> None:
        self.playing = [Playing(1, (0.5, 0.5), "player")]
        self.remembered: tuple[float, ...] = ()

    def streams(self) -> list[Playing]:
        return self.playing

    def set(self, index: int, volumes: tuple[float, ...]) -> bool:
        self.playing = [Playing(index, volumes, "player")]
        return True

    def remember(self, memory: str, wrong: tuple[float, ...], volumes: tuple[float, ...]) -> None:
        self.remembered = volumes


def test_a_program_s_next_stream_is_not_lowered_twice() -> None:
    server = Remembering()
    ducker = Ducker(server, 12.0)
    ducker.lower()
    low = server.playing[0].volumes
    assert low == lowered((0.5, 0.5), 12.0)
    server.playing = [Playing(2, low, "player")]
    ducker.lower()
    assert server.playing == [Playing(2, low, "player")]
    ducker.restore()
    assert server.playing == [Playing(2, (0.5, 0.5), "player")]
    ducker.lower()
    server.playing = []
    ducker.restore()
    assert server.remembered == (0.5, 0.5)
