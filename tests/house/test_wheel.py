"""What is released: built twice alike, whole, and at work in an environment of its own."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = {"voicecoach": "voicecoach", "config": "voicecoach/shipped/config"} | {
    "models": "voicecoach/shipped/models"
}
"""Folder of the checkout -> where the wheel has it."""

WHEN = "1700000000"
"""Seconds since 1970 that the files of a build claim to be from."""

pytestmark = pytest.mark.xdist_group("wheel")


def _built(folder: Path, *what: str, umask: int = 0o022, **environment: str) -> dict[str, Path]:
    """What `python -m build` makes of the checkout, by its ending."""
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", *what, "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
        umask=umask,
        env=os.environ | {"SOURCE_DATE_EPOCH": WHEN} | environment,
    )
    return {path.suffix: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sdist, and the wheel that was built from it."""
    return _built(tmp_path_factory.mktemp("released"))


def test_two_builds_are_the_same_bytes(released: dict[str, Path], tmp_path: Path) -> None:
    """The first wheel comes from the sdist, the second from the checkout."""
    elsewhere = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    again = _built(tmp_path, "--sdist", "--wheel", umask=0o077, **elsewhere)
    assert set(again) == {".gz", ".whl"}
    for suffix, path in again.items():
        assert _hash(path) == _hash(released[suffix]), path.name


def test_the_wheel_has_every_file_of_the_package_and_no_other(released: dict[str, Path]) -> None:
    wanted = {
        f"{target}/{path.relative_to(ROOT / source).as_posix()}": path
        for source, target in SHIPPED.items()
        for path in (ROOT / source).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(released[".whl"]) as wheel:
        there = {name for name in wheel.namelist() if name.startswith("voicecoach/")}
        assert there == set(wanted)
        assert [name for name in there if wheel.read(name) != wanted[name].read_bytes()] == []


def test_what_is_released_is_described_as_registries_want_it(released: dict[str, Path]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *released.values()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout.count("PASSED")) == (0, 2), ran.stdout


@pytest.fixture(scope="module")
def installed(released: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; what it depends on is the tests' own."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run(
        [*pip, "install", "-q", "--no-deps", "--no-index", released[".whl"]],
        check=True,
        capture_output=True,
    )
    packages = next(folder.rglob("site-packages"))
    # Unlike a folder of packages, what a .pth file names is not searched for other .pth files, as
    # that of an editable voicecoach.
    ours = [each for each in sys.path if Path(each).name == packages.name]
    (packages / "dependencies.pth").write_text("\n".join(ours))
    return python


@pytest.mark.audio
def test_the_installed_wheel_works_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    def run(*words: str | Path, codes: tuple[int, ...] = (0,)) -> str:
        ran = subprocess.run(
            words,
            cwd=tmp_path,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode in codes, ran.stdout + ran.stderr
        return ran.stdout

    command = installed.parent / "voicecoach"
    # Here may be no sound card, which the doctor says even if it does not try it.
    findings = run(command, "doctor", "--no-sound", "--voice", "pyttsx3", codes=(0, 2))
    for fine in ("configuration: leg-press", "voice: pyttsx3", "recogniser: spotter and moonshine"):
        assert f"ok       {fine}" in findings
    assert "vosk-model-small-en-us-0.15" in run(command, "models", "list")
    run(command, "new", "exercise", "split squat", "--config", "coach")
    assert (installed.parents[1] / "share/man/man1/voicecoach.1").is_file()
    used = run(installed, "-c", "import voicecoach; print(voicecoach.__file__)")
    assert Path(used.strip()).is_relative_to(installed.parents[1])


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
