"""The spotter as a recogniser, with given sounds.

The network is replaced by one that reads its sounds from the samples, so that each test says what
was sounded. `benchmarks.commands` measures the real network on real voices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.support.session_driver import shipped
from voicecoach.core.events import Command, Grammar, Intent, State, Utterance
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.core.session import listens_for
from voicecoach.listening import spotting
from voicecoach.listening.acoustics import DELAY, FRAME
from voicecoach.listening.likelihood import Weights
from voicecoach.listening.phonemes import BLANK, TOKENS
from voicecoach.listening.pronunciation import Pronunciations
from voicecoach.listening.scoring import Opinion, Phrases, WrittenReading
from voicecoach.listening.spotting import Spotting

Pcm = NDArray[np.float32]
PRONOUNCE = Pronunciations()
CHUNK = 6


class Given:
    """A network that reads each frame's sound from its first sample."""

    chunk = CHUNK
    calibration: ClassVar[dict[str, Weights]] = {}

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._late = [BLANK] * DELAY

    def feed(self, pcm: Pcm) -> list[Pcm]:
        self._rest = np.concatenate([self._rest, pcm])
        whole = len(self._rest) // (CHUNK * FRAME) * CHUNK * FRAME
        sounds = np.round(self._rest[:whole:FRAME] * 100).astype(int) - 1
        self._rest = self._rest[whole:]
        frames = []
        for sound in sounds:
            self._late.append(int(sound) if sound >= 0 else BLANK)
            frame = np.full(TOKENS, -8.0, np.float32)
            frame[self._late.pop(0)] = -0.02
            frames.append(frame)
        return frames


def sounded(*parts: str | float) -> Pcm:
    """Words, each sound four frames long, and seconds of silence, as `Given` reads them."""
    tokens: list[int] = []
    for part in parts:
        if isinstance(part, float):
            tokens += [BLANK] * round(part * 50)
            continue
        for word in part.split():
            for sound in PRONOUNCE(word)[0]:
                tokens += [sound, BLANK, BLANK, BLANK]
    pcm = np.zeros(len(tokens) * FRAME, np.float32)
    pcm[::FRAME] = [(token + 1) / 100 if token != BLANK else 0.0 for token in tokens]
    return pcm


class Writer:
    """A second opinion that always writes one phrase, and counts how often it is asked."""

    def __init__(self, phrase: str) -> None:
        self._phrase = phrase
        self.asked = 0

    def phrases(self, grammar: Grammar) -> Phrases:
        return Phrases(grammar)

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        return iter(())

    def opinion(self, pcm: Pcm, phrases: Phrases) -> Opinion:
        self.asked += 1
        meant = phrases.grammar.phrases[self._phrase]
        # Its score depends on every sample that it hears.
        score = -0.1 - 1e-6 * len(pcm) - 1e-3 * float(np.abs(pcm).sum())
        clear = WrittenReading(self._phrase, meant, score, prior=-12.0, adjusted=5.0)
        return Opinion(self._phrase.capitalize(), -0.1, (clear,))


def grammar(state: State) -> Grammar:
    return shipped().phrases.grammar(listens_for(state))


def heard(
    pcm: Pcm,
    state: State = State.REP,
    blocks: Sequence[int] = (320,),
    second: Writer | None = None,
    own_decoys: tuple[str, ...] = (),
) -> list[tuple[float, Utterance]]:
    """Each utterance, and the second at which it was reported."""
    ear = Spotting(Given(), PRONOUNCE, second)
    ear.listen_for(replace(grammar(state), own_decoys=own_decoys))
    found: list[tuple[float, Utterance]] = []
    done = turn = 0
    while done < len(pcm):
        block = pcm[done : done + blocks[turn % len(blocks)]]
        new = ear.feed(block, 3 * done)
        done += len(block)
        turn += 1
        found += [(done / MICROPHONE_RATE, each) for each in new]
    return found + [(done / MICROPHONE_RATE, each) for each in ear.finish(3 * done)]


def phrases(found: list[tuple[float, Utterance]]) -> list[str]:
    return [each.candidates[0].phrase for _, each in found if each.candidates]


@pytest.mark.parametrize("text", ["stop", "how many left", "one more", "say that again"])
def test_what_was_sounded_is_found_where_it_was(text: str) -> None:
    before = sounded(1.0)
    words = sounded(text)
    (found,) = heard(np.concatenate([before, words, sounded(1.5)]))
    at, utterance = found
    assert utterance.candidates[0].phrase == text
    assert abs(utterance.said / SAMPLE_RATE - 1.0) < 0.05
    end = 1.0 + len(words) / MICROPHONE_RATE
    assert abs(utterance.end / SAMPLE_RATE - end) < 0.15
    assert at > end


def test_words_may_be_a_breath_apart() -> None:
    assert phrases(heard(sounded(0.5, "say", 0.3, "that", 0.3, "again", 1.5))) == ["say that again"]


def test_what_cannot_wait_is_told_sooner() -> None:
    def delay(text: str) -> float:
        pcm = sounded(0.5, text, 1.5)
        ((at, _),) = heard(pcm)
        return at - (len(pcm) / MICROPHONE_RATE - 1.5)

    assert delay("stop") < delay("faster")
    assert delay("stop") < 0.3


def test_an_alarm_that_may_begin_another_phrase_waits_for_it() -> None:
    """ "Pain" is one vowel away from the "pin" of "pin seven", which is live at the gate only."""

    def delay(state: State) -> float:
        pcm = sounded(0.5, "pain", 1.5)
        ((at, told),) = heard(pcm, state)
        assert told.candidates[0].phrase == "pain"
        return at - (len(pcm) / MICROPHONE_RATE - 1.5)

    assert delay(State.REP) < delay(State.READY) < 0.45


def test_a_longer_phrase_is_not_told_at_the_pause_of_the_shorter_one() -> None:
    """ "Step" is near enough to "stop" to be looked at early. If that is then taken for "pin
    twenty", "pin twenty seven" may follow."""
    writer = Writer("pin twenty")
    pcm = sounded(0.5, "step", 1.5)
    told = [(at, each) for at, each in heard(pcm, State.READY, second=writer) if each.candidates]
    assert writer.asked
    (at, each), *_ = told
    assert each.candidates[0].phrase == "pin twenty"
    end = len(pcm) / MICROPHONE_RATE - 1.5
    assert at - end > spotting.LONGER_PAUSE * FRAME / MICROPHONE_RATE


def test_a_number_among_thousands_is_found_with_what_else_it_may_be() -> None:
    ((_, utterance),) = heard(sounded(0.5, "log eighty two kilos", 1.5), State.REST)
    assert utterance.candidates[0].phrase == "log eighty two kilos"
    best = utterance.candidates[0].confidence
    assert all(other.confidence < best for other in utterance.candidates[1:])


@pytest.mark.parametrize("text", ["lunch", "happy", "a cat in bed", "the weather is fine today"])
def test_what_is_no_command_is_none(text: str) -> None:
    told = [h for _, h in heard(sounded(0.5, text, 1.5))]
    assert not [h for h in told if h.candidates and h.candidates[0].confidence > 0.5]
    assert told, "what was said is told of, whatever it was"


def test_a_word_of_the_lifters_is_no_command_but_no_shipped_list_refuses_one() -> None:
    assert "master" in grammar(State.REP).decoys
    assert phrases(heard(sounded(0.5, "master", 1.0))) == ["faster"]
    [(_, told)] = heard(sounded(0.5, "master", 1.0), own_decoys=("master",))
    best = told.candidates[0]
    assert (best.phrase, best.command) == ("master", None)
    assert best.confidence > 0.9
    # The command itself, said clearly, stays a command.
    [(_, told)] = heard(sounded(0.5, "faster", 1.0), own_decoys=("master",))
    assert str(told.candidates[0].command) == "faster"


def test_in_doubt_a_second_opinion_counts() -> None:
    def sure(second: Writer | None) -> float:
        told = [h for _, h in heard(sounded(0.5, "slow war", 1.5), second=second)]
        found = [c for h in told for c in h.candidates if c.phrase == "slower"]
        return max((c.confidence for c in found), default=0.0)

    writer = Writer("slower")
    assert sure(writer) > sure(None) + 0.2
    assert writer.asked


def test_what_is_clear_is_not_asked_about() -> None:
    writer = Writer("faster")
    assert phrases(heard(sounded(0.5, "how many left", 1.5), second=writer)) == ["how many left"]
    assert writer.asked == 0


@pytest.mark.parametrize(
    "text", ["a hundred and sixty seconds", "log one hundred and one kilos", "note left knee"]
)
def test_the_end_of_a_longer_phrase_does_not_stand_for_it(text: str) -> None:
    """Its last words fit at least as well as the whole."""
    said = phrases(heard(sounded(0.5, text, 1.5), State.REST))
    assert said[:1] == [text]


def test_a_breath_that_holds_no_phrase_is_told_of() -> None:
    short, long = (
        "purple umbrella",
        "the weather was fine and we all went out into the park on foot",
    )
    ((_, told),) = heard(sounded(0.5, short, 1.5))
    assert (told.candidates, told.long) == ((), False)
    assert [h.long for _, h in heard(sounded(0.5, long, 1.5)) if not h.candidates] == [True]


def test_what_was_begun_under_another_grammar_is_heard_whole() -> None:
    ear = Spotting(Given(), PRONOUNCE)
    ear.listen_for(grammar(State.GATE))
    pcm = sounded(1.0, "slow down", 1.0)
    half = MICROPHONE_RATE * 5 // 4
    assert ear.feed(pcm[:half], 0) == []
    ear.listen_for(grammar(State.REP))
    (utterance,) = ear.feed(pcm[half:], 3 * half)
    assert utterance.candidates[0].phrase == "slow down"


@pytest.mark.parametrize("state", [State.REP, State.RACKING])
def test_what_follows_a_stop_in_one_breath_belongs_to_it(state: State) -> None:
    """ "Now" alone resembles "no", and a second "stop" is already obeyed."""
    for text in ("stop now", "stop no", "stop one", "stop stop stop stop"):
        told = phrases(heard(sounded(0.5, text, 1.5), state))
        assert told
        assert {grammar(state).phrases[phrase] for phrase in told} == {Command(Intent.STOP)}


def test_pain_after_a_stop_is_told_of() -> None:
    assert phrases(heard(sounded(0.5, "stop pain", 1.5)))[-1] == "pain"


def test_a_stop_behind_another_command_is_told_however_unsure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only the decision layer refuses one. Here "faster" is sure, and "stop" a little less."""
    monkeypatch.setattr(spotting, "SURE", 0.975)
    ((_, faster), (_, stop)) = heard(sounded(0.5, "faster", 0.1, "stop", 1.5))
    assert faster.candidates[0].confidence > 0.975 > stop.candidates[0].confidence
    assert stop.candidates[0].phrase == "stop"


def test_a_command_a_breath_after_a_stop_is_heard() -> None:
    told = phrases(heard(sounded(0.5, "stop", 0.5, "no", 1.5), State.RACKING))
    assert told == ["stop", "no"]


def test_it_can_be_asked_about_a_sound() -> None:
    ear = Spotting(Given(), PRONOUNCE)
    ear.listen_for(grammar(State.REP))
    assert ear.opinion(0, SAMPLE_RATE) is None
    pcm = sounded(1.0, "how many", 0.2)
    ear.feed(pcm, 0)
    known = ear.opinion(SAMPLE_RATE, len(pcm) * 3)
    assert known is not None
    assert known.candidates[0].phrase == "how many"
    assert ear.opinion(0, SAMPLE_RATE // 2) is None


def test_what_is_heard_after_a_microphone_was_away_is_told_where_it_was() -> None:
    ear = Spotting(Given(), PRONOUNCE)
    ear.listen_for(grammar(State.REP))
    ear.feed(sounded(2.0), 0)
    ear.finish(2 * SAMPLE_RATE)
    (found,) = ear.feed(sounded(1.0, "how many", 1.5), 20 * SAMPLE_RATE)
    assert abs(found.said / SAMPLE_RATE - 21.0) < 0.15


@pytest.mark.parametrize("pause", [5.5, 6.3, 7.0, 7.6, 8.5])
@pytest.mark.parametrize(
    ("begins", "ends"), [("what did i do last", "time"), ("one hundred and", "kilos")]
)
def test_a_phrase_that_ends_after_a_long_pause_is_none(
    begins: str, ends: str, pause: float
) -> None:
    """Its first words are no longer known then, which made the recogniser fail."""
    found = [each for _, each in heard(sounded(0.5, begins, pause, ends, 1.0), State.REST)]
    assert found
    assert all(each.end - each.said < 6.9 * SAMPLE_RATE for each in found)
    assert all(c.confidence < 0.5 for each in found for c in each.candidates)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 170_000), min_size=1, max_size=5), st.booleans())
def test_blocks_make_no_difference(blocks: list[int], asks: bool) -> None:
    def told(blocks: Sequence[int]) -> list[Utterance]:
        second = Writer("slower") if asks else None
        return [h for _, h in heard(pcm, blocks=blocks, second=second)]

    pcm = sounded(0.4, "slow war", 0.9, "how many", 0.2, "left", 1.0, "stop", 9.0, "pose", 0.7)
    assert told(blocks) == told([320])
