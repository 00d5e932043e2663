"""The figures of `benchmarks.enrolment`, on trials whose outcome is known."""

from __future__ import annotations

import math

import pytest

from benchmarks import enrolment
from benchmarks.commands.trials import Context, Told, Trial
from voicecoach.core.commands import PhraseTable
from voicecoach.core.decision import Thresholds
from voicecoach.core.events import Candidate, Command, Intent, State, Utterance
from voicecoach.core.profile import SHARE, Profile, Try, fitted
from voicecoach.runtime.enrolment_conversation import items

DONE, STOP = Command(Intent.DONE), Command(Intent.STOP)
TABLE = PhraseTable({"done": DONE, "stop": STOP}, ("down",))
CONTEXT = Context(State.REP, TABLE, frozenset({Intent.DONE, Intent.STOP}))


def trial(phrase: str, sure: float, wanted: Command | None = DONE) -> Trial:
    heard = Utterance(0, 100, (Candidate(phrase, TABLE.phrases.get(phrase), sure),))
    label = "done" if wanted else "talk"
    return Trial(
        *("commands", CONTEXT, "commands", label, "joe", "held-out", "", None, 1.8, wanted),
        (Told(heard, 0.2),),
    )


def test_a_weak_voice_is_missed_before_and_not_after() -> None:
    enrolled = [trial("done", sure) for sure in (0.42, 0.45, 0.6)]
    tested = [trial("done", 0.4), trial("done", 0.9), trial("down", 0.9), trial("stop", 0.9)]
    usual = Thresholds()
    tries = tuple(Try.of(told.heard) for each in enrolled for told in each.told)
    known = fitted(Profile("", "en", {"done": tries}), TABLE, usual)
    assert enrolment.missed(tested, usual) == (2, 1)
    assert enrolment.missed(tested, known) == (1, 1)


def test_no_profile_costs_more_than_every_bar_at_its_floor() -> None:
    nothing = [trial(phrase, sure, None) for phrase in ("done", "stop") for sure in (0.2, 0.4, 0.6)]
    usual = Thresholds()
    floor = enrolment.at_the_floor(usual, items(TABLE, {}, ("done", "stop")))
    assert floor.for_(DONE) == SHARE * usual.for_(DONE)
    assert enrolment.alarms(nothing, usual) == (3, 2)
    assert enrolment.alarms(nothing, floor) == (5, 3)


def test_the_spread_is_that_of_single_words_of_single_voices() -> None:
    weak = [trial("done", sure) for sure in (0.5, 0.5, 1 / (1 + math.e))]
    assert enrolment.spread(weak) == pytest.approx(math.sqrt(1 / 3), abs=0.01)
    assert math.isnan(enrolment.spread([trial("done", 0.99), trial("done", 0.98)]))
