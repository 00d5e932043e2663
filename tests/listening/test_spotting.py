"""The spotter as a recogniser, with sounds that are given to it.

The network is replaced by one that reads its sounds from the samples, so that each test says what
was sounded. What the real network makes of real voices is for `benchmarks.commands` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.support.session_driver import shipped
from voicecoach.core.events import Grammar, State, Utterance
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.core.session import listens_for
from voicecoach.listening.acoustics import DELAY, FRAME
from voicecoach.listening.phonemes import BLANK, TOKENS
from voicecoach.listening.pronunciation import Pronunciations
from voicecoach.listening.spotting import Spotting

Pcm = NDArray[np.float32]
PRONOUNCE = Pronunciations()
CHUNK = 6


class Given:
    """A network that finds in each frame's first sample which sound it is."""

    chunk = CHUNK
    calibration: ClassVar[dict[str, float]] = {}

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._late = [BLANK] * DELAY

    def feed(self, pcm: Pcm) -> list[Pcm]:
        self._rest = np.concatenate([self._rest, pcm])
        whole = len(self._rest) // (CHUNK * FRAME) * CHUNK * FRAME
        sounds = np.round(self._rest[:whole:FRAME] * 100).astype(int) - 1
        self._rest = self._rest[whole:]
        frames = []
        for sound in sounds:
            self._late.append(int(sound) if sound >= 0 else BLANK)
            frame = np.full(TOKENS, -8.0, np.float32)
            frame[self._late.pop(0)] = -0.02
            frames.append(frame)
        return frames


def sounded(*parts: str | float) -> Pcm:
    """Words, each sound four frames long, and seconds of silence, as `Given` reads them."""
    tokens: list[int] = []
    for part in parts:
        if isinstance(part, float):
            tokens += [BLANK] * round(part * 50)
            continue
        for word in part.split():
            for sound in PRONOUNCE(word)[0]:
                tokens += [sound, BLANK, BLANK, BLANK]
    pcm = np.zeros(len(tokens) * FRAME, np.float32)
    pcm[::FRAME] = [(token + 1) / 100 if token != BLANK else 0.0 for token in tokens]
    return pcm


def grammar(state: State) -> Grammar:
    return shipped().phrases.grammar(listens_for(state))


def heard(
    pcm: Pcm, state: State = State.REP, blocks: Sequence[int] = (320,)
) -> list[tuple[float, Utterance]]:
    """Each utterance, with the second at which it was told."""
    ear = Spotting(Given(), PRONOUNCE)
    ear.listen_for(grammar(state))
    found: list[tuple[float, Utterance]] = []
    done = turn = 0
    while done < len(pcm):
        block = pcm[done : done + blocks[turn % len(blocks)]]
        new = ear.feed(block, 3 * done)
        done += len(block)
        turn += 1
        found += [(done / MICROPHONE_RATE, each) for each in new]
    return found + [(done / MICROPHONE_RATE, each) for each in ear.finish(3 * done)]


def phrases(found: list[tuple[float, Utterance]]) -> list[str]:
    return [each.candidates[0].phrase for _, each in found]


@pytest.mark.parametrize("text", ["stop", "how many left", "one more", "say that again"])
def test_what_was_sounded_is_found_where_it_was(text: str) -> None:
    before = sounded(1.0)
    words = sounded(text)
    (found,) = heard(np.concatenate([before, words, sounded(1.5)]))
    at, utterance = found
    assert utterance.candidates[0].phrase == text
    assert abs(utterance.said / SAMPLE_RATE - 1.0) < 0.05
    end = 1.0 + len(words) / MICROPHONE_RATE
    assert abs(utterance.end / SAMPLE_RATE - end) < 0.15
    assert at > end


def test_words_may_be_a_breath_apart() -> None:
    assert phrases(heard(sounded(0.5, "say", 0.3, "that", 0.3, "again", 1.5))) == ["say that again"]


def test_what_cannot_wait_is_told_sooner() -> None:
    def delay(text: str) -> float:
        pcm = sounded(0.5, text, 1.5)
        ((at, _),) = heard(pcm)
        return at - (len(pcm) / MICROPHONE_RATE - 1.5)

    assert delay("stop") < delay("faster") - 0.05
    assert delay("stop") < 0.3


def test_a_number_among_thousands_is_found_with_what_else_it_may_be() -> None:
    ((_, utterance),) = heard(sounded(0.5, "log eighty two kilos", 1.5), State.REST)
    assert utterance.candidates[0].phrase == "log eighty two kilos"
    best = utterance.candidates[0].confidence
    assert all(other.confidence < best for other in utterance.candidates[1:])


@pytest.mark.parametrize("text", ["lunch", "happy", "a cat in bed", "the weather is fine today"])
def test_what_is_no_command_is_none(text: str) -> None:
    assert not [h for _, h in heard(sounded(0.5, text, 1.5)) if h.candidates[0].confidence > 0.5]


def test_what_was_begun_under_another_grammar_is_heard_whole() -> None:
    ear = Spotting(Given(), PRONOUNCE)
    ear.listen_for(grammar(State.GATE))
    pcm = sounded(1.0, "slow down", 1.0)
    half = MICROPHONE_RATE * 5 // 4
    assert ear.feed(pcm[:half], 0) == []
    ear.listen_for(grammar(State.REP))
    (utterance,) = ear.feed(pcm[half:], 3 * half)
    assert utterance.candidates[0].phrase == "slow down"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 9000), min_size=1, max_size=5))
def test_blocks_make_no_difference(blocks: list[int]) -> None:
    pcm = sounded(0.4, "pause", 0.9, "how many", 0.2, "left", 1.0, "stop", 0.7)
    assert [h for _, h in heard(pcm, blocks=blocks)] == [h for _, h in heard(pcm)]
