"""Digital silence is deafness, unless a gate makes it."""

from __future__ import annotations

import numpy as np

from voicecoach.core.events import HearingBack, HearingLost
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.runtime.silence import ZEROS_MEAN_DEAF, SilenceWatch

N = SAMPLE_RATE // 50
ZEROS = np.zeros(320, np.float32)
SOUND = np.full(320, 1e-5, np.float32)


def feed(hearing: SilenceWatch, pcm: np.ndarray, seconds: float) -> list[HearingLost | HearingBack]:
    changes = (hearing.feed(pcm, N) for _ in range(round(seconds * 50)))
    return [change for change in changes if change is not None]


def test_the_faintest_noise_is_hearing() -> None:
    assert feed(SilenceWatch(), SOUND, 60) == []


def test_zeros_are_noticed_within_a_second_and_told_once() -> None:
    hearing = SilenceWatch()
    feed(hearing, SOUND, 5)
    (lost,) = feed(hearing, ZEROS, 20)
    assert isinstance(lost, HearingLost)
    assert ZEROS_MEAN_DEAF <= SAMPLE_RATE
    (back,) = feed(hearing, SOUND, 5)
    assert isinstance(back, HearingBack)


def test_a_click_is_no_return() -> None:
    hearing = SilenceWatch()
    feed(hearing, ZEROS, 3)
    assert feed(hearing, SOUND, 0.1) == []
    assert feed(hearing, ZEROS, 3) == []


def test_a_command_out_of_zeros_proves_a_gate() -> None:
    hearing = SilenceWatch()
    feed(hearing, ZEROS, 3)
    feed(hearing, SOUND, 0.4)
    assert isinstance(hearing.understood(N * 25), HearingBack)
    assert feed(hearing, ZEROS, 30) == []
    assert feed(hearing, ZEROS, 40) != []


def test_a_microphone_that_was_never_silent_is_no_gate() -> None:
    hearing = SilenceWatch()
    feed(hearing, ZEROS, 3)
    feed(hearing, SOUND, 10)
    assert hearing.understood(N * 25) is None
    assert feed(hearing, ZEROS, 1.5) != []


def test_a_command_without_any_sound_proves_nothing() -> None:
    """A key press, or a recogniser's reading of silence."""
    hearing = SilenceWatch()
    feed(hearing, SOUND, 3)
    feed(hearing, ZEROS, 3)
    assert hearing.understood(0) is None
    assert hearing.understood(N * 25) is None
    assert hearing.deaf
    # Nor does less sound than any word has.
    feed(hearing, SOUND, 0.02)
    assert hearing.understood(N * 25) is None
    feed(hearing, ZEROS, 0.3)
    assert hearing.understood(N * 25) is None
    feed(hearing, SOUND, 0.1)
    assert isinstance(hearing.understood(N * 25), HearingBack)


def test_a_microphone_that_is_opened_again_is_proved_by_its_sound() -> None:
    hearing = SilenceWatch(deaf=True)
    assert feed(hearing, ZEROS, 3) == []
    assert feed(hearing, SOUND, 1) == [HearingBack()]
