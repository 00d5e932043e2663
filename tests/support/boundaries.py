"""Everything outside of the program that may fail, and how: one function for each way.

Each gets the machine and a source of chance. It breaks something, and returns what mends it; None
if nothing does.
"""

from __future__ import annotations

import errno
import math
import random
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach.core.events import Utterance
from voicecoach.history.database import VERSION
from voicecoach.pcm import Pcm
from voicecoach.speaking.voice import VoiceError

from .virtual_disk import CODES
from .virtual_machine import VirtualMachine

Mend = Callable[[], object]
Break = Callable[[VirtualMachine, random.Random], Mend | None]

DEAF, MUTE, STILL = "deaf", "mute", "still"
"""What a way to fail does to the coach: it can't hear, nobody hears it, it does not run."""


@dataclass(frozen=True)
class Way:
    """One way in which a boundary fails."""

    name: str
    breaks: Break
    does: str = ""
    """DEAF, MUTE or STILL; "" for none of them."""
    harmless: bool = False
    """Whether the workout must be the same, to the sample, as if nothing had failed."""


BOUNDARIES: dict[str, list[Way]] = {}


def way(
    boundary: str, name: str, does: str = "", harmless: bool = False
) -> Callable[[Break], Break]:
    def note(breaks: Break) -> Break:
        BOUNDARIES.setdefault(boundary, []).append(Way(name, breaks, does, harmless))
        return breaks

    return note


def _voice(machine: VirtualMachine, spoils: Callable[[Pcm], Pcm]) -> Mend:
    machine.voice.spoils = spoils
    return lambda: setattr(machine.voice, "spoils", lambda pcm: pcm)


@way("voice", "fails")
def voice_fails(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _voice(machine, _raises(VoiceError("the voice is gone")))


@way("voice", "fails in an unknown way")
def voice_surprises(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _voice(machine, _raises(choice.choice([OSError(5, "I/O error"), RuntimeError("no")])))


@way("voice", "is silent")
def voice_is_silent(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _voice(machine, np.zeros_like)


@way("voice", "gives no numbers")
def voice_gives_no_numbers(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _voice(machine, lambda pcm: np.full_like(pcm, choice.choice([np.nan, np.inf])))


def _raises(fault: Exception) -> Callable[[Pcm], Pcm]:
    def raises(pcm: Pcm) -> Pcm:
        raise fault

    return raises


@way("clip cache", "is gone", harmless=True)
def clips_gone(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    shutil.rmtree(machine.clips, ignore_errors=True)
    return None


@way("clip cache", "is a file", harmless=True)
def clips_are_a_file(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    shutil.rmtree(machine.clips, ignore_errors=True)
    machine.clips.write_bytes(b"clips")
    return machine.clips.unlink


@way("clip cache", "is damaged", harmless=True)
def clips_are_damaged(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    for path in sorted(machine.clips.glob("*.clip")):
        _spoil(path, choice)
    return None


def _spoil(path: Path, choice: random.Random) -> None:
    """Change bytes of a file, or its length, or make it a folder."""
    with suppress(FileNotFoundError):
        whole = bytearray(path.read_bytes())
        match choice.randrange(4):
            case 0:
                path.write_bytes(whole[: choice.randrange(len(whole) + 1)])
            case 1:
                path.write_bytes(choice.randbytes(choice.randrange(1, 9000)))
            case 2:
                path.unlink()
                path.mkdir()
            case _:
                for _ in range(choice.choice((1, 30, 900))):
                    if whole:
                        whole[choice.randrange(len(whole))] = choice.randrange(256)
                path.write_bytes(whole)


@way("recogniser", "dies", DEAF)
def recogniser_dies(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    child: Any = machine.ear._child
    child.dead = True
    return None


@way("recogniser", "dies with an error", DEAF)
def recogniser_fails(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    child: Any = machine.ear._child
    child.trouble = "RuntimeError: no more"
    return None


@way("recogniser", "hangs", DEAF)
def recogniser_hangs(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    child: Any = machine.ear._child
    child.hangs = True
    return lambda: setattr(child, "hangs", False)


@way("recogniser", "talks nonsense")
def recogniser_talks_nonsense(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    child: Any = machine.ear._child
    grammar = machine.loop.conversation.grammar
    phrase = choice.choice(sorted(grammar.phrases)) if grammar.phrases else "stop"
    sure = choice.choice([math.nan, 0.0, -1.0, 0.2])
    if child.ready:
        child._engine.say(phrase, sure)
    child._inbox.append(Utterance(-5, -5, ()))
    child._inbox.append(Utterance(machine.loop.position + 10**7, machine.loop.position, ()))
    return None


@way("model", "is gone", DEAF)
def model_is_gone(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.model_there = False
    recogniser_dies(machine, choice)
    return lambda: setattr(machine, "model_there", True)


def _microphone(machine: VirtualMachine, gives: Callable[[Pcm], Pcm]) -> Mend:
    machine.devices.gives = gives
    return lambda: setattr(machine.devices, "gives", lambda room: room)


@way("microphone", "gives digital silence", DEAF)
def microphone_muted(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _microphone(machine, np.zeros_like)


@way("microphone", "gives no numbers", DEAF)
def microphone_gives_no_numbers(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _microphone(machine, lambda room: np.full_like(room, np.nan))


@way("microphone", "overflows")
def microphone_overflows(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _microphone(machine, lambda room: np.full_like(room, np.inf) if room[0] > 0 else room)


@way("microphone", "is deafening")
def microphone_is_deafening(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _microphone(machine, lambda room: np.sign(room))


@way("microphone", "is gone", DEAF)
def microphone_gone(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.devices.microphone_there = False
    return lambda: setattr(machine.devices, "microphone_there", True)


@way("microphone", "stalls", DEAF)
def microphone_stalls(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.devices.microphone_runs = False
    return lambda: setattr(machine.devices, "microphone_runs", True)


@way("microphone", "is another one")
def microphone_moved(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.devices.moved("input", choice.choice(["Laptop", "{Mic} 2", "마이크"]))
    return None


@way("output", "is gone", MUTE)
def output_gone(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.devices.output_there = False
    return lambda: setattr(machine.devices, "output_there", True)


@way("output", "stalls", MUTE)
def output_stalls(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.devices.output_runs = False
    return lambda: setattr(machine.devices, "output_runs", True)


@way("output", "is opened again", MUTE)
def output_opened_again(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.devices.reopen_output()
    return None


@way("output", "is another one")
def output_moved(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.devices.worn = choice.random() < 0.5
    machine.devices.moved("output", choice.choice(["Loudspeaker", "{Out}", "스피커"]))
    return None


@way("output", "runs dry", STILL)
def output_runs_dry(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.stand_still(choice.randrange(5, 40))
    return None


def _log_code(machine: VirtualMachine, choice: random.Random, *codes: int) -> Mend:
    machine.disk.log = choice.choice(codes)
    machine.disk.share = choice.choice((1.0, 1.0, 0.5, 0.1))
    return lambda: setattr(machine.disk, "log", 0)


@way("log", "can't be written")
def log_fails(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _log_code(machine, choice, *(code for code in CODES if code != sqlite3.SQLITE_CORRUPT))


@way("log", "is damaged, says SQLite")
def log_is_corrupt(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    return _log_code(machine, choice, sqlite3.SQLITE_CORRUPT)


@way("log", "is locked")
def log_is_locked(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    with suppress(sqlite3.Error):
        other = sqlite3.connect(machine.log, isolation_level=None, timeout=0)
        other.execute("BEGIN EXCLUSIVE")
        return other.close
    return None


@way("log", "is deleted")
def log_is_deleted(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    for ending in ("", "-wal", "-shm"):
        machine.log.with_name(machine.log.name + ending).unlink(missing_ok=True)
    return None


@way("log", "is another file")
def log_is_replaced(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    other = machine.log.with_name("other")
    match choice.randrange(4):
        case 0:
            other.write_bytes(choice.randbytes(choice.randrange(9000)))
        case 1:
            other.mkdir()
        case 2:
            with sqlite3.connect(other) as newer:
                newer.execute("CREATE TABLE workouts (id)")
                newer.execute(f"PRAGMA user_version = {VERSION + 1}")
            newer.close()
        case _:
            with suppress(OSError):
                shutil.copy(machine.log, other)
            _spoil(other, choice)
    with suppress(OSError):
        log_is_deleted(machine, choice)
        if other.exists():
            other.rename(machine.log)
    return None


@way("log", "loses its folder")
def log_loses_its_folder(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    shutil.rmtree(machine.log.parent)
    if choice.random() < 0.5:
        return None  # it can be made again
    machine.log.parent.write_bytes(b"")
    return machine.log.parent.unlink


@way("disk", "is full")
def disk_is_full(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.disk.full = True
    machine.disk.share = choice.choice((1.0, 1.0, 0.5))
    return lambda: setattr(machine.disk, "full", False)


@way("clock", "jumps forward", harmless=True)
def clock_jumps_forward(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.clock.set(choice.choice((1.5, 30.0, 3600.0, 86_400.0, 40_000_000.0)))
    return None


@way("clock", "jumps back", harmless=True)
def clock_jumps_back(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.clock.set(-choice.choice((1.5, 30.0, 3600.0, 86_400.0, 40_000_000.0)))
    return None


@way("process", "is suspended", STILL)
def process_is_suspended(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.stood_still.append(machine.loop.position)
    machine.clock.skip(choice.choice((0.3, 1.0, 1.9, 2.5, 6.0, 60.0)))
    return None


@way("process", "sleeps with its machine", STILL)
def machine_sleeps(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.stood_still.append(machine.loop.position)
    machine.clock.fall_asleep(choice.choice((1.0, 3.0, 60.0, 7200.0)))
    return None


@way("terminal", "is gone", harmless=True)
def terminal_is_gone(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.unplug_terminal(choice.choice((errno.EIO, errno.EPIPE)))
    return None


@way("terminal", "hangs up", MUTE)
def terminal_hangs_up(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    machine.unplug_terminal(choice.choice((errno.EIO, errno.EPIPE)))
    machine.live.close()
    return None


@way("configuration", "is gone", harmless=True)
def configuration_is_gone(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    shutil.rmtree(machine.config)
    return None


@way("configuration", "is another one", harmless=True)
def configuration_is_another_one(machine: VirtualMachine, choice: random.Random) -> Mend | None:
    (machine.config / "voicecoach.toml").write_bytes(choice.randbytes(200))
    (machine.config / "exercises").write_text("")
    return None


WAYS: Mapping[str, tuple[Way, ...]] = {name: tuple(ways) for name, ways in BOUNDARIES.items()}
