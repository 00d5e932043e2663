"""A whole workout on real parts: three sets by voice alone, from a recording. Afterwards the log,
the coach's answers and the report agree with the trace.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli_runner import command_line
from tests.support.report_tables import tables
from tests.support.spoken_session import SpokenSession, coached
from voicecoach.core.commands import normal

pytestmark = [pytest.mark.audio, pytest.mark.slow]

PLAN = """
name = "Short"
[[exercise]]
exercise = "leg-press"
[[exercise.set]]
kind = "warm-up"
reps = 2
weight = "40 kg"
rest = 30
[[exercise.set]]
times = 2
reps = 2
weight = "80 kg"
rest = 30
"""

SAID = [
    # seconds, what the lifter says, and its meaning to the coach
    (9, "ready", "ready"),
    (13, "start set", "start"),
    (36, "locked", "locked"),
    (40, "add thirty seconds", "add_rest"),
    (45, "eighty five kilos", "weight"),
    (49, "eighty two and a half kilos", "weight"),
    (55, "how long", "how_long"),
    (60, "skip rest", "skip_rest"),
    (68, "ready", "ready"),
    (72, "start set", "start"),
    (95, "locked", "locked"),
    (101, "log three reps", "log"),
    (105, "RPE eight", "rpe"),
    (109, "note left knee", "note"),
    (113, "undo", "undo"),
    (117, "start set", "start"),
    (125, "ready", "ready"),
    (129, "start set", "start"),
    (152, "locked", "locked"),
    (163, "yes", "yes"),
    (168, "hard", "rpe"),
    (173, "am I getting stronger", "stronger"),
]
HEARD = ("--workout", "short", "--engine", "moonshine")
VOICES = ("heart",)

NEXT_DAY = [(9, "what did I do last time", "last_time")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workout")
    (folder / "workouts").mkdir()
    (folder / "workouts" / "short.toml").write_text(PLAN)
    (folder / "voicecoach.toml").write_text("[listening]\nloudspeaker = false\n")
    return folder


@pytest.fixture(scope="module")
def workout(folder: Path) -> SpokenSession:
    return coached(folder, "first", SAID, 182.0, VOICES, *HEARD)


@pytest.fixture(scope="module")
def sets(workout: SpokenSession) -> list[dict[str, Any]]:
    """The trace's account of each set: planned, done, and later amended by voice."""
    found: list[dict[str, Any]] = []
    for event in workout.trace:
        match event["type"]:
            case "set began":
                found.append({"number": event["number"], "kind": event["kind"], "paced": 0})
                found[-1] |= {"weight": event["weight"], "rpe": None, "note": None}
            case "rep":
                found[-1]["paced"] += 1
            case "set":
                found[-1] |= {"reps": event["reps"], "ended_by": event["ended_by"]}
                found[-1]["tension"] = event["under_tension_s"]
            case "amended":
                found[-1 - event["back"]][event["entry"]] = event["value"]
    return found


def test_every_word_is_understood_and_nothing_else(workout: SpokenSession) -> None:
    assert workout.understood == [command for _, _, command in SAID]


def test_what_was_meant_is_what_is_traced(sets: list[dict[str, Any]]) -> None:
    assert [(each["weight"], each["reps"], each["rpe"], each["note"]) for each in sets] == [
        ("40 kg", 2, None, None),
        ("82.5 kg", 3, "8", None),
        ("82.5 kg", 2, "9", None),
    ]
    assert [each["paced"] for each in sets] == [2, 2, 2]


def test_the_log_says_what_the_trace_says(
    workout: SpokenSession, sets: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert command_line("log", "--log", workout.log, "--json") == 0
    (logged,) = json.loads(capsys.readouterr().out)["workouts"]
    for each, traced in zip(logged["sets"], sets, strict=True):
        assert (each["number"], each["kind"]) == (traced["number"], traced["kind"])
        assert f"{each['weight']['amount']} kg" == traced["weight"]
        assert (each["reps"], each["counted"]) == (traced["reps"], traced["paced"])
        assert each["rpe"] == traced["rpe"]
        assert each["ended_by"] == traced["ended_by"]


def test_the_report_shows_what_the_trace_says(
    workout: SpokenSession, sets: list[dict[str, Any]], folder: Path
) -> None:
    page = folder / "report.html"
    assert command_line("report", "--log", workout.log, "-o", page) == 0
    shown = tables(page)
    work = [(float(each["weight"].split()[0]), each["reps"]) for each in sets[1:]]
    heaviest = max(weight for weight, _ in work)
    strongest = max(weight * (1 + reps / 30) for weight, reps in work)  # Epley
    [[_, e1rm, at_most, *_]] = shown["Leg press, Strength (kg)"]
    assert float(at_most) == heaviest
    assert float(e1rm) == pytest.approx(strongest, abs=0.06)
    [[_, volume, _, reps]] = shown["Leg press, Volume a week (kg)"]
    assert float(volume) == pytest.approx(sum(weight * reps for weight, reps in work), abs=0.6)
    assert int(reps) == sum(reps for _, reps in work)
    [[_, kept, planned, _]] = shown["Leg press, Tempo kept (seconds of a set)"]
    assert float(kept) == float(planned) == sets[1]["tension"] == sets[2]["tension"]
    # Each line that was played in the last set is in its drawing.
    (last,) = (rows for title, rows in shown.items() if title.endswith("Leg press, set 3"))
    drawn = [text for _, who, text, outcome in last if who == "coach" and not outcome]
    began = workout.of("set began")[-1]["t"]
    played = [cue for cue in workout.of("cue") if cue["outcome"] == "played"]
    assert [cue["text"] for cue in played if began <= cue["t"] < workout.of("set")[-1]["t"]]
    assert {cue["text"] for cue in played if began <= cue["t"] < began + 30} <= set(drawn)


def test_last_time_is_answered_with_what_the_trace_says(
    workout: SpokenSession, sets: list[dict[str, Any]], folder: Path
) -> None:
    """The answer is taken from the sound, by a recogniser that knows nothing of it."""
    after = coached(folder, "second", NEXT_DAY, 30.0, VOICES, *HEARD)
    (answer,) = (cue for cue in after.of("cue") if cue["id"] == "last_time")
    heard = after.transcribed(answer["t"] - 0.2, answer["end"] + 0.2)
    assert {each["weight"] for each in sets[1:]} == {"82.5 kg"}
    spoken = {2: "two reps", 3: "three reps"}
    expected = ", ".join(f"{spoken[e['reps']]}, eighty two and a half kilos" for e in sets[1:])
    assert normal(heard) == normal(f"it was earlier today: {expected}")
