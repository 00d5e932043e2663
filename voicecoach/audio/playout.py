"""Delivers rendered sound to the card, a little ahead of it and in step with the clock.

Every underrun delays the stream for good. The delay is made up where nothing sounds: a block of
silence is left out, or played twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.pcm import Pcm

from ..core.plan import SAMPLE_RATE
from .devices import INPUT_LATENCY, OUTPUT_LATENCY, Output
from .drift import Anchor

LEAD = SAMPLE_RATE * 160 // 1000
"""Output samples that wait for the card. Its callbacks come in bursts of 40 ms, and on a busy
machine the thread that feeds them may not run for longer than that. "Stop" and "done" need not
wait: the samples are faded in place, and dropped."""

DELAY = LEAD + round((OUTPUT_LATENCY + INPUT_LATENCY) * SAMPLE_RATE)
"""Output samples from rendering a sound to hearing it come back, approximately."""

_AWAKE = 20
"""Callbacks after which a card has filled its buffer and calls as fast as it plays."""


class Playout:
    """Delivers sound to the open stream, if there is one; for one thread."""

    def __init__(self) -> None:
        self._stream: Output | None = None
        self._awaited: tuple[Output, int] | None = None
        """A stream that was open while the machine slept, and the number of calls after which it
        counts as awake."""
        self._anchor = Anchor(SAMPLE_RATE)
        self._corrected = 0
        """Corrections on earlier streams."""

    @property
    def stream(self) -> Output | None:
        """The stream; None if nobody hears anything."""
        return self._stream

    @property
    def corrections(self) -> int:
        """How often the stream was late (or early) and was shifted."""
        return self._corrected + self._anchor.corrected

    @property
    def hungry(self) -> bool:
        """Whether the card needs more."""
        return self._stream is not None and self._stream.queued < LEAD

    @property
    def waiting(self) -> int:
        """Output samples between the last one delivered and the one heard now."""
        if self._stream is None:
            return 0
        return self._stream.queued + round(self._stream.latency * SAMPLE_RATE)

    def awake(self, stream: Output) -> bool:
        """Whether `stream` calls as fast as it plays. A card that slept takes a second to wake,
        and then takes a lot at once."""
        known = self._awaited is not None and self._awaited[0] is stream
        return stream.calls > (self._awaited[1] if known and self._awaited else _AWAKE)

    def begin(self, stream: Output) -> None:
        """Deliver to `stream` from now on."""
        self._stream = stream
        self._awaited = None
        # What it asked for before was not part of the workout.
        stream.marks.clear()
        self._corrected += self._anchor.corrected
        self._anchor = Anchor(SAMPLE_RATE)

    def end(self) -> None:
        """Deliver to nobody until `begin`."""
        self._stream = None

    def slept(self) -> None:
        """The machine slept: what waits is not worth hearing, and the card must wake."""
        if self._stream is not None:
            self._stream.hush()
            self._awaited = (self._stream, self._stream.calls + _AWAKE)

    def look(self) -> None:
        """Measure how the stream has kept up with the clock since the last call."""
        if self._stream is not None:
            self._anchor.feed(_popped(self._stream))

    def take(self, sound: Pcm, silent: bool) -> bool:
        """Deliver `sound`, at 48 kHz. Whether it will be heard: not if nobody hears, or if it is
        left out to catch up with the clock. For that it must be `silent`, with no cue
        under way."""
        if self._stream is None:
            return False
        seconds = len(sound) / SAMPLE_RATE
        if silent and self._anchor.owed >= seconds:
            self._anchor.shift(seconds)
            return False
        self._stream.write(sound)
        if silent and self._anchor.owed <= -seconds:
            self._stream.write(sound)
            self._anchor.shift(-seconds)
        return True

    def hush(self) -> None:
        """Fade what waits and drop it, so that what comes next is heard that much sooner."""
        if self._stream is not None:
            self._stream.hush()


def _popped(output: Output) -> Iterator[tuple[float, int]]:
    """The marks of the callbacks since the last call."""
    while output.marks:
        moment, samples = output.marks.popleft()
        yield moment, samples * SAMPLE_RATE // output.rate
