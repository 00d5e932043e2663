"""Answers given while the coach still asks: a real voice, a real room's echo, real recognisers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from tests.support.natural_speech import at_level, say
from tests.support.session_driver import shipped
from tests.support.simulated_room import LATE, Room
from voicecoach.audio.echo import EchoCanceller
from voicecoach.audio.playout import DELAY
from voicecoach.cli import assembly
from voicecoach.core.decision import Decision
from voicecoach.core.events import Intent, State
from voicecoach.core.plan import SAMPLE_RATE, Tempo
from voicecoach.listening.models import create
from voicecoach.runtime.voice_loop import QUANTUM
from voicecoach.runtime.workout_conversation import workout_loop

pytestmark = pytest.mark.audio

ANSWERS = (
    ("First a test. Say: stop now.", 1.8, "stop now", Intent.STOP),
    ("Catches set? Back and head on the pad? Say ready.", 1.5, "ready", Intent.READY),
    ("Release the catches. Say start set.", 0.9, "start set", Intent.START),
    ("One.", 0.8, "stop", Intent.STOP),
    # A moment earlier the coach itself says "lock", which covers it on a loudspeaker.
    ("Press the sled up if you can", 1.7, "locked", Intent.LOCKED),
)
"""The beginning of the coach's line, how many seconds into it, and what the lifter then says."""


@dataclass
class Lifter:
    """Says each answer at its time, measured at the ear."""

    coming: list[tuple[str, float, str, Intent]]
    begun: dict[str, int] = field(default_factory=dict)

    def says(self, line: str, now: int) -> str:
        """What they begin to say at sample `now`, while the ear hears `line`; "" for nothing."""
        self.begun.setdefault(line, now)
        beginning, after, text, _ = self.coming[0] if self.coming else ("", 0.0, "", None)
        heard = (at for line, at in self.begun.items() if text and line.startswith(beginning))
        if now < next(heard, now + 1) + after * SAMPLE_RATE:
            return ""
        self.coming.pop(0)
        self.begun.clear()
        return text


@pytest.mark.parametrize("echo", [None, -10.0], ids=["earbuds nobody knows of", "a loudspeaker"])
def test_each_is_obeyed_the_first_time(echo: float | None) -> None:
    """For a lifter who set that the microphone may hear the coach."""
    loaded = shipped()
    room = Room(echo)
    coach = workout_loop(
        replace(loaded.exercise, reps=3, tempo=Tempo.parse("1-1-1-1")),
        loaded.phrases,
        create("auto", "en"),
        assembly.make_clips(loaded, "hibari"),
        latency=DELAY,
        canceller=None if echo is None else EchoCanceller(DELAY),
        prove_stop=True,
    )
    lifter = Lifter(list(ANSWERS))
    speech = np.zeros(0, np.float32)
    heard: list[Decision] = []
    while lifter.coming or len(speech) or coach.conversation.session.state is State.RACKING:
        assert coach.position < 60 * SAMPLE_RATE, heard
        now = coach.position - LATE
        if text := lifter.says(coach.saying(now), now):
            speech = at_level(say(text), -26.0)
        microphone = room.microphone()
        begin, speech = speech[:QUANTUM], speech[QUANTUM:]
        microphone[: len(begin)] += begin
        sound, records = coach.process(microphone)
        room.play(sound)
        heard += [r for r in records if isinstance(r, Decision)]
    obeyed = [r.verdict.command for r in heard if r.verdict.accepted]
    assert [command.intent for command in obeyed if command] == [each[3] for each in ANSWERS]
    # What else was refused was no answer, and no tone sounded.
    assert [r for r in heard if r.reply] == []
