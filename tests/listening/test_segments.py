"""Cutting utterances, with a stand-in for the network that decides what is speech."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.listening.energy_gate import CHUNK
from voicecoach.listening.segments import LONGEST, PauseStage, Segment, Segmenter

Sound = NDArray[np.float32]


class Loud:
    """Takes anything loud for speech."""

    room = -60.0

    def __call__(self, chunk: Sound) -> tuple[float, float]:
        return float(np.abs(chunk).max() > 0.1), 0.0


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


class Crowd(Loud):
    """Everything is speech; loud chunks are foreground."""

    def __call__(self, chunk: Sound) -> tuple[float, float]:
        loud, _ = super().__call__(chunk)
        return 1.0, loud


def crowded(pcm: Sound) -> tuple[Segmenter, list[Segment]]:
    segmenter = Segmenter(Crowd())
    return segmenter, list(segmenter.feed(pcm, 0))


def test_in_endless_speech_what_stands_out_is_an_utterance() -> None:
    segmenter, looks = crowded(sound(("pause", 200), ("speech", 10), ("pause", 20)))
    assert [(look.pause, look.foreground) for look in looks] == [
        (pause, True) for pause in PauseStage
    ]
    assert {(look.said, look.end) for look in looks} == {(200 * CHUNK * 3, 210 * CHUNK * 3)}
    [talk] = segmenter.finish()
    assert talk.talk
    assert not talk.foreground


def test_a_cut_ends_both_what_stands_out_and_the_speech_around_it() -> None:
    segmenter = Segmenter(Crowd())
    pcm = sound(("pause", 20), ("speech", 10), ("pause", 20), ("speech", 6), ("pause", 14))
    taken = []
    for segment in segmenter.feed(pcm, 0):
        taken.append(segment)
        if segment.pause is PauseStage.STEADY:
            segmenter.cut(segment.end)
    assert [look.pause for look in taken] == [PauseStage.FIRST, PauseStage.STEADY] * 2
    [around] = segmenter.under_way()
    assert not around.foreground
    assert around.said > 30 * CHUNK * 3, "nothing of the first utterance"


def test_a_cut_leaves_alone_what_began_after_it() -> None:
    segmenter = Segmenter(Loud())
    list(segmenter.feed(sound(("pause", 20), ("speech", 6)), 0))
    segmenter.cut(20 * CHUNK * 3)
    [segment] = segmenter.finish()
    assert segment.said == 20 * CHUNK * 3


def test_the_loudest_part_leaves_out_who_spoke_before() -> None:
    soft = np.full(12 * CHUNK, 0.11, np.float32)
    soft[::2] = -0.11
    loud = np.full(10 * CHUNK, 0.9, np.float32)
    loud[::2] = -0.9
    pcm = np.concatenate([sound(("pause", 20)), soft, loud, soft, sound(("pause", 20))])
    whole = segments(pcm)[-1]
    part = whole.loudest()
    assert part is not None
    assert (part.said, part.end) == (32 * CHUNK * 3, 42 * CHUNK * 3)
    assert np.count_nonzero(np.abs(part.pcm) > 0.5) == 10 * CHUNK
    assert part.loudest() is None, "it is all equally loud"
