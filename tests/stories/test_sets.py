"""Whole sets as readable timelines; a change in them is a change in behaviour."""

from __future__ import annotations

import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.session_driver import BEGIN, leg_curl, leg_press, plank, run_session, shipped
from voicecoach.core.commands import PhraseTable
from voicecoach.core.events import Command, Intent
from voicecoach.core.plan import samples


def test_a_whole_set(golden: SnapshotAssertion) -> None:
    words = [*BEGIN, (104.0, "locked")]
    assert run_session(words, 200).timeline() == golden


def test_a_set_with_everything_said_in_it(golden: SnapshotAssertion) -> None:
    words = [
        (2.0, "set up"),
        (10.0, "next"),
        (16.0, "next"),
        (22.0, "feet high"),
        (30.0, "ready"),
        (38.0, "start set"),
        (46.0, "ready"),
        (50.0, "start set"),
        (70.0, "slower"),
        (80.0, "how many"),
        (92.0, "pause"),
        (97.0, "resume"),
        (105.0, "one more"),
        (110.0, "faster"),
        (112.0, "quiet"),
        (120.0, "repeat"),
        (131.0, "done"),
        (136.0, "locked"),
        (145.0, "eighty kilos"),
        (150.0, "nine reps"),
        (155.0, "how many"),
        (160.0, "what does this work"),
    ]
    assert run_session(words, 235).timeline() == golden


def test_louder_and_softer(golden: SnapshotAssertion) -> None:
    """Requested at the gate, in the set and in the rest, to both ends of the range."""
    words = [
        (4.0, "louder"),
        (6.0, "repeat"),
        (12.0, "ready"),
        (16.0, "start set"),
        *((24.0 + n, "softer") for n in range(8)),
        (45.0, "done"),
        *((46.0 + n, "turn it up") for n in range(6)),
        (53.0, "locked"),
        (58.0, "not so loud"),
        (63.0, "done"),
        (66.0, "yes"),
    ]
    story = run_session(words, 70)
    assert story.timeline() == golden

    def level(start: float) -> float:
        """dBFS of the ticks and tones in three seconds of the silent voice's set."""
        return float(20 * np.log10(np.abs(story.sound[samples(start) : samples(start + 3)]).max()))

    assert level(33.0) == pytest.approx(level(20.2) - 12.0 - 3.0, abs=0.1)


def test_two_exercises_chosen_by_voice(golden: SnapshotAssertion) -> None:
    """First one that is not understood; the second exercise is begun from the rest."""
    phrases = dict(shipped().phrases.phrases)
    phrases["leg curl"] = Command(Intent.EXERCISE, (("exercise", "leg-curl"),))
    words = [
        (4.0, "leg day"),
        (20.0, "leg curl"),
        (26.0, "ready"),
        (30.0, "start set"),
        (53.0, "locked"),
        (60.0, "leg press"),
        (69.0, "ready"),
        (73.0, "start set"),
        (85.0, "done"),
        (89.0, "locked"),
        (95.0, "done"),
        (98.0, "yes"),
    ]
    story = run_session(words, 104, offered=(leg_press(), leg_curl()), phrases=PhraseTable(phrases))
    assert story.timeline() == golden


def test_a_plank_is_held(golden: SnapshotAssertion) -> None:
    """With a pause, ten seconds more, refusals during a hold, and more the next time."""
    words = [
        (3.0, "thirty seconds"),
        *BEGIN,
        (24.0, "how many"),
        (29.0, "pause"),
        (33.0, "resume"),
        (40.0, "slower"),
        (45.0, "one more"),
        (75.0, "knees down"),
        (86.0, "yes"),
        (91.0, "done"),
        (94.0, "yes"),
    ]
    assert run_session(words, 100, exercise=plank()).timeline() == golden


def test_no_room_at_all(golden: SnapshotAssertion) -> None:
    """One second down, one second up: safety displaces what it must."""
    exercise = leg_press("1-0-1-0", reps=8)
    assert run_session([*BEGIN, (20.0, "how many")], 45, exercise=exercise).timeline() == golden


def test_the_recording_ends_in_the_middle_of_the_set(golden: SnapshotAssertion) -> None:
    assert run_session(BEGIN, 25, exercise=leg_press(reps=3)).timeline() == golden


def test_dizzy(golden: SnapshotAssertion) -> None:
    words = [*BEGIN, (30.0, "dizzy"), (34.0, "resume"), (36.0, "locked"), (44.0, "start set")]
    assert run_session(words, 52).timeline() == golden
