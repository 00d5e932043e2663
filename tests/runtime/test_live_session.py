"""What the engine does in a live workout: the stop word proved, faults, the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.session_driver import BEGIN, QUIET, leg_press, run_session, shipped
from voicecoach import config
from voicecoach.audio.playout import DELAY
from voicecoach.core.cues import Ended, Outcome
from voicecoach.core.decision import Decision, Thresholds
from voicecoach.core.events import Entered, RepDone, SetOver, State
from voicecoach.core.plan import MICROPHONE_RATE, Tempo, samples
from voicecoach.core.session import naming
from voicecoach.listening.scripted import Scripted
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.live import PARTING
from voicecoach.runtime.view import View
from voicecoach.runtime.workout_conversation import workout_loop
from voicecoach.speaking.silent import SilentClips


class Stage:
    """An engine that is fed a quiet room."""

    def __init__(
        self, *words: tuple[float, str], prove_stop: bool = False, pace: float = 0.055
    ) -> None:
        self.loop = workout_loop(
            leg_press(reps=8),
            shipped().phrases,
            Scripted(words),
            SilentClips(pace),
            bars=Thresholds(loudspeaker=False),
            prove_stop=prove_stop,
        )
        self.view = View(self.loop)

    def run(self, seconds: float, level: float = float(QUIET)) -> list[Record]:
        block = np.full(MICROPHONE_RATE // 50, level, np.float32)
        records: list[Record] = []
        for _ in range(round(50 * seconds)):
            _, new = self.loop.process(block)
            self.view.feed(block, new)
            records += new
        return records


def played(records: list[Record]) -> list[str]:
    return [r.want.id for r in records if isinstance(r, Ended) and r.outcome is Outcome.PLAYED]


def states(records: list[Record]) -> list[State]:
    return [r.to for r in records if isinstance(r, Entered)]


def test_the_stop_word_is_proved_before_the_gate() -> None:
    records = Stage((5.0, "stop now"), prove_stop=True).run(20)
    assert states(records) == [State.PROOF, State.GATE]
    assert played(records)[:4] == ["prove_stop", "stop_heard", "announce", "gate"]


def test_a_stop_word_that_is_not_heard_is_asked_for_and_can_be_passed_over() -> None:
    records = Stage((40.0, "ready"), prove_stop=True).run(50)
    assert played(records)[:4] == ["prove_stop"] * 3 + ["unproved"]
    assert states(records) == [State.PROOF, State.GATE]


def test_a_lost_output_pauses_the_rep_and_its_return_says_where_we_are() -> None:
    stage = Stage(*BEGIN)
    stage.run(30)
    stage.loop.sound_lost()
    assert stage.loop.conversation.session.state is State.PAUSED
    stage.run(3)
    stage.loop.sound_back()
    assert "still_paused" in played(stage.run(8))


def test_a_lost_output_changes_nothing_where_no_rep_runs() -> None:
    stage = Stage(BEGIN[0])
    stage.run(15)
    stage.loop.sound_lost()
    assert stage.loop.conversation.session.state is State.ARMED
    stage.loop.sound_back()
    assert "release" in played(stage.run(8))


@pytest.mark.parametrize("seconds", [12.0, 15.0, 30.0])
def test_a_program_that_ends_in_a_set_names_the_catches_in_time(seconds: float) -> None:
    stage = Stage(*BEGIN)
    stage.run(seconds)
    begin = stage.loop.position
    stage.loop.closing()
    records = stage.run(3)
    (lock,) = (r for r in records if isinstance(r, Ended) and r.want.id == "lock_again")
    assert lock.outcome is Outcome.PLAYED
    assert "catches" in lock.text
    assert lock.end - begin < samples(1.7)
    assert [r for r in records if isinstance(r, SetOver)]
    assert stage.loop.quiet


@pytest.mark.parametrize("language", ["en", "de", "es", "ko"])
def test_the_slowest_voice_names_the_catches_before_the_program_ends(language: str) -> None:
    clips = SilentClips(0.105 * (2 if language == "ko" else 1))
    for exercise in shipped(language).offered:
        wording = exercise.lines["lock_again"]
        shortest = min(len(clips.get(text).pcm) for text in wording.short or wording.full)
        # It begins a moment after the request, and is heard a moment after it is rendered.
        assert shortest + samples(0.25) + DELAY < samples(PARTING), exercise.id


def test_a_program_that_ends_outside_a_set_says_nothing() -> None:
    stage = Stage()
    stage.run(1)
    stage.loop.closing()
    assert played(stage.run(3)) == []
    assert stage.loop.quiet


def test_what_is_typed_counts_as_said_and_junk_is_refused() -> None:
    stage = Stage(*BEGIN)
    stage.run(25)
    stage.loop.typed("Stop!")
    stage.loop.typed("lunch")
    heard = [r.verdict for r in stage.run(1) if isinstance(r, Decision)]
    assert [(verdict.accepted, verdict.reason) for verdict in heard] == [
        (True, ""),
        (False, "no command"),
    ]
    assert stage.loop.conversation.session.state is State.RACKING


def test_a_microphone_lost_before_the_set_is_told_too_where_that_is_wanted() -> None:
    stage = Stage()
    stage.run(15)
    stage.loop.microphone_lost("unplugged", always=True)
    assert "deaf" in played(stage.run(4))


@pytest.mark.parametrize("seconds", [14.0, 15.0, 30.0])
def test_a_device_that_took_the_place_of_another_is_named_and_no_rep_stops(
    seconds: float,
) -> None:
    stage = Stage(*BEGIN)
    stage.run(seconds)
    state = stage.loop.conversation.session.state
    stage.loop.microphone_moved("Laptop microphone")
    assert stage.loop.conversation.session.state is state
    records = stage.run(6)
    (said,) = (r for r in records if isinstance(r, Ended) and r.want.id == "hearing_moved")
    assert said.outcome is Outcome.PLAYED
    assert "Laptop microphone" in said.text
    stage.loop.sound_moved("Loudspeaker")
    assert "sound_moved" in played(stage.run(6))


def test_what_names_a_device_is_rendered_before_it_is_wanted() -> None:
    stage = Stage()
    texts = naming(stage.loop.conversation.session, "{Loud} speaker")
    assert sum("{Loud} speaker" in text for text in texts) == 2
    stage.loop.foresee_device("{Loud} speaker")


def test_a_recogniser_that_is_given_up_is_said_once_and_the_pacing_goes_on() -> None:
    stage = Stage(*BEGIN)
    stage.run(30)
    stage.loop.microphone_lost("the recogniser has failed")
    stage.run(5)
    stage.loop.hearing_given_up()
    records = stage.run(40)
    lines = played(records)
    assert lines.count("deaf_for_good") == 1
    assert "still_deaf" not in lines
    assert [r for r in records if isinstance(r, RepDone)]
    stage.loop.typed("stop")
    assert stage.loop.conversation.session.state is State.RACKING


@pytest.mark.parametrize("line", ["log_waits", "log_written", "log_anew", "log_beside"])
@pytest.mark.parametrize("seconds", [14.0, 15.0, 30.0])
def test_what_becomes_of_the_log_is_said_and_nothing_else_changes(
    seconds: float, line: str
) -> None:
    stage = Stage(*BEGIN)
    stage.run(seconds)
    before = stage.loop.conversation.session
    stage.loop.log_told(line)
    assert stage.loop.conversation.session.state is before.state
    assert stage.loop.conversation.session.speech.last == before.speech.last
    records = stage.run(14)
    (said,) = (r for r in records if isinstance(r, Ended) and r.want.id == line)
    assert said.outcome is Outcome.PLAYED
    assert not [r for r in records if isinstance(r, SetOver)]


def test_a_lost_button_is_said_once_and_the_pacing_goes_on() -> None:
    stage = Stage(*BEGIN)
    stage.run(30)
    stage.loop.button_lost()
    records = stage.run(40)
    assert played(records).count("button_lost") == 1
    assert [r for r in records if isinstance(r, RepDone)]
    assert not [r for r in records if isinstance(r, SetOver)]


def test_a_snapshot_shows_what_the_ear_has() -> None:
    stage = Stage(*BEGIN)
    stage.run(25)
    position = stage.loop.position
    shot = stage.view.snapshot(position - samples(0.2), "", "", 0)
    assert shot.session.state is State.REP
    assert shot.phase is not None
    assert shot.phase_begins <= shot.at < shot.phase_ends
    assert shot.rep == 2
    assert shot.heard is not None
    assert shot.heard.text == "start set"
    assert shot.level == pytest.approx(-60, abs=0.1)


# --- what strangers found ----------------------------------------------------------------------


def test_a_key_says_nothing_about_a_dead_microphone() -> None:
    stage = Stage(*BEGIN)
    stage.run(25)
    records = stage.run(6, level=0.0)
    stage.loop.typed("slower")
    records += stage.run(70, level=0.0)
    lines = played(records)
    assert "hearing" not in lines
    assert lines.count("deaf") == 1
    assert lines.count("still_deaf") == 2


def test_a_microphone_that_is_opened_again_and_gives_nothing_is_not_heard() -> None:
    stage = Stage(*BEGIN)
    stage.run(25)
    stage.loop.microphone_lost("unplugged", always=True)
    stage.run(5)
    stage.loop.microphone_back()
    assert "hearing" not in played(stage.run(10, level=0.0))
    assert "hearing" in played(stage.run(10))


def test_another_microphone_that_works_ends_the_deafness_that_the_first_one_began() -> None:
    stage = Stage(*BEGIN)
    stage.run(25)
    stage.run(3, level=0.0)
    stage.loop.microphone_moved("Laptop microphone")
    lines = played(stage.run(60))
    assert "hearing" in lines
    assert "still_deaf" not in lines


def test_i_hear_you_again_is_not_said_once_it_is_untrue() -> None:
    """The line waits for its turn, and meanwhile the microphone is lost again."""
    stage = Stage(*BEGIN, pace=0.105)
    stage.run(25)
    stage.run(4, level=0.0)
    stage.run(0.6)
    records = stage.run(20, level=0.0)
    assert not [
        r
        for r in records
        if isinstance(r, Ended)
        and r.want.id == "hearing"
        and r.outcome is Outcome.PLAYED
        and r.at > stage.loop.position - samples(18)
    ]


@pytest.mark.parametrize("state", [State.ARMED, State.PAUSED])
def test_no_rep_is_paced_that_nobody_hears(state: State) -> None:
    stage = Stage(*BEGIN[:1])
    stage.run(14)
    if state is State.PAUSED:
        stage.loop.typed("start set")
        stage.run(6)
    stage.loop.sound_lost()
    assert stage.loop.conversation.session.state is state
    stage.loop.typed("start set")
    stage.loop.typed("resume")
    records = stage.run(20)
    assert stage.loop.conversation.session.state is state
    refused = [r.verdict.reason for r in records if isinstance(r, Decision)]
    assert "nobody hears the coach" in refused
    stage.loop.sound_back()
    stage.run(5)
    stage.loop.typed("start set")
    records = stage.run(20)
    assert [r for r in records if isinstance(r, RepDone)]
    assert {"knees", "head"} <= set(played(records))


def test_whoever_cannot_hear_is_asked_for_the_catches_once_the_sound_is_back() -> None:
    stage = Stage(*BEGIN)
    stage.run(30)
    stage.loop.sound_lost()
    stage.loop.typed("stop")
    stage.run(60)
    assert stage.loop.conversation.session.state is State.RACKING
    stage.loop.sound_back()
    assert played(stage.run(40)).count("lock_again") == 3
    assert stage.loop.conversation.session.state is not State.RACKING


@pytest.mark.parametrize("pace", [0.03, 0.055, 0.105])
def test_the_catches_are_heard_to_be_asked_for_three_times_at_any_rate(pace: float) -> None:
    """A stop line of fifteen seconds, with lines in between."""
    files = config.load("es", "squat", offer=True)
    words = [(20.0, "listo"), (29.0, "empezar serie"), (37.0, "para")]
    words += [(38.5, "habla menos"), (41.5, "265 kilogramos")]
    story = run_session(words, 100, exercise=files.exercise, phrases=files.phrases, pace=pace)
    (over,) = story.sets
    left = next(e.at for e in story.entered if e.at > over.at and e.to is not State.RACKING)
    asked = [c for c in story.played() if "soporte" in c.text.lower() and over.at <= c.at < left]
    assert len(asked) == 3


@pytest.mark.parametrize(("words", "at"), [((), 24.0), (((30.0, "pause"), (34.0, "resume")), 40.0)])
def test_repeat_in_a_rep_tells_where_the_set_stands(
    words: tuple[tuple[float, str], ...], at: float
) -> None:
    """Neither the gate's last line nor that of the pause."""
    story = run_session([*BEGIN, *words, (at, "repeat")], at + 9)
    asked = range(samples(at), samples(at + 1))
    assert [c.want.id for c in story.played() if c.want.at in asked and c.want.told] == ["how_many"]


def test_a_number_that_is_repeated_is_the_one_that_is_true_now() -> None:
    story = run_session([*BEGIN, (20.0, "how many"), (38.0, "repeat")], 47)
    told = [c.text for c in story.played("how_many")]
    assert len(told) == 2
    assert told[0] != told[1]


def test_a_rest_that_is_repeated_is_what_is_left_of_it() -> None:
    words = [*BEGIN, (25.0, "done"), (30.0, "locked"), (60.0, "repeat")]
    story = run_session(words, 70)
    assert not [c for c in story.played("good_set") if c.at > samples(60)]
    assert [c for c in story.played("rest_left") if c.at > samples(60)]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("line", ["log_waits", "log_anew"])
@pytest.mark.parametrize("at", [11.0, 13.0, 15.0, 17.0])
def test_no_news_takes_the_place_of_a_reminder(language: str, line: str, at: float) -> None:
    files = config.load(language, "leg-press", offer=True)
    script = replace(files.exercise, tempo=Tempo.parse("1-0-1-0"), reps=20)
    ready, start = {"en": ("ready", "start set"), "de": ("bereit", "satz starten")}[language]
    story = run_session(
        [(16.0, ready), (23.0, start)],
        80,
        exercise=script,
        phrases=files.phrases,
        pace=0.105,
        happens=[(23.1 + at, "log_told", line)],
    )
    starts = {p.rep: p.at for p in story.phases if p.phase.value == "lower"}
    for cue, window in (("knees", 3), ("head", 4)):
        heard = [c.at for c in story.played(cue)]
        for rep in range(1, 20 - window):
            assert any(starts[rep] <= at < starts[rep + window] for at in heard), (cue, rep)
    (news,) = story.played(line)
    assert news.at > starts[20] or news.end - news.at < samples(3)
