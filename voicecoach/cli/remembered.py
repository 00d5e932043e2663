"""Remembers the devices of the last workout, and chooses the devices of the next.

A name on the command line wins, then one in the settings, then the remembered one. Without any, the
system chooses.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import platformdirs

from .. import given, private
from ..audio import devices
from ..config.settings import Sound
from ..doctor.examine import ChecksWanted

LARGEST = 10_000_000
"""Bytes of a file of ours that is read; the devices have a hundred, voices some ten thousand."""

FORGET = ("", "default")
"""Naming a device like this forgets it and takes the system's choice."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Parts of device names, as for `DeviceManager`; "" if none is remembered."""

    microphone: str = ""
    output: str = ""


def path() -> Path:
    return platformdirs.user_state_path("voicecoach", appauthor=False) / "devices.json"


def recall() -> tuple[Remembered, str]:
    """What is remembered, and a line about an unusable file ("" if there is none)."""
    file = path()
    try:
        known = json.loads(given.read(file, LARGEST).decode())
    except FileNotFoundError:
        return Remembered(), ""
    except OSError as fault:
        return Remembered(), _ignored(file, fault.strerror or str(fault))
    except (ValueError, RecursionError):
        return Remembered(), _ignored(file, "it contains no device names")
    if not isinstance(known, dict) or not all(isinstance(name, str) for name in known.values()):
        return Remembered(), _ignored(file, "it contains no device names")
    return Remembered(known.get("microphone", ""), known.get("output", "")), ""


def _ignored(file: Path, why: str) -> str:
    return f"{file}: cannot read the devices of the last workout ({why}); the file will be replaced"


def remember(microphone: str | None, output: str | None) -> str:
    """Keep the named devices; None: not named. Returns a line about a failure, else ""."""
    before, broken = recall()
    after = Remembered(_kept(microphone, before.microphone), _kept(output, before.output))
    if after == before and not broken:
        return ""
    fault = write_own(path(), json.dumps(asdict(after), ensure_ascii=False))
    return f"{path()}: the devices could not be remembered ({fault})" if fault else ""


def write_whole(file: Path, text: str) -> str:
    """Write `text` into `file` atomically. Returns what went wrong, else ""."""
    return _whole(file, text, partial(Path.mkdir, parents=True, exist_ok=True), None)


def write_own(file: Path, text: str) -> str:
    """As `write_whole`, for what is known of the lifter: the file, and its folder, which is this
    program's, are their owner's alone."""
    return _whole(file, text, private.make_own_folder, private.opener)


def _whole(
    file: Path,
    text: str,
    make: Callable[[Path], None],
    opener: Callable[[str, int], int] | None,
) -> str:
    unfinished = file.with_suffix(f".{os.getpid()}.part")
    try:
        make(file.parent)
        with open(unfinished, "w", encoding="utf-8", opener=opener) as written:
            written.write(text)
        unfinished.replace(file)
    except OSError as fault:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        return fault.strerror or str(fault)
    return ""


def _kept(named: str | None, before: str) -> str:
    if named is None:
        return before
    return "" if named in FORGET else named


def wanted(
    sound: Sound | None, microphone: str | None = None, output: str | None = None
) -> tuple[Mapping[str, ChecksWanted], list[str]]:
    """The devices of a workout by direction, "input" and "output", and lines to show.

    `microphone` and `output` are the names given on the command line. If a remembered device is
    missing, a line says so, and the system chooses instead.
    """
    known, trouble = recall()
    troubles = [trouble] if trouble else []
    use = {
        "input": _choice(microphone, sound.microphone if sound else "", known.microphone),
        "output": _choice(output, sound.output if sound else "", known.output),
    }
    for direction, what in (("input", "microphone"), ("output", "output")):
        each = use[direction]
        if each.why == _REMEMBERED and not _is_there(each.name, direction):
            troubles.append(
                f'{what}: "{each.name}", {_REMEMBERED}, is not connected; the system chooses'
            )
            use[direction] = ChecksWanted("", _SYSTEM)
    return use, troubles


_REMEMBERED = "remembered from an earlier workout"
_SYSTEM = "the system's choice"


def _choice(named: str | None, configured: str, remembered: str) -> ChecksWanted:
    if named is not None:
        return (
            ChecksWanted("", _SYSTEM)
            if named in FORGET
            else ChecksWanted(named, "named on the command line")
        )
    if configured:
        return ChecksWanted(configured, "set in voicecoach.toml")
    return ChecksWanted(remembered, _REMEMBERED) if remembered else ChecksWanted("", _SYSTEM)


def _is_there(name: str, direction: str) -> bool:
    try:
        devices.find(name, direction)
    except devices.NoSoundCardError:
        return False
    return True
