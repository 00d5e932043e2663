"""Words are pronounced by the dictionary, and by their letters where it has none."""

from __future__ import annotations

from voicecoach.listening.phonemes import SOUNDS, Pronunciation, from_arpabet
from voicecoach.listening.pronounce import Dictionary, coded, contexts, decoded

_STOP = from_arpabet(["S", "T", "AA1", "P"])
_DEAD = from_arpabet(["D", "EH1", "D"])
_LIFT = from_arpabet(["L", "IH1", "F", "T"])
_EITHER = (from_arpabet(["IY1", "DH", "ER0"]), from_arpabet(["AY1", "DH", "ER0"]))
_RULES = {
    "[z]": "Z",
    "[o]": "OW1",
    "[r]": "R",
    "[h]": "HH",
    "[o]r": "AO1",
    "[s]h": "SH",
    "s[h]o": "",
}


def _dictionary() -> Dictionary:
    words = {"dead": [_DEAD], "either": _EITHER, "lift": [_LIFT], "stop": [_STOP]}
    lines = [f"{word} {' '.join(map(coded, ways))}" for word, ways in words.items()]
    rules = [f"{key} {coded(from_arpabet(value.split())) or '-'}" for key, value in _RULES.items()]
    return Dictionary("\n".join([*lines, "", *rules]))


def _signs(sounds: Pronunciation) -> str:
    return "".join(SOUNDS[sound] for sound in sounds)


def test_a_word_of_the_dictionary() -> None:
    assert _dictionary().word("stop") == (_STOP,)
    assert _dictionary().word("either") == _EITHER
    assert _dictionary().knows("stop")
    assert not _dictionary().knows("sto")


def test_a_phrase_is_spoken_in_every_way() -> None:
    assert _dictionary().phrase("Stop, either!") == [(_STOP, way) for way in _EITHER]
    assert len(_dictionary().phrase("either " * 8)) == 6


def test_two_words_written_as_one() -> None:
    assert _dictionary().word("deadlift") == ((*_DEAD, *_LIFT),)
    assert _signs(_dictionary().word("stop's")[0]) == "stɑpz"


def test_what_has_no_vowel_is_spelt_out() -> None:
    assert _signs(_dictionary().word("trx")[0]) == "tiɑɹɛks"


def test_other_words_go_by_their_letters() -> None:
    assert _signs(_dictionary().word("zorsho")[0]) == "zɔɹʃoʊ"
    # A letter without a rule is silent.
    assert _signs(_dictionary().word("zoq")[0]) == "zoʊ"


def test_a_letters_neighbours_from_most_to_none() -> None:
    assert list(contexts("so", 0)) == [
        *("___[s]o__", "__[s]o__", "__[s]o_", "_[s]o_", "_[s]o", "[s]o", "[s]"),
    ]


def test_sounds_are_kept_as_letters() -> None:
    everything = tuple(range(len(SOUNDS)))
    assert decoded(coded(everything)) == everything
    assert len(coded(everything)) == len(SOUNDS)
