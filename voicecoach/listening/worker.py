"""A recogniser in a process of its own, so that what it computes delays no sound.

In a thread a recogniser held the interpreter's lock for up to two seconds, and every
callback of the sound card had to wait. Here a thread sends blocks to a child process
and another takes its answers; `feed` never waits for either. What was heard in a block
therefore comes out of a later call of `feed`, as it would from any recogniser, only a
little later still.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.core.events import Grammar, Heard
from voicecoach.core.plan import MICROPHONE_RATE, SAMPLE_RATE

from .recogniser import OUTPUT_PER_INPUT, Recogniser

FULL = 3 * MICROPHONE_RATE
"""Microphone samples that may wait for the child; what comes then is dropped, since an
answer to what was said seconds ago would come at the wrong moment."""

STALE = 5 * SAMPLE_RATE
"""Output samples after which an answer is worth nothing any more."""

_PATIENCE = 0.2
"""Seconds that a child gets to end by itself, after the block that it hears just now."""


class Remote:
    """See `recogniser.Recogniser`; the engine inside is made by a function in the child."""

    def __init__(self, make: Callable[[], Recogniser], name: str = "") -> None:
        """`make` and what it holds must be picklable. The child starts at once, and loads
        for some seconds; until `ready`, what is fed is dropped. `name`: of the engine."""
        self.name = name or "remote"
        self._make = make
        self._grammar: Grammar | None = None
        self.dropped = 0
        """Microphone samples that were never heard."""
        self.restarts = 0
        self._child: _Child | None = None
        self._order = threading.Lock()
        """Grammars reach a new child in the order in which they were set."""
        self._begin()

    @property
    def ready(self) -> bool:
        """Whether the child has loaded its model."""
        return self._child is not None and self._child.ready

    @property
    def alive(self) -> bool:
        """Whether the child runs (it may still be loading)."""
        return self._child is not None and self._child.alive

    @property
    def trouble(self) -> str:
        """Why the child could not make its recogniser, or failed; "" if it told nothing."""
        return self._child.trouble if self._child is not None else ""

    @property
    def behind(self) -> float:
        """Seconds of microphone that were fed and not yet heard through."""
        return self._child.waiting / MICROPHONE_RATE if self._child is not None else 0.0

    @property
    def pending(self) -> bool:
        """Whether something was heard that the next `feed` will give."""
        return self._child is not None and self._child.pending

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child is not None else None

    def wait(self, seconds: float) -> bool:
        """Wait until the child is ready and knows what to listen for, has failed, or
        `seconds` are over; is it ready?"""
        until = time.monotonic() + seconds
        while self.alive and time.monotonic() < until:
            if self.ready and not self._child_busy():
                return True
            time.sleep(0.01)
        return False

    def _child_busy(self) -> bool:
        return self._child is not None and self._child.busy

    def restart(self, make: Callable[[], Recogniser] | None = None) -> None:
        """End the child, whatever it does, and start another with the same grammar, and from
        now on with another engine, where `make` is given."""
        self.restarts += 1
        self._make = make or self._make
        self._end(0.0)
        self._begin()

    def close(self) -> None:
        """End the child. Nothing is heard any more."""
        self._end(_PATIENCE)

    # --- the protocol ------------------------------------------------------------------------

    def listen_for(self, grammar: Grammar) -> None:
        with self._order:
            self._grammar = grammar
            if self._child is not None:
                self._child.send_grammar(grammar)

    def feed(self, pcm: NDArray[np.float32], at: int) -> list[Heard]:
        child = self._child
        if child is None:
            return []
        if not child.ready or child.waiting > FULL:
            self.dropped += len(pcm)
        elif len(pcm):
            child.send("feed", pcm.copy(), at)
        now = at + OUTPUT_PER_INPUT * len(pcm)
        return [heard for heard in child.heard() if heard.end > now - STALE]

    def finish(self, at: int) -> list[Heard]:
        """What is pending is decided soon; it comes with the next `feed`, if that is soon."""
        child = self._child
        if child is None:
            return []
        child.send("finish", None, at)
        return child.heard()

    # --- the child ---------------------------------------------------------------------------

    def _begin(self) -> None:
        child = _Child(self._make)
        with self._order:
            self._child = child
            if self._grammar is not None:
                child.send_grammar(self._grammar)

    def _end(self, patience: float) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end(patience)


class _Child:
    """One child process with the two threads that talk to it."""

    def __init__(self, make: Callable[[], Recogniser]) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._pipe: Connection[Any, Any] = ours
        self._outbox: queue.SimpleQueue[tuple[str, Any, int] | None] = queue.SimpleQueue()
        self._inbox: deque[Heard] = deque()
        self._known: list[Grammar] = []
        """Grammars that were sent whole; the next time their number is enough."""
        self._sent = 0
        self._done = 0
        self._grammars_sent = 0
        self._grammars_known = 0
        self.ready = False
        self.trouble = ""
        self.process = context.Process(
            target=_listen, args=(theirs, make), daemon=True, name="voicecoach-recogniser"
        )
        self.process.start()
        theirs.close()
        for work in (self._send_all, self._take_all):
            threading.Thread(target=work, daemon=True, name="voicecoach-remote").start()

    @property
    def alive(self) -> bool:
        return self.process.is_alive() and not self.trouble

    @property
    def waiting(self) -> int:
        """Microphone samples on their way to having been heard."""
        return self._sent - self._done

    @property
    def busy(self) -> bool:
        """Whether a grammar is on its way; a large one takes half a second."""
        return self._grammars_sent > self._grammars_known

    @property
    def pending(self) -> bool:
        return bool(self._inbox)

    def heard(self) -> list[Heard]:
        """What has come in since the last call."""
        return [self._inbox.popleft() for _ in range(len(self._inbox))]

    def send(self, what: str, pcm: NDArray[np.float32] | None, at: int) -> None:
        self._sent += len(pcm) if pcm is not None else 0
        self._outbox.put((what, pcm, at))

    def send_grammar(self, grammar: Grammar) -> None:
        """In order with the sound before and after it."""
        self._grammars_sent += 1
        for number, known in enumerate(self._known):
            if known is grammar:
                self._outbox.put(("grammar", None, number))
                return
        self._known.append(grammar)
        self._outbox.put(("grammar", grammar, len(self._known) - 1))

    def end(self, patience: float) -> None:
        """Let it end within `patience` seconds, then end it."""
        self._outbox.put(None)
        self.process.join(patience)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(1.0)

    def _send_all(self) -> None:
        try:
            while (message := self._outbox.get()) is not None:
                self._pipe.send(message)
            self._pipe.send(None)
        except (OSError, ValueError):
            pass  # The child is gone, which `alive` tells.

    def _take_all(self) -> None:
        try:
            while True:
                match self._pipe.recv():
                    case ("heard", through, heard):
                        self._inbox.extend(heard)
                        self._done += through
                    case ("grammar",):
                        self._grammars_known += 1
                    case ("ready",):
                        self.ready = True
                    case ("trouble", text):
                        self.trouble = text
        except (EOFError, OSError):
            self.ready = False
        finally:
            self._pipe.close()


def _listen(pipe: Connection[Any, Any], make: Callable[[], Recogniser]) -> None:
    """The child: hear what comes, answer, until the pipe ends or None comes."""
    try:
        _hear(pipe, make)
    finally:
        # It has nothing to save, and to take down its model takes it more than a second,
        # in which somebody waits for the prompt.
        os._exit(0)


def _hear(pipe: Connection[Any, Any], make: Callable[[], Recogniser]) -> None:
    # A Ctrl-C is for the coach, who has something to say first.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        recogniser = make()
        pipe.send(("ready",))
        grammars: list[Grammar] = []
        while (message := pipe.recv()) is not None:
            match message:
                case ("feed", pcm, at):
                    pipe.send(("heard", len(pcm), recogniser.feed(pcm, at)))
                case ("finish", _, at):
                    pipe.send(("heard", 0, recogniser.finish(at)))
                case ("grammar", grammar, number):
                    if grammar is not None:
                        grammars.append(grammar)
                    recogniser.listen_for(grammars[number])
                    pipe.send(("grammar",))
    except (EOFError, BrokenPipeError):
        pass  # The coach is gone.
    except Exception as fault:
        pipe.send(("trouble", f"{type(fault).__name__}: {fault}"))
