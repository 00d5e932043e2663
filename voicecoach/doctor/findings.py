"""What a check finds: one line each, with a remedy if something is wrong."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    """A workout works, but not as well as it could."""
    FAILS = "fails"
    """No workout until this is fixed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    grade: Grade
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.grade:<8} {self.what}" + (f" - {self.remedy}" if self.remedy else "")


def ok(what: str) -> Finding:
    return Finding(Grade.OK, what)


def warning(what: str, remedy: str) -> Finding:
    return Finding(Grade.WARNING, what, remedy)


def fails(what: str, remedy: str) -> Finding:
    return Finding(Grade.FAILS, what, remedy)


# --- remedies --------------------------------------------------------------------------------

_PACKAGES = {
    # what is missing: its package, by system family
    "portaudio": {
        "debian": "sudo apt install libportaudio2",
        "fedora": "sudo dnf install portaudio",
        "arch": "sudo pacman -S portaudio",
        "suse": "sudo zypper install libportaudio2",
        "alpine": "sudo apk add portaudio",
        "": "install PortAudio",
    },
    "espeak-ng": {
        "debian": "sudo apt install espeak-ng",
        "fedora": "sudo dnf install espeak-ng",
        "arch": "sudo pacman -S espeak-ng",
        "suse": "sudo zypper install espeak-ng",
        "alpine": "sudo apk add espeak-ng",
        "": "install espeak-ng",
    },
}


def package(missing: str, system: Mapping[str, str] | None = None) -> str:
    """How to install `missing` ("portaudio", "espeak-ng") on this system.

    `system` has `ID` and `ID_LIKE` as in os-release.
    """
    if system is None and sys.platform in ("darwin", "win32"):
        # There, the Python package contains it, or uses the system's own.
        carrier = {"portaudio": "sounddevice", "espeak-ng": "pyttsx3"}[missing]
        return f"pip install --force-reinstall {carrier}"
    if system is None:
        try:
            system = platform.freedesktop_os_release()
        except OSError:
            system = {}
    known = _PACKAGES[missing]
    names = [system.get("ID", ""), *system.get("ID_LIKE", "").split()]
    families = [name.split("-")[0].removeprefix("open") for name in names]
    return known[next((family for family in families if family in known), "")]


def plug(what: str) -> str:
    """What to do without an "output" or a "microphone"."""
    needed = "earbuds or a loudspeaker" if what == "output" else "a microphone"
    return (
        f"connect {needed}, or name another device under [sound] in voicecoach.toml; "
        "simulate and demo work without"
    )
