"""After a session over a real sound server, what the microphone heard is nowhere.

The room makes a noise that is like no other. All that the session wrote is searched for it.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from tests.support.natural_speech import RATE, Sound, hiss
from tests.support.sound_search import Wanted
from tests.support.virtual_sound_card import Coach, Lifter, SoundCard, recogniser_of, require
from voicecoach.pcm import to_int16

ROOM = hiss(2.0, -40.0)

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@linux
@pytest.mark.audio
@pytest.mark.real_time
@pytest.mark.xdist_group("devices")
def test_what_the_microphone_heard_is_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require()
    own, temporary = tmp_path / "own", tmp_path / "temporary"
    own.mkdir()
    temporary.mkdir()
    (own / "voicecoach.toml").write_text("[listening]\nprove_stop = false\n")
    files = ("--out", str(own / "heard.wav"), "--events", str(own / "events.jsonl"))
    options = ("--microphone", "mic", "--output", "earbuds", "--config", str(own), *files)
    set_ = ("--engine", "spotter", "--voice", "pyttsx3", "--tempo", "1-1-1-1", "--reps", "9")
    with SoundCard() as card:
        monkeypatch.setitem(card.environment, "TMPDIR", str(temporary))
        home = Path(card.environment["HOME"])
        roots = [home, tmp_path, Path(card.environment["XDG_CACHE_HOME"]), Path("/dev/shm")]
        lifter = Lifter(card, room=ROOM)
        began = time.time()
        coach = Coach(card, *options, *set_)
        try:
            at = coach.wait_for("gate", 60)
            coach.type("ready")
            at = coach.wait_for("armed", 20, at)
            coach.type("start set")
            coach.wait_for("2 top", 30, at)
            recogniser = recogniser_of(coach.pid)
            # A file that has no name is one, too.
            writing = open_for_writing(coach.pid) | open_for_writing(recogniser)
            coach.signal(signal.SIGTERM)
            assert coach.end(10) == 0, coach.text()
        finally:
            coach.kill()
            lifter.close()
        written = [
            path
            for root in roots
            for path in root.rglob("*")
            if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= began - 1
        ]
        wanted = Wanted(ROOM)
        found = {str(path): how for path in written if (how := wanted.is_in(path))}
        data = coach.log.parent
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.iterdir())}
        for name in ("heard.wav", "events.jsonl"):
            modes[own / name] = stat.S_IMODE((own / name).stat().st_mode)
        assert modes.pop(data) == 0o700
    assert found == {}
    assert {path.name for path in written} >= {"log.sqlite", "devices.json", "heard.wav"}
    assert writing == {"log.sqlite", "log.sqlite-wal", "log.sqlite-shm", "events.jsonl"} | {
        name for name in writing if name.startswith(".heard.wav.") or name.endswith(".running")
    } | {RESERVE}
    assert {path.name: oct(mode) for path, mode in modes.items() if mode != 0o600} == {}


RESERVE = "room on the log's disk"
"""A file without a name that has nothing but zeros; see `history.spool.Spool`."""


def open_for_writing(process: int) -> set[str]:
    """Names of the regular files that a process can write to; what is in one without a name is
    read."""
    found = set()
    for link in Path(f"/proc/{process}/fd").iterdir():
        try:
            target, known = os.readlink(link), link.stat()
            flags = (link.parent.parent / "fdinfo" / link.name).read_text().split("flags:")[1]
        except FileNotFoundError:
            continue  # closed meanwhile
        if not stat.S_ISREG(known.st_mode) or not int(flags.split()[0], 8) & os.O_ACCMODE:
            continue
        name = Path(target.removesuffix(" (deleted)")).name
        if target.endswith(" (deleted)") and not target.startswith(("/memfd:", "/dev/shm/")):
            content = link.read_bytes()
            name = RESERVE if content and not any(content) else f"unnamed: {name}"
        found.add(name)
    return found


def other() -> Sound:
    """Three seconds of another noise."""
    noise = np.random.default_rng(11).normal(0, 0.01, 3 * RATE)
    return np.asarray(noise, np.float32)


@pytest.mark.parametrize(
    "how", ["wav", "flac", "ogg", "int16", "float32", "48 kHz", "sqlite", "softer", "a part"]
)
def test_the_sound_would_be_found(tmp_path: Path, how: str) -> None:
    path = tmp_path / "file"
    sound, rate = np.tile(ROOM, 2)[RATE : 3 * RATE], RATE
    match how:
        case "wav" | "flac" | "ogg":
            soundfile.write(path, sound, rate, format=how)
        case "int16":
            path.write_bytes(b"x" * 777 + to_int16(sound).tobytes())
        case "float32":
            path.write_bytes(b"x" * 777 + sound.tobytes())
        case "48 kHz":
            path.write_bytes(
                to_int16(np.asarray(soxr.resample(sound, RATE, 48_000), np.float32)).tobytes()
            )
        case "sqlite":
            database = sqlite3.connect(path)
            database.execute("CREATE TABLE sounds (sound BLOB)")
            database.execute("INSERT INTO sounds VALUES (?)", (to_int16(sound).tobytes(),))
            database.commit()
            database.close()
        case "softer":
            path.write_bytes(to_int16(sound * np.float32(0.1)).tobytes())
        case "a part":
            whole: Sound = np.concatenate((sound[: 3 * RATE // 2], other()))
            path.write_bytes(to_int16(whole).tobytes())
    assert Wanted(ROOM).is_in(path)


def test_what_is_another_sound_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(to_int16(other()).tobytes())
    assert Wanted(ROOM).is_in(path) == ""
