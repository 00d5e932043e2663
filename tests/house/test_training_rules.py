"""Speakers, voices and words that judge are never trained on."""

from __future__ import annotations

import pytest

from training.rules import RefusedError, check, kept_voice, kept_word, may_train, spoken


@pytest.mark.parametrize("word", ["six", "pain", "hurts", "turn", "Six"])
def test_a_tenth_of_the_words_is_refused(word: str) -> None:
    assert kept_word(word)
    with pytest.raises(RefusedError, match="kept for judging"):
        check(text=f"do {word} of them")


def test_it_is_about_a_tenth() -> None:
    words = [f"word{number}" for number in range(5000)]
    assert 0.08 < sum(map(kept_word, words)) / len(words) < 0.12


@pytest.mark.parametrize(
    "voice",
    [
        *("jf_alpha", "jf_nezumi", "jm_kumo", "JF_ALPHA"),
        *("flite-slt", "fest-slt", "festival rms", "espeak", "korean espeak"),
        *("af_heart", "am_adam", "bf_lily", "zm_yunxi"),
    ],
)
def test_voices_that_judge_are_refused(voice: str) -> None:
    assert kept_voice(voice)
    with pytest.raises(RefusedError, match="kept for judging"):
        check(text="stop", speakers=["af_bella", voice])


@pytest.mark.parametrize("voice", ["af_bella", "am_puck", "bm_lewis", "ef_dora", "1688"])
def test_the_others_may_be_trained_on(voice: str) -> None:
    assert kept_voice(voice) == (voice == "1688")
    assert may_train(text="stop", speakers=[voice]) != kept_voice(voice)


def test_half_of_the_speakers_judge() -> None:
    speakers = [f"{number:08x}" for number in range(2000)]
    assert 0.45 < sum(map(kept_voice, speakers)) / len(speakers) < 0.55


def test_a_benchmarks_speakers_are_refused() -> None:
    judges = frozenset({"af_bella"})
    assert not may_train(text="stop", speakers=["af_bella"], judges=judges)
    assert may_train(text="stop", speakers=["am_puck"], judges=judges)


def test_words_are_counted_as_they_are_spoken() -> None:
    assert spoken("I\u2019m SO tired, don't stop-it!") == (
        "i'm",
        "so",
        "tired",
        "don't",
        "stop",
        "it",
    )


def test_no_text_is_made_up_of_words_that_judge() -> None:
    np = pytest.importorskip("numpy")
    text = pytest.importorskip("training.text")
    writer = text.Writer([f"word{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]}" for n in range(100)])
    rng = np.random.default_rng(1)
    for frame in text.frames():
        assert may_train(text=frame.replace("*", "")), frame
    assert len(text.frames()) > 30
    assert len({writer.text(rng) for _ in range(50)}) > 45


def test_texts_have_numbers_and_none_that_judges() -> None:
    np = pytest.importorskip("numpy")
    text = pytest.importorskip("training.text")
    writer = text.Writer(["swim", "cloud", "table", "window"])
    rng = np.random.default_rng(2)
    written = [writer.text(rng) for _ in range(400)]
    said = {word for line in written for word in line.split()}
    assert {"two", "eight", "twelve", "ninety"} <= said
    assert not {"six", "thirteen", "hundred", "point"} & said
    # Short utterances, as commands are: two of five have at most four words.
    assert sum(len(line.split()) <= 4 for line in written) > 160
    for line in written:
        check(text=line)
