"""A line that the voice still renders holds up nothing, and comes as soon as it is rendered."""

from __future__ import annotations

import time

import numpy as np

from tests.support.session_driver import BEGIN, QUIET, leg_press, run_session, shipped
from voicecoach.core.cues import Outcome
from voicecoach.core.decision import Thresholds
from voicecoach.core.plan import MICROPHONE_RATE, CueClass
from voicecoach.listening.scripted import Scripted
from voicecoach.pcm import Pcm
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.clips import Clipbook

SLOW = 0.6
"""Seconds that the slow voice takes for a line that was not known in advance."""


class Slow:
    """A voice that takes its time for the lines that name a weight."""

    name = "slow"
    sample_rate = 24_000

    def render(self, text: str) -> Pcm:
        if "ighty" in text:
            time.sleep(SLOW)
        return np.sin(np.arange(12_000) / 10).astype(np.float32)


def test_the_sound_goes_on_while_a_voice_renders() -> None:
    tone = np.full(4800, 0.1, np.float32)
    clips = Clipbook([Slow()], None, dict.fromkeys(CueClass, tone))
    loop = workout_loop(
        leg_press("1-1-1-1", 3),
        shipped().phrases,
        Scripted([]),
        clips,
        bars=Thresholds(loudspeaker=False),
    )
    clips.wait_for_none()
    try:
        loop.process(np.full(3 * MICROPHONE_RATE, QUIET))
        loop.typed("eighty kilos")
        slowest, spoken = 0.0, []
        for _ in range(300):
            began = time.monotonic()
            loop.process(np.full(320, QUIET))
            slowest = max(slowest, time.monotonic() - began)
            spoken += [loop.saying(loop.position)]
            time.sleep(0.005)
        assert slowest < SLOW / 2
        assert any("Eighty kilos" in line for line in spoken)
    finally:
        clips.close()


def test_a_line_that_is_not_rendered_in_time_ends_once_like_any_other() -> None:
    said = [*BEGIN, (20.0, "eighty kilos"), (20.5, "eighty kilos"), (21.0, "stop")]
    sooner, later = (run_session(said, 60, late=late) for late in (0, 30))
    assert sooner.phases == later.phases
    keys = [cue.want.key for cue in later.cues()]
    assert len(keys) == len(set(keys))
    assert {cue.want.key for cue in sooner.cues()} == set(keys)


def test_of_two_answers_to_the_same_the_one_that_is_not_rendered_yet_is_dropped() -> None:
    said = [(3.0, "eighty kilos"), (3.2, "ninety kilos")]
    run = run_session(said, 20, late=40)
    (first,) = [cue for cue in run.cues() if "ighty kilos" in cue.text and cue.at < 160_000 * 2]
    assert (first.outcome, first.reason) == (Outcome.DROPPED, "it was asked for again")
    assert any("inety kilos" in cue.text for cue in run.played())
