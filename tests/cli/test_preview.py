"""`voicecoach preview` as a script's author meets it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import soundfile

from tests.support.cli_runner import Run, configured, mistake
from voicecoach.config import layers

pytestmark = pytest.mark.audio


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(layers, "users", lambda: tmp_path / "nobody")


QUICK = ("--voice", "pyttsx3", "--reps", "2")


def test_a_set_is_heard_seen_and_read(run: Run, tmp_path: Path) -> None:
    out, plot = tmp_path / "set.wav", tmp_path / "set.svg"
    code, said, err = run("preview", "leg-press", *QUICK, "-o", out, "--plot", plot)
    assert code == 0, err
    assert "1 lower    Down, breathe in." in said
    assert "2 of 2 reps at 3-1-2-1" in said
    assert said.splitlines()[-1].startswith("The coach speaks ")
    assert err.splitlines()[-2:] == [f"the earbuds: {out}", f"the picture: {plot}"]
    pcm, rate = soundfile.read(out)
    assert rate == 48_000
    assert abs(pcm).max() > 0.1
    # The screen states the file's length: the last line is in it, whole.
    assert len(pcm) / rate > float(said.split("rest")[0].split()[-1])
    assert ElementTree.parse(plot).getroot().tag.endswith("svg")


def test_a_script_is_found_by_its_file(run: Run, tmp_path: Path) -> None:
    folder = configured(
        tmp_path, "exercises/leg-press.toml", lambda t: t.replace('"Hold."', '"Wait there."')
    )
    code, said, _ = run("preview", folder / "exercises" / "leg-press.toml", *QUICK)
    assert code == 0
    assert "Wait there." in said


def test_an_x_on_the_command_line_takes_what_the_script_says(run: Run, tmp_path: Path) -> None:
    folder = configured(tmp_path, "exercises/leg-press.toml", lambda t: f"explosive = 0.5\n{t}")
    script = folder / "exercises" / "leg-press.toml"
    code, said, err = run("preview", script, *QUICK, "--tempo", "31X1")
    assert code == 0, err
    assert "2 of 2 reps at 3-1-0.5-1" in said


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("leg-pres",), 'no exercise "leg-pres", did you mean "leg-press"?'),
        (("nowhere.toml",), "nowhere.toml: there is no such file"),
        (("leg-press", "--tempo", "fast"), '--tempo: "fast" is not a tempo'),
        (("leg-press", "--plot", "no/where.svg/x/y"), ""),
    ],
)
def test_a_mistake_is_one_line(run: Run, tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    if not line:
        (tmp_path / "file").write_text("")
        plot = tmp_path / "file" / "set.svg"
        code, _, err = run("preview", "leg-press", *QUICK, "--plot", plot)
        assert code == 2
        assert f"{plot}: cannot be written" in err
        return
    assert line in mistake(*run("preview", *words))


def until(happens: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for the condition itself; a broken coach fails here, not after a guessed time."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


_HEEDS_CTRL_C = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from voicecoach.cli import main; main()"
)
"""The tests may run behind an "&", and a shell makes such a process ignore Ctrl-C."""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_watching_renders_again_tells_a_fault_waits_and_ends_well(tmp_path: Path) -> None:
    folder = configured(
        tmp_path, "exercises/leg-press.toml", lambda t: t.replace('"Hold."', '"Wait there."')
    )
    script = folder / "exercises" / "leg-press.toml"
    plot, said, err = tmp_path / "set.svg", tmp_path / "said", tmp_path / "err"
    command = ("preview", "leg-press", "--config", folder, *QUICK, "--plot", plot, "--watch")
    with said.open("w") as to_said, err.open("w") as to_err:
        watching = subprocess.Popen(
            [sys.executable, "-c", _HEEDS_CTRL_C, *map(str, command)],
            stdout=to_said,
            stderr=to_err,
            env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path / "nobody")},
        )
    try:
        until(lambda: err.read_text().count("Waiting") == 1)
        assert "Wait there." in plot.read_text()

        right = script.read_text()
        script.write_text(right.replace("Wait there.", "Stay there now."))
        until(lambda: err.read_text().count("Waiting") == 2)
        assert "Stay there now." in plot.read_text()

        script.write_text(right.replace("every = 2", "evry = 2"))
        until(lambda: err.read_text().count("Waiting") == 3)
        assert 'cue.evry: unknown key, did you mean "every"?' in err.read_text()
        assert watching.poll() is None

        script.write_text(right)
        until(lambda: err.read_text().count("Waiting") == 4)
        assert "Wait there." in plot.read_text()
        watching.send_signal(signal.SIGINT)
        assert watching.wait(20) == 0
    finally:
        watching.kill()
        watching.wait()
    assert "Traceback" not in err.read_text()
