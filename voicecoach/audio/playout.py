"""What was rendered, on its way to the ear: a little ahead of the card, held to the clock.

Every under-run delays the stream for good. What it owes the clock is made up for where
nothing sounds: a block of silence is left out, or put in twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.pcm import Pcm

from ..core.plan import SAMPLE_RATE
from .devices import INPUT_LATENCY, OUTPUT_LATENCY, Output
from .drift import Anchor

LEAD = SAMPLE_RATE * 160 // 1000
"""Output samples that wait for the card: its callbacks come in bursts of 40 ms, and on a
busy machine the thread that feeds them waits longer than that for the processor. "Stop"
and "done" do not wait for them: they are faded where they lie, and forgotten."""

DELAY = LEAD + round((OUTPUT_LATENCY + INPUT_LATENCY) * SAMPLE_RATE)
"""Output samples from rendering a sound to hearing it come back, about."""

_AWAKE = 20
"""Callbacks after which a card has filled its own buffer and asks as fast as it plays."""


class Playout:
    """Sound to the stream that is open, if one is; for one thread."""

    def __init__(self) -> None:
        self._stream: Output | None = None
        self._awaited: tuple[Output, int] | None = None
        """A stream that was open while the machine slept, and how often it must be called
        before it counts as awake."""
        self._anchor = Anchor(SAMPLE_RATE)
        self._corrected = 0
        """Corrections on the streams before."""

    @property
    def stream(self) -> Output | None:
        """Where it goes; None: nobody hears a thing."""
        return self._stream

    @property
    def corrections(self) -> int:
        """How often the stream had become late (or early) and was shifted."""
        return self._corrected + self._anchor.corrected

    @property
    def hungry(self) -> bool:
        """Whether the card could do with more."""
        return self._stream is not None and self._stream.queued < LEAD

    @property
    def waiting(self) -> int:
        """Output samples from the last one that was taken to the one that is heard now."""
        if self._stream is None:
            return 0
        return self._stream.queued + round(self._stream.latency * SAMPLE_RATE)

    def awake(self, stream: Output) -> bool:
        """Whether `stream` asks as fast as it plays by now: a card that slept takes a
        second to wake, and then takes a lot at once."""
        known = self._awaited is not None and self._awaited[0] is stream
        return stream.calls > (self._awaited[1] if known and self._awaited else _AWAKE)

    def begin(self, stream: Output) -> None:
        """From now on to this one."""
        self._stream = stream
        self._awaited = None
        # What it asked for before was no part of the workout.
        stream.marks.clear()
        self._corrected += self._anchor.corrected
        self._anchor = Anchor(SAMPLE_RATE)

    def end(self) -> None:
        """To nobody, until it begins again."""
        self._stream = None

    def slept(self) -> None:
        """The machine did: what waits is not worth hearing, and the card has to wake."""
        if self._stream is not None:
            self._stream.hush()
            self._awaited = (self._stream, self._stream.calls + _AWAKE)

    def look(self) -> None:
        """See how the stream has kept up with the clock since the last look."""
        if self._stream is not None:
            self._anchor.feed(_popped(self._stream))

    def take(self, sound: Pcm, silent: bool) -> bool:
        """Deliver `sound`, at 48 kHz; whether it will be heard. It is left out where nobody
        hears, and where that mends the clock, for which it must be `silent` and no cue may
        be under way."""
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
        """Fade what waits, and forget it: what comes next is heard that much sooner."""
        if self._stream is not None:
            self._stream.hush()


def _popped(output: Output) -> Iterator[tuple[float, int]]:
    """The marks of the callbacks since the last look."""
    while output.marks:
        moment, samples = output.marks.popleft()
        yield moment, samples * SAMPLE_RATE // output.rate
