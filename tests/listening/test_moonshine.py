"""The embedded English engine on natural voices: what it must hear, and what it must not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from benchmarks.commands.noises import beat
from tests.support.example_grammar import BAR, IN_SET
from tests.support.fed_recogniser import accepted, listen
from tests.support.natural_speech import (
    OTHERS,
    RATE,
    VOICES,
    Sound,
    at_level,
    crowd,
    hiss,
    say,
    timeline,
)
from voicecoach.core.events import Command, Grammar, Intent, Utterance
from voicecoach.listening.models import find_weights
from voicecoach.listening.moonshine import Moonshine
from voicecoach.listening.segments import PauseStage, Segment

pytestmark = [pytest.mark.audio, pytest.mark.slow]

TALK = [
    "I went to see my sister on the way home yesterday",
    "They had no bread left at the shop so we took some rice",
    "He never told me why he sold the car",
]
PAUSE = 0.7
"""Seconds between two utterances."""


def recogniser(grammar: Grammar = IN_SET) -> Moonshine:
    weights = find_weights()
    assert weights is not None, "moonshine-voice is not installed"
    made = Moonshine(weights)
    made.listen_for(grammar)
    return made


def one_after_the_other(
    phrases: list[str], voice: str, noise: float = -66.0
) -> tuple[Sound, list[tuple[float, float]]]:
    """The phrases with pauses between them, and the seconds at which each begins and ends."""
    at, said, bounds = PAUSE, [], []
    for phrase in phrases:
        sound = say(phrase, voice)
        said.append((at, sound))
        bounds.append((at, at + len(sound) / RATE))
        at += len(sound) / RATE + PAUSE
    return timeline(said, at, noise), bounds


@pytest.mark.parametrize("noise", [-66.0, -40.0], ids=["quiet", "mild noise"])
@pytest.mark.parametrize("voice", VOICES)
def test_every_command_is_heard_where_it_was_said(voice: str, noise: float) -> None:
    phrases = [phrase for phrase in IN_SET.phrases if not phrase[0].isdigit()]
    sound, bounds = one_after_the_other(phrases, voice, noise)
    heard = listen(recogniser(), sound)
    assert len(heard) == len(phrases)
    missed = []
    for phrase, (begin, end), h in zip(phrases, bounds, heard, strict=True):
        assert h.said / 48_000 == pytest.approx(begin, abs=0.25)
        assert h.end / 48_000 == pytest.approx(end, abs=0.25)
        if accepted([h]) != [str(IN_SET.phrases[phrase])]:
            missed.append((phrase, h))
    assert len(missed) <= 1, missed


def test_in_a_crowd_what_is_not_over_is_looked_at_no_more_often_than_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each look takes 0.1 to 0.2 s; with all of them it would fall behind."""
    weights = find_weights()
    assert weights is not None
    rate, seconds = 0.25, 24.0
    engine = Moonshine(weights, rate)
    engine.listen_for(IN_SET)
    early: list[int] = []
    look = engine._look

    def counted(segment: Segment, thorough: bool) -> Utterance:
        if engine._known(segment, thorough) is None and segment.pause < PauseStage.SETTLED:
            early.append(segment.said)
        return look(segment, thorough)

    monkeypatch.setattr(engine, "_look", counted)
    talk = np.zeros(round(seconds * RATE), np.float32)
    for n, voice in enumerate((*VOICES, *OTHERS)):
        said = np.concatenate([say(text, voice) for text in TALK[n:] + TALK[:n]])
        talk += np.resize(at_level(said, -30.0), len(talk))
    listen(engine, talk)
    assert len(early) <= rate * seconds + 4  # Those saved up, and one after the silence.
    assert early, "nothing was looked at, so this shows nothing"


@pytest.mark.parametrize("early", [1.0, 0.0])
def test_it_can_be_asked_about_a_sound_that_is_not_over(early: float) -> None:
    weights = find_weights()
    assert weights is not None
    engine = Moonshine(weights, early)
    engine.listen_for(IN_SET)
    sound = timeline([(0.6, word := say("faster", VOICES[0]))], 3.0)
    said, end = round(0.6 * 48_000), round((0.6 + len(word) / RATE) * 48_000)
    engine.feed(sound[: end // 3 + 320 * 3], 0)
    asked = engine.opinion(said, end)
    assert asked is not None
    assert accepted([asked]) == ["faster"]
    assert engine.opinion(0, said // 2) is None


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize(
    "text",
    [
        "stopped by the shop",
        "one more time he said",
        "down",
        "start said",
        "ready made",
        "one two three four",
        "I went to see my sister on the way home yesterday",
    ],
)
def test_near_misses_are_refused(text: str, voice: str) -> None:
    engine = recogniser()
    assert accepted(listen(engine, timeline([(0.6, say(text, voice))], 5.0))) == []


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("at", [0.6, 0.62, 0.64, 0.66])
def test_a_name_that_is_nearly_a_command_leaves_it_in_doubt(voice: str, at: float) -> None:
    """Which of them leads depends on a hundredth of a second and on the kind of processor. That
    both are likely does not."""

    def likeness(text: str) -> float:
        (heard,) = listen(recogniser(), timeline([(at, say(text, voice))], 5.0))
        return next((each.confidence for each in heard.candidates if each.phrase == "don"), 0.0)

    assert likeness("Don.") > BAR
    assert likeness("done") < 0.1


def test_talk_is_reported_once_and_a_command_after_it_is_heard() -> None:
    talk = say("I went to see my sister on the way home yesterday and she told me about it")
    sound = timeline([(0.5, talk), (0.5 + len(talk) / RATE + 0.6, say("pause", "heart"))], 7.0)
    heard = listen(recogniser(), sound)
    assert [h.note for h in heard] == ["talk, longer than any command", ""]
    assert accepted(heard) == ["pause"]


def test_silence_and_steady_noise_are_nothing() -> None:
    engine = recogniser()
    assert listen(engine, np.zeros(3 * RATE, np.float32)) == []
    assert listen(engine, hiss(5.0, -30.0)) == []


@pytest.mark.parametrize("breaks", [False, True], ids=["on and on", "with breaks"])
@pytest.mark.parametrize("number", [0, 2])
def test_a_drum_says_no_number(number: int, breaks: bool) -> None:
    """The model hears a bass drum as "eight"."""
    eight = {"eight": Command(Intent.REPS, (("reps", 8),))}
    engine = recogniser(Grammar.of({**IN_SET.phrases, **eight}, IN_SET.decoys))
    music = at_level(beat(16.0, number).sound, -36.0)
    if breaks:  # The room seems quiet in them, and for some seconds after.
        for second in range(2, 16, 3):
            music[second * RATE : second * RATE + RATE * 3 // 10] = 0
    for at, word in ((5.0, say("how many")), (12.0, say("stop", "heart"))):
        start = round(at * RATE)
        music[start : start + len(word)] += at_level(word, -26.0)
    music += hiss(16.0, -70.0)
    assert accepted(listen(engine, music)) == ["how_many", "stop"]


@pytest.mark.parametrize("cut", ["whole", "random", "320"])
def test_blocks_make_no_difference(cut: str) -> None:
    sound = timeline([(0.3, say("how many")), (1.6, say("stop", "heart"))], 2.9)
    whole = listen(recogniser(), sound, [len(sound)])
    rng = random.Random(3)
    sizes = {
        "whole": [len(sound)],
        "random": [rng.randint(1, 3000) for _ in range(200)],
        "320": [320] * (len(sound) // 320 + 1),
    }[cut]
    assert listen(recogniser(), sound, sizes) == whole
    assert accepted(whole) == ["how_many", "stop"]


def test_one_sample_at_a_time_makes_no_difference() -> None:
    sound = timeline([(0.2, say("stop", "heart"))], 1.3)
    whole = listen(recogniser(), sound, [len(sound)])
    assert listen(recogniser(), sound, [1] * len(sound)) == whole
    assert accepted(whole) == ["stop"]


def test_an_utterance_is_scored_with_the_grammar_live_when_it_ends() -> None:
    sound = timeline([(0.3, say("resume", "heart"))], 2.0)
    engine = recogniser()
    half = RATE * 6 // 10
    assert engine.feed(sound[:half], 0) == []
    engine.listen_for(Grammar.of({"resume": Command(Intent.RESUME)}))
    heard = engine.feed(sound[half:], 3 * half)
    assert accepted(heard) == ["resume"]


def test_times_follow_the_blocks_not_a_count() -> None:
    """Live, the clock may jump between two blocks; what is heard later has a later time."""
    sound = timeline([(0.5, say("stop", "heart"))], 1.6)
    engine, jump = recogniser(), 48_000
    heard = engine.feed(sound[:3200], 0) + engine.feed(sound[3200:], 9600 + jump)
    assert [(h.said - jump) / 48_000 for h in heard] == [pytest.approx(0.5, abs=0.25)]


def test_numbers_of_many_digits_are_told_apart() -> None:
    """Words and digits of one command are one candidate; its neighbours rank lower."""
    phrases: dict[str, Command] = {}
    words = {80: "eighty", 18: "eighteen", 85: "eighty five", 90: "ninety", 180: "one eighty"}
    for kilos, word in words.items():
        command = Command(Intent.WEIGHT, (("kilos", kilos),))
        phrases |= {f"{word} kilos": command, f"{kilos} kilos": command}
    engine = recogniser(Grammar.of(phrases))
    for voice in VOICES:
        for kilos, word in words.items():
            said = say(f"{word} kilos.", voice)
            [heard] = listen(engine, timeline([(0.4, said)], 0.4 + len(said) / RATE + 0.6))
            assert heard.candidates[0].command == Command(Intent.WEIGHT, (("kilos", kilos),)), heard
            commands = [c.command for c in heard.candidates]
            assert len(commands) == len(set(commands))


@pytest.mark.parametrize("voice", VOICES)
def test_commands_are_heard_among_people_who_never_stop_talking(voice: str) -> None:
    """If everything is speech, no pause ends a command."""
    phrases = ["stop", "pause", "how many", "speed up", "stop now"]
    room = crowd(3.0 + 2.0 * len(phrases), -38.0)
    for number, phrase in enumerate(phrases):
        sound = at_level(say(phrase, voice), -24.0)
        first = round((2.5 + 2.0 * number) * RATE)
        room[first : first + len(sound)] += sound
    heard = listen(recogniser(), room)
    commands = accepted(heard)
    expected = [str(IN_SET.phrases[phrase]) for phrase in phrases]
    assert [c for c in commands if c not in expected] == []
    assert len(commands) >= 4, heard


def test_a_word_cut_in_two_ways_is_reported_once() -> None:
    for noise in (-66.0, -45.0, -35.0):
        sound, _ = one_after_the_other(["pause", "how many", "one more", "quiet"], "heart", noise)
        said = accepted(listen(recogniser(), sound))
        assert len(said) == len(set(said)), said
