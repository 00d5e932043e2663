"""The mixer: every clip at its sample, whatever the blocks; nothing above the ceiling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.audio.mixer import FADE, GLIDE, Mixer
from voicecoach.pcm import Pcm

LENGTH = 400
"""Samples of a property run: small, so that stepping one sample at a time stays fast."""


def clip(*values: float) -> Pcm:
    return np.array(values, np.float32)


@dataclass(frozen=True)
class Play:
    now: int
    after: int
    length: int
    gain: float


@dataclass(frozen=True)
class Cut:
    now: int
    after: int
    which: int
    fade: int


@dataclass(frozen=True)
class Level:
    now: int
    after: int
    gain: float


Order = Play | Cut | Level


@st.composite
def orders(draw: st.DrawFn) -> list[Order]:
    """Plays, cuts and levels, each with the time at which it is asked for."""
    moments = st.integers(0, LENGTH)
    play = st.builds(
        Play, moments, st.integers(0, 150), st.integers(0, 200), st.floats(0, 3, width=32)
    )
    cut = st.builds(Cut, moments, st.integers(0, 150), st.integers(0, 9), st.integers(0, 60))
    level = st.builds(Level, moments, st.integers(0, 150), st.floats(0.125, 3, width=32))
    return sorted(draw(st.lists(play | cut | level, max_size=14)), key=lambda order: order.now)


def run(script: list[Order], splits: set[int]) -> Pcm:
    """The output, rendered up to each order, and also split at `splits`."""
    mixer = Mixer()
    noise = np.random.default_rng(1).uniform(-0.6, 0.6, 200).astype(np.float32)
    blocks: list[Pcm] = []
    ids: list[int] = []

    def render_to(moment: int) -> None:
        begin = mixer.position
        stops = [*sorted(split for split in splits if begin < split < moment), moment]
        blocks.extend(mixer.render(stop - mixer.position) for stop in stops)

    for order in script:
        render_to(order.now)
        match order:
            case Play(now, after, length, gain):
                ids.append(mixer.play(noise[:length], now + after, gain))
            case Cut(now, after, which, fade) if ids:
                mixer.cut(ids[which % len(ids)], now + after, fade)
            case Level(now, after, gain):
                mixer.level(gain, now + after)
    render_to(LENGTH + 400)
    return np.concatenate(blocks)


@given(script=orders(), splits=st.sets(st.integers(0, LENGTH + 400), max_size=30))
def test_the_blocks_never_change_the_output(script: list[Order], splits: set[int]) -> None:
    whole = run(script, set())
    assert len(whole) == LENGTH + 400
    assert run(script, splits).tobytes() == whole.tobytes()
    assert run(script, set(range(LENGTH + 400))).tobytes() == whole.tobytes()


@given(script=orders())
def test_nothing_is_above_the_ceiling(script: list[Order]) -> None:
    assert np.abs(run(script, set())).max() <= np.float32(10 ** (-1 / 20))


def test_a_clip_begins_and_ends_at_its_sample() -> None:
    mixer = Mixer()
    mixer.play(clip(0.1, 0.2, 0.3), at=4)
    assert mixer.render(10).tolist() == clip(0, 0, 0, 0, 0.1, 0.2, 0.3, 0, 0, 0).tolist()
    assert mixer.position == 10


def test_clips_add_up_with_their_gains() -> None:
    mixer = Mixer()
    mixer.play(clip(0.25, 0.25), at=0)
    mixer.play(clip(0.5, 0.5), at=1, gain=0.5)
    assert mixer.render(4).tolist() == [0.25, 0.5, 0.25, 0.0]


def test_a_clip_may_begin_at_the_very_next_sample_but_not_before() -> None:
    mixer = Mixer()
    mixer.render(100)
    mixer.play(clip(0.5), at=100)
    with pytest.raises(ValueError, match="sample 99 is in the past, 100 comes next"):
        mixer.play(clip(0.5), at=99)
    with pytest.raises(ValueError, match="in the past"):
        mixer.cut(0, at=99)
    assert mixer.render(1).tolist() == [0.5]


def test_the_clip_is_shared_and_left_as_it_was() -> None:
    mixer = Mixer()
    pcm = np.full(2000, 0.9, np.float32)
    pcm.flags.writeable = False
    id = mixer.play(pcm, at=0, gain=1.5)
    mixer.cut(id, at=500)
    mixer.render(3000)
    assert (pcm == np.float32(0.9)).all()


def test_the_block_belongs_to_the_caller() -> None:
    mixer = Mixer()
    mixer.render(8)[:] = 1.0
    assert not mixer.render(8).any()


def test_a_cut_fades_from_its_sample_to_silence() -> None:
    mixer = Mixer()
    id = mixer.play(np.full(5000, 0.5, np.float32), at=0)
    mixer.cut(id, at=1000)
    out = mixer.render(5000)
    assert (out[:1000] == 0.5).all()
    fading = out[1000 : 1000 + FADE]
    assert (np.diff(fading) <= 0).all()
    assert fading[0] < 0.5
    assert fading[-1] == 0.0
    assert np.abs(np.diff(out)).max() < 0.001
    assert not out[1000 + FADE :].any()


def test_a_cut_without_a_fade_ends_at_once() -> None:
    mixer = Mixer()
    id = mixer.play(np.full(10, 0.5, np.float32), at=0)
    mixer.cut(id, at=3, fade=0)
    assert mixer.render(10).tolist() == [0.5] * 3 + [0.0] * 7


def test_a_clip_cut_before_it_begins_is_not_heard() -> None:
    mixer = Mixer()
    id = mixer.play(np.full(100, 0.5, np.float32), at=50)
    mixer.cut(id, at=40)
    assert not mixer.render(400).any()


@pytest.mark.parametrize("cuts", [[(20, 30), (35, 5)], [(35, 5), (20, 30)], [(20, 30), (60, 0)]])
def test_of_two_cuts_the_earlier_holds(cuts: list[tuple[int, int]]) -> None:
    def cut_at(*cuts: tuple[int, int]) -> bytes:
        mixer = Mixer()
        id = mixer.play(np.full(100, 0.5, np.float32), at=0)
        for at, fade in cuts:
            mixer.cut(id, at, fade)
        return mixer.render(100).tobytes()

    assert cut_at(*cuts) == cut_at((20, 30))


def test_a_clip_that_has_ended_may_be_cut_in_vain() -> None:
    mixer = Mixer()
    id = mixer.play(clip(0.5), at=0)
    mixer.render(10)
    mixer.cut(id, at=10)
    assert not mixer.render(10).any()


def test_a_level_glides_and_stays() -> None:
    mixer = Mixer()
    mixer.play(np.full(40_000, 0.2, np.float32), at=0)
    mixer.level(2.0, at=1000)
    out = mixer.render(20_000)
    assert (out[:1000] == np.float32(0.2)).all()
    gliding = out[1000 : 1000 + GLIDE]
    assert (np.diff(gliding) >= 0).all()
    assert (out[1000 + GLIDE - 1 :] == np.float32(0.4)).all()
    # A click is a step: here no step is larger than 0.03 % of full scale.
    assert np.abs(np.diff(out)).max() < 3e-4


@given(
    st.lists(st.tuples(st.integers(0, 3 * GLIDE), st.floats(0.25, 2.0)), max_size=8).map(
        lambda changes: sorted(changes, key=lambda change: change[0])
    )
)
def test_levels_never_jump_however_they_follow_each_other(
    changes: list[tuple[int, float]],
) -> None:
    mixer = Mixer()
    mixer.play(np.full(5 * GLIDE, 0.4, np.float32), at=0)
    blocks = []
    for at, gain in changes:
        blocks.append(mixer.render(at - mixer.position))
        mixer.level(gain, at)
    blocks.append(mixer.render(5 * GLIDE - mixer.position))
    out = np.concatenate(blocks)
    # The steepest step of a raised cosine from the softest to the loudest.
    assert np.abs(np.diff(out)).max() <= 0.4 * 1.75 * np.pi / 2 / GLIDE + 1e-6
    if changes:
        assert out[-1] == np.float32(0.4) * np.float32(changes[-1][1])


def test_a_level_that_never_began_is_replaced() -> None:
    mixer = Mixer()
    mixer.play(np.full(10, 0.5, np.float32), at=8000)
    mixer.level(0.1, at=200)
    mixer.level(0.5, at=100)
    assert (mixer.render(8010)[8000:] == np.float32(0.25)).all()


def test_what_has_begun_can_be_forgotten_and_what_begins_now_is_heard() -> None:
    mixer = Mixer()
    cut = mixer.play(np.full(400, 0.5, np.float32), at=0)
    mixer.play(np.full(400, 0.125, np.float32), at=50)
    mixer.render(100)
    mixer.cut(cut, at=100)
    mixer.play(np.full(100, 0.25, np.float32), at=100)
    mixer.play(np.full(100, 0.0625, np.float32), at=150)
    mixer.forget_begun()
    rest = mixer.render(200)
    assert (rest[:50] == np.float32(0.25)).all()
    assert (rest[50:100] == np.float32(0.25 + 0.0625)).all()
    assert (rest[100:150] == np.float32(0.0625)).all()
    assert not rest[150:].any()


@pytest.mark.parametrize(
    "pcm",
    [
        np.zeros(3, np.float64),
        np.zeros((2, 3), np.float32),
        np.array([np.nan], np.float32),
    ],
    ids=["float64", "stereo", "NaN"],
)
def test_what_is_no_clip_is_refused(pcm: Pcm) -> None:
    with pytest.raises(ValueError, match="one-dimensional float32 array of finite samples"):
        Mixer().play(pcm, at=0)


def test_senseless_numbers_are_refused() -> None:
    mixer = Mixer()
    id = mixer.play(clip(0.5), at=0)
    with pytest.raises(ValueError, match="gain of inf"):
        mixer.play(clip(0.5), at=0, gain=float("inf"))
    for gain in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="a gain of"):
            mixer.level(gain, at=0)
    with pytest.raises(ValueError, match="no clip 7"):
        mixer.cut(7, at=0)
    with pytest.raises(ValueError, match="fade of -1"):
        mixer.cut(id, at=0, fade=-1)
    with pytest.raises(ValueError, match="-1 samples"):
        mixer.render(-1)
    with pytest.raises(ValueError, match="ceiling of 1 dBFS"):
        Mixer(ceiling=1)
