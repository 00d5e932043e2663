"""A workout through a real microphone and real earbuds.

One thread runs the loop a little ahead of the sound card and hands over what it renders; the card's
callbacks only copy. Threads of their own watch and reopen devices (`audio.device_manager`). The
recogniser has its own process (`listening.worker`). Files and the terminal belong to the thread
that calls `run`. So a slow disk, device or decoder never holds up the pacing.

The output is the clock. Without one, the wall clock stands in and the rendered sound is discarded:
the lifter can still say "done".
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np

from voicecoach.pcm import Pcm

from ..audio.device_manager import DeviceManager
from ..audio.devices import Output
from ..audio.drift import Intake
from ..audio.ducking import Ducking
from ..audio.playout import DELAY, Playout
from ..core.events import SetOver
from ..core.plan import SAMPLE_RATE
from ..listening.recogniser import Recogniser
from ..listening.supervisor import Supervisor
from ..listening.worker import RecogniserWorker
from .conversation import Conversation
from .cue_player import Record
from .signals import asked_to_end
from .snapshot import Screen
from .suspend import SuspendWatch
from .view import View
from .voice_loop import OVERSAMPLING, QUANTUM, VoiceLoop

_STEP = QUANTUM * OVERSAMPLING
"""Output samples in one step of the loop."""

_NOTHING = np.zeros(0, np.float32)

_FRAME = 0.05
"""Seconds between two snapshots."""

_NAP = 0.012
"""Seconds after which the coach's thread looks after the card and everything else, if nothing wakes
it sooner: a little more than half a step, since `playout.LEAD` leaves time for eight. Every look
wakes a processor that could sleep; with 4 ms they took half of the coach's computing."""

_TOLD_TOGETHER = 5
"""Steps that are handed over together if nothing happens in them: 0.1 s. Each handing over wakes
another thread."""

PARTING = 3.2
"""Seconds from the request to end until the end, at most. The slowest voice needs 2.6 to name the
catches, a usual one half of that; the program ends as soon as they are heard."""

_SWITCH = 0.0005
"""Switch interval of Python's threads, in seconds: a callback must not wait long."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the plumbing did, for reports and benchmarks."""

    under_runs: int
    """Output callbacks that found too few samples."""
    overflows: int
    corrections: int
    """How often the stream had become late (or early) and was shifted between cues."""
    inserted: int
    """Microphone samples inserted for lack of real ones."""
    dropped: int
    """Microphone samples left out."""
    reopened: int
    """How often devices were reopened."""
    restarts: int
    """Restarts of the recogniser."""
    slowest: float
    """Duration of the longest step of the loop, in seconds."""


@dataclass(frozen=True, slots=True)
class Step:
    """What some steps of the loop produced, for writing it down."""

    sound: Pcm
    """What goes to the ear; empty if it was discarded."""
    records: list[Record]
    certain: int
    """See `VoiceLoop.certain`."""


class Live:
    """One workout (or enrolment), live. Construct and `run` it in the main thread."""

    def __init__(
        self,
        loop: VoiceLoop[Conversation],
        recogniser: RecogniserWorker,
        device_manager: DeviceManager,
        *,
        spare: Callable[[], Recogniser] | None = None,
        ducking: Ducking | None = None,
        echo_by_device: bool = False,
        written: Callable[[Step], None] = lambda step: None,
        note: Callable[[str], None] = lambda text: None,
        view: View | None = None,
        screen: Screen | None = None,
    ) -> None:
        """`loop` listens through `recogniser`, with a latency of `playout.DELAY`. `spare` makes the
        recogniser that takes over if that one can't be restarted; it must be picklable. `ducking`
        lowers other programs while the coach speaks. `echo_by_device`: the output in use decides
        whether the microphone hears the coach.

        `written` gets every step, and `note` gets a line whenever something fails or recovers. The
        thread that runs `run` calls both. `screen` is shown what `view` makes of the loop.
        """
        self._loop = loop
        self._recogniser = recogniser
        self._device_manager = device_manager
        self._written = written
        self._note = note
        self._screen = screen
        self._view = view
        self._intake = Intake()
        self._delivery = Playout()
        self._typed: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._stirred = threading.Event()
        """Set if the coach's thread should look at once."""
        recogniser.found = self._stirred.set
        self.say: Callable[[str], None] = partial(_say, self._typed, self._stirred)
        """Its text counts as said; from any thread (see `snapshot.Keys`). It refers to nothing of
        the workout, because a thread that waits for the keyboard outlives it."""
        self._log_told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._lost_buttons: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._news: queue.SimpleQueue[Step | str] = queue.SimpleQueue()
        self._untold: list[Step] = []
        """Steps in which nothing happened, and that were not handed over yet."""
        self._closing = threading.Event()
        self._ended = threading.Event()
        self._fault: BaseException | None = None
        self._deaf = ""
        self._mute = ""
        self._echo_by_device = echo_by_device
        self._worn = False
        self._asleep = SuspendWatch()
        self._minder = Supervisor(recogniser, spare, time.monotonic())
        self._given_up = False
        self._ducking = ducking
        self._moves: deque[tuple[str, str]] = deque()
        device_manager.moved = self._moved
        device_manager.appeared = loop.foresee_device
        self._slowest = 0.0
        self._shown = 0.0
        self._quiet_from = 0

    # --- for other threads -------------------------------------------------------------------

    def log_told(self, line: str) -> None:
        """Something happened to the log, and the coach says `line`; from any thread."""
        self._log_told.put(line)

    def button_lost(self, why: str) -> None:
        """No button reaches the coach any more, and it says so; from any thread."""
        self._lost_buttons.put(why)

    def close(self) -> None:
        """End as soon as the catches were named, if they matter; from any thread."""
        self._closing.set()

    @property
    def figures(self) -> Statistics:
        return Statistics(
            under_runs=self._device_manager.output.missed,
            overflows=self._device_manager.microphone.missed,
            corrections=self._delivery.corrections,
            inserted=self._intake.inserted,
            dropped=self._intake.dropped + self._recogniser.dropped,
            reopened=self._device_manager.output.reopened
            + self._device_manager.microphone.reopened,
            restarts=self._recogniser.restarts,
            slowest=self._slowest,
        )

    # --- the main thread ---------------------------------------------------------------------

    def run(self) -> None:
        """Coach until the workout is over, `close` is called, or a signal asks for the end."""
        coach = threading.Thread(target=self._coach, name="voicecoach-coach", daemon=True)
        with asked_to_end(self.close), _quick_switching():
            coach.start()
            while not self._ended.is_set() or not self._news.empty():
                try:
                    news = self._news.get(timeout=_FRAME)
                except queue.Empty:
                    continue
                if isinstance(news, str):
                    self._note(news)
                else:
                    self._written(news)
        if dry := self.figures.under_runs:
            self._note(f"the sound card ran dry {dry} {'time' if dry == 1 else 'times'}")
        if self._fault is not None:
            raise self._fault

    # --- the coach's thread ------------------------------------------------------------------

    def _coach(self) -> None:
        try:
            self._pace()
        except BaseException as fault:  # `run` raises it again
            self._fault = fault
        finally:
            try:
                self._hand_over()
            finally:
                self._ended.set()

    def _pace(self) -> None:
        self._wait_for_output()
        self._asleep.slept()  # The time it took to get here is not part of the workout.
        parting: float | None = None
        blind = time.monotonic()
        over: int | None = None
        while True:
            now = time.monotonic()
            slept = self._asleep.slept()
            if slept:
                self._wake(slept)
                blind = now
            self._attend(now)
            while not self._typed.empty():
                self._loop.typed(self._typed.get())
            while not self._log_told.empty():
                self._loop.log_told(self._log_told.get())
            while not self._lost_buttons.empty():
                self._news.put(f"the buttons are gone: {self._lost_buttons.get()}")
                self._loop.button_lost()
            if self._closing.is_set() and parting is None:
                self._loop.closing()
                self._quiet_from = self._loop.position
                parting = now
            self._delivery.look()
            if (output := self._delivery.stream) is None:
                steps = int((now - blind) * SAMPLE_RATE) // _STEP
                for _ in range(min(steps, 10)):
                    self._step()
                    blind += _STEP / SAMPLE_RATE
            else:
                blind = output.called
                if self._recogniser.pending:
                    self._obey()
                while self._delivery.hungry:
                    self._step()
            self._show(now)
            if parting is not None and now - parting > self._parting():
                return
            over = self._over(over)
            longest = self._loop.conversation.afterwards
            if over is not None and self._loop.position - over > longest:
                return
            self._stirred.wait(_NAP)
            self._stirred.clear()

    def _wait_for_output(self) -> None:
        until = time.monotonic() + 4.0
        while time.monotonic() < until and not self._closing.is_set():
            stream = self._device_manager.output.stream
            if stream is not None and self._delivery.awake(stream):
                break
            time.sleep(0.02)
        stream = self._device_manager.output.stream
        if stream is not None:
            self._delivery.begin(stream)
        else:
            self._output_lost(self._device_manager.output.why)
        self._microphone_from_now()

    def _microphone_from_now(self) -> None:
        microphone = self._device_manager.microphone.stream
        if microphone is not None:
            microphone.read()
        self._intake.clear()

    def _step(self) -> None:
        """Run 20 ms of the workout, whether anybody hears them or not."""
        began = time.monotonic()
        stream = self._device_manager.microphone.stream
        if stream is not None:
            self._intake.feed(stream.read())
        microphone = self._intake.take(QUANTUM)
        sound, records = self._loop.process(microphone)
        if self._view is not None:
            self._view.feed(microphone, records)
        silent = self._loop.certain == self._loop.position and not sound.any()
        heard = self._delivery.take(sound, silent)
        self._hush_after(records)
        left = self._loop.spoken_until - self._loop.position
        if self._ducking is not None and left > 0 and heard:
            self._ducking.speaking((left + DELAY) / SAMPLE_RATE)
        self._tell(Step(sound if heard else _NOTHING, records, self._loop.certain))
        self._slowest = max(self._slowest, time.monotonic() - began)

    def _obey(self) -> None:
        """A command was understood: don't wait up to 20 ms for the next step."""
        records = self._loop.attend()
        if self._view is not None:
            self._view.feed(_NOTHING, records)
        self._hush_after(records)
        self._tell(Step(_NOTHING, records, self._loop.certain))

    def _tell(self, step: Step) -> None:
        """Hand over what a step produced, soon."""
        self._untold.append(step)
        if step.records or len(self._untold) >= _TOLD_TOGETHER:
            self._hand_over()

    def _hand_over(self) -> None:
        steps, self._untold = self._untold, []
        if steps:
            sound = np.concatenate([step.sound for step in steps])
            records = [record for step in steps for record in step.records]
            self._news.put(Step(sound, records, steps[-1].certain))

    def _hush_after(self, records: list[Record]) -> None:
        """If a command ended a set, silence what was rendered ahead, so that the answer is heard at
        once. The loop then runs ahead again; meanwhile that many samples are inserted into the
        microphone, after a word that is over."""
        if self._delivery.stream is None:
            return
        if any(isinstance(r, SetOver) and r.ended_by != "target" for r in records):
            self._delivery.hush()
            self._loop.hushed()

    def _wake(self, slept: float) -> None:
        """Nobody heard anything meanwhile, and the devices may have changed."""
        self._news.put(f"nothing ran for {slept:.0f} s: the machine slept or was too busy")
        self._loop.slept(round(slept * SAMPLE_RATE))
        if self._delivery.stream is not None:
            self._delivery.slept()
            self._output_lost("the machine slept")
        self._microphone_from_now()

    def _attend(self, now: float) -> None:
        """Check the devices and the recogniser."""
        stream = self._device_manager.output.stream
        known = self._delivery.stream
        if stream is not known:
            if stream is None and known is not None:
                self._output_lost(self._device_manager.output.why)
            elif stream is not None and self._delivery.awake(stream):
                if known is not None:
                    self._output_lost("it was opened again")
                self._output_back(stream)
        if self._echo_by_device and self._device_manager.worn is not self._worn:
            self._worn = self._device_manager.worn
            self._loop.sound_worn(self._worn)
            where = "on the ears" if self._worn else "into the room"
            self._news.put(f"the coach plays {where}")
        microphone = self._device_manager.microphone
        unheard = self._minder.look(now)
        heard = microphone.stream
        why = microphone.why if heard is None else unheard
        if heard is not None and not heard.calls and self._deaf:
            # It was opened again, and has given nothing yet. Some never do, again and again.
            why = self._deaf
        if why and not self._deaf:
            self._loop.microphone_lost(why, always=True)
            self._news.put(f"deaf: {why}")
        elif self._deaf and not why:
            self._microphone_from_now()
            self._loop.microphone_back()
            self._news.put("hearing again")
        self._deaf = why
        if self._minder.given_up and not self._given_up:
            self._loop.hearing_given_up()
            self._news.put("the recogniser can't be restarted; keys still work")
        self._given_up = self._minder.given_up
        while self._moves and self._delivery.stream is not None:
            self._tell_move(*self._moves.popleft())

    def _moved(self, direction: str, device: str) -> None:
        """A stream now runs on another device. Called by the device manager's thread."""
        self._loop.foresee_device(device)
        self._moves.append((direction, device))

    def _tell_move(self, direction: str, device: str) -> None:
        if direction == "output":
            self._loop.sound_moved(device)
            self._news.put(f"heard through another device: {device}")
        else:
            self._loop.microphone_moved(device)
            self._news.put(f"hearing through another device: {device}")

    def _output_lost(self, why: str) -> None:
        self._delivery.end()
        self._mute = why
        self._loop.sound_lost()
        self._news.put(f"the output is gone: {why}")

    def _output_back(self, stream: Output) -> None:
        self._delivery.begin(stream)
        self._mute = ""
        self._loop.sound_back()
        self._news.put(f"the output is back: {stream.device.name}")

    def _parting(self) -> float:
        """Seconds from the request to end until the end: fewer if nothing is left to hear."""
        if self._delivery.stream is None:
            return 0.0
        if not self._loop.quiet:
            self._quiet_from = self._loop.position
        # PortAudio's latency does not include a sound server's.
        return 0.0 if self._loop.position > self._quiet_from + DELAY else PARTING

    def _over(self, since: int | None) -> int | None:
        """The sample since which the workout has been over."""
        if not self._loop.over:
            return None
        return since if since is not None else self._loop.position

    def _show(self, now: float) -> None:
        if self._screen is None or self._view is None or now - self._shown < _FRAME:
            return
        self._shown = now
        at = self._loop.position - self._delivery.waiting
        self._screen.show(
            self._view.snapshot(
                max(0, at), self._deaf, self._mute, self._device_manager.output.missed
            )
        )


def _say(typed: queue.SimpleQueue[str], stirred: threading.Event, text: str) -> None:
    typed.put(text)
    stirred.set()


@contextmanager
def _quick_switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
