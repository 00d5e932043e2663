"""Enrolments as stories: the questions, the answers, the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from tests.support.enrolment_driver import EnrolmentRun, Word, enrol_by_sound, enrol_by_text
from tests.support.natural_speech import say
from tests.support.session_driver import shipped
from voicecoach.cli import assembly
from voicecoach.core.cues import Ended, Outcome
from voicecoach.core.decision import Thresholds
from voicecoach.core.enrolment import LINES, PATIENCE, ROOM, TRIES, UNANSWERED
from voicecoach.core.events import Intent, PhraseAsked
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.core.profile import ENOUGH, Profile, counts, fitted
from voicecoach.listening.scripted import Scripted
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.enrolment_conversation import LEARNT, EnrolmentLoop, enrolment_loop, items
from voicecoach.runtime.simulate import simulate
from voicecoach.speaking.silent import SilentClips

pytestmark = pytest.mark.slow

EMPTY = Profile("scripted", "en", {})
FEW = ("stop", "pause", "locked")


def enroller(ear: Scripted, *only: str, bars: Thresholds | None = None) -> EnrolmentLoop:
    loaded = shipped()
    chosen = items(loaded.phrases, loaded.commands.other_words, only)
    clips = SilentClips()
    return enrolment_loop(chosen, loaded.phrases, ear, clips, loaded.enrol, EMPTY, bars=bars)


def enrolled(
    answers: Mapping[str, Sequence[Word]] | Callable[[str], Sequence[Word]],
    *only: str,
    bars: Thresholds | None = None,
) -> tuple[EnrolmentLoop, EnrolmentRun]:
    """`answers` to each phrase; three sure repetitions if there is none."""
    ear = Scripted()
    learner = enroller(ear, *only, bars=bars)

    def answer(phrase: str) -> Sequence[Word]:
        if callable(answers):
            return answers(phrase)
        return answers.get(phrase, [(phrase, 0.95)] * ENOUGH if phrase else [])

    return learner, enrol_by_text(learner, ear, answer)


def spoken(run: EnrolmentRun, line: str) -> list[str]:
    return [cue.text for cue in cues(run.records) if cue.want.id == line]


def cues(records: Iterable[Record]) -> list[Ended]:
    return [record for record in records if isinstance(record, Ended)]


def asked(run: EnrolmentRun) -> list[str]:
    return [record.phrase for record in run.records if isinstance(record, PhraseAsked)]


def test_everything_goes_well(golden: SnapshotAssertion) -> None:
    learner, run = enrolled({})
    assert run.timeline() == golden
    assert run.seconds < 180
    assert fitted(learner.conversation.learnt, shipped().phrases, Thresholds()) == Thresholds()
    assert set(map(len, learner.conversation.learnt.tries.values())) == {ENOUGH}


def test_everything_goes_wrong(golden: SnapshotAssertion) -> None:
    """Weak, taken for something else, mumbled, not said, skipped, and finally "stop"."""
    answers: dict[str, Sequence[Word]] = {
        "": [("boss", 0.3), ("pause", 0.1)],
        "stop": [("stop", 0.25), ("stop", 0.4), ("stop", 0.35)],
        "done": [("done", 0.55), ("done", 0.4), ("done", 0.6)],
        "pause": [("boss", 0.7), ("pause", 0.6), ("boss", 0.8), ("pause", 0.7), ("boss", 0.9)],
        "resume": [("blah", 1.0)] * 7,
        "carry on": [("carry on", 0.1)] * 3,
        "slower": [],
        "faster": [("faster", 0.9), ("skip", 1.0)],
        "how many": [("how many", 0.9), ("how many", 0.9), ("skip it", 0.2), ("how many", 0.9)],
        "one more": [("one more", 0.9), ("one more", 0.9), ("stop", 1.0)],
    }
    learner, run = enrolled(answers)
    assert run.timeline() == golden
    bars = fitted(learner.conversation.learnt, shipped().phrases, Thresholds())
    assert {c.intent for c in bars.lowered} == {Intent.STOP, Intent.DONE}


def test_one_phrase_is_learnt_in_seconds() -> None:
    learner, run = enrolled({}, "One more!")
    assert asked(run) == ["", "one more"]
    assert list(learner.conversation.learnt.tries) == ["one more"]
    assert run.seconds < 20
    with pytest.raises(ValueError, match='"one moer" is not a command'):
        enroller(Scripted(), "one moer")


def test_a_number_is_learnt_where_it_is_understood() -> None:
    """Alone only after the coach has asked for it."""
    (alone,) = items(shipped().phrases, {}, ["eighty"])
    assert Intent.NUMBER in alone.live
    (weight,) = items(shipped().phrases, {}, ["eighty kilos"])
    assert Intent.NUMBER not in weight.live
    waiting = replace(shipped().phrases, only_asked=frozenset({Intent.WEIGHT}))
    (weight,) = items(waiting, {}, ["eighty kilos"])
    assert "eighty kilos" in waiting.grammar(weight.live).phrases


def test_silence_ends_it_by_itself() -> None:
    learner, run = enrolled(lambda phrase: [])
    assert asked(run) == ["", "stop", "done"]
    assert spoken(run, "nothing")
    assert not learner.conversation.learnt.tries
    patience = (ROOM + UNANSWERED * 2 * PATIENCE) / SAMPLE_RATE
    assert patience < run.seconds < patience + 20


def test_mumbling_ends_it_too() -> None:
    """An unrecognised utterance counts as a try, and tries are limited."""
    learner, run = enrolled(lambda phrase: [("blah", 1.0)] * 9, *FEW)
    assert {len(each) for each in learner.conversation.learnt.tries.values()} == {TRIES}
    assert asked(run)[1:] == [
        "stop",
        "stop now",
        "pause",
        "pause the set",
        "locked",
        "lock",
    ] or (asked(run)[-1] == "catches locked")


def test_noise_and_talk_are_no_answer() -> None:
    learner, _ = enrolled({"stop": [("", 1.0)] * 9}, "stop")
    assert not learner.conversation.learnt.tries


def test_another_phrase_is_learnt_where_the_first_would_be_missed() -> None:
    answers: dict[str, Sequence[Word]] = {"locked": [("walked", 0.9)] * TRIES}
    learner, run = enrolled(answers, *FEW)
    assert asked(run)[-1] == "catches locked"
    assert spoken(run, "confused_say") == [
        'To me, "locked" sounds like "walked". Say "catches locked".'
    ]
    assert [each.missed for each in learner.conversation.outlooks] == [0, 0, TRIES, 0]


def test_stop_is_an_answer_where_stop_is_asked_for_and_ends_it_elsewhere() -> None:
    learner, run = enrolled({"pause": [("stop", 0.9)]}, *FEW)
    assert list(learner.conversation.learnt.tries) == ["stop"]
    assert asked(run) == ["", "stop", "pause"]
    assert learner.over


def test_the_coach_is_not_the_lifter() -> None:
    """What comes while it speaks may be its own voice from a loudspeaker."""
    ear = Scripted()
    learner = enroller(ear, "stop", bars=Thresholds(loudspeaker=True))
    run = enrol_by_text(learner, ear, lambda phrase: [])
    times = [cue.at for cue in cues(run.records) if cue.want.id == "ask"]
    early = Scripted([(at / SAMPLE_RATE + 0.2, "stop") for at in times])
    learner = enroller(early, "stop")
    enrol_by_text(learner, early, lambda phrase: [])
    assert times
    assert not learner.conversation.learnt.tries
    earbuds = Scripted([(at / SAMPLE_RATE + 0.2, "stop") for at in times])
    learner = enroller(earbuds, "stop", bars=Thresholds(loudspeaker=False))
    enrol_by_text(learner, earbuds, lambda phrase: [])
    assert len(learner.conversation.learnt.tries["stop"]) == len(times)


def test_a_recording_that_ends_in_the_middle_is_enough_for_what_was_said() -> None:
    _, run = enrolled({}, *FEW)
    half = len(run.microphone) * 2 // 3
    ear = Scripted()
    cut = enroller(ear, *FEW)
    sounds = list(simulate(cut, run.microphone[:half]))
    assert cut.over
    assert "deaf" in {cue.want.id for _, records in sounds for cue in cues(records)}


def test_typed_words_can_steer_it_but_teach_nothing() -> None:
    ear = Scripted()
    learner = enroller(ear, *FEW)
    quiet = np.full(MICROPHONE_RATE // 50, 1e-3, np.float32)
    while learner.conversation.enrolment.item is None:
        learner.process(quiet)
    learner.typed("pause")
    assert not learner.conversation.enrolment.tries
    learner.typed("skip")
    assert learner.conversation.enrolment.item is not None
    assert learner.conversation.enrolment.item.phrase == "pause"
    learner.typed("stop")
    for _ in range(50):
        learner.process(quiet)
    assert learner.over


def test_what_two_microphones_heard_is_mixed_up_nowhere() -> None:
    learner = enroller(Scripted(), *FEW)
    quiet = np.full(MICROPHONE_RATE // 50, 1e-3, np.float32)
    while learner.conversation.enrolment.item is None:
        learner.process(quiet)
    learner.typed("skip")
    learner.microphone_moved("Webcam")
    said: list[Record] = []
    while not learner.over:
        said += learner.process(quiet)[1]
    assert "moved" in {cue.want.id for cue in cues(said)}
    assert learner.conversation.outlooks == ()
    assert learner.conversation.learnt == EMPTY


def test_every_line_is_worded_and_every_command_of_a_set_is_asked_for() -> None:
    assert set(shipped().enrol) == set(LINES)
    chosen = items(shipped().phrases, shipped().commands.other_words)
    assert [item.command.intent for item in chosen] == list(LEARNT)
    assert [item.phrase for item in chosen][:4] == ["stop", "done", "pause", "resume"]
    assert chosen[-1].phrase == "locked"
    for item in chosen:
        assert item.command.intent in item.live
        assert shipped().phrases.parse(item.other) == item.command


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["stop", "pause", "boss", "skip", "blah", "locked"]),
                st.floats(0, 1, allow_nan=False),
            ),
            max_size=8,
        ),
        min_size=4,
        max_size=8,
    )
)
@settings(max_examples=15, deadline=None)
def test_whatever_is_answered_it_ends_and_raises_no_bar(said: list[list[Word]]) -> None:
    turns = iter(said)
    learner, run = enrolled(lambda phrase: next(turns, []), *FEW[:2])
    bars = fitted(learner.conversation.learnt, shipped().phrases, Thresholds())
    assert all(bars.for_(c) <= Thresholds().for_(c) for c in shipped().phrases.phrases.values())
    lines = sorted(cues(run.records), key=lambda cue: cue.at)
    assert all(a.end <= b.at for a, b in pairwise(lines) if b.outcome is not Outcome.DROPPED)
    assert asked(run)[0] == ""


@pytest.mark.audio
def test_a_natural_voice_is_learnt_and_the_same_again_from_its_recording() -> None:
    """Joe's "pain" is among the worst words of all natural voices."""
    loaded = shipped()
    bars = assembly.bars(loaded.settings.listening)
    chosen = items(loaded.phrases, loaded.commands.other_words, ("pain",))

    def learner() -> EnrolmentLoop:
        ear = assembly.make_recogniser(loaded, "moonshine")
        clips = SilentClips()
        return enrolment_loop(chosen, loaded.phrases, ear, clips, loaded.enrol, EMPTY, bars=bars)

    first, again = learner(), learner()
    run = enrol_by_sound(
        first, lambda phrase: [say(phrase, "joe", s) for s in (0.92, 1.0, 1.1)] if phrase else []
    )
    tries = first.conversation.learnt.tries["pain"]
    good = [counts(each, chosen[0].command, loaded.phrases, bars) for each in tries]
    assert sum(good) >= ENOUGH
    assert all(each.evidence for each in tries)
    own = fitted(first.conversation.learnt, loaded.phrases, bars)
    assert own.for_(chosen[0].command) <= bars.stop
    for _ in simulate(again, run.microphone, 777):
        pass
    assert again.conversation.learnt == first.conversation.learnt
