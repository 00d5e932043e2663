"""The embedded engine's scores of commands in noise, wherever they were cut."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.commands.noises import Bed, at_level, beat, fan
from tests.support.example_grammar import BAR, IN_SET
from tests.support.natural_speech import RATE, VOICES, Sound, hiss, say
from voicecoach.core.events import Command, Grammar, Intent
from voicecoach.listening.models import find_weights
from voicecoach.listening.scoring import Scorer, scorer

pytestmark = [pytest.mark.audio, pytest.mark.slow]

PHRASES = [phrase for phrase in IN_SET.phrases if not phrase[0].isdigit()]
Maker = Callable[[float, int], Bed]
MEASURED = {"duration": 0.5, "level": -26.0, "room": -31.0, "speech": 0.9}


def ear() -> Scorer:
    weights = find_weights()
    assert weights is not None, "moonshine-voice is not installed"
    return scorer(weights)


def said(phrase: str, voice: str, noise: Sound) -> Sound:
    """`phrase` 5 dB louder than `noise`, with 0.2 s of it on both sides."""
    speech = np.pad(at_level(say(phrase, voice), -26.0), RATE // 5)
    return np.asarray(speech + at_level(noise, -31.0)[: len(speech)], np.float32)


@pytest.mark.parametrize("make", [beat, fan])
def test_commands_are_heard_in_noise(make: Maker) -> None:
    noise = make(4.0, 1).sound
    engine = ear()
    phrases = engine.phrases(IN_SET)
    right: list[tuple[str, str]] = []
    wrong: list[tuple[str, str]] = []
    for voice in VOICES:
        for phrase in PHRASES:
            candidates, _, _ = engine.score(said(phrase, voice, noise), MEASURED, phrases)
            if candidates[0].command and candidates[0].confidence >= BAR:
                meant = candidates[0].command == IN_SET.phrases[phrase]
                (right if meant else wrong).append((voice, phrase))
    assert wrong == []
    assert len(right) >= 0.94 * len(VOICES) * len(PHRASES), right


@pytest.mark.parametrize("make", [beat, fan])
def test_the_noise_alone_is_no_command(make: Maker) -> None:
    engine = ear()
    phrases = engine.phrases(IN_SET)
    noise = at_level(make(8.0, 2).sound, -26.0)
    for first in range(0, 7 * RATE, RATE // 2):
        candidates, _, _ = engine.score(noise[first : first + RATE], MEASURED, phrases)
        assert all(c.command is None or c.confidence < BAR for c in candidates), first
    candidates, _, _ = engine.score(hiss(1.0, -40.0), MEASURED, phrases)
    assert all(c.command is None or c.confidence < BAR for c in candidates)


def test_what_may_go_on_is_not_over() -> None:
    said = {"rpe 8": 8.0, "rpe 8.5": 8.5, "rpe eight": 8.0, "rpe eight and a half": 8.5}
    commands = {text: Command(Intent.RPE, (("rpe", rpe),)) for text, rpe in said.items()}
    stops = {"stop": Command(Intent.STOP), "stop now": Command(Intent.STOP)}
    phrases = ear().phrases(Grammar.of(commands | stops, ("stop it",)))
    assert [text for text in said | stops | {"stop it": None} if phrases.goes_on(text)] == [
        *("rpe 8", "rpe eight", "stop")
    ]
    assert not phrases.goes_on("stop", as_command=True)
    assert phrases.goes_on("rpe 8", as_command=True)
