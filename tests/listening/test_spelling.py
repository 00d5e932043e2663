"""How phrases are written for the model, and what makes it sure."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.natural_speech import hiss, say
from voicecoach.listening.confidence import confidence
from voicecoach.listening.energy_gate import CHUNK, EnergyGate
from voicecoach.listening.models import find_weights
from voicecoach.listening.spelling import spellings
from voicecoach.listening.tokens import Tokenizer


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("start set", ("Start set",)),
        ("i'm done", ("I'm done",)),
        ("am i done", ("Am I done",)),
        ("tempo 3 1 2", ("Tempo 3 1 2", "Tempo 3-1-2", "Tempo 312", "Tempo 3, 1, 2")),
        ("tempo three one two", ("Tempo three one two", "Tempo three, one, two")),
        ("80 kilos", ("80 kilos",)),
        ("eighty two kilos", ("Eighty two kilos",)),
    ],
)
def test_phrases_are_written_as_the_model_writes(phrase: str, written: tuple[str, ...]) -> None:
    assert spellings(phrase) == written


FIGURES = {
    "score": -0.5,
    "free": -0.8,
    "prior": -10.0,
    "margin": 6.0,
    "live": 120,
    "tokens": 2.0,
    "written": 2.0,
    "duration": 0.6,
    "speech": 0.95,
}


def test_a_clear_command_is_sure() -> None:
    assert confidence(FIGURES) > 0.9


@pytest.mark.parametrize("worse", [{"score": -9.0}, {"margin": -6.0, "score": -5.0}])
def test_confidence_falls_with_the_evidence(worse: dict[str, float]) -> None:
    assert confidence(FIGURES | worse) < 0.5


def test_where_thousands_of_phrases_are_live_more_is_asked_of_each() -> None:
    doubtful = FIGURES | {"score": -6.0, "free": -3.0}
    in_a_set, more, thousands = (confidence(doubtful | {"live": n}) for n in (60, 128, 12_000))
    assert in_a_set == more
    assert 0 < thousands < more - 0.1


@pytest.mark.audio
def test_text_survives_its_tokens() -> None:
    weights = find_weights()
    assert weights is not None
    tokenizer = Tokenizer(weights / "tokenizer.bin")
    for text in ("Start set.", "What's this work?", "82.5 kilos, naïve", "3-1-2-0", "끝"):
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_the_earliest_learned_pieces_are_merged_first() -> None:
    weights = find_weights()
    assert weights is not None
    tokenizer = Tokenizer(weights / "tokenizer.bin")
    # The ids that the model itself writes for these sentences.
    assert tokenizer.encode("Start set.") == (7370, 731, 29889)
    assert tokenizer.encode("One more.") == (3118, 901, 29889)


def chunks(sound: np.typing.NDArray[np.float32]) -> list[np.typing.NDArray[np.float32]]:
    return [sound[i : i + CHUNK] for i in range(0, len(sound) - CHUNK + 1, CHUNK)]


def test_the_gate_stays_shut_in_a_steady_room() -> None:
    gate = EnergyGate(hold=15)
    opened = [gate(chunk) for chunk in chunks(hiss(6.0, -50.0))]
    assert sum(opened[-100:]) == 0


@pytest.mark.audio
def test_the_gate_opens_for_speech_no_louder_than_the_room() -> None:
    gate = EnergyGate(hold=15)
    word = say("done", "heart")
    decibels = 10 * float(np.log10(np.mean(word**2)))
    room = hiss(20.0, decibels)
    first = len(room) - len(word)
    room[first:] += word
    opened = [gate(chunk) for chunk in chunks(room)]
    assert any(opened[-(len(word) // CHUNK) :])
