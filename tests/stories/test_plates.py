"""A bench press by its plates: a warm-up ramp, skipped, and weights as lifters name them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.support.example_workouts import kg
from tests.support.session_driver import SessionRun, run_session, shipped
from voicecoach.core.plan import Tempo
from voicecoach.core.workout import SetBegan, SetKind
from voicecoach.runtime.trace import fields

pytestmark = pytest.mark.slow

LANGUAGES = {
    "en": (
        *("warm me up to eighty", "ready", "start set", "racked", "eighty one kilos"),
        *("skip the warm up", "a plate and a quarter", "empty bar"),
    ),
    "de": (
        *("wärm mich auf bis achtzig", "bereit", "satz starten", "abgelegt", "einundachtzig kilo"),
        *("aufwärmen überspringen", "eine scheibe und ein viertel", "leere stange"),
    ),
    "es": (
        *(
            "caliéntame hasta ochenta",
            "listo",
            "empezar serie",
            "barra colgada",
            "ochenta y un kilos",
        ),
        *("saltar el calentamiento", "un disco y un cuarto", "barra vacía"),
    ),
}


def bench(language: str) -> SessionRun:
    files = shipped(language)
    script = next(each for each in files.offered if each.id == "bench-press")
    script = replace(script, tempo=Tempo.parse("1-0-1-0"))
    ramp, ready, start, racked, odd, skip, quarter, empty = LANGUAGES[language]
    words = [
        *((8.0, ramp), (30.0, ready), (40.0, start), (66.0, racked), (80.0, skip)),
        *((90.0, odd), (102.0, quarter), (112.0, empty)),
    ]
    return run_session(words, 125, exercise=script, phrases=files.phrases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ramp_and_plates_by_voice(language: str) -> None:
    told = bench(language)
    assert [each.verdict.reason for each in told.heard if not each.verdict.accepted] == []
    (began,) = (each for each in told.records if isinstance(each, SetBegan))
    assert began.planned.kind is SetKind.WARM_UP
    assert (began.planned.weight, began.planned.reps) == (kg(20), 5)
    assert began.planned.toward == kg(80)
    assert json.loads(json.dumps(fields(began)))["toward"] == "80 kg"
    for line in ("announce_ramp", "announce_warm_up", "loaded", "load_next"):
        assert told.played(line), line
    assert told.played("warm_up_skipped")
    assert told.played("cant_load")


def test_in_english_it_sounds_like_a_coach() -> None:
    told = bench("en")
    said = [each.text for line in ("loaded", "load_next") for each in told.played(line)]
    assert said == [
        "Without plates.",
        "A twenty and a ten a side.",
        "A twenty and a five a side.",
        "Then thirty-two and a half kilos: a five and a 1.25 a side.",
        "Then eighty kilos: a twenty and a ten a side.",
    ]
