"""Barge-in over a loudspeaker: a real voice, a real room's echo, a real recogniser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.support.natural_speech import Sound, at_level, say
from tests.support.session_driver import shipped
from tests.support.simulated_room import LATE, Room
from voicecoach.audio.echo import EchoCanceller
from voicecoach.audio.playout import DELAY
from voicecoach.cli import assembly
from voicecoach.core.decision import Decision, Thresholds
from voicecoach.core.events import Intent, SetOver, State
from voicecoach.core.plan import SAMPLE_RATE
from voicecoach.listening.models import create
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.voice_loop import QUANTUM
from voicecoach.runtime.workout_conversation import workout_loop

pytestmark = pytest.mark.audio

BEGIN = {State.GATE: "ready", State.ARMED: "start set"}


class Gym:
    """A coach over a loudspeaker, its echo 10 dB down, and somebody who may speak."""

    def __init__(self, bars: Thresholds | None = None) -> None:
        loaded = shipped()
        self.room = Room(-10.0)
        self.coach = workout_loop(
            replace(loaded.exercise, reps=30),
            loaded.phrases,
            create("moonshine", "en"),
            assembly.make_clips(loaded, "hibari"),
            bars=bars,
            latency=DELAY,
            canceller=EchoCanceller(DELAY),
        )
        self.records: list[Record] = []

    def run(self, until: Callable[[], bool], lifter: Sound | None = None) -> None:
        """Run until a condition holds; the lifter begins to speak at once."""
        speech = np.zeros(0, np.float32) if lifter is None else lifter
        limit = self.coach.position + 120 * SAMPLE_RATE
        while not until():
            assert self.coach.position < limit
            state = self.coach.conversation.session.state
            if state in BEGIN and self.coach.quiet:
                self.coach.typed(BEGIN[state])
            microphone = self.room.microphone()
            now, speech = speech[:QUANTUM], speech[QUANTUM:]
            microphone[: len(now)] += now
            sound, records = self.coach.process(microphone)
            self.room.play(sound)
            self.records += records

    def for_seconds(self, seconds: float) -> Callable[[], bool]:
        end = self.coach.position + round(seconds * SAMPLE_RATE)
        return lambda: self.coach.position >= end

    @property
    def accepted(self) -> list[Decision]:
        """Obeyed utterances, without typed ones."""
        heard = [r for r in self.records if isinstance(r, Decision)]
        return [r for r in heard if r.verdict.accepted and r.heard.candidates]


def test_the_coach_never_obeys_itself_and_obeys_the_lifter_over_its_own_voice() -> None:
    """Without the decision layer's knowledge of what is being said."""
    gym = Gym(Thresholds(loudspeaker=False))
    gym.run(lambda: gym.coach.conversation.session.state is State.REP)
    gym.run(gym.for_seconds(60))
    assert gym.coach.conversation.session.set.done > 5
    assert gym.accepted == []
    gym.run(lambda: gym.coach.saying(gym.coach.position - LATE) != "")
    gym.run(gym.for_seconds(2.5), at_level(say("stop"), -26.0))
    assert [r.verdict.command.intent for r in gym.accepted if r.verdict.command] == [Intent.STOP]
    assert [r.ended_by for r in gym.records if isinstance(r, SetOver)] == ["stop"]
