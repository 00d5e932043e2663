"""`voicecoach enroll`: what it prints, what it keeps, and what uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.support.enrolment_driver import enrol_by_sound
from tests.support.natural_speech import RATE, say
from tests.support.session_driver import shipped
from voicecoach import cli
from voicecoach.cli import assembly, doctor, enroll, voices
from voicecoach.core.decision import Thresholds
from voicecoach.core.events import Command, Intent
from voicecoach.core.profile import Profile, Try
from voicecoach.doctor.findings import Grade
from voicecoach.runtime.enrolment_conversation import enrolment_loop, items

pytestmark = pytest.mark.slow

Run = Callable[..., tuple[int, str, str]]

WEAK = tuple(Try((("done", sure), ("down", 0.1)), evidence={"score": -1.5}) for sure in (0.4, 0.45))
PAIN = Command(Intent.PAIN)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty folders, except for a voice's rendered clips, and no sound server."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PULSE_SERVER", "none")
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line: exit code, output, errors."""

    def call(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["voicecoach", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, printed.out, printed.err

    return call


def known(weak: tuple[Try, ...] = (*WEAK, WEAK[0]), **changes: str) -> Profile:
    identity = voices.identity(shipped(), "moonshine")
    profile = {"recogniser": identity, "language": "en", **changes}
    return Profile(profile["recogniser"], profile["language"], {"done": weak})


def test_what_is_kept_comes_back() -> None:
    assert voices.recall() == ({}, "")
    assert voices.keep("desk", known()) == ""
    assert voices.keep("Ünïcode, (mic)", known(WEAK)) == ""
    assert voices.recall() == ({"desk": known(), "Ünïcode, (mic)": known(WEAK)}, "")
    assert voices.forget("desk") == (1, "")
    assert voices.forget("desk") == (0, "")
    assert voices.forget(None) == (1, "")
    assert voices.recall() == ({}, "")


def test_numbers_are_kept_and_nothing_else() -> None:
    voices.keep("desk", Profile("m", "en", {"done": (Try((("done", 0.4),), free="my secret"),)}))
    text = voices.path().read_text()
    assert "secret" not in text
    assert json.loads(text)["desk"]["tries"] == {
        "done": [{"readings": [["done", 0.4]], "evidence": {}}]
    }


def test_a_voice_that_is_known_lowers_bars_through_its_microphone_only() -> None:
    voices.keep("desk", known())
    usual = Thresholds()
    found = voices.known(shipped(), "moonshine", "desk", usual)
    assert found.bars.for_(Command(Intent.DONE)) < 0.4
    assert [(each.phrase, each.missed) for each in found.outlooks] == [("done", 0)]
    assert voices.known(shipped(), "moonshine", "another", usual) == voices.Known(usual, ())


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        (known(recogniser="moonshine, calibration 0"), "learnt with moonshine, calibration 0; "),
        (known(language="ko"), "learnt in ko, not in en"),
    ],
)
def test_a_profile_that_means_nothing_now_is_told_and_not_used(
    profile: Profile, told: str, run: Run, home: Path
) -> None:
    voices.keep("desk", profile)
    found = voices.known(shipped(), "moonshine", "desk", Thresholds())
    assert found.bars == Thresholds()
    assert told in found.unusable
    soundfile.write(home / "x.wav", np.full(RATE, 1e-3), RATE)
    words = ("simulate", home / "x.wav", "--profile", "desk", "--engine", "moonshine")
    code, _, err = run(*words, "--voice", "pyttsx3")
    assert code == 2
    assert told in err
    assert err.rstrip().endswith("run voicecoach enroll again")


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", "null", '{"desk": {}}', '{"desk": []}', '{"desk": 3}'),
        '{"desk": {"recogniser": "m", "language": "en", "room": [], "tries": {"done": [1]}}}',
        '{"desk": {"recogniser": "m", "language": "en", "room": [], "tries": {"done":'
        ' [{"readings": [["done", 1.5]], "evidence": {}}]}}}',
        '{"desk": {"recogniser": "m", "language": "en", "room": [], "tries": {"done":'
        ' [{"readings": [["done", NaN]], "evidence": {}}]}}}',
    ],
)
def test_a_broken_file_is_told_and_can_be_forgotten(text: str) -> None:
    voices.path().parent.mkdir(parents=True)
    voices.path().write_text(text)
    profiles, trouble = voices.recall()
    assert profiles == {}
    assert str(voices.path()) in trouble
    assert voices.known(shipped(), None, "desk", Thresholds()).bars == Thresholds()
    assert voices.forget(None) == (1, "")
    assert voices.recall() == ({}, "")


def test_a_profile_that_is_not_there_is_named(run: Run, home: Path) -> None:
    voices.keep("desk", known())
    soundfile.write(home / "x.wav", np.full(RATE, 1e-3), RATE)
    code, _, err = run("simulate", home / "x.wav", "--profile", "gym", "--voice", "pyttsx3")
    assert code == 2
    assert 'no voice was learnt through "gym"; known: "desk"' in err


def test_a_terminal_that_is_gone_loses_nothing_that_was_learnt(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(text: str) -> None:
        raise OSError(5, "Input/output error")

    enroller: Any = SimpleNamespace(conversation=SimpleNamespace(learnt=known(), outlooks=()))
    monkeypatch.setattr(enroll, "print_out", gone)
    monkeypatch.setattr(voices, "told", lambda *_: iter(["pain 3 of 3"]))
    enroll._keep(enroller, "desk", shipped())
    assert voices.recall()[0].keys() == {"desk"}


def test_mistakes(run: Run, home: Path) -> None:
    code, _, err = run("enroll", "--input", home / "none.wav", "--only", "stop")
    assert code == 2
    assert "none.wav" in err
    code, _, err = run("enroll", "--input", home / "none.wav", "--only", "stoop")
    assert code == 2
    assert '--only: "stoop" is not a command' in err
    code, _, err = run("enroll", "--forget")
    assert code == 0
    assert "Nothing was known" in err


@pytest.mark.audio
def test_a_voice_is_learnt_from_a_recording_used_shown_and_forgotten(run: Run, home: Path) -> None:
    """Joe says "pain" three times; the recording is made by answering what the coach asks."""
    loaded = shipped()
    chosen = items(loaded.phrases, loaded.commands.other_words, ("pain",))
    teacher = enrolment_loop(
        chosen,
        loaded.phrases,
        assembly.make_recogniser(loaded, "moonshine"),
        assembly.make_clips(loaded, "pyttsx3"),
        loaded.enrol,
        Profile("", "en", {}),
        bars=assembly.bars(loaded.settings.listening),
    )
    speeds = (0.92, 1.0, 1.1)
    enrolled = enrol_by_sound(
        teacher, lambda p: [say(p, "joe", speed) for speed in speeds] if p else []
    )
    soundfile.write(home / "me.wav", enrolled.microphone, RATE, subtype="FLOAT")

    words = ("enroll", "--input", home / "me.wav", "--only", "pain", "--microphone", "desk")
    code, out, err = run(*words, "--engine", "moonshine", "--voice", "pyttsx3")
    assert code == 0, err
    assert 'asked      "pain"' in out
    assert "\npain " in out
    assert 'Kept for "desk"' in err
    profile = voices.recall()[0]["desk"]
    assert [len(tries) for tries in profile.tries.values()] == [
        len(tries) for tries in teacher.conversation.learnt.tries.values()
    ]
    found = voices.known(loaded, "moonshine", "desk", Thresholds())
    assert found.bars.for_(PAIN) <= Thresholds().stop

    said = np.concatenate([np.zeros(RATE, np.float32), say("pain", "joe"), np.zeros(RATE)])
    soundfile.write(home / "pain.wav", said + 1e-4, RATE)
    again = ("simulate", home / "pain.wav", "--profile", "desk", "--engine", "moonshine")
    code, _, err = run(*again, "--voice", "pyttsx3")
    assert code == 0, err
    assert "Your voice is known" in err

    code, _, err = run("enroll", "--forget", "--microphone", "desk")
    assert code == 0
    assert voices.recall() == ({}, "")


def test_doctor_tells_what_is_known_of_the_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "microphone", lambda name: "desk")
    (finding,) = doctor._learnt(shipped(), "moonshine")
    assert (finding.grade, "not learnt yet" in finding.what) == (Grade.OK, True)
    voices.keep("desk", known())
    (finding,) = doctor._learnt(shipped(), "moonshine")
    assert "1 phrases, 1 obeyed sooner" in finding.what
    voices.keep("desk", known((*WEAK, Try((("down", 0.9),)))))
    _, missed = doctor._learnt(shipped(), "moonshine")
    assert missed.grade is Grade.WARNING
    assert 'sounds like "down"' in missed.what
    voices.keep("desk", known(recogniser="older"))
    (finding,) = doctor._learnt(shipped(), "moonshine")
    assert (finding.grade, finding.remedy) == (Grade.WARNING, "run voicecoach enroll again")
