"""The distance between pronunciations: it is a metric, and it agrees with the ear."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voicecoach.lint.near import distances, near
from voicecoach.lint.sounds import distance, sounds

WORD = st.text("ptkbdɡfvszʃθhmnŋlɹwjiɪeɛæaɑɔoʊuʌəɚ", min_size=1, max_size=6)
IPA = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
MARKS = st.sampled_from("ˈˌː̃")


@given(IPA, IPA)
def test_it_is_the_same_both_ways(a: str, b: str) -> None:
    assert distance(sounds(a), sounds(b)) == pytest.approx(distance(sounds(b), sounds(a)))


@given(IPA)
def test_it_is_nothing_for_the_same_sounds(ipa: str) -> None:
    assert distance(sounds(ipa), sounds(ipa)) == 0


@given(IPA, IPA)
def test_it_is_something_for_others(a: str, b: str) -> None:
    letters = [[(s.letter, s.affricate, s.force) for s in sounds(ipa).each] for ipa in (a, b)]
    apart = distance(sounds(a), sounds(b))
    assert apart >= 0
    if letters[0] != letters[1]:
        assert apart > 0


@given(IPA, IPA, st.floats(0, 2))
@example("stɑp", "stɑpt", 0.4)  # the same sound counts less at the end of a word
def test_within_a_limit_it_is_the_same_and_beyond_it_infinite(
    a: str, b: str, within: float
) -> None:
    apart = distance(sounds(a), sounds(b))
    limited = distance(sounds(a), sounds(b), within)
    assert limited == apart or (apart > within and math.isinf(limited))


@given(st.lists(IPA | st.just("")), st.lists(IPA | st.just("")), st.floats(0, 2))
@example(["stɑp", ""], ["stɑpt", "stɑp", ""], 0.0)
def test_of_many_none_that_is_near_is_passed_over(
    these: list[str], those: list[str], within: float
) -> None:
    left, right = [*map(sounds, these)], [*map(sounds, those)]
    found = [(n, m) for n, m in near(left, right, within).tolist()]
    assert found == sorted(set(found))
    close = {
        (n, m)
        for n, a in enumerate(left)
        for m, b in enumerate(right)
        if distance(a, b, within) <= within
    }
    assert close <= set(found)


@given(
    st.lists(IPA | st.just("")), st.lists(IPA | st.just("")), st.floats(0, 2) | st.just(math.inf)
)
@example(["stɑp", "", "fˈɔːɹ tˈɔːk"], ["stɑpt", "stɑp", ""], 0.0)
def test_of_many_each_is_measured_as_it_is_alone(
    these: list[str], those: list[str], within: float
) -> None:
    left, right = [*map(sounds, these)], [*map(sounds, those)]
    pairs = np.argwhere(np.ones((len(left), len(right))))
    alone = [distance(left[n], right[m]) for n, m in pairs.tolist()]
    for measured, apart in zip(distances(left, right, pairs, within), alone, strict=True):
        if not math.isclose(apart, within):
            assert measured == pytest.approx(apart if apart < within else math.inf)


def test_of_many_most_that_are_far_apart_are_not_looked_at() -> None:
    said = [*map(sounds, ("stɑp", "doʊnt stɑp", "hɛlp", "faɪv", "slˈoʊɚ", "pˈɔːz"))]
    assert near(said, said, 0.1).tolist() == [[n, n] for n in range(len(said))]


@given(IPA, st.integers(0, 20), MARKS)
def test_stress_and_length_are_no_sounds(ipa: str, at: int, mark: str) -> None:
    marked = ipa[:at] + mark + ipa[at:]
    assert sounds(marked) == sounds(ipa)


@pytest.mark.parametrize(
    ("word", "nearer", "farther"),
    [
        ("pˈeɪn", "bˈeɪn", "kˈeɪn"),  # only voicing, then another place
        ("hˈɛlp", "hˈɛl", "hˈɛp"),  # a stop at the end is barely audible
        ("dˈʌn", "dˈɔːn", "dˈiːn"),  # vowels by tongue position
        ("dˈʌn", "dˈʌm", "dˈʌs"),
        ("stˈɑːp", "stˈɑːpt", "stˈɑːpsi"),
        ("θɹˈiː", "tɹˈiː", "mɹˈiː"),
        ("tʃˈiː", "ʃˈiː", "mˈiː"),
        ("pˈɐ", "phˈɐ", "sˈɐ"),  # aspirated, as in Korean
    ],
)
def test_it_follows_the_ear(word: str, nearer: str, farther: str) -> None:
    said = sounds(word)
    assert 0 < distance(said, sounds(nearer)) < distance(said, sounds(farther))


def test_aspirated_tense_and_plain_stops_are_three() -> None:
    plain, aspirated, tense = (sounds(f"ˈɐ{p}ɐ") for p in ("p", "ph", "p-"))
    assert distance(aspirated, tense) > 0
    assert distance(plain, tense) > 0


def test_a_word_that_differs_is_not_the_more_alike_for_its_long_company() -> None:
    company = "ɹˈɪpiːt ðˈæt"
    alone = distance(sounds("fˈɔːɹ"), sounds("tˈɔːk"))
    beside = distance(sounds(f"fˈɔːɹ {company}"), sounds(f"tˈɔːk {company}"))
    assert beside > alone / 2
