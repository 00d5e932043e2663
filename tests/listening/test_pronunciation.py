"""How words are pronounced: by the dictionary, and without it."""

from __future__ import annotations

import pytest

from tests.support.session_driver import shipped
from voicecoach.listening.phonemes import SOUNDS, Pronunciation, from_ipa
from voicecoach.listening.pronunciation import DICTIONARY, Pronunciations, respelt
from voicecoach.speaking.phonemes import phonemes


def written(said: Pronunciation) -> str:
    return " ".join(SOUNDS[sound] for sound in said)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("stop", "s t ɑ p"),
        ("kilos", "k i l oʊ z"),
        ("a", "ə"),
        ("zwick", "z w ɪ k"),
        ("pulldown", "p ʊ l d aʊ n"),
        ("rpe", "ɑ ɹ p i i"),
    ],
)
def test_a_word_is_said_so(word: str, said: str) -> None:
    assert written(Pronunciations()(word)[0]) == said


def test_every_line_of_the_dictionary_is_found() -> None:
    lines = DICTIONARY.read_text(encoding="utf-8").splitlines()
    words = [line.split(" ", 1)[0] for line in lines]
    assert words == sorted(words, key=str.encode)
    pronounce = Pronunciations()
    for line in [*lines[:50], *lines[::997], *lines[-50:]]:
        word, rows = line.split(" ", 1)
        assert len(pronounce(word)) == len(set(rows.split(", ")))
    assert pronounce("qqqqqqq") == ()


def test_every_word_of_the_shipped_commands_can_be_said() -> None:
    pronounce = Pronunciations()
    words = {word for phrase in shipped().phrases.phrases for word in phrase.split()}
    assert [w for w in sorted(words) if not any(map(str.isdigit, w)) and not pronounce(w)] == []


def test_an_author_says_how_their_word_sounds() -> None:
    pronounce = respelt(Pronunciations(), {"zercher": "purr chair", "rdl": "romanian deadlift"})
    assert written(pronounce("zercher")[0]) == "p ɝ t͡ʃ ɛ ɹ"
    assert written(pronounce("rdl")[0]) == "ɹ oʊ m eɪ n i ə n d ɛ d l ɪ f t"
    for nonsense in ("qqqqqqq", "케틀", "5x5", "-"):
        assert respelt(Pronunciations(), {"stop": nonsense})("stop") == pronounce("stop")
    assert pronounce("pause") == Pronunciations()("pause")


def test_what_nobody_wrote_down_is_asked_for_elsewhere() -> None:
    pronounce = Pronunciations(elsewhere=lambda word: phonemes([word], "en")[0])
    assert written(pronounce("zottman")[0]) == "z ɑ t m ə n"


def test_the_two_agree_on_most_sounds() -> None:
    """espeak-ng agrees with the dictionary, sign by sign."""
    words = [
        "stop",
        "kilos",
        "faster",
        "slower",
        "weight",
        "catches",
        "dizzy",
        "breathing",
        "thirty",
    ]
    for word, ipa in zip(words, phonemes(words, "en"), strict=True):
        said = {written(each).replace("ə", "ʌ") for each in Pronunciations()(word)}
        assert written(from_ipa(ipa)).replace("ə", "ʌ").replace("ɪ", "i") in {
            each.replace("ɪ", "i") for each in said
        }, (word, ipa, said)
