"""A whole workout in German and in Spanish: how its numbers, units and answers read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.example_workouts import LEGS, PAST, SLED
from tests.support.session_driver import run_session
from voicecoach import config
from voicecoach.core.plan import Tempo
from voicecoach.core.workout import Visit

WHEN = (
    *(5.0, 12.0, 20.0, 28.0, 34.0, 40.0, 47.0, 62.0),
    *(64.0, 67.0, 71.0, 74.0, 77.0, 81.0, 85.0, 89.0, 93.0, 97.0, 101.0, 105.0, 109.0),
    *(118.0, 128.0, 133.0, 142.0, 148.0, 159.0, 164.0, 170.0, 175.0),
)
"""Seconds at which the words of each language are said."""

GERMAN = (
    # what was done last time, the gate, a set with questions in it
    *("was war letztes Mal", "werde ich stärker", "wie viele", "bereit", "Satz starten"),
    *("noch eine", "wie viele", "gesichert"),
    # the rest, numbers, corrections of them
    *("wie lange", "plus dreißig Sekunden", "zweiundachtzigeinhalb Kilo", "nein"),
    *("achtzig Kilo", "eine Wiederholung", "wie viele", "Anstrengung acht", "das war schwer"),
    *("Notiz linkes Knie", "rückgängig", "Schlitten plus zwei Scheiben pro Seite", "rückgängig"),
    # the next set, paused, ended; and home
    *("bereit", "bereit", "Satz starten", "Pause", "weitermachen", "fertig", "gesichert"),
    *("Training beenden", "ja"),
)
SPANISH = (
    *("qué hice la última vez", "estoy más fuerte", "cuántas", "listo", "empieza la serie"),
    *("una más", "cuántas", "puestos"),
    *("cuánto falta", "añade treinta segundos", "ochenta y dos kilos y medio", "no"),
    *("ochenta kilos", "una repetición", "cuántas", "esfuerzo ocho", "ha sido duro"),
    *("nota rodilla izquierda", "deshacer", "carro más dos discos por lado", "deshacer"),
    *("listo", "listo", "empieza la serie", "pausa", "continúa", "ya está", "puestos"),
    *("acabar el entrenamiento", "sí"),
)


@pytest.mark.parametrize(("language", "words"), [("de", GERMAN), ("es", SPANISH)], ids=["de", "es"])
def test_a_workout_in_another_language(
    language: str, words: tuple[str, ...], golden: SnapshotAssertion
) -> None:
    loaded = config.load(language, "leg-press", offer=True)
    script = replace(loaded.exercise, tempo=Tempo.parse("3-1-2-1"))
    story = run_session(
        zip(WHEN, words, strict=True),
        200,
        exercise=script,
        phrases=loaded.phrases,
        offered=loaded.offered,
        visit=Visit(LEGS, PAST, sled=SLED),
    )
    assert story.timeline() == golden
