"""A recogniser that also tells whose voice it heard."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.natural_speech import RATE, Sound, at_level, say, timeline
from voicecoach.core.events import Candidate, Command, Grammar, Intent, Utterance
from voicecoach.listening.recogniser import OUTPUT_PER_INPUT
from voicecoach.listening.speaker import SpeakerEncoder
from voicecoach.listening.whose_voice import CHUNK, WhoseVoice

DONE, STOP = Command(Intent.DONE), Command(Intent.STOP)


class Late:
    """Reports one utterance some time after its end."""

    name = "late"

    def __init__(self, command: Command, said: int, end: int, delay: int) -> None:
        """Microphone samples."""
        self._heard = Utterance(
            said * OUTPUT_PER_INPUT,
            end * OUTPUT_PER_INPUT,
            (Candidate(command.intent.value, command, 0.9),),
        )
        self._when = (end + delay) * OUTPUT_PER_INPUT

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        return iter(())

    def listen_for(self, grammar: Grammar) -> None:
        pass

    def feed(self, pcm: Sound, at: int) -> list[Utterance]:
        return [self._heard] if at <= self._when < at + OUTPUT_PER_INPUT * len(pcm) else []

    def finish(self, at: int) -> list[Utterance]:
        return [self._heard] if at <= self._when else []


@cache
def encoder() -> SpeakerEncoder:
    return SpeakerEncoder()


@cache
def room(noise: float = -66.0) -> tuple[Sound, int, int]:
    """Two seconds of a room, a word in it, and the place of the word."""
    word = at_level(say("done", "heart"), -26.0)
    return timeline([(1.2, word)], 2.5, noise), round(1.2 * RATE), round(1.2 * RATE) + len(word)


def told(
    blocks: list[int],
    command: Command = DONE,
    delay: int = 3000,
    noise: float = -66.0,
    urgent: bool = False,
) -> list[Utterance]:
    """What is reported, block by block and at the end."""
    sound, said, end = room(noise)
    ear = WhoseVoice(Late(command, said, end, delay), encoder(), urgent)
    heard: list[Utterance] = []
    at = 0
    for length in [*blocks, len(sound)]:
        block = sound[at : at + length]
        heard += ear.feed(block, at * OUTPUT_PER_INPUT)
        at += len(block)
    return heard + ear.finish(at * OUTPUT_PER_INPUT)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 9000), max_size=12), st.sampled_from([0, 100, 1500, 3000]))
def test_blocks_change_nothing(blocks: list[int], delay: int) -> None:
    (heard,) = told(blocks, delay=delay)
    (whole,) = told([], delay=delay)
    assert heard == whole
    assert len(heard.voice) == 256


def test_what_the_voice_loop_hands_over_is_heard_at_once() -> None:
    sound, said, end = room()
    ear = WhoseVoice(Late(DONE, said, end, 0), encoder())
    (now,) = [
        at
        for at in range(0, len(sound), CHUNK)
        if ear.feed(sound[at : at + CHUNK], at * OUTPUT_PER_INPUT)
    ]
    assert now <= end < now + CHUNK


def test_nobody_asks_whose_stop_it_was_but_an_enrolment() -> None:
    assert told([], STOP)[0].voice == ()
    assert told([], STOP, urgent=True)[0].voice != ()


@pytest.mark.parametrize(("noise", "tells"), [(-80.0, True), (-58.0, True), (-44.0, False)])
def test_in_a_loud_room_nobody_can_tell(noise: float, tells: bool) -> None:
    assert bool(told([], noise=noise)[0].voice) == tells


def test_a_microphone_that_was_away_is_no_trouble() -> None:
    """What is heard after a gap is dated by its own block."""
    sound, said, end = room()
    later = 10 * RATE
    ear = WhoseVoice(Late(DONE, later + said, later + end, 0), encoder())
    ear.feed(sound[:CHUNK], 0)
    (heard,) = ear.feed(sound, later * OUTPUT_PER_INPUT)
    (whole,) = told([], delay=0)
    assert heard.voice == whole.voice


def test_blocks_that_are_no_whole_chunks_are_dated_by_themselves_after_a_gap() -> None:
    begun: list[int] = []

    class Dated(Late):
        def feed(self, pcm: Sound, at: int) -> list[Utterance]:
            begun.append(at)
            return []

    ear = WhoseVoice(Dated(DONE, 0, 0, 0), encoder())
    ear.feed(np.zeros(CHUNK // 2, np.float32), 0)
    ear.feed(np.zeros(3 * CHUNK, np.float32), 50 * RATE)
    assert begun == [0, *(50 * RATE + OUTPUT_PER_INPUT * (n * CHUNK - CHUNK // 2) for n in (1, 2))]
