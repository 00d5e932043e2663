"""The command line as its user meets it: what it prints, and how it exits."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.support.cli_runner import Run, configured, mistake
from voicecoach.config.layers import shipped

RATE = 16_000


def recording(path: Path, seconds: float = 1.0) -> Path:
    soundfile.write(path, np.full(round(seconds * RATE), 1e-3), RATE)
    return path


def wav(samplerate: int, bits: int, data: bytes, declared: int | None = None) -> bytes:
    length = len(data) if declared is None else declared
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + length, b"WAVE", b"fmt ", 16, 1, 1, samplerate),
        *(samplerate * bits // 8, bits // 8, bits, b"data", length),
    )
    return head + data


BAD_AUDIO = {
    "empty.wav": b"",
    "no-frames.wav": wav(RATE, 16, b""),
    "text.wav": b"three sets of twelve\n",
    "truncated.wav": wav(RATE, 16, b"\1\0" * 1000, declared=4000),
    "eight-bit.wav": wav(RATE, 8, b"\x80\x81" * 1000),
    "one-hertz.wav": wav(1, 16, b"\1\0" * 10),
}


@pytest.mark.parametrize("name", BAD_AUDIO)
def test_a_bad_recording_is_one_line(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD_AUDIO[name])
    assert mistake(*run("simulate", name)).startswith(f"{name}: ")
    assert mistake(*run("listen", name)).startswith(f"{name}: ")


def test_a_recording_in_which_nothing_is_heard_is_told_of(run: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "quiet.wav", np.full(RATE, 1e-4), RATE)
    asked = ("--engine", "spotter", "--exercise", "leg-press", "--voice", "pyttsx3")
    code, out, err = run("simulate", "quiet.wav", *asked)
    assert (code, out) == (0, "")
    assert "quiet.wav: no set was done; --timeline shows" in err
    code, out, err = run("listen", "quiet.wav", "--engine", "spotter")
    assert (code, out) == (0, "")
    assert err == "quiet.wav: nothing was heard; is it loud enough, and its rate right?\n"


def test_a_missing_recording(run: Run) -> None:
    assert "gone.wav" in mistake(*run("simulate", "gone.wav"))


def test_samples_that_are_no_numbers(run: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "nan.wav", np.array([0.1, np.nan, 0.1]), RATE, subtype="FLOAT")
    assert "nan.wav" in mistake(*run("simulate", "nan.wav"))


def test_an_unknown_exercise(run: Run, tmp_path: Path) -> None:
    recording(tmp_path / "in.wav")
    line = mistake(*run("simulate", "in.wav", "--exercise", "leg-pres"))
    assert 'did you mean "leg-press"?' in line


@pytest.mark.parametrize("tempo", ["3-1-x", "3-1-2", "fast", "0-0-0-0", ""])
def test_a_tempo_that_is_none(run: Run, tmp_path: Path, tempo: str) -> None:
    recording(tmp_path / "in.wav")
    assert mistake(*run("simulate", "in.wav", "--tempo", tempo)).startswith("--tempo: ")


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "what"),
    [
        (
            "exercises/leg-press.toml",
            "every = 2",
            "evry = 2",
            "cue.evry",
            'unknown key, did you mean "every"?',
        ),
        ("exercises/leg-press.toml", "reps = 12", 'reps = "12"', "reps", "number"),
        ("exercises/leg-press.toml", 'phase = "top"', 'phase = "topp"', "cue.phase", '"top"'),
        ("exercises/leg-press.toml", '"3-1-2-1"', '"3-1-x"', "tempo", "3-1-2-0"),
        ("languages/en/commands.toml", '"stop [(now|it)]"', '"[stop] [now]"', "stop", ""),
        ("languages/en/commands.toml", '"stop [(now|it)]"', '"done"', "stop", "ambiguous"),
        ("languages/en/commands.toml", '"stop [(now|it)]"', '"stop [now"', "stop", ""),
        ("voicecoach.toml", "rate = 190", "rate = 19000", "voice.rate", "300"),
    ],
)
def test_a_fault_in_a_file_is_told_with_its_line(
    run: Run, tmp_path: Path, file: str, old: str, new: str, where: str, what: str
) -> None:
    recording(tmp_path / "in.wav")
    folder = configured(tmp_path, file, lambda text: text.replace(old, new, 1))
    number = (shipped() / file).read_text(encoding="utf-8").split(old)[0].count("\n") + 1
    line = mistake(*run("simulate", "in.wav", "--config", folder))
    assert line.startswith(f"{file}:{number} {where}: ")
    assert what in line


def test_all_faults_at_once(run: Run, tmp_path: Path) -> None:
    recording(tmp_path / "in.wav")
    folder = configured(
        tmp_path,
        "exercises/leg-press.toml",
        lambda text: text.replace("every = 2", "evry = 2").replace("reps = 12", "reps = 0"),
    )
    shutil.copytree(shipped() / "languages", folder / "languages")
    with (folder / "languages" / "en" / "commands.toml").open("a") as file:
        file.write('\n[lists.tempi]\nx = "y"\nbroken')
    code, _, err = run("simulate", "in.wav", "--config", folder)
    assert code == 2
    assert len(err.strip().splitlines()) >= 3


def test_where_nothing_can_be_written(run: Run, tmp_path: Path) -> None:
    recording(tmp_path / "in.wav")
    assert "no-folder" in mistake(*run("simulate", "in.wav", "--out", "no-folder/out.wav"))
    assert "no-folder" in mistake(*run("simulate", "in.wav", "--events", "no-folder/out.jsonl"))


def test_an_unknown_option_is_the_users_mistake(run: Run) -> None:
    code, _, err = run("simulate", "--tmpo", "3-1-2-0", "in.wav")
    assert code == 2
    assert "--tempo" in err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("import", "Missing argument 'FILE'. See: voicecoach import --help"),
        ("export", "Missing option '--format'. Choose from: strong, hevy, fitnotes, json. See: v"),
        ("frobnicate", "No such command 'frobnicate'. See: voicecoach --help"),
        ("simulate --tmpo 3 x", "No such option '--tmpo'. Did you mean '--tempo'? See: voiceco"),
        ("log --last x", "Invalid value for '--last': 'x' is not a whole number. See: voicecoach"),
        (
            "simulate --block 0 x",
            "Invalid value for '--block': 0 is too small; expected 1 or more. S",
        ),
        ("start --reps 900", "Invalid value for '--reps': 900 is not from 1 to 200. See: voicec"),
        ("report --since now", "Invalid value for '--since': 'now' is not a day; expected one li"),
        ("start a b c", "Too many words: b c. See: voicecoach start --help"),
        ("listen \x1b[2J\n x", "Too many words: x. See: voicecoach listen --help"),
    ],
)
def test_a_wrong_command_line_is_one_plain_line(run: Run, words: str, line: str) -> None:
    assert mistake(*run(*words.split(" "))).startswith(line)


def test_a_group_alone_shows_its_help(run: Run) -> None:
    _, out, err = run("models")
    assert "Usage: voicecoach models" in out + err


def test_help_shows_what_to_do(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for words in ("voicecoach demo", "voicecoach simulate", "not medical advice"):
        assert words in " ".join(out.split())


def test_a_failure_of_ours_is_exit_code_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the bar is bent")

    monkeypatch.setattr("voicecoach.audio.wav.read", fail)
    code, _, err = run("simulate", "in.wav")
    assert code == 1
    assert "the bar is bent" in err
    assert "Traceback" not in err


@pytest.mark.audio
def test_a_recording_of_nothing_waits_at_the_gate(run: Run, tmp_path: Path) -> None:
    recording(tmp_path / "in.wav", 3.0)
    code, out, _ = run(
        "simulate", "in.wav", "--out", "out.wav", "--events", "e.jsonl", "--timeline"
    )
    assert code == 0
    events = [json.loads(line) for line in (tmp_path / "e.jsonl").read_text().splitlines()]
    assert events[0] == {"t": 0.0, "type": "workout", "workout": "", "carried_on": False}
    assert events[1] == {"t": 0.0, "type": "state", "to": "gate"}
    assert [e["t"] for e in events] == sorted(e["t"] for e in events)
    assert "Say ready." in out
    assert soundfile.info(tmp_path / "out.wav").samplerate == 48_000


def test_python_m_is_the_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "voicecoach", "schema", "nothing"], capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith('unknown kind of file "nothing"')
    ran = subprocess.run(
        [sys.executable, "-m", "voicecoach", "--help"], capture_output=True, text=True
    )
    assert ran.returncode == 0
    assert ran.stdout.startswith("Usage: voicecoach ")
