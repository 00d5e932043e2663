"""However a stream is cut into blocks, its chunks and their times are the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.listening.chunks import Chunks
from voicecoach.listening.recogniser import OUTPUT_PER_INPUT


@given(st.integers(1, 50), st.lists(st.integers(0, 120), max_size=12))
def test_the_chunks_are_those_of_the_whole_stream(size: int, blocks: list[int]) -> None:
    stream = np.arange(sum(blocks), dtype=np.float32)
    chunks = Chunks(size)
    taken, at = [], 0
    for block in blocks:
        taken += chunks.feed(stream[at : at + block], OUTPUT_PER_INPUT * at)
        at += block
    rest = chunks.rest()
    assert [len(chunk) for chunk, _ in taken] == [size] * (len(stream) // size)
    assert [len(chunk) for chunk, _ in rest] == [len(stream) % size] * bool(len(stream) % size)
    every = [*taken, *rest]
    assert np.array_equal(np.concatenate([np.zeros(0), *(chunk for chunk, _ in every)]), stream)
    assert [heard for _, heard in every] == [OUTPUT_PER_INPUT * int(c[0]) for c, _ in every]
    assert chunks.rest() == []


@given(st.integers(1, 50), st.integers(1, 120), st.integers(0, 10_000))
def test_times_follow_the_blocks(size: int, first: int, gap: int) -> None:
    """A sound card that was gone for a while leaves a gap in time, but none in the samples."""
    chunks = Chunks(size)
    later = OUTPUT_PER_INPUT * first + gap
    taken = chunks.feed(np.zeros(first, np.float32), 0)
    taken += chunks.feed(np.zeros(3 * size, np.float32), later)
    for n, (_, heard) in enumerate(taken):
        sample = n * size
        in_the_first = sample < first
        assert heard == OUTPUT_PER_INPUT * sample + (0 if in_the_first else gap)
