"""The sound card, through PortAudio; the only module that uses sounddevice.

A live workout uses two streams in blocks of 20 ms, not one for both directions (that delivered a
fifth of its callbacks). Callbacks only copy between the card and a ring; all else, resampling
included, happens in the threads on the other sides of the rings. A callback also records its time
and count for a watchdog.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.pcm import Converter, Pcm

from .ring import Ring
from .server import server_devices

OUTPUT_LATENCY = 0.08
"""Seconds of sound that the card buffers, which "stop" must wait for. In seconds, because "high"
means anything from 30 ms up; with 0.06, a busy machine underran and lost cues."""

INPUT_LATENCY = 0.05
"""The same for the microphone: what a busy machine loses there, only the recogniser misses."""

BLOCK = 0.02
"""Seconds per callback."""

_FADE = 0.005
"""Seconds of fade in `hush`: no click, and no longer than that."""

KEPT = 4.0
"""Seconds of sound in a ring."""

_OPENING = threading.RLock()
"""PortAudio opens one stream at a time, and the sound server's device is named in the environment
meanwhile."""


class NoSoundCardError(Exception):
    """Sound can't be played or recorded here; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device for playback or recording."""

    name: str
    index: int | None
    """In PortAudio's list; None for its default."""
    server_name: str = ""
    """The sound server's own name for it, if PortAudio knows only the server."""
    rate: int = 0
    """Its native rate in Hz; 0 if unknown."""
    default: bool = False


def _portaudio() -> Any:
    try:
        import sounddevice
    except OSError as fault:
        # The Linux wheel does not include PortAudio.
        raise NoSoundCardError("PortAudio is not installed (Debian: libportaudio2)") from fault
    return sounddevice


# --- which devices there are -----------------------------------------------------------------


def devices(direction: str) -> list[Device]:
    """All devices for `direction`, "output" or "input". Raises NoSoundCardError."""
    sounddevice = _portaudio()
    try:
        listed = sounddevice.query_devices()
        default = sounddevice.default.device[direction == "output"]
    except sounddevice.PortAudioError as fault:
        raise NoSoundCardError(f"PortAudio lists no devices: {fault}") from fault
    known = [
        Device(
            entry["name"],
            entry["index"],
            rate=int(entry["default_samplerate"]),
            default=entry["index"] == default,
        )
        for entry in listed
        if entry[f"max_{direction}_channels"] > 0
    ]
    server = next((each for each in known if each.name == "pulse"), None)
    if server is not None:
        known += [
            Device(f"{title} ({name})", server.index, name, rate)
            for name, title, rate in server_devices(direction)
        ]
    return known


def find(name: str, direction: str) -> Device:
    """The device whose name contains `name`, ignoring case; "" is the default one.

    Raises NoSoundCardError, with a list of all devices, if none does.
    """
    known = devices(direction)
    what = "microphone" if direction == "input" else "sound card"
    if not known:
        raise NoSoundCardError(f"there is no {what}: plug one in, or start the sound server")
    if not name:
        default = next((each for each in known if each.default), known[0])
        return Device(default.name, None, rate=default.rate, default=True)
    wanted = name.casefold()
    exact = [e for e in known if wanted in (e.name.casefold(), e.server_name.casefold())]
    found = exact or [each for each in known if wanted in each.name.casefold()]
    if not found:
        there = ", ".join(f'"{each.name}"' for each in known)
        raise NoSoundCardError(f'no {what} is called "{name}"; there is {there}')
    return found[0]


def news() -> bool:
    """Whether a program that started now would find devices that this one does not know.

    PortAudio lists the devices once, so a child process looks, in a third of a second. A device
    missing from its list means nothing: a card in use may not be listed.
    """
    listing = "import sounddevice as s; print(*(e['name'] for e in s.query_devices()), sep='\\n')"
    try:
        done = subprocess.run(
            [sys.executable, "-c", listing], capture_output=True, text=True, timeout=10
        )
        known = {entry["name"] for entry in _portaudio().query_devices()}
    except (OSError, subprocess.TimeoutExpired, NoSoundCardError):
        return False
    return done.returncode == 0 and not set(filter(None, done.stdout.splitlines())) <= known


def refresh() -> None:
    """Have PortAudio list the devices again. No stream may be open: it would be closed."""
    sounddevice = _portaudio()
    with _OPENING:
        sounddevice._terminate()
        sounddevice._initialize()


# --- streams ---------------------------------------------------------------------------------


class _Stream:
    """What both directions share: opening, closing, and the watchdog's figures."""

    def __init__(self, direction: str, name: str, rate: int, latency: float) -> None:
        self._sounddevice = _portaudio()
        self._direction = direction
        self.device = find(name, direction)
        self.called = time.monotonic()
        """`time.monotonic` of the last callback."""
        self.calls = 0
        self.finished = False
        """Whether the card has ended the stream."""
        self.missed = 0
        """Callbacks with too few samples (output) or too little room (input)."""
        self.marks: deque[tuple[float, int]] = deque(maxlen=1024)
        """(time, samples moved before it) of the last callbacks."""
        self.rate = rate
        self._stream = self._open(rate, latency)
        self.ring = Ring(round(KEPT * self.rate))
        self.latency = float(self._stream.latency)
        """Seconds between the callback and the card, as reported by PortAudio."""
        self._start()

    def _open(self, rate: int, latency: float) -> Any:
        """Open at `rate` if the card accepts it, otherwise at its own."""
        sounddevice = self._sounddevice
        make = sounddevice.OutputStream if self._direction == "output" else sounddevice.InputStream
        variable = "PULSE_SINK" if self._direction == "output" else "PULSE_SOURCE"
        rates = list(dict.fromkeys(each for each in (rate, self.device.rate) if each))
        fault: Exception | None = None
        with _OPENING:
            before = os.environ.get(variable)
            if self.device.server_name:
                os.environ[variable] = self.device.server_name
            try:
                for each, channels in [(each, n) for each in rates for n in (1, 2)]:
                    try:
                        stream = make(
                            samplerate=each,
                            blocksize=round(BLOCK * each),
                            device=self.device.index,
                            channels=channels,
                            dtype="float32",
                            latency=latency,
                            callback=self._called,
                            finished_callback=self._ended,
                        )
                    except (sounddevice.PortAudioError, ValueError) as error:
                        fault = fault or error
                    else:
                        self.rate = each
                        return stream
            finally:
                if before is None:
                    os.environ.pop(variable, None)
                else:
                    os.environ[variable] = before
        raise NoSoundCardError(
            f'"{self.device.name}" cannot be opened: {_reason(fault)}'
        ) from fault

    def _start(self) -> None:
        try:
            with _OPENING:
                self._stream.start()
        except self._sounddevice.PortAudioError as fault:
            self.close()
            raise NoSoundCardError(
                f'"{self.device.name}" cannot be started: {_reason(fault)}'
            ) from fault

    def _called(self, data: Any, frames: int, moment: Any, status: Any) -> None:
        raise NotImplementedError

    def _ended(self) -> None:
        self.finished = True

    def stalled(self, now: float, patience: float) -> bool:
        """Whether the card has not called for `patience` seconds, or has ended."""
        return self.finished or now - self.called > patience

    def close(self) -> None:
        """Close at once, dropping queued sound. Never raises."""
        try:
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)
        except self._sounddevice.PortAudioError:
            pass  # It is gone already.


class Output(_Stream):
    """Plays what is written at 48 kHz on a card that runs at its own rate."""

    def __init__(self, name: str = "", latency: float = OUTPUT_LATENCY) -> None:
        """Opens and starts; plays silence until the first `write`. Raises NoSoundCardError."""
        super().__init__("output", name, SAMPLE_RATE, latency)
        self._converter = Converter(SAMPLE_RATE, self.rate)

    def write(self, pcm: Pcm) -> None:
        """Queue `pcm`, at 48 kHz. What does not fit (after seconds of sound) is lost."""
        self.ring.write(self._converter.feed(pcm))

    @property
    def queued(self) -> int:
        """Samples at 48 kHz that wait for the card, without hushed ones."""
        return self.ring.filled * SAMPLE_RATE // self.rate

    def hush(self) -> None:
        """Fade what is queued within 5 ms and drop the rest, so the next `write` is heard that
        much sooner."""
        self.ring.drop(round(_FADE * self.rate), round(BLOCK * self.rate))

    def _called(self, data: Any, frames: int, moment: Any, status: Any) -> None:
        now = time.monotonic()
        ring = getattr(self, "ring", None)
        if ring is None:
            data[:] = 0
            return
        self.marks.append((now, ring.read))
        channel = data[:, 0]
        n = ring.read_into(channel)
        if n < frames:
            channel[n:] = 0
            if ring.written:
                self.missed += 1
        if data.shape[1] > 1:
            data[:, 1:] = data[:, :1]
        self.called = now
        self.calls += 1


class Input(_Stream):
    """Records at 16 kHz from a card that runs at its own rate."""

    def __init__(self, name: str = "", latency: float = INPUT_LATENCY) -> None:
        """Opens and starts. Raises NoSoundCardError."""
        super().__init__("input", name, MICROPHONE_RATE, latency)
        self._converter = Converter(self.rate, MICROPHONE_RATE)

    def read(self) -> Pcm:
        """Everything recorded since the last call, at 16 kHz."""
        pcm = np.empty(self.ring.filled, np.float32)
        self.ring.read_into(pcm)
        return self._converter.feed(pcm)

    def _called(self, data: Any, frames: int, moment: Any, status: Any) -> None:
        now = time.monotonic()
        ring = getattr(self, "ring", None)
        if ring is None:
            return
        if ring.write(data[:, 0]) < frames or status.input_overflow:
            self.missed += 1
        self.marks.append((now, ring.written))
        self.called = now
        self.calls += 1


def _reason(fault: Exception | None) -> str:
    """PortAudio's own text, without its error number."""
    return str(fault).split(" [PaErrorCode")[0] if fault else "it supports no usable rate"


# --- a finished sound ------------------------------------------------------------------------


def look_for_output() -> None:
    """Raises NoSoundCardError unless sound can be played."""
    sounddevice = _portaudio()
    try:
        sounddevice.check_output_settings(channels=1)
    except (sounddevice.PortAudioError, ValueError) as fault:
        raise NoSoundCardError("there is no sound card") from fault


def play(pcm: Pcm, rate: int, moments: Iterable[float]) -> Iterator[int]:
    """Play `pcm`, mono, shape (n,), at `rate` Hz on the default output.

    Yields the index of each of `moments` (seconds from the start, ascending) when it is heard,
    and ends with the sound. Raises NoSoundCardError if the card fails.
    """
    sounddevice = _portaudio()
    try:
        sounddevice.play(pcm, rate)
        start = time.monotonic()
        for index, moment in enumerate(moments):
            time.sleep(max(0.0, start + moment - time.monotonic()))
            yield index
        sounddevice.wait()
    except sounddevice.PortAudioError as fault:
        raise NoSoundCardError(str(fault)) from fault
    finally:
        sounddevice.stop()
