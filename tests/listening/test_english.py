"""What is shipped for English, the spotter and Moonshine side by side, on natural voices."""

from __future__ import annotations

import pytest

from tests.support.natural_speech import RATE, VOICES, Sound, say, timeline
from voicecoach.config import load
from voicecoach.core.decision import Thresholds, judge
from voicecoach.core.events import State
from voicecoach.core.session import listens_for
from voicecoach.listening import models
from voicecoach.listening.recogniser import OUTPUT_PER_INPUT

pytestmark = [pytest.mark.audio, pytest.mark.slow]

CONFIG = load(exercise="leg-press", language="en")
IN_SET = listens_for(State.REP)


class Microphone:
    """One that never stops, as a session's does not."""

    def __init__(self) -> None:
        self._ears = models.create("auto", "en")
        self._ears.listen_for(CONFIG.phrases.grammar(IN_SET))
        self._at = 0

    def obeyed(self, sound: Sound) -> list[str]:
        """The commands that a set would obey in `sound`."""
        heard = []
        for first in range(0, len(sound), 320):
            block = sound[first : first + 320]
            heard += self._ears.feed(block, self._at)
            self._at += OUTPUT_PER_INPUT * len(block)
        heard += self._ears.finish(self._at)
        verdicts = (judge(e, IN_SET, CONFIG.phrases, Thresholds(), paced=True) for e in heard)
        return [str(each.command) for each in verdicts if each.accepted]


@pytest.fixture(scope="module")
def microphone() -> Microphone:
    return Microphone()


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("phrase", ["stop", "i'm dizzy", "slower", "how many", "two more"])
def test_a_command_is_obeyed_once(microphone: Microphone, voice: str, phrase: str) -> None:
    meant = CONFIG.phrases.parse(phrase)
    assert microphone.obeyed(timeline([(1.0, say(phrase, voice))], 3.5)) == [str(meant)]


@pytest.mark.parametrize("voice", VOICES)
def test_the_words_of_a_phrase_may_be_a_breath_apart(microphone: Microphone, voice: str) -> None:
    two, more = say("two", voice), say("more", voice)
    apart = 1.0 + len(two) / RATE + 0.4
    assert microphone.obeyed(timeline([(1.0, two), (apart, more)], 4.5)) == ["more (more 2)"]
