"""The shipped English recogniser, the spotter and Moonshine side by side, on natural voices."""

from __future__ import annotations

import pytest

from tests.support.natural_speech import (
    OTHERS,
    RATE,
    VOICES,
    Sound,
    at_level,
    crowd,
    say,
    timeline,
)
from voicecoach.config import load
from voicecoach.core.decision import Thresholds, Verdict, judge
from voicecoach.core.events import URGENT, Intent, State
from voicecoach.core.session import listens_for
from voicecoach.listening import models
from voicecoach.listening.recogniser import OUTPUT_PER_INPUT

pytestmark = [pytest.mark.audio, pytest.mark.slow]

CONFIG = load(exercise="leg-press", language="en")
BARS = Thresholds(loudspeaker=False)
LEADS_ON = URGENT | {Intent.START, Intent.DONE, Intent.SKIP_REST}
NEXT = {State.ARMED: State.COUNTDOWN, State.REST: State.GATE}
"""Where a command of a state leads; elsewhere it leads to the catches."""


class Microphone:
    """A microphone that never stops, as in a session."""

    def __init__(self) -> None:
        self._ears = models.create("auto", "en")
        self._at = 0

    def answered(self, sound: Sound, state: State = State.REP) -> tuple[list[str], list[Verdict]]:
        """The commands obeyed in `sound`, and what is answered by a tone. The first command that is
        neither about the pace nor a question leads to another state."""
        obeyed, doubted = [], []
        live = listens_for(state)
        self._ears.listen_for(CONFIG.phrases.grammar(live))
        for first in range(0, len(sound), 320):
            block = sound[first : first + 320]
            heard = self._ears.feed(block, self._at)
            self._at += OUTPUT_PER_INPUT * len(block)
            if first + 320 >= len(sound):
                heard += self._ears.finish(self._at)
            for each in heard:
                verdict = judge(each, live, CONFIG.phrases, BARS, paced=True)
                if verdict.accepted and verdict.command is not None:
                    obeyed.append(str(verdict.command))
                    if verdict.command.intent in LEADS_ON:
                        live = listens_for(NEXT.get(state, State.RACKING))
                        self._ears.listen_for(CONFIG.phrases.grammar(live))
                elif verdict.doubt is not None:
                    doubted.append(verdict)
        return obeyed, doubted


@pytest.fixture(scope="module")
def microphone() -> Microphone:
    return Microphone()


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("phrase", ["stop", "i'm dizzy", "slower", "how many", "two more"])
def test_a_command_is_obeyed_once(microphone: Microphone, voice: str, phrase: str) -> None:
    meant = CONFIG.phrases.parse(phrase)
    obeyed, _ = microphone.answered(timeline([(1.0, say(phrase, voice))], 3.5))
    assert obeyed == [str(meant)]


@pytest.mark.parametrize("voice", VOICES)
def test_the_words_of_a_phrase_may_be_a_breath_apart(microphone: Microphone, voice: str) -> None:
    two, more = say("two", voice), say("more", voice)
    apart = 1.0 + len(two) / RATE + 0.4
    obeyed, _ = microphone.answered(timeline([(1.0, two), (apart, more)], 4.5))
    assert obeyed == ["more (more 2)"]


@pytest.mark.parametrize("voice", [*VOICES, *OTHERS])
@pytest.mark.parametrize(
    ("phrase", "state"),
    [
        ("stop now", State.REP),
        ("i'm done", State.REP),
        ("start set", State.ARMED),
        ("skip the rest", State.REST),
    ],
)
def test_nothing_of_what_was_obeyed_is_heard_again_in_the_next_state(
    microphone: Microphone, voice: str, phrase: str, state: State
) -> None:
    meant = CONFIG.phrases.parse(phrase)
    sound = timeline([(1.0, say(phrase, voice))], 3.5)
    assert microphone.answered(sound, state) == ([str(meant)], [])


@pytest.mark.parametrize("voice", ["joe", "slt"])
@pytest.mark.parametrize("cry", ["stop stop stop", "help help help"])
def test_a_cry_in_one_breath_is_obeyed_wherever_it_begins(
    microphone: Microphone, voice: str, cry: str
) -> None:
    """What the network sees of a sound depends on where its chunks and frames begin."""
    for late in (0.0, 0.07):
        obeyed, doubted = microphone.answered(timeline([(1.0 + late, say(cry, voice))], 4.0))
        assert set(obeyed) == {cry.split()[0]}
        assert doubted == []


def over(room: Sound, *words: tuple[float, Sound]) -> Sound:
    """Words in a room, each at its second and 14 dB above most of the room."""
    for at, word in words:
        first = round(at * RATE)
        room[first : first + len(word)] += at_level(word, -24.0)
    return room


@pytest.mark.parametrize("voice", VOICES)
def test_commands_are_heard_among_people_who_never_stop_talking(
    microphone: Microphone, voice: str
) -> None:
    """Everything is speech there, and no pause ends a command."""
    phrases = ["slower", "pause the set", "how many", "speed up", "stop now"]
    words = [(2.5 + 2.0 * n, say(phrase, voice)) for n, phrase in enumerate(phrases)]
    obeyed, _ = microphone.answered(over(crowd(3.0 + 2.0 * len(phrases), -38.0), *words))
    wanted = [str(CONFIG.phrases.phrases[phrase]) for phrase in phrases]
    assert [each for each in obeyed if each not in wanted] == []
    assert len(obeyed) >= 4, obeyed


def test_what_is_said_very_softly_is_no_silence() -> None:
    """The spotter hears no foreground in a word at -45 dBFS, but Moonshine does."""
    ears = models.create("auto", "en")
    ears.listen_for(CONFIG.phrases.grammar(listens_for(State.REP)))
    word = at_level(say("quiet", "joe"), -45.0)
    sound = timeline([(1.5, word)], 4.0, -70.0)
    heard = [h for n in range(0, len(sound), 320) for h in ears.feed(sound[n : n + 320], 3 * n)]
    heard += ears.finish(3 * len(sound))
    assert [str(h.candidates[0].command) for h in heard if h.candidates] == ["quiet"], heard
