"""A sound card for the tests: its own PulseAudio with earbuds and a microphone.

What is played to the null sink `earbuds` can be recorded. What the lifter says is played to another
one, whose monitor is the source `mic`. The machine's own sound is not touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np
import platformdirs
import pytest

from .natural_speech import RATE, Sound, hiss
from .network_sandbox import offline

MISSING = "needs a sound server and PortAudio (Debian: libportaudio2 pulseaudio pulseaudio-utils)"

# Without "norewinds" a null sink takes two seconds of sound at once, unlike earbuds.
_START = """
load-module module-native-protocol-unix
load-module module-null-sink sink_name=earbuds rate=48000 norewinds=1
load-module module-null-sink sink_name=lifter rate=48000 norewinds=1
load-module module-remap-source source_name=mic master=lifter.monitor
set-default-sink earbuds
set-default-source mic
"""

_BLOCK = RATE // 50

LOUD = 52_000
"""A volume in the server's own units; 65,536 is full."""


def require() -> None:
    """Skip, with the names of the packages, if no sound server is available."""
    if not all(map(shutil.which, ("pulseaudio", "pactl", "pacat"))):
        pytest.skip(MISSING)
    try:
        import sounddevice  # noqa: F401
    except OSError:
        pytest.skip(MISSING)


class SoundCard:
    """Used in a `with` statement; `environment` makes a program use it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="voicecoach-sound-"))
        self.environment = {
            **os.environ,
            "HOME": str(self._folder),
            # A voice's clips are the same for all; everything else belongs to this card's user.
            "XDG_CACHE_HOME": str(platformdirs.user_cache_path()),
            **{
                f"XDG_{kind}_HOME": str(self._folder / kind) for kind in ("CONFIG", "DATA", "STATE")
            },
            "PULSE_RUNTIME_PATH": str(self._folder),
            "PULSE_STATE_PATH": str(self._folder),
            "PULSE_SERVER": f"unix:{self._folder}/native",
        }

    def __enter__(self) -> Self:
        self._folder.chmod(0o700)
        (self._folder / "default.pa").write_text(_START)
        self.start()
        return self

    def start(self) -> None:
        """Start the server after it was killed."""
        script = self._folder / "default.pa"
        self._server = subprocess.Popen(
            [
                *("pulseaudio", "-n", "-F", str(script), "--daemonize=no"),
                *("--exit-idle-time=-1", "--use-pid-file=no"),
            ],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 10
        while "earbuds.monitor" not in self.control("list", "short", "sources", check=False):
            assert time.monotonic() < until, "pulseaudio did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill the server without notice."""
        self._server.kill()
        self._server.wait(5)

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait(5)
        shutil.rmtree(self._folder, ignore_errors=True)

    def control(self, *words: str, check: bool = True) -> str:
        """Run `pactl` with `words`; return what it prints."""
        done = subprocess.run(
            ["pactl", *words], env=self.environment, capture_output=True, text=True, check=check
        )
        return done.stdout

    def unload(self, name: str) -> None:
        """Unload every module whose arguments contain `name`."""
        for line in self.control("list", "short", "modules").splitlines():
            number, _, *arguments = line.split("\t")
            if any(name in argument for argument in arguments):
                self.control("unload-module", number)

    def load(self, *words: str) -> None:
        self.control("load-module", *words)

    def popen(self, *command: str, **how: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, **{"env": self.environment, **how})


_AHEAD = 0.2
"""Seconds that a lifter's sound is written ahead. With 0.06 the server ran dry if other tests kept
both cores busy, and "locked" with a hole in it was heard as "what"."""


class Lifter:
    """Somebody at the microphone: endless room noise, and words on request."""

    def __init__(
        self,
        card: SoundCard,
        noise: float = -66.0,
        sink: str = "lifter",
        room: Sound | None = None,
    ) -> None:
        """`noise` of the room in dBFS; `sink` to speak into; `room`: sound to loop instead of
        noise."""
        self._room = hiss(10.0, noise) if room is None else room
        self._words: deque[Sound] = deque()
        self._ended = threading.Event()
        self._process = card.popen(
            *("pacat", "--playback", "--raw", f"--device={sink}", f"--rate={RATE}"),
            *("--channels=1", "--format=float32le", f"--latency-msec={_AHEAD * 1000:.0f}"),
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._thread.start()

    def say(self, sound: Sound) -> None:
        """Begin to say it at once."""
        self._words.append(sound)

    def close(self) -> None:
        self._ended.set()
        self._thread.join(5)
        self._process.terminate()
        self._process.wait(5)
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def _talk(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        saying = np.zeros(0, np.float32)
        done = 0
        began = time.monotonic()
        try:
            while not self._ended.is_set():
                start = done % (len(self._room) - _BLOCK)
                block = self._room[start : start + _BLOCK].copy()
                if not len(saying) and self._words:
                    saying = self._words.popleft()
                n = min(len(saying), _BLOCK)
                block[:n] += saying[:n]
                saying = saying[n:]
                pipe.write(block.tobytes())
                pipe.flush()
                done += _BLOCK
                ahead = done / RATE - (time.monotonic() - began) - _AHEAD
                time.sleep(max(0.0, ahead))
        except BrokenPipeError:
            pass


class Recording:
    """What a sink plays, at 48 kHz, from now until `close`."""

    def __init__(self, card: SoundCard, path: Path, sink: str = "earbuds") -> None:
        self._path = path
        self._process = card.popen(
            *("parec", "--raw", f"--device={sink}.monitor", "--rate=48000", "--channels=1"),
            *("--format=float32le", "--latency-msec=50", str(path)),
            stderr=subprocess.DEVNULL,
        )

    def close(self) -> Sound:
        self._process.terminate()
        self._process.wait(5)
        return np.fromfile(self._path, np.float32)


class Music:
    """Another program that plays to the earbuds, though only silence."""

    def __init__(self, card: SoundCard, volume: int = LOUD) -> None:
        self._card = card
        self._process = card.popen(
            *("pacat", "--playback", "--raw", "--device=earbuds", f"--volume={volume}"),
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(bytes(1 << 20))
        self._process.stdin.flush()
        self.pid = self._process.pid
        self.volume()

    def volume(self) -> int:
        """In the server's own units."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            listed = self._card.control("list", "sink-inputs").split("Sink Input #")
            for stream in listed:
                if f'application.process.id = "{self.pid}"' in stream:
                    (line,) = (each for each in stream.splitlines() if "Volume:" in each)
                    return int(line.split(":")[2].split("/")[0])
            time.sleep(0.05)
        raise AssertionError("it does not play")

    def set(self, volume: int) -> None:
        listed = self._card.control("list", "sink-inputs").split("Sink Input #")
        (stream,) = (s for s in listed if f'application.process.id = "{self.pid}"' in s)
        self._card.control("set-sink-input-volume", stream.split()[0], str(volume))

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


class Coach:
    """`voicecoach start` on such a card, its printed lines, and its exit.

    The kernel kills it, and its recogniser too, if it opens an internet socket: no live session
    does."""

    def __init__(
        self,
        card: SoundCard,
        *options: str,
        command: Sequence[str] = ("start", "leg-press", "--plain"),
    ) -> None:
        self.lines: list[tuple[float, str]] = []
        """(`time.monotonic`, line)"""
        data = tempfile.mkdtemp(prefix="data-", dir=card.environment["HOME"])
        self.log = Path(data) / "voicecoach" / "log.sqlite"
        """Its own log: no workout of another test may be continued."""
        self._process = card.popen(
            *(*offline(), *command, *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=Path(__file__).parents[2],
            env={**card.environment, "XDG_DATA_HOME": data},
        )
        self.pid = self._process.pid
        self._unplugged = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append((time.monotonic(), line.decode().rstrip()))
            if self._unplugged:
                self._process.stdout.close()
                return

    def unplug_terminal(self) -> None:
        """After its next line, nothing can be printed any more."""
        self._unplugged = True
        self._reader.join(20)

    def wait_for(self, text: str, seconds: float, after: int = 0) -> int:
        """Wait for a line that contains `text`, from line `after` on; return the number after
        it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for number, (_, line) in enumerate(self.lines[after:], start=after):
                if text in line:
                    return number + 1
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"no {text!r} within {seconds} s in\n{self.text()}")

    def answer(self, lifter: Lifter, word: Sound, text: str, seconds: float, at: int) -> int:
        """Have `lifter` say `word`, and wait for a line that contains `text`, as `wait_for` does.

        If the coach says that it was deaf in between, as it is for moments on a busy machine, the
        lifter says it once more, as anybody would. Nothing else is forgiven.
        """
        lifter.say(word)
        try:
            return self.wait_for(text, seconds, at)
        except AssertionError:
            if not any("deaf: " in line for _, line in self.lines[at:]):
                raise
        lifter.say(word)
        return self.wait_for(text, seconds, at)

    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)

    def type(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{text}\n".encode())
        self._process.stdin.flush()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def end(self, seconds: float = 5.0) -> int:
        """Wait for its exit; return the exit code."""
        code = self._process.wait(seconds)
        self._reader.join(2)
        return code

    def kill(self) -> None:
        """Kill it if it still runs, and whatever talked to it."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(5)
        self._reader.join(2)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()


def recogniser_of(coach: int) -> int:
    """The child process that listens."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            status = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            command = (folder / "cmdline").read_bytes()
            if int(status[1]) == coach and b"spawn_main" in command:
                return int(folder.name)
    raise AssertionError("the coach has no recogniser")
