"""What is refused but may have been meant: a quiet tone, and the question again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import correlate

from tests.support.example_workouts import BROKEN
from tests.support.session_driver import QUIET, leg_press, shipped
from voicecoach.audio.tones import IN_DOUBT, TONES
from voicecoach.core.cues import Ended, Outcome
from voicecoach.core.decision import Decision, Reply, Thresholds
from voicecoach.core.events import Candidate, Grammar, State, Utterance
from voicecoach.core.plan import MICROPHONE_RATE, CueClass, samples
from voicecoach.core.session import shortest_questions
from voicecoach.core.session.questions.again import ASKS
from voicecoach.core.workout import Visit
from voicecoach.pcm import Pcm
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.trace import fields
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.clips import Clip
from voicecoach.speaking.silent import SilentClips

TALK = ""
"""Stands for talk that is longer than any command."""


class Ear:
    """Hears a phrase with a confidence, at its second; "" is talk of four seconds."""

    name = "ear"

    def __init__(self, *heard: tuple[float, str, float]) -> None:
        self._coming = sorted(heard)
        self._grammar = Grammar(())

    def prepare(self, grammar: Grammar) -> Iterator[None]:
        return iter(())

    def listen_for(self, grammar: Grammar) -> None:
        self._grammar = grammar

    def feed(self, pcm: Pcm, at: int) -> list[Utterance]:
        now = at + 3 * len(pcm)
        heard = [each for each in self._coming if samples(each[0]) < now]
        self._coming = self._coming[len(heard) :]
        return [self._utterance(now, text, sure) for _, text, sure in heard]

    def finish(self, at: int) -> list[Utterance]:
        return []

    def _utterance(self, now: int, text: str, sure: float) -> Utterance:
        if text == TALK:
            return Utterance(now - samples(4.0), now, (), note="talk", long=True)
        command = self._grammar.phrases.get(text)
        return Utterance(now - samples(0.5), now, (Candidate(text, command, sure),))


class Stage:
    """A coach whose lifter wears earbuds and is heard badly."""

    def __init__(
        self,
        *heard: tuple[float, str, float],
        tone: bool = True,
        visit: Visit | None = None,
    ) -> None:
        self.loop = workout_loop(
            leg_press(),
            shipped().phrases,
            Ear(*heard),
            SilentClips(),
            bars=Thresholds(loudspeaker=False),
            tone_in_doubt=tone,
            visit=visit or Visit(),
        )
        self.sound = np.zeros(0, np.float32)
        self.records: list[Record] = []

    def run(self, seconds: float, level: np.float32 = QUIET) -> None:
        """`level`: the microphone's level meanwhile."""
        block = np.full(round(seconds * MICROPHONE_RATE), level)
        sound, records = self.loop.process(block)
        self.sound = np.concatenate([self.sound, sound])
        self.records += records

    @property
    def replies(self) -> list[Reply]:
        return [r.reply for r in self.records if isinstance(r, Decision)]

    @property
    def tones(self) -> int:
        """How many quiet tones sounded; the voice is silent."""
        tone = TONES[IN_DOUBT]
        found = correlate(self.sound, tone, "valid", "fft") if len(self.sound) else np.zeros(1)
        peaks = np.flatnonzero(found > 0.9 * float(tone @ tone))
        return int(np.count_nonzero(np.diff(peaks, prepend=-samples(1.0)) > samples(0.5)))

    def said(self, after: float = 0.0) -> list[str]:
        return [
            r.text
            for r in self.records
            if isinstance(r, Ended) and r.outcome is Outcome.PLAYED and r.at >= samples(after)
        ]


def test_what_was_like_a_command_is_answered_by_a_tone_and_no_more() -> None:
    stage = Stage((7.0, "ready", 0.3))
    stage.run(9)
    assert stage.replies == [Reply.TONE]
    assert stage.tones == 1
    assert stage.loop.conversation.session.state is State.GATE
    (heard,) = (fields(r) for r in stage.records if isinstance(r, Decision))
    assert (heard["accepted"], heard["reply"]) == (False, "tone")
    assert "not sure enough" in heard["reason"]


def test_what_is_like_no_command_is_refused_without_a_sound() -> None:
    stage = Stage((7.0, "ready", 0.1), (11.0, "lunch", 0.9), (15.0, "nest", 0.9))
    stage.run(18)
    assert stage.replies == [Reply.NOTHING] * 3
    assert stage.tones == 0


def test_there_is_one_tone_in_three_seconds_at_most() -> None:
    """In a rep no question is open, so nothing is asked again."""
    stage = Stage(*((1.0 * n, "pause", 0.3) for n in range(20, 31)))
    stage.run(0.1)
    stage.loop.typed("ready")
    stage.loop.typed("start set")
    stage.run(18.9)
    assert stage.loop.conversation.session.state is State.REP
    stage.run(12)
    assert stage.replies.count(Reply.TONE) == 4
    assert set(stage.replies) == {Reply.TONE, Reply.NOTHING}
    told = [r.at for r in stage.records if isinstance(r, Decision) and r.reply is Reply.TONE]
    assert all(np.diff(told) >= samples(3.0))


def test_somebody_softer_in_a_loud_room_is_answered_by_a_tone() -> None:
    """A lifter who is meant says it again, louder."""
    others, lifter = np.float32(0.02), np.float32(0.08)
    obeyed = ((n, "repeat", 0.9) for n in (7.0, 14.0, 21.0))
    stage = Stage(*obeyed, (28.0, "ready", 0.9), (34.0, "ready", 0.9))
    for _ in range(3):
        stage.run(6.5, others)
        stage.run(0.5, lifter)
    stage.run(12.4, others)
    assert stage.tones == 1
    refused = [fields(r) for r in stage.records if isinstance(r, Decision)][-1]
    assert refused["reason"] == "12 dB softer than the lifter, in a loud room"
    stage.run(0.7, lifter)
    assert stage.loop.conversation.session.state is State.ARMED


@pytest.mark.parametrize("sure", [0.5, 0.8])
def test_a_clear_stop_ends_a_set_however_soft_and_a_faint_one_gets_a_tone(sure: float) -> None:
    others, lifter = np.float32(0.02), np.float32(0.08)
    obeyed = ((7.0, "repeat", 0.9), (14.0, "ready", 0.9), (21.0, "start set", 0.9))
    stage = Stage(*obeyed, (33.0, "stop", sure))
    for _ in range(3):
        stage.run(6.5, others)
        stage.run(0.5, lifter)
    stage.run(11.0, others)
    assert stage.loop.conversation.session.state is State.REP
    before = stage.tones
    stage.run(1.5, others)
    state = stage.loop.conversation.session.state
    assert state is (State.RACKING if sure == 0.8 else State.REP)
    assert stage.replies[-1] is (Reply.NOTHING if sure == 0.8 else Reply.TONE)
    assert stage.tones - before == (0 if sure == 0.8 else 1)


def test_a_faint_stop_that_is_said_again_ends_a_set() -> None:
    others, lifter = np.float32(0.02), np.float32(0.08)
    obeyed = ((7.0, "repeat", 0.9), (14.0, "ready", 0.9), (21.0, "start set", 0.9))
    stage = Stage(*obeyed, (33.0, "stop", 0.4), (34.5, "stop", 0.4))
    for _ in range(3):
        stage.run(6.5, others)
        stage.run(0.5, lifter)
    stage.run(12.5, others)
    assert [reply for reply in stage.replies if reply is not Reply.NOTHING] == [Reply.TONE]
    stage.run(2.0, others)
    assert stage.loop.conversation.session.state is State.RACKING


def test_through_another_microphone_nobody_is_softer() -> None:
    others, lifter = np.float32(0.02), np.float32(0.08)
    stage = Stage(*((n, "repeat", 0.9) for n in (7.0, 14.0, 21.0)), (28.0, "ready", 0.9))
    for _ in range(3):
        stage.run(6.5, others)
        stage.run(0.5, lifter)
    stage.loop.microphone_moved("another")
    stage.run(8.0, others)
    assert stage.loop.conversation.session.state is State.ARMED


def test_the_tone_can_be_switched_off() -> None:
    stage = Stage((7.0, "ready", 0.3), (9.0, "ready", 0.3), tone=False)
    stage.run(14)
    assert stage.replies == [Reply.NOTHING, Reply.QUESTION]
    assert stage.tones == 0


def test_the_second_time_the_question_comes_with_its_shortest_answer() -> None:
    stage = Stage(*((t, "ready", 0.3) for t in (8.0, 10.0, 16.0, 18.0)))
    stage.run(25)
    assert stage.replies == [Reply.TONE, Reply.QUESTION] * 2
    assert stage.said(after=9.9) == ["Say ready."] * 2
    # "Repeat" still says the whole question.
    stage.loop.typed("repeat")
    stage.run(8)
    assert stage.said(after=24.9)[-1] == "Catches set? Back and head on the pad? Say ready."


def test_what_broke_off_is_asked_about_by_its_own_question() -> None:
    stage = Stage(*((t, "carry on", 0.3) for t in (8.0, 10.0)), visit=Visit(interrupted=BROKEN))
    stage.run(14)
    assert stage.replies == [Reply.TONE, Reply.QUESTION]
    assert stage.said(after=9.9) == ["Carry on, or close it?"]


def test_talk_is_answered_only_where_an_answer_is_waited_for() -> None:
    stage = Stage((12.0, TALK, 0.0), (17.0, TALK, 0.0), (45.0, TALK, 0.0))
    stage.run(19)
    stage.loop.typed("ready")
    stage.loop.typed("start set")
    stage.run(27)
    assert stage.loop.conversation.session.state is State.REP
    assert stage.replies == [
        *(Reply.TONE, Reply.QUESTION),
        *(Reply.NOTHING, Reply.NOTHING),  # typed
        Reply.NOTHING,
    ]


@pytest.mark.parametrize("state", ASKS)
def test_each_question_has_a_short_form_that_names_its_answer(state: State) -> None:
    """In every exercise, so that a part of a question never stands for it."""
    line, answers = ASKS[state]
    table = shipped().phrases
    for exercise in shipped().offered:
        texts = shortest_questions(exercise)
        full = exercise.lines[line].full
        short = [text for text in texts if any(each.endswith(text) for each in full)]
        if state is State.CHOICE:
            continue  # its answers are names
        assert len(short) == len(full)
        for text in short:
            words = text.lower().replace(",", "").replace("?", "").rstrip(".").split()
            runs = (
                " ".join(words[a:b]) for a in range(len(words)) for b in range(a, len(words) + 1)
            )
            meant = (table.parse(run.strip(": ")) for run in runs if run)
            assert any(each is not None and each.intent in answers for each in meant), text


# --- over a loudspeaker ----------------------------------------------------------------------


class Humming(SilentClips):
    """As long and as loud as a voice."""

    def get(self, text: str, kind: CueClass = CueClass.PROMPT) -> Clip:
        clip = super().get(text, kind)
        noise = np.random.default_rng(len(text)).normal(0.0, 0.1, len(clip.pcm))
        return replace(clip, kept=noise.astype(np.float32))


GATE = "Catches set? Back and head on the pad? Say ready."


def answered(text: str, at: float, louder: float, worn: bool = False) -> tuple[Decision, list[str]]:
    """What becomes of `text`, which ends when the share `at` of the gate's line has been said and
    is `louder` dB above the echo that goes on; and the lines from then on."""
    ear = Ear()
    coach = workout_loop(leg_press(), shipped().phrases, ear, Humming())
    coach.sound_worn(worn)
    records: list[Record] = []
    sound = np.zeros(960, np.float32)

    def run(seconds: float, gain: float = 1.0) -> None:
        nonlocal sound, records
        for _ in range(round(50 * seconds)):
            sound, new = coach.process(0.3 * gain * sound[::3] + QUIET)
            records += new

    while coach.saying(coach.position) != GATE:
        run(0.02)
    begun = coach.position
    length = coach.spoken_until / 48_000 - begun / 48_000
    run(at * length - 0.5)
    run(0.5, 10 ** (louder / 20))
    ear._coming = [(coach.position / 48_000, text, 0.9)]
    run(6.0)
    (heard,) = (r for r in records if isinstance(r, Decision))
    lines = [r for r in records if isinstance(r, Ended) and r.at >= begun - samples(0.1)]
    return heard, [r.text for r in lines if r.outcome is Outcome.PLAYED]


def test_what_is_as_loud_as_the_coach_is_its_echo() -> None:
    heard, lines = answered("ready", 1.0, 0.0)
    assert "the coach was saying" in heard.verdict.reason
    assert heard.reply is Reply.NOTHING
    assert lines == [GATE]


def test_what_may_be_either_is_asked_for_again_as_soon_as_the_line_is_over() -> None:
    heard, lines = answered("ready", 1.0, 4.5)
    assert "the coach was saying" in heard.verdict.reason
    assert heard.reply is Reply.QUESTION
    assert lines == [GATE, "Say ready."]


def test_what_is_louder_than_the_coach_is_the_lifter() -> None:
    heard, _ = answered("ready", 1.0, 9.0)
    assert heard.verdict.accepted


@pytest.mark.parametrize("at", [0.3, 0.6])
def test_a_word_before_its_place_in_the_line_is_the_lifter(at: float) -> None:
    """However little louder: the coach has not said it yet."""
    heard, lines = answered("ready", at, 3.0)
    assert heard.verdict.accepted
    assert GATE not in lines, "it is cut short"


def test_with_earbuds_every_word_is_the_lifters() -> None:
    heard, _ = answered("ready", 1.0, 0.0, worn=True)
    assert heard.verdict.accepted
