"""Whose commands count, and whose voice is learnt."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import Doubt, SpokenLine, Thresholds, Verdict, judge
from voicecoach.core.events import URGENT, Candidate, Command, Intent, Utterance
from voicecoach.core.own_voice import (
    ENOUGH,
    LONG,
    NOBODY,
    SECOND,
    SHORT,
    Embedding,
    OwnVoice,
    alike,
)

PHRASES = {intent.value: Command(intent) for intent in (*URGENT, Intent.DONE, Intent.PAUSE)}
TABLE = PhraseTable(PHRASES)
ME: Embedding = (1.0, 0.0, 0.0)
ONLY_ME = Thresholds(only=ME, loudspeaker=False)

embeddings = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: math.hypot(*v) > 0.1)


def said(phrase: str, voice: Embedding) -> Utterance:
    return Utterance(0, 9600, (Candidate(phrase, PHRASES[phrase], 0.9),), voice=voice)


def judged(heard: Utterance, bars: Thresholds = ONLY_ME, *spoken: SpokenLine) -> Verdict:
    return judge(heard, frozenset(Intent), TABLE, bars, spoken)


def like_me(cosine: float) -> Embedding:
    return (cosine, math.sqrt(1 - cosine * cosine), 0.0)


@given(st.sampled_from(sorted(URGENT)), embeddings)
def test_what_cannot_wait_is_obeyed_from_anybody(intent: Intent, voice: Embedding) -> None:
    assert judged(said(intent.value, voice)).accepted


@given(embeddings)
def test_an_ordinary_command_is_obeyed_from_the_enrolled_voice_alone(voice: Embedding) -> None:
    assert judged(said("done", voice)).accepted == (alike(voice, ME) >= SHORT)


def test_another_voice_is_named_and_never_refused_in_silence() -> None:
    verdict = judged(said("pause", like_me(SHORT - 0.1)))
    assert verdict.reason == f"another voice ({SHORT - 0.1:.2f} of {SHORT:.2f})"
    assert verdict.doubt is Doubt.LIKE


def test_a_phrase_need_not_be_as_alike_as_a_word() -> None:
    heard = said("pause", like_me((SHORT + LONG) / 2))
    assert not judged(heard).accepted
    assert judged(replace(heard, end=SECOND)).accepted


def test_everybody_is_obeyed_where_nobody_can_tell_or_nobody_asks() -> None:
    assert judged(said("pause", ())).accepted
    assert judged(said("pause", like_me(0.0)), Thresholds()).accepted


def test_everybody_is_obeyed_while_a_loudspeaker_plays_the_coach() -> None:
    heard = said("pause", like_me(0.0))
    line = SpokenLine("Lower the sled.", -48_000, 4_800)
    over = SpokenLine("Lower the sled.", -96_000, -48_000)
    loud = Thresholds(only=ME, loudspeaker=True)
    assert judged(heard, loud, line).accepted
    assert not judged(heard, loud, over).accepted
    assert not judged(heard, ONLY_ME, line).accepted


@given(st.lists(embeddings, min_size=1, max_size=9))
def test_what_is_known_is_the_mean(voices: list[Embedding]) -> None:
    known = NOBODY.heard([*voices, ()])
    mean = [sum(column) / len(voices) for column in zip(*voices, strict=True)]
    assert known.mean == pytest.approx(mean, abs=1e-9)
    assert known.of == len(voices)
    assert known.known == (len(voices) >= ENOUGH)


def test_a_short_enrolment_leaves_a_known_voice_alone() -> None:
    known = OwnVoice("a", ME, ENOUGH)
    assert known.renewed(OwnVoice("a", like_me(0.0), ENOUGH - 1)) == known
    again = OwnVoice("a", like_me(0.0), ENOUGH)
    assert known.renewed(again) == again
    other_network = OwnVoice("b", like_me(0.0), 1)
    assert known.renewed(other_network) == other_network
