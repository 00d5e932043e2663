"""Cutting utterances, with a stand-in for the network that says what is speech."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.listening.energy_gate import CHUNK
from voicecoach.listening.segments import LONGEST, PauseStage, Segment, Segmenter

Sound = NDArray[np.float32]


class Loud:
    """Takes for speech whatever is loud."""

    room = -60.0

    def __call__(self, chunk: Sound) -> float:
        return float(np.abs(chunk).max() > 0.1)


def sound(*parts: tuple[str, int]) -> Sound:
    """("speech" or "pause", chunks), one after the other."""
    levels = {"speech": 0.5, "pause": 0.001}
    return np.concatenate(
        [np.full(n * CHUNK, levels[what], np.float32) for what, n in parts]
    ).astype(np.float32)


def segments(pcm: Sound, at: int = 0) -> list[Segment]:
    segmenter = Segmenter(Loud())
    return [*segmenter.feed(pcm, at), *segmenter.finish()]


def test_an_utterance_comes_with_each_pause_at_the_same_bounds() -> None:
    looks = segments(sound(("pause", 20), ("speech", 10), ("pause", 20)), at=96)
    assert [look.pause for look in looks] == list(PauseStage)
    for look in looks:
        assert look.said == 96 + 20 * CHUNK * 3
        assert look.end == 96 + 30 * CHUNK * 3
    assert np.array_equal(looks[-2].pcm, looks[-1].pcm)


def test_a_short_pause_does_not_end_an_utterance() -> None:
    pcm = sound(("pause", 20), ("speech", 6), ("pause", 6), ("speech", 6), ("pause", 20))
    looks = segments(pcm)
    assert [look.pause for look in looks] == [*list(PauseStage)[:-1], *PauseStage]
    assert looks[2].end < looks[3].end == looks[-1].end


def test_nothing_of_one_utterance_gets_into_the_next() -> None:
    pcm = sound(("pause", 20), ("speech", 6), ("pause", 9), ("speech", 6), ("pause", 20))
    one, two = (look for look in segments(pcm) if look.pause is PauseStage.END)
    assert one.end < two.said
    speech = np.count_nonzero(np.abs(two.pcm) > 0.1)
    assert speech == 6 * CHUNK


def test_talk_comes_once_without_its_audio() -> None:
    [talk] = segments(sound(("speech", LONGEST + 1), ("pause", 20)))
    assert talk.talk
    assert talk.pause is PauseStage.END
    assert len(talk.pcm) == 0


def test_after_a_cut_the_next_speech_is_an_utterance_of_its_own() -> None:
    segmenter = Segmenter(Loud())
    pcm = sound(("pause", 20), ("speech", 6), ("pause", 6), ("speech", 6), ("pause", 20))
    taken = []
    for segment in segmenter.feed(pcm, 0):
        taken.append(segment)
        if segment.pause is PauseStage.STEADY and len(taken) == 2:
            segmenter.cut(segment.end)
    assert [look.pause for look in taken] == [PauseStage.FIRST, PauseStage.STEADY, *PauseStage]
    assert taken[-1].said == 32 * CHUNK * 3
    assert np.count_nonzero(np.abs(taken[-1].pcm) > 0.1) == 6 * CHUNK


def test_the_end_of_the_microphone_ends_what_is_being_said() -> None:
    [segment] = segments(sound(("pause", 20), ("speech", 6)))
    assert segment.pause is PauseStage.END
    assert segment.end == 26 * CHUNK * 3


def test_a_cut_leaves_alone_what_began_after_it() -> None:
    segmenter = Segmenter(Loud())
    list(segmenter.feed(sound(("pause", 20), ("speech", 6)), 0))
    segmenter.cut(20 * CHUNK * 3)
    [segment] = segmenter.finish()
    assert segment.said == 20 * CHUNK * 3


def test_what_is_being_said_can_be_looked_at() -> None:
    segmenter = Segmenter(Loud())
    list(segmenter.feed(sound(("pause", 20)), 0))
    assert segmenter.under_way() is None
    list(segmenter.feed(sound(("speech", 6), ("pause", 2)), 20 * CHUNK * 3))
    now = segmenter.under_way()
    assert now is not None
    assert (now.said, now.end) == (20 * CHUNK * 3, 26 * CHUNK * 3)
