"""Phrases are found in a stream of sounds wherever they are, however the stream is cut."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voicecoach.listening.phonemes import BLANK, NUMBER, SOUNDS, TOKENS, WORD, from_arpabet
from voicecoach.listening.spotter import AFTER, BEFORE, Spotted, Spotter, Words

_STOP = from_arpabet(["S", "T", "AA1", "P"])
_IT = from_arpabet(["IH1", "T"])
_SLOW = from_arpabet(["S", "L", "OW1"])
_DOWN = from_arpabet(["D", "AW1", "N"])
_THAT = from_arpabet(["DH", "AE1", "T"])

_SURE = 0.05


def written(*tokens: int) -> NDArray[np.float32]:
    """Log-probabilities of a network that is sure of just these."""
    rows = np.full((len(tokens), TOKENS), np.log(0.001), np.float32)
    rows[np.arange(len(tokens)), list(tokens)] = -_SURE
    return rows


def said(*words: Sequence[int], gap: int = 3, before: int = 15, after: int = 20) -> list[int]:
    """Tokens of words as they are spoken: each sound for two frames, then a blank."""
    out = [BLANK] * before
    for number, word in enumerate(words):
        if number:
            out += [WORD, *[BLANK] * gap]
        for sound in word:
            out += [sound, sound, BLANK]
    return out + [BLANK] * after


def best(phrases: Sequence[Sequence[Words]], tokens: Sequence[int]) -> Spotted:
    return max(Spotter(phrases).feed(written(*tokens)), key=lambda spotted: spotted.strength)


def test_sounds_have_names_and_numbers() -> None:
    assert len(SOUNDS) == 40
    assert TOKENS == 42
    assert from_arpabet(["AH0", "AH1"]) == (NUMBER["ə"], NUMBER["ʌ"])


def test_a_phrase_is_found_where_it_is() -> None:
    found = Spotter([[(_STOP,)], [(_SLOW, _DOWN)]]).feed(written(*said(_SLOW, _DOWN)))
    (spotted,) = [s for s in found if s.strength > -0.5]
    assert spotted.phrase == 1
    assert spotted.first == 15
    assert spotted.last == 15 + 9 + 4 + 8 - 1
    assert spotted.path == pytest.approx(0, abs=0.01)
    assert spotted.sounds == 6
    assert spotted.rival < -3


@pytest.mark.parametrize("gap", [0, 1, 20, 60])
def test_words_may_be_a_breath_apart(gap: int) -> None:
    assert best([[(_SLOW, _DOWN)], [(_STOP,)]], said(_SLOW, _DOWN, gap=gap)).strength > -0.1


def test_a_breath_inside_a_word_costs() -> None:
    torn = said(_SLOW)[:18] + [WORD] * 10 + said(_SLOW)[18:]
    assert best([[(_SLOW,)]], torn).strength < -3


def test_the_same_sound_twice_needs_a_blank() -> None:
    twice = (_STOP[3], _STOP[3])
    once = [BLANK] * 15 + [_STOP[3]] * 6 + [BLANK] * 20
    again = [BLANK] * 15 + [_STOP[3]] * 3 + [BLANK] + [_STOP[3]] * 2 + [BLANK] * 20
    assert best([[(twice,)]], again).strength > -0.1
    # Only by taking a sound for a blank.
    assert best([[(twice,)]], once).strength < -3


def test_any_of_its_pronunciations_is_the_phrase() -> None:
    ways = [(_STOP,), (from_arpabet(["S", "T", "AO1", "P"]),)]
    for way in ways:
        assert best([[(_IT,)], ways], said(*way)).phrase == 1


def test_speech_around_a_phrase_counts_against_it() -> None:
    alone = best([[(_STOP,)]], said(_STOP))
    inside = best([[(_STOP,)]], said(_THAT, _STOP, _DOWN, gap=0))
    assert inside.path == pytest.approx(alone.path, abs=0.01)
    assert inside.before < alone.before - 5
    assert inside.after < alone.after - 5
    assert inside.strength < alone.strength - 1


def test_what_goes_on_is_reported_again_as_the_longer_phrase() -> None:
    found = Spotter([[(_STOP,)], [(_STOP, _IT)]]).feed(written(*said(_STOP, _IT, gap=12)))
    good = [s.phrase for s in found if s.strength > -0.5]
    assert good == [0, 1]


def test_a_phrase_is_reported_soon_and_once() -> None:
    tokens = said(_STOP, after=200)
    spotter = Spotter([[(_STOP,)]])
    reports = [(at, s) for at, t in enumerate(tokens) for s in spotter.feed(written(t))]
    (found,) = [(at, s) for at, s in reports if s.strength > -0.5]
    assert found[0] - found[1].last <= AFTER + 2


def test_nothing_is_found_in_nothing() -> None:
    assert Spotter([[(_STOP,)]]).feed(written(*[BLANK] * 300)) == []
    assert Spotter([]).feed(written(*said(_STOP))) == []


def test_other_phrases_can_be_asked_for_in_the_stream() -> None:
    spotter = Spotter([[(_STOP,)]])
    first = len(said(_STOP))
    spotter.feed(written(*said(_STOP)))
    spotter.listen_for([[(_DOWN,)]])
    found = [s for s in spotter.feed(written(*said(_DOWN))) if s.strength > -0.5]
    assert [(s.phrase, s.first) for s in found] == [(0, first + 15)]


@st.composite
def _streams(draw: st.DrawFn) -> tuple[NDArray[np.float32], list[int]]:
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    rows = np.log(rng.dirichlet(np.full(TOKENS, 0.1), 60) + 1e-6).astype(np.float32)
    return rows, draw(st.lists(st.integers(0, 60), max_size=6).map(sorted))


_SOME: list[list[Words]] = [[(_STOP,)], [(_STOP, _IT)], [(_SLOW, _DOWN), (_DOWN,)], [(_THAT,)]]


@given(_streams())
@settings(deadline=None, max_examples=30)
def test_how_the_stream_is_cut_changes_nothing(
    stream: tuple[NDArray[np.float32], list[int]],
) -> None:
    rows, cuts = stream
    whole = Spotter(_SOME).feed(rows)
    spotter = Spotter(_SOME)
    pieces = [s for a, b in pairwise([0, *cuts, len(rows)]) for s in spotter.feed(rows[a:b])]
    assert pieces == whole


def _reference(rows: NDArray[np.float32], words: Words) -> NDArray[np.float64]:
    """The best path that ends in the last sound at each frame, state by state, slowly."""
    lead = rows.astype(float) - rows.max(1, keepdims=True)
    nothing = np.maximum(lead[:, BLANK], lead[:, WORD])
    quiet = [0.0] * BEFORE + [max(x, -4.0) for x in nothing]
    states: list[tuple[int, bool]] = []
    for word in words:
        for k, sound in enumerate(word):
            states += [(sound, False), (BLANK, k + 1 == len(word))]
    states.pop()
    score = np.full(len(states), -np.inf)
    out = np.full(len(rows), -np.inf)
    for t in range(len(rows)):
        new = np.full(len(states), -np.inf)
        for s, (token, wide) in enumerate(states):
            come = [score[s]]
            if s == 0:
                come.append(0.25 * sum(quiet[t : t + BEFORE]))
            if s:
                come.append(score[s - 1])
            if s > 1 and token != BLANK and states[s - 2][0] != token:
                come.append(score[s - 2])
            emit = nothing[t] if wide else lead[t, token]
            new[s] = max(come) + emit
        score = new
        out[t] = score[-1]
    return out


@given(st.integers(0, 10**6), st.sampled_from([w for ways in _SOME for w in ways]))
@settings(deadline=None, max_examples=30)
def test_the_tree_finds_what_a_plain_search_finds(seed: int, words: Words) -> None:
    rng = np.random.default_rng(seed)
    rows = np.log(rng.dirichlet(np.full(TOKENS, 0.5), 40) + 1e-6).astype(np.float32)
    spotter = Spotter([[words], *_SOME])
    ends = []
    for row in rows:
        spotter.feed(row[None])
        tree = spotter._tree
        ends.append(max(spotter._sound[tree.ends[tree.phrases == 0]]))
    reached = np.array(ends) > -1e8
    wanted = _reference(rows, words)
    assert (np.isfinite(wanted) == reached).all()
    assert np.array(ends)[reached] == pytest.approx(wanted[reached], abs=0.01)
