"""Only the enrolled voice is obeyed, except for urgent commands: on real parts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.enrolment_driver import enrol_by_sound
from tests.support.natural_speech import RATE, Sound, at_level, say, timeline
from tests.support.session_driver import leg_press, shipped
from voicecoach.cli import assembly
from voicecoach.core.decision import Decision, Reply, Thresholds
from voicecoach.core.own_voice import ENOUGH, OwnVoice
from voicecoach.core.profile import Profile
from voicecoach.listening.recogniser import Recogniser
from voicecoach.runtime.enrolment_conversation import enrolment_loop, items
from voicecoach.runtime.simulate import simulate
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.silent import SilentClips

pytestmark = [pytest.mark.audio, pytest.mark.slow]

ME, SOMEBODY = "heart", "joe"


@pytest.fixture(scope="module")
def own() -> OwnVoice:
    """What a short enrolment learns of a voice."""
    loaded = shipped()
    ear = assembly.ear_maker(loaded.settings.listening, "moonshine", "en", learner=True)()
    chosen = items(loaded.phrases, loaded.commands.other_words, ("pause", "how many"))
    empty = Profile("moonshine", "en", {})
    learner = enrolment_loop(chosen, loaded.phrases, ear, SilentClips(), loaded.enrol, empty)

    def answer(phrase: str) -> Sequence[Sound]:
        return [say(phrase, ME, speed) for speed in (0.92, 1.0, 1.1)] if phrase else []

    enrol_by_sound(learner, answer)
    voice: OwnVoice = learner.conversation.learnt.voice
    return voice


@pytest.fixture
def ear() -> Recogniser:
    listening = shipped().settings.listening.model_copy(update={"only_me": True})
    return assembly.make_ear(listening, "moonshine", "en")


def test_an_enrolment_learns_the_voice(own: OwnVoice) -> None:
    assert own.known
    assert own.of >= ENOUGH
    assert len(own.mean) == 256


def test_only_the_enrolled_voice_is_obeyed(own: OwnVoice, ear: Recogniser) -> None:
    said = [(2.0, SOMEBODY, "ready"), (6.0, ME, "ready"), (10.0, SOMEBODY, "stop")]
    sounds = [(at, at_level(say(text, voice), -26.0)) for at, voice, text in said]
    loop = workout_loop(
        leg_press(),
        shipped().phrases,
        ear,
        SilentClips(),
        bars=Thresholds(only=own.mean, loudspeaker=False),
    )
    records = [r for _, some in simulate(loop, timeline(sounds, 13.0), RATE) for r in some]
    heard = [record for record in records if isinstance(record, Decision)]
    other, mine, stop = [record.verdict for record in heard]
    assert not other.accepted
    assert other.reason.startswith("another voice (0.")
    assert heard[0].reply is Reply.TONE
    assert (mine.phrase, mine.accepted) == ("ready", True)
    assert (stop.phrase, stop.accepted) == ("stop", True)
