"""What the engine does for a live workout: the stop word proved, faults, parting."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.core.cues import Ended, Outcome
from voicecoach.core.decision import Bars, HeardIt
from voicecoach.core.events import Entered, RepDone, SetOver, State
from voicecoach.core.plan import MICROPHONE_RATE, samples
from voicecoach.core.session import naming
from voicecoach.engine import Engine, Record
from voicecoach.listening.scripted import Scripted
from voicecoach.speaking.silent import SilentClips
from voicecoach.view import View

from .stage import BEGIN, QUIET, leg_press, shipped


class Stage:
    """An engine that is fed a quiet room."""

    def __init__(self, *words: tuple[float, str], prove_stop: bool = False) -> None:
        self.engine = Engine(
            leg_press(reps=8),
            shipped().phrases,
            Scripted(words),
            SilentClips(),
            bars=Bars(loudspeaker=False),
            prove_stop=prove_stop,
        )
        self.view = View(self.engine)

    def run(self, seconds: float) -> list[Record]:
        block = np.full(MICROPHONE_RATE // 50, QUIET)
        records: list[Record] = []
        for _ in range(round(50 * seconds)):
            _, new = self.engine.process(block)
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
    stage.engine.sound_lost()
    assert stage.engine.session.state is State.PAUSED
    stage.run(3)
    stage.engine.sound_back()
    assert "still_paused" in played(stage.run(8))


def test_a_lost_output_changes_nothing_where_no_rep_runs() -> None:
    stage = Stage(BEGIN[0])
    stage.run(15)
    stage.engine.sound_lost()
    assert stage.engine.session.state is State.ARMED
    stage.engine.sound_back()
    assert "release" in played(stage.run(8))


@pytest.mark.parametrize("seconds", [12.0, 15.0, 30.0])
def test_a_program_that_ends_in_a_set_names_the_catches_in_time(seconds: float) -> None:
    stage = Stage(*BEGIN)
    stage.run(seconds)
    begin = stage.engine.position
    stage.engine.closing()
    records = stage.run(3)
    (lock,) = (r for r in records if isinstance(r, Ended) and r.want.id == "lock_again")
    assert lock.outcome is Outcome.PLAYED
    assert "catches" in lock.text
    assert lock.end - begin < samples(1.7)
    assert [r for r in records if isinstance(r, SetOver)]
    assert stage.engine.quiet


def test_a_program_that_ends_outside_a_set_says_nothing() -> None:
    stage = Stage()
    stage.run(1)
    stage.engine.closing()
    assert played(stage.run(3)) == []
    assert stage.engine.quiet


def test_what_is_typed_counts_as_said_and_junk_is_refused() -> None:
    stage = Stage(*BEGIN)
    stage.run(25)
    stage.engine.typed("Stop!")
    stage.engine.typed("lunch")
    heard = [r.verdict for r in stage.run(1) if isinstance(r, HeardIt)]
    assert [(verdict.accepted, verdict.reason) for verdict in heard] == [
        (True, ""),
        (False, "no command"),
    ]
    assert stage.engine.session.state is State.RACKING


def test_a_microphone_lost_before_the_set_is_told_too_where_that_is_wanted() -> None:
    stage = Stage()
    stage.run(15)
    stage.engine.microphone_lost("unplugged", always=True)
    assert "deaf" in played(stage.run(4))


@pytest.mark.parametrize("seconds", [14.0, 15.0, 30.0])
def test_a_device_that_took_the_place_of_another_is_named_and_no_rep_stops(
    seconds: float,
) -> None:
    stage = Stage(*BEGIN)
    stage.run(seconds)
    state = stage.engine.session.state
    stage.engine.microphone_moved("Laptop microphone")
    assert stage.engine.session.state is state
    records = stage.run(6)
    (said,) = (r for r in records if isinstance(r, Ended) and r.want.id == "hearing_moved")
    assert said.outcome is Outcome.PLAYED
    assert "Laptop microphone" in said.text
    stage.engine.sound_moved("Loudspeaker")
    assert "sound_moved" in played(stage.run(6))


def test_what_names_a_device_is_rendered_before_it_is_wanted() -> None:
    stage = Stage()
    texts = naming(stage.engine.session, "{Loud} speaker")
    assert sum("{Loud} speaker" in text for text in texts) == 2
    stage.engine.foresee_device("{Loud} speaker")


def test_a_recogniser_that_is_given_up_is_said_once_and_the_pacing_goes_on() -> None:
    stage = Stage(*BEGIN)
    stage.run(30)
    stage.engine.microphone_lost("the recogniser has failed")
    stage.run(5)
    stage.engine.hearing_given_up()
    records = stage.run(40)
    lines = played(records)
    assert lines.count("deaf_for_good") == 1
    assert "still_deaf" not in lines
    assert [r for r in records if isinstance(r, RepDone)]
    stage.engine.typed("stop")
    assert stage.engine.session.state is State.RACKING


@pytest.mark.parametrize("line", ["log_waits", "log_written", "log_anew", "log_beside"])
@pytest.mark.parametrize("seconds", [14.0, 15.0, 30.0])
def test_what_becomes_of_the_log_is_said_and_nothing_else_changes(
    seconds: float, line: str
) -> None:
    stage = Stage(*BEGIN)
    stage.run(seconds)
    before = stage.engine.session
    stage.engine.log_told(line)
    assert stage.engine.session.state is before.state
    assert stage.engine.session.last_lines == before.last_lines
    records = stage.run(14)
    (said,) = (r for r in records if isinstance(r, Ended) and r.want.id == line)
    assert said.outcome is Outcome.PLAYED
    assert not [r for r in records if isinstance(r, SetOver)]


def test_a_snapshot_shows_what_the_ear_has() -> None:
    stage = Stage(*BEGIN)
    stage.run(25)
    position = stage.engine.position
    shot = stage.view.snapshot(position - samples(0.2), "", "", 0)
    assert shot.session.state is State.REP
    assert shot.phase is not None
    assert shot.phase_begins <= shot.at < shot.phase_ends
    assert shot.rep == 2
    assert shot.heard is not None
    assert shot.heard.text == "start set"
    assert shot.level == pytest.approx(-60, abs=0.1)
