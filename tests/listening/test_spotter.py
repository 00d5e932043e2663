"""The spotter finds what a brute-force search finds, phrase by phrase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voicecoach.listening.alignment import over_the_free_loop
from voicecoach.listening.phonemes import BLANK, NUMBER, SOUNDS, TOKENS, WORD, Pronunciation
from voicecoach.listening.phrase_graph import Automaton, PhraseGraph
from voicecoach.listening.readings import BEAM, readings
from voicecoach.listening.spotter import (
    BEFORE,
    COSTLIEST,
    HELD,
    IMPOSSIBLE,
    NOT_BLANK,
    Spot,
    Spotter,
)

Frames = NDArray[np.float32]

LETTERS = "abcd"
"""Words here are spelt as they sound."""


def pronounce(word: str) -> tuple[Pronunciation, ...]:
    said = tuple(LETTERS.index(letter) for letter in word if letter in LETTERS)
    return (said,) if len(said) == len(word) else ()


def graph_of(phrases: Iterable[str]) -> PhraseGraph:
    return PhraseGraph([Automaton(phrase.split() for phrase in phrases)], pronounce)


rows = st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=4).map(tuple), max_size=12)


def accepted(automaton: Automaton) -> set[tuple[str, ...]]:
    found = set()
    todo: list[tuple[int, tuple[str, ...]]] = [(automaton.root, ())]
    while todo:
        node, row = todo.pop()
        if automaton.ends(node):
            found.add(row)
        todo += [(target, (*row, word)) for word, target in automaton.follow(node).items()]
    return found


@given(rows)
def test_the_automaton_holds_just_the_rows_it_was_given(given_rows: list[tuple[str, ...]]) -> None:
    assert accepted(Automaton(given_rows)) == set(given_rows)


@given(st.lists(rows, max_size=4), st.sets(st.sampled_from("abcde")))
def test_joined_automata_are_the_smallest_one_of_all_their_usable_rows(
    groups: list[list[tuple[str, ...]]], usable: set[str]
) -> None:
    joined = Automaton.joined([Automaton(group) for group in groups], usable.__contains__)
    kept = {row for group in groups for row in group if usable.issuperset(row)}
    assert accepted(joined) == kept
    assert len(list(joined.arcs())) == len(list(Automaton(kept).arcs()))


def test_what_ends_alike_is_there_once() -> None:
    numbers = [f"{n}" for n in range(50)]
    rows = [("log", n, unit) for n in numbers for unit in ("kilos", "reps")]
    assert len(list(Automaton(rows).arcs())) == 1 + 50 + 2


def test_a_phrase_that_nobody_can_say_is_left_out() -> None:
    graph = graph_of(["ab", "xyz", "ab xyz"])
    assert {arc.word for arc in graph.chains} == {"ab"}
    assert graph.spoken["xyz"] == ()


# --- against a search without any cleverness -------------------------------------------------


def plainly(emitted: NDArray[np.float64], text: str, first: int, end: int) -> float:
    """The score of `text` from frame `first` to frame `end`, both sounding, by trying every
    path."""
    blank = np.maximum(emitted[:, BLANK], emitted[:, WORD])
    states: list[int | None] = []
    may_skip = []
    for word in text.split():
        (said,) = pronounce(word)
        if states:
            states.append(None)  # the pause between two words
            may_skip.append(False)
        for n, sound in enumerate(said):
            if n:
                states.append(BLANK)
                may_skip.append(False)
            states.append(sound)
            inner = n > 0 and said[n - 1] != sound
            may_skip.append(inner or (n == 0 and len(states) > 1))
    score = {0: emitted[first, states[0]]}
    for at in range(first + 1, end + 1):
        now = {}
        for state, token in enumerate(states):
            ways = [score[back] for back in (state, state - 1) if back in score]
            if may_skip[state] and state - 2 in score:
                ways.append(score[state - 2])
            if ways:
                now[state] = max(ways) + (blank[at] - HELD if token is None else emitted[at, token])
        score = now
    return float(score.get(len(states) - 1, IMPOSSIBLE))


def best_ending(frames: Frames, text: str, end: int) -> float:
    """The best score at any start. The frames before it should be blank."""
    emitted = over_the_free_loop(frames)
    blank = np.maximum(np.maximum(emitted[:, BLANK], emitted[:, WORD]), -COSTLIEST)
    return max(
        NOT_BLANK * float(blank[max(0, first - BEFORE) : first].sum())
        + plainly(emitted, text, first, end)
        for first in range(end + 1)
    )


def walked(frames: Frames, phrases: Sequence[str]) -> tuple[Spotter, list[list[Spot]]]:
    spotter = Spotter(graph_of(phrases))
    return spotter, [spots(spotter, frame) for frame in frames]


def spots(spotter: Spotter, frame: NDArray[np.float32]) -> list[Spot]:
    """Everything that could have ended with `frame`."""
    ends = spotter.feed(frame)
    every = (ends[n] for n in range(len(ends)))
    return [spot for spot in every if spot.score > IMPOSSIBLE / 2]


def noise(seed: int, length: int, sharp: float = 0.3) -> Frames:
    """Frames that each favour one or two tokens."""
    chance = np.random.default_rng(seed)
    tokens = [0, 1, 2, 3, WORD, BLANK]
    frames = np.full((length, TOKENS), -12.0, np.float32)
    frames[:, tokens] = np.log(chance.dirichlet(np.full(len(tokens), sharp), length) + 1e-5)
    return frames


words = st.text(LETTERS, min_size=1, max_size=3)
phrase = st.lists(words, min_size=1, max_size=3).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), st.lists(phrase, min_size=1, max_size=4, unique=True))
def test_the_best_is_the_best_of_a_plain_search(seed: int, phrases: list[str]) -> None:
    frames = noise(seed, 14)
    _, found = walked(frames, phrases)
    for end, ended in enumerate(found):
        best = max(best_ending(frames, each, end) for each in phrases)
        assert bool(ended) == (best > IMPOSSIBLE / 2)
        if ended:
            top = max(ended, key=lambda spot: spot.score)
            assert top.score == pytest.approx(best, abs=1e-6)
            assert top.end == end + 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.lists(phrase, min_size=1, max_size=6, unique=True))
def test_the_way_of_a_spot_is_one_of_the_phrases_and_lies_within_it(
    seed: int, phrases: list[str]
) -> None:
    frames = noise(seed, 30)
    spotter = Spotter(graph_of(phrases))
    for frame in frames:
        for spot in spots(spotter, frame):
            way = spotter.words(spot)
            text = " ".join(word.text for word in way)
            assert text in phrases
            assert spot.sounds == len(text.replace(" ", ""))
            assert way[0].first == spot.first
            assert way[-1].end == spot.end
            ends = [at for word in way for at in (word.first, word.end)]
            assert ends == sorted(ends)
            assert all(word.first < word.end for word in way)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 1000),
    st.lists(phrase, min_size=1, max_size=6, unique=True),
    st.integers(1, 20),
    st.integers(0, 20),
)
def test_of_a_spot_that_began_too_long_ago_no_word_is_told(
    seed: int, phrases: list[str], memory: int, later: int
) -> None:
    with mock.patch("voicecoach.listening.spotter.MEMORY", memory):
        spotter = Spotter(graph_of(phrases))
    kept: list[Spot] = []
    for at, frame in enumerate(noise(seed, 30), start=1):
        kept += spots(spotter, frame)
        kept = [spot for spot in kept if at - spot.end <= later]
        for spot in kept:
            text = " ".join(word.text for word in spotter.words(spot))
            assert text in phrases if spot.first >= at - memory else text == ""


def spelt(text: str, each: int = 3, pause: int = 6) -> Frames:
    """Frames that say `text` as clearly as possible, sound by sound, with blanks between."""
    tokens = []
    for letter in text:
        sound = NUMBER[SOUNDS[LETTERS.index(letter)]] if letter in LETTERS else BLANK
        tokens += [sound] + [BLANK] * (each - 1 if letter in LETTERS else pause)
    frames = np.full((len(tokens), TOKENS), -8.0, np.float32)
    frames[np.arange(len(tokens)), tokens] = -0.01
    return frames


BETWEEN = 2 + 6
"""Blank frames between two words of `spelt`."""


@pytest.mark.parametrize("pause", [0, 6, 25, 50])
def test_what_is_clearly_said_is_found_with_a_breath_between(pause: int) -> None:
    best = longest_clear(spelt("ab cd", pause=pause), -1 - HELD * pause)
    assert best == "ab cd"


def test_what_is_said_six_seconds_later_is_no_longer_the_same_phrase() -> None:
    """So that "pause" of "pause the coach" is reported, whatever is said much later."""
    assert longest_clear(spelt("ab cd", pause=300), -10) in ("ab", "cd")


def longest_clear(frames: Frames, least: float) -> str:
    """The longest phrase found with a score of at least `least`."""
    spotter, found = walked(frames, ["ab", "ab cd", "cd", "dc"])
    clear = [spot for ended in found for spot in ended if spot.score > least]
    longest = max(clear, key=lambda spot: spot.sounds)
    return " ".join(word.text for word in spotter.words(longest))


def test_what_another_word_goes_on_into_costs_what_its_beginning_is_not_blank() -> None:
    alone = max(spot.score for ended in walked(spelt("   ab"), ["ab"])[1] for spot in ended)
    within = max(spot.score for ended in walked(spelt("cdcdab"), ["ab"])[1] for spot in ended)
    assert within < alone - 1


# --- what else it may have been --------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), st.lists(phrase, min_size=1, max_size=8, unique=True))
def test_the_readings_are_those_that_fit_best_and_each_has_its_own_score(
    seed: int, phrases: list[str]
) -> None:
    frames = noise(seed, 16)
    graph = graph_of(phrases)
    slack = 5
    emitted = over_the_free_loop(frames)
    alone = {
        each: max(
            plainly(emitted, each, first, end)
            for first in range(slack)
            for end in range(len(frames) - slack, len(frames))
            if end >= first
        )
        for each in phrases
    }
    found = readings(graph, frames, slack, most=len(phrases))
    for reading in found:
        assert reading.score == pytest.approx(alone[reading.phrase], abs=1e-6)
    # None within the beam is missing.
    least = max(max(alone.values()) - BEAM + 1e-6, IMPOSSIBLE / 2)
    assert {each for each, score in alone.items() if score > least} <= {r.phrase for r in found}
    assert [r.score for r in found] == sorted((r.score for r in found), reverse=True)


def test_of_thousands_the_best_are_found() -> None:
    """As of "log eighty kilos" to "log ninety nine reps"."""
    ones = [a + b for a in LETTERS for b in LETTERS]
    every = [f"da {one} {two} {unit}" for one in ones for two in ones for unit in ("cab", "bad")]
    graph = graph_of(every)
    found = readings(graph, spelt("da bc ca bad"), slack=4)
    assert found[0].phrase == "da bc ca bad"
    assert found[0].score > -0.5 - 3 * BETWEEN * HELD
    assert len(found) == 12


def test_the_words_of_a_reading_cost_together_what_it_costs() -> None:
    graph = graph_of(["ab cd", "ab", "ba dc"])
    frames = spelt("ab bd")
    (reading, *_) = (r for r in readings(graph, frames, slack=4) if r.phrase == "ab cd")
    first, second = reading.words
    assert first > -0.5
    assert second < -2
    assert (first + second) * 2**0.5 == pytest.approx(reading.score + BETWEEN * HELD, abs=0.2)
