"""A whole workout in German, Spanish and Korean: how its numbers, units and answers read."""

from __future__ import annotations

import re
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


KOREAN = (
    # the weight, and lighter sets before it
    *((3, "스쿼트"), (10, "다음 뭐야"), (14, "한쪽 원판 두 장"), (22, "무게 추가")),
    *((29, "무게 낮춰"), (36, "워밍업 추가"), (45, "워밍업 생략")),
    # a set without a target, with a breather
    *((53, "최대한 많이"), (60, "오케이"), (65, "시작해"), (74, "심호흡"), (82, "이어서 해")),
    *((89, "마무리"), (95, "내림 완료")),
    # the rest
    *((103, "마지막 못했어"), (108, "더 이상 못해"), (113, "무게 그대로"), (119, "기록 지워")),
    *((124, "취소"), (129, "삼분 쉬기"), (134, "빈 바벨"), (139, "아니요"), (144, "다음 뭐야")),
    *((149, "이번 세트 패스"), (154, "오늘 운동"), (159, "오케이")),
    # exercises that take turns
    *((165, "슈퍼 세트 스쿼트 레그 컬"), (173, "세 라운드"), (181, "순서 바꿔")),
    *((189, "이번 동작 패스"), (197, "라운드 종료")),
)
"""Seconds, and what is said."""


def test_each_command_in_korean_is_answered_in_korean(golden: SnapshotAssertion) -> None:
    loaded = config.load("ko", "squat", offer=True)
    story = run_session(
        KOREAN,
        205,
        exercise=loaded.exercise,
        phrases=loaded.phrases,
        offered=loaded.offered,
        visit=Visit(),
    )
    told = story.timeline()
    assert "refused" not in told
    said = re.findall(r"(?m)^ *[\d.]+  coach +([^\[\n]+)$", told)
    assert len(said) > len(KOREAN)
    assert [text for text in said if re.search("[A-Za-z]", text)] == []
    assert told == golden
