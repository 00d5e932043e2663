"""A sound card in virtual time: the program's own streams, called by nobody but `tick`.

It keeps what it played, and for each sample which one of the voice loop it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from voicecoach.audio.device_manager import MICROPHONE_PATIENCE, OUTPUT_PATIENCE
from voicecoach.audio.devices import (
    INPUT_LATENCY,
    KEPT,
    OUTPUT_LATENCY,
    Device,
    Input,
    NoSoundCardError,
    Output,
)
from voicecoach.audio.reconnect import LOOK_EVERY, RETRY_EVERY, Reconnector, Stream
from voicecoach.audio.ring import Ring
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE
from voicecoach.pcm import Converter, Pcm

from .virtual_time import TICK, VirtualTime

BLOCK = round(TICK * SAMPLE_RATE)
MICROPHONE_BLOCK = round(TICK * MICROPHONE_RATE)

_CALL = np.zeros((BLOCK, 1), np.float32)


class _Opened:
    """What PortAudio would have made of a stream; see `devices._Stream`."""

    device: Device

    def _made(self, clock: VirtualTime, name: str, rate: int, latency: float) -> None:
        self.device = Device(name, None)
        self.called = clock.monotonic()
        self.calls = 0
        self.finished = False
        self.missed = 0
        self.marks: deque[tuple[float, int]] = deque(maxlen=1024)
        self.rate = rate
        self.ring = Ring(round(KEPT * rate))
        self.latency = latency
        self._converter = Converter(rate, rate)

    def close(self) -> None:
        self.finished = True


class CardOutput(_Opened, Output):
    """An output whose samples are numbered."""

    def __init__(self, clock: VirtualTime, name: str, position: Callable[[], int]) -> None:
        """`position`: the next sample of the voice loop."""
        self._made(clock, name, SAMPLE_RATE, OUTPUT_LATENCY)
        self._position = position
        self._numbers = Ring(round(KEPT * SAMPLE_RATE))
        """As `ring`; the number of each sample, from 1, exact up to 2**24."""

    def write(self, pcm: Pcm) -> None:
        super().write(pcm)
        end = self._position() + 1
        self._numbers.write(np.arange(end - len(pcm), end, dtype=np.float32))

    def hush(self) -> None:
        super().hush()
        self._numbers.drop(0, self.ring.written - self.ring.read)

    def play(self) -> tuple[Pcm, Pcm]:
        """The next 20 ms, and the number of each sample; 0: it is none of the voice loop's, or
        faded."""
        data = _CALL.copy()
        numbers = np.zeros(BLOCK, np.float32)
        self._numbers.read_into(numbers)
        self._called(data, BLOCK, None, None)
        return data[:, 0], numbers


class CardInput(_Opened, Input):
    """A microphone that is given its sound."""

    def __init__(self, clock: VirtualTime, name: str) -> None:
        self._made(clock, name, MICROPHONE_RATE, INPUT_LATENCY)

    def record(self, pcm: Pcm) -> None:
        self._called(pcm[:, np.newaxis], len(pcm), None, _NO_OVERFLOW)


class _Status:
    input_overflow = False


_NO_OVERFLOW = _Status()


class _Watched(Reconnector[Stream]):
    """A reconnector without a thread."""

    def __init__(
        self,
        clock: VirtualTime,
        open_it: Callable[[], Stream],
        trouble: Callable[[Stream, float], str],
        first: Stream,
    ) -> None:
        self._open, self._trouble = open_it, trouble
        self._clock = clock
        self.stream = first
        self.why = ""
        self.reopened = self._missed = 0
        self._let_go = False
        self._awake_since = self._looked = clock.monotonic()

    def tick(self) -> None:
        """As `Reconnector` does in its thread."""
        now = self._clock.monotonic()
        every = LOOK_EVERY if self.stream is not None else RETRY_EVERY
        if now - self._looked >= every:
            self.look()


class VirtualDevices:
    """A `DeviceManager` whose devices are there as long as nothing takes them away."""

    def __init__(self, clock: VirtualTime, position: Callable[[], int], worn: bool) -> None:
        self._clock, self._position = clock, position
        self.moved: Callable[[str, str], None] = lambda direction, title: None
        self.appeared: Callable[[str], None] | None = None
        self.worn = worn
        self.output_there = self.microphone_there = True
        self.output_runs = self.microphone_runs = True
        """False: the card is open, and calls nobody."""
        self.output_name, self.microphone_name = "Earbuds", "Earbuds microphone"
        self.gives: Callable[[Pcm], Pcm] = lambda room: room
        """What the microphone makes of the sound of the room."""
        self.output: _Watched[Output] = _Watched(
            clock, self._open_output, _stalled(OUTPUT_PATIENCE, "taking sound"), self._open_output()
        )
        self.microphone: _Watched[Input] = _Watched(
            clock, self._open_input, _stalled(MICROPHONE_PATIENCE, "coming"), self._open_input()
        )
        self.played: list[Pcm] = []
        self.numbers: list[Pcm] = []
        self._room = _room()
        self._at = 0

    def tick(self) -> None:
        """20 ms of both devices."""
        self.card()
        self.output.tick()
        self.microphone.tick()

    def card(self) -> None:
        """20 ms of the card, whether the program runs or not."""
        output, microphone = self.output.stream, self.microphone.stream
        if isinstance(output, CardOutput) and self.output_there and self.output_runs:
            sound, numbers = output.play()
            self.played.append(sound)
            self.numbers.append(numbers)
        self._at = (self._at + MICROPHONE_BLOCK) % (len(self._room) - MICROPHONE_BLOCK)
        if isinstance(microphone, CardInput) and self.microphone_there and self.microphone_runs:
            microphone.record(self.gives(self._room[self._at : self._at + MICROPHONE_BLOCK]))

    def reopen_output(self) -> None:
        """Another stream takes the place of this one, as when the default device changes."""
        if self.output.stream is not None:
            self.output.stream.close()

    def _open_output(self) -> CardOutput:
        if not self.output_there:
            raise NoSoundCardError(f"{self.output_name} is gone")
        return CardOutput(self._clock, self.output_name, self._position)

    def _open_input(self) -> CardInput:
        if not self.microphone_there:
            raise NoSoundCardError(f"{self.microphone_name} is gone")
        return CardInput(self._clock, self.microphone_name)


def _stalled(patience: float, what: str) -> Callable[[Any, float], str]:
    def trouble(stream: Any, silent: float) -> str:
        return f"the sound card stopped {what}" if stream.finished or silent > patience else ""

    return trouble


def _room() -> Pcm:
    """Two seconds of a quiet room, always the same."""
    noise = np.random.default_rng(5).normal(0, 1e-3, 2 * MICROPHONE_RATE)
    return noise.astype(np.float32)
