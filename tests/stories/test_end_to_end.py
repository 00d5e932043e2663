"""The main job on real parts: a recording through a real recogniser and a real voice."""

from __future__ import annotations

import hashlib
import importlib
import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.support.cli_runner import command_line
from tests.support.matched_filter import above_speech, offsets
from tests.support.natural_speech import say, timeline
from voicecoach.audio import wav
from voicecoach.audio.tones import TONES, tick
from voicecoach.cli import assembly, demo
from voicecoach.cli.options import Options
from voicecoach.core.commands import normal
from voicecoach.core.events import Grammar
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE, Phase
from voicecoach.listening import models
from voicecoach.pcm import Pcm
from voicecoach.runtime.cue_player import Record
from voicecoach.runtime.simulate import simulate

pytestmark = [pytest.mark.audio, pytest.mark.slow]

COMMANDS = ["ready", "start", "slower", "how_many", "pause", "resume", "done", "locked"]
"""What the lifter of the shipped recording says, in order."""


@dataclass(frozen=True)
class Result:
    events: list[dict[str, Any]]
    sound: Pcm
    path: Path
    voice: str

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]


@pytest.fixture(scope="module", params=["pyttsx3", "hibari"])
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The shipped recording, coached with each voice."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a session opened a socket"))
        code = command_line(
            *("simulate", demo.RECORDING, "--voice", request.param),
            *("--engine", "auto", "--exercise", "leg-press"),
            *("--out", folder / "out.wav", "--events", folder / "events.jsonl"),
        )
    assert code == 0
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    sound, rate = soundfile.read(folder / "out.wav", dtype="float32")
    assert rate == SAMPLE_RATE
    return Result(events, sound, folder / "out.wav", request.param)


def test_the_commands_are_heard_in_order_and_nothing_else(result: Result) -> None:
    """By two recognisers, of which the slower reports in the next state."""
    assert [e["command"] for e in result.of("heard")] == COMMANDS
    assert all(e["accepted"] for e in result.of("heard"))


def test_the_trace_is_in_order_and_reads_as_documented(result: Result) -> None:
    times = [event["t"] for event in result.events]
    assert times == sorted(times)
    keys = {kind: set(result.of(kind)[0]) for kind in ("state", "phase", "rep", "set")}
    assert keys["state"] == {"t", "type", "to"}
    assert keys["phase"] == {"t", "type", "rep", "phase"}
    assert keys["rep"] == {"t", "type", "n"}
    assert keys["set"] == {
        *("t", "type", "reps", "target", "tempo", "under_tension_s", "ended_by"),
        "rest_pauses",
    }
    (over,) = result.of("set")
    assert over["ended_by"] == "done"
    assert over["reps"] == len(result.of("rep"))


def test_phase_boundaries_in_the_sound_lie_where_the_trace_says(result: Result) -> None:
    """Within a millisecond, by matched filter in the sound of the earbuds."""
    sound = above_speech(result.sound)
    assert len(result.of("phase")) > 20
    for phase in result.of("phase"):
        template = above_speech(TONES[tick(Phase(phase["phase"]))])
        at = round(phase["t"] * SAMPLE_RATE)
        around = sound[at - 480 : at + 480 + len(template)]
        offset = int(np.argmax(np.correlate(around, template, "valid"))) - 480
        assert abs(offset) <= SAMPLE_RATE // 1000, phase


def test_safety_is_spoken(result: Result) -> None:
    played = [e for e in result.of("cue") if e["outcome"] == "played"]
    texts = [e["text"] for e in played if e["class"] == "safety"]
    assert any("Catches set?" in text for text in texts)
    assert any("Lock the safety catches" in text for text in texts)
    assert [e for e in played if e["id"] == "knees"]
    assert [e for e in played if e["id"] == "head"]
    assert not [e for e in result.of("cue") if e["class"] == "safety" and e["reason"] == "no room"]


def test_a_recogniser_that_did_not_read_the_script_understands_the_coach(result: Result) -> None:
    pcm, _ = wav.read(result.path)
    ear = models.create("moonshine", "en")
    ear.listen_for(Grammar(()))
    understood = " ".join(normal(heard.free) for heard in [*ear.feed(pcm, 0), *ear.finish(0)])
    # The recogniser makes "free" of the plain voice's "three" and "now" of its "down", and
    # "catches" or "couches" of its "catches", depending on the chunk boundaries. Of its line at the
    # gate it once wrote nothing.
    plain = ("release", "up", "out", "two", "four", "safety catches")
    natural = (
        "pad",
        "lock the safety catches",
        "catches",
        "down",
        "breathe",
        "hold",
        "three",
        "head",
        "nees",  # "Knees bent." is heard as "neesbant" on one kind of processor
    )
    for word in plain if result.voice == "pyttsx3" else (*plain, *natural):
        assert word in understood


def test_any_block_size_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: None
) -> None:
    # The same clips each time, which no other process renders in between.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    microphone, _ = wav.read(demo.RECORDING)
    microphone = microphone[: 22 * MICROPHONE_RATE]

    def run(block: int) -> tuple[str, list[Record]]:
        asked = Options(reps=1, engine="moonshine", voice="pyttsx3", language="en")
        engine = assembly.make_workout_loop("leg-press", asked)
        sound: list[Pcm] = []
        records: list[Record] = []
        for out, new in simulate(engine, microphone, block):
            sound.append(out)
            records += new
        length = 3 * len(microphone)
        # Compared by digest: pytest would spend hours on the difference of megabytes.
        digest = hashlib.sha256(np.concatenate(sound)[:length].tobytes()).hexdigest()
        return digest, records[:20]

    whole = run(len(microphone))
    assert run(320) == whole
    assert run(4_999) == whole
    assert run(37) == whole


KOREAN = [
    # seconds, what the lifter says, and its meaning to the coach
    (13.0, "오케이", "ready"),
    (19.5, "시작해", "start"),
    (36.0, "얼마나", "how_many"),
    (43.0, "더 빠르게", "faster"),
    (51.0, "일시 정지", "pause"),
    (61.0, "계속해", "resume"),
    (79.0, "마무리", "done"),
    (88.5, "내림 완료", "locked"),
    (100.0, "위로 올려", "variation"),
    (110.0, "이유가 뭐야", "explain"),
    (118.0, "무게 기록", "ask_weight"),
    (121.0, "사십오 킬로", "weight"),
    (125.0, "네", "yes"),
    (132.0, "바로 시작", "skip_rest"),
    (150.0, "오케이", "ready"),
    (157.0, "시작해", "start"),
    (174.0, "멈춰", "stop"),
    (187.5, "잠금 완료", "locked"),
    (198.0, "여기까지", "finish"),
    (206.0, "네", "yes"),
]
"""Two sets, and the end of the workout."""


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A workout in Korean through the real Vosk engine, streaming, with the packaged model."""
    folder = tmp_path_factory.mktemp("korean")
    importlib.import_module("vosk")  # A part of it checks for IPv6 on import.
    said = [(at, say(text, "korean")) for at, text, _ in KOREAN]
    soundfile.write(folder / "in.wav", timeline(said, 216.0), MICROPHONE_RATE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a session opened a socket"))
        code = command_line(
            *("simulate", folder / "in.wav", "--language", "ko", "--voice", "pyttsx3"),
            *("--out", folder / "out.wav", "--events", folder / "events.jsonl"),
        )
    assert code == 0
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    sound, _ = soundfile.read(folder / "out.wav", dtype="float32")
    return Result(events, sound, folder / "out.wav", "pyttsx3")


def test_a_workout_in_korean_through_vosk(korean: Result) -> None:
    accepted = [event["command"] for event in korean.of("heard") if event["accepted"]]
    assert accepted == [command for _, _, command in KOREAN]
    assert [event["ended_by"] for event in korean.of("set")] == ["done", "stop"]
    states = [event["to"] for event in korean.of("state")]
    assert states.count("rest") == 2
    assert states[-1] == "summary"
    said = [e["text"] for e in korean.of("cue") if e["outcome"] == "played"]
    assert {"하나.", "둘.", "무릎 살짝."} <= set(said)
    assert any("안전장치를 거세요" in text for text in said)
    assert [t for t in said if "사십오" in t][:2] == [
        "사십오 킬로, 맞나요?",
        "사십오 킬로, 적었어요.",
    ]
    assert any(text.startswith("수고했어요.") and "두 세트" in text for text in said), said[-4:]


def test_the_korean_audio_is_what_the_trace_says(korean: Result) -> None:
    """Each phase's tick is within a millisecond, and each line sounds when the trace says."""
    phases = korean.of("phase")
    assert len(phases) > 20
    expected = [(phase["t"], TONES[tick(Phase(phase["phase"]))]) for phase in phases]
    found = offsets(korean.sound, expected, within=0.01)
    assert all(offset is not None and abs(offset) <= 0.001 for offset in found), found
    played = [e for e in korean.of("cue") if e["outcome"] == "played"]
    for cue in played:
        at = round(cue["t"] * SAMPLE_RATE)
        spoken = korean.sound[at : at + SAMPLE_RATE // 2]
        assert np.sqrt(np.mean(spoken**2)) > 0.01, cue
    first = round(played[0]["t"] * SAMPLE_RATE)
    assert not np.any(korean.sound[:first])
