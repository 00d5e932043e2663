"""Text instead of a microphone."""

from __future__ import annotations

import numpy as np

from voicecoach.core.events import Candidate, Command, Grammar, Intent
from voicecoach.listening.scripted import Scripted

START = Command(Intent.START)
GRAMMAR = Grammar.of({"start set": START}, ("start said",))
BLOCK = np.zeros(320, np.float32)


def test_a_line_is_heard_in_the_block_that_holds_its_second() -> None:
    engine = Scripted([(0.03, "Start set!")])
    engine.listen_for(GRAMMAR)
    assert engine.feed(BLOCK, 0) == []
    [heard] = engine.feed(BLOCK, 960)
    assert (heard.said, heard.end) == (1440, 1440)
    assert heard.candidates == (Candidate("start set", START, 1.0),)
    assert engine.feed(BLOCK, 1920) == []


def test_text_that_is_no_live_phrase_has_no_candidates() -> None:
    engine = Scripted([(0.0, "good morning")])
    engine.listen_for(GRAMMAR)
    [heard] = engine.feed(BLOCK, 0)
    assert heard.candidates == ()
    assert heard.free == "good morning"
    assert heard.note


def test_a_decoy_is_a_candidate_that_means_nothing() -> None:
    engine = Scripted([(0.0, "start said")])
    engine.listen_for(GRAMMAR)
    [heard] = engine.feed(BLOCK, 0)
    assert heard.candidates == (Candidate("start said", None, 1.0),)


def test_what_is_typed_is_heard_in_the_next_block() -> None:
    engine = Scripted()
    engine.listen_for(GRAMMAR)
    engine.say("start set")
    [heard] = engine.feed(BLOCK, 4800)
    assert heard.said == 4800
    assert heard.candidates[0].command == START


def test_the_end_of_the_microphone_brings_the_lines_before_it_only() -> None:
    engine = Scripted([(1.0, "start set"), (9.0, "start set")])
    engine.listen_for(GRAMMAR)
    assert len(engine.finish(2 * 48_000)) == 1


def test_the_size_of_the_blocks_makes_no_difference() -> None:
    lines = [(0.0, "start set"), (0.011, "hello"), (0.02, "start set")]
    results = []
    for size in (1, 7, 320, 960):
        engine = Scripted(lines)
        engine.listen_for(GRAMMAR)
        heard = []
        for first in range(0, 960, size):
            heard += engine.feed(np.zeros(min(size, 960 - first), np.float32), 3 * first)
        results.append(heard)
    assert all(result == results[0] for result in results)
